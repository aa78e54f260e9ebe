/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract folder in which one file has any bytes: the first byte says which file of which
 * contract. It is a contract or there are errors, never both and never neither; a second reading,
 * of every eighth, says the same. What can be read is settled on the scheme's worked measures. */
#include "settling.h"

#include "contract/vary.h"

#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 8 };

static const struct {
    const char *folder, *metrics, *as_at, *files[FILES_MAX];
} contracts[] = {
    {"fixtures/worked/contract",
     "tests/fuzz/contract/worked-metrics.csv",
     "2018-01-31",
     {"rules/worked.yaml", "scheme.yaml", "areas.csv", "agreements.csv", "baselines.csv",
      "prices.csv"}},
    {"contracts/straw-man-2013",
     "contracts/straw-man-2013/worked/metrics.csv",
     "2017-03-31",
     {"rules/straw-man.yaml", "scheme.yaml", "areas.csv", "agreements.csv", "baselines.csv",
      "prices.csv"}},
    {"contracts/hmp-peterborough",
     "contracts/hmp-peterborough/worked/metrics.csv",
     "2017-07-27",
     {"rules/2010-terms.yaml", "scheme.yaml", "areas.csv", "agreements.csv", "baselines.csv",
      "prices.csv", "cohorts.csv"}},
    {"contracts/hmp-doncaster",
     "contracts/hmp-doncaster/worked/metrics.csv",
     "2015-07-30",
     {"rules/2011-pilot.yaml", "scheme.yaml", "areas.csv", "agreements.csv", "baselines.csv",
      "prices.csv", "cohorts.csv", "steps.csv"}},
    {"contracts/rikers-able",
     "contracts/rikers-able/worked/metrics.csv",
     "2015-07-02",
     {"rules/2012-bond.yaml", "scheme.yaml", "areas.csv", "agreements.csv", "baselines.csv",
      "prices.csv", "cohorts.csv", "steps.csv"}},
    {"contracts/cms-hrrp",
     "contracts/cms-hrrp/worked/metrics.csv",
     "2015-10-01",
     {"rules/fiscal-2016.yaml", "scheme.yaml", "areas.csv", "agreements.csv", "baselines.csv",
      "prices.csv", "cohorts.csv", "indices.csv"}},
};

static char folders[COUNT(contracts)][120];
static fuzz_file metrics[COUNT(contracts)];

static void copy_contract(size_t c, const char *parent)
{
    char from[200], rules[200];
    snprintf(folders[c], sizeof folders[c], "%s/%zu", parent, c);
    snprintf(rules, sizeof rules, "%s/rules", folders[c]);
    MUST(mkdir(folders[c], 0777) == 0 && mkdir(rules, 0777) == 0);
    for (size_t i = 0; i < FILES_MAX && contracts[c].files[i]; i++) {
        snprintf(from, sizeof from, "%s/%s", contracts[c].folder, contracts[c].files[i]);
        if (access(from, R_OK) == 0) fuzz_copy(from, folders[c], contracts[c].files[i]);
    }
    size_t length;
    char *bytes = fuzz_read(contracts[c].metrics, &length);
    metrics[c] = fuzz_file_new();
    fuzz_fill(&metrics[c], bytes, length);
    free(bytes);
}

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    const char *parent = fuzz_folder();
    for (size_t c = 0; c < COUNT(contracts); c++) copy_contract(c, parent);
    return 0;
}

static void restore(size_t c, const char *name)
{
    char from[200], to[200];
    snprintf(from, sizeof from, "%s/%s", contracts[c].folder, name);
    snprintf(to, sizeof to, "%s/%s", folders[c], name);
    if (access(from, R_OK) == 0)
        fuzz_copy(from, folders[c], name);
    else
        unlink(to);
}

static void settle_worked(pbr_contract *contract, size_t c)
{
    fuzz_world w = {.contract = contract};
    pbr_diag *diag = pbr_diag_new();
    MUST(pbr_date_parse(contracts[c].as_at, 10, &w.as_at));
    snprintf(w.id, sizeof w.id, "%s-000000000000", contracts[c].as_at);
    pbr_measures *measures =
        pbr_metrics_read(metrics[c].path, contract, PBR_NO_DATE, w.as_at, NULL, diag);
    MUST((measures == NULL) == pbr_diag_failed(diag));
    if (measures) {
        size_t *cohorts, count = cohorts_of(measures, contract, w.as_at, &cohorts);
        settle_and_check(
            &w, measures,
            (pbr_settle_options){.cohorts = cohorts, .cohorts_count = count, .interim = true});
        free(cohorts);
    }
    pbr_measures_free(measures);
    pbr_diag_free(diag);
}

/* Every number of the tables stands in a copy where it stands in the contract. */
static void copy_numbers(pbr_contract *contract)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_contract *copy = pbr_contract_copy(contract);
    pbr_number *one, *other;
    size_t count = pbr_contract_numbers(contract, arena, &one);
    MUST(pbr_contract_numbers(copy, arena, &other) == count);
    for (size_t i = 0; i < count; i++) {
        MUST(!one[i].value == !other[i].value);
        MUST(one[i].value ? mpq_equal(one[i].value, other[i].value)
                          : *one[i].count == *other[i].count);
    }
    pbr_contract_free(copy);
    pbr_arena_free(arena);
}

static fuzz_text load(size_t c, bool settle)
{
    fuzz_text said = {0};
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = pbr_contract_load(folders[c], diag);
    MUST((contract == NULL) == pbr_diag_failed(diag));
    fuzz_add_said(&said, diag);
    fuzz_check_messages(diag, folders[c], NULL, 0);
    if (contract && settle) {
        copy_numbers(contract);
        settle_worked(contract, c);
    }
    pbr_contract_free(contract);
    pbr_diag_free(diag);
    return said;
}

static void load_again(size_t c, const fuzz_text *one)
{
    fuzz_text other = load(c, false);
    fuzz_same(one, &other);
    free(other.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!length) return 0;
    size_t c = bytes[0] / FILES_MAX % COUNT(contracts);
    const char *name = contracts[c].files[bytes[0] % FILES_MAX];
    if (!name) return -1;
    fuzz_write(folders[c], name, bytes + 1, length - 1);
    fuzz_text one = load(c, true);
    if (length % 8 == 0) load_again(c, &one);
    free(one.bytes);
    restore(c, name);
    return 0;
}
