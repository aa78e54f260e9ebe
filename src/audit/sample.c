/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/sample.h"

#include "base/text.h"

#include <gsl/gsl_rng.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const pbr_column sample_columns[] = {
    {.name = "sample", .kind = PBR_COUNT, .description = "number in the sample", .example = "1"},
    {.name = "stratum",
     .presence = PBR_BLANKABLE,
     .description = "values of the keys that the sample is stratified by",
     .example = "C05/counted"},
    PBR_OUTCOME_COLUMNS,
    {.name = "file", .description = "extract that the start is in", .example = "cohort.csv"},
    {.name = "line", .kind = PBR_COUNT, .description = "its line", .example = "1250"},
    {.name = "look_up",
     .description = "what to look up, and the answer that the settlement rests on",
     .example = "offences of 2015-10-05 to 2016-10-04, proved by 2017-04-04: 2"},
};
const pbr_schema pbr_sample_schema = {
    .name = "sample",
    .file = "sample.csv",
    .title = "Audit sample of starts",
    .columns = sample_columns,
    .count = sizeof sample_columns / sizeof *sample_columns,
    .key = "sample",
};

/* ---- strata ---- */

static const char *const stratum_keys[] = {"cpa",   "cohort", "group",      "start_type",
                                           "stage", "reason", "reoffended", "rules"};
enum { KEYS = sizeof stratum_keys / sizeof *stratum_keys };

static const char *value_of(const pbr_entry *entry, const char *key, const pbr_contract *contract)
{
    const pbr_outcome *outcome = entry->outcome;
    const char *const values[KEYS] = {
        contract->areas[outcome->start->area].code,
        contract->cohorts[entry->cohort].name,
        outcome->start->control ? "control" : "treated",
        outcome->start->type,
        outcome->stage,
        outcome->reason,
        outcome->reoffences ? "reoffended" : "did-not-reoffend",
        outcome->rules->name,
    };
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(stratum_keys[i], key) == 0) return values[i];
    return "";
}

static bool add_key(pbr_sample_plan *plan, const char *name, pbr_diag *diag)
{
    const char *near = pbr_near_miss_in(pbr_slice_of(name), stratum_keys, KEYS);
    bool known = false, twice = false;
    for (size_t i = 0; i < KEYS; i++) known |= strcmp(stratum_keys[i], name) == 0;
    for (size_t i = 0; i < plan->keys_count; i++) twice |= strcmp(plan->keys[i], name) == 0;
    if (known && !twice) {
        plan->keys[plan->keys_count++] = name;
        return true;
    }
    if (twice)
        pbr_error(diag, "usage", PBR_NOWHERE, "--stratify names \"%s\" twice: name it once", name);
    else
        pbr_error(diag, "usage", PBR_NOWHERE, "--stratify \"%s\" is no key: %s%s%s", name,
                  near ? "did you mean \"" : "use ",
                  near ? near
                       : "cpa, cohort, group, start_type, stage, reason, reoffended or rules",
                  near ? "\"?" : "");
    return false;
}

bool pbr_sample_stratify(pbr_sample_plan *plan, const char *list, pbr_arena *arena, pbr_diag *diag)
{
    char *rest = pbr_arena_text(arena, list, strlen(list));
    bool ok = true;
    for (char *name; (name = strsep(&rest, ","));) ok &= add_key(plan, name, diag);
    return ok;
}

static const char *stratum_of(const pbr_sample_plan *plan, const pbr_entry *entry,
                              const pbr_contract *contract, pbr_arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < plan->keys_count; i++)
        text = pbr_arena_printf(arena, "%s%s%s", text, i ? "/" : "",
                                value_of(entry, plan->keys[i], contract));
    return text;
}

/* ---- drawing ---- */

static int by_stratum_and_key(const void *left, const void *right)
{
    const pbr_sampled *a = left, *b = right;
    int order = strcmp(a->stratum, b->stratum);
    if (order) return order;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->entry < b->entry ? -1 : 1; /* entries are an array in their stated order */
}

/* Each entry in its stated order is given 64 bits, two outputs of MT19937 (Matsumoto and Nishimura
 * 1998), the first of them on top. */
static void draw_keys(const pbr_sample_plan *plan, pbr_sampled *all, size_t count)
{
    gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(generator, plan->seed);
    for (size_t i = 0; i < count; i++) {
        uint64_t high = gsl_rng_get(generator), low = gsl_rng_get(generator);
        all[i].key = high << 32 | low;
    }
    gsl_rng_free(generator);
}

/* A stratum of the sorted list. */
struct stratum {
    size_t first, count; /* entries */
    size_t sure, share;  /* of the sample: whatever its size; by its size */
    uint64_t remainder;  /* what the share leaves, out of the whole */
    size_t number;
};

static int by_remainder(const void *left, const void *right)
{
    const struct stratum *a = left, *b = right;
    if (a->remainder != b->remainder) return a->remainder > b->remainder ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

static int by_number(const void *left, const void *right)
{
    const struct stratum *a = left, *b = right;
    return a->number < b->number ? -1 : 1;
}

static size_t find_strata(const pbr_sampled *all, size_t count, struct stratum *strata)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(all[i].stratum, all[i - 1].stratum) != 0) {
            strata[found] = (struct stratum){.first = i, .number = found};
            found++;
        }
        strata[found - 1].count++;
    }
    return found;
}

/* One of each stratum if the size allows it; the rest in proportion to what is left of each, by the
 * largest remainder, ties to the stratum that comes first. */
static void allot(struct stratum *strata, size_t strata_count, size_t count, size_t size)
{
    size_t sure = size >= strata_count ? 1 : 0, left = size - sure * strata_count;
    uint64_t whole = count - sure * strata_count;
    size_t given = 0;
    for (size_t i = 0; i < strata_count; i++) {
        uint64_t part = (uint64_t)left * (strata[i].count - sure);
        strata[i].sure = sure;
        strata[i].share = whole ? (size_t)(part / whole) : 0;
        strata[i].remainder = whole ? part % whole : 0;
        given += strata[i].share;
    }
    qsort(strata, strata_count, sizeof *strata, by_remainder);
    for (size_t i = 0; given < left; i++, given++) strata[i].share++;
    qsort(strata, strata_count, sizeof *strata, by_number);
}

static size_t take(const pbr_sampled *all, const struct stratum *strata, size_t strata_count,
                   pbr_sampled *drawn)
{
    size_t taken = 0;
    for (size_t i = 0; i < strata_count; i++)
        for (size_t k = 0; k < strata[i].sure + strata[i].share; k++)
            drawn[taken++] = all[strata[i].first + k];
    return taken;
}

size_t pbr_sample_draw(const pbr_sample_plan *plan, const pbr_entry *entries, size_t count,
                       const pbr_contract *contract, pbr_arena *arena, pbr_sampled **drawn,
                       pbr_diag *diag)
{
    if (plan->size > count) {
        pbr_error(diag, "sample-too-large", PBR_NOWHERE,
                  "a sample of %zu cannot be drawn from %zu starts: ask for at most that many",
                  plan->size, count);
        return 0;
    }
    pbr_sampled *all = pbr_alloc(count, sizeof *all);
    struct stratum *strata = pbr_alloc(count, sizeof *strata);
    for (size_t i = 0; i < count; i++)
        all[i] = (pbr_sampled){.entry = &entries[i],
                               .stratum = stratum_of(plan, &entries[i], contract, arena)};
    draw_keys(plan, all, count);
    qsort(all, count, sizeof *all, by_stratum_and_key);
    size_t strata_count = find_strata(all, count, strata);
    allot(strata, strata_count, count, plan->size);
    *drawn = pbr_arena_alloc(arena, plan->size * sizeof **drawn);
    size_t taken = take(all, strata, strata_count, *drawn);
    free(strata);
    free(all);
    return taken;
}

/* ---- what to look up ---- */

static const char *why_it_ended(const pbr_outcome *outcome, const pbr_rows *rows, pbr_arena *arena)
{
    char day[PBR_DATE_TEXT];
    if (outcome->filter) {
        const char *column = outcome->filter->column;
        return pbr_arena_printf(arena, "%s is \"%s\" (%s: %s)", column,
                                pbr_row_cell(&outcome->start->row, &rows->start_columns, column),
                                outcome->reason, outcome->words);
    }
    if (strcmp(outcome->reason, "transferred") == 0)
        return pbr_arena_printf(arena, "transferred on %s",
                                pbr_date_text(outcome->transferred, day));
    if (outcome->stands)
        return pbr_arena_printf(arena, "the start of %s in %s stands for this one",
                                pbr_date_text(outcome->stands->date, day),
                                rows->contract->areas[outcome->stands->area].code);
    return "no rule leaves the start out";
}

static const char *look_up(const pbr_outcome *outcome, const pbr_rows *rows, pbr_arena *arena)
{
    char from[PBR_DATE_TEXT], to[PBR_DATE_TEXT], proof[PBR_DATE_TEXT], first[PBR_DATE_TEXT];
    return pbr_arena_printf(
        arena, "start of %s; %s; offences of %s to %s, proved by %s: %" PRId64 "%s%s",
        pbr_date_text(outcome->start->date, from), why_it_ended(outcome, rows, arena), from,
        pbr_date_text(outcome->follow_up_end - 1, to), pbr_date_text(outcome->proof_end - 1, proof),
        outcome->reoffences, outcome->reoffences ? ", the first of " : "",
        pbr_date_text(outcome->first_offence, first));
}

void pbr_sample_write(pbr_out *out, const pbr_sampled *drawn, size_t count, const pbr_rows *rows,
                      const pbr_id_key *key, pbr_arena *arena)
{
    for (size_t i = 0; i < pbr_sample_schema.count; i++)
        pbr_out_text(out, pbr_sample_schema.columns[i].name);
    pbr_out_end_row(out);
    for (size_t i = 0; i < count; i++) {
        pbr_entry entry = *drawn[i].entry;
        entry.person = pbr_shown_id(key, entry.person, arena);
        pbr_out_int(out, (int64_t)i + 1);
        pbr_out_text(out, drawn[i].stratum);
        pbr_entry_cells(out, &entry, rows->contract);
        pbr_out_text(out, entry.outcome->start->row.file);
        pbr_out_int(out, entry.outcome->start->row.line);
        pbr_out_text(out, look_up(entry.outcome, rows, arena));
        pbr_out_end_row(out);
    }
}
