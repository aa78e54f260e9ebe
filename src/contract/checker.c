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

bool pbr_checker_states(const pbr_checker *c, const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < c->rules->list_count; i++) {
        const char *known = c->rules->list[i].path;
        if (strncmp(known, path, length) == 0 && (known[length] == '\0' || known[length] == '.'))
            return true;
    }
    return false;
}

void pbr_checker_keys(const pbr_checker *c, const char *group, unsigned kind, const char *word,
                      const pbr_key_rule *rules, size_t count)
{
    pbr_arena *arena = c->contract->arena;
    pbr_place place = pbr_checker_place(c, pbr_arena_printf(arena, "%s.kind", group));
    for (size_t i = 0; i < count; i++) {
        const char *path = pbr_arena_printf(arena, "%s.%s", group, rules[i].key);
        bool stated = pbr_checker_states(c, path);
        bool needed = rules[i].needed >> kind & 1;
        bool allowed = needed || (rules[i].allowed >> kind & 1);
        if (needed && !stated)
            pbr_error(c->diag, "missing-term", place,
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
