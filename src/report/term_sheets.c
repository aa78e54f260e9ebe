/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of what the contract says: terms, baselines, prices, sources. */
#include "report/result_words.h"
#include "report/sheet_parts.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

#define PROVENANCE_COLUMNS                                                                         \
    PBR_COLUMN("Clause", 33, TEXT), PBR_COLUMN("Source", 22, TEXT), PBR_COLUMN("Status", 27, TEXT)

static void status_cell(pbr_row *row, pbr_status status)
{
    pbr_style style = status == PBR_ILLUSTRATIVE ? PBR_STYLE_MARK : PBR_STYLE_TEXT;
    pbr_cell_styled(row, style, pbr_status_words(status));
}

static void provenance_cells(pbr_row *row, const char *clause, const char *source,
                             pbr_status status)
{
    pbr_cell_text(row, clause);
    pbr_cell_text(row, source);
    status_cell(row, status);
}

static const pbr_book_column TERMS[] = {
    PBR_COLUMN("File", 23, TEXT),          PBR_COLUMN("Term", 33, LABEL),
    PBR_INPUT("Value", 38, VALUE),         PBR_COLUMN("Unit", 14, TEXT),
    PBR_COLUMN("In force from", 12, TEXT), PROVENANCE_COLUMNS,
};

struct terms {
    const pbr_scope *scope;
    const char **from; /* by version: when it begins */
};

/* Units of terms that are numbers, by the last part of their path. */
static const struct {
    const char *name, *unit;
} UNITS[] = {
    {"months", "months"},
    {"waiting-months", "months"},
    {"days-after-settlement", "days"},
    {"level", "part of one"},
    {"sides", "sides"},
    {"minimum-cohort", "cases"},
    {"replicates", "samples"},
    {"round-thresholds", "decimals"},
    {"round-rate", "decimals"},
    {"better-at", "unit of change"},
    {"worse-at", "unit of change"},
    {"least", "unit of change"},
    {"full", "unit of change"},
    {"most", "percent"},
    {"below", "percent"},
    {"deduct", "percent"},
    {"target", "percent"},
    {"weight", "starts"},
    {"score-scale", "percent points"},
};

static const char *unit_of(const pbr_term *term)
{
    const char *dot = strrchr(term->path, '.'), *name = dot ? dot + 1 : term->path;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (strcmp(UNITS[i].name, name) == 0) return UNITS[i].unit;
    return NULL;
}

/* A number is a number, so that formulas can point at it. */
static bool value_cell(pbr_row *row, const pbr_term *term)
{
    mpq_t value;
    mpq_init(value);
    bool number = pbr_decimal_parse(value, term->value, strlen(term->value), 10);
    if (number)
        pbr_cell_ratio(row, value);
    else
        pbr_cell_text(row, term->value);
    mpq_clear(value);
    return number;
}

static int by_day(const void *left, const void *right)
{
    pbr_date a = *(const pbr_date *)left, b = *(const pbr_date *)right;
    return (a > b) - (a < b);
}

/* The days from which agreements are under the version. */
static const char *from_words(const pbr_scope *scope, size_t rules)
{
    const pbr_contract *contract = scope->contract;
    const char *words = NULL;
    size_t count = 0;
    pbr_date *days = pbr_arena_alloc(scope->arena, (contract->agreements_count + 1) * sizeof *days);
    for (size_t i = 0; i < contract->agreements_count; i++)
        if (contract->agreements[i].rules == rules) days[count++] = contract->agreements[i].from;
    if (count) qsort(days, count, sizeof *days, by_day);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || days[i] != days[i - 1])
            words = pbr_joined(scope, words, pbr_date_words(scope, days[i]));
    return words;
}

/* Of the version that a term belongs to; a term of the scheme holds throughout. */
static const char *effective_words(const struct terms *terms, const pbr_term *term)
{
    const pbr_contract *contract = terms->scope->contract;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_rules *rules = &contract->rules[i];
        if (term >= rules->list && term < rules->list + rules->list_count) return terms->from[i];
    }
    return NULL;
}

static void fill_terms(pbr_row *row, const void *context, size_t index)
{
    const struct terms *terms = context;
    const pbr_term *term = terms->scope->terms.at[index];
    pbr_cell_text(row, term->file);
    pbr_cell_text(row, term->path);
    pbr_cell_text(row, value_cell(row, term) ? unit_of(term) : NULL);
    pbr_cell_text(row, effective_words(terms, term));
    provenance_cells(row, term->clause, term->source, term->status);
}

pbr_sheet pbr_sheet_terms(const pbr_scope *scope)
{
    size_t count = scope->contract->rules_count;
    struct terms *terms = pbr_arena_alloc(scope->arena, sizeof *terms);
    terms->scope = scope;
    terms->from = pbr_arena_alloc(scope->arena, (count + 1) * sizeof *terms->from);
    for (size_t i = 0; i < count; i++) terms->from[i] = from_words(scope, i);
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Terms", "terms", "Terms used: every choice that this settlement follows",
        "The scheme, and each version of the rules that applies to a result shown here. A term "
        "that "
        "is illustrative is a value made up for a sample and must not be paid on.",
        PBR_COLUMNS(TERMS), scope->terms.count, fill_terms);
    sheet.context = terms;
    return sheet;
}

static const pbr_book_column BASELINES[] = {
    PBR_AREA_COLUMNS,
    PBR_COLUMN("Cohort", 9, TEXT),
    PBR_COLUMN("Metric", 11, TEXT),
    PBR_COLUMN("Year or group", 12, TEXT),
    PBR_INPUT("Cases", 8, INTEGER),
    PBR_INPUT(PBR_HEADER_BASELINE, 10, PERCENT),
    PBR_INPUT("Standard deviation", 10, PERCENT),
    PBR_INPUT("Mean score", 10, PERCENT),
    PBR_INPUT(PBR_HEADER_LOWER, 10, PERCENT),
    PBR_INPUT(PBR_HEADER_UPPER, 10, PERCENT),
    PBR_INPUT("Termination point", 11, PERCENT),
    PROVENANCE_COLUMNS,
};

/* The year of a tabled row; of one made from measures, what it was made from. */
static const char *origin_words(const pbr_scope *scope, const pbr_baseline *baseline)
{
    if (*baseline->year) return baseline->year;
    for (size_t i = 0; i < scope->results.count; i++) {
        const pbr_result *result = scope->results.at[i];
        if (result->baseline == baseline) return pbr_compared_words(scope, result);
    }
    return NULL;
}

static void fill_baselines(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_baseline *baseline = scope->baselines.at[index];
    pbr_cells_area(row, scope, baseline->area);
    pbr_cell_text(row, baseline->cohort);
    pbr_cell_text(row, baseline->metric);
    pbr_cell_text(row, origin_words(scope, baseline));
    if (baseline->has_cases)
        pbr_cell_int(row, baseline->cases);
    else
        pbr_cell_blank(row);
    pbr_cell_ratio(row, baseline->rate);
    pbr_cell_ratio_if(row, baseline->has_sd, baseline->sd);
    pbr_cell_ratio_if(row, baseline->has_ogrs_mean, baseline->ogrs_mean);
    pbr_cell_ratio_if(row, baseline->has_lower, baseline->lower);
    pbr_cell_ratio_if(row, baseline->has_upper, baseline->upper);
    pbr_cell_ratio_if(row, baseline->has_terminate, baseline->terminate);
    provenance_cells(row, baseline->source.clause, baseline->source.source,
                     baseline->source.status);
}

pbr_sheet pbr_sheet_baselines(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Baselines", "baselines", "Baselines used",
        "Baselines are in the unit of their metric, mean scores in percent. A control group or an "
        "earlier cohort is counted, not tabled; its cases are what its weighted persons are worth. "
        "Limits stand here only "
        "where the contract tables them. " PBR_BLANKS,
        PBR_COLUMNS(BASELINES), scope->baselines.count, fill_baselines);
}

static const pbr_book_column PRICES[] = {
    PBR_AREA_COLUMNS,
    PBR_COLUMN("Contract year", 10, TEXT),
    PBR_COLUMN("Price or amount", 26, TEXT),
    PBR_COLUMN("Used for", 38, TEXT),
    PBR_INPUT("Value", 17, UNITS),
    PBR_COLUMN("Unit", 15, TEXT),
    PROVENANCE_COLUMNS,
};

static void fill_prices(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_price_used *used = scope->prices.at[index];
    const pbr_price *price = used->price;
    pbr_cells_area(row, scope, price->area);
    pbr_cell_text(row, price->contract_year);
    pbr_cell_text(row, scope->contract->money_columns[used->column]);
    pbr_cell_text(row, used->use);
    bool money = strcmp(used->unit, pbr_currency_words(scope)) == 0;
    pbr_cell_ratio_styled(row, money ? PBR_STYLE_MONEY : PBR_STYLE_UNITS,
                          price->amounts[used->column]);
    pbr_cell_text(row, used->unit);
    provenance_cells(row, price->source.clause, price->source.source, price->source.status);
}

pbr_sheet pbr_sheet_prices(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Prices", "prices", "Prices and amounts used",
        "The prices of the payment lines shown here, what they are multiplied by, and the amounts "
        "that the caps over them are made of. The names are those of the columns of "
        "prices.csv. " PBR_BLANKS,
        PBR_COLUMNS(PRICES), scope->prices.count, fill_prices);
}

/* --- tables of steps and index series --- */

static const pbr_book_column STEPS[] = {
    PBR_COLUMN("Table", 22, LABEL),
    PBR_INPUT("From a change of", 13, UNITS),
    PBR_INPUT("Value (money, or percent of a slice)", 18, UNITS),
    PROVENANCE_COLUMNS,
};

static void fill_steps(pbr_row *row, const void *context, size_t index)
{
    const pbr_step *step = ((const pbr_scope *)context)->steps.at[index];
    pbr_cell_text(row, step->table);
    pbr_cell_ratio(row, step->at_least);
    pbr_cell_ratio(row, step->value);
    provenance_cells(row, step->source.clause, step->source.source, step->source.status);
}

pbr_sheet pbr_sheet_steps(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Steps", "steps", "Steps used: what each size of a change is worth",
        "The change is in the unit that its line states, in percent of the baseline or in units. A "
        "step's value is what is paid from that change on; a slice's is its share of the price.",
        PBR_COLUMNS(STEPS), scope->steps.count, fill_steps);
}

static const pbr_book_column INDICES[] = {
    PBR_COLUMN("Series", 22, LABEL),
    PBR_COLUMN("Contract year", 12, TEXT),
    PBR_INPUT("Value", 14, UNITS),
    PROVENANCE_COLUMNS,
};

static void fill_indices(pbr_row *row, const void *context, size_t index)
{
    const pbr_index *item = ((const pbr_scope *)context)->indices.at[index];
    pbr_cell_text(row, item->series);
    pbr_cell_text(row, item->contract_year);
    pbr_cell_ratio(row, item->value);
    provenance_cells(row, item->source.clause, item->source.source, item->source.status);
}

pbr_sheet pbr_sheet_indices(const pbr_scope *scope)
{
    return pbr_sheet_plan(scope, "Indices", "indices", "Index values used",
                          "A price is multiplied by its year's value over the base year's.",
                          PBR_COLUMNS(INDICES), scope->indices.count, fill_indices);
}

static const pbr_book_column SOURCES[] = {
    PBR_COLUMN("Source", 22, LABEL),
    PBR_COLUMN("Title", 72, TEXT),
    PBR_COLUMN("Where it is", 42, TEXT),
};

static void fill_sources(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_document *document = &scope->contract->scheme->documents[index];
    pbr_cell_text(row, document->id);
    pbr_cell_text(row, document->title);
    pbr_cell_text(row, document->where);
}

pbr_sheet pbr_sheet_sources(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Sources", "sources", "Sources of the terms",
        "The documents that the terms, baselines and prices name as their source.",
        PBR_COLUMNS(SOURCES), scope->contract->scheme->documents_count, fill_sources);
    sheet.filter = false;
    return sheet;
}
