/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/working_sheets.h"

#include "base/digits.h"
#include "report/constants_sheet.h"
#include "report/run_inputs.h"
#include "report/sheet_parts.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHEET_NAME_MAX = 31, LEAD_MAX = 4, BRACKETS = 3 };
static const char ROW_MARK = '\1';

static const pbr_stage *stage_of(const pbr_work *work, size_t stage)
{
    return &work->working->stages[stage];
}

static const pbr_value *value_of(const pbr_work *work, size_t index, size_t stage)
{
    return work->rows[index]->values[stage];
}

/* --- formulas --- */

static pbr_style style_of(pbr_unit unit)
{
    static const pbr_style STYLES[] = {
        [PBR_UNIT_COUNT] = PBR_STYLE_INTEGER,   [PBR_UNIT_NUMBER] = PBR_STYLE_UNITS,
        [PBR_UNIT_PERCENT] = PBR_STYLE_PERCENT, [PBR_UNIT_RATE] = PBR_STYLE_PERCENT,
        [PBR_UNIT_EVENTS] = PBR_STYLE_UNITS,    [PBR_UNIT_POUNDS] = PBR_STYLE_MONEY,
        [PBR_UNIT_PENCE] = PBR_STYLE_PENCE,     [PBR_UNIT_EXACT_PENCE] = PBR_STYLE_UNITS,
        [PBR_UNIT_WORD] = PBR_STYLE_TEXT,
    };
    return STYLES[unit];
}

static const char *line_formula_cell(const pbr_work *work, size_t stage)
{
    const pbr_scope *scope = work->scope;
    return pbr_link_cell(scope, pbr_link_to(scope, "Constants", "Value"),
                         pbr_line_formula_row(scope->links, work->working, stage));
}

struct template
{
    const pbr_work *work;
    bool whole; /* is everything that it names in the workbook? */
};

static const char *write_name(void *context, const char *name)
{
    struct template *t = context;
    const pbr_work *work = t->work;
    size_t stage = pbr_working_stage(work->working, name);
    const char *cell;
    char column[PBR_CELL_TEXT];
    if (stage == work->working->stages_count)
        cell = pbr_link_constant(work->scope, name);
    else if (work->columns[stage] != PBR_NONE)
        return pbr_arena_printf(work->scope->arena, "%s%c",
                                pbr_column_name(column, work->columns[stage]), ROW_MARK);
    else if (stage_of(work, stage)->formula)
        cell = line_formula_cell(work, stage);
    else
        cell = pbr_link_ingredient(work, 0, stage_of(work, stage));
    t->whole &= cell != NULL;
    return cell ? cell : "";
}

static const char *template_of(const pbr_work *work, size_t stage)
{
    struct template t = {work, true};
    const char *text =
        pbr_expr_cells(stage_of(work, stage)->formula, work->scope->arena, write_name, &t);
    return t.whole ? text : NULL;
}

/* The engine's figures stand behind the stages, in the order of `checked`. */
static size_t engine_column(const pbr_work *work, size_t number)
{
    return work->check_column - work->checked_count + number;
}

/* One of a row's comparisons: a rate is right if it is within a rounding. */
static const char *check_of(const pbr_work *work, size_t number)
{
    const pbr_scope *scope = work->scope;
    const pbr_stage *stage = stage_of(work, work->checked[number]);
    char worked[PBR_CELL_TEXT], engine[PBR_CELL_TEXT];
    pbr_column_name(worked, work->columns[work->checked[number]]);
    pbr_column_name(engine, engine_column(work, number));
    if (stage->unit != PBR_UNIT_RATE)
        return pbr_arena_printf(scope->arena, "%s%c=%s%c", worked, ROW_MARK, engine, ROW_MARK);
    return pbr_arena_printf(scope->arena, "ROUND(%s%c-%s%c,%s)=%s", worked, ROW_MARK, engine,
                            ROW_MARK, pbr_link_constant(scope, "rate_steady"),
                            pbr_link_constant(scope, "zero"));
}

static const char *check_template(const pbr_work *work)
{
    const pbr_scope *scope = work->scope;
    const char *tests = "";
    for (size_t i = 0; i < work->checked_count; i++)
        tests = pbr_arena_printf(scope->arena, "%s%s%s", tests, i ? "," : "", check_of(work, i));
    return pbr_arena_printf(scope->arena, "IF(AND(%s),%s,%s)", tests,
                            pbr_link_constant(scope, "ok"), pbr_link_constant(scope, "differs"));
}

/* "=" and the template with the number of the row, from 1. */
static char *in_row(pbr_arena *arena, const char *template, uint32_t row)
{
    char number[PBR_DIGITS_TEXT];
    size_t marks = 0, length = strlen(template), digits = pbr_whole_digits(number, row);
    for (size_t i = 0; i < length; i++) marks += template[i] == ROW_MARK;
    char *text = pbr_arena_alloc(arena, length + marks * digits + 2), *at = text;
    *at++ = '=';
    for (size_t i = 0; i < length; i++) {
        if (template[i] != ROW_MARK) {
            *at++ = template[i];
            continue;
        }
        memcpy(at, number, digits);
        at += digits;
    }
    return text;
}

static const char *formula_of(const pbr_work *work, size_t index, size_t stage, uint32_t row)
{
    pbr_arena *arena = work->scope->arena;
    if (!stage_of(work, stage)->formula) {
        const char *cell = pbr_link_ingredient(work, index, stage_of(work, stage));
        return cell ? pbr_arena_printf(arena, "=%s", cell) : NULL;
    }
    bool holds = work->rows[index]->floating[stage] == PBR_FLOATING_SAME;
    return holds && work->templates[stage] ? in_row(arena, work->templates[stage], row) : NULL;
}

/* --- cells --- */

static void formula_cell(pbr_row *row, pbr_style style, const char *formula, const pbr_value *value)
{
    if (value->kind == PBR_VALUE_WORD)
        pbr_cell_formula_text(row, style, formula, value->word);
    else
        pbr_cell_formula(row, style, formula, pbr_cell_number(value));
}

static void given_cell(pbr_row *row, pbr_style style, const pbr_value *value)
{
    if (value->kind == PBR_VALUE_WORD)
        pbr_cell_given_text(row, value->word);
    else
        pbr_cell_given(row, style, pbr_cell_number(value));
}

/* What the run was given and no other sheet shows. */
static bool is_input(const pbr_stage *stage)
{
    return stage->origin == PBR_STAGE_FLOW &&
           (!strcmp(stage->key, "days") || !strcmp(stage->key, "of_days") ||
            !strcmp(stage->key, "disposition"));
}

static void value_cell(pbr_row *row, const pbr_value *value)
{
    if (value->kind == PBR_VALUE_WORD)
        pbr_cell_text(row, value->word);
    else
        pbr_cell_double(row, pbr_cell_number(value));
}

void pbr_work_formula_cell(pbr_row *row, const pbr_work *work, size_t index, size_t stage)
{
    const pbr_value *value = value_of(work, index, stage);
    pbr_style style = style_of(stage_of(work, stage)->unit);
    if (value->kind == PBR_VALUE_NONE) {
        pbr_cell_blank(row);
        return;
    }
    const char *formula = formula_of(work, index, stage, pbr_row_number(row) + 1);
    if (formula)
        formula_cell(row, style, formula, value);
    else if (is_input(stage_of(work, stage)))
        value_cell(row, value);
    else
        given_cell(row, style, value);
}

static const char *room_words(const pbr_work *work, const pbr_working_row *row)
{
    const pbr_settlement *s = work->scope->settlement;
    const pbr_cap_use *use = &s->caps[s->cap_steps[row->item].use];
    const char *room = pbr_arena_printf(work->scope->arena, "%s/%s/%s",
                                        work->scope->contract->areas[use->area].code, use->cap->id,
                                        use->cohort ? use->cohort : use->contract_year);
    return use->line ? pbr_arena_printf(work->scope->arena, "%s/%s", room, use->line) : room;
}

static void lead_cells(pbr_row *out, const pbr_work *work, const pbr_working_row *row)
{
    const pbr_scope *scope = work->scope;
    const pbr_line *line = work->working->line ? work->working->line : row->claim->line;
    pbr_cell_text(out, pbr_figure_label(scope, row->area, row->cohort, line->id));
    pbr_cell_text(out, scope->contract->areas[row->area].code);
    pbr_cell_text(out, scope->contract->cohorts[row->cohort].name);
    if (work->kind == PBR_WORK_CAPS) pbr_cell_text(out, room_words(work, row));
    if (work->kind == PBR_WORK_PAYMENTS)
        pbr_cell_text(out, scope->settlement->payments[row->item].payee);
}

static void check_cells(pbr_row *row, const pbr_work *work, size_t index)
{
    for (size_t i = 0; i < work->checked_count; i++) {
        const pbr_value *value = value_of(work, index, work->checked[i]);
        if (value->kind == PBR_VALUE_NONE)
            pbr_cell_blank(row);
        else
            value_cell(row, value);
    }
    if (work->checked_count)
        pbr_cell_formula_text(row, PBR_STYLE_CHECK,
                              in_row(work->scope->arena, work->check, pbr_row_number(row) + 1),
                              PBR_WORD_OK);
}

static void fill_work(pbr_row *row, const void *context, size_t index)
{
    const pbr_work *work = context;
    lead_cells(row, work, work->rows[index]);
    for (size_t i = 0; i < work->working->stages_count; i++)
        if (work->columns[i] != PBR_NONE) pbr_work_formula_cell(row, work, index, i);
    check_cells(row, work, index);
}

/* --- columns --- */

static pbr_book_column column_of(const pbr_work *work, const pbr_stage *stage)
{
    static const double WIDTHS[] = {
        [PBR_UNIT_COUNT] = 11, [PBR_UNIT_NUMBER] = 12,      [PBR_UNIT_PERCENT] = 11,
        [PBR_UNIT_RATE] = 11,  [PBR_UNIT_EVENTS] = 13,      [PBR_UNIT_POUNDS] = 15,
        [PBR_UNIT_PENCE] = 14, [PBR_UNIT_EXACT_PENCE] = 18, [PBR_UNIT_WORD] = 12,
    };
    const char *unit =
        stage->unit == PBR_UNIT_PENCE || stage->unit == PBR_UNIT_EXACT_PENCE ? ", pence" : "";
    return (pbr_book_column){
        .header =
            pbr_arena_printf(work->scope->arena, "%s%s (%s)", stage->title, unit, stage->field),
        .width = fmax(WIDTHS[stage->unit], (double)strlen(stage->field) + BRACKETS),
        .style = style_of(stage->unit),
        .input = is_input(stage)};
}

static bool is_blank(const pbr_work *work, const char *field)
{
    size_t stage = pbr_working_stage(work->working, field);
    for (size_t i = 0; stage < work->working->stages_count && i < work->rows_count; i++)
        if (value_of(work, i, stage)->kind != PBR_VALUE_NONE) return false;
    return true;
}

/* A baseline without a termination point has nothing to say about termination. */
static bool is_shown(const pbr_stage *stage, bool terminates)
{
    bool termination = !strcmp(stage->field, "terminate_at") || !strcmp(stage->field, "terminate");
    return !stage->per_line && (terminates || !termination);
}

/* Those of the engine's figures that matter most in this working. */
static void choose_checked(pbr_work *work)
{
    static const char *const FIELDS[] = {"adjusted_rate",  "lower",        "upper",
                                         "result",         "net_pence",    "after_pence",
                                         "computed_pence", "capped_pence", "due_pence"};
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
        size_t stage = pbr_working_stage(work->working, FIELDS[i]);
        if (stage < work->working->stages_count) work->checked[work->checked_count++] = stage;
    }
}

static size_t add_lead(const pbr_work *work, pbr_book_column *columns)
{
    static const pbr_book_column LEAD[] = {PBR_COLUMN("Figure", 28, LABEL),
                                           PBR_COLUMN(PBR_HEADER_AREA_CODE, 6, TEXT),
                                           PBR_COLUMN("Cohort", 9, TEXT)};
    static const pbr_book_column ROOM = PBR_COLUMN("Room", 24, TEXT),
                                 PAYEE = PBR_COLUMN("Payee", 34, TEXT);
    size_t count = sizeof LEAD / sizeof *LEAD;
    memcpy(columns, LEAD, sizeof LEAD);
    if (work->kind == PBR_WORK_CAPS) columns[count++] = ROOM;
    if (work->kind == PBR_WORK_PAYMENTS) columns[count++] = PAYEE;
    return count;
}

static size_t add_engine(const pbr_work *work, pbr_book_column *columns, size_t count)
{
    for (size_t i = 0; i < work->checked_count; i++) {
        const pbr_stage *stage = stage_of(work, work->checked[i]);
        columns[count] = column_of(work, stage);
        columns[count++].header =
            pbr_arena_printf(work->scope->arena, "The program's own: %s", stage->field);
    }
    if (work->checked_count) columns[count++] = (pbr_book_column)PBR_COLUMN("Check", 9, CHECK);
    return count;
}

static const pbr_book_column *plan_columns(pbr_work *work, size_t *count)
{
    const pbr_working *working = work->working;
    bool terminates = !is_blank(work, "terminate_at");
    choose_checked(work);
    pbr_book_column *columns = pbr_arena_alloc(
        work->scope->arena,
        (LEAD_MAX + working->stages_count + work->checked_count + 1) * sizeof *columns);
    work->columns =
        pbr_arena_alloc(work->scope->arena, (working->stages_count + 1) * sizeof *work->columns);
    *count = add_lead(work, columns);
    for (size_t i = 0; i < working->stages_count; i++) {
        work->columns[i] = PBR_NONE;
        if (!is_shown(stage_of(work, i), terminates)) continue;
        work->columns[i] = *count;
        columns[(*count)++] = column_of(work, stage_of(work, i));
    }
    *count = add_engine(work, columns, *count);
    work->check_column = *count - 1;
    return columns;
}

/* --- sheets --- */

static bool is_taken(const pbr_links *links, const char *name)
{
    for (size_t i = 0; i < links->works_count; i++)
        if (strcasecmp(links->works[i].sheet.name, name) == 0) return true;
    return false;
}

/* At most 31 characters, none that a sheet's name may not have, unlike any before. */
static const char *sheet_name(const pbr_links *links, const char *wanted)
{
    pbr_arena *arena = links->scope->arena;
    char *name = pbr_arena_printf(arena, "%.*s", SHEET_NAME_MAX, wanted);
    for (char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != ' ' && *at != '-') *at = '-';
    for (unsigned number = 2; is_taken(links, name); number++)
        name = pbr_arena_printf(arena, "%.*s %u", SHEET_NAME_MAX - 4, name, number);
    return name;
}

static const char ABOUT[] =
    "From left to right, a column a step and a row a figure. In brackets stands the step's name in "
    "figures. A column of formulas has the same formula in every row; a column of inputs points at "
    "the sheet that holds them. At the right stand the program's own figures, for comparison. A "
    "cell "
    "that is underlined on grey has no formula: what stands there the program gives. " PBR_BLANKS;

/* Why the program gives what no formula can. */
static const char *about(const pbr_work *work)
{
    const char *words = ABOUT;
    for (size_t i = 0; i < work->working->stages_count; i++) {
        const pbr_stage *stage = stage_of(work, i);
        if (stage->note && work->columns[i] != PBR_NONE)
            words = pbr_arena_printf(work->scope->arena, "%s %s: %s.", words, stage->title,
                                     stage->note);
    }
    return words;
}

static void plan_work(pbr_work *work, const char *name, const char *table, const char *title)
{
    size_t count;
    const pbr_book_column *columns = plan_columns(work, &count);
    work->sheet = pbr_sheet_plan(work->scope, name, table, title, about(work), columns, count,
                                 work->rows_count, fill_work);
    work->sheet.context = work;
    work->sheet.filter = false;
}

/* Whether a payment, or one that shares its line, is of this workbook's payee. */
static bool *own_claims(const pbr_scope *scope)
{
    bool *own = pbr_alloc(scope->settlement->claims->count, sizeof *own);
    for (size_t i = 0; i < scope->payments.count; i++)
        own[((const pbr_payment *)scope->payments.at[i])->claim] = true;
    return own;
}

static void take_payment_rows(pbr_work *work)
{
    bool *own = own_claims(work->scope);
    for (size_t i = 0; i < work->working->rows_count; i++) {
        const pbr_working_row *row = &work->working->rows[i];
        if (own[work->scope->settlement->payments[row->item].claim])
            work->rows[work->rows_count++] = row;
    }
    free(own);
}

static void take_rows(pbr_work *work)
{
    const pbr_working *working = work->working;
    work->rows =
        pbr_arena_alloc(work->scope->arena, (working->rows_count + 1) * sizeof *work->rows);
    if (work->kind == PBR_WORK_PAYMENTS) {
        take_payment_rows(work);
        return;
    }
    for (size_t i = 0; i < working->rows_count; i++)
        if (pbr_scope_shows(work->scope, working->rows[i].area, working->rows[i].cohort))
            work->rows[work->rows_count++] = &working->rows[i];
}

static void count_given(pbr_work *work)
{
    for (size_t i = 0; i < work->rows_count; i++)
        for (size_t k = 0; k < work->working->stages_count; k++) {
            if (value_of(work, i, k)->kind == PBR_VALUE_NONE || work->columns[k] == PBR_NONE)
                continue;
            work->given += work->rows[i]->floating[k] == PBR_FLOATING_DIFFERS;
            work->blank += work->rows[i]->floating[k] == PBR_FLOATING_BLANK;
        }
}

static void list_line_formulas(pbr_links *links, const pbr_work *work)
{
    for (size_t i = 0; i < work->working->stages_count; i++) {
        const pbr_stage *stage = stage_of(work, i);
        if (!stage->per_line || !stage->formula) continue;
        pbr_line_formula *formula = pbr_arena_alloc(links->scope->arena, sizeof *formula);
        *formula = (pbr_line_formula){work, i};
        pbr_list_add(&links->line_formulas, formula);
    }
}

/* Left out where it has no rows. */
static void add_work(pbr_links *links, pbr_work_kind kind, const pbr_working *working,
                     const char *name, const char *title)
{
    pbr_work *work = &links->works[links->works_count];
    *work = (pbr_work){.scope = links->scope, .kind = kind, .working = working};
    take_rows(work);
    if (!work->rows_count) return;
    plan_work(work, sheet_name(links, name),
              pbr_arena_printf(links->scope->arena, "workings_%zu", links->works_count + 1), title);
    count_given(work);
    list_line_formulas(links, work);
    links->works_count++;
}

static bool has_versions(const pbr_workings *all, const pbr_line *line)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        count += strcmp(all->workings[i].line->id, line->id) == 0;
    return count > 1;
}

static void add_line(pbr_links *links, const pbr_working *working)
{
    pbr_arena *arena = links->scope->arena;
    const char *id = working->line->id, *version = working->rules->name;
    bool several = has_versions(links->scope->workings, working->line);
    add_work(links, PBR_WORK_LINE, working,
             several ? pbr_arena_printf(arena, "Work %.14s %.10s", id, version)
                     : pbr_arena_printf(arena, "Work %s", id),
             pbr_arena_printf(arena, "Workings: %s (line %s, rules %s)",
                              pbr_line_title(working->line), id, version));
}

static void map_payments(pbr_links *links)
{
    const pbr_scope *scope = links->scope;
    size_t count = scope->settlement->payments_count;
    links->payment_rows = pbr_arena_alloc(scope->arena, (count + 1) * sizeof *links->payment_rows);
    for (size_t i = 0; i < count; i++) links->payment_rows[i] = PBR_NONE;
    const pbr_work *work = pbr_work_of(scope, &scope->workings->payments);
    for (size_t i = 0; work && i < work->rows_count; i++)
        links->payment_rows[work->rows[i]->item] = i;
}

void pbr_works_plan(pbr_links *links)
{
    static const struct {
        const char *name, *title;
    } CAPS[] = {
        [PBR_CAP_LINE] = {"Cap line", "Workings: caps over a line"},
        [PBR_CAP_COHORT] = {"Cap cohort", "Workings: caps over a cohort"},
        [PBR_CAP_YEAR] = {"Cap year", "Workings: caps over the cohorts formed in a year"},
        [PBR_CAP_LIFE] = {"Cap life", "Workings: caps over the life of the contract"},
    };
    const pbr_workings *all = links->scope->workings;
    links->works = pbr_arena_alloc(links->scope->arena,
                                   (all->count + PBR_CAP_LEVELS + 2) * sizeof *links->works);
    for (size_t i = 0; i < all->count; i++) add_line(links, &all->workings[i]);
    add_work(links, PBR_WORK_NET, &all->net, "Top-ups", "Workings: top-ups, net of other lines");
    for (size_t level = 0; level < PBR_CAP_LEVELS; level++)
        add_work(links, PBR_WORK_CAPS, &all->caps[level], CAPS[level].name, CAPS[level].title);
    add_work(links, PBR_WORK_PAYMENTS, &all->payments, "Payment workings",
             "Workings: shares, decisions and earlier settlements, to what is due");
    map_payments(links);
}

/* --- placing --- */

static const char *header_of_count(const char *key)
{
    static const char *const HEADERS[][2] = {
        {"starts", "Starts"},
        {"eligible", "Eligible"},
        {"measurable", "Measurable"},
        {"reoffenders", "Reoffenders"},
        {"reoffences", "Reoffences"},
        {"reoffences_squared", "Sum of squared reoffences"},
        {"ogrs_sum", "Score sum"},
        {"ogrs_sum_reoffenders", "Score sum of reoffenders"},
        {"ogrs_squares", "Sum of squared scores"},
        {"days", "Days"},
        {"expected", "Expected persons with an event"},
    };
    for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++)
        if (strcmp(HEADERS[i][0], key) == 0) return HEADERS[i][1];
    return "";
}

static const char *header_of_baseline(const char *key)
{
    static const char *const HEADERS[][2] = {
        {"rate", PBR_HEADER_BASELINE},      {"cases", "Cases"},
        {"sd", "Standard deviation"},       {"ogrs_mean", "Mean score"},
        {"lower", PBR_HEADER_LOWER},        {"upper", PBR_HEADER_UPPER},
        {"terminate", "Termination point"},
    };
    for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++)
        if (strcmp(HEADERS[i][0], key) == 0) return HEADERS[i][1];
    return "";
}

static pbr_link link_of(const pbr_work *work, const pbr_stage *stage)
{
    const pbr_scope *scope = work->scope;
    switch (stage->origin) {
    case PBR_STAGE_COUNT:
        return pbr_link_to(scope, "Measures", header_of_count(stage->key));
    case PBR_STAGE_BASELINE:
        return pbr_link_to(scope, "Baselines", header_of_baseline(stage->key));
    case PBR_STAGE_PRICE:
        return pbr_link_to(scope, "Prices", "Value");
    case PBR_STAGE_STEP:
        return pbr_link_to(scope, "Steps",
                           pbr_ingredient_step_from(stage)
                               ? "From a change of"
                               : "Value (money, or percent of a slice)");
    case PBR_STAGE_INDEX:
        return pbr_link_to(scope, "Indices", "Value");
    case PBR_STAGE_VOLUME:
        return pbr_link_to(scope, "Volumes", "Starts");
    case PBR_STAGE_LEVEL:
        return pbr_link_to(scope, "Service levels",
                           strcmp(stage->key, "numerator") == 0 ? "Met" : "Of");
    default:
        return (pbr_link){0};
    }
}

static void place_work(pbr_work *work)
{
    size_t count = work->working->stages_count;
    pbr_arena *arena = work->scope->arena;
    work->links = pbr_arena_alloc(arena, (count + 1) * sizeof *work->links);
    work->templates = pbr_arena_alloc(arena, (count + 1) * sizeof *work->templates);
    for (size_t i = 0; i < count; i++) work->links[i] = link_of(work, stage_of(work, i));
    for (size_t i = 0; i < count; i++)
        if (stage_of(work, i)->formula) work->templates[i] = template_of(work, i);
    if (work->checked_count) work->check = check_template(work);
}

void pbr_works_place(pbr_links *links)
{
    for (size_t i = 0; i < links->works_count; i++) place_work(&links->works[i]);
}

/* --- do they come to the program's figures? --- */

static void work_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_work *work = item;
    pbr_link checks = pbr_link_to(scope, work->sheet.name, "Check");
    const char *range = pbr_link_range(scope, checks, 0, work->rows_count);
    const char *ok = pbr_link_constant(scope, "ok");
    pbr_cell_link(row, work->sheet.name, work->sheet.name);
    pbr_cell_text(row, work->sheet.title);
    pbr_cell_int(row, (int64_t)work->rows_count);
    pbr_cell_int(row, (int64_t)work->given);
    pbr_cell_int(row, (int64_t)work->blank);
    pbr_cell_formula_text(row, PBR_STYLE_CHECK,
                          range ? pbr_arena_printf(scope->arena,
                                                   "=IF(COUNTIF(%s,%s)=ROWS(%s),%s,%s)", range, ok,
                                                   range, ok, pbr_link_constant(scope, "differs"))
                                : pbr_arena_printf(scope->arena, "=%s", ok),
                          PBR_WORD_OK);
}

static const pbr_part WORKS[] = {
    {PBR_COLUMN("Sheet", 26, LABEL), NULL, work_cells},
    {PBR_COLUMN("What it works out", 60, TEXT), NULL, NULL},
    {PBR_COLUMN("Rows", 9, INTEGER), NULL, NULL},
    {PBR_COLUMN("Given: floating point differs", 14, INTEGER), NULL, NULL},
    {PBR_COLUMN("Given: rests on a blank cell", 14, INTEGER), NULL, NULL},
    {PBR_COLUMN("Check", 11, CHECK), NULL, NULL},
};

pbr_sheet pbr_sheet_recalculation(const pbr_scope *scope)
{
    pbr_list *works = pbr_arena_alloc(scope->arena, sizeof *works);
    works->count = scope->links->works_count;
    works->at = pbr_arena_alloc(scope->arena, (works->count + 1) * sizeof *works->at);
    for (size_t i = 0; i < works->count; i++) works->at[i] = &scope->links->works[i];
    pbr_sheet sheet = pbr_sheet_of_parts(
        scope, "Recalculation", "recalculation",
        "Recalculation: do the formulas come to the program's figures?",
        "Each sheet of workings has the program's own figures beside its formulas. Change an input "
        "and the workbook follows: what then differs from the program's figures is said here and "
        "on "
        "the front sheet. Cells that the program gives do not follow.",
        PBR_COLUMNS(WORKS), works);
    sheet.filter = false;
    return sheet;
}

size_t pbr_works_given(const pbr_scope *scope)
{
    size_t count = 0;
    for (size_t i = 0; i < scope->links->works_count; i++) count += scope->links->works[i].given;
    return count;
}

size_t pbr_works_blank(const pbr_scope *scope)
{
    size_t count = 0;
    for (size_t i = 0; i < scope->links->works_count; i++) count += scope->links->works[i].blank;
    return count;
}
