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
    PBR_TEXT_FIELD("term", pbr_scenario_change, term),
    PBR_MAYBE_TEXT_FIELD("rules", pbr_scenario_change, rules),
    PBR_MAYBE_TEXT_FIELD("set", pbr_scenario_change, set),
    PBR_MAYBE_TEXT_FIELD("times", pbr_scenario_change, times),
    PBR_MAYBE_TEXT_FIELD("plus", pbr_scenario_change, plus),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t change_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_scenario_change, change_fields)};

static const cyaml_schema_field_t baselines_fields[] = {
    PBR_TEXT_FIELD("metric", pbr_scenario_baselines, metric),
    PBR_WORD_FIELD("from", pbr_scenario_baselines, from, baselines_froms),
    PBR_MAYBE_TEXT_FIELD("year", pbr_scenario_baselines, year),
    PBR_MAYBE_TEXT_FIELD("weight", pbr_scenario_baselines, weight),
    PBR_MAYBE_TEXT_FIELD("settlement", pbr_scenario_baselines, settlement),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t baselines_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_scenario_baselines, baselines_fields)};

static const cyaml_schema_field_t side_fields[] = {
    PBR_MAYBE_TEXT_FIELD("settlement", pbr_scenario_side, settlement),
    PBR_MAYBE_TEXT_FIELD("contract", pbr_scenario_side, contract),
    PBR_MAYBE_TEXT_FIELD("metrics", pbr_scenario_side, metrics),
    PBR_MAYBE_TEXT_FIELD("counts", pbr_scenario_side, counts),
    PBR_MAYBE_TEXT_FIELD("cohorts", pbr_scenario_side, cohorts),
    PBR_MAYBE_TEXT_FIELD("as-at", pbr_scenario_side, as_at),
    PBR_MAYBE_LIST_FIELD("inputs", pbr_scenario_side, inputs, text_entry),
    PBR_MAYBE_LIST_FIELD("change", pbr_scenario_side, change, change_entry),
    PBR_MAYBE_LIST_FIELD("baselines", pbr_scenario_side, baselines, baselines_entry),
    PBR_MAYBE_LIST_FIELD("drop", pbr_scenario_side, drop, text_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t vary_fields[] = {
    PBR_TEXT_FIELD("term", pbr_scenario_vary, term),
    PBR_MAYBE_TEXT_FIELD("rules", pbr_scenario_vary, rules),
    PBR_MAYBE_WORD_FIELD("how", pbr_scenario_vary, how, operations),
    PBR_MAYBE_LIST_FIELD("values", pbr_scenario_vary, values, text_entry),
    PBR_MAYBE_TEXT_FIELD("from", pbr_scenario_vary, from),
    PBR_MAYBE_TEXT_FIELD("to", pbr_scenario_vary, to),
    PBR_MAYBE_TEXT_FIELD("step", pbr_scenario_vary, step),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t vary_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_scenario_vary, vary_fields)};
static const cyaml_schema_field_t sweep_fields[] = {
    PBR_LIST_FIELD("vary", pbr_scenario_sweep, vary, vary_entry, 1),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t tornado_fields[] = {
    PBR_TEXT_FIELD("by", pbr_scenario_tornado, by),
    PBR_MAYBE_LIST_FIELD("terms", pbr_scenario_tornado, terms, text_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t effect_fields[] = {
    PBR_TEXT_FIELD("name", pbr_scenario_effect, name),
    PBR_MAYBE_TEXT_FIELD("rate-fall", pbr_scenario_effect, rate_fall),
    PBR_MAYBE_TEXT_FIELD("rate-sd", pbr_scenario_effect, rate_sd),
    PBR_MAYBE_TEXT_FIELD("frequency-fall", pbr_scenario_effect, frequency_fall),
    PBR_MAYBE_TEXT_FIELD("frequency-sd", pbr_scenario_effect, frequency_sd),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t effect_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, pbr_scenario_effect, effect_fields)};
static const cyaml_schema_field_t simulate_fields[] = {
    PBR_NUMBER_FIELD("replicates", pbr_scenario_simulate, replicates),
    PBR_NUMBER_FIELD("seed", pbr_scenario_simulate, seed),
    PBR_WORD_FIELD("method", pbr_scenario_simulate, method, methods),
    PBR_WORD_FIELD("counts", pbr_scenario_simulate, counts, counts),
    PBR_WORD_FIELD("baseline", pbr_scenario_simulate, baseline, treatments),
    PBR_MAYBE_LIST_FIELD("effects", pbr_scenario_simulate, effects, effect_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t power_fields[] = {
    PBR_TEXT_FIELD("chance", pbr_scenario_power, chance),
    PBR_MAYBE_LIST_FIELD("rate-falls", pbr_scenario_power, rate_falls, text_entry),
    PBR_MAYBE_LIST_FIELD("frequency-falls", pbr_scenario_power, frequency_falls, text_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t scenario_fields[] = {
    PBR_TEXT_FIELD("title", pbr_scenario, title),
    PBR_TEXT_FIELD("author", pbr_scenario, author),
    PBR_MAYBE_TEXT_FIELD("question", pbr_scenario, question),
    PBR_GROUP_FIELD("base", pbr_scenario, base, side_fields),
    PBR_MAYBE_GROUP_FIELD("instead", pbr_scenario, instead, side_fields),
    PBR_MAYBE_GROUP_FIELD("sweep", pbr_scenario, sweep, sweep_fields),
    PBR_MAYBE_GROUP_FIELD("tornado", pbr_scenario, tornado, tornado_fields),
    PBR_MAYBE_TEXT_FIELD("break-even", pbr_scenario, break_even),
    PBR_MAYBE_GROUP_FIELD("simulate", pbr_scenario, simulate, simulate_fields),
    PBR_MAYBE_GROUP_FIELD("power", pbr_scenario, power, power_fields),
    CYAML_FIELD_END,
};
const cyaml_schema_value_t pbr_scenario_vocabulary = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, pbr_scenario, scenario_fields)};
