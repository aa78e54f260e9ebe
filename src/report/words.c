/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/words.h"

#include "report/result_words.h"

#include <inttypes.h>
#include <string.h>

enum { COHORTS_WITH_DATES = 6 }; /* more are only named */

const char *pbr_or(const char *text, const char *instead)
{
    return text && *text ? text : instead;
}

const char *pbr_joined(const pbr_scope *scope, const char *first, const char *second)
{
    if (!first) return second;
    return pbr_arena_printf(scope->arena, "%s; %s", first, second);
}

/* --- how far terms may be relied on --- */

const char *pbr_status_words(pbr_status status)
{
    return status == PBR_ILLUSTRATIVE ? "illustrative: not for payment" : pbr_status_text(status);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void add_count(const pbr_scope *scope, pbr_list *words, size_t count, const char *what)
{
    if (count)
        pbr_list_add(words, pbr_arena_printf(scope->arena, "%zu %s%s", count, what, plural(count)));
}

/* "3 terms and 1 baseline are illustrative" */
static const char *illustrative_counts(const pbr_scope *scope)
{
    size_t all = scope->illustrative_terms + scope->illustrative_baselines +
                 scope->illustrative_prices + scope->illustrative_rows;
    pbr_list words = {0};
    add_count(scope, &words, scope->illustrative_terms, "term");
    add_count(scope, &words, scope->illustrative_baselines, "baseline");
    add_count(scope, &words, scope->illustrative_prices, "price row");
    add_count(scope, &words, scope->illustrative_rows, "table row");
    const char *text =
        pbr_arena_printf(scope->arena, "%s %s illustrative", pbr_list_words(scope->arena, &words),
                         all == 1 ? "is" : "are");
    pbr_list_free(&words);
    return text;
}

const char *pbr_warning(const pbr_scope *scope)
{
    const char *interim = pbr_interim_words(scope);
    if (!pbr_scope_illustrative(scope)) return interim;
    return pbr_arena_printf(scope->arena, "Not for payment: %s (made up).%s%s",
                            illustrative_counts(scope), interim ? "\n" : "",
                            interim ? interim : "");
}

const char *pbr_terms_status(const pbr_scope *scope)
{
    if (!pbr_scope_illustrative(scope))
        return "No term, baseline or price used here is illustrative.";
    return pbr_arena_printf(
        scope->arena,
        "%s: values made up because the contract's own are not public. "
        "Amounts that rest on them show how the terms work and must not be paid.",
        illustrative_counts(scope));
}

const char *pbr_document_status(const pbr_scope *scope)
{
    if (pbr_scope_illustrative(scope)) return "Illustrative, not for payment";
    return pbr_interim_words(scope) ? "Interim" : "Final";
}

const char *pbr_footer_words(const pbr_scope *scope)
{
    bool final = !pbr_scope_illustrative(scope) && !pbr_interim_words(scope);
    return pbr_arena_printf(scope->arena, "%s%s%s", pbr_or(scope->facts->settlement_id, ""),
                            final ? "" : ": ", final ? "" : pbr_document_status(scope));
}

/* --- facts of the run --- */

const char *pbr_vat_words(const pbr_scope *scope)
{
    const char *amounts = scope->contract->scheme->amounts;
    return pbr_arena_printf(scope->arena, "Amounts %s.", pbr_or(amounts, "exclude VAT"));
}

static const struct {
    const char *code, *symbol, *words;
} CURRENCIES[] = {{"GBP", "£", "pounds"}, {"USD", "$", "dollars"}, {"EUR", "€", "euros"}};

const char *pbr_currency_words(const pbr_scope *scope)
{
    const char *code = pbr_or(scope->contract->scheme->currency, CURRENCIES[0].code);
    for (size_t i = 0; i < sizeof CURRENCIES / sizeof *CURRENCIES; i++)
        if (strcmp(CURRENCIES[i].code, code) == 0) return CURRENCIES[i].words;
    return code;
}

const char *pbr_currency_symbol(const pbr_scope *scope)
{
    const char *code = pbr_or(scope->contract->scheme->currency, CURRENCIES[0].code);
    for (size_t i = 0; i < sizeof CURRENCIES / sizeof *CURRENCIES; i++)
        if (strcmp(CURRENCIES[i].code, code) == 0) return CURRENCIES[i].symbol;
    return code;
}

const char *pbr_in_currency(const pbr_scope *scope, const char *text)
{
    static const char POUND[] = "£";
    const char *symbol = pbr_currency_symbol(scope), *at = strstr(text, POUND);
    if (!at || strcmp(symbol, POUND) == 0) return text;
    return pbr_arena_printf(scope->arena, "%.*s%s%s", (int)(at - text), text, symbol,
                            pbr_in_currency(scope, at + strlen(POUND)));
}

const char *pbr_date_words(const pbr_scope *scope, pbr_date date)
{
    char text[PBR_DATE_TEXT];
    if (date == PBR_NO_DATE) return "not stated";
    return pbr_arena_printf(scope->arena, "%s", pbr_date_text(date, text));
}

const char *pbr_area_words(const pbr_scope *scope)
{
    pbr_list words = {0};
    for (size_t i = 0; i < scope->areas.count; i++) {
        const pbr_area *area = scope->areas.at[i];
        pbr_list_add_text(&words, pbr_arena_printf(scope->arena, "%s %s", area->code, area->name));
    }
    const char *text = pbr_list_words(scope->arena, &words);
    pbr_list_free(&words);
    return text;
}

static bool is_interim(const pbr_scope *scope, const pbr_cohort *cohort)
{
    for (size_t i = 0; i < scope->results.count; i++) {
        const pbr_result *result = scope->results.at[i];
        if (result->interim && &scope->contract->cohorts[result->cohort] == cohort) return true;
    }
    return false;
}

static const char *dated_cohort(const pbr_scope *scope, const pbr_cohort *cohort)
{
    return pbr_arena_printf(scope->arena, "%s (starts from %s to %s%s)", cohort->name,
                            pbr_date_words(scope, cohort->from),
                            pbr_date_words(scope, cohort->to - 1),
                            is_interim(scope, cohort) ? "; interim, not priced" : "");
}

static bool is_month(const pbr_cohort *cohort)
{
    return cohort->kind == PBR_MONTH;
}

/* Months that follow one another are one run: "months 2015-04 to 2016-03". */
static void add_months(const pbr_scope *scope, pbr_list *words)
{
    const pbr_cohort *first = NULL, *last = NULL;
    for (size_t i = 0; i <= scope->cohorts.count; i++) {
        const pbr_cohort *cohort = i < scope->cohorts.count ? scope->cohorts.at[i] : NULL;
        if (cohort && !is_month(cohort)) continue;
        if (last && (!cohort || cohort->from != last->to)) {
            bool one = first == last;
            pbr_list_add(words, one ? pbr_arena_printf(scope->arena, "month %s", first->name)
                                    : pbr_arena_printf(scope->arena, "months %s to %s", first->name,
                                                       last->name));
            first = NULL;
        }
        if (!first) first = cohort;
        last = cohort;
    }
}

const char *pbr_cohort_words(const pbr_scope *scope)
{
    pbr_list words = {0};
    size_t months = 0;
    for (size_t i = 0; i < scope->cohorts.count; i++) months += is_month(scope->cohorts.at[i]);
    bool dated = scope->cohorts.count - months <= COHORTS_WITH_DATES;
    for (size_t i = 0; i < scope->cohorts.count; i++) {
        const pbr_cohort *cohort = scope->cohorts.at[i];
        if (is_month(cohort)) continue;
        pbr_list_add_text(&words, dated ? dated_cohort(scope, cohort) : cohort->name);
    }
    add_months(scope, &words);
    const char *text = pbr_list_words(scope->arena, &words);
    pbr_list_free(&words);
    return text;
}

const char *pbr_provider_words(const pbr_scope *scope)
{
    return pbr_list_words(scope->arena, &scope->providers);
}

const char *pbr_source_words(const pbr_scope *scope)
{
    const pbr_run_facts *facts = scope->facts;
    return pbr_arena_printf(
        scope->arena, "Source: settlement %s, made as at %s (snapshot: %s), by pbrcalc %s.",
        pbr_or(facts->settlement_id, "without an id"), pbr_date_words(scope, facts->as_at),
        pbr_date_words(scope, facts->snapshot), pbr_or(facts->program_version, "(no version)"));
}

const char *pbr_findings_words(const pbr_scope *scope)
{
    int64_t counts[PBR_ERROR + 1] = {0};
    for (size_t i = 0; i < scope->facts->findings_count; i++)
        counts[scope->facts->findings[i].severity] += scope->facts->findings[i].count;
    if (!scope->facts->findings_count) return "Nothing was found.";
    const char *overridden =
        counts[PBR_BLOCKING]
            ? pbr_arena_printf(scope->arena, "Overridden: %" PRId64 ". ", counts[PBR_BLOCKING])
            : "";
    return pbr_arena_printf(scope->arena,
                            "Errors: %" PRId64 ". %sWarnings: %" PRId64 ". Notes: %" PRId64
                            ". See the sheet Checks.",
                            counts[PBR_ERROR], overridden, counts[PBR_WARNING], counts[PBR_NOTE]);
}

static const char *override_words(const pbr_scope *scope, const pbr_override *override)
{
    return pbr_arena_printf(
        scope->arena, "%s (%s), by %s on %s: %s", pbr_settable_checks[override->check].id,
        pbr_override_scope(override, scope->contract, scope->arena), override->authority,
        pbr_date_words(scope, override->date), override->reason);
}

const char *pbr_overridden_words(const pbr_scope *scope)
{
    const pbr_run_facts *facts = scope->facts;
    const char *words = NULL;
    for (size_t i = 0; i < facts->overrides_count; i++) {
        const char *one = override_words(scope, &facts->overrides[i]);
        words = words ? pbr_arena_printf(scope->arena, "%s; %s", words, one) : one;
    }
    if (!words) return NULL;
    return pbr_arena_printf(
        scope->arena, "The settlement would have been stopped by a check. Overridden: %s.", words);
}
