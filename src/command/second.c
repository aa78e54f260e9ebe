/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/second.h"

#include "audit/cross_check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t files_of_role(const char *role, const pbr_input_fact *inputs,
                            const char *const *paths, size_t count, pbr_row_file *files)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(inputs[i].role, role) == 0)
            files[found++] = (pbr_row_file){paths[i], inputs[i].name, inputs[i].sha256};
    return found;
}

bool pbr_second_read(pbr_second *second, const pbr_contract *contract, const pbr_input_fact *inputs,
                     const char *const *paths, size_t count, pbr_date as_at, pbr_diag *diag)
{
    pbr_row_file *cohort = pbr_alloc(2 * count + 1, sizeof *cohort), *reoffences = cohort + count;
    size_t cohort_count = files_of_role("cohort", inputs, paths, count, cohort);
    size_t reoffence_count = files_of_role("reoffences", inputs, paths, count, reoffences);
    *second = (pbr_second){0};
    second->rows = pbr_rows_read(contract, cohort, cohort_count, reoffences, reoffence_count, diag);
    second->outcomes = pbr_outcomes_make(second->rows, as_at);
    free(cohort);
    return !pbr_diag_failed(diag);
}

void pbr_second_free(pbr_second *second)
{
    pbr_outcomes_free(second->outcomes);
    pbr_rows_free(second->rows);
}

pbr_id_key *pbr_second_key(const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *path = pbr_arguments_value(arguments, "hash-ids");
    return path ? pbr_id_key_read(path, diag) : NULL;
}

static bool usage(pbr_diag *diag, const char *message)
{
    pbr_error(diag, "usage", PBR_NOWHERE, "%s", message);
    return false;
}

static bool can_begin(const pbr_work *work, const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *file = pbr_arguments_value(arguments, "outcomes");
    const char *folder = pbr_arguments_value(arguments, "out");
    bool extracts = false, force = pbr_arguments_has(arguments, "force");
    for (size_t i = 0; i < work->inputs_count; i++) {
        extracts |= strcmp(work->inputs[i].role, "cohort") == 0;
        if (strcmp(work->input_paths[i], "-") == 0)
            return usage(diag, "--cross-check and --outcomes read the extracts a second time, "
                               "which standard input cannot be: name files");
    }
    if (!extracts)
        return usage(diag, "--cross-check and --outcomes need extracts: a table of measures does "
                           "not say what became of each start");
    if (!file) return true;
    if (folder && pbr_lies_in(file, folder))
        return usage(diag, "--outcomes holds personal ids and must lie outside the settlement "
                           "folder: name another place");
    if (force || access(file, F_OK) != 0) return true;
    pbr_error(diag, "unwritable-file", ((pbr_place){file, 0, 0}),
              "the file exists: remove it, or name another with --outcomes");
    return false;
}

static bool write_outcomes(pbr_second_opinion *opinion, const pbr_second *second,
                           const pbr_work *work, const size_t *chosen, size_t chosen_count,
                           const pbr_id_key *key, pbr_diag *diag)
{
    pbr_entry *entries;
    const pbr_entries_wanted wanted = {second->outcomes, chosen, chosen_count, true,
                                       work->as_at,      key};
    size_t count = pbr_entries_list(&wanted, work->arena, &entries);
    opinion->outcomes = pbr_beside_begin(opinion->file, work->arena);
    pbr_out *out = pbr_out_open(opinion->outcomes.path);
    if (!out) return pbr_beside_refuse(&opinion->outcomes, diag);
    pbr_outcomes_write(out, entries, count, work->contract);
    return pbr_out_close(out) || pbr_beside_refuse(&opinion->outcomes, diag);
}

static bool give_opinion(pbr_second_opinion *opinion, const pbr_work *work, const size_t *chosen,
                         size_t chosen_count, const pbr_arguments *arguments, const pbr_id_key *key,
                         pbr_diag *diag)
{
    pbr_second second;
    bool check = pbr_arguments_has(arguments, "cross-check");
    bool ok = pbr_second_read(&second, work->contract, work->inputs, work->input_paths,
                              work->inputs_count, work->as_at, diag);
    if (ok && check)
        opinion->figures = pbr_cross_check(second.outcomes, work->measures, work->as_at, diag);
    ok = !pbr_diag_failed(diag);
    if (ok && opinion->file)
        ok = write_outcomes(opinion, &second, work, chosen, chosen_count, key, diag);
    pbr_second_free(&second);
    return ok;
}

bool pbr_second_opinion_begin(pbr_second_opinion *opinion, const pbr_work *work,
                              const size_t *chosen, size_t chosen_count,
                              const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *file = pbr_arguments_value(arguments, "outcomes");
    *opinion = (pbr_second_opinion){0};
    if (!file && pbr_arguments_has(arguments, "hash-ids"))
        return usage(diag, "--hash-ids goes with --outcomes: give both, or neither");
    if (!file && !pbr_arguments_has(arguments, "cross-check")) return true;
    if (!can_begin(work, arguments, diag)) return false;
    pbr_id_key *key = pbr_second_key(arguments, diag);
    if (!pbr_arguments_has(arguments, "dry-run")) opinion->file = file;
    bool ok = !pbr_diag_failed(diag) &&
              give_opinion(opinion, work, chosen, chosen_count, arguments, key, diag);
    pbr_id_key_free(key);
    return ok;
}

bool pbr_second_opinion_end(pbr_second_opinion *opinion, bool keep, pbr_diag *diag)
{
    return !opinion->outcomes.path || pbr_beside_end(&opinion->outcomes, keep, diag);
}
