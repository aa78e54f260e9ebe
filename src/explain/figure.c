/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of figures: AREA/COHORT/LINE/FIELD, the same with /PAYEE for one share, PAYEE/FIELD. A
 * cohort's name may hold a slash, so names are read against those of the contract. */
#include "explain/maker.h"
#include "report/tables.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct list {
    const char **names;
    size_t count, room;
};

static void add(struct list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0) return;
    list->names = pbr_grow(list->names, &list->room, list->count + 1, sizeof *list->names);
    list->names[list->count++] = name;
}

/* The longest of the names that the text begins with, up to a slash or its end. */
static const char *longest(const struct list *list, const char *text)
{
    const char *found = NULL;
    for (size_t i = 0; i < list->count; i++) {
        size_t length = strlen(list->names[i]);
        if (strncmp(text, list->names[i], length) != 0) continue;
        if (text[length] && text[length] != '/') continue;
        if (!found || length > strlen(found)) found = list->names[i];
    }
    return found;
}

/* --- what there is --- */

static void list_areas(const pbr_explainer *e, struct list *list)
{
    for (size_t i = 0; i < e->contract->areas_count; i++) add(list, e->contract->areas[i].code);
}

static void list_cohorts(const pbr_explainer *e, struct list *list)
{
    const pbr_settlement *s = e->settlement;
    for (size_t i = 0; i < s->results_count; i++)
        add(list, e->contract->cohorts[s->results[i].cohort].name);
    for (size_t i = 0; i < s->claims->count; i++)
        add(list, e->contract->cohorts[s->claims->items[i].cohort].name);
}

static void list_lines(const pbr_explainer *e, struct list *list)
{
    for (size_t i = 0; i < e->settlement->results_count; i++)
        add(list, e->settlement->results[i].line->id);
    for (size_t i = 0; i < e->settlement->claims->count; i++)
        add(list, e->settlement->claims->items[i].line->id);
}

static void list_payees(const pbr_explainer *e, struct list *list)
{
    for (size_t i = 0; i < e->settlement->payees_count; i++) add(list, e->settlement->payees[i]);
}

static bool is_key(const char *column)
{
    static const char *const keys[] = {"cpa", "cohort", "line"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(column, keys[i]) == 0) return true;
    return false;
}

static void list_columns(struct list *list, const pbr_schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (!is_key(schema->columns[i].name)) add(list, schema->columns[i].name);
}

static void list_fields(const pbr_explainer *e, struct list *list)
{
    list_columns(list, &pbr_payments_schema);
    list_columns(list, &pbr_results_schema);
    for (size_t i = 0; i < e->workings->count; i++)
        for (size_t k = 0; k < e->workings->workings[i].stages_count; k++)
            add(list, e->workings->workings[i].stages[k].field);
}

static void list_balance_fields(struct list *list)
{
    add(list, "total");
    for (size_t i = 2; i < pbr_balances_schema.count; i++)
        add(list, pbr_balances_schema.columns[i].name);
}

/* --- what is near --- */

/* Steps over zeros that begin a number: C2 is meant as C02. */
static const char *past_zeros(const char *at, const char *begin, const char *end)
{
    if (at > begin && isdigit((unsigned char)at[-1])) return at;
    while (end - at > 1 && *at == '0' && isdigit((unsigned char)at[1])) at++;
    return at;
}

static bool is_same_number(pbr_slice word, const char *name)
{
    const char *a = word.text, *a_end = a + word.length, *b = name, *b_end = b + strlen(b);
    for (;; a++, b++) {
        a = past_zeros(a, word.text, a_end);
        b = past_zeros(b, name, b_end);
        if (a == a_end || b == b_end) return a == a_end && b == b_end;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return false;
    }
}

enum { BEGINNING = 3 }; /* letters by which a longer name is guessed */

/* What may be meant: the same but for zeros, a slip, or a name of which this is the beginning. */
static const char *nearest(pbr_slice word, const struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (is_same_number(word, list->names[i])) return list->names[i];
    const char *near = pbr_near_miss_in(word, list->names, list->count);
    for (size_t i = 0; !near && word.length >= BEGINNING && i < list->count; i++)
        if (strncasecmp(list->names[i], word.text, word.length) == 0) near = list->names[i];
    return near;
}

/* The list of what there is holds lines and payees, and not the fields of each. */
static const char *where_listed(const char *what)
{
    return strcmp(what, "field") == 0
               ? "a field is a column of payments.csv or results.csv, such as due_pence"
               : "pbrcalc explain DIR lists what there is";
}

static void unknown(const char *figure, const char *what, pbr_slice word, const struct list *list,
                    pbr_diag *diag)
{
    char quoted[PBR_QUOTE_TEXT];
    const char *near = nearest(word, list);
    pbr_quote(quoted, word);
    if (!word.length)
        pbr_error(diag, "unknown-figure", PBR_NOWHERE,
                  "figure \"%s\": the %s is missing: a figure is AREA/COHORT/LINE/FIELD or "
                  "PAYEE/total, and %s",
                  figure, what, where_listed(what));
    else if (near)
        pbr_error(diag, "unknown-figure", PBR_NOWHERE,
                  "figure \"%s\": the settlement has no %s %s: did you mean \"%s\"?", figure, what,
                  quoted, near);
    else
        pbr_error(diag, "unknown-figure", PBR_NOWHERE,
                  "figure \"%s\": the settlement has no %s %s: %s", figure, what, quoted,
                  where_listed(what));
}

/* The part of a name up to where a known line begins, or the next slash: what stands where a cohort
 * should. */
static pbr_slice cohort_guess(const char *text, const struct list *lines)
{
    for (const char *slash = strchr(text, '/'); slash; slash = strchr(slash + 1, '/'))
        if (longest(lines, slash + 1)) return (pbr_slice){text, (size_t)(slash - text)};
    return (pbr_slice){text, strcspn(text, "/")};
}

static pbr_slice component(const char *text)
{
    return (pbr_slice){text, strcspn(text, "/")};
}

/* --- reading --- */

struct reader {
    pbr_explainer *e;
    const char *text;
    pbr_figure *figure;
    pbr_diag *diag;
    struct list areas, cohorts, lines, payees, fields;
};

/* Steps over a name and the slash after it. */
static const char *after(const char *at, const char *name)
{
    at += strlen(name);
    return *at == '/' ? at + 1 : at;
}

static bool refuse(struct reader *r, const char *what, pbr_slice word, const struct list *list)
{
    unknown(r->text, what, word, list, r->diag);
    return false;
}

/* Has the settlement anything under this area, cohort and line? */
static bool is_settled(struct reader *r)
{
    const pbr_working *working;
    const pbr_figure *f = r->figure;
    if (pbr_workings_row(r->e->workings, f->area, f->cohort, f->line, &working)) return true;
    if (pbr_claim_of(r->e->settlement, f->area, f->cohort, f->line)) return true;
    pbr_error(
        r->diag, "unknown-figure", PBR_NOWHERE,
        "figure \"%s\": the line is not settled there: pbrcalc explain DIR lists what there is",
        r->text);
    return false;
}

/* The payees of a line are fewer than those of the settlement. */
static bool read_payee(struct reader *r, const char *at)
{
    const pbr_settlement *s = r->e->settlement;
    struct list paid = {0};
    size_t first = 0, count = pbr_payments_of(s, r->figure, &first);
    for (size_t i = first; i < first + count; i++) add(&paid, s->payments[i].payee);
    for (size_t i = 0; i < paid.count; i++)
        if (strcmp(paid.names[i], at) == 0) r->figure->payee = paid.names[i];
    if (!r->figure->payee) refuse(r, "share of the payee", pbr_slice_of(at), &paid);
    free(paid.names);
    return r->figure->payee != NULL;
}

/* A field that is not known; perhaps the payee was put before it. */
static bool refuse_field(struct reader *r, const char *at)
{
    const char *payee = longest(&r->payees, at);
    const char *field = payee ? longest(&r->fields, after(at, payee)) : NULL;
    if (!field) return refuse(r, "field", component(at), &r->fields);
    pbr_error(r->diag, "unknown-figure", PBR_NOWHERE,
              "figure \"%s\": the payee comes last: did you mean \"%.*s%s/%s\"?", r->text,
              (int)(at - r->text), r->text, field, payee);
    return false;
}

/* A step by the name that explanations give it: those of the line's money are made first. */
static bool is_step(struct reader *r)
{
    pbr_figure due = *r->figure;
    const pbr_claim *claim = pbr_claim_of(r->e->settlement, due.area, due.cohort, due.line);
    due.field = "due_pence";
    if (claim) pbr_claim_capped(r->e, claim);
    pbr_payment_figure(r->e, &due);
    uint32_t number = pbr_idmap_find(r->e->names, r->text, strlen(r->text));
    if (number == PBR_NO_ID) return false;
    r->figure->step = r->e->nodes[number];
    return true;
}

/* COHORT/LINE/FIELD and perhaps /PAYEE. */
static bool read_line(struct reader *r, const char *at)
{
    const char *cohort = longest(&r->cohorts, at);
    if (!cohort) return refuse(r, "cohort", cohort_guess(at, &r->lines), &r->cohorts);
    r->figure->cohort = pbr_contract_cohort(r->e->contract, cohort);
    at = after(at, cohort);
    r->figure->line = longest(&r->lines, at);
    if (!r->figure->line) return refuse(r, "line", component(at), &r->lines);
    if (!is_settled(r)) return false;
    at = after(at, r->figure->line);
    r->figure->field = longest(&r->fields, at);
    if (!r->figure->field) return is_step(r) || refuse_field(r, at);
    at += strlen(r->figure->field);
    return !*at || is_step(r) || read_payee(r, at + 1);
}

static bool read_balance(struct reader *r, const char *payee)
{
    struct list fields = {0};
    list_balance_fields(&fields);
    const char *at = after(r->text, payee);
    r->figure->of_balance = true;
    r->figure->payee = payee;
    for (size_t i = 0; i < fields.count; i++)
        if (strcmp(fields.names[i], at) == 0) r->figure->field = fields.names[i];
    if (!r->figure->field) refuse(r, "field of a payee", pbr_slice_of(at), &fields);
    free(fields.names);
    return r->figure->field != NULL;
}

static bool read_name(struct reader *r)
{
    const char *payee = longest(&r->payees, r->text), *area = longest(&r->areas, r->text);
    if (payee) return read_balance(r, payee);
    if (area) {
        r->figure->area = pbr_contract_area(r->e->contract, area, strlen(area));
        return read_line(r, after(r->text, area));
    }
    const char *slash = strrchr(r->text, '/');
    bool whole = slash && strchr(r->text, '/') == slash;
    if (whole) return refuse(r, "payee", component(r->text), &r->payees);
    return refuse(r, "area", component(r->text), &r->areas);
}

/* A field that is known, but not of this line there. */
static bool is_told(struct reader *r)
{
    if (pbr_explain_figure(r->e, r->figure) || is_step(r)) return true;
    pbr_error(r->diag, "unknown-figure", PBR_NOWHERE,
              "figure \"%s\": the line has no \"%s\" in this settlement: it was not priced or "
              "tested, works without it, or was settled before and has not changed",
              r->text, r->figure->field);
    return false;
}

bool pbr_figure_read(pbr_explainer *e, const char *text, pbr_figure *figure, pbr_diag *diag)
{
    struct reader r = {.e = e, .text = text, .figure = figure, .diag = diag};
    *figure = (pbr_figure){.name = text};
    list_areas(e, &r.areas);
    list_cohorts(e, &r.cohorts);
    list_lines(e, &r.lines);
    list_payees(e, &r.payees);
    list_fields(e, &r.fields);
    bool read = read_name(&r) && is_told(&r);
    free(r.areas.names);
    free(r.cohorts.names);
    free(r.lines.names);
    free(r.payees.names);
    free(r.fields.names);
    return read;
}

/* --- all of them --- */

struct all {
    pbr_explainer *e;
    pbr_figure *figures;
    size_t count, room;
};

static void add_figure(struct all *all, pbr_figure figure, const char *place)
{
    figure.name = pbr_arena_printf(all->e->arena, "%s/%s%s%s", place, figure.field,
                                   figure.payee && !figure.of_balance ? "/" : "",
                                   figure.payee && !figure.of_balance ? figure.payee : "");
    all->figures = pbr_grow(all->figures, &all->room, all->count + 1, sizeof *all->figures);
    all->figures[all->count++] = figure;
}

/* The columns of a row that are figures; `wanted` says which, NULL: all. */
static void add_columns(struct all *all, const pbr_schema *schema, pbr_figure figure,
                        bool (*wanted)(const pbr_column *column))
{
    const char *place = pbr_place_of(all->e, figure.area, figure.cohort, figure.line);
    for (size_t i = 0; i < schema->count; i++) {
        figure.field = schema->columns[i].name;
        if (!is_key(figure.field) && (!wanted || wanted(&schema->columns[i])))
            add_figure(all, figure, place);
    }
}

static bool is_amount(const pbr_column *column)
{
    return column->kind == PBR_PENCE;
}

/* payments.csv has these too, and means the line's. */
static bool is_of_results(const pbr_column *column)
{
    return strcmp(column->name, "clause") != 0 && strcmp(column->name, "rules") != 0;
}

static bool is_of_results_alone(const pbr_column *column)
{
    return is_of_results(column) && strcmp(column->name, "result") != 0;
}

/* Of a line that is split, each share, and over all payees the amounts. */
static void add_payments(struct all *all)
{
    const pbr_settlement *s = all->e->settlement;
    for (size_t i = 0; i < s->payments_count; i++) {
        size_t first;
        const pbr_payment *p = &s->payments[i];
        pbr_figure figure = {.area = p->area, .cohort = p->cohort, .line = p->line->id};
        bool shared = pbr_payments_of(s, &figure, &first) > 1;
        if (shared && i == first) add_columns(all, &pbr_payments_schema, figure, is_amount);
        if (shared) figure.payee = p->payee;
        add_columns(all, &pbr_payments_schema, figure, NULL);
    }
}

static void add_results(struct all *all)
{
    const pbr_settlement *s = all->e->settlement;
    for (size_t i = 0; i < s->results_count; i++) {
        size_t first;
        pbr_figure figure = {.area = s->results[i].area,
                             .cohort = s->results[i].cohort,
                             .line = s->results[i].line->id};
        bool paid = pbr_payments_of(s, &figure, &first) == 1;
        add_columns(all, &pbr_results_schema, figure, paid ? is_of_results_alone : is_of_results);
    }
}

static void add_balances(struct all *all)
{
    struct list fields = {0};
    list_balance_fields(&fields);
    for (size_t i = 0; i < all->e->settlement->payees_count; i++) {
        pbr_figure figure = {.payee = all->e->settlement->payees[i], .of_balance = true};
        for (size_t k = 0; k < fields.count; k++) {
            figure.field = fields.names[k];
            add_figure(all, figure, figure.payee);
        }
    }
    free(fields.names);
}

size_t pbr_figures_all(pbr_explainer *e, pbr_figure **figures)
{
    struct all all = {.e = e};
    add_payments(&all);
    add_results(&all);
    add_balances(&all);
    *figures = pbr_arena_alloc(e->arena, (all.count + 1) * sizeof **figures);
    if (all.count) memcpy(*figures, all.figures, all.count * sizeof **figures);
    free(all.figures);
    return all.count;
}
