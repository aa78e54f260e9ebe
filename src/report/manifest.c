/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/manifest.h"

#include "base/out.h"
#include "measure/metrics_csv.h"
#include "report/tables.h"
#include "report/version.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *program_json(void)
{
    return json_pack("{s:s, s:s, s:s, s:b}", "name", "pbrcalc", "version", PBR_VERSION, "commit",
                     PBR_COMMIT, "local_changes", PBR_LOCAL_CHANGES);
}

static json_t *libraries_json(void)
{
    json_t *list = json_array();
    for (const char *const *version = pbr_library_versions(); *version; version++)
        json_array_append_new(list, json_string(*version));
    return list;
}

/* One key a name; a name that stands several times has a list. */
static json_t *options_json(const pbr_option_fact *options, size_t count)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *known = json_object_get(object, options[i].name);
        if (!known)
            json_object_set_new(object, options[i].name, json_string(options[i].value));
        else if (json_is_array(known))
            json_array_append_new(known, json_string(options[i].value));
        else
            json_object_set_new(object, options[i].name,
                                json_pack("[O, s]", known, options[i].value));
    }
    return object;
}

static json_t *date_json(pbr_date date)
{
    char text[PBR_DATE_TEXT];
    return date == PBR_NO_DATE ? json_null() : json_string(pbr_date_text(date, text));
}

static json_t *inputs_json(const pbr_run_facts *facts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < facts->inputs_count; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s}", "role", facts->inputs[i].role, "name",
                                        facts->inputs[i].name, "sha256", facts->inputs[i].sha256));
    return list;
}

static json_t *contract_json(const pbr_contract *contract)
{
    json_t *files = json_array();
    for (size_t i = 0; i < contract->files_count; i++)
        json_array_append_new(files, json_pack("{s:s, s:s}", "name", contract->files[i].name,
                                               "sha256", contract->files[i].sha256));
    return json_pack("{s:s, s:o}", "title", contract->scheme->title, "files", files);
}

static json_t *counts_json(const pbr_measures *measures, const pbr_settlement *settlement)
{
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "start_rows", measures->counts.start_rows,
        "reoffence_rows", measures->counts.reoffence_rows, "persons", measures->counts.persons,
        "starts_outside_scheme", measures->counts.starts_outside, "reoffences_without_start",
        measures->counts.reoffences_unmatched, "reoffences_counted",
        measures->counts.reoffences_counted, "results", (json_int_t)settlement->results_count,
        "payment_lines", (json_int_t)settlement->payments_count);
}

static json_t *totals_json(const pbr_settlement *settlement)
{
    json_t *payees = json_object();
    for (size_t i = 0; i < settlement->payees_count; i++)
        json_object_set_new(payees, settlement->payees[i],
                            json_integer(pbr_settlement_due_to(settlement, settlement->payees[i])));
    return json_pack("{s:I, s:I, s:I, s:o}", "computed_pence", settlement->computed_pence,
                     "payable_pence", settlement->payable_pence, "due_pence", settlement->due_pence,
                     "due_pence_by_payee", payees);
}

static json_t *outputs_json(const pbr_output_fact *outputs, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "name", outputs[i].name, "sha256", outputs[i].sha256));
    return list;
}

bool pbr_manifest_write(const char *path, const pbr_settlement *settlement,
                        const pbr_measures *measures, const pbr_run_facts *facts,
                        const pbr_option_fact *options, size_t options_count,
                        const pbr_output_fact *outputs, size_t outputs_count)
{
    json_t *root = json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "format",
        PBR_MANIFEST_FORMAT, "settlement", settlement->id, "as_at", date_json(facts->as_at),
        "snapshot", date_json(facts->snapshot), "program", program_json(), "libraries",
        libraries_json(), "options", options_json(options, options_count), "contract",
        contract_json(settlement->contract), "inputs", inputs_json(facts), "counts",
        counts_json(measures, settlement), "totals", totals_json(settlement), "outputs",
        outputs_json(outputs, outputs_count));
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    FILE *file = text ? fopen(path, "wb") : NULL;
    bool ok = file && fputs(text, file) >= 0 && fputc('\n', file) != EOF;
    if (file && fclose(file) != 0) ok = false;
    free(text);
    json_decref(root);
    return ok;
}

static void digest_text(pbr_sha256 *hash, const char *text)
{
    pbr_sha256_add(hash, text, strlen(text) + 1);
}

/* What was measured, as the same text that the folder holds. */
static void digest_measures(pbr_sha256 *hash, const pbr_measures *measures,
                            const pbr_contract *contract)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (!memory) return;
    pbr_out *out = pbr_out_stream(memory);
    pbr_metrics_write(out, measures, contract, NULL, 0);
    pbr_attrition_write(out, measures, contract, NULL, 0);
    pbr_out_close(out);
    fclose(memory);
    pbr_sha256_add(hash, text, length);
    free(text);
}

const char *pbr_settlement_id(const pbr_contract *contract, const pbr_measures *measures,
                              pbr_date as_at, const pbr_option_fact *options, size_t options_count,
                              pbr_arena *arena)
{
    enum { SHOWN_DIGITS = 12 };
    char digest[PBR_SHA256_TEXT], day[PBR_DATE_TEXT];
    pbr_sha256 *hash = pbr_sha256_new();
    digest_text(hash, "pbrcalc " PBR_VERSION);
    for (size_t i = 0; i < contract->files_count; i++) {
        digest_text(hash, contract->files[i].name);
        digest_text(hash, contract->files[i].sha256);
    }
    for (size_t i = 0; i < options_count; i++) {
        digest_text(hash, options[i].name);
        digest_text(hash, options[i].value);
    }
    digest_measures(hash, measures, contract);
    pbr_sha256_end(hash, digest);
    return pbr_arena_printf(arena, "%s-%.*s", pbr_date_text(as_at, day), SHOWN_DIGITS, digest);
}

static json_t *load_manifest(const char *folder, pbr_diag *diag)
{
    json_error_t error;
    char *path = pbr_sprintf("%s/manifest.json", folder);
    json_t *root = json_load_file(path, 0, &error);
    const char *format = json_string_value(json_object_get(root, "format"));
    if (!root)
        pbr_error(diag, "bad-manifest",
                  ((pbr_place){path, error.line > 0 ? error.line : 0,
                               error.line > 0 ? error.column : 0}),
                  "%s: is this a settlement folder?", error.text);
    else if (!format || strcmp(format, PBR_MANIFEST_FORMAT) != 0) {
        pbr_error(diag, "bad-manifest", ((pbr_place){path, 0, 0}),
                  "format \"%s\" is not %s: use the version of pbrcalc that wrote it",
                  format ? format : "", PBR_MANIFEST_FORMAT);
        json_decref(root);
        root = NULL;
    }
    free(path);
    return root;
}

static const char *recorded_digest(const json_t *root, const char *file)
{
    size_t i;
    json_t *output;
    json_array_foreach(json_object_get(root, "outputs"), i, output)
    {
        const char *name = json_string_value(json_object_get(output, "name"));
        if (name && strcmp(name, file) == 0)
            return json_string_value(json_object_get(output, "sha256"));
    }
    return "";
}

bool pbr_manifest_vouches(const char *folder, const char *file, pbr_diag *diag)
{
    char found[PBR_SHA256_TEXT] = "";
    json_t *root = load_manifest(folder, diag);
    if (!root) return false;
    char *path = pbr_sprintf("%s/%s", folder, file);
    const char *recorded = recorded_digest(root, file);
    bool read = pbr_sha256_file(path, found);
    bool same = read && recorded && strcmp(found, recorded) == 0;
    if (!read)
        pbr_error(diag, "unreadable-file", ((pbr_place){path, 0, 0}), "cannot read the file: %s",
                  strerror(errno));
    else if (!same)
        pbr_error(diag, "tampered", ((pbr_place){path, 0, 0}),
                  "the file is not the one that %s/manifest.json records: use the settlement as it "
                  "was written",
                  folder);
    free(path);
    json_decref(root);
    return same;
}

static bool same_file(const json_t *file, const pbr_contract_file *own)
{
    const char *name = json_string_value(json_object_get(file, "name"));
    const char *sha256 = json_string_value(json_object_get(file, "sha256"));
    return name && sha256 && strcmp(name, own->name) == 0 && strcmp(sha256, own->sha256) == 0;
}

static bool same_terms(const json_t *root, const pbr_contract *contract)
{
    const json_t *files = json_object_get(json_object_get(root, "contract"), "files");
    bool same = json_array_size(files) == contract->files_count;
    for (size_t i = 0; same && i < contract->files_count; i++)
        same = same_file(json_array_get(files, i), &contract->files[i]);
    return same;
}

/* An option given once is a text, more than once a list of texts. */
static void read_previous(const json_t *root, pbr_arena *arena, pbr_manifest_facts *facts)
{
    const json_t *previous = json_object_get(json_object_get(root, "options"), "previous");
    bool list = json_is_array(previous);
    facts->depth = list ? json_array_size(previous) : previous != NULL;
    facts->previous = pbr_arena_alloc(arena, (facts->depth + 1) * sizeof *facts->previous);
    for (size_t i = 0; i < facts->depth; i++) {
        const char *id = json_string_value(list ? json_array_get(previous, i) : previous);
        facts->previous[i] = pbr_arena_printf(arena, "%s", id ? id : "");
    }
}

bool pbr_manifest_read(const char *folder, const pbr_contract *contract, pbr_arena *arena,
                       pbr_manifest_facts *facts, pbr_diag *diag)
{
    json_t *root = load_manifest(folder, diag);
    if (!root) return false;
    const char *id = json_string_value(json_object_get(root, "settlement"));
    const char *version =
        json_string_value(json_object_get(json_object_get(root, "program"), "version"));
    *facts = (pbr_manifest_facts){
        .id = pbr_arena_printf(arena, "%s", id ? id : ""),
        .same_terms = same_terms(root, contract),
        .same_program = version && strcmp(version, PBR_VERSION) == 0,
    };
    read_previous(root, arena, facts);
    json_decref(root);
    if (!id)
        pbr_error(diag, "bad-manifest", ((pbr_place){folder, 0, 0}),
                  "manifest.json names no settlement: is it whole?");
    return id != NULL;
}
