/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/difference_book.h"

#include "report/book.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS(array) .columns = (array), .columns_count = sizeof(array) / sizeof *(array)
#define COLUMN(header, width, style)                                                               \
    {                                                                                              \
        header, width, PBR_STYLE_##style, false, false                                             \
    }
#define SUMMED(header, width, style)                                                               \
    {                                                                                              \
        header, width, PBR_STYLE_##style, true, false                                              \
    }

struct writer {
    const pbr_difference *difference;
    const pbr_figure_change *total; /* NULL: no change */
    const pbr_figure_change **lines;
    size_t lines_count;
    const char *source;
    pbr_arena *arena;
};

/* Pounds from a text of whole pence, or from exact pence. */
static void text_pounds(pbr_row *row, const char *pence)
{
    if (pence)
        pbr_cell_money(row, strtoll(pence, NULL, 10));
    else
        pbr_cell_blank(row);
}

static void exact_pounds(pbr_row *row, const mpq_t pence)
{
    mpq_t pounds, hundredth;
    mpq_inits(pounds, hundredth, NULL);
    pbr_ratio_set(hundredth, 1, 100);
    mpq_mul(pounds, pence, hundredth);
    pbr_cell_ratio_styled(row, PBR_STYLE_UNITS, pounds); /* parts of a penny are seen */
    mpq_clears(pounds, hundredth, NULL);
}

/* --- summary --- */

/* Old total, a row a cause, new total as their sum, the check. */
enum {
    SUMMARY_OLD,
    SUMMARY_FIRST,
    SUMMARY_NEW = SUMMARY_FIRST + PBR_CAUSES,
    SUMMARY_RECORDED,
    SUMMARY_CHECK,
    SUMMARY_ROWS
};

static const pbr_book_column SUMMARY[] = {
    COLUMN("Item", 34, LABEL),
    COLUMN("Amount (£)", 18, MONEY),
    COLUMN("What it is", 80, TEXT),
};

static const char *const CAUSE_MEANING[PBR_CAUSES] = {
    [PBR_CAUSE_DATA_ROWS] = "other data (score, reoffences, volumes) of starts that both count",
    [PBR_CAUSE_MEMBERSHIP] = "starts that count in one of the two only, as the data have it",
    [PBR_CAUSE_TERMS] = "the contract: who counts and what it is worth",
    [PBR_CAUSE_RUN] = "date, cohorts, earlier settlements, decisions, other money",
    [PBR_CAUSE_ENGINE] = "the program that made the one or the other",
    [PBR_CAUSE_ROUNDING] = "rounding to whole pence, where nothing limits an amount",
};

static void sum_cell(const struct writer *w, pbr_row *row, size_t index)
{
    uint32_t here = pbr_row_number(row); /* from 0: as a row of a formula, the row above */
    const char *sum = pbr_arena_printf(w->arena, "=ROUND(SUM(B%" PRIu32 ":B%" PRIu32 "),2)",
                                       here - (uint32_t)index + SUMMARY_OLD + 1, here);
    pbr_cell_formula(row, PBR_STYLE_MONEY, sum, (double)w->difference->now.total_pence / 100);
}

static void check_cell(const struct writer *w, pbr_row *row)
{
    uint32_t here = pbr_row_number(row);
    const char *check = pbr_arena_printf(
        w->arena, "=IF(ROUND(B%" PRIu32 "-B%" PRIu32 ",2)=0,\"adds up\",\"differs\")", here - 1,
        here);
    pbr_cell_formula_text(row, PBR_STYLE_CHECK, check, "adds up");
}

static void fill_summary(pbr_row *row, const void *context, size_t index)
{
    const struct writer *w = context;
    const pbr_figure_change *total = w->total;
    if (index == SUMMARY_OLD) {
        pbr_cell_text(row, "Total due, old");
        pbr_cell_money(row, w->difference->old.total_pence);
        pbr_cell_text(row, w->difference->old.id);
    } else if (index < SUMMARY_NEW) {
        pbr_cause cause = (pbr_cause)(index - SUMMARY_FIRST);
        pbr_cell_text(row, pbr_cause_words(cause));
        if (total)
            exact_pounds(row, total->parts[cause]);
        else
            pbr_cell_money(row, 0);
        pbr_cell_text(row, CAUSE_MEANING[cause]);
    } else if (index == SUMMARY_NEW) {
        pbr_cell_text(row, "Total due, new: the sum of these");
        sum_cell(w, row, index);
        pbr_cell_text(row, w->difference->now.id);
    } else if (index == SUMMARY_RECORDED) {
        pbr_cell_text(row, "Total due, new: as recorded");
        pbr_cell_money(row, w->difference->now.total_pence);
        pbr_cell_blank(row);
    } else {
        pbr_cell_text(row, "Check");
        check_cell(w, row);
        pbr_cell_blank(row);
    }
}

/* --- lines --- */

static const pbr_book_column LINES[] = {
    COLUMN("Line", 34, LABEL),
    SUMMED("Due, old (£)", 15, MONEY),
    SUMMED("Due, new (£)", 15, MONEY),
    SUMMED("Change (£)", 15, MONEY),
    COLUMN("Data rows (£)", 16, UNITS),
    COLUMN("Membership (£)", 16, UNITS),
    COLUMN("Terms (£)", 16, UNITS),
    COLUMN("Run (£)", 16, UNITS),
    COLUMN("Engine (£)", 16, UNITS),
    COLUMN("Rounding (£)", 16, UNITS),
    COLUMN("What changed in the counts", 70, TEXT),
};

static const char *count_words(const struct writer *w, const pbr_figure_change *change)
{
    const char *words = "";
    for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++) {
        const char *own =
            pbr_difference_words(w->difference, cause, change->area, change->cohort, w->arena);
        if (*own && cause != PBR_CAUSE_RUN)
            words = pbr_arena_printf(w->arena, "%s%s%s: %s", words, *words ? ". " : "",
                                     pbr_cause_words(cause), own);
    }
    return words;
}

static void fill_lines(pbr_row *row, const void *context, size_t index)
{
    const struct writer *w = context;
    const pbr_figure_change *change = w->lines[index];
    pbr_cell_text(
        row, pbr_arena_printf(w->arena, "%s/%s/%s", change->area, change->cohort, change->line));
    text_pounds(row, change->old);
    text_pounds(row, change->now);
    pbr_cell_money(row, pbr_ratio_floor(change->change));
    for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++) exact_pounds(row, change->parts[cause]);
    pbr_cell_text(row, count_words(w, change));
}

/* --- figures --- */

static const pbr_book_column FIGURES[] = {
    COLUMN("Figure", 42, LABEL),   COLUMN("Old", 18, TEXT),        COLUMN("New", 18, TEXT),
    COLUMN("Change", 16, UNITS),   COLUMN("Data rows", 14, UNITS), COLUMN("Membership", 14, UNITS),
    COLUMN("Terms", 14, UNITS),    COLUMN("Run", 14, UNITS),       COLUMN("Engine", 14, UNITS),
    COLUMN("Rounding", 14, UNITS), COLUMN("Changed at", 30, TEXT),
};

static const char *causes_of(const struct writer *w, const pbr_figure_change *change)
{
    const char *words = "";
    for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++)
        if (change->moved[cause])
            words = pbr_arena_printf(w->arena, "%s%s%s", words, *words ? ", " : "",
                                     pbr_cause_words(cause));
    return words;
}

static void fill_figures(pbr_row *row, const void *context, size_t index)
{
    const struct writer *w = context;
    const pbr_figure_change *change = &w->difference->figures->items[index];
    pbr_cell_text(row, change->name);
    pbr_cell_text(row, change->old ? change->old : "no line");
    pbr_cell_text(row, change->now ? change->now : "no line");
    pbr_cell_ratio_if(row, change->numeric, change->change);
    for (pbr_cause cause = 0; cause < PBR_CAUSES; cause++)
        pbr_cell_ratio_if(row, change->numeric, change->parts[cause]);
    pbr_cell_text(row, causes_of(w, change));
}

/* --- counts, terms, inputs --- */

static const pbr_book_column COUNTS[] = {
    COLUMN("Area code", 10, LABEL), COLUMN("Cohort", 10, TEXT), COLUMN("Group", 10, TEXT),
    COLUMN("Cause", 14, TEXT),      COLUMN("Count", 14, TEXT),  COLUMN("Old", 16, TEXT),
    COLUMN("New", 16, TEXT),
};

static void fill_counts(pbr_row *row, const void *context, size_t index)
{
    const struct writer *w = context;
    const pbr_count_change *change = &w->difference->counts.items[index];
    pbr_cell_text(row, change->area);
    pbr_cell_text(row, change->cohort);
    pbr_cell_text(row, change->control ? "control" : "treated");
    pbr_cell_text(row, pbr_cause_words(change->cause));
    pbr_cell_text(row, change->what);
    pbr_cell_text(row, change->old);
    pbr_cell_text(row, change->now);
}

static const pbr_book_column TERMS[] = {
    COLUMN("File", 24, LABEL),  COLUMN("Term", 40, TEXT),   COLUMN("Old", 24, TEXT),
    COLUMN("New", 24, TEXT),    COLUMN("Clause", 22, TEXT), COLUMN("Source", 22, TEXT),
    COLUMN("Status", 14, TEXT),
};

static void fill_terms(pbr_row *row, const void *context, size_t index)
{
    const struct writer *w = context;
    const pbr_term_change *change = &w->difference->terms->items[index];
    pbr_cell_text(row, change->file);
    pbr_cell_text(row, change->term);
    pbr_cell_text(row, change->old ? change->old : "not there");
    pbr_cell_text(row, change->now ? change->now : "not there");
    pbr_cell_text(row, change->clause);
    pbr_cell_text(row, change->source);
    pbr_cell_text(row, change->status);
}

static const pbr_book_column INPUTS[] = {
    COLUMN("Role", 14, LABEL),        COLUMN("Files", 12, TEXT),
    COLUMN("Rows, old", 11, INTEGER), COLUMN("Rows, new", 11, INTEGER),
    COLUMN("Added", 11, INTEGER),     COLUMN("Removed", 11, INTEGER),
    COLUMN("Changed", 11, INTEGER),   COLUMN("Old files", 60, TEXT),
    COLUMN("New files", 60, TEXT),
};

static const char *files_words(const struct writer *w, const pbr_input_side *side)
{
    const char *words = "";
    for (size_t i = 0; i < side->count; i++)
        words = pbr_arena_printf(w->arena, "%s%s%s, SHA-256 %s", words, *words ? "; " : "",
                                 side->files[i].name, side->files[i].sha256);
    return *words ? words : "none";
}

static void fill_inputs(pbr_row *row, const void *context, size_t index)
{
    const struct writer *w = context;
    const pbr_input_change *input = &w->difference->inputs[index];
    const int64_t rows[] = {input->old_rows, input->new_rows, input->added, input->removed,
                            input->changed};
    pbr_cell_text(row, input->role);
    pbr_cell_text(row, input->same ? "the same" : "different");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (input->rows_known)
            pbr_cell_int(row, rows[i]);
        else
            pbr_cell_blank(row);
    pbr_cell_text(row, files_words(w, &input->old));
    pbr_cell_text(row, files_words(w, &input->now));
}

static const char *about_words(const struct writer *w)
{
    const char *about =
        "What changed between two settlements of one scheme, by cause, in this order: the program, "
        "other data of starts that both count, who counts by the data, the contract, what the run "
        "was told. The parts add up exactly; another order would give other parts.";
    for (size_t i = 0; i < w->difference->notes_count; i++)
        about = pbr_arena_printf(w->arena, "%s Note: %s.", about, w->difference->notes[i]);
    return about;
}

/* In their order; what depends on the difference is filled in as they are added. */
static const pbr_sheet SHEETS[] = {
    {.name = "Summary",
     .table = "summary",
     .title = "Two settlements compared",
     COLUMNS(SUMMARY),
     .fill = fill_summary},
    {.name = "Lines",
     .table = "lines",
     .title = "Lines by the change of what is due",
     .about = "A blank amount: the settlement has no such line.",
     COLUMNS(LINES),
     .fill = fill_lines,
     .total = true,
     .filter = true},
    {.name = "Figures",
     .table = "figures",
     .title = "Every figure that differs",
     .about = "Money is in pence. Figures that are words, or that one settlement lacks, have no "
              "parts; the last column says where they changed.",
     COLUMNS(FIGURES),
     .fill = fill_figures,
     .filter = true},
    {.name = "Counts",
     .table = "counts",
     .title = "What changed in the counts",
     .about = "By cause, in the order of the causes.",
     COLUMNS(COUNTS),
     .fill = fill_counts,
     .filter = true},
    {.name = "Terms",
     .table = "terms",
     .title = "Terms that differ",
     .about = "Clause, source and status are those of the new contract; of the old one where it "
              "alone has the term.",
     COLUMNS(TERMS),
     .fill = fill_terms,
     .filter = true},
    {.name = "Inputs",
     .table = "inputs",
     .title = "Inputs of the two settlements",
     .about = "Rows are told apart by their key; blank where the files were not found.",
     COLUMNS(INPUTS),
     .fill = fill_inputs},
};

static void add_sheets(pbr_book *book, const struct writer *w)
{
    const pbr_difference *d = w->difference;
    const size_t rows[] = {SUMMARY_ROWS,    w->lines_count,  d->figures->count,
                           d->counts.count, d->terms->count, d->inputs_count};
    for (size_t i = 0; i < sizeof SHEETS / sizeof *SHEETS; i++) {
        pbr_sheet sheet = SHEETS[i];
        sheet.context = w;
        sheet.source = w->source;
        sheet.rows_count = rows[i];
        sheet.landscape = true;
        if (!sheet.about) sheet.about = about_words(w);
        pbr_book_add(book, &sheet);
    }
}

bool pbr_difference_book(const char *path, const pbr_difference *difference, pbr_diag *diag)
{
    struct writer w = {.difference = difference,
                       .total = pbr_difference_total(difference),
                       .arena = pbr_arena_new()};
    w.source = pbr_arena_printf(w.arena, "Settlements %s and %s of %s.", difference->old.id,
                                difference->now.id, difference->title);
    w.lines_count = pbr_difference_lines(difference, &w.lines, w.arena);
    pbr_book_facts facts = {
        .title = pbr_arena_printf(w.arena, "Difference: %s", difference->title),
        .subject = w.source,
        .author = "pbrcalc",
        .status = "Final",
        .currency = strcmp(difference->currency, "GBP") == 0 ? NULL : difference->currency,
        .footer = w.source,
        .date = difference->now.as_at,
    };
    pbr_book *book = pbr_book_new(path, &facts);
    add_sheets(book, &w);
    bool written = pbr_book_close(book, diag);
    pbr_arena_free(w.arena);
    return written;
}
