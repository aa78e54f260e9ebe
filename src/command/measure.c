/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/readiness.h"
#include "command/second.h"
#include "measure/metrics_csv.h"

static const pbr_option options[] = {
    PBR_DATA_OPTIONS,
    {"cohorts", "LIST", false, "cohorts to print: 2015Q4,2015/16 or all-ripe; default: all"},
    PBR_SECOND_OPTIONS,
    {0},
};

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    pbr_work work;
    const char *list = pbr_arguments_value(arguments, "cohorts");
    bool second = pbr_arguments_has(arguments, "cross-check") ||
                  pbr_arguments_has(arguments, "outcomes"); /* holds the extracts to be the same */
    pbr_arguments_need(arguments, "as-at", diag);
    pbr_work_load(&work, arguments, second, diag);
    if (work.measures && list) pbr_work_choose_cohorts(&work, list, diag);
    const size_t *chosen = list ? work.cohorts : NULL;
    pbr_second_opinion opinion = {0};
    bool ok =
        !pbr_diag_failed(diag) &&
        pbr_second_opinion_begin(&opinion, &work, chosen, work.cohorts_count, arguments, diag);
    if (ok) {
        pbr_tell_checks(&work, chosen, work.cohorts_count, diag);
        pbr_out *out = pbr_out_stream(stdout);
        pbr_metrics_write(out, work.measures, work.contract, chosen, work.cohorts_count);
        ok = pbr_out_close(out);
    }
    ok &= pbr_second_opinion_end(&opinion, ok, diag);
    pbr_work_free(&work);
    return ok ? PBR_EXIT_OK : PBR_EXIT_NOT_DONE;
}

const pbr_command pbr_measure_command = {
    .name = "measure",
    .summary = "print the metrics table of extracts",
    .examples = "  pbrcalc measure --contract contracts/transforming-rehabilitation \\\n"
                "      --cohort cohort.csv --reoffences reoffences.csv --snapshot 2017-12-31 \\\n"
                "      --as-at 2018-01-26 > metrics.csv\n",
    .usage =
        "  pbrcalc measure --contract DIR --cohort FILE... --reoffences FILE... --snapshot DATE "
        "\\\n      --as-at DATE [--cohorts LIST] [--cross-check] [--outcomes FILE]\n",
    .options = options,
    .run = run,
};
