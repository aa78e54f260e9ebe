/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of a settlement by name, read from its tables: CPA/COHORT/LINE/FIELD of results.csv
 * and payments.csv, PAYEE/FIELD of balances.csv. A line that is split between payees has its sum
 * under the line and each part in a row named CPA/COHORT/LINE/PAYEE: a figure of it is told as
 * CPA/COHORT/LINE/FIELD/PAYEE. */
#ifndef PBR_COMPARE_FIGURES_H
#define PBR_COMPARE_FIGURES_H

#include "compare/keyed.h"
#include "input/schema.h"
#include "settle/settlement.h"

#define PBR_ALL_PAYEES "all payees" /* stands for their sum */

enum { PBR_FIGURE_RESULTS, PBR_FIGURE_PAYMENTS, PBR_FIGURE_BALANCES, PBR_FIGURE_TABLES };
enum { PBR_PART_PLACES = 2 }; /* decimals of a penny to which amounts before rounding are taken */

typedef struct {
    const char *name;         /* "C02/2015Q4/binary", or a payee */
    const char *const *cells; /* in the order of the schema's columns */
    int64_t rounding;         /* what rounding to pence added, in hundredths of a penny */
    const char *payee;        /* of a payment to one payee, else NULL */
    bool share;               /* one payee's part of a line that is split */
} pbr_figure_row;

typedef struct {
    const pbr_schema *schema;
    pbr_figure_row *rows; /* by name */
    size_t count, room;
} pbr_figure_table;

typedef struct pbr_figures {
    pbr_figure_table tables[PBR_FIGURE_TABLES];
    pbr_arena *arena;
} pbr_figures;

/* schemas: of the three tables, in their order. */
pbr_figures *pbr_figures_new(const pbr_schema *const schemas[PBR_FIGURE_TABLES]);
void pbr_figures_free(pbr_figures *figures);

/* Reads one table. False, with the problem in diag, if it cannot be read. */
bool pbr_figures_read(pbr_figures *figures, size_t table, pbr_source *source, pbr_diag *diag);
/* Notes what rounding added to each amount, from the settlement that the tables were written of:
 * where nothing stopped, limited or split it, the difference from units x price. */
void pbr_figures_round(pbr_figures *figures, const pbr_settlement *settlement);

/* The row of this name, or NULL. */
const pbr_figure_row *pbr_figures_row(const pbr_figure_table *table, const char *name);
/* What rounding added to the cell of a column, in hundredths of a penny. */
int64_t pbr_figure_rounding(const pbr_figure_table *table, const pbr_figure_row *row,
                            size_t column);

#endif
