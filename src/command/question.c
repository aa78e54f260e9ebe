/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/question.h"

#include "command/analyses.h"

#include <stdlib.h>
#include <string.h>

/* --- the file --- */

/* Paths are relative to the scenario file. */
static void place_path(pbr_question *q, char **path)
{
    const char *slash = strrchr(q->scenario->path, '/');
    if (!*path || **path == '/' || !slash) return;
    *path = pbr_arena_printf(q->arena, "%.*s%s", (int)(slash - q->scenario->path + 1),
                             q->scenario->path, *path);
}

static void place_paths(pbr_question *q, pbr_scenario_side *side)
{
    char **paths[] = {&side->settlement, &side->contract, &side->metrics, &side->counts};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) place_path(q, paths[i]);
    for (unsigned i = 0; i < side->inputs_count; i++) place_path(q, &side->inputs[i]);
    for (unsigned i = 0; i < side->baselines_count; i++)
        place_path(q, &side->baselines[i].settlement);
}

static void make_room(pbr_question *q)
{
    size_t count = q->scenario->base.baselines_count;
    if (q->scenario->instead) count += q->scenario->instead->baselines_count;
    q->earlier = pbr_arena_alloc(q->arena, (count + 1) * sizeof *q->earlier);
}

static bool read_file(pbr_question *q, const char *file, pbr_diag *diag)
{
    q->scenario = pbr_scenario_read(file, q->arena, diag);
    if (!q->scenario) return false;
    place_paths(q, &q->scenario->base);
    if (q->scenario->instead) place_paths(q, q->scenario->instead);
    make_room(q);
    const char *settlement = pbr_arguments_value(q->arguments, "settlement");
    if (settlement)
        q->scenario->base.settlement = pbr_arena_text(q->arena, settlement, strlen(settlement));
    return true;
}

/* --- the sides --- */

/* The folders of --inputs, and those that the sides name. */
static size_t list_places(const pbr_question *q, const char *const **places)
{
    const char *const *given;
    const pbr_scenario_side *sides[] = {&q->scenario->base, q->scenario->instead};
    size_t count = pbr_arguments_values(q->arguments, "inputs", &given), room = count + 1;
    for (size_t i = 0; i < 2 && sides[i]; i++) room += sides[i]->inputs_count;
    const char **all = pbr_arena_alloc(q->arena, room * sizeof *all);
    if (count) memcpy(all, given, count * sizeof *all);
    for (size_t i = 0; i < 2 && sides[i]; i++)
        for (unsigned k = 0; k < sides[i]->inputs_count; k++) all[count++] = sides[i]->inputs[k];
    *places = all;
    return count;
}

/* Opens the settlements that a side's baselines are taken from. */
static bool open_earlier(pbr_question *q, const pbr_scenario_side *side,
                         const pbr_settled ***earlier, pbr_diag *diag)
{
    *earlier = pbr_arena_alloc(q->arena, (side->baselines_count + 1) * sizeof **earlier);
    for (unsigned i = 0; i < side->baselines_count; i++) {
        const char *folder = side->baselines[i].settlement;
        if (!folder) continue;
        pbr_origin *origin = &q->earlier[q->earlier_count++];
        if (!pbr_origin_settlement(origin, folder, diag)) return false;
        (*earlier)[i] = &origin->settled;
    }
    return true;
}

/* Changes the terms of a side, measures again where that asks for it, and settles. */
static bool settle_side(pbr_question *q, pbr_side *side, pbr_origin *origin,
                        const pbr_settled *from, bool instead, pbr_diag *diag)
{
    const char *const *places;
    const pbr_settled **earlier;
    const pbr_measures *measures = from->measures;
    const pbr_scenario_side *asked = instead ? q->scenario->instead : &q->scenario->base;
    if (!open_earlier(q, asked, &earlier, diag) ||
        !pbr_side_change(side, from, q->scenario, instead, earlier, q->arena, diag))
        return false;
    if (side->counting) {
        size_t count = list_places(q, &places);
        side->measures =
            pbr_origin_measure(origin, side->contract, places, count, side->place, diag);
        if (!side->measures) return false;
        measures = side->measures;
    }
    return pbr_side_settle(side, from, measures, diag);
}

static bool settle_base(pbr_question *q, pbr_diag *diag)
{
    const pbr_scenario_side *base = &q->scenario->base;
    bool opened = base->settlement ? pbr_origin_settlement(&q->origin, base->settlement, diag)
                                   : pbr_origin_measures(&q->origin, base, diag);
    return opened && settle_side(q, &q->base, &q->origin, &q->origin.settled, false, diag);
}

static bool open_other(pbr_question *q, pbr_diag *diag)
{
    const pbr_scenario_side *instead = q->scenario->instead;
    bool opened = instead->settlement
                      ? pbr_origin_settlement(&q->other, instead->settlement, diag)
                      : pbr_origin_contract(&q->other, &q->base.settled, instead->contract,
                                            instead->cohorts, diag);
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    if (!opened) return false;
    q->terms = pbr_terms_compare(q->origin.settled.settlement->contract,
                                 q->other.settled.settlement->contract, diag);
    return pbr_diag_count(diag, PBR_ERROR) == before;
}

static bool settle_instead(pbr_question *q, pbr_diag *diag)
{
    const pbr_scenario_side *instead = q->scenario->instead;
    if (!instead) return true;
    bool other = instead->settlement || instead->contract;
    if (other && !open_other(q, diag)) return false;
    return settle_side(q, &q->instead, other ? &q->other : &q->origin,
                       other ? &q->other.settled : &q->base.settled, true, diag);
}

/* --- what is told --- */

static void add_note(pbr_whatif *whatif, const char *note)
{
    enum { NOTES_MAX = sizeof whatif->notes / sizeof *whatif->notes };
    if (whatif->notes_count < (size_t)NOTES_MAX) whatif->notes[whatif->notes_count++] = note;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Of two contracts what can move an amount, and not who they are between and where their terms come
 * from. */
static bool matters(const pbr_term_change *change)
{
    bool scheme = strcmp(change->file, "scheme.yaml") == 0;
    static const char *const sources[] = {" (clause)", " (source)", " (status)",
                                          " clause",   " source",   " status"};
    bool source = false;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        source |= ends_with(change->term, sources[i]);
    return !source && (!scheme || pbr_term_is_of_counting(change->term));
}

/* First what was changed on both sides, then what differs between them. */
static void list_changes(pbr_question *q)
{
    size_t between = q->terms ? q->terms->count : 0, count = 0;
    pbr_term_change *all = pbr_arena_alloc(
        q->arena, (q->base.changes_count + between + q->instead.changes_count + 1) * sizeof *all);
    const char *whose = !q->scenario->instead ? "" : q->terms ? "base: " : "both sides: ";
    for (size_t i = 0; i < q->base.changes_count; i++) {
        all[count] = q->base.changes[i];
        all[count].term = pbr_arena_printf(q->arena, "%s%s", whose, all[count].term);
        count++;
    }
    for (size_t i = 0; i < between; i++)
        if (matters(&q->terms->items[i])) all[count++] = q->terms->items[i];
    for (size_t i = 0; i < q->instead.changes_count; i++) all[count++] = q->instead.changes[i];
    q->whatif.changes = all;
    q->whatif.changes_count = count;
}

static const char *with_changes(const pbr_question *q, const char *words, size_t count)
{
    if (!count) return words;
    return pbr_arena_printf(q->arena, "%s, with %zu change%s of terms", words, count,
                            count == 1 ? "" : "s");
}

static void name_sides(pbr_question *q)
{
    pbr_whatif *w = &q->whatif;
    const char *second = q->other.arena ? q->other.words : "the same";
    w->base_words = with_changes(q, q->origin.words, q->base.changes_count);
    w->asked_words =
        q->scenario->instead ? with_changes(q, second, q->instead.changes_count) : w->base_words;
}

static void note_what_to_know(pbr_question *q)
{
    pbr_whatif *w = &q->whatif;
    if (pbr_settlement_illustrative(w->asked.settlement))
        add_note(w, "terms marked illustrative were used");
    if (q->scenario->instead && q->scenario->instead->contract && q->terms->counting)
        add_note(w, "the contracts differ in who counts; both are applied to the same measures");
}

static void compare(pbr_question *q)
{
    pbr_whatif *w = &q->whatif;
    w->scenario = q->scenario;
    memcpy(w->sha256, q->scenario->sha256, sizeof w->sha256);
    w->base = q->base.settled;
    w->asked = q->scenario->instead ? q->instead.settled : q->base.settled;
    name_sides(q);
    list_changes(q);
    note_what_to_know(q);
    pbr_whatif_compare(w, q->arena);
}

void pbr_question_close(pbr_question *q)
{
    pbr_analyses_free(&q->whatif);
    pbr_term_changes_free(q->terms);
    pbr_side_free(&q->instead);
    pbr_side_free(&q->base);
    for (size_t i = 0; i < q->earlier_count; i++) pbr_origin_close(&q->earlier[i]);
    pbr_origin_close(&q->other);
    pbr_origin_close(&q->origin);
    pbr_arena_free(q->arena);
}

bool pbr_question_answer(pbr_question *q, const char *file, const pbr_arguments *arguments,
                         pbr_diag *diag)
{
    *q = (pbr_question){.arguments = arguments, .arena = pbr_arena_new()};
    if (!read_file(q, file, diag) || !settle_base(q, diag) || !settle_instead(q, diag))
        return false;
    compare(q);
    return pbr_analyses_make(&q->whatif, arguments, diag);
}
