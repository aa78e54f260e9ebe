/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/verification.h"

#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A finding keeps the first differences of its file; of terms, which are few, all that fit a
 * screen.
 */
enum { KEPT = 1, KEPT_TERMS = 20 };

static const struct {
    const char *word, *heading;
} KINDS[] = {
    [PBR_OUTPUT_EDITED] = {"output-edited", "edited after it was written"},
    [PBR_OUTPUT_FORGED] = {"output-forged",
                           "as the manifest says, and not what the recorded inputs give: edited "
                           "together with it"},
    [PBR_OUTPUT_MISSING] = {"output-missing", "missing"},
    [PBR_FILE_EXTRA] = {"file-extra", "not part of the settlement"},
    [PBR_INPUT_CHANGED] = {"input-changed", "an input changed"},
    [PBR_TERM_CHANGED] = {"term-changed", "a term changed"},
    [PBR_PROGRAM_DIFFERS] = {"program-differs", "the program differs"},
    [PBR_RESULT_DIFFERS] = {"result-differs", "what comes out now differs"},
    [PBR_NOT_FOUND] = {"not-found", "not found, or not readable: name where it is with --inputs"},
};

pbr_verify_finding *pbr_verification_add(pbr_verification *v, pbr_verify_kind kind,
                                         const char *file)
{
    v->list = pbr_grow(v->list, &v->room, v->count + 1, sizeof *v->list);
    v->list[v->count] = (pbr_verify_finding){
        .kind = kind,
        .file = file,
        .differences =
            pbr_file_differences_new(v->arena, kind == PBR_TERM_CHANGED ? KEPT_TERMS : KEPT),
    };
    return &v->list[v->count++];
}

/* What stands elsewhere may have the same name. */
pbr_verify_finding *pbr_verification_find(const pbr_verification *v, const char *file)
{
    for (size_t i = 0; i < v->count; i++)
        if (!v->list[i].path && strcmp(v->list[i].file, file) == 0) return &v->list[i];
    return NULL;
}

pbr_exit pbr_verification_status(const pbr_verification *v)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->list[i].kind != PBR_NOT_FOUND) return PBR_EXIT_FOUND;
    return v->made == PBR_MADE_AGAIN ? PBR_EXIT_OK : PBR_EXIT_NOT_DONE;
}

/* --- for people ------------------------------------------------------------------------------- */

/* Numbers as they are, text in quotes. */
static const char *shown(const char *value, char quoted[PBR_QUOTE_TEXT])
{
    if (!value) return "nothing";
    if (*value && strspn(value, "0123456789.-") == strlen(value)) return value;
    return pbr_quote(quoted, pbr_slice_of(value));
}

static void print_difference(const pbr_verify_finding *finding,
                             const pbr_file_difference *difference)
{
    char stood[PBR_QUOTE_TEXT], is[PBR_QUOTE_TEXT];
    bool term = finding->kind == PBR_TERM_CHANGED;
    printf("    %s", difference->where);
    if (difference->recorded || difference->now)
        printf(term ? ": recorded %s, now %s" : ": stored %s, expected %s",
               shown(difference->recorded, stood), shown(difference->now, is));
}

static void print_finding(const pbr_verify_finding *finding)
{
    const pbr_file_differences *differences = &finding->differences;
    printf("  %s\n", finding->file);
    if (finding->path) printf("    stands in %s\n", finding->path);
    if (finding->recorded) printf("    SHA-256 recorded %s\n", finding->recorded);
    if (finding->now) printf("    SHA-256 now      %s\n", finding->now);
    if (finding->note) printf("    %s\n", finding->note);
    for (size_t i = 0; i < differences->kept; i++) {
        print_difference(finding, &differences->list[i]);
        if (i + 1 == differences->kept && differences->count > differences->kept)
            printf(" (and %zu more)", differences->count - differences->kept);
        putchar('\n');
    }
}

static void print_kind(const pbr_verification *v, pbr_verify_kind kind)
{
    bool begun = false;
    for (size_t i = 0; i < v->count; i++) {
        if (v->list[i].kind != kind) continue;
        if (!begun) printf("\n%s:\n", KINDS[kind].heading);
        begun = true;
        print_finding(&v->list[i]);
    }
}

static const char *verdict(const pbr_verification *v)
{
    static const char *const words[] = {
        [PBR_EXIT_OK] = "identical",
        [PBR_EXIT_FOUND] = "different",
        [PBR_EXIT_NOT_DONE] = "cannot tell",
    };
    return words[pbr_verification_status(v)];
}

static void print_made(const pbr_verification *v)
{
    if (v->made == PBR_NOT_MADE)
        printf("it was not made again\n");
    else
        printf("made again from %s: %zu files compared\n",
               v->made == PBR_MADE_AGAIN ? "the recorded inputs" : "what is there now",
               v->compared);
    if (v->other_build) printf("it was made by %s, which is not this program\n", v->other_build);
}

void pbr_verification_print(const pbr_verification *v)
{
    printf("settlement %s: %s\n", v->recorded->manifest.id, verdict(v));
    print_made(v);
    for (pbr_verify_kind kind = PBR_OUTPUT_EDITED; kind <= PBR_NOT_FOUND; kind++)
        print_kind(v, kind);
    if (v->by_id) printf("\n%zu more files differ by the settlement's id alone\n", v->by_id);
}

/* --- for programs ----------------------------------------------------------------------------- */

/* Text of an edited file may hold any bytes; JSON holds UTF-8. */
static json_t *text_json(const char *text)
{
    if (!text) return json_null();
    if (pbr_is_utf8(text, strlen(text))) return json_string(text);
    char *copy = pbr_strdup(text);
    for (char *at = copy; *at; at++)
        if ((unsigned char)*at >= 0x80) *at = '?';
    json_t *value = json_string(copy);
    free(copy);
    return value;
}

static json_t *differences_json(const pbr_file_differences *differences)
{
    json_t *list = json_array();
    for (size_t i = 0; i < differences->kept; i++)
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "where",
                                              text_json(differences->list[i].where), "recorded",
                                              text_json(differences->list[i].recorded), "now",
                                              text_json(differences->list[i].now)));
    return list;
}

static json_t *finding_json(const pbr_verify_finding *finding)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "kind", KINDS[finding->kind].word,
                     "file", text_json(finding->file), "stands_in", text_json(finding->path),
                     "sha256_recorded", text_json(finding->recorded), "sha256_now",
                     text_json(finding->now), "note", text_json(finding->note), "differences",
                     differences_json(&finding->differences), "differences_count",
                     (json_int_t)finding->differences.count);
}

void pbr_verification_print_json(const pbr_verification *v)
{
    static const char *const made[] = {
        [PBR_NOT_MADE] = "no",
        [PBR_MADE_AGAIN] = "from the recorded inputs",
        [PBR_MADE_WITH_CHANGES] = "from what is there now",
    };
    json_t *findings = json_array();
    for (size_t i = 0; i < v->count; i++)
        json_array_append_new(findings, finding_json(&v->list[i]));
    json_t *root = json_pack("{s:s, s:o, s:s, s:s, s:o, s:I, s:I, s:o}", "format",
                             PBR_VERIFY_FORMAT, "settlement", text_json(v->recorded->manifest.id),
                             "verdict", verdict(v), "made_again", made[v->made], "other_build",
                             text_json(v->other_build), "files_compared", (json_int_t)v->compared,
                             "files_differing_by_id", (json_int_t)v->by_id, "findings", findings);
    json_dumpf(root, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(root);
}
