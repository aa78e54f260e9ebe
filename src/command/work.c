/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/work.h"
#include "contract/load.h"

#include "base/team.h"
#include "base/text.h"
#include "measure/counts.h"
#include "measure/mapping.h"
#include "measure/metrics_csv.h"
#include "measure/years.h"
#include "settle/run_tables.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The options that name data, and the roles under which it is recorded. */
static const char *const INPUTS[] = {"cohort",  "reoffences",     "metrics",   "counts",
                                     "volumes", "service-levels", "decisions", "other-lines"};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void add_input(pbr_work *work, const char *role, const char *path, const char *sha256)
{
    work->inputs[work->inputs_count] = (pbr_input_fact){
        .name = base_name(path),
        .role = role,
        .sha256 = pbr_arena_text(work->arena, sha256, strlen(sha256)),
    };
    work->input_paths[work->inputs_count++] = path;
}

bool pbr_is_input(const char *role)
{
    for (size_t i = 0; i < sizeof INPUTS / sizeof *INPUTS; i++)
        if (strcmp(INPUTS[i], role) == 0) return true;
    return false;
}

bool pbr_is_measured(const char *role)
{
    return !strcmp(role, "cohort") || !strcmp(role, "reoffences") || !strcmp(role, "metrics");
}

enum { RUN_TABLES = 5 };

static void make_room(pbr_work *work, size_t count)
{
    work->inputs = pbr_arena_alloc(work->arena, (count + RUN_TABLES) * sizeof *work->inputs);
    work->input_paths =
        pbr_arena_alloc(work->arena, (count + RUN_TABLES) * sizeof *work->input_paths);
}

static int by_file_name(const void *left, const void *right)
{
    const char *a = *(const char *const *)left, *b = *(const char *const *)right;
    int names = strcmp(base_name(a), base_name(b));
    return names ? names : strcmp(a, b);
}

/* The files of an option by name, so that the order of naming them cannot matter. */
static size_t files_of(const pbr_work *work, const pbr_arguments *arguments, const char *option,
                       const char *const **files)
{
    size_t count = pbr_arguments_values(arguments, option, files);
    const char **sorted = pbr_arena_alloc(work->arena, (count + 1) * sizeof *sorted);
    if (count) memcpy(sorted, *files, count * sizeof *sorted);
    if (count) qsort(sorted, count, sizeof *sorted, by_file_name);
    *files = sorted;
    return count;
}

/* What a name stands for, and its place among the names. */
struct named_file {
    dev_t device;
    ino_t number;
    size_t at;
};

static int by_file(const void *left, const void *right)
{
    const struct named_file *a = left, *b = right;
    if (a->device != b->device) return a->device < b->device ? -1 : 1;
    if (a->number != b->number) return a->number < b->number ? -1 : 1;
    return a->at < b->at ? -1 : 1;
}

/* A file named twice would count its reoffences twice. What is not there is told by who reads it.
 */
static bool is_named_once(const pbr_work *work, const char *const *files, size_t count,
                          pbr_diag *diag)
{
    struct named_file *named = pbr_arena_alloc(work->arena, (count + 1) * sizeof *named);
    size_t found = 0;
    bool once = true;
    for (size_t i = 0; i < count; i++) {
        struct stat file;
        if (stat(files[i], &file) == 0)
            named[found++] = (struct named_file){file.st_dev, file.st_ino, i};
    }
    if (found) qsort(named, found, sizeof *named, by_file);
    for (size_t i = 1; i < found; i++) {
        const struct named_file *a = &named[i - 1], *b = &named[i];
        if (a->device != b->device || a->number != b->number) continue;
        pbr_error(diag, "file-twice", ((pbr_place){files[b->at], 0, 0}),
                  "the file is named twice (also as \"%s\"): name it once", files[a->at]);
        once = false;
    }
    return once;
}

static void load_extracts(pbr_work *work, const pbr_arguments *arguments, bool digests,
                          pbr_diag *diag)
{
    pbr_extracts extracts = {
        .snapshot = work->snapshot,
        .as_at = work->as_at,
        .threads = (size_t)pbr_arguments_number(arguments, "threads", 1, PBR_TEAM_MAX, 2, diag),
        .put_back = pbr_arguments_has(arguments, "qa")};
    extracts.cohort_files_count = files_of(work, arguments, "cohort", &extracts.cohort_files);
    extracts.reoffence_files_count =
        files_of(work, arguments, "reoffences", &extracts.reoffence_files);
    size_t files = extracts.cohort_files_count + extracts.reoffence_files_count;
    if (digests) extracts.digests = pbr_arena_alloc(work->arena, files * sizeof *extracts.digests);
    bool once = is_named_once(work, extracts.cohort_files, extracts.cohort_files_count, diag);
    once &= is_named_once(work, extracts.reoffence_files, extracts.reoffence_files_count, diag);
    if (!once) return;
    work->measures = pbr_measure_extracts(work->contract, &extracts, diag);
    make_room(work, files);
    for (size_t i = 0; i < extracts.cohort_files_count; i++)
        add_input(work, "cohort", extracts.cohort_files[i], digests ? extracts.digests[i] : "");
    for (size_t i = 0; i < extracts.reoffence_files_count; i++)
        add_input(work, "reoffences", extracts.reoffence_files[i],
                  digests ? extracts.digests[extracts.cohort_files_count + i] : "");
}

static void load_metrics(pbr_work *work, const char *path, pbr_diag *diag)
{
    char sha256[PBR_SHA256_TEXT] = "";
    work->measures =
        pbr_metrics_read(path, work->contract, work->snapshot, work->as_at, sha256, diag);
    if (work->measures && !work->measures->measures_count)
        pbr_error(diag, "empty-file", ((pbr_place){pbr_extract_name(path), 0, 0}),
                  "the file holds a header and no rows");
    make_room(work, 1);
    add_input(work, "metrics", path, sha256);
}

static bool usage(const char *message, pbr_diag *diag)
{
    pbr_error(diag, "usage", PBR_NOWHERE, "%s", message);
    return false;
}

/* Extracts or a table of measures; extracts need their date, since an old one must not look ripe.
 */
static bool data_is_named(const pbr_arguments *arguments, pbr_diag *diag)
{
    bool metrics = pbr_arguments_has(arguments, "metrics");
    if (pbr_arguments_has(arguments, "no-outcomes")) return true;
    bool cohort = pbr_arguments_has(arguments, "cohort");
    bool reoffences = pbr_arguments_has(arguments, "reoffences");
    if (metrics && (cohort || reoffences))
        return usage("give extracts (--cohort and --reoffences) or --metrics, not both", diag);
    if (metrics) return true;
    if (!cohort) pbr_arguments_need(arguments, "cohort", diag);
    if (!reoffences) pbr_arguments_need(arguments, "reoffences", diag);
    bool snapshot = pbr_arguments_need(arguments, "snapshot", diag);
    return cohort && reoffences && snapshot;
}

static bool only_one_standard_input(const pbr_arguments *arguments, pbr_diag *diag)
{
    size_t found = 0;
    for (size_t k = 0; k < sizeof INPUTS / sizeof *INPUTS; k++) {
        const char *const *values;
        size_t count = pbr_arguments_values(arguments, INPUTS[k], &values);
        for (size_t i = 0; i < count; i++) found += strcmp(values[i], "-") == 0;
    }
    if (found <= 1) return true;
    return usage("- stands for standard input, which can be read once only", diag);
}

void pbr_work_load(pbr_work *work, const pbr_arguments *arguments, bool digests, pbr_diag *diag)
{
    *work = (pbr_work){.arena = pbr_arena_new(), .as_at = PBR_NO_DATE, .snapshot = PBR_NO_DATE};
    bool contract = pbr_arguments_need(arguments, "contract", diag);
    bool data = data_is_named(arguments, diag) && only_one_standard_input(arguments, diag);
    pbr_arguments_date(arguments, "as-at", &work->as_at, diag);
    pbr_arguments_date(arguments, "snapshot", &work->snapshot, diag);
    bool dates = work->as_at != PBR_NO_DATE || !pbr_arguments_has(arguments, "as-at");
    dates &= work->snapshot != PBR_NO_DATE || !pbr_arguments_has(arguments, "snapshot");
    if (work->as_at != PBR_NO_DATE && work->snapshot != PBR_NO_DATE &&
        work->snapshot > work->as_at) {
        dates = usage("--snapshot is after --as-at: an extract cannot be younger than the "
                      "settlement made from it",
                      diag);
    }
    if (contract)
        work->contract = pbr_contract_load(pbr_arguments_value(arguments, "contract"), diag);
    if (!work->contract || !data || !dates) return;
    if (pbr_arguments_has(arguments, "no-outcomes")) {
        work->measures = pbr_measures_new();
        make_room(work, 0);
        return;
    }
    if (pbr_arguments_has(arguments, "metrics"))
        load_metrics(work, pbr_arguments_value(arguments, "metrics"), diag);
    else
        load_extracts(work, arguments, digests, diag);
}

void pbr_work_tables(pbr_work *work, const pbr_arguments *arguments, pbr_diag *diag)
{
    char sha256[PBR_SHA256_TEXT] = "";
    const char *path;
    if ((path = pbr_arguments_value(arguments, "counts"))) {
        pbr_counts_read(path, work->contract, work->measures, sha256, diag);
        add_input(work, "counts", path, sha256);
    }
    if ((path = pbr_arguments_value(arguments, "volumes"))) {
        work->volumes_count =
            pbr_volumes_read(path, work->contract, work->arena, &work->volumes, sha256, diag);
        add_input(work, "volumes", path, sha256);
    }
    if ((path = pbr_arguments_value(arguments, "service-levels"))) {
        work->levels_count =
            pbr_levels_read(path, work->contract, work->arena, &work->levels, sha256, diag);
        add_input(work, "service-levels", path, sha256);
    }
    if ((path = pbr_arguments_value(arguments, "decisions"))) {
        pbr_decided rows;
        pbr_decisions_read(path, work->contract, work->arena, &rows, sha256, diag);
        work->decisions = rows.decisions;
        work->decisions_count = rows.count;
        work->overrides = rows.overrides;
        work->overrides_count = rows.overrides_count;
        add_input(work, "decisions", path, sha256);
    }
    if ((path = pbr_arguments_value(arguments, "other-lines"))) {
        work->others_count = pbr_others_read(path, work->arena, &work->others, sha256, diag);
        add_input(work, "other-lines", path, sha256);
    }
}

static bool is_settled_in_rules(const pbr_contract *contract, size_t cohort)
{
    for (size_t i = 0; i < contract->rules_count; i++)
        if (pbr_terms_has_period(contract->rules[i].terms, contract->cohorts[cohort].kind))
            return true;
    return false;
}

/* A cohort that has measures in the data, all of them ripe and whole. */
static bool is_all_ripe(const pbr_work *work, size_t cohort)
{
    bool found = false;
    for (size_t i = 0; i < work->measures->measures_count; i++) {
        const pbr_measure *measure = &work->measures->measures[i];
        if (measure->cohort != cohort) continue;
        if (!measure->ripe || !measure->complete) return false;
        found = true;
    }
    return found;
}

static const char *cohort_name(const void *contract, size_t index)
{
    return ((const pbr_contract *)contract)->cohorts[index].name;
}

/* FIRST..LAST: the cohorts of their kind from the one to the other. */
static bool mark_range(const pbr_work *work, const char *name, bool *wanted, pbr_diag *diag)
{
    const pbr_contract *contract = work->contract;
    const char *dots = strstr(name, "..");
    if (!dots) return false;
    size_t first =
        pbr_contract_cohort(contract, pbr_arena_text(work->arena, name, (size_t)(dots - name)));
    size_t last = pbr_contract_cohort(contract, dots + 2);
    bool ok = first != PBR_NONE && last != PBR_NONE &&
              contract->cohorts[first].kind == contract->cohorts[last].kind &&
              contract->cohorts[first].from <= contract->cohorts[last].from;
    if (!ok)
        pbr_error(diag, "unknown-cohort", PBR_NOWHERE,
                  "\"%s\" is no range of cohorts: write two of one kind in order, 2016Q1..2016Q4",
                  name);
    for (size_t i = 0; ok && i < contract->cohorts_count; i++)
        if (contract->cohorts[i].kind == contract->cohorts[first].kind &&
            contract->cohorts[i].from >= contract->cohorts[first].from &&
            contract->cohorts[i].from <= contract->cohorts[last].from)
            wanted[i] = true;
    return true;
}

static void mark_named(const pbr_work *work, const char *name, bool *wanted, pbr_diag *diag)
{
    const pbr_contract *contract = work->contract;
    size_t cohort = pbr_contract_cohort(contract, name);
    const char *near =
        pbr_near_miss(pbr_slice_of(name), contract->cohorts_count, cohort_name, contract);
    if (cohort == PBR_NONE)
        pbr_error(diag, "unknown-cohort", PBR_NOWHERE,
                  "\"%s\" is no cohort of the contract, which has %s to %s%s%s%s", name,
                  contract->cohorts[0].name, contract->cohorts[contract->cohorts_count - 1].name,
                  near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    else if (!is_settled_in_rules(contract, cohort))
        pbr_error(diag, "unknown-cohort", PBR_NOWHERE,
                  "\"%s\" is a %s, and no version of the rules settles those", name,
                  pbr_period_text(contract->cohorts[cohort].kind));
    else
        wanted[cohort] = true;
}

void pbr_work_choose_cohorts(pbr_work *work, const char *list, pbr_diag *diag)
{
    size_t count = work->contract->cohorts_count;
    bool *wanted = pbr_arena_alloc(work->arena, count * sizeof *wanted);
    char *copy = pbr_arena_text(work->arena, list, strlen(list)), *rest = copy;
    if (strcmp(list, "all-ripe") == 0) {
        for (size_t i = 0; i < count; i++)
            wanted[i] = is_settled_in_rules(work->contract, i) && is_all_ripe(work, i);
    } else
        for (char *name; (name = strsep(&rest, ","));)
            if (!mark_range(work, name, wanted, diag)) mark_named(work, name, wanted, diag);
    work->cohorts = pbr_arena_alloc(work->arena, count * sizeof *work->cohorts);
    for (size_t i = 0; i < count; i++)
        if (wanted[i]) work->cohorts[work->cohorts_count++] = i;
    if (!work->cohorts_count && !pbr_diag_failed(diag))
        pbr_error(diag, "not-ripe", PBR_NOWHERE,
                  "no cohort in the data is ripe at the snapshot: name one with --cohorts and "
                  "--interim to report it without a price");
}

pbr_settle_options pbr_work_options(const pbr_work *work, const char *id, bool interim)
{
    return (pbr_settle_options){
        .id = id,
        .as_at = work->as_at,
        .cohorts = work->cohorts,
        .cohorts_count = work->cohorts_count,
        .earlier = work->earlier,
        .runs = work->runs,
        .carried = work->carried,
        .earlier_others = work->earlier_others,
        .earlier_count = work->earlier_count,
        .runs_count = work->runs_count,
        .carried_count = work->carried_count,
        .earlier_others_count = work->earlier_others_count,
        .volumes = work->volumes,
        .levels = work->levels,
        .decisions = work->decisions,
        .others = work->others,
        .volumes_count = work->volumes_count,
        .levels_count = work->levels_count,
        .decisions_count = work->decisions_count,
        .others_count = work->others_count,
        .interim = interim,
    };
}

void pbr_work_free(pbr_work *work)
{
    for (size_t i = 0; i < work->runs_count; i++) pbr_measures_free(work->runs[i].measures);
    pbr_measures_free(work->measures);
    pbr_contract_free(work->contract);
    pbr_arena_free(work->arena);
}
