/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/telling.h"
#include "explain/value_words.h"

#include <string.h>

enum { WIDTH = 100, INDENT = 2, HANG = 2 * INDENT, DEEPEST_INDENT = 40 };

struct teller {
    const pbr_telling *telling;
    pbr_explainer *e;
    pbr_arena *arena;
    FILE *out;
    size_t number; /* of the figure being told, from 1 */
    size_t depth;
};

/* --- lines of at most WIDTH columns --- */

/* Columns of a UTF-8 text: its bytes less those that continue a character. */
static size_t columns(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

/* Bytes of the text that fit into so many columns, up to a blank if there is one. */
static size_t fitting(const char *text, size_t room)
{
    size_t length = strlen(text), fits = 0;
    if (columns(text, length) <= room) return length;
    for (size_t i = 0; i < length && columns(text, i) <= room; i++)
        if (text[i] == ' ') fits = i;
    return fits ? fits : strcspn(text, " ");
}

static void print(struct teller *t, size_t level, const char *text)
{
    size_t indent = INDENT * level < DEEPEST_INDENT ? INDENT * level : DEEPEST_INDENT;
    for (size_t hang = 0; *text; hang = HANG) {
        size_t length = fitting(text, WIDTH - indent - hang);
        fprintf(t->out, "%*s%.*s\n", (int)(indent + hang), "", (int)length, text);
        text += length;
        while (*text == ' ') text++;
    }
}

/* --- a node --- */

static void print_formula(struct teller *t, size_t level, const pbr_node *node)
{
    const char *titles = pbr_formula_titles(t->e, node);
    const char *numbers = pbr_formula_numbers(t->e, node);
    if (!titles) return;
    print(t, level, pbr_arena_printf(t->arena, "= %s", titles));
    if (numbers && strcmp(numbers, titles) != 0)
        print(t, level, pbr_arena_printf(t->arena, "= %s", numbers));
}

static void print_conditions(struct teller *t, size_t level, const pbr_node *node)
{
    for (size_t i = 0; i < node->conditions_count; i++) {
        const char *numbers = pbr_condition_numbers(t->e, node, i);
        print(t, level,
              pbr_arena_printf(t->arena, "%s? %s%s%s%s", pbr_condition_titles(t->e, node, i),
                               node->conditions[i].holds ? "yes" : "no", numbers ? " (" : "",
                               numbers ? numbers : "", numbers ? ")" : ""));
    }
}

/* A row speaks for itself, and the path of a term stands before. */
static const char *facts_words(struct teller *t, const pbr_node *node, bool is_term)
{
    const char *words = "";
    for (size_t i = 0; i < node->facts_count; i++) {
        const pbr_node_fact *fact = &node->facts[i];
        if (is_term && strcmp(fact->label, "term") == 0) continue;
        bool row = strcmp(fact->label, "row") == 0;
        words = pbr_arena_printf(t->arena, "%s%s%s%s%s", words, *words ? "; " : "",
                                 row ? "" : fact->label, row ? "" : " ", fact->text);
    }
    return words;
}

static void print_term(struct teller *t, size_t level, pbr_node *term)
{
    bool again = term->told == t->number;
    const char *words = again ? "as above" : facts_words(t, term, true);
    const char *path = strchr(strchr(term->name, '/') + 1, '/');
    term->told = t->number;
    print(t, level,
          pbr_arena_printf(t->arena, "by %s: %s [%s]", strchr(path + 1, '/') + 1,
                           pbr_value_words(t->e, term), words));
}

static void print_provenance(struct teller *t, size_t level, const pbr_node *node)
{
    if (node->note) print(t, level, node->note);
    if (node->facts_count)
        print(t, level, pbr_arena_printf(t->arena, "[%s]", facts_words(t, node, false)));
    for (size_t i = 0; i < node->cites_count; i++) print_term(t, level, node->cites[i]);
}

static const char *headline(struct teller *t, const pbr_node *node, const char *place)
{
    const char *ratio = pbr_value_ratio(t->e, node);
    bool elsewhere = node->place && (!place || strcmp(place, node->place) != 0);
    return pbr_arena_printf(t->arena, "%s%s%s: %s%s%s%s%s%s", node->title, elsewhere ? " of " : "",
                            elsewhere ? node->place : "", pbr_value_words(t->e, node),
                            node->per ? " " : "", node->per ? node->per : "",
                            ratio ? " (exactly " : "", ratio ? ratio : "", ratio ? ")" : "");
}

static bool is_deep(const struct teller *t, size_t level)
{
    return t->depth && level > t->depth;
}

static void print_node(struct teller *t, size_t level, pbr_node *node, const char *place,
                       bool named)
{
    const char *line = headline(t, node, place);
    bool again = node->told == t->number, more = node->parts_count || node->cites_count;
    if (again && more)
        line = pbr_arena_printf(t->arena, "%s, told above (%s)", line, node->name);
    else if (named && node->formula)
        line = pbr_arena_printf(t->arena, "%s, see %s", line, node->name);
    print(t, level, line);
    if (named || again) return;
    node->told = t->number;
    print_formula(t, level + 1, node);
    print_conditions(t, level + 1, node);
    print_provenance(t, level + 1, node);
    for (size_t i = 0; i < node->parts_count && !is_deep(t, level + 1); i++)
        print_node(t, level + 1, node->parts[i].node, node->place ? node->place : place,
                   node->parts[i].named);
}

static void print_figure(struct teller *t, const pbr_told *told)
{
    print(t, 0,
          pbr_arena_printf(t->arena, "%s is %s", told->figure.name,
                           pbr_value_words(t->e, told->node)));
    print(t, 0, pbr_figure_words(t->e, &told->figure));
    if (t->telling->warning) print(t, 0, t->telling->warning);
    fputc('\n', t->out);
    print_node(t, 0, told->node, told->node->place, false);
}

void pbr_explain_as_text(const pbr_telling *telling, FILE *out)
{
    struct teller t = {.telling = telling,
                       .e = telling->explainer,
                       .arena = pbr_explainer_arena(telling->explainer),
                       .out = out,
                       .depth = telling->depth};
    for (size_t i = 0; i < telling->count; i++) {
        if (i) fputc('\n', out);
        t.number = i + 1;
        print_figure(&t, &telling->figures[i]);
    }
}
