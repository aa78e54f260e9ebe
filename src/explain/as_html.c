/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One page that needs no network and no script: nested details, all open, so that it prints whole.
 */
#include "explain/telling.h"
#include "explain/value_words.h"
#include "report/html.h"

#include <string.h>

static const char STYLE[] =
    "body{font:1rem/1.45 sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem;color:#111;"
    "background:#fff}\n"
    "h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem;overflow-wrap:anywhere}\n"
    "ul{list-style:none;margin:0;padding-left:1rem;border-left:1px solid #999}\n"
    "li{margin:.3rem 0}summary{cursor:pointer}p{margin:.15rem 0 .15rem 1rem}\n"
    ".value{font-weight:bold}.facts{font-size:.85rem;color:#333}\n"
    ".warning{border:2px solid #111;padding:.5rem}\n"
    "@media print{body{max-width:none;font-size:10pt}details,li{break-inside:auto}"
    "summary{break-after:avoid}}\n";

struct teller {
    pbr_explainer *e;
    pbr_arena *arena;
    FILE *out;
    size_t number, depth; /* of the figure being told, from 1 */
};

static void put(struct teller *t, const char *text)
{
    pbr_html_text(t->out, text);
}

static void paragraph(struct teller *t, const char *class, const char *text)
{
    fprintf(t->out, "<p%s%s%s>", class ? " class=\"" : "", class ? class : "", class ? "\"" : "");
    put(t, text);
    fputs("</p>\n", t->out);
}

/* The name of a node as the target of links; figures of one page do not share targets. */
static void put_target(struct teller *t, const pbr_node *node)
{
    fprintf(t->out, "f%zu-", t->number);
    for (const char *at = node->name; *at; at++)
        if (*at == ' ')
            fputs("_", t->out);
        else
            put(t, (char[]){*at, '\0'});
}

static void put_value(struct teller *t, const pbr_node *node)
{
    const char *ratio = pbr_value_ratio(t->e, node);
    put(t, node->title);
    fputs(": <span class=\"value\">", t->out);
    put(t, pbr_value_words(t->e, node));
    fputs("</span>", t->out);
    if (node->per) put(t, pbr_arena_printf(t->arena, " %s", node->per));
    if (ratio) put(t, pbr_arena_printf(t->arena, " (exactly %s)", ratio));
}

static void put_formula(struct teller *t, const pbr_node *node)
{
    const char *titles = pbr_formula_titles(t->e, node), *numbers = pbr_formula_numbers(t->e, node);
    if (titles) paragraph(t, NULL, pbr_arena_printf(t->arena, "= %s", titles));
    if (numbers) paragraph(t, NULL, pbr_arena_printf(t->arena, "= %s", numbers));
    for (size_t i = 0; i < node->conditions_count; i++) {
        const char *with = pbr_condition_numbers(t->e, node, i);
        paragraph(t, NULL,
                  pbr_arena_printf(t->arena, "%s? %s%s%s%s", pbr_condition_titles(t->e, node, i),
                                   node->conditions[i].holds ? "yes" : "no", with ? " (" : "",
                                   with ? with : "", with ? ")" : ""));
    }
}

static void put_facts(struct teller *t, const pbr_node *node, const char *before)
{
    const char *words = before;
    for (size_t i = 0; i < node->facts_count; i++) {
        bool told = *before && strcmp(node->facts[i].label, "term") == 0;
        if (!told)
            words = pbr_arena_printf(t->arena, "%s%s%s: %s", words, *words ? "; " : "",
                                     node->facts[i].label, node->facts[i].text);
    }
    if (*words) paragraph(t, "facts", words);
}

static void put_about(struct teller *t, const pbr_node *node)
{
    put_formula(t, node);
    if (node->note) paragraph(t, NULL, node->note);
    put_facts(t, node, "");
    for (size_t i = 0; i < node->cites_count; i++)
        put_facts(t, node->cites[i],
                  pbr_arena_printf(t->arena, "by %s: %s", node->cites[i]->title,
                                   pbr_value_words(t->e, node->cites[i])));
}

static void put_link(struct teller *t, const pbr_node *node, const char *words)
{
    put_value(t, node);
    fputs(" <a href=\"#", t->out);
    put_target(t, node);
    fprintf(t->out, "\">%s</a>\n", words);
}

static void put_node(struct teller *t, size_t level, pbr_node *node, bool named);

static void put_parts(struct teller *t, size_t level, const pbr_node *node)
{
    if (!node->parts_count || (t->depth && level >= t->depth)) return;
    fputs("<ul>\n", t->out);
    for (size_t i = 0; i < node->parts_count; i++) {
        fputs("<li>", t->out);
        put_node(t, level + 1, node->parts[i].node, node->parts[i].named);
        fputs("</li>\n", t->out);
    }
    fputs("</ul>\n", t->out);
}

static void put_node(struct teller *t, size_t level, pbr_node *node, bool named)
{
    if (node->told == t->number) {
        put_link(t, node, "told above");
        return;
    }
    if (named) {
        put_value(t, node);
        put(t, pbr_arena_printf(t->arena, " (%s)", node->name));
        return;
    }
    node->told = t->number;
    fputs("<details open id=\"", t->out);
    put_target(t, node);
    fputs("\"><summary>", t->out);
    put_value(t, node);
    fputs("</summary>\n", t->out);
    put_about(t, node);
    put_parts(t, level, node);
    fputs("</details>\n", t->out);
}

static void put_figure(struct teller *t, const pbr_told *told)
{
    fputs("<h2>", t->out);
    put(t, pbr_arena_printf(t->arena, "%s is %s", told->figure.name,
                            pbr_value_words(t->e, told->node)));
    fputs("</h2>\n", t->out);
    paragraph(t, NULL, pbr_figure_words(t->e, &told->figure));
    put_node(t, 0, told->node, false);
}

void pbr_explain_as_html(const pbr_telling *telling, FILE *out)
{
    struct teller t = {.e = telling->explainer,
                       .arena = pbr_explainer_arena(telling->explainer),
                       .out = out,
                       .depth = telling->depth};
    const char *title = pbr_arena_printf(
        t.arena, "%s, settlement %s: how %s came about", telling->title, telling->settlement,
        telling->count == 1 ? telling->figures[0].figure.name : "figures");
    pbr_html_begin(out, title, STYLE);
    fputs("<h1>", out);
    put(&t, title);
    fputs("</h1>\n", out);
    if (telling->warning) paragraph(&t, "warning", telling->warning);
    for (size_t i = 0; i < telling->count; i++) {
        t.number = i + 1;
        put_figure(&t, &telling->figures[i]);
    }
    pbr_html_end(out);
}
