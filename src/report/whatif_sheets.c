/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both sides of a scenario: by line, payee and area; the terms that differ; every result. */
#include "report/whatif_sheets.h"
#include "report/result_words.h"
#include "report/words.h"

#include <string.h>

/* The columns of the second side stand at the end, and are left out where there is none. */
static size_t columns_of(const pbr_whatif_pages *pages, size_t all, size_t of_second)
{
    return pages->two_sides ? all : all - of_second;
}

static void second_cells(pbr_row *row, const pbr_whatif_pages *pages, size_t column, int64_t before,
                         int64_t after)
{
    if (!pages->two_sides) return;
    pbr_cell_money(row, after);
    pbr_cell_change(row, pages, column, after - before);
}

/* --- by line --- */

struct line_sum {
    const char *id, *title;
    int64_t verdicts[2][PBR_NO_RESULT + 1], pence[2]; /* of either side */
};

struct line_sums {
    const pbr_whatif_pages *pages;
    struct line_sum *items;
    size_t count;
};

static const pbr_book_column LINES[] = {
    PBR_COLUMN("Line", 28, LABEL),
    PBR_SUMMED("Better, base", 9, INTEGER),
    PBR_SUMMED("Neither, base", 9, INTEGER),
    PBR_SUMMED("Worse, base", 9, INTEGER),
    PBR_SUMMED("No result, base", 9, INTEGER),
    PBR_SUMMED("Better, instead", 9, INTEGER),
    PBR_SUMMED("Neither, instead", 9, INTEGER),
    PBR_SUMMED("Worse, instead", 9, INTEGER),
    PBR_SUMMED("No result, instead", 9, INTEGER),
    PBR_SUMMED("Due, base (£)", 17, MONEY),
    PBR_SUMMED("Due, instead (£)", 17, MONEY),
    PBR_SUMMED("Change (£)", 17, MONEY),
};

static const pbr_book_column LINES_ALONE[] = {
    PBR_COLUMN("Line", 28, LABEL),
    PBR_SUMMED("Better, base", 9, INTEGER),
    PBR_SUMMED("Neither, base", 9, INTEGER),
    PBR_SUMMED("Worse, base", 9, INTEGER),
    PBR_SUMMED("No result, base", 9, INTEGER),
    PBR_SUMMED("Due, base (£)", 17, MONEY),
};

static void fill_line(pbr_row *row, const void *context, size_t index)
{
    const struct line_sums *sums = context;
    const struct line_sum *sum = &sums->items[index];
    pbr_cell_text(row, sum->title);
    for (size_t side = 0; side < (sums->pages->two_sides ? 2 : 1); side++)
        for (pbr_verdict verdict = PBR_BETTER; verdict <= PBR_NO_RESULT; verdict++)
            pbr_cell_int(row, sum->verdicts[side][verdict]);
    pbr_cell_money(row, sum->pence[0]);
    second_cells(row, sums->pages, sizeof LINES / sizeof *LINES - 1, sum->pence[0], sum->pence[1]);
}

static struct line_sum *sum_of(struct line_sums *sums, const pbr_compared_line *line)
{
    size_t i = 0;
    while (i < sums->count && strcmp(sums->items[i].id, line->line) != 0) i++;
    struct line_sum *sum = &sums->items[i];
    if (i < sums->count) return sum;
    const pbr_result *result = line->before ? line->before : line->after;
    sums->count++;
    sum->id = line->line;
    sum->title = result ? pbr_line_title(result->line) : line->line;
    return sum;
}

/* The sums fit, since the totals of both settlements do. */
static void add_line(struct line_sums *sums, const pbr_compared_line *line)
{
    struct line_sum *sum = sum_of(sums, line);
    sum->pence[0] += line->before_pence;
    sum->pence[1] += line->after_pence;
    if (line->before) sum->verdicts[0][line->before->verdict]++;
    if (line->after) sum->verdicts[1][line->after->verdict]++;
}

static void add_lines(pbr_whatif_pages *pages)
{
    const pbr_whatif *whatif = pages->whatif;
    struct line_sums *sums = pbr_arena_alloc(pages->scope->arena, sizeof *sums);
    *sums = (struct line_sums){.pages = pages};
    sums->items =
        pbr_arena_alloc(pages->scope->arena, (whatif->lines_count + 1) * sizeof *sums->items);
    for (size_t i = 0; i < whatif->lines_count; i++) add_line(sums, &whatif->lines[i]);
    const pbr_book_column *columns = pages->two_sides ? LINES : LINES_ALONE;
    size_t count =
        pages->two_sides ? sizeof LINES / sizeof *LINES : sizeof LINES_ALONE / sizeof *LINES_ALONE;
    pbr_sheet *sheet =
        pbr_pages_table(pages, "Summary", "summary", "Results and amounts by line",
                        "How many areas and cohorts had each result, and what is due. " PBR_BLANKS,
                        columns, count, sums->count, fill_line, sums);
    sheet->total = true;
}

/* --- payees and areas --- */

struct sums {
    const pbr_whatif_pages *pages;
    const pbr_compared_sum **items;
    size_t count;
};

static const pbr_book_column PAYEES[] = {
    PBR_COLUMN("Payee", 34, LABEL),
    PBR_SUMMED("Due, base (£)", 18, MONEY),
    PBR_SUMMED("Due, instead (£)", 18, MONEY),
    PBR_SUMMED("Change (£)", 18, MONEY),
};
static const pbr_book_column AREAS[] = {
    PBR_AREA_COLUMNS,
    PBR_SUMMED("Due, base (£)", 18, MONEY),
    PBR_SUMMED("Due, instead (£)", 18, MONEY),
    PBR_SUMMED("Change (£)", 18, MONEY),
};
enum { SUM_SECOND = 2 };

static void fill_payee(pbr_row *row, const void *context, size_t index)
{
    const struct sums *sums = context;
    const pbr_compared_sum *sum = sums->items[index];
    pbr_cell_text(row, sum->name);
    pbr_cell_money(row, sum->before_pence);
    second_cells(row, sums->pages, sizeof PAYEES / sizeof *PAYEES - 1, sum->before_pence,
                 sum->after_pence);
}

/* The name of an area of either contract. */
static const char *area_name(const pbr_whatif_pages *pages, const char *code)
{
    const pbr_contract *contracts[] = {pbr_pages_contract(pages), pages->scope->contract};
    for (size_t i = 0; i < sizeof contracts / sizeof *contracts; i++) {
        size_t area = pbr_contract_area(contracts[i], code, strlen(code));
        if (area != PBR_NONE) return contracts[i]->areas[area].name;
    }
    return NULL;
}

static void fill_area(pbr_row *row, const void *context, size_t index)
{
    const struct sums *sums = context;
    const pbr_compared_sum *sum = sums->items[index];
    pbr_cell_text(row, sum->name);
    pbr_cell_text(row, area_name(sums->pages, sum->name));
    pbr_cell_money(row, sum->before_pence);
    second_cells(row, sums->pages, sizeof AREAS / sizeof *AREAS - 1, sum->before_pence,
                 sum->after_pence);
}

static const struct sums *sums_of(const pbr_whatif_pages *pages, pbr_simulated_of of)
{
    const pbr_whatif *whatif = pages->whatif;
    struct sums *sums = pbr_arena_alloc(pages->scope->arena, sizeof *sums);
    *sums = (struct sums){.pages = pages};
    sums->items =
        pbr_arena_alloc(pages->scope->arena, (whatif->sums_count + 1) * sizeof *sums->items);
    for (size_t i = 0; i < whatif->sums_count; i++)
        if (whatif->sums[i].of == of) sums->items[sums->count++] = &whatif->sums[i];
    return sums;
}

static void add_sums(pbr_whatif_pages *pages, pbr_simulated_of of, const char *name,
                     const char *table, const char *title, const pbr_book_column *columns,
                     size_t count, void (*fill)(pbr_row *, const void *, size_t))
{
    const struct sums *sums = sums_of(pages, of);
    pbr_sheet *sheet = pbr_pages_table(
        pages, name, table, title,
        "Due: payable less what earlier settlements settled. A positive amount is owed to the "
        "payee.",
        columns, columns_of(pages, count, SUM_SECOND), sums->count, fill, sums);
    sheet->total = true;
}

/* --- terms --- */

static const pbr_book_column TERMS[] = {
    PBR_COLUMN("File", 24, LABEL),   PBR_COLUMN("Term", 40, TEXT),   PBR_COLUMN("Base", 26, TEXT),
    PBR_COLUMN("Instead", 26, TEXT), PBR_COLUMN("Clause", 26, TEXT), PBR_COLUMN("Source", 26, TEXT),
    PBR_COLUMN("Status", 15, TEXT),
};

static void fill_term(pbr_row *row, const void *context, size_t index)
{
    const pbr_whatif_pages *pages = context;
    const pbr_term_change *change = &pages->whatif->changes[index];
    pbr_cell_text(row, change->file);
    pbr_cell_text(row, change->term);
    pbr_cell_text(row, pbr_or(change->old, "not there"));
    pbr_cell_text(row, pbr_or(change->now, "not there"));
    pbr_cell_text(row, change->clause);
    pbr_cell_text(row, change->source);
    pbr_cell_text(row, change->status);
}

static void add_terms(pbr_whatif_pages *pages)
{
    pbr_pages_table(
        pages, "Terms changed", "terms_changed", "Terms that differ",
        "What was changed, or differs between the two sides. Clause, source and status are "
        "those of the base's term: a changed value has no source but the scenario.",
        PBR_COLUMNS(TERMS), pages->whatif->changes_count, fill_term, pages);
}

/* --- results --- */

#define SIDE(side)                                                                                 \
    PBR_COLUMN("Cases, " side, 10, INTEGER), PBR_COLUMN("Adjusted rate, " side, 10, PERCENT),      \
        PBR_COLUMN("Baseline, " side, 10, PERCENT), PBR_COLUMN("Lower limit, " side, 10, PERCENT), \
        PBR_COLUMN("Upper limit, " side, 10, PERCENT), PBR_COLUMN("Result, " side, 11, TEXT)

static const pbr_book_column RESULTS[] = {
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Line", 27, TEXT),
    PBR_COLUMN("Rate in", 25, TEXT),
    SIDE("base"),
    SIDE("instead"),
    PBR_COLUMN("Another result", 9, TEXT),
    PBR_SUMMED("Due, base (£)", 16, MONEY),
    PBR_SUMMED("Due, instead (£)", 16, MONEY),
    PBR_SUMMED("Change (£)", 16, MONEY),
};
static const pbr_book_column RESULTS_ALONE[] = {
    PBR_PLACE_COLUMNS, PBR_COLUMN("Line", 27, TEXT),           PBR_COLUMN("Rate in", 25, TEXT),
    SIDE("base"),      PBR_SUMMED("Due, base (£)", 16, MONEY),
};

static const char *verdict_words(const pbr_result *result)
{
    const char *verdict = pbr_verdict_text(result->verdict);
    return result->terminate ? "worse; past the termination point" : verdict;
}

static void side_cells(pbr_row *row, const pbr_result *result)
{
    enum { CELLS = 6 };
    if (!result) {
        for (int i = 0; i < CELLS; i++) pbr_cell_blank(row);
        return;
    }
    bool tested = result->verdict != PBR_NO_RESULT;
    pbr_cell_int(row, result->cases);
    pbr_cell_ratio_if(row, result->has_rate, result->adjusted);
    if (result->baseline)
        pbr_cell_ratio(row, result->baseline->rate);
    else
        pbr_cell_blank(row);
    pbr_cell_ratio_if(row, tested, result->lower);
    pbr_cell_ratio_if(row, tested, result->upper);
    pbr_cell_text(row, verdict_words(result));
}

static bool another(const pbr_compared_line *line)
{
    if (!line->before || !line->after) return line->before != line->after;
    return line->before->verdict != line->after->verdict;
}

static void fill_result(pbr_row *row, const void *context, size_t index)
{
    const pbr_whatif_pages *pages = context;
    const pbr_compared_line *line = &pages->whatif->lines[index];
    const pbr_result *result = line->before ? line->before : line->after;
    pbr_cell_text(row, line->area);
    pbr_cell_text(row, area_name(pages, line->area));
    pbr_cell_text(row, line->cohort);
    pbr_cell_text(row, result ? pbr_line_title(result->line) : line->line);
    pbr_cell_text(row, result ? pbr_rate_unit(result->metric->kind) : NULL);
    side_cells(row, line->before);
    if (pages->two_sides) {
        side_cells(row, line->after);
        pbr_cell_text(row, another(line) ? "yes" : NULL);
    }
    pbr_cell_money(row, line->before_pence);
    second_cells(row, pages, sizeof RESULTS / sizeof *RESULTS - 1, line->before_pence,
                 line->after_pence);
}

static void add_results(pbr_whatif_pages *pages)
{
    const pbr_book_column *columns = pages->two_sides ? RESULTS : RESULTS_ALONE;
    size_t count = pages->two_sides ? sizeof RESULTS / sizeof *RESULTS
                                    : sizeof RESULTS_ALONE / sizeof *RESULTS_ALONE;
    pbr_sheet *sheet =
        pbr_pages_table(pages, "Results", "results", "Results and amounts by area, cohort and line",
                        "Limits are shown where there is a result. " PBR_BLANKS, columns, count,
                        pages->whatif->lines_count, fill_result, pages);
    sheet->total = true;
}

void pbr_pages_compared(pbr_whatif_pages *pages)
{
    add_lines(pages);
    if (pages->two_sides || pages->whatif->changes_count) add_terms(pages);
    add_sums(pages, PBR_OF_PAYEE, "Payees", "payees", "What is due to each payee",
             PBR_COLUMNS(PAYEES), fill_payee);
    add_sums(pages, PBR_OF_AREA, "Areas", "areas", "What is due for each area", PBR_COLUMNS(AREAS),
             fill_area);
    add_results(pages);
}
