/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two settlements were made from and told, side by side. */
#include "command/diff.h"

#include <string.h>

/* pbrcalc's own names of columns, as the extracts of a contract call them. */
static const char *key_by_contract(pbr_arena *arena, const char *key, const pbr_contract *contract)
{
    const pbr_extract_terms *extract = contract->scheme->extract;
    char *names = pbr_arena_text(arena, key, strlen(key));
    const char *out = "";
    for (char *name; (name = strsep(&names, ","));) {
        const char *own = name;
        for (unsigned i = 0; extract && i < extract->columns_count; i++)
            if (strcmp(extract->columns[i].column, name) == 0) own = extract->columns[i].from;
        out = pbr_arena_printf(arena, "%s%s%s", out, *out ? "," : "", own);
    }
    return out;
}

static pbr_input_side side_of(pbr_arena *arena, const pbr_replay *replay, const char *role)
{
    const pbr_manifest *m = &replay->recorded.manifest;
    pbr_input_file *files = pbr_arena_alloc(arena, (m->inputs_count + 1) * sizeof *files);
    pbr_input_side side = {.files = files};
    const char *key = pbr_input_key(role);
    bool extract = strcmp(role, "cohort") == 0 || strcmp(role, "reoffences") == 0;
    if (key) side.key = extract ? key_by_contract(arena, key, replay->work.contract) : key;
    for (size_t i = 0; i < m->inputs_count; i++)
        if (strcmp(m->inputs[i].role, role) == 0)
            files[side.count++] = (pbr_input_file){m->inputs[i].name, m->inputs[i].sha256,
                                                   replay->recorded.inputs[i].path};
    return side;
}

void pbr_diff_inputs(pbr_difference *d, const pbr_replay *old, const pbr_replay *now)
{
    const pbr_manifest *sides[] = {&old->recorded.manifest, &now->recorded.manifest};
    size_t most = sides[0]->inputs_count + sides[1]->inputs_count;
    d->inputs = pbr_arena_alloc(d->arena, (most + 1) * sizeof *d->inputs);
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < sides[side]->inputs_count; i++) {
            const char *role = sides[side]->inputs[i].role;
            size_t k = 0;
            while (k < d->inputs_count && strcmp(d->inputs[k].role, role) != 0) k++;
            if (k < d->inputs_count) continue;
            pbr_input_change *change = &d->inputs[d->inputs_count++];
            change->role = role;
            change->old = side_of(d->arena, old, role);
            change->now = side_of(d->arena, now, role);
            pbr_inputs_compare(change);
        }
}

/* A table of the run is told among the inputs. */
static bool is_input(const pbr_difference *d, const char *option)
{
    for (size_t i = 0; i < d->inputs_count; i++)
        if (strcmp(d->inputs[i].role, option) == 0) return true;
    return false;
}

void pbr_diff_options(pbr_difference *d, const pbr_manifest *old, const pbr_manifest *now)
{
    size_t most = old->options_count + now->options_count;
    const char *name = "";
    d->options = pbr_arena_alloc(d->arena, (most + 1) * sizeof *d->options);
    for (size_t i = 0; i < most; i++) {
        const char *latest = name; /* values of one option stand together, and may be very many */
        name = i < old->options_count ? old->options[i].name
                                      : now->options[i - old->options_count].name;
        if (strcmp(name, latest) == 0) continue;
        const char *before = pbr_manifest_values(old, name, ", ", d->arena),
                   *after = pbr_manifest_values(now, name, ", ", d->arena);
        size_t k = 0;
        while (k < d->options_count && strcmp(d->options[k].option, name) != 0) k++;
        if (k < d->options_count || strcmp(before, after) == 0 || is_input(d, name)) continue;
        d->options[d->options_count++] = (pbr_option_change){name, before, after};
    }
}
