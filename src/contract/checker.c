/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/checker.h"

#include "base/text.h"
#include "contract/yaml.h"

#include <string.h>

pbr_place pbr_checker_place(const pbr_checker *c, const char *path)
{
    const pbr_term *term = pbr_term_find(c->rules->list, c->rules->list_count, path);
    const char *file = pbr_contract_path(c->contract, c->rules->file);
    return (pbr_place){file, term ? term->line : 0, term ? term->column : 0};
}

pbr_place pbr_checker_place_of(const pbr_checker *c, const char *group, const char *id,
                               const char *leaf)
{
    return pbr_checker_place(c, pbr_arena_printf(c->contract->arena, "%s.%s.%s", group, id, leaf));
}

static bool is_under(const pbr_term *term, const char *group, size_t length)
{
    return strncmp(term->path, group, length) == 0 &&
           (term->path[length] == '\0' || term->path[length] == '.');
}

bool pbr_checker_states(const pbr_checker *c, const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < c->rules->list_count; i++)
        if (is_under(&c->rules->list[i], path, length)) return true;
    return false;
}

/* A checker of the terms under a group alone, which stand together in the file. */
static pbr_checker within(const pbr_checker *c, pbr_rules *part, const char *group)
{
    const pbr_term *list = c->rules->list, *end = list + c->rules->list_count;
    size_t length = strlen(group);
    while (list < end && !is_under(list, group, length)) list++;
    const pbr_term *last = list;
    while (last < end && is_under(last, group, length)) last++;
    *part = *c->rules;
    part->list = list;
    part->list_count = (size_t)(last - list);
    return (pbr_checker){c->contract, part, c->diag};
}

void pbr_checker_keys(const pbr_checker *c, const char *group, unsigned kind, const char *word,
                      const pbr_key_rule *rules, size_t count)
{
    pbr_rules part;
    pbr_arena *arena = c->contract->arena;
    const pbr_checker inside = within(c, &part, group);
    for (size_t i = 0; i < count; i++) {
        const char *path = pbr_arena_printf(arena, "%s.%s", group, rules[i].key);
        bool stated = pbr_checker_states(&inside, path);
        bool needed = rules[i].needed >> kind & 1;
        bool allowed = needed || (rules[i].allowed >> kind & 1);
        if (needed && !stated)
            pbr_error(c->diag, "missing-term",
                      pbr_checker_place(c, pbr_arena_printf(arena, "%s.kind", group)),
                      "%s: \"%s\" is left out: every choice is written out, also the usual one",
                      word, rules[i].key);
        if (stated && !allowed)
            pbr_error(c->diag, "idle-term", pbr_checker_place(c, path),
                      "\"%s\" has no meaning for %s: remove it", rules[i].key, word);
    }
}

static const char *line_id(const void *terms, size_t index)
{
    return ((const pbr_terms *)terms)->lines[index].id;
}

void pbr_checker_unknown_line(const pbr_checker *c, pbr_place place, const char *id)
{
    const pbr_terms *terms = c->rules->terms;
    const char *near = pbr_near_miss(pbr_slice_of(id), terms->lines_count, line_id, terms);
    pbr_error(c->diag, "unknown-line", place, "no line is called \"%s\": %s%s%s", id,
              near ? "did you mean \"" : "name one of the lines of these rules", near ? near : "",
              near ? "\"?" : "");
}
