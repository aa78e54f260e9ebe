/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/reopened.h"

#include "contract/load.h"

#include <string.h>

static bool find_inputs(pbr_reopened *r, const char *folder, const pbr_arguments *arguments,
                        pbr_diag *diag)
{
    const char *const *places;
    size_t count = pbr_arguments_values(arguments, "inputs", &places);
    if (!pbr_recorded_read(&r->recorded, folder, r->arena, diag)) return false;
    const char *from = pbr_manifest_option(&r->recorded.manifest, "from");
    if (!from || strcmp(from, "extracts") != 0) {
        pbr_error(diag, "no-extracts", ((pbr_place){folder, 0, 0}),
                  "the settlement was made from a table of measures: nothing in it is about "
                  "persons");
        return false;
    }
    pbr_recorded_find(&r->recorded, places, count, r->arena);
    return pbr_recorded_has_extracts(&r->recorded, diag);
}

/* What the contract is warned of was said when it was settled. */
static bool load_contract(pbr_reopened *r, pbr_diag *diag)
{
    pbr_diag *found = pbr_diag_new();
    r->contract = pbr_contract_load(r->recorded.contract, found);
    pbr_diag_pass_errors(found, diag);
    pbr_diag_free(found);
    return r->contract != NULL;
}

static bool read_extracts(pbr_reopened *r, pbr_diag *diag)
{
    const pbr_manifest *m = &r->recorded.manifest;
    const char **paths = pbr_arena_alloc(r->arena, (m->inputs_count + 1) * sizeof *paths);
    for (size_t i = 0; i < m->inputs_count; i++) paths[i] = r->recorded.inputs[i].path;
    return pbr_second_read(&r->second, r->contract, m->inputs, paths, m->inputs_count, m->as_at,
                           diag);
}

static void list_cohorts(pbr_reopened *r)
{
    const pbr_manifest *m = &r->recorded.manifest;
    r->cohorts = pbr_arena_alloc(r->arena, (m->options_count + 1) * sizeof *r->cohorts);
    for (size_t i = 0; i < m->options_count; i++)
        if (strcmp(m->options[i].name, "cohorts") == 0)
            r->cohorts[r->cohorts_count++] = pbr_contract_cohort(r->contract, m->options[i].value);
}

bool pbr_reopened_open(pbr_reopened *r, const char *folder, const pbr_arguments *arguments,
                       pbr_diag *diag)
{
    *r = (pbr_reopened){.arena = pbr_arena_new()};
    r->key = pbr_second_key(arguments, diag);
    if (!find_inputs(r, folder, arguments, diag) || !load_contract(r, diag)) return false;
    if (!read_extracts(r, diag)) return false;
    list_cohorts(r);
    return !pbr_diag_failed(diag);
}

void pbr_reopened_close(pbr_reopened *r)
{
    pbr_second_free(&r->second);
    pbr_contract_free(r->contract);
    pbr_id_key_free(r->key);
    pbr_arena_free(r->arena);
}
