/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/recorded.h"

#include "command/work.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 32 }; /* folders within folders */

struct finder {
    pbr_recorded *recorded;
    pbr_arena *arena;
};

/* What is done with each file or folder that is met. */
typedef void visitor(struct finder *finder, const char *path);

/* A role becomes an option of `settle`: that of a manifest that was tampered with may be --force.
 */
static bool roles_are_known(const pbr_manifest *m, const char *folder, pbr_diag *diag)
{
    bool known = true;
    for (size_t i = 0; i < m->inputs_count; i++) {
        if (pbr_is_input(m->inputs[i].role)) continue;
        char quoted[PBR_QUOTE_TEXT];
        pbr_error(diag, "bad-manifest", ((pbr_place){folder, 0, 0}),
                  "the manifest has an input as %s, which is no role of one: use the settlement as "
                  "it was written",
                  pbr_quote(quoted, pbr_slice_of(m->inputs[i].role)));
        known = false;
    }
    return known;
}

bool pbr_recorded_read(pbr_recorded *recorded, const char *folder, pbr_arena *arena, pbr_diag *diag)
{
    *recorded = (pbr_recorded){.folder = folder};
    const pbr_manifest *m = &recorded->manifest;
    if (!pbr_manifest_load(&recorded->manifest, folder, arena, diag)) return false;
    if (!roles_are_known(m, folder, diag)) return false;
    recorded->inputs = pbr_arena_alloc(arena, (m->inputs_count + 1) * sizeof *recorded->inputs);
    recorded->terms = pbr_arena_alloc(arena, (m->terms_count + 1) * sizeof *recorded->terms);
    recorded->previous =
        pbr_arena_alloc(arena, (m->previous_count + 1) * sizeof *recorded->previous);
    for (size_t i = 0; i < m->inputs_count; i++) recorded->inputs[i].fact = &m->inputs[i];
    for (size_t i = 0; i < m->terms_count; i++) recorded->terms[i].fact = &m->terms[i];
    return true;
}

/* Byte order: that of the locale or of the file system would differ between machines. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void walk(struct finder *f, const char *folder, int depth, visitor *file, visitor *inside)
{
    struct dirent **entries;
    int count = depth < DEPTH_MAX ? scandir(folder, &entries, is_visible, by_name) : -1;
    if (count < 0) return;
    if (inside) inside(f, folder);
    for (int i = 0; i < count; i++) {
        struct stat facts;
        const char *path = pbr_arena_printf(f->arena, "%s/%s", folder, entries[i]->d_name);
        bool there = lstat(path, &facts) == 0;
        if (there && S_ISDIR(facts.st_mode)) walk(f, path, depth + 1, file, inside);
        if (there && S_ISREG(facts.st_mode) && file) file(f, path);
        free(entries[i]);
    }
    free(entries);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* "01-cohort.csv" is how a settlement folder keeps "cohort.csv". */
static bool has_name(const char *path, const char *name)
{
    const char *own = last_part(path);
    if (strcmp(own, name) == 0) return true;
    size_t digits = strspn(own, "0123456789");
    return digits >= 2 && own[digits] == '-' && strcmp(own + digits + 1, name) == 0;
}

static bool any_is_missing(const struct finder *f)
{
    for (size_t i = 0; i < f->recorded->manifest.inputs_count; i++)
        if (!f->recorded->inputs[i].path) return true;
    return false;
}

static void try_input(struct finder *f, const char *path)
{
    char sha256[PBR_SHA256_TEXT];
    if (!any_is_missing(f) || !pbr_sha256_file(path, sha256)) return;
    for (size_t i = 0; i < f->recorded->manifest.inputs_count; i++) {
        pbr_recorded_input *input = &f->recorded->inputs[i];
        if (input->path) continue;
        if (strcmp(sha256, input->fact->sha256) == 0)
            input->path = path;
        else if (!input->changed && has_name(path, input->fact->name))
            input->changed = path;
    }
}

static bool matches(const char *path, const char *wanted)
{
    char sha256[PBR_SHA256_TEXT];
    return pbr_sha256_file(path, sha256) && strcmp(sha256, wanted) == 0;
}

/* A folder with the contract's files; one where some differ tells which terms were changed. */
static void try_contract(struct finder *f, const char *folder)
{
    struct stat facts;
    pbr_recorded *recorded = f->recorded;
    size_t found = 0, count = recorded->manifest.terms_count;
    if (recorded->contract) return;
    if (lstat(pbr_arena_printf(f->arena, "%s/scheme.yaml", folder), &facts) != 0) return;
    for (size_t i = 0; i < count; i++) {
        pbr_recorded_input *term = &recorded->terms[i];
        const char *path = pbr_arena_printf(f->arena, "%s/%s", folder, term->fact->name);
        bool same = matches(path, term->fact->sha256);
        found += same;
        if (same)
            term->path = path;
        else if (!term->changed && stat(path, &facts) == 0 && S_ISREG(facts.st_mode))
            term->changed = path;
    }
    if (found == count) recorded->contract = folder;
}

static void try_settlement(struct finder *f, const char *folder)
{
    struct stat facts;
    pbr_manifest manifest;
    if (lstat(pbr_arena_printf(f->arena, "%s/" PBR_MANIFEST_NAME, folder), &facts) != 0) return;
    pbr_diag *unused = pbr_diag_new(); /* what is no settlement is passed over */
    bool read = pbr_manifest_load(&manifest, folder, f->arena, unused);
    pbr_diag_free(unused);
    const pbr_manifest *own = &f->recorded->manifest;
    for (size_t i = 0; read && i < own->previous_count; i++)
        if (!f->recorded->previous[i] && strcmp(own->previous[i], manifest.id) == 0)
            f->recorded->previous[i] = folder;
}

static void try_folder(struct finder *f, const char *folder)
{
    try_contract(f, folder);
    if (f->recorded->manifest.previous_count) try_settlement(f, folder);
}

/* The folders that stand beside this one, and not what is in them. */
static void look_beside(struct finder *f)
{
    struct dirent **entries;
    const char *beside = pbr_arena_printf(f->arena, "%s/..", f->recorded->folder);
    int count =
        f->recorded->manifest.previous_count ? scandir(beside, &entries, is_visible, by_name) : -1;
    for (int i = 0; i < count; i++) {
        try_settlement(f, pbr_arena_printf(f->arena, "%s/%s", beside, entries[i]->d_name));
        free(entries[i]);
    }
    if (count >= 0) free(entries);
}

void pbr_recorded_find(pbr_recorded *recorded, const char *const *places, size_t count,
                       pbr_arena *arena)
{
    struct finder f = {recorded, arena};
    walk(&f, pbr_arena_printf(arena, "%s/inputs", recorded->folder), 0, try_input, try_contract);
    for (size_t i = 0; i < count; i++) walk(&f, places[i], 0, try_input, try_folder);
    look_beside(&f);
}

static void report_missing(const pbr_recorded *recorded, const pbr_recorded_input *input,
                           pbr_diag *diag)
{
    pbr_place place = {recorded->folder, 0, 0};
    if (input->changed)
        pbr_error(diag, "input-not-found", place,
                  "%s \"%s\" with SHA-256 %.12s... was not found; %s is another one: name a folder "
                  "that holds the recorded one with --inputs",
                  input->fact->role, input->fact->name, input->fact->sha256, input->changed);
    else
        pbr_error(diag, "input-not-found", place,
                  "%s \"%s\" with SHA-256 %.12s... was not found: name a folder that holds it with "
                  "--inputs",
                  input->fact->role, input->fact->name, input->fact->sha256);
}

static bool terms_are_found(const pbr_recorded *recorded, pbr_diag *diag)
{
    bool scattered = true;
    if (recorded->contract) return true;
    for (size_t i = 0; i < recorded->manifest.terms_count; i++) {
        if (recorded->terms[i].path) continue;
        report_missing(recorded, &recorded->terms[i], diag);
        scattered = false;
    }
    if (scattered)
        pbr_error(diag, "input-not-found", ((pbr_place){recorded->folder, 0, 0}),
                  "the contract's files were found, but in no one folder: name one that holds them "
                  "all with --inputs");
    return false;
}

static bool is_extract(const char *role)
{
    return strcmp(role, "cohort") == 0 || strcmp(role, "reoffences") == 0;
}

/* The extracts alone, or every input. */
static bool inputs_are_found(const pbr_recorded *recorded, bool extracts_alone, pbr_diag *diag)
{
    bool found = true;
    for (size_t i = 0; i < recorded->manifest.inputs_count; i++) {
        const pbr_recorded_input *input = &recorded->inputs[i];
        if (input->path || (extracts_alone && !is_extract(input->fact->role))) continue;
        report_missing(recorded, input, diag);
        found = false;
    }
    return found;
}

bool pbr_recorded_has_extracts(const pbr_recorded *recorded, pbr_diag *diag)
{
    bool inputs = inputs_are_found(recorded, true, diag);
    return terms_are_found(recorded, diag) && inputs;
}

bool pbr_recorded_complete(const pbr_recorded *recorded, pbr_diag *diag)
{
    bool whole = inputs_are_found(recorded, false, diag);
    whole &= terms_are_found(recorded, diag);
    const pbr_manifest *m = &recorded->manifest;
    for (size_t i = 0; i < m->previous_count; i++) {
        if (recorded->previous[i]) continue;
        pbr_error(diag, "missing-settlement", ((pbr_place){recorded->folder, 0, 0}),
                  "settlement %s, on which this one was built, was not found: name a folder that "
                  "holds it with --inputs",
                  m->previous[i]);
        whole = false;
    }
    return whole;
}

/* Options that `settle` takes as they are recorded; flags are recorded as yes or no. */
static const struct {
    const char *name;
    bool flag;
} AS_RECORDED[] = {
    {"as-at", false},  {"snapshot", false},   {"first-of-year", true},
    {"interim", true}, {"no-outcomes", true}, {"keep-inputs", true},
    {"qa", true},      {"cross-check", true},
};

static void add_recorded(pbr_arguments *arguments, const pbr_recorded *recorded)
{
    for (size_t i = 0; i < sizeof AS_RECORDED / sizeof *AS_RECORDED; i++) {
        const char *value = pbr_manifest_option(&recorded->manifest, AS_RECORDED[i].name);
        if (!value || !*value) continue;
        if (!AS_RECORDED[i].flag)
            pbr_arguments_add(arguments, AS_RECORDED[i].name, value);
        else if (strcmp(value, "yes") == 0)
            pbr_arguments_add(arguments, AS_RECORDED[i].name, NULL);
    }
}

static void add_cohorts(pbr_arguments *arguments, const pbr_recorded *recorded, pbr_arena *arena)
{
    pbr_arguments_add(arguments, "cohorts",
                      pbr_manifest_values(&recorded->manifest, "cohorts", ",", arena));
}

pbr_arguments *pbr_recorded_options(const pbr_recorded *recorded, pbr_arena *arena, pbr_diag *diag)
{
    pbr_arguments *arguments = pbr_arguments_read(&pbr_settle_command, 0, NULL, diag);
    add_recorded(arguments, recorded);
    add_cohorts(arguments, recorded, arena);
    return arguments;
}

pbr_arguments *pbr_recorded_arguments(const pbr_recorded *recorded, pbr_arena *arena,
                                      pbr_diag *diag)
{
    const pbr_manifest *m = &recorded->manifest;
    pbr_arguments *arguments = pbr_recorded_options(recorded, arena, diag);
    if (recorded->contract) pbr_arguments_add(arguments, "contract", recorded->contract);
    for (size_t i = 0; i < m->inputs_count; i++)
        if (recorded->inputs[i].path)
            pbr_arguments_add(arguments, m->inputs[i].role, recorded->inputs[i].path);
    for (size_t i = 0; i < m->previous_count; i++)
        if (recorded->previous[i]) pbr_arguments_add(arguments, "previous", recorded->previous[i]);
    return arguments;
}
