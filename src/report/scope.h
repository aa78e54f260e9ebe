/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one workbook covers: the whole settlement, or what concerns one payee. It gathers, once, the
 * rows that each sheet shows, and the terms, baselines and prices that those rows rest on. */
#ifndef PBR_REPORT_SCOPE_H
#define PBR_REPORT_SCOPE_H

#include "derive/working.h"
#include "report/facts.h"
#include "settle/settlement.h"

/* Borrowed pointers in order; the array is owned by the list. */
typedef struct {
    const void **at;
    size_t count, room;
} pbr_list;

void pbr_list_add(pbr_list *list, const void *item);
void pbr_list_add_once(pbr_list *list, const void *item);
/* Strings, compared by their text; NULL and empty ones are left out. */
void pbr_list_add_text(pbr_list *list, const char *text);
void pbr_list_free(pbr_list *list);
/* "a, b and c", owned by the arena; "none" for an empty list. */
const char *pbr_list_words(pbr_arena *arena, const pbr_list *texts);

typedef struct {
    const pbr_price *price;
    size_t column;    /* of the contract's money columns */
    const char *use;  /* in words: what the payments take it for */
    const char *unit; /* "pounds", "percent", "weighted starts" */
} pbr_price_used;

/* Money of a workbook beside its lines. All zero where there is none. */
typedef struct {
    int64_t brought_forward_pence, lines_pence, other_pence, total_pence;
    int64_t pay_pence;     /* to be paid now; 0 or positive */
    int64_t invoice_pence; /* to be invoiced to payees; 0 or negative, as those below */
    int64_t carried_pence, set_off_pence;
} pbr_balance_sums;

typedef struct {
    const pbr_workings *workings; /* NULL: the workbook has no formulas over them */
    const pbr_settlement *settlement;
    const pbr_contract *contract;
    const pbr_measures *measures;
    const pbr_run_facts *facts;
    const char *payee; /* NULL: everybody */
    pbr_list payments; /* pbr_payment, as in the settlement */
    pbr_list results;  /* pbr_result, by cohort, line, area: one line's areas stand together */
    pbr_list attrition, caps, baselines, terms, rules; /* of those types, in their own order */
    pbr_list prices;                                   /* pbr_price_used */
    pbr_list steps, indices;                           /* pbr_step, pbr_index */
    pbr_list others, balances;                         /* pbr_other_line, pbr_balance */
    pbr_list areas, cohorts;                           /* pbr_area, pbr_cohort */
    pbr_list lines, providers; /* const char *: line ids as the rules list them; names */
    bool *covered;             /* [area * cohorts_count + cohort] is in this workbook */
    bool *shown;       /* the same of workings: beside what is covered, what shares a cap with it */
    pbr_list measured; /* pbr_measure, that workings rest on */
    const struct pbr_links *links; /* where formulas find what they point at; see links.h */
    int64_t due_pence, computed_pence, payable_pence, previous_pence; /* of the lines */
    pbr_balance_sums sums;
    bool has_months;
    size_t illustrative_terms, illustrative_baselines, illustrative_prices, illustrative_rows;
    pbr_arena *arena; /* owns what the workbook's sheets say */
} pbr_scope;

/* Everything given must outlive the scope; payee may be NULL. NULL when money overflows, which goes
 * to diag. Free with pbr_scope_free. */
pbr_scope *pbr_scope_new(const char *payee, const pbr_settlement *settlement,
                         const pbr_measures *measures, const pbr_run_facts *facts, pbr_diag *diag);
/* The same with the settlement's workings, for a workbook that recomputes itself. */
pbr_scope *pbr_scope_live(const char *payee, const pbr_workings *workings,
                          const pbr_run_facts *facts, pbr_diag *diag);
void pbr_scope_free(pbr_scope *scope);

bool pbr_scope_illustrative(const pbr_scope *scope);
/* Is there more than payment lines: other money, or a balance brought forward? */
bool pbr_scope_beyond_lines(const pbr_scope *scope);
/* The line with this id, in the first of the versions used that has it. */
const pbr_line *pbr_scope_line(const pbr_scope *scope, const char *id);
bool pbr_scope_covers(const pbr_scope *scope, size_t area, size_t cohort);
bool pbr_scope_shows(const pbr_scope *scope, size_t area, size_t cohort);

#endif
