/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is measured, for how long, and what counts as a reoffence. */
#include "report/term_sheet_parts.h"

#include <string.h>

/* --- cohorts and persons --- */

static void tell_cohort(pbr_teller *t)
{
    static const char *const members[] = {
        [PBR_SUM_OF_QUARTERS] = "A yearly cohort adds up its quarters: a person who counts in two "
                                "of them counts twice.",
        [PBR_DISTINCT_PERSONS] = "A yearly cohort is measured afresh: a person counts once in it.",
    };
    const pbr_cohort_terms *cohort = &t->rules->terms->cohort;
    pbr_text_set periods = {0};
    for (unsigned i = 0; i < cohort->periods_count; i++)
        pbr_text_set_add(t, &periods, pbr_words_cohorts(cohort->periods[i]));
    pbr_tell(t, 0, "-", &cohort->from, "Settlements are made by %s.",
             pbr_words_join(t, periods.items, periods.count, "and"));
    if (pbr_terms_has_period(t->rules->terms, PBR_YEAR))
        pbr_tell(t, 0, "-", &cohort->from, "%s", members[cohort->year_members]);
    pbr_tell(t, 0, "-", &cohort->from, "Starts are of these types: %s. Any other is an error.",
             pbr_words_join(t, (const char *const *)cohort->start_types, cohort->start_types_count,
                            "and"));
}

static void tell_persons(pbr_teller *t)
{
    static const char *const counts[] = {
        [PBR_FIRST_START] = "A person counts once in a cohort, at the first start in it",
        [PBR_EVERY_START] = "Every start of a person counts",
    };
    static const char *const withins[] = {
        [PBR_WITHIN_AREA] = "in each area by itself",
        [PBR_WITHIN_SCHEME] = "over all areas together",
    };
    static const char *const orders[] = {
        [PBR_AFTER_EXCLUSIONS] = "Exclusions come first: a person whose first start is left out "
                                 "counts at the next.",
        [PBR_BEFORE_EXCLUSIONS] = "The first start comes first: a person for whom it is left out "
                                  "does not count at all.",
    };
    const pbr_persons_terms *persons = &t->rules->terms->persons;
    pbr_tell(t, 0, "-", &persons->from, "%s, %s.", counts[persons->count],
             withins[persons->within]);
    pbr_tell(t, 0, "-", &persons->from, "%s", orders[persons->deduplicate]);
}

/* --- filters --- */

static const char *day_words(pbr_teller *t, const char *day)
{
    static const struct {
        const char *word, *words;
    } anchors[] = {
        {"start", "the start"},
        {"follow-up-end", "the end of follow-up"},
        {"proof-end", "the end of the time for proof"},
    };
    for (size_t i = 0; i < PBR_LENGTH(anchors); i++)
        if (strcmp(day, anchors[i].word) == 0) return anchors[i].words;
    return pbr_arena_printf(t->arena, "%s", day);
}

static const char *condition_words(pbr_teller *t, const pbr_filter *filter)
{
    pbr_arena *arena = t->arena;
    if (filter->is) return pbr_arena_printf(arena, "is \"%s\"", filter->is);
    if (filter->in)
        return pbr_arena_printf(
            arena, "is one of %s",
            pbr_words_join(t, (const char *const *)filter->in, filter->in_count, "or"));
    if (filter->blank) return strcmp(filter->blank, "yes") == 0 ? "is blank" : "is not blank";
    if (filter->before)
        return pbr_arena_printf(arena, "lies before %s", day_words(t, filter->before));
    return pbr_arena_printf(arena, "is %s or later", day_words(t, filter->after));
}

static void tell_filters(pbr_teller *t, const char *what, const pbr_filter *filters, unsigned count)
{
    pbr_tell(t, 0, "-", NULL, "%s%s", what, count ? ":" : ": none.");
    for (unsigned i = 0; i < count; i++)
        pbr_tell(t, 1, pbr_mark_number(t, i + 1), &filters[i].from, "%s: %s %s.", filters[i].reason,
                 filters[i].column, condition_words(t, &filters[i]));
}

static void tell_transferred(pbr_teller *t)
{
    static const char *const treatments[] = {
        [PBR_KEEP] = "stays in the cohort as if nothing had happened",
        [PBR_EXCLUDE] = "is left out, after the exclusions above",
        [PBR_EXCLUDE_UNLESS_REOFFENDED] = "is left out, after the exclusions above, unless a "
                                          "counted reoffence lies before the transfer",
        [PBR_STOP_COUNTING] = "stays in the cohort, and offences from the day of transfer on do "
                              "not count",
    };
    const pbr_transferred_terms *transferred = &t->rules->terms->transferred;
    const char *column = transferred->column;
    pbr_tell(t, 0, "-", &transferred->from,
             "A person who passes to the public sector during follow-up%s%s%s %s.",
             column ? " (" : "", column ? column : "", column ? ")" : "",
             treatments[transferred->treatment]);
}

/* --- window and reoffences --- */

static void tell_follow_up(pbr_teller *t)
{
    const pbr_follow_up_terms *follow_up = &t->rules->terms->follow_up;
    pbr_tell(t, 0, "-", &follow_up->from,
             "Each person is followed for %u months from the start, the first day included, the "
             "same day %u months later not. Where a month lacks the day, its last day stands for "
             "it.",
             follow_up->months, follow_up->months);
    pbr_tell(t, 0, "-", &follow_up->from,
             "A proof may take %u months longer: %u months from the start, added at once. A cohort "
             "is ripe when that time is over for its last day.",
             follow_up->waiting_months, follow_up->months + follow_up->waiting_months);
}

static void tell_reoffence(pbr_teller *t)
{
    const pbr_reoffence_terms *reoffence = &t->rules->terms->reoffence;
    pbr_tell(t, 0, "-", &reoffence->from,
             "An offence committed in follow-up counts if it is proved in that time by: %s.",
             pbr_words_join(t, (const char *const *)reoffence->outcomes, reoffence->outcomes_count,
                            "or"));
    pbr_tell(t, 0, "-", &reoffence->from,
             "An offence with several outcomes counts once, at the first that proves it.");
    tell_filters(t, "Offences that never count", reoffence->ignore, reoffence->ignore_count);
}

void pbr_tell_people(pbr_teller *t)
{
    const pbr_terms *terms = t->rules->terms;
    pbr_tell_heading(t, PBR_HEADING_PART, "Who is measured");
    tell_cohort(t);
    tell_persons(t);
    tell_filters(t, "Starts left out, tried in this order, the first that holds giving the reason",
                 terms->exclude, terms->exclude_count);
    tell_filters(t, "Of the rest, starts that cannot be measured, tried in the same way",
                 terms->unmeasurable, terms->unmeasurable_count);
    tell_transferred(t);
    tell_follow_up(t);
    tell_reoffence(t);
}
