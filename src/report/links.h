/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where everything stands that the formulas of a workbook point at. Sheets are planned first, then
 * placed, then filled: formulas are made while they are filled. What is returned as text is owned
 * by the scope's arena; NULL says that the workbook does not hold it. */
#ifndef PBR_REPORT_LINKS_H
#define PBR_REPORT_LINKS_H

#include "report/book.h"
#include "report/scope.h"

/* A column of a table: "Measures!$H$" and the number of its first row. */
typedef struct {
    const char *column; /* NULL: there is none */
    uint32_t first;
} pbr_link;

typedef enum { PBR_WORK_LINE, PBR_WORK_NET, PBR_WORK_CAPS, PBR_WORK_PAYMENTS } pbr_work_kind;

/* A sheet of workings: a line under one version, or a flow of money. */
typedef struct {
    const pbr_scope *scope;
    pbr_work_kind kind;
    const pbr_working *working;
    const pbr_working_row **rows;
    size_t rows_count;
    size_t *columns;        /* by stage; PBR_NONE: it is not shown */
    const char **templates; /* by stage: its formula with ROW_MARK for the row's number, or NULL */
    const char *check;      /* the same of what compares the stages with the engine's figures */
    pbr_link *own;          /* by stage: its column here */
    pbr_link *links;        /* by stage: the column it is taken from */
    const char **before;    /* of caps, by row: where the amount stood */
    size_t checked[9];      /* stages beside which the engine's figure stands */
    size_t checked_count, check_column;
    size_t given, blank; /* cells where the engine's value stands instead of a formula */
    pbr_sheet sheet;
} pbr_work;

enum { PBR_ROOM_COLUMN = 3 }; /* of a sheet of caps: which room a line uses up */

/* Rows of input sheets, as the workbook lists them. */
typedef struct {
    const pbr_volume *volume;
    const pbr_rules *rules; /* in force in its month */
} pbr_volume_row;

typedef struct {
    const pbr_payment *payment; /* of this run, that takes it into account */
    const pbr_earlier *earlier;
} pbr_earlier_row;

typedef struct {
    const pbr_claim *top_up, *part;
} pbr_net_part;

/* A formula that is the same in every row of a working: worked out once. */
typedef struct {
    const pbr_work *work;
    size_t stage;
} pbr_line_formula;

/* A column that was asked for by the names of its sheet and header. */
typedef struct {
    const char *sheet, *header;
    pbr_link link;
} pbr_known_link;

struct pbr_known_links {
    pbr_known_link *items;
    size_t count, room;
};

typedef struct pbr_links {
    const pbr_scope *scope;
    struct pbr_known_links *known;
    pbr_work *works;
    size_t works_count;
    pbr_list volumes, levels, earlier, adopted, net_parts; /* pbr_volume_row, pbr_level, … */
    pbr_list line_formulas;
    pbr_list sheets;                                   /* pbr_sheet, as they were placed */
    size_t *measure_rows, *baseline_rows, *price_rows; /* by index in what they are of */
    const char **constants;                            /* as the sheet Constants lists them */
    struct pbr_claim_row {
        const pbr_work *work;
        size_t row;
    } * claim_rows;                /* by claim: where its line is worked out; work NULL: nowhere */
    const char **computed, **last; /* by claim: its computed amount, and after the caps */
    size_t *payment_rows;          /* by payment: its row in Payment workings */
} pbr_links;

/* What a cell holds of a value that is a number. */
double pbr_cell_number(const pbr_value *value);

/* Plans the workings of the scope and sets scope->links. */
pbr_links *pbr_links_new(pbr_scope *scope);
void pbr_links_free(pbr_links *links);
/* Places all sheets of a workbook: those planned by the makers that have rows, in their order, with
 * the workings before number works_at. They are links->sheets from then on. */
void pbr_links_place(pbr_links *links, pbr_sheet (*const *makers)(const pbr_scope *), size_t count,
                     size_t works_at);
/* The sheet with this name, or NULL. */
const pbr_sheet *pbr_links_sheet(const pbr_links *links, const char *name);

pbr_link pbr_link_to(const pbr_scope *scope, const char *sheet, const char *header);
const char *pbr_link_cell(const pbr_scope *scope, pbr_link link, size_t row);
const char *pbr_link_range(const pbr_scope *scope, pbr_link link, size_t first, size_t count);

/* A constant of formulas (functions.h), or a word or number of the workbook's own. A workbook
 * without workings has no sheet of them: there it is the constant itself. */
const char *pbr_link_constant(const pbr_scope *scope, const char *name);
const char *pbr_link_term(const pbr_scope *scope, const pbr_rules *rules, const char *path);
const char *pbr_link_price(const pbr_scope *scope, size_t area, const char *year,
                           const char *column);
/* The cell of an ingredient of a row; of a stage that is the same in every row, any row. */
const char *pbr_link_ingredient(const pbr_work *work, size_t row, const pbr_stage *stage);
/* Pounds of a cell that holds pence: "=CELL/Constants!$B$12". */
const char *pbr_link_pounds(const pbr_scope *scope, const char *cell);
/* A cell of a payment's row in the sheet Payment workings. */
const char *pbr_link_payment(const pbr_scope *scope, const pbr_payment *payment, const char *field);
/* A column of the sheet Payment workings; field NULL: its payees. */
const char *pbr_link_payments(const pbr_scope *scope, const char *field);
/* A cell of a claim's row in the workings of its line. */
const char *pbr_link_claim(const pbr_scope *scope, const pbr_claim *claim, const char *field);
/* Of a cap: its limit, or the sum of a column over the lines under it. */
const char *pbr_link_cap(const pbr_scope *scope, const pbr_cap_use *use, const char *field);
/* The cell of a stage in a row of a sheet of workings. */
const char *pbr_work_cell(const pbr_work *work, size_t row, size_t stage);
/* The sheet of workings of a kind; of caps and lines the working says which. */
const pbr_work *pbr_work_of(const pbr_scope *scope, const pbr_working *working);
/* The row of a sheet of workings, or PBR_NONE. */
size_t pbr_work_row(const pbr_work *work, const pbr_working_row *row);

/* Of flow_links.c: the formula of an ingredient of a flow, without "=". */
const char *pbr_link_flow(const pbr_work *work, size_t row, const pbr_stage *stage);
/* Follows every claim's amount from sheet to sheet. */
void pbr_links_place_claims(pbr_links *links);

#endif
