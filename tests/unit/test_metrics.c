/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures as sums: of parts, of quarters, through metrics.csv and back. */
#include "sample_contract.h"

#include "measure/counts.h"
#include "measure/metrics_csv.h"
#include "measure/years.h"

#define HEADER                                                                                     \
    "cpa,cohort,starts,eligible,measurable,reoffenders,reoffences,reoffences_squared,ogrs_sum"

struct read {
    pbr_contract *contract;
    pbr_diag *diag;
    pbr_measures *measures;
};

static struct read read_with(pbr_contract *contract, const char *header, const char *rows,
                             pbr_date snapshot)
{
    struct read r = {.contract = contract, .diag = pbr_diag_new()};
    char *folder = new_folder(), *text = pbr_sprintf("%s\n%s", header, rows);
    char *path = write_in(folder, "metrics.csv", text);
    r.measures = pbr_metrics_read(path, contract, snapshot, day("2018-01-26"), NULL, r.diag);
    free(path);
    free(text);
    remove_folder(folder);
    return r;
}

static struct read read_rows(const char *rows)
{
    return read_with(load_sample(NULL, 0), HEADER, rows, PBR_NO_DATE);
}

static void done(struct read *r)
{
    pbr_measures_free(r->measures);
    pbr_contract_free(r->contract);
    pbr_diag_free(r->diag);
}

static const pbr_measure *found(const struct read *r, size_t area, const char *cohort)
{
    assert_no_errors(r->diag);
    const pbr_measure *m =
        pbr_measures_find(r->measures, area, pbr_contract_cohort(r->contract, cohort), false);
    assert_non_null(m);
    return m;
}

/* The sums by hand: 900 + 900 measurable, 400 + 450 reoffenders, 4000 + 5000 squares; the scores
 * add as exact decimals to 85000.1234570. */
static void a_year_is_the_sum_of_its_quarters(void **state)
{
    (void)state;
    struct read r = read_rows("A1,2015Q4,1000,950,900,400,1100,4000,40000.1234567\n"
                              "A1,2016Q1,1000,950,900,450,1200,5000,45000.0000003\n"
                              "A1,2016Q2,10,9,8,7,6000,6000000,1\n");
    const pbr_measure *year = found(&r, 0, "2015/16");
    assert_int_equal(year->starts, 2000);
    assert_int_equal(year->eligible, 1900);
    assert_int_equal(year->measurable, 1800);
    assert_int_equal(year->reoffenders, 850);
    assert_int_equal(year->reoffences, 2300);
    assert_ratio(year->reoffences_squared, 9000, 1);
    assert_ratio(year->ogrs_sum, 85000123457, 1000000);
    assert_true(year->complete && year->ripe && year->has_ogrs_sum && year->has_squared);
    assert_false(year->has_ogrs_squares);
    assert_int_equal(found(&r, 0, "2016/17")->reoffences, 6000);
    for (size_t i = 1; i < r.measures->measures_count; i++)
        assert_true(r.measures->measures[i - 1].cohort < r.measures->measures[i].cohort);
    done(&r);
}

static void a_year_without_a_quarter_is_not_complete(void **state)
{
    (void)state;
    struct read r = read_rows("A1,2016Q1,1000,950,900,450,1200,5000,45000\n");
    assert_false(found(&r, 0, "2015/16")->complete);
    assert_null(
        pbr_measures_find(r.measures, 0, pbr_contract_cohort(r.contract, "2016/17"), false));
    assert_null(
        pbr_measures_find(r.measures, 1, pbr_contract_cohort(r.contract, "2015/16"), false));
    done(&r);
}

/* One blank sum makes the year's unknown; the others stay known. */
static void a_blank_sum_is_not_nought(void **state)
{
    (void)state;
    struct read r = read_rows("A1,2015Q4,1000,950,900,400,1100,,40000\n"
                              "A1,2016Q1,1000,950,900,450,1200,5000,45000\n");
    const pbr_measure *year = found(&r, 0, "2015/16");
    assert_false(year->has_squared);
    assert_true(year->has_ogrs_sum);
    done(&r);
}

static void a_given_year_must_agree(void **state)
{
    (void)state;
    static const char quarters[] = "A1,2015Q4,1000,950,900,400,1100,4000,40000\n"
                                   "A1,2016Q1,1000,950,900,450,1200,5000,45000\n";
    static const struct {
        const char *year;
        bool agrees;
    } cases[] = {
        {"A1,2015/16,2000,1900,1800,850,2300,9000,85000\n", true},
        {"A1,2015/16,2000,1900,1800,850,2300,,\n", true},
        {"A1,2015/16,2000,1900,1800,851,2300,9000,85000\n", false},
        {"A1,2015/16,2000,1900,1800,850,2301,9000,85000\n", false},
        {"A1,2015/16,2001,1900,1800,850,2300,9000,85000\n", false},
        {"A1,2015/16,2000,1900,1800,850,2300,9001,85000\n", false},
        {"A1,2015/16,2000,1900,1800,850,2300,9000,85000.000001\n", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *rows = pbr_sprintf("%s%s", quarters, cases[i].year);
        struct read r = read_rows(rows);
        if (cases[i].agrees)
            assert_int_equal(found(&r, 0, "2015/16")->measurable, 1800);
        else
            assert_only_error(r.diag, "year-disagrees");
        done(&r);
        free(rows);
    }
}

/* 2015Q4 ends on 2015-12-31: ripe 18 months later, on 2017-06-30. */
static void ripeness_follows_the_last_day_of_the_cohort(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    const pbr_follow_up_terms *terms = &contract->rules[0].terms->follow_up;
    assert_int_equal(pbr_ripe_on(&contract->cohorts[0], terms), day("2017-06-30"));
    assert_int_equal(pbr_ripe_on(&contract->cohorts[1], terms), day("2017-09-30"));
    assert_int_equal(pbr_ripe_on(&contract->cohorts[2], terms), day("2017-09-30"));
    pbr_contract_free(contract);
    static const struct {
        const char *snapshot;
        bool ripe;
    } cases[] = {{"2017-06-29", false}, {"2017-06-30", true}, {"2017-12-31", true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct read r =
            read_with(load_sample(NULL, 0), HEADER, "A1,2015Q4,1000,950,900,400,1100,4000,40000\n",
                      day(cases[i].snapshot));
        assert_int_equal(found(&r, 0, "2015Q4")->ripe, cases[i].ripe);
        done(&r);
    }
}

/* Each row may state its own snapshot; a year is as old as its oldest quarter, and a quarter whose
 * snapshot is not known does not make a younger one ripe. */
static void a_year_is_as_old_as_its_oldest_quarter(void **state)
{
    (void)state;
    static const struct {
        const char *q4, *q1;
        bool ripe;
    } cases[] = {
        {"2017-12-31", "2017-12-31", true},
        {"2017-07-01", "2017-12-31", false},
        {"2017-12-31", "2017-09-29", false},
        {"", "2017-09-29", false},
        {"2017-07-01", "", false},
        {"", "", true},
        {"", "2017-09-30", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *rows = pbr_sprintf("A1,2015Q4,1000,950,900,400,1100,4000,40000,%s\n"
                                 "A1,2016Q1,1000,950,900,450,1200,5000,45000,%s\n",
                                 cases[i].q4, cases[i].q1);
        struct read r = read_with(load_sample(NULL, 0), HEADER ",snapshot", rows, PBR_NO_DATE);
        if (found(&r, 0, "2015/16")->ripe != cases[i].ripe) fail_msg("case %zu", i);
        done(&r);
        free(rows);
    }
}

static void rows_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        const char *row, *id;
    } cases[] = {
        {"A1,2015Q4,10,11,9,4,11,40,400\n", "impossible-count"},
        {"A1,2015Q4,10,9,10,4,11,40,400\n", "impossible-count"},
        {"A1,2015Q4,10,9,8,9,11,40,400\n", "impossible-count"},
        {"A1,2015Q4,10,9,8,4,3,40,400\n", "impossible-count"},
        {"A1,2015Q4,10,9,8,0,3,40,400\n", "impossible-count"},
        {"A1,2015Q4,10,9,8,4,11,10,400\n", "impossible-count"},
        {"A1,2015Q4,10,9,8,4,11,40,801\n", "impossible-count"},
        {"A1,2015Q4,10,9,8,4,11,40,-1\n", "out-of-range"},
        {"A1,2015Q4,10,9,8,,11,40,400\n", "blank-cell"},
        {"A1,2015Q4,10,9,8,4.0,11,40,400\n", "bad-count"},
        {"A1,2015Q3,10,9,8,4,11,40,400\n", "unknown-cohort"},
        {"A7,2015Q4,10,9,8,4,11,40,400\n", "unknown-area"},
        {"A1,2015Q4,10,9,8,4,11,40,400\nA1,2015Q4,10,9,8,4,11,40,400\n", "repeated-row"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct read r = read_rows(cases[i].row);
        assert_null(r.measures);
        assert_only_error(r.diag, cases[i].id);
        done(&r);
    }
}

/* A settlement of monthly lines alone leaves such a file to the runs after it; where a user names
 * one, the command refuses it. */
static void a_file_without_rows_has_no_measures(void **state)
{
    (void)state;
    struct read r = read_rows("");
    assert_no_errors(r.diag);
    assert_non_null(r.measures);
    assert_int_equal(r.measures->measures_count, 0);
    done(&r);
}

/* Cauchy and Schwarz: n reoffences of r persons have squares of at least n * n / r. Twelve offences
 * of four persons cannot have a sum of squares of 35. */
static void squares_have_a_least_sum(void **state)
{
    (void)state;
    struct read r = read_rows("A1,2015Q4,10,9,8,4,12,35,400\n");
    assert_null(r.measures);
    assert_only_error(r.diag, "impossible-count");
    done(&r);
    r = read_rows("A1,2015Q4,10,9,8,4,12,36,400\n");
    assert_no_errors(r.diag);
    done(&r);
}

static void random_measure(uint64_t *seed, pbr_measure *m)
{
    m->starts = between(seed, 4, 100000);
    m->eligible = between(seed, 3, m->starts);
    m->measurable = between(seed, 2, m->eligible);
    m->reoffenders = between(seed, 1, m->measurable);
    m->reoffences = m->reoffenders + below(seed, 1000);
    pbr_ratio_set(m->reoffences_squared, m->reoffences * m->reoffences, 1);
    pbr_ratio_set(m->ogrs_sum, below(seed, m->measurable * 100000000), 1000000);
    m->has_squared = m->has_ogrs_sum = true;
}

/* What is written is read back the same, exact to the last digit. */
static void metrics_come_back_as_they_were(void **state)
{
    (void)state;
    enum { ROUNDS = 200 };
    uint64_t seed = 77;
    for (int i = 0; i < ROUNDS; i++) {
        pbr_contract *contract = load_sample(NULL, 0);
        pbr_diag *diag = pbr_diag_new();
        pbr_measures *measures = pbr_measures_new();
        for (size_t area = 0; area < 3; area++)
            for (size_t cohort = 0; cohort < 2; cohort++) {
                pbr_measure *m = pbr_measures_add(measures);
                m->area = area;
                m->cohort = cohort;
                random_measure(&seed, m);
            }
        pbr_years_add(measures, contract, day("2018-01-26"), diag);
        char *folder = new_folder(), *path = path_in(folder, "metrics.csv");
        pbr_out *out = pbr_out_open(path);
        pbr_metrics_write(out, measures, contract, NULL, 0);
        assert_true(pbr_out_close(out));
        pbr_measures *back =
            pbr_metrics_read(path, contract, PBR_NO_DATE, day("2018-01-26"), NULL, diag);
        assert_no_errors(diag);
        assert_int_equal(back->measures_count, measures->measures_count);
        for (size_t k = 0; k < back->measures_count; k++) {
            const pbr_measure *a = &measures->measures[k], *b = &back->measures[k];
            assert_true(a->area == b->area && a->cohort == b->cohort && a->starts == b->starts);
            assert_true(a->eligible == b->eligible && a->measurable == b->measurable);
            assert_true(a->reoffenders == b->reoffenders && a->reoffences == b->reoffences);
            assert_true(mpq_equal(a->reoffences_squared, b->reoffences_squared));
            assert_true(mpq_equal(a->ogrs_sum, b->ogrs_sum));
            assert_false(b->has_ogrs_squares);
        }
        pbr_measures_free(back);
        pbr_measures_free(measures);
        pbr_contract_free(contract);
        pbr_diag_free(diag);
        free(path);
        remove_folder(folder);
    }
}

static void only_the_chosen_cohorts_are_written(void **state)
{
    (void)state;
    struct read r = read_rows("A1,2015Q4,10,9,8,4,11,40,400\nA1,2016Q1,10,9,8,4,11,40,400.5\n");
    const size_t chosen[] = {1};
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    pbr_out *out = pbr_out_stream(file);
    pbr_metrics_write(out, r.measures, r.contract, chosen, 1);
    assert_true(pbr_out_close(out));
    fclose(file);
    assert_non_null(strstr(text, "\nA1,2016Q1,10,9,8,4,11,40,400.5,"));
    assert_null(strstr(text, "2015"));
    free(text);
    done(&r);
}

/* Two parts add up field by field, whatever the order. */
static void parts_add_up(void **state)
{
    (void)state;
    uint64_t seed = 6;
    pbr_measures *m = pbr_measures_new();
    for (int i = 0; i < 5; i++) pbr_measures_add(m);
    pbr_measure *a = &m->measures[0], *b = &m->measures[1];
    random_measure(&seed, a);
    random_measure(&seed, b);
    for (int i = 2; i < 4; i++) m->measures[i].has_squared = m->measures[i].has_ogrs_sum = true;
    pbr_measure_sum(&m->measures[2], a);
    pbr_measure_sum(&m->measures[2], b);
    pbr_measure_sum(&m->measures[3], b);
    pbr_measure_sum(&m->measures[3], a);
    assert_int_equal(m->measures[2].reoffences, a->reoffences + b->reoffences);
    assert_true(mpq_equal(m->measures[2].ogrs_sum, m->measures[3].ogrs_sum));
    mpq_sub(m->measures[2].ogrs_sum, m->measures[2].ogrs_sum, a->ogrs_sum);
    assert_true(mpq_equal(m->measures[2].ogrs_sum, b->ogrs_sum));
    assert_true(m->measures[2].has_squared && !m->measures[2].has_ogrs_squares);
    pbr_measures_free(m);
    pbr_measures_free(NULL);
}

/* By area, cohort, then whether it is the control group; attrition by the order of the ledger. */
static void rows_are_in_their_order(void **state)
{
    (void)state;
    enum { SIDE = 3, ROWS = SIDE * SIDE * 2 };
    pbr_measures *m = pbr_measures_new();
    for (size_t i = 0, k = 5; i < ROWS; i++, k = (k + 7) % ROWS) {
        pbr_measure *measure = pbr_measures_add(m);
        pbr_attrition *row = pbr_attrition_add(m);
        measure->area = row->area = k / 2 / SIDE;
        measure->cohort = row->cohort = k / 2 % SIDE;
        measure->control = k % 2 == 1;
        row->sequence = k % 2;
    }
    pbr_measures_sort(m);
    for (size_t k = 0; k < ROWS; k++) {
        const pbr_measure *measure = &m->measures[k];
        const pbr_attrition *row = &m->attrition[k];
        assert_int_equal((measure->area * SIDE + measure->cohort) * 2 + measure->control, k);
        assert_int_equal((row->area * SIDE + row->cohort) * 2 + row->sequence, k);
    }
    pbr_measures_free(m);
}

/* Counts of reoffences for measures that are there, of names of any length; each bad row is told
 * once and counts nothing. */
static void counts_are_of_what_is_measured(void **state)
{
    (void)state;
    static const struct {
        const char *rows, *id;
    } cases[] = {
        {"A1,2015Q4,1,2\nA1,2015Q4,9,1\n", NULL},
        {"A1,2015Q4,1,2\nA1,2015Q4,9,1\nA2,2015Q4,1,2\n", "unknown-cohort"},
        {"A1,2015Q4,1,2\nA1,2015Q4,9,1\nA1,2016Q1,1,2\n", "unknown-cohort"},
        {"A1,2015Q4,1,2\nA1,2015Q4,9,1\nA1,2015Q4,1,few\n", "bad-count"},
        {"A1,2015Q4,1,2\nA1,2015Q4,9,1\nA1,2015Q4,many,1\n", "bad-count"},
        {"A1,2015Q4,1,2\nA1,2015Q4,9,1\nA1,2015Q4,0,1\n", "out-of-range"},
        {"A1,2015Q4,1,2\nA1,2015Q4,9,1\nA1,2015Q4,10001,1\n", "out-of-range"},
        {"A1,2015Q4,1,2\nA1,2015Q4,8,1\n", "impossible-count"},
        {"A1,2015Q4,1,2\nA1,2015Q4,9,2\n", "impossible-count"},
    };
    static const char long_name[] =
        "those who began in the autumn in all the prisons of the north and of the east";
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int renamed = 0; renamed < 2; renamed++) {
            struct read r = read_rows("A1,2015Q4,10,9,8,3,11,83,400\n");
            char *folder = new_folder();
            char *rows =
                renamed ? replaced(cases[i].rows, "2015Q4", long_name) : pbr_strdup(cases[i].rows);
            char *text = pbr_sprintf("cpa,cohort,reoffences,persons\n%s", rows);
            char *path = write_in(folder, "counts.csv", text);
            if (renamed)
                ((pbr_cohort *)(uintptr_t)r.contract->cohorts)[r.measures->measures[0].cohort]
                    .name = long_name;
            pbr_counts_read(path, r.contract, r.measures, NULL, r.diag);
            if (cases[i].id)
                assert_only_error(r.diag, cases[i].id);
            else
                assert_no_errors(r.diag);
            assert_int_equal(pbr_diag_count(r.diag, PBR_ERROR), cases[i].id != NULL);
            assert_int_equal(r.measures->measures[0].histogram[1], 2);
            free(path);
            free(text);
            free(rows);
            remove_folder(folder);
            done(&r);
        }
}

/* Also not of the first area's first cohort, which is what a row of zeros would stand for. */
static void counts_of_the_first_cohort_need_its_measure(void **state)
{
    (void)state;
    struct read r = read_rows("A1,2016Q1,10,9,8,3,11,83,400\n");
    char *folder = new_folder();
    char *path = write_in(folder, "counts.csv",
                          "cpa,cohort,reoffences,persons\nA1,2016Q1,1,2\nA1,2016Q1,9,1\n"
                          "A1,2015Q4,1,2\n");
    pbr_counts_read(path, r.contract, r.measures, NULL, r.diag);
    assert_only_error(r.diag, "unknown-cohort");
    free(path);
    remove_folder(folder);
    done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_is_the_sum_of_its_quarters),
        cmocka_unit_test(a_year_without_a_quarter_is_not_complete),
        cmocka_unit_test(a_blank_sum_is_not_nought),
        cmocka_unit_test(a_given_year_must_agree),
        cmocka_unit_test(ripeness_follows_the_last_day_of_the_cohort),
        cmocka_unit_test(a_year_is_as_old_as_its_oldest_quarter),
        cmocka_unit_test(rows_that_cannot_be),
        cmocka_unit_test(a_file_without_rows_has_no_measures),
        cmocka_unit_test(squares_have_a_least_sum),
        cmocka_unit_test(metrics_come_back_as_they_were),
        cmocka_unit_test(only_the_chosen_cohorts_are_written),
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(rows_are_in_their_order),
        cmocka_unit_test(counts_are_of_what_is_measured),
        cmocka_unit_test(counts_of_the_first_cohort_need_its_measure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
