/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/words.h"

#include <inttypes.h>
#include <string.h>

enum { COHORTS_WITH_DATES = 6 }; /* more are only named */

const char *pbr_or(const char *text, const char *instead)
{
    return text && *text ? text : instead;
}

/* --- results --- */

const char *pbr_result_words(const pbr_scope *scope, const pbr_result *result)
{
    bool limits = result->line->test.kind != PBR_TEST_NONE;
    if (result->verdict == PBR_NO_RESULT)
        return pbr_arena_printf(scope->arena, "No result: %s",
                                pbr_or(result->why_no_result, "not stated"));
    if (result->verdict == PBR_BETTER)
        return limits ? "Better: rate below the lower limit" : "Better: rate below the baseline";
    if (result->verdict == PBR_WORSE)
        return limits ? "Worse: rate above the upper limit" : "Worse: rate above the baseline";
    return limits ? "Neither: rate within the limits" : "Neither: rate equal to the baseline";
}

static const char *joined(const pbr_scope *scope, const char *first, const char *second)
{
    if (!first) return second;
    return pbr_arena_printf(scope->arena, "%s; %s", first, second);
}

const char *pbr_flag_words(const pbr_scope *scope, const pbr_result *result)
{
    const char *words = NULL;
    if (result->terminate) words = "above the termination point";
    if (result->gated) words = joined(scope, words, "hurdle not met");
    if (result->interim) words = joined(scope, words, "interim: cohort not ripe, not priced");
    return words;
}

/* --- payments --- */

static bool has_reason(const pbr_payment *payment, const char *code)
{
    return payment->reason && strcmp(payment->reason, code) == 0;
}

/* NULL where the reason does not tell whether the line was settled before. */
static const char *history_words(const pbr_payment *payment)
{
    if (has_reason(payment, "new")) return "first settlement";
    if (!has_reason(payment, "restated") && payment->previous_pence == 0) return NULL;
    return payment->due_pence ? "settled before, now changed" : "settled before, unchanged";
}

const char *pbr_reason_words(const pbr_scope *scope, const pbr_payment *payment)
{
    const char *words = history_words(payment);
    bool limited = payment->capped_pence != payment->computed_pence;
    bool decided = payment->disposition && strcmp(payment->disposition, "apply") != 0;
    if (payment->result && payment->result->gated) words = joined(scope, words, "hurdle not met");
    if (limited) words = joined(scope, words, "limited by the cap");
    if (!payment->result) words = joined(scope, words, "changed by other cohorts under the cap");
    if (decided) words = joined(scope, words, payment->disposition);
    return words ? words : payment->reason;
}

const char *pbr_payee_words(const pbr_scope *scope, const pbr_payment *payment)
{
    if (!payment->provider || strcmp(payment->provider, payment->payee) == 0) return payment->payee;
    return pbr_arena_printf(scope->arena, "%s, for the provider %s", payment->payee,
                            payment->provider);
}

const char *pbr_rate_unit(pbr_metric_kind kind)
{
    return kind == PBR_RATE ? "percent" : "reoffences per reoffender";
}

const char *pbr_payment_unit(pbr_metric_kind kind)
{
    return kind == PBR_RATE ? "reoffender" : "reoffence";
}

/* --- how far terms may be relied on --- */

const char *pbr_status_words(pbr_status status)
{
    return status == PBR_ILLUSTRATIVE ? "illustrative: not for payment" : pbr_status_text(status);
}

static bool is_illustrative(const pbr_provenance *from)
{
    return from->status == PBR_ILLUSTRATIVE;
}

static bool line_illustrative(const pbr_line *line)
{
    return is_illustrative(&line->from) || is_illustrative(&line->test.from) ||
           (line->better && is_illustrative(&line->better->from)) ||
           (line->worse && is_illustrative(&line->worse->from));
}

const char *pbr_illustrative_parts(const pbr_scope *scope, const pbr_payment *payment)
{
    const pbr_contract *contract = scope->contract;
    const pbr_cohort *cohort = &contract->cohorts[payment->cohort];
    const pbr_price *price = pbr_contract_price(contract, payment->area, cohort->contract_year);
    const pbr_baseline *baseline = payment->result ? payment->result->baseline : NULL;
    pbr_list parts = {0};
    if (price && is_illustrative(&price->source)) pbr_list_add_text(&parts, "price");
    if (baseline && is_illustrative(&baseline->source)) pbr_list_add_text(&parts, "baseline");
    if (payment->line && line_illustrative(payment->line)) pbr_list_add_text(&parts, "terms");
    const char *words = parts.count ? pbr_list_words(scope->arena, &parts) : NULL;
    pbr_list_free(&parts);
    return words;
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
    size_t all =
        scope->illustrative_terms + scope->illustrative_baselines + scope->illustrative_prices;
    pbr_list words = {0};
    add_count(scope, &words, scope->illustrative_terms, "term");
    add_count(scope, &words, scope->illustrative_baselines, "baseline");
    add_count(scope, &words, scope->illustrative_prices, "price row");
    const char *text =
        pbr_arena_printf(scope->arena, "%s %s illustrative", pbr_list_words(scope->arena, &words),
                         all == 1 ? "is" : "are");
    pbr_list_free(&words);
    return text;
}

const char *pbr_interim_words(const pbr_scope *scope)
{
    size_t interim = 0, count = scope->results.count;
    for (size_t i = 0; i < count; i++)
        interim += ((const pbr_result *)scope->results.at[i])->interim;
    if (!interim) return NULL;
    return pbr_arena_printf(
        scope->arena, "Interim: %zu of %zu results %s of cohorts that are not ripe and not priced.",
        interim, count, interim == 1 ? "is" : "are");
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

static const char *NEGATIVE_TOTALS[] = {
    [PBR_INVOICE] = "The total is negative: the payee is invoiced for it.",
    [PBR_CARRY_FORWARD] = "The total is negative: nothing is paid now, and the amount is carried "
                          "forward against later settlements.",
    [PBR_SET_OFF] = "The total is negative: the amount is set off against other sums owed to the "
                    "payee.",
};

const char *pbr_negative_total_words(const pbr_scope *scope)
{
    pbr_list words = {0};
    for (size_t i = 0; i < scope->rules.count; i++) {
        const pbr_rules *rules = scope->rules.at[i];
        pbr_list_add_text(&words, NEGATIVE_TOTALS[rules->terms->negative_total.treatment]);
    }
    const char *text = words.count == 1
                           ? words.at[0]
                           : "The total is negative: the versions of the terms used here differ in "
                             "what follows; see negative-total in Terms.";
    pbr_list_free(&words);
    return text;
}

const char *pbr_date_words(const pbr_scope *scope, pbr_date date)
{
    char text[PBR_DATE_TEXT];
    if (date == PBR_NO_DATE) return "not stated";
    return pbr_arena_printf(scope->arena, "%s", pbr_date_text(date, text));
}

const char *pbr_due_words(const pbr_scope *scope)
{
    pbr_date first = PBR_NO_DATE, last = PBR_NO_DATE;
    for (size_t i = 0; i < scope->payments.count; i++) {
        pbr_date date = ((const pbr_payment *)scope->payments.at[i])->due_date;
        if (date == PBR_NO_DATE) continue;
        if (first == PBR_NO_DATE || date < first) first = date;
        if (last == PBR_NO_DATE || date > last) last = date;
    }
    if (scope->due_pence <= 0)
        return pbr_arena_printf(scope->arena, "%s; nothing is to be paid to the payee",
                                pbr_date_words(scope, last));
    if (first == last) return pbr_date_words(scope, first);
    return pbr_arena_printf(scope->arena, "from %s to %s, line by line",
                            pbr_date_words(scope, first), pbr_date_words(scope, last));
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

const char *pbr_cohort_words(const pbr_scope *scope)
{
    pbr_list words = {0};
    bool dated = scope->cohorts.count <= COHORTS_WITH_DATES;
    for (size_t i = 0; i < scope->cohorts.count; i++) {
        const pbr_cohort *cohort = scope->cohorts.at[i];
        pbr_list_add_text(&words, dated ? dated_cohort(scope, cohort) : cohort->name);
    }
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
    return pbr_arena_printf(scope->arena,
                            "Errors: %" PRId64 ". Warnings: %" PRId64 ". Notes: %" PRId64
                            ". See the sheet Checks.",
                            counts[PBR_ERROR], counts[PBR_WARNING], counts[PBR_NOTE]);
}
