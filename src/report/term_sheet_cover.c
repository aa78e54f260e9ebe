/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first section: parties, period, versions, cohorts, extracts. */
#include "contract/checks.h"
#include "report/term_sheet_parts.h"

#include <string.h>

static void tell_scheme(pbr_teller *t)
{
    const pbr_scheme *scheme = t->contract->scheme;
    pbr_tell(t, 0, "-", &scheme->from, "%s", scheme->description);
    pbr_tell(t, 0, "-", &scheme->from, "The commissioner is %s. Contact: %s.", scheme->commissioner,
             scheme->contact);
    pbr_tell(t, 0, "-", &scheme->from,
             "Amounts are in %s and %s. A contract year begins on the first day of %c%s.",
             scheme->currency, scheme->amounts, scheme->year_starts[0] - 'a' + 'A',
             scheme->year_starts + 1);
}

/* --- providers --- */

/* A provider's time in an area: agreements that follow one another without another between. */
struct stay {
    const pbr_agreement *first, *last;
};

static bool same_party(const pbr_agreement *a, const pbr_agreement *b)
{
    return !strcmp(a->provider, b->provider) && !strcmp(a->payee, b->payee);
}

static bool same_stay(const struct stay *a, const struct stay *b)
{
    return same_party(a->first, b->first) && a->first->from == b->first->from &&
           a->last->to == b->last->to;
}

static size_t list_stays(pbr_teller *t, struct stay **out)
{
    const pbr_contract *contract = t->contract;
    struct stay *stays =
        pbr_arena_alloc(t->arena, (contract->agreements_count + 1) * sizeof *stays);
    size_t count = 0;
    for (size_t i = 0; i < contract->agreements_count; i++) {
        const pbr_agreement *row = &contract->agreements[i];
        bool goes_on = count && stays[count - 1].last->area == row->area &&
                       same_party(stays[count - 1].last, row);
        if (!goes_on) stays[count++].first = row;
        stays[count - 1].last = row;
    }
    *out = stays;
    return count;
}

/* The areas of the stays that are alike, and where they are said to be so. */
struct alike {
    pbr_text_set areas, from;
    bool insolvent;
};

static void add_stay(pbr_teller *t, struct alike *alike, const struct stay *stay)
{
    pbr_text_set_add(t, &alike->areas, t->contract->areas[stay->first->area].code);
    for (const pbr_agreement *row = stay->first; row <= stay->last; row++) {
        pbr_text_set_add_from(t, &alike->from, &row->source);
        alike->insolvent |= row->insolvent;
    }
}

static void tell_stay(pbr_teller *t, const struct stay *stays, size_t count, size_t index)
{
    const pbr_agreement *first = stays[index].first;
    pbr_date to = stays[index].last->to;
    struct alike alike = {0};
    for (size_t i = 0; i < index; i++)
        if (same_stay(&stays[i], &stays[index])) return; /* told with that one */
    for (size_t i = index; i < count; i++)
        if (same_stay(&stays[i], &stays[index])) add_stay(t, &alike, &stays[i]);
    const char *until = to == PBR_NO_DATE ? "without an end"
                                          : pbr_arena_printf(t->arena, "to the day before %s",
                                                             pbr_words_date(t, to));
    bool other = strcmp(first->provider, first->payee) != 0;
    pbr_tell_from(t, 0, "-", pbr_words_from(t, &alike.from),
                  "%s delivers in %zu area%s (%s) from %s %s%s%s.%s", first->provider,
                  alike.areas.count, pbr_words_plural(alike.areas.count),
                  pbr_words_join(t, alike.areas.items, alike.areas.count, "and"),
                  pbr_words_date(t, first->from), until, other ? "; paid is " : "",
                  other ? first->payee : "",
                  alike.insolvent ? " It became insolvent: its lines are held until decided." : "");
}

static void tell_parties(pbr_teller *t)
{
    struct stay *stays;
    size_t count = list_stays(t, &stays);
    for (size_t i = 0; i < count; i++) tell_stay(t, stays, count, i);
}

/* --- versions --- */

/* The areas in which a version begins on a day: not those where it goes on under another party. */
static bool begins(const pbr_contract *contract, size_t index)
{
    const pbr_agreement *row = &contract->agreements[index];
    const pbr_agreement *before = index ? row - 1 : NULL;
    return !before || before->area != row->area || before->rules != row->rules;
}

static void tell_beginning(pbr_teller *t, size_t rules, pbr_date day)
{
    const pbr_contract *contract = t->contract;
    pbr_text_set areas = {0}, from = {0};
    for (size_t i = 0; i < contract->agreements_count; i++) {
        const pbr_agreement *row = &contract->agreements[i];
        if (row->rules != rules || row->from != day || !begins(contract, i)) continue;
        pbr_text_set_add(t, &areas, contract->areas[row->area].code);
        pbr_text_set_add_from(t, &from, &row->source);
    }
    bool all = areas.count == contract->areas_count && areas.count > 1;
    const char *where = all ? ""
                            : pbr_arena_printf(t->arena, " (%s)",
                                               pbr_words_join(t, areas.items, areas.count, "and"));
    pbr_tell_from(t, 0, "-", pbr_words_from(t, &from),
                  "The rules %s hold from %s in %s%zu area%s%s.", contract->rules[rules].name,
                  pbr_words_date(t, day), all ? "all " : "", areas.count,
                  pbr_words_plural(areas.count), where);
}

static bool told_before(const pbr_contract *contract, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (contract->agreements[i].rules == contract->agreements[index].rules &&
            contract->agreements[i].from == contract->agreements[index].from && begins(contract, i))
            return true;
    return false;
}

static void tell_versions(pbr_teller *t)
{
    const pbr_contract *contract = t->contract;
    for (size_t r = 0; r < contract->rules_count; r++)
        for (size_t i = 0; i < contract->agreements_count; i++)
            if (contract->agreements[i].rules == r && begins(contract, i) &&
                !told_before(contract, i))
                tell_beginning(t, r, contract->agreements[i].from);
}

/* --- cohorts and extracts --- */

static void tell_run(pbr_teller *t, pbr_period kind)
{
    const pbr_cohort *first = NULL, *last = NULL;
    size_t count = 0;
    for (size_t i = 0; i < t->contract->cohorts_count; i++) {
        const pbr_cohort *cohort = &t->contract->cohorts[i];
        if (cohort->kind != kind) continue;
        if (!first) first = cohort;
        last = cohort;
        count++;
    }
    if (count)
        pbr_tell(t, 0, "-", &t->contract->scheme->from, "The scheme has %zu %s%s, %s to %s.", count,
                 pbr_words_cohorts(kind), pbr_words_plural(count), first->name, last->name);
}

/* "First, Second and Third" of "First;Second;Third" */
static const char *members_words(pbr_teller *t, const char *members)
{
    pbr_text_set names = {0};
    for (const char *at = members; *at; at += *at == ';') {
        size_t length = strcspn(at, ";");
        pbr_text_set_add(t, &names, pbr_arena_text(t->arena, at, length));
        at += length;
    }
    return pbr_words_join(t, names.items, names.count, "and");
}

static void tell_named(pbr_teller *t, const pbr_cohort *cohort)
{
    if (cohort->kind == PBR_POOL)
        pbr_tell(t, 0, "-", &t->contract->scheme->from, "The cohorts %s together are the pool %s.",
                 members_words(t, cohort->members), cohort->name);
    else
        pbr_tell(t, 0, "-", &t->contract->scheme->from,
                 "The cohort %s has the starts from %s to %s.", cohort->name,
                 pbr_words_date(t, cohort->from), pbr_words_date(t, cohort->to - 1));
}

static void tell_cohorts(pbr_teller *t)
{
    tell_run(t, PBR_QUARTER);
    tell_run(t, PBR_YEAR);
    tell_run(t, PBR_MONTH);
    for (size_t i = 0; i < t->contract->cohorts_count; i++) {
        const pbr_cohort *cohort = &t->contract->cohorts[i];
        if (cohort->kind == PBR_NAMED || cohort->kind == PBR_POOL) tell_named(t, cohort);
    }
}

static void tell_extracts(pbr_teller *t)
{
    const pbr_scheme *scheme = t->contract->scheme;
    const pbr_extract_terms *extract = scheme->extract;
    if (!extract) return;
    for (unsigned i = 0; i < extract->columns_count; i++)
        pbr_tell(t, 0, "-", &scheme->from, "The extracts' column %s is read as %s.",
                 extract->columns[i].from, extract->columns[i].column);
    for (unsigned i = 0; i < extract->codes_count; i++)
        pbr_tell(t, 0, "-", &scheme->from, "In the column %s the extracts' code %s stands for %s.",
                 extract->codes[i].column, extract->codes[i].from, extract->codes[i].to);
    if (extract->score_scale)
        pbr_tell(t, 0, "-", &scheme->from, "The extracts' scores times %s are read as percentages.",
                 extract->score_scale);
}

static void tell_publication(pbr_teller *t)
{
    const pbr_publication_terms *rule = &t->contract->scheme->publication;
    bool zeros = rule->zeros == PBR_ZEROS_SHOWN;
    pbr_tell(t, 0, "-", &rule->from,
             "What is published withholds counts of persons below %u (%s), every figure from which "
             "one follows, and every total of money that holds a withheld part.",
             rule->least, zeros ? "a count of nobody is shown" : "also a count of nobody");
}

static void tell_check(pbr_teller *t, const pbr_check_setting *setting)
{
    static const char *const levels[] = {
        [PBR_LEVEL_OFF] = "is not made",
        [PBR_LEVEL_NOTE] = "is a note",
        [PBR_LEVEL_WARN] = "is a warning",
        [PBR_LEVEL_BLOCK] = "stops the settlement until it is overridden",
    };
    const pbr_check_rule *rule = &pbr_settable_checks[pbr_check_of(pbr_slice_of(setting->id))];
    pbr_tell(t, 0, "-", &setting->from, "The check %s %s; it speaks above %s %s.", setting->id,
             levels[setting->level], setting->threshold ? setting->threshold : rule->threshold,
             rule->unit);
}

static void tell_checks(pbr_teller *t)
{
    const pbr_scheme *scheme = t->contract->scheme;
    for (unsigned i = 0; i < scheme->checks_count; i++) tell_check(t, &scheme->checks[i]);
}

void pbr_tell_cover(pbr_teller *t)
{
    pbr_tell_heading(t, PBR_HEADING_TITLE,
                     pbr_arena_printf(t->arena, "Term sheet: %s", t->contract->scheme->title));
    pbr_tell_text(t, "What this folder says, in plain words, to be held beside the signed paper. "
                     "Each statement ends with its clause and its status.");
    pbr_tell_heading(t, PBR_HEADING_SECTION, "Parties and period");
    tell_scheme(t);
    tell_parties(t);
    tell_versions(t);
    tell_cohorts(t);
    tell_extracts(t);
    tell_publication(t);
    tell_checks(t);
}
