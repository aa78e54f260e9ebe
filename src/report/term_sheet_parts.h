/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of a term sheet share: wrapped statements, and values as words. Strings are static
 * or owned by the teller's arena. */
#ifndef PBR_REPORT_TERM_SHEET_PARTS_H
#define PBR_REPORT_TERM_SHEET_PARTS_H

#include "report/term_sheet.h"

#define PBR_LENGTH(list) (sizeof(list) / sizeof(list)[0])

typedef struct {
    const pbr_contract *contract;
    const pbr_rules *rules; /* the version that is told; NULL between versions */
    const bool *priced;     /* which rows of prices.csv it may use */
    FILE *out;
    pbr_arena *arena;
} pbr_teller;

/* --- writing --- */

typedef enum { PBR_HEADING_TITLE, PBR_HEADING_SECTION, PBR_HEADING_PART } pbr_heading;

void pbr_tell_heading(pbr_teller *t, pbr_heading level, const char *text);
/* A wrapped paragraph at the margin, without brackets. */
void pbr_tell_text(pbr_teller *t, const char *text);
/* A wrapped list item, indented by two blanks a level; mark is "-" or a number. Its clause and
 * status follow in brackets; from NULL: no brackets. */
void pbr_tell(pbr_teller *t, int level, const char *mark, const pbr_provenance *from,
              const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same with brackets already made, as pbr_words_from does. */
void pbr_tell_from(pbr_teller *t, int level, const char *mark, const char *from, const char *format,
                   ...) __attribute__((format(printf, 5, 6)));
const char *pbr_mark_number(pbr_teller *t, size_t number); /* "3." */

/* --- values --- */

/* A growing set of texts, each once; zero it first. */
typedef struct {
    const char **items;
    size_t count, room;
} pbr_text_set;

void pbr_text_set_add(pbr_teller *t, pbr_text_set *set, const char *text);
/* "a, b and c" with the word that joins the last two. */
const char *pbr_words_join(pbr_teller *t, const char *const *items, size_t count,
                           const char *joint);
/* "clause; status" of each of them, once: for a statement that rests on rows of a table. */
void pbr_text_set_add_from(pbr_teller *t, pbr_text_set *set, const pbr_provenance *from);
const char *pbr_words_from(pbr_teller *t, const pbr_text_set *set);

const char *pbr_words_date(pbr_teller *t, pbr_date date);
const char *pbr_words_decimal(pbr_teller *t, const mpq_t value);
const char *pbr_words_money(pbr_teller *t, const mpq_t pounds); /* "GBP 4,000.00" */

typedef enum { PBR_OF_MONEY, PBR_OF_PERCENT, PBR_OF_STARTS } pbr_amount_unit;

/* What a column of prices.csv holds under the version told: "GBP 4,000.00 (binary_price)", or from
 * the least to the most. life: in its row for the life of the contract. */
const char *pbr_words_column(pbr_teller *t, const char *column, pbr_amount_unit unit, bool life);
/* The provenance of those rows. */
const char *pbr_words_column_from(pbr_teller *t, bool life);

const char *pbr_words_decimals(pbr_teller *t, const char *decimals); /* "to 4 decimals" */
const char *pbr_words_metric_unit(pbr_metric_kind kind); /* "reoffender": what is priced */
const char *pbr_words_change_unit(const pbr_line *line, const pbr_metric *metric);
const char *pbr_words_comparison(pbr_teller *t, const pbr_metric *metric);
const char *pbr_words_cohorts(pbr_period period); /* "calendar quarter" */
const char *pbr_words_plural(size_t count);       /* "s" unless there is one */

/* --- the parts --- */

void pbr_tell_cover(pbr_teller *t);
void pbr_tell_people(pbr_teller *t);
void pbr_tell_metrics(pbr_teller *t);
void pbr_tell_lines(pbr_teller *t);
void pbr_tell_test(pbr_teller *t, const pbr_line *line, const pbr_metric *metric);
void pbr_tell_payoffs(pbr_teller *t, const pbr_line *line, const pbr_metric *metric);
void pbr_tell_monthly(pbr_teller *t, const pbr_line *line);
void pbr_tell_caps(pbr_teller *t);
void pbr_tell_money(pbr_teller *t);
void pbr_tell_illustrative(pbr_teller *t);
void pbr_tell_clauses(pbr_teller *t);

#endif
