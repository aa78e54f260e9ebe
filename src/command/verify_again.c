/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/schema.h"
#include "command/settle.h"
#include "command/verify_parts.h"
#include "verify/same_file.h"
#include "verify/same_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct again {
    pbr_verification *v;
    pbr_recorded *recorded;
    pbr_staged *staged;
    pbr_manifest manifest; /* of the settlement made again */
    bool other_program;
};

/* --- making it -------------------------------------------------------------------------------- */

/* The contract's folder of which a file was seen changed. */
static const char *changed_contract(const pbr_recorded *recorded, pbr_arena *arena)
{
    for (size_t i = 0; i < recorded->manifest.terms_count; i++) {
        const pbr_recorded_input *term = &recorded->terms[i];
        if (!term->changed) continue;
        size_t folder = strlen(term->changed) - strlen(term->fact->name) - 1;
        return pbr_arena_text(arena, term->changed, folder);
    }
    return NULL;
}

/* Changed files stand in for those that were not found. False if anything is left to be found. */
static bool complete(struct again *a)
{
    pbr_recorded *recorded = a->recorded;
    bool whole = true, changed = !recorded->contract;
    if (!recorded->contract) recorded->contract = changed_contract(recorded, a->v->arena);
    for (size_t i = 0; i < recorded->manifest.inputs_count; i++) {
        pbr_recorded_input *input = &recorded->inputs[i];
        changed |= !input->path;
        if (!input->path) input->path = input->changed;
        whole &= input->path != NULL;
    }
    for (size_t i = 0; i < recorded->manifest.previous_count; i++)
        whole &= recorded->previous[i] != NULL;
    a->v->made = changed ? PBR_MADE_WITH_CHANGES : PBR_MADE_AGAIN;
    return whole && recorded->contract;
}

/* The path of a link to a file under the name that it had; NULL if it cannot be made. */
static const char *link_as(struct again *a, const char *folder, const char *name, const char *path)
{
    char *target = realpath(path, NULL);
    if (!target) return NULL;
    const char *link =
        pbr_staged_path(a->staged, pbr_arena_printf(a->v->arena, ".inputs/%s/%s", folder, name));
    bool made = symlink(target, link) == 0;
    free(target);
    return made ? link : NULL;
}

/* Workbooks and checks name the inputs, which may have other names today: they are read under
 * their recorded ones, and standard input is read as such. */
static bool give_name(struct again *a, size_t i)
{
    pbr_recorded_input *input = &a->recorded->inputs[i];
    const char *name = input->fact->name, *folder = pbr_arena_printf(a->v->arena, "%04zu", i + 1);
    bool piped = strcmp(name, "-") == 0;
    const char *found = input->path;
    input->path = piped ? name : link_as(a, folder, name, found);
    return piped ? freopen(found, "rb", stdin) != NULL : input->path != NULL;
}

/* The contract is made of the files that were recorded, whatever stands beside them today. A file
 * that is gone is missed by its reader. */
static void gather_terms(struct again *a)
{
    pbr_recorded *recorded = a->recorded;
    for (size_t i = 0; i < recorded->manifest.terms_count; i++) {
        const char *name = recorded->terms[i].fact->name;
        link_as(a, "contract", name,
                pbr_arena_printf(a->v->arena, "%s/%s", recorded->contract, name));
    }
    recorded->contract = pbr_staged_path(a->staged, ".inputs/contract");
}

static bool give_names(struct again *a, pbr_diag *diag)
{
    for (size_t i = 0; i < a->recorded->manifest.inputs_count; i++) {
        if (give_name(a, i)) continue;
        pbr_error(diag, "bad-manifest", ((pbr_place){a->recorded->folder, 0, 0}),
                  "input \"%s\" cannot be read under that name", a->recorded->inputs[i].fact->name);
        return false;
    }
    gather_terms(a);
    return true;
}

/* Problems with a file that was read under its recorded name are told where the file is. */
static void print_reasons(struct again *a, const pbr_diag *own)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(own, &findings);
    const char *links = pbr_staged_path(a->staged, ".inputs/");
    pbr_diag *told = pbr_diag_new();
    for (size_t i = 0; i < count; i++) {
        const char *id = findings[i].id;
        for (size_t k = 0; findings[i].severity == PBR_ERROR && k < findings[i].kept; k++) {
            const struct pbr_problem *problem = &findings[i].problems[k];
            bool linked = problem->file && strncmp(problem->file, links, strlen(links)) == 0;
            char *file = linked ? realpath(problem->file, NULL) : NULL;
            pbr_place place = {file ? file : problem->file, problem->line, problem->column};
            pbr_error(told, id, place, "%s", problem->message);
            free(file);
        }
    }
    pbr_diag_print(told, stderr, PBR_ERROR);
    pbr_diag_free(told);
}

static bool settle(struct again *a, pbr_diag *diag)
{
    pbr_diag *own = pbr_diag_new();
    pbr_arguments *arguments = pbr_recorded_arguments(a->recorded, a->v->arena, own);
    bool made = pbr_settle_into(a->staged, arguments, own) &&
                pbr_manifest_load(&a->manifest, pbr_staged_folder(a->staged), a->v->arena, own);
    if (!made) {
        print_reasons(a, own);
        pbr_error(diag, "not-made-again", ((pbr_place){a->recorded->folder, 0, 0}),
                  "the settlement cannot be made again, for the reasons above");
    }
    pbr_arguments_free(arguments);
    pbr_diag_free(own);
    return made;
}

/* --- comparing it ----------------------------------------------------------------------------- */

static const char *stands(const struct again *a, const char *name)
{
    return pbr_arena_printf(a->v->arena, "%s/%s", a->recorded->folder, name);
}

static const char *expected(const struct again *a, const char *name)
{
    return pbr_arena_printf(a->v->arena, "%s/%s", pbr_staged_folder(a->staged), name);
}

static bool same_libraries(const pbr_manifest *a, const pbr_manifest *b)
{
    bool same = a->libraries_count == b->libraries_count;
    for (size_t i = 0; same && i < a->libraries_count; i++)
        same = strcmp(a->libraries[i], b->libraries[i]) == 0;
    return same;
}

static void compare_programs(struct again *a)
{
    const pbr_manifest *made = &a->recorded->manifest, *now = &a->manifest;
    bool same = strcmp(made->program_version, now->program_version) == 0 &&
                strcmp(made->commit, now->commit) == 0 && made->local_changes == now->local_changes;
    a->other_program = !same || !same_libraries(made, now);
    if (a->other_program)
        a->v->other_build =
            pbr_arena_printf(a->v->arena, "pbrcalc %s, commit %s%s%s", made->program_version,
                             made->commit, made->local_changes ? " with local changes" : "",
                             same_libraries(made, now) ? "" : ", with other libraries");
}

/* Why a file that the manifest vouches for is not what is made now. */
static pbr_verify_kind cause(const struct again *a)
{
    bool explained = a->other_program || a->v->made == PBR_MADE_WITH_CHANGES;
    return explained ? PBR_RESULT_DIFFERS : PBR_OUTPUT_FORGED;
}

/* A payee is part of a figure's name only where the line is split, as explain has it. */
static const char *key_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    if (strcmp(name, "payments.csv") == 0) return "cpa,cohort,line;payee";
    return pbr_schema_key(slash ? slash + 1 : name);
}

static void compare_output(struct again *a, const char *name)
{
    pbr_verification *v = a->v;
    pbr_verify_finding *finding = pbr_verification_find(v, name);
    if (finding && (finding->kind == PBR_OUTPUT_MISSING || finding->kind == PBR_NOT_FOUND)) return;
    v->compared++;
    if (pbr_same_bytes(stands(a, name), expected(a, name))) {
        /* A changed copy of an input or term comes out as it went in: that says nothing. */
        bool result = finding && finding->kind == PBR_OUTPUT_EDITED;
        if (result) finding->note = "it is what comes out: its digest in the manifest was changed";
        return;
    }
    if (finding && (finding->differences.count || finding->note)) return; /* terms, named already */
    pbr_file_differences differences = pbr_file_differences_new(v->arena, 1);
    differences.recorded_id = a->recorded->manifest.id;
    differences.now_id = a->manifest.id;
    pbr_same_file(stands(a, name), expected(a, name), key_of(name), &differences);
    if (!finding && cause(a) == PBR_RESULT_DIFFERS && !differences.count) {
        v->by_id++;
        return;
    }
    if (!finding) finding = pbr_verification_add(v, cause(a), name);
    finding->differences = differences;
}

static void compare_outputs(struct again *a)
{
    const pbr_manifest *made = &a->recorded->manifest, *now = &a->manifest;
    for (size_t i = 0; i < made->outputs_count; i++) {
        const char *name = made->outputs[i].name;
        if (pbr_manifest_has_output(now, name)) {
            compare_output(a, name);
        } else if (!pbr_verification_find(a->v, name))
            pbr_verification_add(a->v, cause(a), name)->note =
                "the settlement made again has no such file";
    }
    for (size_t i = 0; i < now->outputs_count; i++)
        if (!pbr_manifest_has_output(made, now->outputs[i].name))
            pbr_verification_add(a->v, cause(a), now->outputs[i].name)->note =
                "only the settlement made again has this file";
}

/* The manifest tells what its program was, which may be another; digests of outputs that differ
 * differ with them, and need not be told again. */
static void compare_manifests(struct again *a)
{
    pbr_verification *v = a->v;
    const char *besides[8] = {"seal"};
    size_t count = 1;
    if (v->count > !v->sealed || v->by_id) {
        besides[count++] = "outputs";
        besides[count++] = "settlement";
    }
    if (v->sealed) {
        besides[count++] = "program";
        besides[count++] = "libraries";
    }
    pbr_file_differences differences = pbr_file_differences_new(v->arena, 1);
    pbr_same_json(stands(a, PBR_MANIFEST_NAME), expected(a, PBR_MANIFEST_NAME), besides,
                  &differences);
    v->compared++;
    pbr_verify_finding *finding = pbr_verification_find(v, PBR_MANIFEST_NAME);
    if (!finding && differences.count)
        finding = pbr_verification_add(v, cause(a), PBR_MANIFEST_NAME);
    if (finding) finding->differences = differences;
}

/* Another program is a finding where anything differs that nothing else explains. */
static void blame_program(struct again *a)
{
    bool differs = a->v->by_id > 0;
    for (size_t i = 0; i < a->v->count; i++) differs |= a->v->list[i].kind == PBR_RESULT_DIFFERS;
    if (differs && a->v->made == PBR_MADE_AGAIN)
        pbr_verification_add(a->v, PBR_PROGRAM_DIFFERS, "pbrcalc")->note =
            "inputs and terms are the recorded ones: use the program that made it to tell more";
}

void pbr_verify_again(pbr_verification *v, pbr_recorded *recorded, const char *parent,
                      pbr_diag *diag)
{
    struct again a = {.v = v, .recorded = recorded};
    if (!complete(&a) || !(a.staged = pbr_staged_scratch(parent, diag))) {
        v->made = PBR_NOT_MADE;
        return;
    }
    if (give_names(&a, diag) && settle(&a, diag)) {
        compare_programs(&a);
        compare_outputs(&a);
        if (v->made == PBR_MADE_AGAIN) compare_manifests(&a);
        if (a.other_program) blame_program(&a);
    } else
        v->made = PBR_NOT_MADE;
    pbr_staged_abandon(a.staged);
}
