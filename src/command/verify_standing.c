/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/schema.h"
#include "command/verify_parts.h"
#include "contract/load.h"
#include "verify/listing.h"
#include "verify/same_file.h"
#include "verify/same_terms.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define KEPT_INPUTS "inputs/"
#define KEPT_TERMS KEPT_INPUTS "contract/"

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static const char *path_in(const pbr_verification *v, const char *folder, const char *name)
{
    return pbr_arena_printf(v->arena, "%s/%s", folder, name);
}

static bool is_there(const char *path)
{
    struct stat facts;
    return lstat(path, &facts) == 0;
}

static const char *digest_of(const pbr_verification *v, const char *path)
{
    char sha256[PBR_SHA256_TEXT];
    return pbr_sha256_file(path, sha256) ? pbr_arena_printf(v->arena, "%s", sha256) : NULL;
}

static pbr_verify_kind kind_of(const char *name)
{
    if (begins_with(name, KEPT_TERMS)) return PBR_TERM_CHANGED;
    return begins_with(name, KEPT_INPUTS) ? PBR_INPUT_CHANGED : PBR_OUTPUT_EDITED;
}

/* --- the folder ------------------------------------------------------------------------------- */

static const pbr_listed *listed(const pbr_listing *listing, const char *name)
{
    for (size_t i = 0; i < listing->count; i++)
        if (strcmp(listing->list[i].name, name) == 0) return &listing->list[i];
    return NULL;
}

static void look_at_output(pbr_verification *v, const pbr_output_fact *output,
                           const pbr_listing *listing)
{
    const pbr_listed *entry = listed(listing, output->name);
    if (!entry || !entry->plain) {
        pbr_verify_finding *finding = pbr_verification_add(v, PBR_OUTPUT_MISSING, output->name);
        if (entry) finding->note = "something else than a plain file has its name";
        return;
    }
    const char *now = digest_of(v, path_in(v, v->recorded->folder, output->name));
    if (now && strcmp(now, output->sha256) == 0) return;
    pbr_verify_finding *finding =
        pbr_verification_add(v, now ? kind_of(output->name) : PBR_NOT_FOUND, output->name);
    finding->recorded = output->sha256;
    finding->now = now;
}

static bool is_output(const pbr_manifest *manifest, const char *name)
{
    return pbr_manifest_has_output(manifest, name) || strcmp(name, PBR_MANIFEST_NAME) == 0;
}

static void look_at_folder(pbr_verification *v)
{
    pbr_listing listing;
    const pbr_manifest *manifest = &v->recorded->manifest;
    pbr_list_folder(&listing, v->recorded->folder, v->arena);
    for (size_t i = 0; i < manifest->outputs_count; i++)
        look_at_output(v, &manifest->outputs[i], &listing);
    for (size_t i = 0; i < listing.count; i++)
        if (!is_output(manifest, listing.list[i].name))
            pbr_verification_add(v, PBR_FILE_EXTRA, listing.list[i].name);
    free(listing.list);
}

/* --- inputs ----------------------------------------------------------------------------------- */

/* The folder's own copies were looked at as outputs. */
static bool is_kept_here(const pbr_verification *v, const char *path)
{
    return begins_with(path, path_in(v, v->recorded->folder, KEPT_INPUTS));
}

static void look_at_input(pbr_verification *v, const pbr_recorded_input *input,
                          pbr_verify_kind changed)
{
    if (input->path || (input->changed && is_kept_here(v, input->changed))) return;
    pbr_verify_finding *finding =
        pbr_verification_add(v, input->changed ? changed : PBR_NOT_FOUND, input->fact->name);
    finding->recorded = input->fact->sha256;
    if (!input->changed) return;
    finding->path = input->changed;
    finding->now = digest_of(v, input->changed);
}

static void look_at_previous(pbr_verification *v, const char *id)
{
    pbr_verify_finding *finding = pbr_verification_add(v, PBR_NOT_FOUND, id);
    finding->note = "the settlement on which this one was built";
}

static void look_at_inputs(pbr_verification *v)
{
    const pbr_recorded *recorded = v->recorded;
    const pbr_manifest *m = &recorded->manifest;
    for (size_t i = 0; i < m->inputs_count; i++)
        look_at_input(v, &recorded->inputs[i], PBR_INPUT_CHANGED);
    for (size_t i = 0; !recorded->contract && i < m->terms_count; i++)
        look_at_input(v, &recorded->terms[i], PBR_TERM_CHANGED);
    for (size_t i = 0; i < m->previous_count; i++)
        if (!recorded->previous[i]) look_at_previous(v, m->previous[i]);
}

/* --- terms ------------------------------------------------------------------------------------ */

static bool ends_with_yaml(const char *file)
{
    size_t length = strlen(file);
    return length > 5 && strcmp(file + length - 5, ".yaml") == 0;
}

static void compare_yaml(const char *recorded, const char *now, const char *file,
                         pbr_file_differences *out)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *stood = pbr_contract_load(recorded, diag), *is = pbr_contract_load(now, diag);
    if (stood && is) pbr_same_terms(stood, is, file, out);
    if (!stood) pbr_differ(out, NULL, NULL, "this program cannot read the recorded contract");
    if (!is) pbr_differ(out, NULL, NULL, "the contract cannot be read as it is now");
    pbr_contract_free(stood);
    pbr_contract_free(is);
    pbr_diag_free(diag);
}

void pbr_verify_terms(const char *recorded, const char *now, const char *file,
                      pbr_file_differences *out)
{
    const char *stood = pbr_arena_printf(out->arena, "%s/%s", recorded, file);
    const char *is = pbr_arena_printf(out->arena, "%s/%s", now, file);
    if (ends_with_yaml(file)) {
        compare_yaml(recorded, now, file, out);
        if (!out->count) pbr_differ(out, NULL, NULL, "no term differs: comments or layout do");
    } else
        pbr_same_file(stood, is, pbr_schema_key(file), out);
}

/* The terms that a file had are known where the recorded contract was found. */
static void name_terms(pbr_verification *v)
{
    const pbr_recorded *recorded = v->recorded;
    const char *kept = path_in(v, recorded->folder, "inputs/contract");
    for (size_t i = 0; i < v->count; i++) {
        pbr_verify_finding *finding = &v->list[i];
        if (finding->kind != PBR_TERM_CHANGED) continue;
        if (recorded->contract)
            pbr_verify_terms(recorded->contract, kept, finding->file + strlen(KEPT_TERMS),
                             &finding->differences);
        else
            finding->note = "the terms as recorded are not at hand: name a folder that holds them "
                            "with --inputs";
    }
}

/* A contract that --inputs names by its own folder is held against the recorded one, also where the
 * settlement's own copy serves to make it again. */
static void look_at_named_contract(pbr_verification *v, const char *place)
{
    const pbr_recorded *recorded = v->recorded;
    if (!recorded->contract || !is_there(path_in(v, place, "scheme.yaml"))) return;
    for (size_t i = 0; i < recorded->manifest.terms_count; i++) {
        const pbr_input_fact *term = recorded->terms[i].fact;
        const char *path = path_in(v, place, term->name), *now = digest_of(v, path);
        if (now && strcmp(now, term->sha256) == 0) continue;
        pbr_verify_finding *finding = pbr_verification_add(v, PBR_TERM_CHANGED, term->name);
        finding->path = path;
        finding->recorded = term->sha256;
        finding->now = now;
        if (now)
            pbr_verify_terms(recorded->contract, place, term->name, &finding->differences);
        else
            finding->note = "the file is gone";
    }
}

void pbr_verify_standing(pbr_verification *v, pbr_recorded *recorded, const char *const *places,
                         size_t count)
{
    pbr_recorded_find(recorded, places, count, v->arena);
    look_at_folder(v);
    look_at_inputs(v);
    name_terms(v);
    for (size_t i = 0; i < count; i++) look_at_named_contract(v, places[i]);
}
