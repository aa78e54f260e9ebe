/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/manifest_reader.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct reader {
    pbr_manifest *manifest;
    pbr_arena *arena;
    bool whole; /* nothing that must be there is missing */
};

/* A pipe in the place of the manifest would be waited for. */
static bool is_waited_for(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

static json_t *load_json(const char *path, pbr_diag *diag)
{
    json_error_t error = {.text = "no plain file"};
    errno = 0;
    json_t *root =
        is_waited_for(path) ? NULL : json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    const char *cause = error.line > 0 || !errno ? error.text : strerror(errno);
    const char *format = json_string_value(json_object_get(root, "format"));
    bool placed = error.line > 0;
    if (!root)
        pbr_error(diag, "bad-manifest",
                  ((pbr_place){path, placed ? error.line : 0, placed ? error.column : 0}),
                  "%s: is this a settlement folder?", cause);
    else if (!format || strcmp(format, PBR_MANIFEST_FORMAT) != 0) {
        pbr_error(diag, "bad-manifest", ((pbr_place){path, 0, 0}),
                  "format \"%s\" is not %s: use the version of pbrcalc that wrote it",
                  format ? format : "", PBR_MANIFEST_FORMAT);
        json_decref(root);
        root = NULL;
    }
    return root;
}

/* A text that must be there; "" and not whole where it is not. */
static const char *text_of(struct reader *r, const json_t *value)
{
    const char *text = json_string_value(value);
    r->whole &= text != NULL;
    return text ? pbr_arena_text(r->arena, text, strlen(text)) : "";
}

static const char *text_at(struct reader *r, const json_t *object, const char *key)
{
    return text_of(r, json_object_get(object, key));
}

static bool is_inside(const char *name)
{
    bool inside = *name && *name != '/';
    for (const char *part = name, *slash; inside && part; part = slash ? slash + 1 : NULL) {
        slash = strchr(part, '/');
        inside = strncmp(part, "..", 2) != 0 || (part[2] != '/' && part[2] != '\0');
    }
    return inside;
}

/* The name of a file inside a folder. A manifest that was tampered with may name a place outside,
 * which is neither to be read nor to be written. */
static const char *name_at(struct reader *r, const json_t *object)
{
    const char *name = text_at(r, object, "name");
    r->whole &= is_inside(name);
    return name;
}

static pbr_date date_at(struct reader *r, const json_t *object, const char *key)
{
    pbr_date date = PBR_NO_DATE;
    const json_t *value = json_object_get(object, key);
    if (value && json_is_null(value)) return date;
    const char *text = text_of(r, value);
    r->whole &= pbr_date_parse(text, strlen(text), &date);
    return date;
}

static void *room_for(struct reader *r, const json_t *list, size_t size)
{
    r->whole &= json_is_array(list);
    return pbr_arena_alloc(r->arena, (json_array_size(list) + 1) * size);
}

static void read_libraries(struct reader *r, const json_t *list)
{
    pbr_manifest *m = r->manifest;
    m->libraries = room_for(r, list, sizeof *m->libraries);
    for (; m->libraries_count < json_array_size(list); m->libraries_count++)
        m->libraries[m->libraries_count] = text_of(r, json_array_get(list, m->libraries_count));
}

/* How many values the options have in all. */
static size_t count_values(json_t *options)
{
    size_t count = 0;
    const char *name;
    json_t *value;
    json_object_foreach(options, name, value) count +=
        json_is_array(value) ? json_array_size(value) : 1;
    return count;
}

/* An option given once is a text, more than once a list of texts. */
static void read_options(struct reader *r, json_t *options)
{
    pbr_manifest *m = r->manifest;
    size_t most = count_values(options);
    pbr_option_fact *facts = pbr_arena_alloc(r->arena, (most + 1) * sizeof *facts);
    const char *name;
    json_t *value;
    r->whole &= json_is_object(options);
    m->previous = pbr_arena_alloc(r->arena, (most + 1) * sizeof *m->previous);
    json_object_foreach(options, name, value)
    {
        const char *own = pbr_arena_text(r->arena, name, strlen(name));
        size_t count = json_is_array(value) ? json_array_size(value) : 1;
        for (size_t i = 0; i < count; i++) {
            const json_t *one = json_is_array(value) ? json_array_get(value, i) : value;
            facts[m->options_count] = (pbr_option_fact){own, text_of(r, one)};
            if (strcmp(name, "previous") == 0)
                m->previous[m->previous_count++] = facts[m->options_count].value;
            m->options_count++;
        }
    }
    m->options = facts;
}

static const pbr_input_fact *read_inputs(struct reader *r, const json_t *list, bool terms,
                                         size_t *count)
{
    pbr_input_fact *inputs = room_for(r, list, sizeof *inputs);
    for (*count = 0; *count < json_array_size(list); ++*count) {
        const json_t *one = json_array_get(list, *count);
        inputs[*count] = (pbr_input_fact){
            .name = name_at(r, one),
            .role = terms ? PBR_ROLE_TERMS : text_at(r, one, "role"),
            .sha256 = text_at(r, one, "sha256"),
        };
    }
    return inputs;
}

static void read_outputs(struct reader *r, const json_t *list)
{
    pbr_manifest *m = r->manifest;
    pbr_output_fact *outputs = room_for(r, list, sizeof *outputs);
    for (; m->outputs_count < json_array_size(list); m->outputs_count++) {
        const json_t *one = json_array_get(list, m->outputs_count);
        outputs[m->outputs_count].name = name_at(r, one);
        snprintf(outputs[m->outputs_count].sha256, PBR_SHA256_TEXT, "%s",
                 text_at(r, one, "sha256"));
    }
    m->outputs = outputs;
}

static void read_program(struct reader *r, const json_t *program)
{
    r->manifest->program_version = text_at(r, program, "version");
    r->manifest->commit = text_at(r, program, "commit");
    r->manifest->local_changes = json_is_true(json_object_get(program, "local_changes"));
}

bool pbr_manifest_load(pbr_manifest *manifest, const char *folder, pbr_arena *arena, pbr_diag *diag)
{
    struct reader r = {manifest, arena, true};
    const char *path = pbr_arena_printf(arena, "%s/" PBR_MANIFEST_NAME, folder);
    *manifest = (pbr_manifest){.as_at = PBR_NO_DATE, .snapshot = PBR_NO_DATE};
    json_t *root = load_json(path, diag);
    if (!root) return false;
    const json_t *contract = json_object_get(root, "contract");
    manifest->id = text_at(&r, root, "settlement");
    manifest->title = text_at(&r, contract, "title");
    manifest->as_at = date_at(&r, root, "as_at");
    manifest->snapshot = date_at(&r, root, "snapshot");
    read_program(&r, json_object_get(root, "program"));
    read_libraries(&r, json_object_get(root, "libraries"));
    read_options(&r, json_object_get(root, "options"));
    manifest->inputs =
        read_inputs(&r, json_object_get(root, "inputs"), false, &manifest->inputs_count);
    manifest->terms =
        read_inputs(&r, json_object_get(contract, "files"), true, &manifest->terms_count);
    read_outputs(&r, json_object_get(root, "outputs"));
    json_decref(root);
    if (!r.whole)
        pbr_error(diag, "bad-manifest", ((pbr_place){path, 0, 0}),
                  "the manifest lacks what every settlement records: it was changed, or is not "
                  "whole; use the settlement as it was written");
    return r.whole;
}

/* The whole file as text in fresh memory; NULL if it cannot be read or is no text. */
static char *read_whole(const char *path)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "rb");
    ssize_t length = file ? getdelim(&text, &room, '\0', file) : -1;
    if (file) fclose(file);
    if (length >= 0 && strlen(text) == (size_t)length) return text;
    free(text);
    return NULL;
}

static bool seal_holds(const char *text)
{
    static const char close[] = "\"" PBR_MANIFEST_END "\n";
    enum { MARK = sizeof PBR_MANIFEST_SEAL - 1, DIGITS = PBR_SHA256_TEXT - 1 };
    size_t length = strlen(text), sealing = MARK + DIGITS + strlen(close);
    char digest[PBR_SHA256_TEXT];
    if (length < sealing) return false;
    const char *seal = text + length - sealing;
    pbr_sha256 *hash = pbr_sha256_new();
    pbr_sha256_add(hash, text, length - sealing);
    pbr_sha256_end(hash, digest);
    return memcmp(seal, PBR_MANIFEST_SEAL, MARK) == 0 && memcmp(seal + MARK, digest, DIGITS) == 0 &&
           strcmp(seal + MARK + DIGITS, close) == 0;
}

bool pbr_manifest_is_sealed(const char *folder)
{
    char *path = pbr_sprintf("%s/" PBR_MANIFEST_NAME, folder), *text = read_whole(path);
    bool sealed = text && seal_holds(text);
    free(text);
    free(path);
    return sealed;
}

const char *pbr_manifest_option(const pbr_manifest *manifest, const char *name)
{
    for (size_t i = 0; i < manifest->options_count; i++)
        if (strcmp(manifest->options[i].name, name) == 0) return manifest->options[i].value;
    return NULL;
}

const char *pbr_manifest_values(const pbr_manifest *manifest, const char *name, const char *joint,
                                pbr_arena *arena)
{
    const char **values = pbr_arena_alloc(arena, (manifest->options_count + 1) * sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < manifest->options_count; i++)
        if (strcmp(manifest->options[i].name, name) == 0)
            values[count++] = manifest->options[i].value;
    return pbr_arena_join(arena, values, count, joint);
}

bool pbr_manifest_same_terms(const pbr_manifest *manifest, const pbr_contract *contract)
{
    bool same = manifest->terms_count == contract->files_count;
    for (size_t i = 0; same && i < contract->files_count; i++)
        same = strcmp(manifest->terms[i].name, contract->files[i].name) == 0 &&
               strcmp(manifest->terms[i].sha256, contract->files[i].sha256) == 0;
    return same;
}

bool pbr_manifest_has_output(const pbr_manifest *manifest, const char *name)
{
    for (size_t i = 0; i < manifest->outputs_count; i++)
        if (strcmp(manifest->outputs[i].name, name) == 0) return true;
    return false;
}

static const char *recorded_digest(const pbr_manifest *manifest, const char *file)
{
    for (size_t i = 0; i < manifest->outputs_count; i++)
        if (strcmp(manifest->outputs[i].name, file) == 0) return manifest->outputs[i].sha256;
    return "";
}

bool pbr_manifest_vouches(const pbr_manifest *manifest, const char *folder, const char *file,
                          pbr_diag *diag)
{
    char found[PBR_SHA256_TEXT] = "";
    char *path = pbr_sprintf("%s/%s", folder, file);
    bool read = pbr_sha256_file(path, found);
    bool same = read && strcmp(found, recorded_digest(manifest, file)) == 0;
    if (!read)
        pbr_error(diag, "unreadable-file", ((pbr_place){path, 0, 0}), "cannot read the file: %s",
                  strerror(errno));
    else if (!same)
        pbr_error(diag, "tampered", ((pbr_place){path, 0, 0}),
                  "the file is not the one that %s/" PBR_MANIFEST_NAME
                  " records: use the settlement as it was written",
                  folder);
    free(path);
    return same;
}
