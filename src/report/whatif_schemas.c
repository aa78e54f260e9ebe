/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/whatif_schemas.h"

#include "input/columns.h"

enum { RATE_PLACES = 10, SIMULATED_PLACES = 15 };

#define COUNT_COLUMN(column, words, shown)                                                         \
    {                                                                                              \
        .name = column, .kind = PBR_COUNT, .description = words, .example = shown                  \
    }
#define MAYBE_COUNT(column, words, shown)                                                          \
    {                                                                                              \
        .name = column, .kind = PBR_COUNT, .presence = PBR_BLANKABLE, .description = words,        \
        .example = shown                                                                           \
    }
#define MAYBE_PENCE(column, words)                                                                 \
    {                                                                                              \
        .name = column, .kind = PBR_PENCE, .presence = PBR_BLANKABLE, .description = words,        \
        .unit = "pence", .example = "1234567"                                                      \
    }
#define RATE_COLUMN(column, words)                                                                 \
    {                                                                                              \
        .name = column, .kind = PBR_SIGNED, .presence = PBR_BLANKABLE, .places = RATE_PLACES,      \
        .description = words, .unit = "unit of the metric", .example = "45.1234567890"             \
    }
#define FALL_COLUMN(column, words, shown)                                                          \
    {                                                                                              \
        .name = column, .kind = PBR_SIGNED, .presence = PBR_BLANKABLE, .places = SIMULATED_PLACES, \
        .description = words, .unit = "unit of the metric", .example = shown                       \
    }
#define SIMULATED_COLUMN(column, words, measured, shown)                                           \
    {                                                                                              \
        .name = column, .kind = PBR_SIGNED, .presence = PBR_BLANKABLE, .places = SIMULATED_PLACES, \
        .description = words, .unit = measured, .example = shown                                   \
    }
#define SIMULATED_PENCE(column, words) SIMULATED_COLUMN(column, words, "pence", "123456789")
#define LINE_COLUMNS                                                                               \
    PBR_TEXT_COLUMN("cpa", "code of the area", "C05"),                                             \
        PBR_TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),             \
        PBR_TEXT_COLUMN("line", "line of the rules", "binary")

static const pbr_column term_columns[] = {
    PBR_TEXT_COLUMN("file", "of the contract", "prices.csv"),
    PBR_TEXT_COLUMN("term", "path of the term, or of numbers of a table", "prices[*].binary_price"),
    PBR_MAYBE_TEXT_COLUMN("base", "its value in the base; blank: not there", "4000"),
    PBR_MAYBE_TEXT_COLUMN("instead", "its value instead; blank: not there", "4400"),
    PBR_MAYBE_TEXT_COLUMN("clause", "clause of the contract", "schedule 9"),
    PBR_MAYBE_TEXT_COLUMN("source", "document it was taken from", "sample"),
    PBR_MAYBE_TEXT_COLUMN("status", "of the term in the base", "illustrative"),
};
const pbr_schema pbr_whatif_term_schema = {.name = "whatif-terms",
                                           .file = "terms.csv",
                                           .title = "What if: terms that differ",
                                           PBR_SCHEMA_COLUMNS(term_columns)};

#define SIDE_COLUMNS(side, words)                                                                  \
    MAYBE_COUNT(side "_cases", words "the metric's denominator", "1250"),                          \
        RATE_COLUMN(side "_adjusted_rate", words "what is compared"),                              \
        RATE_COLUMN(side "_baseline", words "what it is compared with"),                           \
        RATE_COLUMN(side "_lower", words "below it is better"),                                    \
        RATE_COLUMN(side "_upper", words "above it is worse"),                                     \
        PBR_MAYBE_TEXT_COLUMN(side "_result", words "better, neither, worse or no-result",         \
                              "better"),                                                           \
        PBR_MAYBE_TEXT_COLUMN(side "_terminate", words "yes if above the termination point",       \
                              "no"),                                                               \
        PBR_MAYBE_TEXT_COLUMN(side "_gated", words "yes if the line's hurdle stopped it", "no"),   \
        PBR_PENCE_COLUMN(side "_due_pence", words "due; positive is owed to the payee")

static const pbr_column line_columns[] = {
    LINE_COLUMNS,
    SIDE_COLUMNS("base", "in the base: "),
    SIDE_COLUMNS("instead", "instead: "),
    PBR_PENCE_COLUMN("change_pence", "instead less base"),
};
const pbr_schema pbr_whatif_line_schema = {.name = "whatif-lines",
                                           .file = "lines.csv",
                                           .title = "What if: results and amounts of both sides",
                                           PBR_SCHEMA_COLUMNS(line_columns),
                                           .key = "cpa,cohort,line"};

static const pbr_column sum_columns[] = {
    PBR_TEXT_COLUMN("of", "total, payee or area", "payee"),
    PBR_MAYBE_TEXT_COLUMN("name", "of the payee, code of the area; blank: the total",
                          "Purple Futures"),
    PBR_PENCE_COLUMN("base_due_pence", "due in the base; positive is owed to the payee"),
    PBR_PENCE_COLUMN("instead_due_pence", "due instead"),
    PBR_PENCE_COLUMN("change_pence", "instead less base"),
};
const pbr_schema pbr_whatif_sum_schema = {.name = "whatif-sums",
                                          .file = "sums.csv",
                                          .title = "What if: totals of both sides",
                                          PBR_SCHEMA_COLUMNS(sum_columns),
                                          .key = "of,name"};

static const pbr_column sweep_columns[] = {
    COUNT_COLUMN("point", "of the grid, from 1; the last term moves fastest", "1"),
    PBR_TEXT_COLUMN("as_settled", "yes for the point that changes nothing", "no"),
    MAYBE_PENCE("total_pence", "due in all; blank where the terms do not fit each other"),
    MAYBE_COUNT("better", "results better", "14"),
    MAYBE_COUNT("neither", "results neither better nor worse", "5"),
    MAYBE_COUNT("worse", "results worse", "2"),
    MAYBE_COUNT("no_result", "lines without a result", "0"),
    MAYBE_COUNT("terminate", "results above their termination point", "0"),
    PBR_MAYBE_TEXT_COLUMN("not_told", "why there is no figure", ""),
};
const pbr_schema pbr_whatif_sweep_schema = {.name = "whatif-sweep",
                                            .file = "sweep.csv",
                                            .title = "What if: a row a point of the grid",
                                            PBR_SCHEMA_COLUMNS(sweep_columns),
                                            .key = "point"};

static const pbr_column sweep_sum_columns[] = {
    COUNT_COLUMN("point", "of sweep.csv", "1"),
    PBR_TEXT_COLUMN("of", "payee or area", "payee"),
    PBR_TEXT_COLUMN("name", "of the payee, or code of the area", "Purple Futures"),
    PBR_PENCE_COLUMN("due_pence", "due; positive is owed to the payee"),
};
const pbr_schema pbr_whatif_sweep_sum_schema = {.name = "whatif-sweep-sums",
                                                .file = "sweep-sums.csv",
                                                .title = "What if: a row a point and payee or area",
                                                PBR_SCHEMA_COLUMNS(sweep_sum_columns),
                                                .key = "point,of,name"};

static const pbr_column tornado_columns[] = {
    COUNT_COLUMN("rank", "the widest first", "1"),
    PBR_TEXT_COLUMN("file", "of the contract", "prices.csv"),
    PBR_TEXT_COLUMN("term", "path of the term, or of numbers of a table", "prices[*].binary_price"),
    PBR_MAYBE_TEXT_COLUMN("value", "its value, or the range of the rows", "4000"),
    PBR_MAYBE_TEXT_COLUMN("low_value", "moved down", "x 0.9"),
    MAYBE_PENCE("low_pence", "total due then"),
    PBR_MAYBE_TEXT_COLUMN("high_value", "moved up", "x 1.1"),
    MAYBE_PENCE("high_pence", "total due then"),
    PBR_PENCE_COLUMN("unchanged_pence", "total due as settled"),
    PBR_PENCE_COLUMN("span_pence", "between the least and the most of the three"),
    PBR_MAYBE_TEXT_COLUMN("low_not_told", "why there is no figure", ""),
    PBR_MAYBE_TEXT_COLUMN("high_not_told", "why there is no figure", ""),
};
const pbr_schema pbr_whatif_tornado_schema = {.name = "whatif-tornado",
                                              .file = "tornado.csv",
                                              .title = "What if: which term matters most",
                                              PBR_SCHEMA_COLUMNS(tornado_columns),
                                              .key = "rank"};

#define DISTANCE_COLUMN(column, words)                                                             \
    MAYBE_COUNT(column, words "; blank: no number would do", "12")

static const pbr_column break_even_columns[] = {
    LINE_COLUMNS,
    PBR_TEXT_COLUMN("result", "better, neither, worse or no-result", "neither"),
    PBR_TEXT_COLUMN("unit", "what is counted: reoffenders, reoffences or days", "reoffenders"),
    COUNT_COLUMN("events", "of them now", "402"),
    DISTANCE_COLUMN("fewer_for_better", "fewest fewer for the result better; 0: it is"),
    DISTANCE_COLUMN("fewer_for_neither", "fewest fewer to be no longer worse; 0: it is not"),
    DISTANCE_COLUMN("more_for_worse", "fewest more for the result worse; 0: it is"),
    DISTANCE_COLUMN("more_for_terminate", "fewest more to pass the termination point; 0: it is"),
    PBR_PENCE_COLUMN("computed_pence", "what the line comes to now, before caps"),
    MAYBE_PENCE("at_better_pence", "at the first count that is better, before caps"),
    MAYBE_PENCE("at_worse_pence", "at the first count that is worse, before caps"),
    PBR_TEXT_COLUMN("hurdle_stops", "yes if its hurdle would stop the payment as things stand",
                    "no"),
};
const pbr_schema pbr_whatif_break_even_schema = {.name = "whatif-break-even",
                                                 .file = "break-even.csv",
                                                 .title = "What if: how far from each limit",
                                                 PBR_SCHEMA_COLUMNS(break_even_columns),
                                                 .key = "cpa,cohort,line"};

#define EFFECT_COLUMNS                                                                             \
    PBR_TEXT_COLUMN("effect", "name of the effect; none: no effect", "none"),                      \
        PBR_TEXT_COLUMN("baseline", "fixed as tabled, or sampled from its own cases", "fixed")

static const pbr_column simulation_columns[] = {
    EFFECT_COLUMNS,
    FALL_COLUMN("rate_fall", "true fall of rates; blank: none", "2"),
    FALL_COLUMN("rate_sd", "standard deviation of that fall; blank: it is certain", "0.5"),
    FALL_COLUMN("frequency_fall", "true fall of frequencies; blank: none", "0.1"),
    FALL_COLUMN("frequency_sd", "standard deviation of that fall; blank: it is certain", "0.05"),
    PBR_TEXT_COLUMN("of", "total, payee, area or line", "line"),
    PBR_MAYBE_TEXT_COLUMN("name", "of the payee, code of the area; blank: the total", "C05"),
    PBR_MAYBE_TEXT_COLUMN("cohort", "of a line", "2015Q4"),
    PBR_MAYBE_TEXT_COLUMN("line", "of a line", "binary"),
    COUNT_COLUMN("replicates", "drawn in all", "10000"),
    MAYBE_COUNT("better", "of a line: replicates with that result", "250"),
    MAYBE_COUNT("neither", "likewise", "9500"),
    MAYBE_COUNT("worse", "likewise", "250"),
    MAYBE_COUNT("no_result", "likewise", "0"),
    MAYBE_COUNT("terminated", "of a line: replicates above its termination point", "0"),
    COUNT_COLUMN("paid", "replicates with an amount above 0", "250"),
    COUNT_COLUMN("deducted", "replicates with an amount below 0", "250"),
    SIMULATED_PENCE("mean_pence", "mean payable after gates and caps"),
    SIMULATED_PENCE("paid_pence", "what amounts above 0 make of the mean"),
    SIMULATED_PENCE("deducted_pence", "what amounts below 0 make of it"),
    SIMULATED_PENCE("sd_pence", "standard deviation"),
    SIMULATED_PENCE("error_pence", "Monte Carlo error of the mean"),
    PBR_PENCE_COLUMN("least_pence", "the least of all replicates"),
    SIMULATED_PENCE("p01_pence", "1st percentile, to the width of a bin"),
    SIMULATED_PENCE("p05_pence", "5th percentile"),
    SIMULATED_PENCE("p25_pence", "25th percentile"),
    SIMULATED_PENCE("p50_pence", "median"),
    SIMULATED_PENCE("p75_pence", "75th percentile"),
    SIMULATED_PENCE("p95_pence", "95th percentile"),
    SIMULATED_PENCE("p99_pence", "99th percentile"),
    PBR_PENCE_COLUMN("most_pence", "the most of all replicates"),
};
const pbr_schema pbr_whatif_simulation_schema = {.name = "whatif-simulation",
                                                 .file = "simulation.csv",
                                                 .title = "What if: what chance would pay",
                                                 PBR_SCHEMA_COLUMNS(simulation_columns),
                                                 .key = "effect,baseline,of,name,cohort,line"};

static const pbr_column distribution_columns[] = {
    EFFECT_COLUMNS,
    PBR_TEXT_COLUMN("of", "total or payee", "total"),
    PBR_MAYBE_TEXT_COLUMN("name", "of the payee; blank: the total", "Purple Futures"),
    PBR_PENCE_COLUMN("from_pence", "least amount of the bin"),
    PBR_PENCE_COLUMN("to_pence", "least amount of the next bin"),
    COUNT_COLUMN("replicates", "with an amount in the bin", "73"),
};
const pbr_schema pbr_whatif_distribution_schema = {.name = "whatif-distribution",
                                                   .file = "distribution.csv",
                                                   .title = "What if: amounts over the replicates",
                                                   PBR_SCHEMA_COLUMNS(distribution_columns),
                                                   .key = "effect,baseline,of,name,from_pence"};

static const pbr_column power_columns[] = {
    LINE_COLUMNS,
    FALL_COLUMN("fall", "true fall from the baseline", "2"),
    COUNT_COLUMN("cases", "the metric's denominator", "1250"),
    SIMULATED_COLUMN("chance", "of the result better, at that size", "share", "0.31"),
    SIMULATED_COLUMN("chance_worse", "of the result worse, at that size", "share", "0.0001"),
    SIMULATED_COLUMN("chance_paid", "of a payment: better, and the hurdle where it is known",
                     "share", "0.29"),
    PBR_TEXT_COLUMN("how", "exact: binomial sums; normal: by the normal approximation", "exact"),
    SIMULATED_COLUMN("wanted", "chance of the result better that is wanted", "share", "0.8"),
    MAYBE_COUNT("needed", "smallest size from which on the chance is that; blank: none found",
                "4200"),
    SIMULATED_COLUMN("needed_normal", "the same by the closed form", "cases", "4187.31"),
};
const pbr_schema pbr_whatif_power_schema = {.name = "whatif-power",
                                            .file = "power.csv",
                                            .title = "What if: chance that a fall is seen",
                                            PBR_SCHEMA_COLUMNS(power_columns),
                                            .key = "cpa,cohort,line,fall"};

static const pbr_column curve_columns[] = {
    PBR_TEXT_COLUMN("line", "line of the rules", "binary"),
    PBR_TEXT_COLUMN("rules", "version of the rules", "2015-award"),
    FALL_COLUMN("fall", "true fall from the baseline", "2"),
    PBR_TEXT_COLUMN(
        "at", "size: a point of the curve; quarter, year: the median size of such cohorts", "size"),
    COUNT_COLUMN("cases", "size of the cohort", "1000"),
    SIMULATED_COLUMN("chance", "of the result better", "share", "0.31"),
};
const pbr_schema pbr_whatif_curve_schema = {.name = "whatif-power-curve",
                                            .file = "power-curve.csv",
                                            .title = "What if: chance that a fall is seen, by size",
                                            PBR_SCHEMA_COLUMNS(curve_columns),
                                            .key = "line,rules,fall,at,cases"};

const pbr_schema *const pbr_whatif_schemas[PBR_WHATIF_TABLES] = {
    &pbr_whatif_term_schema,       &pbr_whatif_line_schema,       &pbr_whatif_sum_schema,
    &pbr_whatif_sweep_schema,      &pbr_whatif_sweep_sum_schema,  &pbr_whatif_tornado_schema,
    &pbr_whatif_break_even_schema, &pbr_whatif_simulation_schema, &pbr_whatif_distribution_schema,
    &pbr_whatif_power_schema,      &pbr_whatif_curve_schema,
};
