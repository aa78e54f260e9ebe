/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metrics.csv of any bytes, settled under the contract that the first byte names; if that is odd,
 * what is not ripe is reported too. Measures that can be read are the same written and read again.
 */
#include "settling.h"

static const struct {
    const char *folder, *as_at;
} places[] = {
    {"fixtures/worked/contract", "2018-01-31"},
    {"contracts/straw-man-2013", "2017-03-31"},
    {"contracts/hmp-peterborough", "2017-07-27"},
    {"contracts/hmp-doncaster", "2015-07-30"},
    {"contracts/local-justice-reinvestment", "2012-10-31"},
    {"contracts/rikers-able", "2015-07-02"},
    {"contracts/cms-hrrp", "2015-10-01"},
    {"contracts/custody-pathfinder", "2013-12-15"},
};

static fuzz_world worlds[COUNT(places)];
static fuzz_file file, copy;

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    for (size_t i = 0; i < COUNT(places); i++)
        worlds[i] = load_world(places[i].folder, places[i].as_at);
    file = fuzz_file_new();
    copy = fuzz_file_new();
    return 0;
}

static fuzz_text written(const pbr_measures *measures, const fuzz_world *w)
{
    fuzz_text text = {0};
    pbr_out *out = pbr_out_memory(&text.bytes, &text.used);
    pbr_metrics_write(out, measures, w->contract, NULL, 0);
    MUST(pbr_out_close(out));
    return text;
}

static void read_again(const pbr_measures *measures, const fuzz_world *w)
{
    pbr_diag *diag = pbr_diag_new();
    fuzz_text one = written(measures, w);
    fuzz_fill(&copy, one.bytes, one.used);
    pbr_measures *again =
        pbr_metrics_read(copy.path, w->contract, PBR_NO_DATE, w->as_at, NULL, diag);
    if (!again) pbr_diag_print(diag, stderr, PBR_NOTE);
    MUST(again);
    fuzz_text other = written(again, w);
    fuzz_same(&one, &other);
    free(one.bytes);
    free(other.bytes);
    pbr_measures_free(again);
    pbr_diag_free(diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!length) return 0;
    const fuzz_world *w = &worlds[bytes[0] / 2 % COUNT(worlds)];
    pbr_diag *diag = pbr_diag_new();
    fuzz_fill(&file, bytes + 1, length - 1);
    pbr_measures *measures =
        pbr_metrics_read(file.path, w->contract, PBR_NO_DATE, w->as_at, NULL, diag);
    MUST((measures == NULL) == pbr_diag_failed(diag));
    fuzz_check_messages(diag, file.path, bytes + 1, length - 1);
    if (measures && measures->measures_count) {
        size_t *cohorts, count = cohorts_of(measures, w->contract, w->as_at, &cohorts);
        read_again(measures, w);
        settle_and_check(w, measures,
                         (pbr_settle_options){
                             .cohorts = cohorts, .cohorts_count = count, .interim = bytes[0] % 2});
        free(cohorts);
    }
    pbr_measures_free(measures);
    pbr_diag_free(diag);
    return 0;
}
