/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/trace.h"
#include "command/reopened.h"

#include <string.h>

static const pbr_option options[] = {
    PBR_REOPENED_OPTIONS,
    {"json", NULL, false, "print JSON, format " PBR_TRACE_FORMAT},
    {0},
};

/* Starts stand by person, so that each person begins where the one before ends. */
static bool is_new_person(const pbr_rows *rows, size_t i)
{
    return i == 0 || strcmp(rows->starts[i].person, rows->starts[i - 1].person) != 0;
}

/* The person of the extracts that a word names, by id or, with a key, by hash; NULL if none. */
static const char *find_person(const pbr_reopened *r, const char *word)
{
    const pbr_rows *rows = r->second.rows;
    if (pbr_trace_knows(rows, word)) return word;
    for (size_t i = 0; r->key && i < rows->starts_count; i++)
        if (is_new_person(rows, i) &&
            strcmp(pbr_shown_id(r->key, rows->starts[i].person, r->arena), word) == 0)
            return rows->starts[i].person;
    return NULL;
}

static const char *same_name(const void *person, size_t index)
{
    (void)index;
    return person;
}

/* Near ids are told where ids may be shown at all. */
static void report_unknown(const pbr_reopened *r, const char *word, pbr_diag *diag)
{
    enum { NEAR_MOST = 3 };
    const pbr_rows *rows = r->second.rows;
    const char *near = "";
    int found = 0;
    for (size_t i = 0; !r->key && i < rows->starts_count && found < NEAR_MOST; i++) {
        const char *person = rows->starts[i].person;
        if (!is_new_person(rows, i) || !pbr_near_miss(pbr_slice_of(word), 1, same_name, person))
            continue;
        near = pbr_arena_printf(r->arena, "%s%s\"%s\"", near, found ? " or " : "", person);
        found++;
    }
    char quoted[PBR_QUOTE_TEXT];
    pbr_quote(quoted, pbr_slice_of(word));
    if (found)
        pbr_error(diag, "unknown-person", PBR_NOWHERE,
                  "person %s is not in the extracts: did you mean %s?", quoted, near);
    else
        pbr_error(diag, "unknown-person", PBR_NOWHERE,
                  "person %s is not in the extracts, which have %zu starts%s", quoted,
                  rows->starts_count, r->key ? " (nor is it the hash of one)" : "");
}

static void print(const pbr_reopened *r, const char *person, bool json)
{
    const pbr_manifest *m = &r->recorded.manifest;
    pbr_trace trace = {
        .settlement = m->id,
        .as_at = m->as_at,
        .snapshot = m->snapshot,
        .outcomes = r->second.outcomes,
        .cohorts = r->cohorts,
        .cohorts_count = r->cohorts_count,
        .person = person,
        .shown = pbr_shown_id(r->key, person, r->arena),
    };
    if (json)
        pbr_trace_print_json(&trace, stdout);
    else
        pbr_trace_print(&trace, stdout);
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *const *words;
    pbr_reopened r;
    if (pbr_arguments_operands(arguments, &words) != 2) {
        pbr_error(diag, "usage", PBR_NOWHERE,
                  "name a settlement folder and a person: see pbrcalc trace --help");
        return PBR_EXIT_NOT_DONE;
    }
    bool ok = pbr_reopened_open(&r, words[0], arguments, diag);
    const char *person = ok ? find_person(&r, words[1]) : NULL;
    if (person)
        print(&r, person, pbr_arguments_has(arguments, "json"));
    else if (ok)
        report_unknown(&r, words[1], diag);
    pbr_reopened_close(&r);
    return person ? PBR_EXIT_OK : PBR_EXIT_NOT_DONE;
}

const pbr_command pbr_trace_command = {
    .name = "trace",
    .summary = "follow one person of a settlement: what counted, what did not, and why",
    .examples = "  pbrcalc trace settlement A1234BC --inputs extract\n",
    .usage = "  pbrcalc trace DIR PERSON [--inputs DIR...] [--json] [--hash-ids KEYFILE]\n",
    .options = options,
    .operands = "DIR PERSON",
    .run = run,
};
