/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explains figures of one settlement. Pure: what stands in files is given. */
#ifndef PBR_EXPLAIN_EXPLAINER_H
#define PBR_EXPLAIN_EXPLAINER_H

#include "explain/node.h"

/* What the settlement folder's tables say; all borrowed, and must outlive the explainer. */
typedef struct {
    const pbr_workings *workings;
    const pbr_attrition *ledger; /* rows of attrition.csv; none where counts were given */
    size_t ledger_count;
    pbr_date snapshot; /* of the run; PBR_NO_DATE: none */
    /* The cell of payments.csv for a payment, by its index; of results.csv for a result. */
    const char *(*payment_cell)(const void *context, size_t payment, const char *column);
    const void *context;
} pbr_explained;

/* A figure by its name. */
typedef struct {
    const char *name; /* as canonical as its parts */
    size_t area, cohort;
    const char *line, *field;
    const char *payee; /* NULL: over all payees */
    bool of_balance;   /* PAYEE/FIELD: there is no area, cohort and line */
    pbr_node *step;    /* a step that an explanation names and no table has; else NULL */
} pbr_figure;

typedef struct pbr_explainer pbr_explainer;

pbr_explainer *pbr_explainer_new(const pbr_explained *explained);
void pbr_explainer_free(pbr_explainer *explainer);
pbr_arena *pbr_explainer_arena(const pbr_explainer *explainer);

/* Reads the name of a figure. False, with what is near in diag, where there is none of that name.
 */
bool pbr_figure_read(pbr_explainer *explainer, const char *text, pbr_figure *figure,
                     pbr_diag *diag);
/* Every figure of payments.csv, results.csv and balances.csv, in their order. */
size_t pbr_figures_all(pbr_explainer *explainer, pbr_figure **figures);

/* The node of a figure that was read; NULL where the line has no such figure. */
pbr_node *pbr_explain_figure(pbr_explainer *explainer, const pbr_figure *figure);

#endif
