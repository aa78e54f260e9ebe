/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/load.h"

#include "base/text.h"
#include "contract/check_idle.h"
#include "contract/cohorts.h"
#include "contract/consistency.h"
#include "contract/index.h"
#include "contract/lists.h"
#include "contract/tables.h"
#include "contract/vocabulary.h"
#include "contract/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { RULES_MAX = 31 }; /* versions of the rules; a reoffence row has a bit for each */

static void inherit(pbr_provenance *part, const pbr_provenance *group)
{
    if (!part->clause) part->clause = group->clause;
    if (!part->source) part->source = group->source;
    if (part->status == PBR_UNSTATED) part->status = group->status;
}

static bool load_scheme(pbr_contract *contract, pbr_diag *diag)
{
    pbr_yaml yaml;
    if (!pbr_yaml_load(pbr_contract_path(contract, "scheme.yaml"), "scheme.yaml",
                       &pbr_scheme_vocabulary, contract->arena, &yaml, diag))
        return false;
    contract->scheme = yaml.record;
    inherit(&contract->scheme->publication.from, &contract->scheme->from);
    for (unsigned i = 0; i < contract->scheme->checks_count; i++)
        inherit(&contract->scheme->checks[i].from, &contract->scheme->from);
    contract->scheme_terms = yaml.list;
    contract->scheme_terms_count = yaml.list_count;
    pbr_contract_record(contract, "scheme.yaml", yaml.sha256);
    return true;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool is_rules_file(const char *name)
{
    size_t length = strlen(name);
    return name[0] != '.' && length > 5 && strcmp(name + length - 5, ".yaml") == 0;
}

/* The names of rules/NAME.yaml in byte order, so that the file system's order cannot matter. */
static size_t list_rules(pbr_contract *contract, char ***names, pbr_diag *diag)
{
    const char *path = pbr_contract_path(contract, "rules");
    DIR *folder = opendir(path);
    size_t count = 0, room = 0;
    *names = NULL;
    if (!folder) {
        pbr_error(diag, "unreadable-file", ((pbr_place){path, 0, 0}),
                  "cannot open the folder: %s; is this a contract folder?", strerror(errno));
        return 0;
    }
    for (struct dirent *entry; (errno = 0, entry = readdir(folder));) {
        if (!is_rules_file(entry->d_name)) continue;
        *names = pbr_grow(*names, &room, count + 1, sizeof **names);
        (*names)[count++] = pbr_arena_text(contract->arena, entry->d_name, strlen(entry->d_name));
    }
    if (errno)
        pbr_error(diag, "unreadable-file", ((pbr_place){path, 0, 0}),
                  "cannot read the folder to its end: %s", strerror(errno));
    closedir(folder);
    if (count) qsort(*names, count, sizeof **names, by_name);
    if (!count || count > RULES_MAX)
        pbr_error(diag, "bad-contract", ((pbr_place){path, 0, 0}),
                  "%zu versions of the rules: keep 1 to %d files NAME.yaml here", count, RULES_MAX);
    return count > RULES_MAX ? 0 : count;
}

static bool load_one_rules(pbr_contract *contract, const char *file, pbr_diag *diag)
{
    pbr_yaml yaml;
    const char *name = pbr_arena_printf(contract->arena, "rules/%s", file);
    if (!pbr_yaml_load(pbr_contract_path(contract, name), name, &pbr_rules_vocabulary,
                       contract->arena, &yaml, diag))
        return false;
    contract->rules[contract->rules_count++] = (pbr_rules){
        .name = pbr_arena_text(contract->arena, file, strlen(file) - 5),
        .file = name,
        .terms = yaml.record,
        .list = yaml.list,
        .list_count = yaml.list_count,
    };
    pbr_contract_record(contract, name, yaml.sha256);
    return true;
}

static bool load_rules(pbr_contract *contract, pbr_diag *diag)
{
    char **names;
    size_t count = list_rules(contract, &names, diag);
    bool ok = count > 0;
    contract->rules = pbr_arena_alloc(contract->arena, (count + 1) * sizeof *contract->rules);
    for (size_t i = 0; i < count; i++) ok &= load_one_rules(contract, names[i], diag);
    free(names);
    return ok;
}

/* Gives each part of a line the line's provenance, and each group the version's. */
static void inherit_provenance(pbr_terms *terms)
{
    pbr_provenance *groups[] = {
        &terms->cohort.from,         &terms->persons.from,   &terms->transferred.from,
        &terms->follow_up.from,      &terms->reoffence.from, &terms->rounding.from,
        &terms->versions.from,       &terms->payee.from,     &terms->due.from,
        &terms->negative_total.from,
    };
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) inherit(groups[i], &terms->from);
    for (unsigned i = 0; i < terms->exclude_count; i++)
        inherit(&terms->exclude[i].from, &terms->from);
    for (unsigned i = 0; i < terms->unmeasurable_count; i++)
        inherit(&terms->unmeasurable[i].from, &terms->from);
    for (unsigned i = 0; i < terms->reoffence.ignore_count; i++)
        inherit(&terms->reoffence.ignore[i].from, &terms->reoffence.from);
    for (unsigned i = 0; i < terms->metrics_count; i++)
        inherit(&terms->metrics[i].from, &terms->from);
    for (unsigned i = 0; i < terms->caps_count; i++) inherit(&terms->caps[i].from, &terms->from);
    for (unsigned i = 0; i < terms->lines_count; i++) {
        pbr_line *line = &terms->lines[i];
        inherit(&line->from, &terms->from);
        inherit(&line->test.from, &line->from);
        if (line->gate) inherit(&line->gate->from, &line->from);
        if (line->neither) inherit(&line->neither->from, &line->from);
        if (line->better) inherit(&line->better->from, &line->from);
        if (line->worse) inherit(&line->worse->from, &line->from);
    }
}

static void load_tables(pbr_contract *contract, pbr_diag *diag)
{
    pbr_areas_read(contract, diag);
    pbr_agreements_read(contract, diag);
    pbr_baselines_read(contract, diag);
    pbr_prices_read(contract, diag);
    pbr_indices_read(contract, diag);
    pbr_clauses_read(contract, diag);
    pbr_cohorts_read(contract, diag);
    pbr_cohorts_build(contract, diag);
    pbr_cohorts_order(contract, diag);
    if (!contract->cohorts_count && !pbr_diag_failed(diag))
        pbr_error(diag, "bad-contract",
                  ((pbr_place){pbr_contract_path(contract, "scheme.yaml"), 0, 0}),
                  "there is no cohort: state first-cohort and last-cohort, or add cohorts.csv");
}

static int by_file_name(const void *left, const void *right)
{
    return strcmp(((const pbr_contract_file *)left)->name,
                  ((const pbr_contract_file *)right)->name);
}

/* Tables are checked against the rules only when each can be read by itself. */
static void load_all(pbr_contract *contract, pbr_diag *diag)
{
    int64_t start = pbr_diag_count(diag, PBR_ERROR);
    bool scheme = load_scheme(contract, diag);
    bool rules = load_rules(contract, diag);
    if (!scheme || !rules) return;
    pbr_check_scheme(contract, diag);
    pbr_steps_read(contract, diag);
    for (size_t i = 0; i < contract->rules_count; i++) {
        inherit_provenance(contract->rules[i].terms);
        pbr_check_rules(contract, &contract->rules[i], diag);
    }
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    load_tables(contract, diag);
    if (pbr_diag_count(diag, PBR_ERROR) == before) {
        pbr_contract_index(contract);
        pbr_check_tables(contract, diag);
    }
    if (pbr_diag_count(diag, PBR_ERROR) == start) pbr_check_idle(contract, diag);
    qsort(contract->files, contract->files_count, sizeof *contract->files, by_file_name);
}

pbr_contract *pbr_contract_load(const char *folder, pbr_diag *diag)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_contract *contract = pbr_arena_alloc(arena, sizeof *contract);
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') length--;
    contract->arena = arena;
    contract->folder = pbr_arena_text(arena, folder, length);
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    load_all(contract, diag);
    if (pbr_diag_count(diag, PBR_ERROR) == before) return contract;
    pbr_contract_free(contract);
    return NULL;
}
