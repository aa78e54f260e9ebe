/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/manifest.h"

#include "base/out.h"
#include "measure/metrics_csv.h"
#include "report/tables.h"
#include "report/version.h"

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

static json_t *overridden_json(const pbr_run_facts *facts, const pbr_contract *contract)
{
    json_t *list = json_array();
    for (size_t i = 0; i < facts->overrides_count; i++) {
        const pbr_override *override = &facts->overrides[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:o, s:s}", "check",
                                        pbr_settable_checks[override->check].id, "scope",
                                        pbr_override_scope(override, contract, contract->arena),
                                        "authority", override->authority, "date",
                                        date_json(override->date), "reason", override->reason));
    }
    return list;
}

static json_t *outputs_json(const pbr_output_fact *outputs, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "name", outputs[i].name, "sha256", outputs[i].sha256));
    return list;
}

/* The manifest records the digest of every file but itself; its last line does that. */
static bool put_sealed(FILE *file, const char *text)
{
    char digest[PBR_SHA256_TEXT];
    size_t body = strlen(text) - strlen(PBR_MANIFEST_END);
    pbr_sha256 *hash = pbr_sha256_new();
    pbr_sha256_add(hash, text, body);
    pbr_sha256_end(hash, digest);
    return fprintf(file, "%.*s" PBR_MANIFEST_SEAL "%s\"" PBR_MANIFEST_END "\n", (int)body, text,
                   digest) > 0;
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
    if (root && facts->overrides_count)
        json_object_set_new(root, "overridden", overridden_json(facts, settlement->contract));
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    FILE *file = text ? fopen(path, "wb") : NULL;
    bool ok = file && put_sealed(file, text);
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
    pbr_out *out = pbr_out_memory(&text, &length);
    pbr_metrics_write(out, measures, contract, NULL, 0);
    pbr_attrition_write(out, measures, contract, NULL, 0);
    pbr_out_close(out);
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
