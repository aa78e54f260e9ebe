/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settlements between two settlements: one thing after another is taken from the new one. */
#include "command/diff.h"

#include "compare/figures.h"
#include "measure/counted.h"
#include "report/tables.h"
#include "report/version.h"

#include <stdlib.h>
#include <string.h>

/* One measuring, by either contract. */
struct measuring {
    pbr_measures *measures; /* NULL: not made */
    pbr_counted_list *counted;
};

struct pbr_diff_stages {
    pbr_replay *old, *now;
    pbr_diag *diag;
    pbr_diag *unused; /* what is found in data and terms is told where they are settled */
    pbr_figures *figures[PBR_STAGES];
    pbr_difference difference;
    bool extracts; /* both were found and measured */
    /* the extracts of the old and of the new settlement, by the old and by the new contract */
    struct measuring old_by_old, new_by_old, old_by_new, new_by_new;
    bool same_terms;
    pbr_arena *arena;
};

static const pbr_schema *const schemas[PBR_FIGURE_TABLES] = {
    [PBR_FIGURE_RESULTS] = &pbr_results_schema,
    [PBR_FIGURE_PAYMENTS] = &pbr_payments_schema,
    [PBR_FIGURE_BALANCES] = &pbr_balances_schema,
};

static void add_note(pbr_diff_stages *s, const char *note)
{
    s->difference.notes[s->difference.notes_count++] = note;
}

/* --- figures --- */

static bool read_recorded(pbr_diff_stages *s, pbr_attribution_stage stage, const pbr_replay *replay)
{
    bool read = true;
    s->figures[stage] = pbr_figures_new(schemas);
    for (size_t i = 0; i < PBR_FIGURE_TABLES && read; i++) {
        char unused[PBR_SHA256_TEXT];
        const char *folder = replay->recorded.folder, *file = schemas[i]->file;
        if (!pbr_manifest_vouches(&replay->recorded.manifest, folder, file, s->diag)) return false;
        pbr_source *source =
            pbr_source_open(pbr_arena_printf(s->arena, "%s/%s", folder, file), s->diag);
        read = source && pbr_figures_read(s->figures[stage], i, source, s->diag);
        if (source) pbr_source_close(source, unused);
    }
    return read;
}

/* The same tables of a settlement that is not written anywhere. */
static bool read_settlement(pbr_diff_stages *s, pbr_figures *figures,
                            const pbr_settlement *settlement)
{
    static void (*const writers[PBR_FIGURE_TABLES])(pbr_out *, const pbr_settlement *) = {
        [PBR_FIGURE_RESULTS] = pbr_results_write,
        [PBR_FIGURE_PAYMENTS] = pbr_payments_write,
        [PBR_FIGURE_BALANCES] = pbr_balances_write,
    };
    bool read = true;
    for (size_t i = 0; i < PBR_FIGURE_TABLES && read; i++) {
        char *text = NULL, unused[PBR_SHA256_TEXT];
        size_t length = 0;
        pbr_out *out = pbr_out_memory(&text, &length);
        writers[i](out, settlement);
        pbr_out_close(out);
        pbr_source *source = pbr_source_of(schemas[i]->file, text, length, s->diag);
        read = pbr_figures_read(figures, i, source, s->diag);
        pbr_source_close(source, unused);
        free(text);
    }
    pbr_figures_round(figures, settlement);
    return read;
}

static void take_settlement(pbr_diff_stages *s, pbr_attribution_stage stage,
                            const pbr_settlement *settlement)
{
    s->figures[stage] = pbr_figures_new(schemas);
    if (read_settlement(s, s->figures[stage], settlement)) return;
    pbr_figures_free(s->figures[stage]);
    s->figures[stage] = NULL;
}

static const char *first_error(const pbr_diag *diag)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    for (size_t i = 0; i < count; i++)
        if (findings[i].severity == PBR_ERROR && findings[i].kept)
            return findings[i].problems[0].message;
    return "";
}

/* A mixture may be impossible: a new line has no price in the old contract, say. */
static void settle(pbr_diff_stages *s, pbr_attribution_stage stage, const pbr_contract *contract,
                   const pbr_measures *measures, const pbr_settle_options *options,
                   const char *what)
{
    pbr_diag *own = pbr_diag_new();
    pbr_settlement *settlement = pbr_settlement_make(contract, measures, options, own);
    if (settlement)
        take_settlement(s, stage, settlement);
    else
        add_note(s, pbr_arena_printf(s->arena,
                                     "%s could not be settled (%s); what that changes stands under "
                                     "the next cause",
                                     what, first_error(own)));
    pbr_settlement_free(settlement);
    pbr_diag_free(own);
}

/* --- measures --- */

/* Was it made from extracts, and were they all found? */
static bool has_extracts(const pbr_recorded *recorded)
{
    size_t starts = 0;
    for (size_t i = 0; i < recorded->manifest.inputs_count; i++) {
        const char *role = recorded->inputs[i].fact->role;
        bool cohort = strcmp(role, "cohort") == 0;
        if (!cohort && strcmp(role, "reoffences") != 0) continue;
        if (!recorded->inputs[i].path) return false;
        starts += cohort;
    }
    return starts > 0;
}

static bool measure(pbr_diff_stages *s, struct measuring *to, const pbr_replay *data,
                    const pbr_replay *contract, bool counted)
{
    pbr_diag *own = pbr_diag_new();
    pbr_extracts extracts = pbr_replay_extracts(data, contract->work.as_at, s->arena);
    if (counted) extracts.counted = to->counted = pbr_counted_new();
    to->measures = pbr_measure_extracts(contract->work.contract, &extracts, own);
    if (!to->measures)
        add_note(s, pbr_arena_printf(s->arena,
                                     "the extracts of %s could not be measured by the terms of %s "
                                     "(%s)",
                                     data->recorded.manifest.id, contract->recorded.manifest.id,
                                     first_error(own)));
    pbr_diag_free(own);
    return to->measures != NULL;
}

static void free_measuring(struct measuring *measuring)
{
    pbr_measures_free(measuring->measures);
    pbr_counted_free(measuring->counted);
}

/* With the extracts of both sides, persons can be followed from one to the other. */
static void measure_all(pbr_diff_stages *s)
{
    if (!has_extracts(&s->old->recorded) || !has_extracts(&s->now->recorded)) return;
    s->extracts = measure(s, &s->old_by_old, s->old, s->old, true) &&
                  measure(s, &s->new_by_old, s->now, s->old, true) &&
                  measure(s, &s->new_by_new, s->now, s->now, false) &&
                  (s->same_terms || measure(s, &s->old_by_new, s->old, s->now, false));
}

static pbr_measured old_data(const pbr_diff_stages *s)
{
    return (pbr_measured){s->old->work.contract,
                          s->extracts ? s->old_by_old.measures : s->old->work.measures};
}

static pbr_measured new_data(const pbr_diff_stages *s)
{
    return (pbr_measured){s->now->work.contract,
                          s->extracts ? s->new_by_new.measures : s->now->work.measures};
}

/* The same data as the other contract counts them, where that can be known. */
static pbr_measured new_data_by_old_terms(const pbr_diff_stages *s)
{
    if (!s->extracts) return new_data(s);
    return (pbr_measured){s->old->work.contract, s->new_by_old.measures};
}

static pbr_measured old_data_by_new_terms(const pbr_diff_stages *s)
{
    if (!s->extracts || s->same_terms) return old_data(s);
    return (pbr_measured){s->now->work.contract, s->old_by_new.measures};
}

/* --- stages --- */

/* The new run's volumes and service levels, as the old contract numbers them. */
static pbr_settle_options with_new_months(const pbr_diff_stages *s)
{
    pbr_settle_options options = s->old->options;
    pbr_settle_options months =
        pbr_options_under(&s->now->options, s->now->work.contract, s->old->work.contract, s->arena);
    pbr_options_take_months(&options, &months, s->arena);
    return options;
}

/* Counts are told of the cohorts that either settled, and of the parts of those. */
static bool is_settled(const pbr_replay *replay, const char *name)
{
    const pbr_contract *contract = replay->work.contract;
    size_t cohort = pbr_contract_cohort(contract, name);
    for (size_t i = 0; cohort != PBR_NONE && i < replay->work.cohorts_count; i++)
        if (replay->work.cohorts[i] == cohort ||
            pbr_contract_is_part(contract, cohort, replay->work.cohorts[i]))
            return true;
    return false;
}

static void add_people(pbr_diff_stages *s, const pbr_people *people)
{
    pbr_people *sum = &s->difference.people;
    const char *cohort = s->old->work.contract->cohorts[people->cohort].name;
    if (people->control || !is_settled(s->old, cohort)) return;
    sum->both += people->both;
    sum->changed += people->changed;
    sum->joined += people->joined;
    sum->left += people->left;
}

/* Each of these gives the measures of its stage, which the caller frees. */
static pbr_measures *settle_rows(pbr_diff_stages *s)
{
    pbr_people *people;
    size_t count;
    const pbr_contract *contract = s->old->work.contract;
    pbr_settle_options options = with_new_months(s);
    const pbr_measured_starts old = {s->old_by_old.measures, s->old_by_old.counted};
    const pbr_measured_starts now = {s->new_by_old.measures, s->new_by_old.counted};
    pbr_measures *measures = pbr_measures_of_both(contract, s->old->work.as_at, &old, &now, &people,
                                                  &count, s->arena, s->unused);
    settle(s, PBR_STAGE_ROWS, contract, measures, &options, "new data of those whom both count");
    s->difference.split = s->figures[PBR_STAGE_ROWS] != NULL;
    for (size_t i = 0; i < count; i++) add_people(s, &people[i]);
    return measures;
}

static pbr_measures *settle_members(pbr_diff_stages *s)
{
    const pbr_contract *contract = s->old->work.contract;
    const pbr_measured layers[] = {old_data(s), new_data_by_old_terms(s)};
    pbr_settle_options options = with_new_months(s);
    pbr_measures *measures =
        pbr_measures_layered(contract, s->old->work.as_at, layers, 2, s->unused);
    settle(s, PBR_STAGE_MEMBERS, contract, measures, &options, "the new data");
    return measures;
}

/* With the same contract this stage is the one before. */
static pbr_measures *settle_terms(pbr_diff_stages *s)
{
    const pbr_contract *contract = s->now->work.contract;
    const pbr_measured layers[] = {old_data_by_new_terms(s), new_data(s)};
    pbr_settle_options months = with_new_months(s);
    pbr_settle_options options =
        pbr_options_under(&months, s->old->work.contract, contract, s->arena);
    pbr_measures *measures =
        pbr_measures_layered(contract, s->old->work.as_at, layers, 2, s->unused);
    if (!s->same_terms)
        settle(s, PBR_STAGE_TERMS, contract, measures, &options, "the new contract");
    return measures;
}

/* A settlement as this program makes it: from its extracts where they are known, so that measuring
 * is a part of the engine too. */
static void settle_again(pbr_diff_stages *s, pbr_attribution_stage stage, const pbr_replay *replay,
                         const pbr_measures *measured)
{
    if (measured)
        settle(s, stage, replay->work.contract, measured, &replay->options,
               replay->recorded.manifest.id);
    if (!s->figures[stage]) take_settlement(s, stage, replay->settlement);
}

static void keep_settled_counts(pbr_diff_stages *s)
{
    pbr_count_changes *counts = &s->difference.counts;
    size_t kept = 0;
    for (size_t i = 0; i < counts->count; i++)
        if (is_settled(s->old, counts->items[i].cohort) ||
            is_settled(s->now, counts->items[i].cohort))
            counts->items[kept++] = counts->items[i];
    counts->count = kept;
}

static void compare_counts(pbr_diff_stages *s, const pbr_measures *rows,
                           const pbr_measures *members, const pbr_measures *terms)
{
    pbr_count_changes *counts = &s->difference.counts;
    const pbr_contract *old = s->old->work.contract, *now = s->now->work.contract;
    const pbr_measured first = old_data(s), last = new_data(s);
    const pbr_measured of_rows = {old, rows}, of_members = {old, members}, of_terms = {now, terms};
    if (s->difference.split) {
        pbr_counts_compare(counts, PBR_CAUSE_DATA_ROWS, &first, &of_rows);
        pbr_counts_compare(counts, PBR_CAUSE_MEMBERSHIP, &of_rows, &of_members);
    } else
        pbr_counts_compare(counts, PBR_CAUSE_DATA_ROWS, &first, &of_members);
    pbr_counts_compare(counts, PBR_CAUSE_TERMS, &of_members, &of_terms);
    pbr_counts_compare(counts, PBR_CAUSE_RUN, &of_terms, &last);
    keep_settled_counts(s);
}

static void settle_between(pbr_diff_stages *s)
{
    pbr_measures *rows = s->extracts ? settle_rows(s) : NULL;
    pbr_measures *members = settle_members(s);
    pbr_measures *terms = settle_terms(s);
    compare_counts(s, rows, members, terms);
    pbr_measures_free(rows);
    pbr_measures_free(members);
    pbr_measures_free(terms);
}

/* --- the whole --- */

static int64_t total_of(const pbr_figures *figures)
{
    const pbr_figure_table *table = &figures->tables[PBR_FIGURE_BALANCES];
    const pbr_figure_row *all = pbr_figures_row(table, PBR_ALL_PAYEES);
    size_t column = pbr_schema_column(table->schema, "total_pence");
    return all ? strtoll(all->cells[column], NULL, 10) : 0;
}

static pbr_difference_side name_side(const pbr_diff_stages *s, const pbr_replay *replay)
{
    const pbr_manifest *m = &replay->recorded.manifest;
    return (pbr_difference_side){
        .folder = replay->recorded.folder,
        .id = m->id,
        .program = pbr_arena_printf(s->arena, "%s (%s%s)", m->program_version, m->commit,
                                    m->local_changes ? " with local changes" : ""),
        .as_at = m->as_at,
    };
}

static bool same_terms(const pbr_diff_stages *s)
{
    return pbr_manifest_same_terms(&s->old->recorded.manifest, s->now->work.contract);
}

static void note_chain(pbr_diff_stages *s)
{
    const pbr_manifest *now = &s->now->recorded.manifest;
    for (size_t i = 0; i < now->previous_count; i++)
        s->difference.chained |= strcmp(now->previous[i], s->difference.old.id) == 0;
    if (s->difference.chained)
        add_note(s, "the new settlement was built on the old one: what that settled is taken off "
                    "in it, under run, and lines that come to the same again are not repeated");
}

static void note_limits(pbr_diff_stages *s)
{
    bool data = false;
    for (size_t i = 0; i < s->difference.inputs_count; i++)
        data |= pbr_is_measured(s->difference.inputs[i].role) && !s->difference.inputs[i].same;
    bool found = has_extracts(&s->old->recorded) && has_extracts(&s->now->recorded);
    if (!s->extracts && data && found)
        add_note(s, "data rows and membership are therefore one part, under data rows");
    else if (!s->extracts && data)
        add_note(s, "the extracts of both settlements were not found, so data rows and membership "
                    "are one part, under data rows; name folders that hold them with --inputs");
    if (!s->extracts && s->difference.terms->counting)
        add_note(s, "terms that say who counts differ, and what they change in the counts stands "
                    "under data rows too");
}

static bool make(pbr_diff_stages *s)
{
    enum { NOTES_MAX = 16 };
    pbr_difference *d = &s->difference;
    *d = (pbr_difference){
        .old = name_side(s, s->old),
        .now = name_side(s, s->now),
        .title = s->now->recorded.manifest.title,
        .currency = s->now->work.contract->scheme->currency,
        .counts.arena = s->arena,
        .notes = pbr_arena_alloc(s->arena, NOTES_MAX * sizeof *d->notes),
        .arena = s->arena,
    };
    if (!read_recorded(s, PBR_STAGE_OLD, s->old) || !read_recorded(s, PBR_STAGE_NEW, s->now))
        return false;
    d->old.total_pence = total_of(s->figures[PBR_STAGE_OLD]);
    d->now.total_pence = total_of(s->figures[PBR_STAGE_NEW]);
    s->same_terms = same_terms(s);
    d->terms = pbr_terms_compare(s->old->work.contract, s->now->work.contract, s->diag);
    pbr_diff_inputs(d, s->old, s->now);
    pbr_diff_options(d, &s->old->recorded.manifest, &s->now->recorded.manifest);
    measure_all(s);
    note_chain(s);
    note_limits(s);
    settle_again(s, PBR_STAGE_OLD_AGAIN, s->old, s->extracts ? s->old_by_old.measures : NULL);
    settle_between(s);
    settle_again(s, PBR_STAGE_NEW_AGAIN, s->now, s->extracts ? s->new_by_new.measures : NULL);
    if (!s->figures[PBR_STAGE_OLD_AGAIN] || !s->figures[PBR_STAGE_NEW_AGAIN]) return false;
    d->figures = pbr_attribute((const pbr_figures *const *)s->figures);
    return true;
}

pbr_diff_stages *pbr_diff_stages_make(pbr_replay *old, pbr_replay *now, pbr_diag *diag)
{
    pbr_diff_stages *s = pbr_alloc(1, sizeof *s);
    *s = (pbr_diff_stages){.old = old, .now = now, .diag = diag, .arena = pbr_arena_new()};
    s->unused = pbr_diag_new();
    if (make(s)) return s;
    pbr_diff_stages_free(s);
    return NULL;
}

void pbr_diff_stages_free(pbr_diff_stages *s)
{
    if (!s) return;
    pbr_figure_changes_free(s->difference.figures);
    pbr_term_changes_free(s->difference.terms);
    free(s->difference.counts.items);
    for (size_t i = 0; i < PBR_STAGES; i++) pbr_figures_free(s->figures[i]);
    free_measuring(&s->old_by_old);
    free_measuring(&s->new_by_old);
    free_measuring(&s->old_by_new);
    free_measuring(&s->new_by_new);
    pbr_diag_free(s->unused);
    pbr_arena_free(s->arena);
    free(s);
}

const pbr_difference *pbr_diff_stages_difference(const pbr_diff_stages *s)
{
    return &s->difference;
}
