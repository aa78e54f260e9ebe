/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/cases.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

pbr_cases *pbr_cases_new(const pbr_contract *contract)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_cases *cases = pbr_arena_alloc(arena, sizeof *cases);
    cases->arena = arena;
    cases->cohorts = contract->cohorts_count;
    for (int i = 0; i < PBR_CHECKS; i++)
        cases->looked_at[i] =
            pbr_arena_alloc(arena, (cases->cohorts + 1) * sizeof *cases->looked_at[i]);
    return cases;
}

void pbr_cases_free(pbr_cases *cases)
{
    if (!cases) return;
    free(cases->items);
    pbr_arena_free(cases->arena);
}

static size_t place_of(const pbr_cases *cases, size_t cohort)
{
    return cohort == PBR_NONE ? cases->cohorts : cohort;
}

void pbr_cases_looked(pbr_cases *cases, pbr_check check, size_t cohort, int64_t count)
{
    cases->looked_at[check][place_of(cases, cohort)] += count;
}

void pbr_cases_add(pbr_cases *cases, pbr_check check, size_t area, size_t cohort, int64_t count,
                   const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    size_t length = (size_t)vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *message = pbr_arena_alloc(cases->arena, length + 1);
    vsnprintf(message, length + 1, format, list);
    va_end(list);
    cases->items = pbr_grow(cases->items, &cases->room, cases->count + 1, sizeof *cases->items);
    cases->items[cases->count++] = (pbr_case){check, area, cohort, count, message};
}

/* --- telling --- */

static bool is_of(const pbr_readiness *asked, size_t cohort)
{
    if (!asked->cohorts || cohort == PBR_NONE) return true;
    for (size_t i = 0; i < asked->cohorts_count; i++)
        if (asked->cohorts[i] == cohort ||
            pbr_contract_is_part(asked->contract, cohort, asked->cohorts[i]))
            return true;
    return false;
}

static int64_t looked_at(const pbr_cases *cases, const pbr_readiness *asked, pbr_check check)
{
    int64_t count = cases->looked_at[check][cases->cohorts];
    for (size_t i = 0; i < cases->cohorts; i++)
        if (is_of(asked, i)) count += cases->looked_at[check][i];
    return count;
}

/* Whoever lets one area pass does not let all of them pass. */
static bool covers(const pbr_override *override, const pbr_case *found)
{
    return override->check == found->check &&
           (override->area == PBR_NONE || override->area == found->area) &&
           (override->cohort == PBR_NONE || override->cohort == found->cohort);
}

static pbr_override *override_of(const pbr_readiness *asked, const pbr_case *found)
{
    for (size_t i = 0; i < asked->overrides_count; i++)
        if (covers(&asked->overrides[i], found)) return &asked->overrides[i];
    return NULL;
}

/* Some findings end in a question. */
static bool ends_itself(const char *message)
{
    size_t length = strlen(message);
    return length && message[length - 1] == '?';
}

static void tell_blocking(const pbr_readiness *asked, const pbr_case *found, int64_t of,
                          pbr_diag *diag)
{
    char day[PBR_DATE_TEXT];
    const char *id = pbr_settable_checks[found->check].id;
    pbr_override *override = override_of(asked, found);
    if (asked->holds && !override) {
        pbr_error(
            diag, "blocked", PBR_NOWHERE,
            "check %s stops the settlement: %s%s Correct the data, or name in --decisions who "
            "overrides the check",
            id, found->message, ends_itself(found->message) ? "" : ".");
        return;
    }
    if (!override) {
        pbr_report_count(diag, PBR_BLOCKING, id, found->count, of, "%s", found->message);
        return;
    }
    override->passed++;
    pbr_report_count(diag, PBR_BLOCKING, id, found->count, of, "%s; overridden by %s on %s: %s",
                     found->message, override->authority, pbr_date_text(override->date, day),
                     override->reason);
}

static void tell(const pbr_readiness *asked, const pbr_case *found, int64_t of, pbr_diag *diag)
{
    const char *id = pbr_settable_checks[found->check].id;
    pbr_check_level level = pbr_contract_check_level(asked->contract, found->check);
    if (level == PBR_LEVEL_BLOCK)
        tell_blocking(asked, found, of, diag);
    else if (level != PBR_LEVEL_OFF)
        pbr_report_count(diag, level == PBR_LEVEL_WARN ? PBR_WARNING : PBR_NOTE, id, found->count,
                         of, "%s", found->message);
}

void pbr_cases_report(const pbr_cases *cases, const pbr_readiness *asked, pbr_diag *diag)
{
    for (size_t i = 0; i < cases->count; i++) {
        const pbr_case *found = &cases->items[i];
        if (is_of(asked, found->cohort))
            tell(asked, found, looked_at(cases, asked, found->check), diag);
    }
}

const char *pbr_override_scope(const pbr_override *override, const pbr_contract *contract,
                               pbr_arena *arena)
{
    const char *area =
        override->area == PBR_NONE
            ? "all areas"
            : pbr_arena_printf(arena, "area %s", contract->areas[override->area].code);
    if (override->cohort == PBR_NONE) return pbr_arena_printf(arena, "%s, all cohorts", area);
    return pbr_arena_printf(arena, "%s, cohort %s", area, contract->cohorts[override->cohort].name);
}

void pbr_readiness_close(const pbr_readiness *asked, pbr_diag *diag)
{
    for (size_t i = 0; i < asked->overrides_count; i++) {
        const pbr_override *override = &asked->overrides[i];
        if (override->passed) continue;
        pbr_error(diag, "unmatched-decision", override->place,
                  "nothing is to be overridden: check %s stops nothing in %s of this settlement: "
                  "correct the row, or remove it",
                  pbr_settable_checks[override->check].id,
                  pbr_override_scope(override, asked->contract, asked->contract->arena));
    }
}
