/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of terms and tables as words. */
#include "report/term_sheet_parts.h"

#include <string.h>

enum { PROVENANCES_SHOWN = 4, PLACES = 10 };

const char *pbr_words_plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* --- sets and lists --- */

void pbr_text_set_add(pbr_teller *t, pbr_text_set *set, const char *text)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->items[i], text) == 0) return;
    if (set->count == set->room) {
        set->room = set->room ? 2 * set->room : 8;
        const char **grown = pbr_arena_alloc(t->arena, set->room * sizeof *grown);
        if (set->count) memcpy(grown, set->items, set->count * sizeof *grown);
        set->items = grown;
    }
    set->items[set->count++] = text;
}

const char *pbr_words_join(pbr_teller *t, const char *const *items, size_t count, const char *joint)
{
    if (!count) return "none";
    if (count == 1) return items[0];
    const char *all_but_last = pbr_arena_join(t->arena, items, count - 1, ", ");
    return pbr_arena_printf(t->arena, "%s %s %s", all_but_last, joint, items[count - 1]);
}

void pbr_text_set_add_from(pbr_teller *t, pbr_text_set *set, const pbr_provenance *from)
{
    for (size_t i = 0; i < set->count; i++) { /* most rows repeat: spare the arena */
        size_t length = strlen(from->clause);
        if (strncmp(set->items[i], from->clause, length) == 0 &&
            strncmp(set->items[i] + length, "; ", 2) == 0 &&
            strcmp(set->items[i] + length + 2, pbr_status_text(from->status)) == 0)
            return;
    }
    pbr_text_set_add(
        t, set, pbr_arena_printf(t->arena, "%s; %s", from->clause, pbr_status_text(from->status)));
}

const char *pbr_words_from(pbr_teller *t, const pbr_text_set *set)
{
    const char *text = set->count ? set->items[0] : "no row";
    for (size_t i = 1; i < set->count && i < PROVENANCES_SHOWN; i++)
        text = pbr_arena_printf(t->arena, "%s / %s", text, set->items[i]);
    if (set->count <= PROVENANCES_SHOWN) return text;
    return pbr_arena_printf(t->arena, "%s / %zu more", text, set->count - PROVENANCES_SHOWN);
}

/* --- dates and numbers --- */

const char *pbr_words_date(pbr_teller *t, pbr_date date)
{
    char text[PBR_DATE_TEXT];
    return pbr_arena_printf(t->arena, "%s", pbr_date_text(date, text));
}

const char *pbr_words_decimal(pbr_teller *t, const mpq_t value)
{
    char text[PBR_RATIO_TEXT];
    return pbr_arena_printf(t->arena, "%s", pbr_decimal_text(text, value, PLACES));
}

/* Whole pence with separators; an amount finer than a penny as it stands. */
const char *pbr_words_money(pbr_teller *t, const mpq_t pounds)
{
    char text[PBR_RATIO_TEXT];
    int64_t pence = 0;
    mpq_t exact;
    mpq_init(exact);
    bool whole = pbr_ratio_pence(&pence, pounds, PBR_FLOOR);
    if (whole) pbr_ratio_set(exact, pence, 100);
    whole = whole && mpq_equal(exact, pounds);
    mpq_clear(exact);
    const char *amount =
        whole ? pbr_pounds_text(text, pence) : pbr_decimal_text(text, pounds, PLACES);
    return pbr_arena_printf(t->arena, "%s %s", t->contract->scheme->currency, amount);
}

const char *pbr_words_decimals(pbr_teller *t, const char *decimals)
{
    return pbr_arena_printf(t->arena, "to %s decimal%s, half to the even digit", decimals,
                            strcmp(decimals, "1") == 0 ? "" : "s");
}

/* --- columns of prices.csv --- */

static bool is_told(const pbr_teller *t, size_t row, bool life)
{
    bool of_life = strcmp(t->contract->prices[row].contract_year, "life") == 0;
    return life ? of_life : !of_life && t->priced[row];
}

static const char *value_words(pbr_teller *t, const mpq_t value, pbr_amount_unit unit)
{
    return unit == PBR_OF_MONEY ? pbr_words_money(t, value) : pbr_words_decimal(t, value);
}

const char *pbr_words_column(pbr_teller *t, const char *column, pbr_amount_unit unit, bool life)
{
    static const char *const units[] = {
        [PBR_OF_MONEY] = "", [PBR_OF_PERCENT] = " percent", [PBR_OF_STARTS] = " weighted starts"};
    const pbr_contract *contract = t->contract;
    size_t index = pbr_contract_money_column(contract, column);
    const mpq_t *least = NULL, *most = NULL;
    for (size_t i = 0; i < contract->prices_count && index != PBR_NONE; i++) {
        const mpq_t *value = &contract->prices[i].amounts[index];
        if (!is_told(t, i, life)) continue;
        if (!least || mpq_cmp(*value, *least) < 0) least = value;
        if (!most || mpq_cmp(*value, *most) > 0) most = value;
    }
    if (!least) return pbr_arena_printf(t->arena, "the amount in column %s", column);
    bool same = mpq_equal(*least, *most);
    return pbr_arena_printf(t->arena, "%s%s%s%s%s (%s)", value_words(t, *least, unit),
                            same ? "" : " to ", same ? "" : value_words(t, *most, unit),
                            units[unit],
                            same   ? ""
                            : life ? " by area"
                                   : " by area and year",
                            column);
}

const char *pbr_words_column_from(pbr_teller *t, bool life)
{
    pbr_text_set set = {0};
    for (size_t i = 0; i < t->contract->prices_count; i++)
        if (is_told(t, i, life)) pbr_text_set_add_from(t, &set, &t->contract->prices[i].source);
    return pbr_words_from(t, &set);
}

/* --- what is measured --- */

const char *pbr_words_metric_unit(pbr_metric_kind kind)
{
    static const char *const units[] = {
        [PBR_RATE] = "reoffender",
        [PBR_EVENTS_PER_REOFFENDER] = "reoffence",
        [PBR_EVENTS_PER_100] = "event",
        [PBR_DAYS_PER_PERSON] = "day",
        [PBR_EXPECTED_RATIO] = "person with an event",
    };
    return units[kind];
}

const char *pbr_words_change_unit(const pbr_line *line, const pbr_metric *metric)
{
    static const char *const units[] = {
        [PBR_RATE] = "percentage points",
        [PBR_EVENTS_PER_REOFFENDER] = "reoffences per reoffender",
        [PBR_EVENTS_PER_100] = "events per 100 persons",
        [PBR_DAYS_PER_PERSON] = "days per person",
        [PBR_EXPECTED_RATIO] = "points of the ratio",
    };
    return line->change == PBR_CHANGE_RELATIVE ? "percent" : units[metric->kind];
}

const char *pbr_words_comparison(pbr_teller *t, const pbr_metric *metric)
{
    if (metric->compare_with == PBR_WITH_BASELINE)
        return pbr_arena_printf(t->arena, "the baseline of %s", metric->baseline);
    if (metric->compare_with == PBR_WITH_COHORT)
        return pbr_arena_printf(t->arena, "the cohort %s", metric->cohort);
    return "the control group";
}

const char *pbr_words_cohorts(pbr_period period)
{
    static const char *const words[PBR_PERIODS] = {
        [PBR_QUARTER] = "calendar quarter",
        [PBR_YEAR] = "contract year",
        [PBR_NAMED] = "named cohort",
        [PBR_POOL] = "pool of named cohorts",
        [PBR_MONTH] = "month",
    };
    return words[period];
}
