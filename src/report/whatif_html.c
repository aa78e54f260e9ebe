/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/whatif_html.h"

#include "report/html.h"
#include "report/result_words.h"
#include "report/version.h"
#include "report/whatif_html_parts.h"
#include "report/whatif_words.h"

#include "report/words.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define TABLE(title, list, many)                                                                   \
    {                                                                                              \
        .caption = (title), .columns = (list), .columns_count = sizeof(list) / sizeof *(list),     \
        .rows = (many)                                                                             \
    }

/* --- names --- */

const char *pbr_whatif_area_code(const pbr_whatif_page *w, const pbr_result *result)
{
    return w->scope->contract->areas[result->area].code;
}

/* Of either contract: the second may have other areas. */
const char *pbr_whatif_area(const pbr_whatif_page *w, const char *code)
{
    const pbr_contract *either[] = {w->scope->contract, w->whatif->base.settlement->contract};
    for (size_t i = 0; i < 2; i++) {
        size_t area = pbr_contract_area(either[i], code, strlen(code));
        if (area != PBR_NONE) return either[i]->areas[area].name;
    }
    return "";
}

const char *pbr_whatif_cohort(const pbr_whatif_page *w, const pbr_result *result)
{
    return w->scope->contract->cohorts[result->cohort].name;
}

const char *pbr_verdict_title(const pbr_result *result)
{
    static const char *const titles[] = {
        [PBR_BETTER] = "Better",
        [PBR_NEITHER] = "Neither",
        [PBR_WORSE] = "Worse",
        [PBR_NO_RESULT] = "No result",
    };
    if (!result) return "";
    return result->terminate ? "Worse, terminate" : titles[result->verdict];
}

/* --- what was asked, and the answer --- */

static void fact(pbr_html *page, const char *term, const char *text)
{
    if (!text || !*text) return;
    pbr_html_element(page, "dt", NULL, term);
    pbr_html_element(page, "dd", NULL, text);
}

static void put_facts(pbr_whatif_page *w)
{
    pbr_html *page = &w->page;
    const pbr_whatif *whatif = w->whatif;
    fputs("<dl class=\"facts\">\n", page->out);
    fact(page, "By", whatif->scenario->author);
    fact(page, "Scheme", whatif->base.settlement->contract->scheme->title);
    fact(page, "Base", whatif->base_words);
    if (pbr_whatif_two_sides(whatif)) fact(page, "Instead", whatif->asked_words);
    fact(page, "As at", pbr_date_words(w->scope, whatif->asked.settlement->as_at));
    fputs("</dl>\n", page->out);
}

static void put_warning(pbr_whatif_page *w)
{
    const char *warning = pbr_warning(w->scope);
    pbr_html_element(&w->page, "p", "warning",
                     pbr_arena_printf(w->page.arena,
                                      "NOT FOR PAYMENT. This page answers a question; it settles "
                                      "nothing.%s%s",
                                      warning ? " " : "", warning ? warning : ""));
}

static size_t verdicts(const pbr_settlement *settlement, pbr_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < settlement->results_count; i++)
        count += settlement->results[i].verdict == verdict;
    return count;
}

static const char *verdict_words(const pbr_whatif_page *w, const pbr_settlement *s)
{
    size_t none = verdicts(s, PBR_NO_RESULT);
    return pbr_arena_printf(
        w->page.arena, "%zu better, %zu neither, %zu worse%s", verdicts(s, PBR_BETTER),
        verdicts(s, PBR_NEITHER), verdicts(s, PBR_WORSE),
        none ? pbr_arena_printf(w->page.arena, ", %zu without a result", none) : "");
}

static void key_figure(pbr_html *page, const char *term, const char *figure)
{
    fputs("<div>", page->out);
    fact(page, term, figure);
    fputs("</div>\n", page->out);
}

static const char *share_of(const pbr_html *page, int64_t change, int64_t before)
{
    if (!before) return "";
    return pbr_arena_printf(page->arena, " (%s%s)", change > 0 ? "+" : "",
                            pbr_html_percent(page, (double)change / fabs((double)before)));
}

static void put_answer(pbr_whatif_page *w)
{
    pbr_html *page = &w->page;
    const pbr_settlement *base = w->whatif->base.settlement, *asked = w->whatif->asked.settlement;
    fputs("<dl class=\"key\">\n", page->out);
    key_figure(page, pbr_whatif_two_sides(w->whatif) ? "Due, base" : "Due",
               pbr_html_money(page, base->due_pence));
    if (pbr_whatif_two_sides(w->whatif)) {
        int64_t change = asked->due_pence - base->due_pence;
        key_figure(page, "Due instead", pbr_html_money(page, asked->due_pence));
        key_figure(page, "Difference",
                   pbr_arena_printf(page->arena, "%s%s", pbr_html_difference(page, change),
                                    share_of(page, change, base->due_pence)));
    }
    fputs("</dl>\n", page->out);
    pbr_html_say(page,
                 pbr_arena_printf(page->arena, "%s%s%s%s.",
                                  pbr_whatif_two_sides(w->whatif) ? "Base: " : "Results: ",
                                  verdict_words(w, base),
                                  pbr_whatif_two_sides(w->whatif) ? ". Instead: " : "",
                                  pbr_whatif_two_sides(w->whatif) ? verdict_words(w, asked) : ""));
}

/* --- terms --- */

static void change_row(pbr_html *page, const pbr_term_change *change)
{
    pbr_html_row(page, false);
    pbr_html_cell(page, change->term);
    pbr_html_cell(page, change->file);
    pbr_html_cell(page, change->old ? change->old : "not stated");
    pbr_html_cell(page, change->now ? change->now : "not stated");
    pbr_html_cell(page, change->clause);
    pbr_html_cell(page, change->source);
    pbr_html_cell(page, change->status);
}

static void put_changes(pbr_whatif_page *w)
{
    static const pbr_html_column columns[] = {
        {"Term", false},   {"File", false},   {"Was", false},   {"Now", false},
        {"Clause", false}, {"Source", false}, {"Status", false}};
    pbr_html *page = &w->page;
    size_t count = w->whatif->changes_count;
    pbr_html_heading(page, "terms", "Terms changed");
    if (count) {
        pbr_html_table table = TABLE("Each term that differs", columns, count);
        pbr_html_table_begin(page, &table);
        for (size_t i = 0; i < count; i++) change_row(page, &w->whatif->changes[i]);
        pbr_html_table_end(page);
    } else {
        pbr_html_say(page, "No term was changed.");
    }
    pbr_html_section_end(page);
}

/* --- what is due --- */

static const pbr_html_column TWO_SIDES[] = {
    {"Whom", false}, {"Base", true}, {"Instead", true}, {"Difference", true}};

static void sum_row(pbr_whatif_page *w, const pbr_compared_sum *sum, const char *name, bool two)
{
    pbr_html *page = &w->page;
    pbr_html_row(page, sum->of == PBR_OF_TOTAL);
    pbr_html_cell(page, name);
    pbr_html_cell(page, pbr_html_money(page, sum->before_pence));
    if (!two) return;
    pbr_html_cell(page, pbr_html_money(page, sum->after_pence));
    pbr_html_cell(page, pbr_html_difference(page, sum->after_pence - sum->before_pence));
}

static const char *sum_name(const pbr_whatif_page *w, const pbr_compared_sum *sum)
{
    if (sum->of == PBR_OF_TOTAL) return "Total";
    if (sum->of == PBR_OF_PAYEE) return sum->name;
    return pbr_arena_printf(w->page.arena, "%s %s", sum->name, pbr_whatif_area(w, sum->name));
}

/* Payees or areas, then the total. */
static void put_sums(pbr_whatif_page *w, pbr_simulated_of of, const char *what)
{
    bool two = pbr_whatif_two_sides(w->whatif);
    pbr_html_column columns[sizeof TWO_SIDES / sizeof *TWO_SIDES];
    memcpy(columns, TWO_SIDES, sizeof columns);
    columns[0].header = what;
    if (!two) columns[1].header = "Due";
    pbr_html_table table = {.caption = pbr_arena_printf(w->page.arena, "Due by %s",
                                                        of == PBR_OF_AREA ? "area" : "provider"),
                            .columns = columns,
                            .columns_count = two ? 4 : 2};
    pbr_html_table_begin(&w->page, &table);
    for (int total = 0; total < 2; total++)
        for (size_t i = 0; i < w->whatif->sums_count; i++) {
            const pbr_compared_sum *sum = &w->whatif->sums[i];
            if (sum->of == (total ? PBR_OF_TOTAL : of)) sum_row(w, sum, sum_name(w, sum), two);
        }
    pbr_html_table_end(&w->page);
}

static void put_lines(pbr_whatif_page *w)
{
    static const pbr_html_column columns[] = {
        {"Area", false}, {"Cohort", false},          {"Line", false},       {"Verdict", false},
        {"Due", true},   {"Verdict instead", false}, {"Due instead", true}, {"Difference", true}};
    pbr_html *page = &w->page;
    bool two = pbr_whatif_two_sides(w->whatif);
    pbr_html_table table = TABLE("Every line", columns, w->whatif->lines_count);
    table.columns_count = two ? 8 : 5;
    pbr_html_table_begin(page, &table);
    for (size_t i = 0; i < w->whatif->lines_count; i++) {
        const pbr_compared_line *line = &w->whatif->lines[i];
        pbr_html_row(page, false);
        pbr_html_cell(page, line->area);
        pbr_html_cell(page, line->cohort);
        pbr_html_cell(page, line->line);
        pbr_html_cell(page, pbr_verdict_title(line->before));
        pbr_html_cell(page, pbr_html_money(page, line->before_pence));
        if (!two) continue;
        pbr_html_cell(page, pbr_verdict_title(line->after));
        pbr_html_cell(page, pbr_html_money(page, line->after_pence));
        pbr_html_cell(page, pbr_html_difference(page, line->after_pence - line->before_pence));
    }
    pbr_html_table_end(page);
}

/* Areas before and after, a row each. */
struct areas {
    const pbr_whatif_page *w;
    const pbr_compared_sum **sums;
    const char **names;
    size_t count;
    double low, high;
};

static void draw_areas(const pbr_html *page, const void *data, pbr_svg_plan *plan)
{
    static const pbr_svg_key keys[] = {{PBR_KEY_MARK, 5, PBR_MARK_RING, "base"},
                                       {PBR_KEY_MARK, 0, PBR_MARK_DISC, "instead"}};
    const struct areas *a = data;
    plan->keys = keys;
    plan->keys_count = 2;
    plan->x = (pbr_svg_axis){.low = a->low, .high = a->high, .widen = true, .title = "Due"};
    pbr_svg_money_axis(&plan->x, page->symbol);
    plan->y = (pbr_svg_axis){.words = a->names, .words_count = a->count};
    pbr_svg *svg = pbr_svg_begin(page->out, plan);
    pbr_svg_rule_x(svg, 0, NULL);
    for (size_t i = 0; i < a->count; i++) {
        double before = (double)a->sums[i]->before_pence / 100;
        double after = (double)a->sums[i]->after_pence / 100, y = (double)i;
        const char *tip = pbr_arena_printf(page->arena, "%s: %s, instead %s", a->names[i],
                                           pbr_html_money(page, a->sums[i]->before_pence),
                                           pbr_html_money(page, a->sums[i]->after_pence));
        pbr_svg_bar(svg, 5, before, after, y, 0, 0.12, tip);
        pbr_svg_mark(svg, PBR_MARK_RING, 5, before, y, tip);
        pbr_svg_mark(svg, PBR_MARK_DISC, 0, after, y, tip);
    }
    pbr_svg_end(svg);
}

static void tell_areas(pbr_whatif_page *w)
{
    pbr_html *page = &w->page;
    size_t moved = 0;
    struct areas a = {.w = w};
    a.sums = pbr_arena_alloc(page->arena, (w->whatif->sums_count + 1) * sizeof *a.sums);
    a.names = pbr_arena_alloc(page->arena, (w->whatif->sums_count + 1) * sizeof *a.names);
    for (size_t i = 0; i < w->whatif->sums_count; i++) {
        const pbr_compared_sum *sum = &w->whatif->sums[i];
        if (sum->of != PBR_OF_AREA) continue;
        double before = (double)sum->before_pence / 100, after = (double)sum->after_pence / 100;
        a.names[a.count] = sum_name(w, sum);
        a.sums[a.count++] = sum;
        a.low = fmin(a.low, fmin(before, after));
        a.high = fmax(a.high, fmax(before, after));
        moved += sum->before_pence != sum->after_pence;
    }
    if (!pbr_whatif_two_sides(w->whatif) || !a.count) return;
    pbr_html_chart(page, "Due by area, base and instead",
                   pbr_arena_printf(page->arena,
                                    "What is due in each of %zu areas on either side; it differs "
                                    "in %zu. The figures are in the table of areas.",
                                    a.count, moved),
                   NULL, draw_areas, &a);
}

static void put_due(pbr_whatif_page *w)
{
    pbr_html_heading(&w->page, "due", "What is due");
    pbr_html_say(&w->page,
                 pbr_arena_printf(w->page.arena,
                                  "Due is what is payable less what earlier settlements paid. %s",
                                  pbr_vat_words(w->scope)));
    put_sums(w, PBR_OF_PAYEE, "Provider");
    put_sums(w, PBR_OF_AREA, "Area");
    tell_areas(w);
    put_lines(w);
    pbr_html_section_end(&w->page);
}

/* --- the page --- */

static void link_to(pbr_html *page, bool there, const char *id, const char *words)
{
    if (there) fprintf(page->out, "<li><a href=\"#%s\">%s</a></li>\n", id, words);
}

static void put_contents(pbr_whatif_page *w)
{
    const pbr_whatif *whatif = w->whatif;
    fputs("<nav aria-label=\"Contents\"><ul>\n", w->page.out);
    link_to(&w->page, true, "terms", "Terms changed");
    link_to(&w->page, true, "due", "What is due");
    link_to(&w->page, whatif->break_evens, "break-even", "How far from each limit");
    link_to(&w->page, pbr_whatif_has_funnels(w), "funnel", "Rates against limits");
    link_to(&w->page, whatif->sweep, "sweep", "Other values of terms");
    link_to(&w->page, whatif->tornado, "tornado", "Which term matters most");
    link_to(&w->page, whatif->simulation, "simulation", "What chance would pay");
    link_to(&w->page, whatif->power, "power", "How large a cohort must be");
    fputs("</ul></nav>\n", w->page.out);
}

static void put_notes(pbr_whatif_page *w)
{
    const pbr_whatif *whatif = w->whatif;
    pbr_html_heading(&w->page, "notes", "How to read this");
    for (size_t i = 0; i < whatif->notes_count; i++) pbr_html_say(&w->page, whatif->notes[i]);
    pbr_html_say(&w->page, pbr_terms_status(w->scope));
    pbr_html_element(&w->page, "p", "soft",
                     pbr_arena_printf(w->page.arena,
                                      "Made by pbrcalc %s from settlement %s and a scenario whose "
                                      "SHA-256 is %s. The figures are in the CSV files and the "
                                      "workbook beside this page.",
                                      PBR_VERSION, whatif->base.settlement->id, whatif->sha256));
    pbr_html_section_end(&w->page);
}

static void put_page(pbr_whatif_page *w)
{
    const pbr_whatif *whatif = w->whatif;
    const char *title = pbr_or(whatif->scenario->title, "A what-if");
    pbr_html_begin(w->page.out, title,
                   pbr_arena_printf(w->page.arena, "%s%s", pbr_html_style, pbr_svg_style));
    pbr_html_element(&w->page, "h1", NULL, title);
    if (whatif->scenario->question)
        pbr_html_element(&w->page, "p", "lead", whatif->scenario->question);
    put_warning(w);
    put_facts(w);
    put_answer(w);
    put_contents(w);
    put_changes(w);
    put_due(w);
    pbr_whatif_tell_break_evens(w);
    pbr_whatif_tell_funnels(w);
    pbr_whatif_tell_sweep(w);
    pbr_whatif_tell_tornado(w);
    pbr_whatif_tell_simulation(w);
    pbr_whatif_tell_power(w);
    put_notes(w);
    pbr_html_end(w->page.out);
}

static bool refuse(const char *path, pbr_diag *diag)
{
    pbr_error(diag, "unwritable-file", ((pbr_place){path, 0, 0}), "cannot be written: %s",
              strerror(errno));
    return false;
}

static bool write_page(const char *path, const pbr_whatif *whatif, const pbr_scope *scope,
                       pbr_diag *diag)
{
    FILE *out = fopen(path, "w");
    if (!out) return refuse(path, diag);
    pbr_whatif_page w = {
        .page = {.out = out, .arena = scope->arena, .symbol = pbr_currency_symbol(scope)},
        .whatif = whatif,
        .scope = scope};
    put_page(&w);
    bool written = !ferror(out);
    return (fclose(out) == 0 && written) || refuse(path, diag);
}

bool pbr_whatif_write_html(const char *path, const pbr_whatif *whatif, pbr_diag *diag)
{
    const pbr_settlement *asked = whatif->asked.settlement;
    pbr_run_facts facts = {.settlement_id = asked->id,
                           .program_version = PBR_VERSION,
                           .as_at = asked->as_at,
                           .snapshot = PBR_NO_DATE};
    pbr_scope *scope = pbr_scope_new(NULL, asked, whatif->asked.measures, &facts, diag);
    if (!scope) return false;
    bool written = write_page(path, whatif, scope, diag);
    pbr_scope_free(scope);
    return written;
}
