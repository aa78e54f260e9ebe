/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/vocabulary.h"

#include "contract/checks.h"
#include "contract/fields.h"

#define WORDS(list) list, CYAML_ARRAY_LEN(list)
#define PROVENANCE(type)                                                                           \
    PBR_MAYBE_TEXT_FIELD("clause", type, from.clause),                                             \
        PBR_MAYBE_TEXT_FIELD("source", type, from.source),                                         \
        PBR_MAYBE_WORD_FIELD("status", type, from.status, statuses)

static const cyaml_strval_t statuses[] = {
    {"published", PBR_PUBLISHED},
    {"verified", PBR_VERIFIED},
    {"reconstructed", PBR_RECONSTRUCTED},
    {"illustrative", PBR_ILLUSTRATIVE},
};
static const cyaml_strval_t periods[] = {{"quarter", PBR_QUARTER},
                                         {"year", PBR_YEAR},
                                         {"named", PBR_NAMED},
                                         {"pool", PBR_POOL},
                                         {"month", PBR_MONTH}};
static const cyaml_strval_t year_members[] = {{"sum-of-quarters", PBR_SUM_OF_QUARTERS},
                                              {"distinct-persons", PBR_DISTINCT_PERSONS}};
static const cyaml_strval_t persons_counts[] = {{"first-start-in-period", PBR_FIRST_START},
                                                {"every-start", PBR_EVERY_START}};
static const cyaml_strval_t withins[] = {{"area", PBR_WITHIN_AREA}, {"scheme", PBR_WITHIN_SCHEME}};
static const cyaml_strval_t deduplications[] = {{"after-exclusions", PBR_AFTER_EXCLUSIONS},
                                                {"before-exclusions", PBR_BEFORE_EXCLUSIONS}};
static const cyaml_strval_t transfers[] = {
    {"keep", PBR_KEEP},
    {"exclude", PBR_EXCLUDE},
    {"exclude-unless-reoffended-before", PBR_EXCLUDE_UNLESS_REOFFENDED},
    {"stop-counting-at-transfer", PBR_STOP_COUNTING},
};
static const cyaml_strval_t metric_kinds[] = {
    {"persons-with-event-per-person", PBR_RATE},
    {"events-per-person-with-event", PBR_EVENTS_PER_REOFFENDER},
    {"events-per-100-persons", PBR_EVENTS_PER_100},
    {"days-per-person", PBR_DAYS_PER_PERSON},
    {"expected-ratio", PBR_EXPECTED_RATIO}};
static const cyaml_strval_t comparators[] = {
    {"baseline", PBR_WITH_BASELINE}, {"control", PBR_WITH_CONTROL}, {"cohort", PBR_WITH_COHORT}};
static const cyaml_strval_t changes[] = {{"units", PBR_CHANGE_UNITS},
                                         {"relative", PBR_CHANGE_RELATIVE}};
static const cyaml_strval_t line_kinds[] = {
    {"outcome", PBR_OUTCOME}, {"fee", PBR_FEE}, {"volume", PBR_VOLUME}, {"credit", PBR_CREDIT}};
static const cyaml_strval_t payoff_kinds[] = {{"per-unit", PBR_PER_UNIT}, {"fixed", PBR_FIXED},
                                              {"refund", PBR_REFUND},     {"steps", PBR_STEPS},
                                              {"linear", PBR_LINEAR},     {"slices", PBR_SLICES},
                                              {"share", PBR_SHARE}};
static const cyaml_strval_t arounds[] = {{"baseline", PBR_AROUND_BASELINE},
                                         {"cohort", PBR_AROUND_COHORT}};
static const cyaml_strval_t gate_overs[] = {{"same-cohort", PBR_GATE_SAME_COHORT},
                                            {"every-member", PBR_GATE_EVERY_MEMBER}};
static const cyaml_strval_t divisors[] = {{"predicted", PBR_OF_PREDICTED}, {"edge", PBR_OF_EDGE}};
static const cyaml_strval_t residues[] = {{"first-instalment", PBR_RESIDUE_FIRST},
                                          {"last-instalment", PBR_RESIDUE_LAST}};
static const cyaml_strval_t mt19937[] = {{"mt19937", PBR_AS_STATED}};
static const cyaml_strval_t quantile_rules[] = {{"linear", PBR_AS_STATED}};
static const cyaml_strval_t adjustments[] = {{"none", PBR_NO_ADJUSTMENT},
                                             {"score-difference", PBR_SCORE_DIFFERENCE}};
static const cyaml_strval_t references[] = {
    {"same-row", PBR_SAME_ROW}, {"annual", PBR_ANNUAL_ROW}, {"pooled", PBR_POOLED_ROWS}};
static const cyaml_strval_t test_kinds[] = {
    {"none", PBR_TEST_NONE},
    {"given", PBR_TEST_GIVEN},
    {"one-sample-z", PBR_TEST_ONE_SAMPLE_Z},
    {"two-sample-z", PBR_TEST_TWO_SAMPLE_Z},
    {"normal-mean", PBR_TEST_NORMAL_MEAN},
    {"wilson", PBR_TEST_WILSON},
    {"clopper-pearson", PBR_TEST_CLOPPER_PEARSON},
    {"bootstrap", PBR_TEST_BOOTSTRAP},
    {"change", PBR_TEST_CHANGE},
};
static const cyaml_strval_t variances[] = {{"binomial", PBR_BINOMIAL},
                                           {"residual", PBR_RESIDUAL},
                                           {"pooled", PBR_POOLED},
                                           {"unpooled", PBR_UNPOOLED}};
static const cyaml_strval_t deviations[] = {{"baseline", PBR_SD_BASELINE},
                                            {"cohort", PBR_SD_COHORT}};
static const cyaml_strval_t verdicts[] = {
    {"better", PBR_BETTER},
    {"neither", PBR_NEITHER},
    {"worse", PBR_WORSE},
};
static const cyaml_strval_t gate_sides[] = {
    {"pay", PBR_GATE_PAY}, {"deduct", PBR_GATE_DEDUCT}, {"both", PBR_GATE_BOTH}};
static const cyaml_strval_t measured_froms[] = {{"baseline", PBR_FROM_BASELINE},
                                                {"threshold", PBR_FROM_THRESHOLD}};
static const cyaml_strval_t headrooms[] = {{"net", PBR_HEADROOM_NET},
                                           {"gross", PBR_HEADROOM_GROSS}};
static const cyaml_strval_t rounding_modes[] = {
    {"half-even", PBR_HALF_EVEN}, {"half-up", PBR_HALF_UP}, {"floor", PBR_FLOOR}};
static const cyaml_strval_t unit_roundings[] = {{"none", PBR_UNITS_EXACT},
                                                {"integer", PBR_UNITS_INTEGER}};
static const cyaml_strval_t version_days[] = {{"cohort-start", PBR_COHORT_START},
                                              {"cohort-end", PBR_COHORT_END},
                                              {"settlement", PBR_SETTLEMENT}};
static const cyaml_strval_t payee_rules[] = {{"provider-at-settlement", PBR_AT_SETTLEMENT},
                                             {"provider-at-formation", PBR_AT_FORMATION},
                                             {"pro-rata-days", PBR_PRO_RATA_DAYS}};
static const cyaml_strval_t formation_days[] = {{"last-day", PBR_LAST_DAY},
                                                {"first-day", PBR_FIRST_DAY}};
static const cyaml_strval_t after_ends[] = {{"last-provider", PBR_LAST_PROVIDER},
                                            {"refuse", PBR_REFUSE}};
static const cyaml_strval_t negative_totals[] = {
    {"invoice", PBR_INVOICE}, {"carry-forward", PBR_CARRY_FORWARD}, {"set-off", PBR_SET_OFF}};
static const cyaml_strval_t clamp[] = {{"clamp", PBR_AS_STATED}};
static const cyaml_strval_t excluded[] = {{"excluded", PBR_AS_STATED}};
static const cyaml_strval_t first_proof[] = {{"once-at-first-proof", PBR_AS_STATED}};
static const cyaml_strval_t penny[] = {{"penny", PBR_AS_STATED}};
static const cyaml_strval_t least_count[] = {{"least-count", PBR_AS_STATED}};
static const cyaml_strval_t zeros[] = {{"shown", PBR_ZEROS_SHOWN},
                                       {"withheld", PBR_ZEROS_WITHHELD}};
static const cyaml_strval_t check_levels[] = {{"off", PBR_LEVEL_OFF},
                                              {"note", PBR_LEVEL_NOTE},
                                              {"warn", PBR_LEVEL_WARN},
                                              {"block", PBR_LEVEL_BLOCK}};
static const cyaml_strval_t withheld_totals[] = {{"withheld-with-a-part", PBR_AS_STATED}};
static const cyaml_strval_t cap_levels[] = {{"line", PBR_CAP_LINE},
                                            {"cohort", PBR_CAP_COHORT},
                                            {"year-of-formation", PBR_CAP_YEAR},
                                            {"life", PBR_CAP_LIFE}};
static const cyaml_strval_t cohort_start_year[] = {
    {"contract-year-of-cohort-start", PBR_AS_STATED}};

static const cyaml_schema_value_t text_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED)};
static const cyaml_schema_value_t period_entry = {
    CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, pbr_period, periods, CYAML_ARRAY_LEN(periods))};
static const cyaml_schema_value_t verdict_entry = {
    CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, pbr_verdict, verdicts, CYAML_ARRAY_LEN(verdicts))};

static const cyaml_schema_field_t cohort_fields[] = {
    PBR_LIST_FIELD("periods", pbr_cohort_terms, periods, period_entry, 1),
    PBR_WORD_FIELD("year-members", pbr_cohort_terms, year_members, year_members),
    PBR_LIST_FIELD("start-types", pbr_cohort_terms, start_types, text_entry, 1),
    PROVENANCE(pbr_cohort_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t persons_fields[] = {
    PBR_WORD_FIELD("count", pbr_persons_terms, count, persons_counts),
    PBR_WORD_FIELD("within", pbr_persons_terms, within, withins),
    PBR_WORD_FIELD("deduplicate", pbr_persons_terms, deduplicate, deduplications),
    PROVENANCE(pbr_persons_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t filter_fields[] = {
    PBR_TEXT_FIELD("id", pbr_filter, id),
    PBR_TEXT_FIELD("column", pbr_filter, column),
    PBR_MAYBE_TEXT_FIELD("is", pbr_filter, is),
    PBR_MAYBE_LIST_FIELD("in", pbr_filter, in, text_entry),
    PBR_MAYBE_TEXT_FIELD("blank", pbr_filter, blank),
    PBR_MAYBE_TEXT_FIELD("before", pbr_filter, before),
    PBR_MAYBE_TEXT_FIELD("after", pbr_filter, after),
    PBR_TEXT_FIELD("reason", pbr_filter, reason),
    PROVENANCE(pbr_filter),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t filter_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_filter, filter_fields)};
static const cyaml_schema_field_t transferred_fields[] = {
    PBR_MAYBE_TEXT_FIELD("column", pbr_transferred_terms, column),
    PBR_WORD_FIELD("treatment", pbr_transferred_terms, treatment, transfers),
    PROVENANCE(pbr_transferred_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t follow_up_fields[] = {
    PBR_NUMBER_FIELD("months", pbr_follow_up_terms, months),
    PBR_NUMBER_FIELD("waiting-months", pbr_follow_up_terms, waiting_months),
    PBR_WORD_FIELD("month-end", pbr_follow_up_terms, month_end, clamp),
    PBR_WORD_FIELD("last-day", pbr_follow_up_terms, last_day, excluded),
    PROVENANCE(pbr_follow_up_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t reoffence_fields[] = {
    PBR_LIST_FIELD("outcomes", pbr_reoffence_terms, outcomes, text_entry, 1),
    PBR_WORD_FIELD("same-offence", pbr_reoffence_terms, same_offence, first_proof),
    PBR_LIST_FIELD("ignore", pbr_reoffence_terms, ignore, filter_entry, 0),
    PROVENANCE(pbr_reoffence_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t metric_fields[] = {
    PBR_TEXT_FIELD("id", pbr_metric, id),
    PBR_WORD_FIELD("kind", pbr_metric, kind, metric_kinds),
    PBR_WORD_FIELD("compare-with", pbr_metric, compare_with, comparators),
    PBR_MAYBE_TEXT_FIELD("baseline", pbr_metric, baseline),
    PBR_MAYBE_TEXT_FIELD("cohort", pbr_metric, cohort),
    PBR_WORD_FIELD("adjust", pbr_metric, adjust, adjustments),
    PBR_MAYBE_WORD_FIELD("reference", pbr_metric, reference, references),
    PBR_MAYBE_TEXT_FIELD("score", pbr_metric, score),
    PROVENANCE(pbr_metric),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t metric_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_metric, metric_fields)};
static const cyaml_schema_field_t test_fields[] = {
    PBR_WORD_FIELD("kind", pbr_test, kind, test_kinds),
    PBR_MAYBE_TEXT_FIELD("level", pbr_test, level),
    PBR_MAYBE_NUMBER_FIELD("sides", pbr_test, sides),
    PBR_MAYBE_WORD_FIELD("variance", pbr_test, variance, variances),
    PBR_MAYBE_WORD_FIELD("around", pbr_test, around, arounds),
    PBR_MAYBE_WORD_FIELD("sd", pbr_test, sd, deviations),
    PBR_MAYBE_NUMBER_FIELD("replicates", pbr_test, replicates),
    PBR_MAYBE_NUMBER_FIELD("seed", pbr_test, seed),
    PBR_MAYBE_WORD_FIELD("generator", pbr_test, generator, mt19937),
    PBR_MAYBE_WORD_FIELD("quantile", pbr_test, quantile, quantile_rules),
    PBR_MAYBE_TEXT_FIELD("better-at", pbr_test, better_at),
    PBR_MAYBE_TEXT_FIELD("worse-at", pbr_test, worse_at),
    PBR_TEXT_FIELD("round-thresholds", pbr_test, round_thresholds),
    PBR_TEXT_FIELD("round-rate", pbr_test, round_rate),
    PBR_NUMBER_FIELD("minimum-cohort", pbr_test, minimum_cohort),
    PROVENANCE(pbr_test),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t payoff_fields[] = {
    PBR_WORD_FIELD("kind", pbr_payoff, kind, payoff_kinds),
    PBR_MAYBE_WORD_FIELD("from", pbr_payoff, measured_from, measured_froms),
    PBR_MAYBE_TEXT_FIELD("price", pbr_payoff, price),
    PBR_MAYBE_TEXT_FIELD("table", pbr_payoff, table),
    PBR_MAYBE_TEXT_FIELD("least", pbr_payoff, least),
    PBR_MAYBE_TEXT_FIELD("full", pbr_payoff, full),
    PBR_MAYBE_TEXT_FIELD("share", pbr_payoff, share),
    PBR_MAYBE_TEXT_FIELD("most", pbr_payoff, most),
    PROVENANCE(pbr_payoff),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t gate_fields[] = {
    PBR_TEXT_FIELD("line", pbr_gate, line),
    PBR_LIST_FIELD("result", pbr_gate, results, verdict_entry, 1),
    PBR_WORD_FIELD("applies-to", pbr_gate, applies_to, gate_sides),
    PBR_WORD_FIELD("over", pbr_gate, over, gate_overs),
    PROVENANCE(pbr_gate),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t weight_fields[] = {
    PBR_TEXT_FIELD("type", pbr_weight, type),
    PBR_TEXT_FIELD("band", pbr_weight, band),
    PBR_TEXT_FIELD("weight", pbr_weight, weight),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t weight_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_weight, weight_fields)};
static const cyaml_schema_field_t credit_fields[] = {
    PBR_TEXT_FIELD("below", pbr_credit_step, below),
    PBR_TEXT_FIELD("deduct", pbr_credit_step, deduct),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t credit_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_credit_step, credit_fields)};
static const cyaml_schema_field_t line_fields[] = {
    PBR_TEXT_FIELD("id", pbr_line, id),
    PBR_TEXT_FIELD("title", pbr_line, title),
    PBR_WORD_FIELD("kind", pbr_line, kind, line_kinds),
    PBR_WORD_FIELD("period", pbr_line, period, periods),
    PBR_MAYBE_TEXT_FIELD("metric", pbr_line, metric),
    PBR_MAYBE_WORD_FIELD("change", pbr_line, change, changes),
    CYAML_FIELD_MAPPING("test", CYAML_FLAG_OPTIONAL, pbr_line, test, test_fields),
    PBR_MAYBE_GROUP_FIELD("gate", pbr_line, gate, gate_fields),
    PBR_MAYBE_GROUP_FIELD("better", pbr_line, better, payoff_fields),
    PBR_MAYBE_GROUP_FIELD("neither", pbr_line, neither, payoff_fields),
    PBR_MAYBE_GROUP_FIELD("worse", pbr_line, worse, payoff_fields),
    PBR_MAYBE_LIST_FIELD("net-of", pbr_line, net_of, text_entry),
    PBR_MAYBE_TEXT_FIELD("price", pbr_line, price),
    PBR_MAYBE_WORD_FIELD("residue", pbr_line, residue, residues),
    PBR_MAYBE_TEXT_FIELD("discount", pbr_line, discount),
    PBR_MAYBE_TEXT_FIELD("index", pbr_line, index),
    PBR_MAYBE_TEXT_FIELD("index-base", pbr_line, index_base),
    PBR_MAYBE_LIST_FIELD("weights", pbr_line, weights, weight_entry),
    PBR_MAYBE_TEXT_FIELD("band-low", pbr_line, band_low),
    PBR_MAYBE_TEXT_FIELD("band-high", pbr_line, band_high),
    PBR_MAYBE_TEXT_FIELD("predicted", pbr_line, predicted),
    PBR_MAYBE_TEXT_FIELD("marginal", pbr_line, marginal),
    PBR_MAYBE_WORD_FIELD("divisor", pbr_line, divisor, divisors),
    PBR_MAYBE_TEXT_FIELD("measure", pbr_line, measure),
    PBR_MAYBE_TEXT_FIELD("target", pbr_line, target),
    PBR_MAYBE_LIST_FIELD("scale", pbr_line, scale, credit_entry),
    PROVENANCE(pbr_line),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t line_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_line, line_fields)};
static const cyaml_schema_field_t cap_fields[] = {
    PBR_TEXT_FIELD("id", pbr_cap, id),
    PBR_LIST_FIELD("over", pbr_cap, over, text_entry, 1),
    PBR_WORD_FIELD("per", pbr_cap, per, cap_levels),
    PBR_TEXT_FIELD("limit", pbr_cap, column),
    PBR_MAYBE_TEXT_FIELD("minus", pbr_cap, minus),
    PBR_WORD_FIELD("headroom", pbr_cap, headroom, headrooms),
    PROVENANCE(pbr_cap),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t cap_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_cap, cap_fields)};
static const cyaml_schema_field_t rounding_fields[] = {
    PBR_WORD_FIELD("amount", pbr_rounding_terms, amount, penny),
    PBR_WORD_FIELD("mode", pbr_rounding_terms, mode, rounding_modes),
    PBR_WORD_FIELD("units", pbr_rounding_terms, units, unit_roundings),
    PROVENANCE(pbr_rounding_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t versions_fields[] = {
    PBR_WORD_FIELD("rules-at", pbr_versions_terms, rules_at, version_days),
    PBR_WORD_FIELD("prices-at", pbr_versions_terms, prices_at, cohort_start_year),
    PROVENANCE(pbr_versions_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t payee_fields[] = {
    PBR_WORD_FIELD("rule", pbr_payee_terms, rule, payee_rules),
    PBR_WORD_FIELD("formation-day", pbr_payee_terms, formation_day, formation_days),
    PBR_WORD_FIELD("after-end", pbr_payee_terms, after_end, after_ends),
    PROVENANCE(pbr_payee_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t due_fields[] = {
    PBR_NUMBER_FIELD("days-after-settlement", pbr_due_terms, days_after_settlement),
    PROVENANCE(pbr_due_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t negative_fields[] = {
    PBR_WORD_FIELD("treatment", pbr_negative_terms, treatment, negative_totals),
    PROVENANCE(pbr_negative_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t rules_fields[] = {
    PBR_TEXT_FIELD("title", pbr_terms, title),
    PBR_GROUP_FIELD("cohort", pbr_terms, cohort, cohort_fields),
    PBR_GROUP_FIELD("persons", pbr_terms, persons, persons_fields),
    PBR_LIST_FIELD("exclude", pbr_terms, exclude, filter_entry, 0),
    PBR_LIST_FIELD("unmeasurable", pbr_terms, unmeasurable, filter_entry, 0),
    PBR_GROUP_FIELD("transferred", pbr_terms, transferred, transferred_fields),
    PBR_GROUP_FIELD("follow-up", pbr_terms, follow_up, follow_up_fields),
    PBR_GROUP_FIELD("reoffence", pbr_terms, reoffence, reoffence_fields),
    PBR_LIST_FIELD("metrics", pbr_terms, metrics, metric_entry, 1),
    PBR_LIST_FIELD("lines", pbr_terms, lines, line_entry, 1),
    PBR_LIST_FIELD("caps", pbr_terms, caps, cap_entry, 0),
    PBR_GROUP_FIELD("rounding", pbr_terms, rounding, rounding_fields),
    PBR_GROUP_FIELD("versions", pbr_terms, versions, versions_fields),
    PBR_GROUP_FIELD("payee", pbr_terms, payee, payee_fields),
    PBR_GROUP_FIELD("due", pbr_terms, due, due_fields),
    PBR_GROUP_FIELD("negative-total", pbr_terms, negative_total, negative_fields),
    PROVENANCE(pbr_terms),
    CYAML_FIELD_END,
};
const cyaml_schema_value_t pbr_rules_vocabulary = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, pbr_terms, rules_fields)};

static const cyaml_schema_field_t document_fields[] = {
    PBR_TEXT_FIELD("id", pbr_document, id),
    PBR_TEXT_FIELD("title", pbr_document, title),
    PBR_TEXT_FIELD("where", pbr_document, where),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t document_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_document, document_fields)};
static const cyaml_schema_field_t renamed_fields[] = {
    PBR_TEXT_FIELD("column", pbr_renamed, column),
    PBR_TEXT_FIELD("from", pbr_renamed, from),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t renamed_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_renamed, renamed_fields)};
static const cyaml_schema_field_t recoded_fields[] = {
    PBR_TEXT_FIELD("column", pbr_recoded, column),
    PBR_TEXT_FIELD("from", pbr_recoded, from),
    PBR_TEXT_FIELD("to", pbr_recoded, to),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t recoded_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_recoded, recoded_fields)};
static const cyaml_schema_field_t extract_fields[] = {
    PBR_MAYBE_LIST_FIELD("columns", pbr_extract_terms, columns, renamed_entry),
    PBR_MAYBE_LIST_FIELD("codes", pbr_extract_terms, codes, recoded_entry),
    PBR_MAYBE_TEXT_FIELD("score-scale", pbr_extract_terms, score_scale),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t publication_fields[] = {
    PBR_WORD_FIELD("rule", pbr_publication_terms, rule, least_count),
    PBR_NUMBER_FIELD("least", pbr_publication_terms, least),
    PBR_WORD_FIELD("zeros", pbr_publication_terms, zeros, zeros),
    PBR_WORD_FIELD("totals", pbr_publication_terms, totals, withheld_totals),
    PROVENANCE(pbr_publication_terms),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t check_fields[] = {
    PBR_TEXT_FIELD("id", pbr_check_setting, id),
    PBR_WORD_FIELD("severity", pbr_check_setting, level, check_levels),
    PBR_MAYBE_TEXT_FIELD("threshold", pbr_check_setting, threshold),
    PROVENANCE(pbr_check_setting),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t check_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_check_setting, check_fields)};
static const cyaml_schema_field_t scheme_fields[] = {
    PBR_TEXT_FIELD("title", pbr_scheme, title),
    PBR_TEXT_FIELD("description", pbr_scheme, description),
    PBR_TEXT_FIELD("commissioner", pbr_scheme, commissioner),
    PBR_TEXT_FIELD("contact", pbr_scheme, contact),
    PBR_TEXT_FIELD("currency", pbr_scheme, currency),
    PBR_TEXT_FIELD("amounts", pbr_scheme, amounts),
    PBR_TEXT_FIELD("year-starts", pbr_scheme, year_starts),
    PBR_MAYBE_TEXT_FIELD("first-cohort", pbr_scheme, first_cohort),
    PBR_MAYBE_TEXT_FIELD("last-cohort", pbr_scheme, last_cohort),
    PBR_MAYBE_TEXT_FIELD("first-month", pbr_scheme, first_month),
    PBR_MAYBE_TEXT_FIELD("last-month", pbr_scheme, last_month),
    PBR_MAYBE_LIST_FIELD("documents", pbr_scheme, documents, document_entry),
    PBR_MAYBE_GROUP_FIELD("extract", pbr_scheme, extract, extract_fields),
    PBR_GROUP_FIELD("publication", pbr_scheme, publication, publication_fields),
    PBR_MAYBE_LIST_FIELD("checks", pbr_scheme, checks, check_entry),
    PROVENANCE(pbr_scheme),
    CYAML_FIELD_END,
};
const cyaml_schema_value_t pbr_scheme_vocabulary = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, pbr_scheme, scheme_fields)};

static const char *word_of(const cyaml_strval_t *words, size_t count, int64_t value)
{
    for (size_t i = 0; i < count; i++)
        if (words[i].val == value) return words[i].str;
    return "";
}

const char *pbr_status_text(pbr_status status)
{
    return word_of(WORDS(statuses), status);
}

const char *pbr_verdict_text(pbr_verdict verdict)
{
    return verdict == PBR_NO_RESULT ? "no-result" : word_of(WORDS(verdicts), verdict);
}

const char *pbr_period_text(pbr_period period)
{
    return word_of(WORDS(periods), period);
}

const char *pbr_test_text(pbr_test_kind kind)
{
    return word_of(WORDS(test_kinds), kind);
}

const char *pbr_check_level_text(pbr_check_level level)
{
    return word_of(WORDS(check_levels), level);
}
