/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A settlement folder whose manifest.json has any bytes. It can be used or there are errors, never
 * both and never neither; no name in it leads out of the folder; a seal holds of the bytes that it
 * was taken of and of no others; a file is no different from itself. */
#include "support.h"

#include "report/manifest_reader.h"
#include "verify/same_json.h"

static const char *folder;

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    folder = fuzz_folder();
    return 0;
}

static bool leads_out(const char *name)
{
    char parted[1000];
    if (name[0] == '/' || !name[0]) return true;
    snprintf(parted, sizeof parted, "/%s/", name);
    return strstr(parted, "/../") != NULL;
}

static void check_inputs(const pbr_input_fact *inputs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        MUST(!leads_out(inputs[i].name));
        MUST(inputs[i].role && inputs[i].sha256);
    }
}

static void check_manifest(const pbr_manifest *m)
{
    char day[PBR_DATE_TEXT];
    MUST(m->id && m->title && m->program_version && m->commit);
    for (size_t i = 0; i < m->libraries_count; i++) MUST(m->libraries[i]);
    for (size_t i = 0; i < m->options_count; i++) {
        MUST(m->options[i].name && m->options[i].value);
        MUST(pbr_manifest_option(m, m->options[i].name));
    }
    check_inputs(m->inputs, m->inputs_count);
    check_inputs(m->terms, m->terms_count);
    for (size_t i = 0; i < m->outputs_count; i++) {
        MUST(!leads_out(m->outputs[i].name) && pbr_manifest_has_output(m, m->outputs[i].name));
        MUST(strlen(m->outputs[i].sha256) < PBR_SHA256_TEXT);
    }
    if (m->as_at != PBR_NO_DATE) MUST(strlen(pbr_date_text(m->as_at, day)) == PBR_DATE_TEXT - 1);
}

/* The manifest itself is a file of the folder that no manifest can vouch for. */
static void check_vouching(const pbr_manifest *m)
{
    pbr_diag *diag = pbr_diag_new();
    bool vouches = pbr_manifest_vouches(m, folder, PBR_MANIFEST_NAME, diag);
    MUST(!vouches && pbr_diag_failed(diag));
    pbr_diag_free(diag);
}

/* Also what is JSON and no manifest. */
static void same_as_itself(pbr_arena *arena, bool is_manifest)
{
    static const char *const besides[] = {"program", NULL};
    const char *path = pbr_arena_printf(arena, "%s/%s", folder, PBR_MANIFEST_NAME);
    pbr_file_differences same = pbr_file_differences_new(arena, 10);
    bool is_json = pbr_same_json(path, path, besides, &same);
    MUST(is_json || !is_manifest);
    MUST(!is_json || same.count == 0);
}

/* Sealed by its own digest, the text is sealed; with another byte it is not. */
static void check_seal(const uint8_t *bytes, size_t length)
{
    char digest[PBR_SHA256_TEXT];
    fuzz_text text = {0};
    pbr_sha256 *hash = pbr_sha256_new();
    pbr_sha256_add(hash, bytes, length);
    pbr_sha256_end(hash, digest);
    fuzz_add(&text, bytes, length);
    fuzz_printf(&text, "%s%s\"%s\n", PBR_MANIFEST_SEAL, digest, PBR_MANIFEST_END);
    fuzz_write(folder, PBR_MANIFEST_NAME, text.bytes, text.used);
    MUST(pbr_manifest_is_sealed(folder));
    text.bytes[length / 2] ^= 1;
    fuzz_write(folder, PBR_MANIFEST_NAME, text.bytes, text.used);
    MUST(!pbr_manifest_is_sealed(folder));
    free(text.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    pbr_manifest manifest;
    pbr_arena *arena = pbr_arena_new();
    pbr_diag *diag = pbr_diag_new();
    fuzz_write(folder, PBR_MANIFEST_NAME, bytes, length);
    bool ok = pbr_manifest_load(&manifest, folder, arena, diag);
    MUST(ok == !pbr_diag_failed(diag));
    fuzz_check_messages(diag, folder, bytes, length);
    if (ok) check_manifest(&manifest);
    if (ok) check_vouching(&manifest);
    same_as_itself(arena, ok);
    if (length && !memchr(bytes, '\0', length)) check_seal(bytes, length);
    pbr_diag_free(diag);
    pbr_arena_free(arena);
    return 0;
}
