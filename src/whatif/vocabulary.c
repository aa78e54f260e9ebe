/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/vocabulary.h"

#include "contract/fields.h"
#include "whatif/scenario.h"

static const cyaml_strval_t operations[] = {
    {"set", PBR_SET}, {"times", PBR_TIMES}, {"plus", PBR_PLUS}};
static const cyaml_strval_t baselines_froms[] = {{"year", PBR_BASELINES_YEAR},
                                                 {"pooled", PBR_BASELINES_POOLED},
                                                 {"shrunk", PBR_BASELINES_SHRUNK},
                                                 {"settlement", PBR_BASELINES_SETTLEMENT}};
static const cyaml_strval_t methods[] = {{"parametric", PBR_SIMULATE_PARAMETRIC},
                                         {"bootstrap", PBR_SIMULATE_BOOTSTRAP}};
static const cyaml_strval_t counts[] = {{"resampled", PBR_COUNTS_RESAMPLED},
                                        {"negative-binomial", PBR_COUNTS_NEGATIVE_BINOMIAL}};
static const cyaml_strval_t treatments[] = {
    {"fixed", PBR_BASELINE_FIXED}, {"sampled", PBR_BASELINE_SAMPLED}, {"both", PBR_BASELINE_BOTH}};

static const cyaml_schema_value_t text_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED)};

static const cyaml_schema_field_t change_fields[] = {
    TEXT("term", pbr_scenario_change, term),       MAYBE_TEXT("rules", pbr_scenario_change, rules),
    MAYBE_TEXT("set", pbr_scenario_change, set),   MAYBE_TEXT("times", pbr_scenario_change, times),
    MAYBE_TEXT("plus", pbr_scenario_change, plus), CYAML_FIELD_END,
};
static const cyaml_schema_value_t change_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_scenario_change, change_fields)};

static const cyaml_schema_field_t baselines_fields[] = {
    TEXT("metric", pbr_scenario_baselines, metric),
    WORD("from", pbr_scenario_baselines, from, baselines_froms),
    MAYBE_TEXT("year", pbr_scenario_baselines, year),
    MAYBE_TEXT("weight", pbr_scenario_baselines, weight),
    MAYBE_TEXT("settlement", pbr_scenario_baselines, settlement),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t baselines_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_scenario_baselines, baselines_fields)};

static const cyaml_schema_field_t side_fields[] = {
    MAYBE_TEXT("settlement", pbr_scenario_side, settlement),
    MAYBE_TEXT("contract", pbr_scenario_side, contract),
    MAYBE_TEXT("metrics", pbr_scenario_side, metrics),
    MAYBE_TEXT("counts", pbr_scenario_side, counts),
    MAYBE_TEXT("cohorts", pbr_scenario_side, cohorts),
    MAYBE_TEXT("as-at", pbr_scenario_side, as_at),
    MAYBE_LIST("inputs", pbr_scenario_side, inputs, text_entry),
    MAYBE_LIST("change", pbr_scenario_side, change, change_entry),
    MAYBE_LIST("baselines", pbr_scenario_side, baselines, baselines_entry),
    MAYBE_LIST("drop", pbr_scenario_side, drop, text_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t vary_fields[] = {
    TEXT("term", pbr_scenario_vary, term),
    MAYBE_TEXT("rules", pbr_scenario_vary, rules),
    MAYBE_WORD("how", pbr_scenario_vary, how, operations),
    MAYBE_LIST("values", pbr_scenario_vary, values, text_entry),
    MAYBE_TEXT("from", pbr_scenario_vary, from),
    MAYBE_TEXT("to", pbr_scenario_vary, to),
    MAYBE_TEXT("step", pbr_scenario_vary, step),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t vary_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_scenario_vary, vary_fields)};
static const cyaml_schema_field_t sweep_fields[] = {
    LIST("vary", pbr_scenario_sweep, vary, vary_entry, 1),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t tornado_fields[] = {
    TEXT("by", pbr_scenario_tornado, by),
    MAYBE_LIST("terms", pbr_scenario_tornado, terms, text_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t effect_fields[] = {
    TEXT("name", pbr_scenario_effect, name),
    MAYBE_TEXT("rate-fall", pbr_scenario_effect, rate_fall),
    MAYBE_TEXT("rate-sd", pbr_scenario_effect, rate_sd),
    MAYBE_TEXT("frequency-fall", pbr_scenario_effect, frequency_fall),
    MAYBE_TEXT("frequency-sd", pbr_scenario_effect, frequency_sd),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t effect_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_scenario_effect, effect_fields)};
static const cyaml_schema_field_t simulate_fields[] = {
    NUMBER("replicates", pbr_scenario_simulate, replicates),
    NUMBER("seed", pbr_scenario_simulate, seed),
    WORD("method", pbr_scenario_simulate, method, methods),
    WORD("counts", pbr_scenario_simulate, counts, counts),
    WORD("baseline", pbr_scenario_simulate, baseline, treatments),
    MAYBE_LIST("effects", pbr_scenario_simulate, effects, effect_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t power_fields[] = {
    TEXT("chance", pbr_scenario_power, chance),
    MAYBE_LIST("rate-falls", pbr_scenario_power, rate_falls, text_entry),
    MAYBE_LIST("frequency-falls", pbr_scenario_power, frequency_falls, text_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t scenario_fields[] = {
    TEXT("title", pbr_scenario, title),
    TEXT("author", pbr_scenario, author),
    MAYBE_TEXT("question", pbr_scenario, question),
    GROUP("base", pbr_scenario, base, side_fields),
    MAYBE_GROUP("instead", pbr_scenario, instead, side_fields),
    MAYBE_GROUP("sweep", pbr_scenario, sweep, sweep_fields),
    MAYBE_GROUP("tornado", pbr_scenario, tornado, tornado_fields),
    MAYBE_TEXT("break-even", pbr_scenario, break_even),
    MAYBE_GROUP("simulate", pbr_scenario, simulate, simulate_fields),
    MAYBE_GROUP("power", pbr_scenario, power, power_fields),
    CYAML_FIELD_END,
};
const cyaml_schema_value_t pbr_scenario_vocabulary = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, pbr_scenario, scenario_fields)};
