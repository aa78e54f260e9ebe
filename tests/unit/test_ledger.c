/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tiny extract under every combination of the terms on persons and transfers. What each must come
 * to is worked by hand beside the table. */
#include "sample_contract.h"

#include "measure/measure.h"

#define COHORT_HEADER                                                                              \
    "person_id,cpa,start_date,start_type,ogrs,start_id,managed_by,transferred_on\n"
#define REOFFENCE_HEADER "person_id,offence_date,outcome_date,outcome,offence_id,breach\n"

/* All starts but P6b lie in 2015Q4:
 *   P1  A1 excluded (NPS), then A1 plain; one reoffence inside both windows
 *   P2  A1, then A2; one reoffence inside both windows
 *   P3  A1, transferred 2016-02-01; one reoffence before and one after the transfer
 *   P4  A1, transferred 2016-02-01, reoffence only after it; then A1 again, not transferred
 *   P5  A1 without a score, then A1 with one
 *   P6  A1 in 2015Q4 and A1 in 2016Q1 */
static const char *const cohort_rows[] = {
    "P1,A1,2015-10-01,order,10.5,,NPS,\n",         "P1,A1,2015-11-01,order,20.25,,CRC,\n",
    "P2,A1,2015-10-02,order,30,,CRC,\n",           "P2,A2,2015-10-20,order,31,,CRC,\n",
    "P3,A1,2015-10-05,order,40,,CRC,2016-02-01\n", "P4,A1,2015-10-06,order,50,,CRC,2016-02-01\n",
    "P4,A1,2015-12-01,order,51,,CRC,\n",           "P5,A1,2015-10-07,order,,,CRC,\n",
    "P5,A1,2015-12-05,order,60,,CRC,\n",           "P6,A1,2015-12-20,order,70.000001,,CRC,\n",
    "P6,A1,2016-01-10,order,71,,CRC,\n",
};
static const char *const reoffence_rows[] = {
    "P1,2016-01-10,2016-02-10,conviction,,no\n", "P2,2016-05-05,2016-06-06,caution,,no\n",
    "P3,2016-01-05,2016-04-01,conviction,,no\n", "P3,2016-03-01,2016-04-01,conviction,,no\n",
    "P4,2016-03-01,2016-04-01,conviction,,no\n",
};

static char *joined(const char *header, const char *const *rows, size_t count)
{
    char *text = pbr_strdup(header);
    for (size_t i = 0; i < count; i++) {
        char *more = pbr_sprintf("%s%s", text, rows[i]);
        free(text);
        text = more;
    }
    return text;
}

/* Measures two extracts given as text; NULL if anything was wrong. */
static pbr_measures *measure(const pbr_contract *contract, const char *cohort,
                             const char *reoffences, pbr_diag *diag)
{
    char *folder = new_folder(), digests[2][PBR_SHA256_TEXT];
    char *cohort_path = write_in(folder, "cohort.csv", cohort);
    char *reoffence_path = write_in(folder, "reoffences.csv", reoffences);
    const char *const cohorts[] = {cohort_path}, *const offences[] = {reoffence_path};
    pbr_extracts extracts = {
        .cohort_files = cohorts,
        .reoffence_files = offences,
        .cohort_files_count = 1,
        .reoffence_files_count = 1,
        .snapshot = day("2018-01-01"),
        .as_at = day("2018-02-01"),
        .digests = digests,
    };
    pbr_measures *measures = pbr_measure_extracts(contract, &extracts, diag);
    free(cohort_path);
    free(reoffence_path);
    remove_folder(folder);
    return measures;
}

static pbr_measures *measure_well(const pbr_contract *contract, const char *cohort,
                                  const char *reoffences)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_measures *measures = measure(contract, cohort, reoffences, diag);
    assert_no_errors(diag);
    assert_non_null(measures);
    pbr_diag_free(diag);
    return measures;
}

static pbr_measures *measure_tiny(const pbr_contract *contract)
{
    char *cohort = joined(COHORT_HEADER, cohort_rows, COUNT(cohort_rows));
    char *reoffences = joined(REOFFENCE_HEADER, reoffence_rows, COUNT(reoffence_rows));
    pbr_measures *measures = measure_well(contract, cohort, reoffences);
    free(cohort);
    free(reoffences);
    return measures;
}

struct counts {
    int64_t starts, eligible, measurable, reoffenders, reoffences;
};

static void assert_counts(const pbr_contract *contract, const pbr_measures *measures, size_t area,
                          const char *cohort, struct counts wanted)
{
    const pbr_measure *m =
        pbr_measures_find(measures, area, pbr_contract_cohort(contract, cohort), false);
    assert_non_null(m);
    if (m->starts != wanted.starts || m->eligible != wanted.eligible ||
        m->measurable != wanted.measurable || m->reoffenders != wanted.reoffenders ||
        m->reoffences != wanted.reoffences)
        fail_msg("area %zu, %s: %ld %ld %ld %ld %ld instead of %ld %ld %ld %ld %ld", area, cohort,
                 (long)m->starts, (long)m->eligible, (long)m->measurable, (long)m->reoffenders,
                 (long)m->reoffences, (long)wanted.starts, (long)wanted.eligible,
                 (long)wanted.measurable, (long)wanted.reoffenders, (long)wanted.reoffences);
}

/* A1 in 2015Q4, 9 starts, by treatment: keep, exclude, exclude-unless-reoffended, stop-counting.
 * "m x n" is a reoffender with n reoffences.
 *
 * Every start counts; P1a is excluded and P5a has no score:
 *   keep     P1b x1, P2a x1, P3 x2, P4a x1, P4b x1, P5b, P6a
 *   exclude  P3 and P4a go
 *   unless   P4a goes; P3 reoffended before and stays with both
 *   stop     P3 keeps one, P4a none
 * First start, exclusions first: P1b stands for P1, P5a for P5 (eligible, not measurable):
 *   keep     P1b x1, P2a x1, P3 x2, P4a x1, P6a
 *   exclude  P3 and P4a go; P4b x1 stands for P4
 *   unless   P4a goes, P4b x1 stands for it; P3 x2 stays
 *   stop     P3 x1, P4a x0; P4b is later
 * First start before exclusions: P1a stands for P1 and is excluded; P4b is later in any case:
 *   keep     P2a x1, P3 x2, P4a x1, P6a
 *   exclude  P3 and P4a go
 *   unless   P4a goes
 *   stop     P3 x1, P4a x0 */
enum { EVERY, FIRST_AFTER, FIRST_BEFORE, WAYS };
static const struct counts a1[WAYS][4] = {
    [EVERY] = {{9, 8, 7, 5, 6}, {9, 6, 5, 3, 3}, {9, 7, 6, 4, 5}, {9, 8, 7, 4, 4}},
    [FIRST_AFTER] = {{9, 6, 5, 4, 5}, {9, 5, 4, 3, 3}, {9, 6, 5, 4, 5}, {9, 6, 5, 3, 3}},
    [FIRST_BEFORE] = {{9, 5, 4, 3, 4}, {9, 3, 2, 1, 1}, {9, 4, 3, 2, 3}, {9, 5, 4, 2, 2}},
};

static void every_combination_of_persons_and_transfers(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_terms *terms = contract->rules[0].terms;
    for (int count = PBR_FIRST_START; count <= PBR_EVERY_START; count++)
        for (int within = PBR_WITHIN_AREA; within <= PBR_WITHIN_SCHEME; within++)
            for (int dedup = PBR_AFTER_EXCLUSIONS; dedup <= PBR_BEFORE_EXCLUSIONS; dedup++)
                for (int treatment = PBR_KEEP; treatment <= PBR_STOP_COUNTING; treatment++) {
                    bool every = count == PBR_EVERY_START;
                    bool before = dedup == PBR_BEFORE_EXCLUSIONS;
                    /* P2's start in A2 is a later one only where persons count within the scheme */
                    bool later = !every && within == PBR_WITHIN_SCHEME;
                    terms->persons.count = (pbr_persons_count)count;
                    terms->persons.within = (pbr_within)within;
                    terms->persons.deduplicate = (pbr_deduplicate)dedup;
                    terms->transferred.treatment = (pbr_transferred)treatment;
                    pbr_measures *m = measure_tiny(contract);
                    int way = every ? EVERY : before ? FIRST_BEFORE : FIRST_AFTER;
                    assert_counts(contract, m, 0, "2015Q4", a1[way][treatment]);
                    assert_counts(contract, m, 1, "2015Q4",
                                  later ? (struct counts){1, 0, 0, 0, 0}
                                        : (struct counts){1, 1, 1, 1, 1});
                    assert_counts(contract, m, 0, "2016Q1", (struct counts){1, 1, 1, 0, 0});
                    pbr_measures_free(m);
                }
    pbr_contract_free(contract);
}

/* Sums over P1b 20.25, P2a 30, P3 40, P4a 50, P6a 70.000001: 210.250001; squares 410.0625 + 900 +
 * 1600 + 2500 + 4900.000140000001 = 10310.062640000001; reoffenders 20.25 + 30 + 40 + 50 = 140.25;
 * reoffences squared 1 + 1 + 4 + 1 = 7. */
static void sums_are_exact(void **state)
{
    (void)state;
    char text[PBR_RATIO_TEXT];
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_measures *measures = measure_tiny(contract);
    const pbr_measure *m = pbr_measures_find(measures, 0, 0, false);
    assert_string_equal(pbr_decimal_text(text, m->ogrs_sum, 12), "210.250001");
    assert_string_equal(pbr_decimal_text(text, m->ogrs_squares, 12), "10310.062640000001");
    assert_string_equal(pbr_decimal_text(text, m->ogrs_sum_reoffenders, 12), "140.25");
    assert_ratio(m->reoffences_squared, 7, 1);
    assert_true(m->has_ogrs_sum && m->has_ogrs_squares && m->has_squared);
    pbr_measures_free(measures);
    pbr_contract_free(contract);
}

static void every_start_is_in_one_bucket(void **state)
{
    (void)state;
    static const struct {
        const char *stage, *reason;
        int64_t starts, reoffenders, reoffences;
        long score; /* millionths */
    } wanted[] = {
        {"excluded", "nps", 1, 1, 1, 10500000},
        {"excluded", "transferred", 2, 2, 3, 90000000},
        {"excluded", "later-start", 1, 0, 0, 60000000},
        {"unmeasurable", "no-score", 1, 0, 0, 0},
        {"counted", "counted", 4, 3, 3, 171250001},
    };
    pbr_contract *contract = load_sample(NULL, 0);
    contract->rules[0].terms->transferred.treatment = PBR_EXCLUDE;
    pbr_measures *measures = measure_tiny(contract);
    size_t found = 0;
    for (size_t i = 0; i < measures->attrition_count; i++) {
        const pbr_attrition *row = &measures->attrition[i];
        if (row->area != 0 || row->cohort != 0) continue;
        assert_true(found < COUNT(wanted));
        assert_string_equal(row->stage, wanted[found].stage);
        assert_string_equal(row->reason, wanted[found].reason);
        assert_int_equal(row->starts, wanted[found].starts);
        assert_int_equal(row->reoffenders, wanted[found].reoffenders);
        assert_int_equal(row->reoffences, wanted[found].reoffences);
        assert_ratio(row->ogrs_sum, wanted[found].score, 1000000);
        assert_non_null(row->clause);
        found++;
    }
    assert_int_equal(found, COUNT(wanted));
    pbr_measures_free(measures);
    pbr_contract_free(contract);
}

/* A later start that is transferred: exclusions first, it is in their bucket; before them, it is a
 * later start. */
static void the_order_of_persons_and_exclusions_names_the_bucket(void **state)
{
    (void)state;
    static const char *const reasons[] = {
        [PBR_AFTER_EXCLUSIONS] = "transferred",
        [PBR_BEFORE_EXCLUSIONS] = "later-start",
    };
    for (int dedup = PBR_AFTER_EXCLUSIONS; dedup <= PBR_BEFORE_EXCLUSIONS; dedup++) {
        pbr_contract *contract = load_sample(NULL, 0);
        contract->rules[0].terms->transferred.treatment = PBR_EXCLUDE;
        contract->rules[0].terms->persons.deduplicate = (pbr_deduplicate)dedup;
        pbr_measures *m = measure_well(contract,
                                       COHORT_HEADER "P1,A1,2015-10-01,order,50,,CRC,\n"
                                                     "P1,A1,2015-11-01,order,50,,CRC,2016-02-01\n",
                                       REOFFENCE_HEADER "P9,2016-05-01,2016-06-01,caution,,no\n");
        for (size_t i = 0; i < m->attrition_count; i++) {
            const pbr_attrition *row = &m->attrition[i];
            bool holds = !strcmp(row->reason, "counted") || !strcmp(row->reason, reasons[dedup]);
            assert_int_equal(row->starts, holds);
        }
        pbr_measures_free(m);
        pbr_contract_free(contract);
    }
}

static void shuffle(uint64_t *seed, const char **rows, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = (size_t)below(seed, (int64_t)i);
        const char *row = rows[i - 1];
        rows[i - 1] = rows[k];
        rows[k] = row;
    }
}

static bool same_measures(const pbr_measures *a, const pbr_measures *b)
{
    if (a->measures_count != b->measures_count || a->attrition_count != b->attrition_count)
        return false;
    for (size_t i = 0; i < a->measures_count; i++) {
        const pbr_measure *x = &a->measures[i], *y = &b->measures[i];
        if (x->area != y->area || x->cohort != y->cohort || x->starts != y->starts ||
            x->eligible != y->eligible || x->measurable != y->measurable ||
            x->reoffenders != y->reoffenders || x->reoffences != y->reoffences ||
            !mpq_equal(x->ogrs_sum, y->ogrs_sum) || !mpq_equal(x->ogrs_squares, y->ogrs_squares))
            return false;
    }
    return true;
}

/* Two starts of one person on one day: the start id decides, whichever row comes first. */
static void the_order_of_rows_does_not_matter(void **state)
{
    (void)state;
    const char *starts[COUNT(cohort_rows) + 3], *offences[COUNT(reoffence_rows)];
    uint64_t seed = 12;
    memcpy(starts, cohort_rows, sizeof cohort_rows);
    memcpy(offences, reoffence_rows, sizeof reoffence_rows);
    starts[COUNT(cohort_rows)] = "P7,A1,2015-10-09,release,80,S2,CRC,\n";
    starts[COUNT(cohort_rows) + 1] = "P7,A1,2015-10-09,order,81,S1,NPS,\n";
    starts[COUNT(cohort_rows) + 2] = "P7,A1,2015-10-09,order,82,S3,CRC,\n";
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_measures *first = NULL;
    for (int i = 0; i < 100; i++) {
        char *cohort = joined(COHORT_HEADER, starts, COUNT(starts));
        char *reoffences = joined(REOFFENCE_HEADER, offences, COUNT(offences));
        pbr_measures *measures = measure_well(contract, cohort, reoffences);
        if (first) assert_true(same_measures(first, measures));
        if (first)
            pbr_measures_free(measures);
        else
            first = measures;
        shuffle(&seed, starts, COUNT(starts));
        shuffle(&seed, offences, COUNT(offences));
        free(cohort);
        free(reoffences);
    }
    /* S1 is excluded, so S2 stands for P7: 210.250001 + 80. */
    assert_ratio(pbr_measures_find(first, 0, 0, false)->ogrs_sum, 290250001, 1000000);
    pbr_measures_free(first);
    pbr_contract_free(contract);
}

/* One start on 2016-02-29 and one reoffence at a time: does it count? */
static void reoffences_at_the_edges(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        int64_t counted;
    } cases[] = {
        {"P1,2016-02-29,2016-02-29,conviction,,no\n", 1},
        {"P1,2016-02-28,2016-03-29,conviction,,no\n", 0},
        {"P1,2017-02-27,2017-08-28,conviction,,no\n", 1},
        {"P1,2017-02-28,2017-03-01,conviction,,no\n", 0},
        {"P1,2017-02-27,2017-08-29,conviction,,no\n", 0},
        {"P1,2016-05-01,2016-06-01,acquittal,,no\n", 0},
        {"P1,2016-05-01,2016-06-01,conviction,,yes\n", 0},
        {"P1,2016-05-01,2016-06-01,caution,,\n", 1},
        {"P2,2016-05-01,2016-06-01,conviction,,no\n", 0},
        /* one offence, two outcomes, in either order and whichever of them proves it */
        {"P1,2016-05-01,2016-06-01,conviction,O1,no\nP1,2016-05-01,2016-07-01,caution,O1,no\n", 1},
        {"P1,2016-05-01,2016-06-01,acquittal,O1,no\nP1,2016-05-01,2016-07-01,caution,O1,no\n", 1},
        {"P1,2017-01-01,2017-09-01,caution,O1,no\nP1,2017-01-01,2017-08-28,caution,O1,no\n", 1},
        /* one court appearance may hold several offences alike */
        {"P1,2016-05-01,2016-06-01,caution,,no\nP1,2016-05-01,2016-06-01,caution,,no\n", 2},
        {"P1,2016-05-01,2016-06-01,caution,O1,no\nP1,2016-05-01,2016-06-01,caution,O2,no\n", 2},
    };
    pbr_contract *contract = load_sample(NULL, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *reoffences = pbr_sprintf("%s%s", REOFFENCE_HEADER, cases[i].row);
        pbr_measures *m =
            measure_well(contract, COHORT_HEADER "P1,A1,2016-02-29,order,50,,CRC,\n", reoffences);
        if (pbr_measures_find(m, 0, 1, false)->reoffences != cases[i].counted)
            fail_msg("case %zu counts %ld", i, (long)pbr_measures_find(m, 0, 1, false)->reoffences);
        pbr_measures_free(m);
        free(reoffences);
    }
    pbr_contract_free(contract);
}

/* What rows that repeat another are worth is measured beside. */
static void repeats_are_measured_beside(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_measures *m = measure_well(contract, COHORT_HEADER "P1,A1,2015-10-01,order,50,,CRC,\n",
                                   REOFFENCE_HEADER "P1,2016-05-01,2016-06-01,caution,,no\n"
                                                    "P1,2016-05-01,2016-06-01,caution,,no\n"
                                                    "P1,2016-05-01,2016-06-01,caution,,no\n"
                                                    "P1,2016-05-01,2016-06-02,caution,,no\n");
    assert_counts(contract, m, 0, "2015Q4", (struct counts){1, 1, 1, 1, 4});
    assert_non_null(m->without_repeats);
    assert_counts(contract, m->without_repeats, 0, "2015Q4", (struct counts){1, 1, 1, 1, 2});
    assert_int_equal(m->counts.reoffences_repeated, 2);
    pbr_measures_free(m);
    pbr_contract_free(contract);
}

/* Rows that are alike need not stand together in the file, nor be told from others by more than a
 * day. */
static void repeats_are_found_wherever_they_stand(void **state)
{
    (void)state;
    static const char *const rows[] = {"P1,2016-05-02,2016-06-01,caution,,no\n",
                                       "P1,2016-05-01,2016-06-01,caution,,no\n",
                                       "P1,2016-05-02,2016-06-02,caution,,no\n"};
    pbr_contract *contract = load_sample(NULL, 0);
    for (size_t first = 0; first < COUNT(rows); first++)
        for (size_t other = 0; other < COUNT(rows); other++) {
            if (other == first) continue;
            char *text =
                pbr_sprintf("%s%s%s%s", REOFFENCE_HEADER, rows[first], rows[other], rows[first]);
            pbr_measures *m =
                measure_well(contract, COHORT_HEADER "P1,A1,2015-10-01,order,50,,CRC,\n", text);
            assert_counts(contract, m, 0, "2015Q4", (struct counts){1, 1, 1, 1, 3});
            assert_counts(contract, m->without_repeats, 0, "2015Q4",
                          (struct counts){1, 1, 1, 1, 2});
            pbr_measures_free(m);
            free(text);
        }
    pbr_contract_free(contract);
}

/* A reoffence counts for each start whose window holds it: in two areas, and in two quarters. */
static void one_reoffence_may_count_for_several_starts(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_measures *m = measure_well(contract,
                                   COHORT_HEADER "P1,A1,2015-10-01,order,50,,CRC,\n"
                                                 "P1,A2,2015-11-01,order,50,,CRC,\n"
                                                 "P1,A1,2016-01-01,order,50,,CRC,\n",
                                   REOFFENCE_HEADER "P1,2016-05-01,2016-06-01,caution,,no\n");
    assert_counts(contract, m, 0, "2015Q4", (struct counts){1, 1, 1, 1, 1});
    assert_counts(contract, m, 1, "2015Q4", (struct counts){1, 1, 1, 1, 1});
    assert_counts(contract, m, 0, "2016Q1", (struct counts){1, 1, 1, 1, 1});
    assert_counts(contract, m, 0, "2015/16", (struct counts){2, 2, 2, 2, 2});
    assert_int_equal(m->counts.reoffences_counted, 1);
    pbr_measures_free(m);
    pbr_contract_free(contract);
}

/* A year of distinct persons counts each person once, at the first start in the year. */
static void a_year_may_count_distinct_persons(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    contract->rules[0].terms->cohort.year_members = PBR_DISTINCT_PERSONS;
    pbr_measures *m = measure_well(contract,
                                   COHORT_HEADER "P1,A1,2015-10-01,order,50,,CRC,\n"
                                                 "P2,A1,2015-11-01,order,50,,CRC,\n"
                                                 "P1,A1,2016-01-01,order,60,,CRC,\n",
                                   REOFFENCE_HEADER "P1,2016-11-01,2016-12-01,caution,,no\n");
    assert_counts(contract, m, 0, "2015Q4", (struct counts){2, 2, 2, 0, 0});
    assert_counts(contract, m, 0, "2016Q1", (struct counts){1, 1, 1, 1, 1});
    assert_counts(contract, m, 0, "2015/16", (struct counts){3, 2, 2, 0, 0});
    pbr_measures_free(m);
    pbr_contract_free(contract);
}

/* A1 goes by the sample's rules without their exclusions, A2 by a second version, with an exclusion
 * of its own, by a column that the first does not name, and with transfers. */
static pbr_contract *two_versions(pbr_terms *second, pbr_filter *filter)
{
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_rules *rules = pbr_arena_alloc(contract->arena, 2 * sizeof *rules);
    rules[0] = rules[1] = contract->rules[0];
    *second = *rules[0].terms;
    *filter = second->exclude[0];
    rules[1].terms = second;
    rules[0].terms->exclude_count = 0;
    rules[0].terms->transferred.column = NULL;
    second->exclude = filter;
    second->transferred.treatment = PBR_EXCLUDE;
    contract->rules = rules;
    contract->rules_count = 2;
    for (size_t i = 0; i < contract->agreements_count; i++)
        ((pbr_agreement *)(uintptr_t)contract->agreements)[i].rules =
            contract->agreements[i].area == 1;
    return contract;
}

static void each_version_has_its_own_exclusions(void **state)
{
    (void)state;
    pbr_terms second;
    pbr_filter filter;
    pbr_contract *contract = two_versions(&second, &filter);
    char *rows = pbr_strdup(COHORT_HEADER);
    for (int area = 1; area <= 2; area++) {
        static const char kinds[][24] = {"50,,CRC,", "50,,NPS,", ",,CRC,", "50,,CRC,2015-11-11"};
        for (size_t i = 0; i < COUNT(kinds); i++) {
            char *more =
                pbr_sprintf("%sP%d%zu,A%d,2015-10-05,order,%s\n", rows, area, i, area, kinds[i]);
            free(rows);
            rows = more;
        }
    }
    pbr_measures *m =
        measure_well(contract, rows, REOFFENCE_HEADER "P10,2016-05-01,2016-06-01,caution,,no\n");
    assert_counts(contract, m, 0, "2015Q4", (struct counts){4, 4, 3, 1, 1});
    assert_counts(contract, m, 1, "2015Q4", (struct counts){4, 2, 1, 0, 0});
    pbr_measures_free(m);
    free(rows);
    pbr_contract_free(contract);
}

/* A class holds the number of the filter in a byte. */
static void no_version_has_more_exclusions_than_can_be_numbered(void **state)
{
    (void)state;
    enum { MOST = 100 };
    for (unsigned count = MOST; count <= MOST + 1; count++) {
        pbr_terms second;
        pbr_filter filter, many[MOST + 1];
        pbr_contract *contract = two_versions(&second, &filter);
        for (size_t i = 0; i < COUNT(many); i++) many[i] = filter;
        second.exclude = many;
        second.exclude_count = count;
        pbr_diag *diag = pbr_diag_new();
        pbr_measures *m = measure(contract, COHORT_HEADER "P1,A1,2015-10-01,order,50,,CRC,\n",
                                  REOFFENCE_HEADER "P1,2016-05-01,2016-06-01,caution,,no\n", diag);
        assert_int_equal(m != NULL, count == MOST);
        if (!m) assert_only_error(diag, "bad-contract");
        pbr_measures_free(m);
        pbr_diag_free(diag);
        pbr_contract_free(contract);
    }
}

/* Rows that are alike but for their day: those of the last day outside the scheme, of the first and
 * the last of each quarter, and of the first day after it; from the first to the last, and back. */
static void days_are_in_their_cohort(void **state)
{
    (void)state;
    static const char *const days[] = {"2015-09-30", "2015-10-01", "2015-12-31", "2016-01-01",
                                       "2016-03-31", "2016-04-01", "2016-06-30", "2016-07-01"};
    pbr_contract *contract = load_sample(NULL, 0);
    for (int back = 0; back < 2; back++) {
        char *rows = pbr_strdup(COHORT_HEADER);
        for (size_t i = 0; i < COUNT(days); i++) {
            size_t at = back ? COUNT(days) - 1 - i : i;
            char *more = pbr_sprintf("%sP%zu,A1,%s,order,50,,CRC,\n", rows, at, days[at]);
            free(rows);
            rows = more;
        }
        pbr_measures *m =
            measure_well(contract, rows, REOFFENCE_HEADER "P1,2015-10-01,2015-10-02,caution,,no\n");
        assert_counts(contract, m, 0, "2015Q4", (struct counts){2, 2, 2, 1, 1});
        assert_counts(contract, m, 0, "2016Q1", (struct counts){2, 2, 2, 0, 0});
        assert_counts(contract, m, 0, "2016Q2", (struct counts){2, 2, 2, 0, 0});
        assert_int_equal(m->counts.starts_outside, 2);
        pbr_measures_free(m);
        free(rows);
    }
    pbr_contract_free(contract);
}

/* Verdicts are kept for rows whose cells are alike; that there are more kinds of rows than are kept
 * changes none of them. */
static void any_number_of_kinds_of_rows(void **state)
{
    (void)state;
    enum { KINDS = 20000 }; /* more than PBR_ROW_KINDS */
    pbr_contract *contract = load_sample(NULL, 0);
    char *rows = NULL;
    size_t bytes = 0;
    FILE *text = open_memstream(&rows, &bytes);
    fputs(COHORT_HEADER, text);
    for (int i = 0; i < KINDS; i++)
        fprintf(text, "P%d,A%d,2015-10-05,order,50,,CRC%d,\n", i, 1 + i % 2, i);
    for (int i = 0; i < KINDS; i++)
        fprintf(text, "R%d,A%d,2015-10-05,order,50,,%s,\n", i, 1 + i % 2, i % 3 ? "CRC" : "NPS");
    assert_int_equal(fclose(text), 0);
    pbr_measures *m =
        measure_well(contract, rows, REOFFENCE_HEADER "P1,2016-05-01,2016-06-01,caution,,no\n");
    int64_t excluded[2] = {0};
    for (int i = 0; i < KINDS; i++) excluded[i % 2] += i % 3 == 0;
    assert_counts(contract, m, 0, "2015Q4",
                  (struct counts){KINDS, KINDS - excluded[0], KINDS - excluded[0], 0, 0});
    assert_counts(contract, m, 1, "2015Q4",
                  (struct counts){KINDS, KINDS - excluded[1], KINDS - excluded[1], 1, 1});
    pbr_measures_free(m);
    free(rows);
    pbr_contract_free(contract);
}

static void what_blocks(void **state)
{
    (void)state;
    static const struct {
        const char *start, *offence, *id;
    } cases[] = {
        {"P1,A1,2015-10-01,order,50,,CRC,\nP1,A1,2015-10-01,order,60,,CRC,\n", "",
         "duplicate-start"},
        {"P1,A9,2015-10-01,order,50,,CRC,\n", "", "unknown-area"},
        {"P1,A1,2015-10-01,ordre,50,,CRC,\n", "", "unknown-start-type"},
        {"P1,A1,2018-01-02,order,50,,CRC,\n", "", "after-snapshot"},
        {"P1,A1,2015-10-01,order,101,,CRC,\n", "", "bad-score"},
        {"P1,A1,2015-10-01,order,50.1234567,,CRC,\n", "", "bad-score"},
        {"P1,A1,,order,50,,CRC,\n", "", "blank-date"},
        {"P1,A1,2015-10-01,order,50,,CRC,soon\n", "", "bad-date"},
        {"P1,A1,2015-10-01,order,50,,CRC,\n", "P1,2016-01-02,2016-01-01,caution,,no\n",
         "outcome-before-offence"},
        {"P1,A1,2015-10-01,order,50,,CRC,\n", "P1,2016-01-02,2018-01-02,caution,,no\n",
         "after-snapshot"},
        {"P1,A1,2015-10-01,order,50,,CRC,\n", "P1,,2016-01-02,caution,,no\n", "blank-date"},
        {"P1,A1,2015-10-01,order,50,,CRC,\n",
         "P1,2016-01-02,2016-01-03,caution,O1,no\nP1,2016-01-01,2016-01-04,caution,O1,no\n",
         "offence-dates-differ"},
        {"", "", "empty-file"},
    };
    pbr_contract *contract = load_sample(NULL, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *cohort = pbr_sprintf("%s%s", COHORT_HEADER, cases[i].start);
        const char *offence = *cases[i].offence ? cases[i].offence : reoffence_rows[0];
        char *reoffences = pbr_sprintf("%s%s", REOFFENCE_HEADER, offence);
        pbr_diag *diag = pbr_diag_new();
        assert_null(measure(contract, cohort, reoffences, diag));
        assert_only_error(diag, cases[i].id);
        pbr_diag_free(diag);
        free(cohort);
        free(reoffences);
    }
    pbr_contract_free(contract);
}

/* The same extract in other words: renamed columns, recoded cells, scores as fractions. */
static void an_extract_may_use_its_own_words(void **state)
{
    (void)state;
    struct change change = {"scheme.yaml", "clause: all\n",
                            "extract:\n"
                            "  columns:\n"
                            "    - {column: person_id, from: offender_id}\n"
                            "    - {column: ogrs, from: risk}\n"
                            "  codes:\n"
                            "    - {column: cpa, from: North, to: A1}\n"
                            "    - {column: start_type, from: CO, to: order}\n"
                            "    - {column: outcome, from: C, to: conviction}\n"
                            "    - {column: managed_by, from: P, to: NPS}\n"
                            "  score-scale: \"100\"\n"
                            "clause: all\n"};
    pbr_contract *contract = load_sample(&change, 1);
    pbr_measures *m = measure_well(
        contract,
        "offender_id,cpa,start_date,start_type,risk,start_id,managed_by,transferred_on\n"
        "P1,North,2015-10-01,CO,0.4725,,C,\nP2,A1,2015-10-01,order,0.00000001,,C,\n"
        "P3,A1,2015-10-01,order,0.5,,P,\n",
        "offender_id,offence_date,outcome_date,outcome,offence_id,breach\n"
        "P1,2016-01-01,2016-01-01,C,,no\n");
    assert_counts(contract, m, 0, "2015Q4", (struct counts){3, 2, 2, 1, 1});
    assert_ratio(pbr_measures_find(m, 0, 0, false)->ogrs_sum, 47250001, 1000000);
    pbr_measures_free(m);
    pbr_contract_free(contract);
}

/* The rules follow the settlement's own day, 2018-02-01: a version that is agreed from the next day
 * on, without exclusions and with years of distinct persons, is not yet asked. */
static void the_version_is_that_of_the_day_itself(void **state)
{
    (void)state;
    const struct change change = {"rules/first.yaml", "rules-at: cohort-start",
                                  "rules-at: settlement"};
    pbr_contract *contract = load_sample(&change, 1);
    pbr_rules *first = contract->rules, both[2] = {*first, *first};
    pbr_terms later = *first->terms;
    pbr_agreement *agreed = contract->agreements, two[2] = {agreed[0], agreed[0]};
    size_t agreements_count = contract->agreements_count;
    later.exclude_count = 0;
    later.cohort.year_members = PBR_DISTINCT_PERSONS;
    both[1].terms = &later;
    two[0].to = two[1].from = day("2018-02-02");
    two[1].rules = 1;
    contract->rules = both;
    contract->rules_count = COUNT(both);
    contract->agreements = two;
    contract->agreements_count = COUNT(two);
    contract->areas_count = 1;
    pbr_measures *now = measure_well(contract, COHORT_HEADER "P1,A1,2015-10-01,order,10,,NPS,\n",
                                     REOFFENCE_HEADER "P1,2016-01-10,2016-02-10,conviction,,no\n");
    assert_counts(contract, now, 0, "2015Q4", (struct counts){1, 0, 0, 0, 0});
    assert_counts(contract, now, 0, "2015/16", (struct counts){1, 0, 0, 0, 0});
    const pbr_measure *year =
        pbr_measures_find(now, 0, pbr_contract_cohort(contract, "2015/16"), false);
    assert_int_equal(year->snapshot, day("2018-01-01")); /* as that of its quarters */
    pbr_measures_free(now);
    contract->rules = first;
    contract->rules_count = 1;
    contract->agreements = agreed;
    contract->agreements_count = agreements_count;
    pbr_contract_free(contract);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination_of_persons_and_transfers),
        cmocka_unit_test(sums_are_exact),
        cmocka_unit_test(every_start_is_in_one_bucket),
        cmocka_unit_test(the_order_of_persons_and_exclusions_names_the_bucket),
        cmocka_unit_test(the_order_of_rows_does_not_matter),
        cmocka_unit_test(reoffences_at_the_edges),
        cmocka_unit_test(repeats_are_measured_beside),
        cmocka_unit_test(repeats_are_found_wherever_they_stand),
        cmocka_unit_test(one_reoffence_may_count_for_several_starts),
        cmocka_unit_test(a_year_may_count_distinct_persons),
        cmocka_unit_test(each_version_has_its_own_exclusions),
        cmocka_unit_test(no_version_has_more_exclusions_than_can_be_numbered),
        cmocka_unit_test(days_are_in_their_cohort),
        cmocka_unit_test(any_number_of_kinds_of_rows),
        cmocka_unit_test(what_blocks),
        cmocka_unit_test(an_extract_may_use_its_own_words),
        cmocka_unit_test(the_version_is_that_of_the_day_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
