/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_contract.h"

#include "compare/attribution.h"
#include "compare/figures.h"
#include "compare/keyed.h"
#include "compare/substitute.h"
#include "compare/terms.h"
#include "measure/counted.h"
#include "report/tables.h"

#include <math.h>

/* --- rows --- */

struct seen {
    char text[512];
};

static void see(void *context, const pbr_keyed_row *old, const pbr_keyed_row *now)
{
    struct seen *seen = context;
    size_t length = strlen(seen->text);
    snprintf(seen->text + length, sizeof seen->text - length, "%s:%s>%s ", (old ? old : now)->key,
             old ? old->cells[1] : "", now ? now->cells[1] : "");
}

static void read_rows(pbr_keyed *rows, const char *text, const char *key, pbr_arena *arena)
{
    char unused[PBR_SHA256_TEXT];
    pbr_diag *diag = pbr_diag_new();
    pbr_source *source = pbr_source_of("text", text, strlen(text), diag);
    assert_true(pbr_keyed_read(rows, source, key, arena, diag));
    pbr_source_close(source, unused);
    pbr_keyed_sort(rows);
    pbr_diag_free(diag);
}

static const char *differing(struct seen *seen, const char *old, const char *now)
{
    pbr_keyed before = {0}, after = {0};
    pbr_arena *arena = pbr_arena_new();
    read_rows(&before, old, "id,part", arena);
    read_rows(&after, now, "id,part", arena);
    seen->text[0] = '\0';
    pbr_keyed_compare(&before, &after, see, seen);
    pbr_keyed_free(&before);
    pbr_keyed_free(&after);
    pbr_arena_free(arena);
    return seen->text;
}

static void rows_are_matched_by_key(void **state)
{
    struct seen seen;
    (void)state;
    const char *old = "id,what\n1,a\n2,b\n3,c\n";
    assert_string_equal(differing(&seen, old, old), "");
    assert_string_equal(differing(&seen, old, "what,id\nc,3\na,1\nb,2\n"), "");
    assert_string_equal(differing(&seen, old, "id,what\n1,a\n2,x\n4,d\n"), "2:b>x 3:c> 4:>d ");
    assert_string_equal(differing(&seen, "id,what\n", old), "1:>a 2:>b 3:>c ");
}

static void repeated_rows_are_matched_one_by_one(void **state)
{
    struct seen seen;
    (void)state;
    const char *old = "id,what\n1,a\n1,a\n1,b\n";
    assert_string_equal(differing(&seen, old, "id,what\n1,b\n1,a\n1,a\n"), "");
    assert_string_equal(differing(&seen, old, "id,what\n1,a\n1,b\n"), "1:a> ");
    assert_string_equal(differing(&seen, old, "id,what\n1,b\n1,c\n1,a\n1,d\n"), "1:a>c 1:>d ");
}

static void another_column_is_a_change(void **state)
{
    struct seen seen;
    (void)state;
    assert_string_equal(differing(&seen, "id,what\n1,a\n", "id,what,zeal\n1,a,\n"), "");
    assert_string_equal(differing(&seen, "id,what\n1,a\n", "id,what,zeal\n1,a,9\n"), "1:a>a ");
    assert_string_equal(differing(&seen, "id,what,zeal\n1,a,9\n", "id,what\n1,a\n"), "1:a>a ");
}

/* --- attribution --- */

#define PAYMENT "cpa,cohort,line,payee,computed_pence,payable_pence,due_pence,disposition\n"
#define RESULT "cpa,cohort,line,result,rate\n"

static const pbr_schema *const schemas[PBR_FIGURE_TABLES] = {
    [PBR_FIGURE_RESULTS] = &pbr_results_schema,
    [PBR_FIGURE_PAYMENTS] = &pbr_payments_schema,
    [PBR_FIGURE_BALANCES] = &pbr_balances_schema,
};

static pbr_figures *figures_of(const char *payments, const char *results)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_figures *figures = pbr_figures_new(schemas);
    const char *const texts[] = {[PBR_FIGURE_RESULTS] = results,
                                 [PBR_FIGURE_PAYMENTS] = payments,
                                 [PBR_FIGURE_BALANCES] = "payee,total_pence\n"};
    for (size_t i = 0; i < PBR_FIGURE_TABLES; i++) {
        char unused[PBR_SHA256_TEXT];
        pbr_source *source = pbr_source_of("text", texts[i], strlen(texts[i]), diag);
        assert_true(pbr_figures_read(figures, i, source, diag));
        pbr_source_close(source, unused);
    }
    pbr_diag_free(diag);
    return figures;
}

/* A line that is worth so many pence at each stage; negative: that stage could not be told. */
struct worth {
    pbr_figures *stages[PBR_STAGES];
    pbr_figure_changes *changes;
};

static struct worth worth(const int pence[PBR_STAGES])
{
    struct worth w = {0};
    for (size_t i = 0; i < PBR_STAGES; i++) {
        char *text = pbr_sprintf(PAYMENT "A1,2015Q4,binary,Ash,%d,%d,%d,%s\n", pence[i], pence[i],
                                 pence[i], pence[i] > 100 ? "hold" : "apply");
        if (pence[i] >= 0) w.stages[i] = figures_of(text, RESULT);
        free(text);
    }
    w.changes = pbr_attribute((const pbr_figures *const *)w.stages);
    return w;
}

static void end_worth(struct worth *w)
{
    pbr_figure_changes_free(w->changes);
    for (size_t i = 0; i < PBR_STAGES; i++) pbr_figures_free(w->stages[i]);
}

static void assert_parts(const pbr_figure_change *change, const double parts[PBR_CAUSES])
{
    assert_non_null(change);
    assert_true(change->numeric);
    for (size_t i = 0; i < PBR_CAUSES; i++) {
        assert_true(fabs(mpq_get_d(change->parts[i]) - parts[i]) < 1e-9);
        assert_int_equal(change->moved[i], parts[i] != 0);
    }
}

#define PARTS(...) ((const double[PBR_CAUSES]){__VA_ARGS__})
#define DUE "A1/2015Q4/binary/due_pence"

static void each_stage_has_its_cause(void **state)
{
    static const struct {
        int pence[PBR_STAGES];
        double parts[PBR_CAUSES];
    } cases[] = {
        {{1, 8, 8, 8, 8, 8, 8}, {[PBR_CAUSE_ENGINE] = 7}},
        {{1, 1, 8, 8, 8, 8, 8}, {[PBR_CAUSE_DATA_ROWS] = 7}},
        {{1, 1, 1, 8, 8, 8, 8}, {[PBR_CAUSE_MEMBERSHIP] = 7}},
        {{1, 1, 1, 1, 8, 8, 8}, {[PBR_CAUSE_TERMS] = 7}},
        {{1, 1, 1, 1, 1, 8, 8}, {[PBR_CAUSE_RUN] = 7}},
        {{1, 1, 1, 1, 1, 1, 8}, {[PBR_CAUSE_ENGINE] = 7}},
        {{1, 2, 4, 8, 16, 32, 64}, {2, 4, 8, 16, 33, 0}},
        {{5, 5, 9, 5, 5, 5, 5}, {4, -4, 0, 0, 0, 0}},
        {{1, 1, -1, 8, 9, 9, 9}, {7, 0, 1, 0, 0, 0}}, /* the data are one part */
        {{1, 1, 3, -1, 9, 9, 9}, {2, 0, 6, 0, 0, 0}},
        {{1, 1, 3, 4, -1, 9, 9}, {2, 1, 0, 5, 0, 0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct worth w = worth(cases[i].pence);
        assert_parts(pbr_figure_changes_find(w.changes, DUE), cases[i].parts);
        end_worth(&w);
    }
}

static void rounding_is_a_part_of_its_own(void **state)
{
    (void)state;
    struct worth w = worth((const int[]){10, 10, 20, 20, 30, 30, 30});
    pbr_figure_changes_free(w.changes);
    static const int64_t added[PBR_STAGES] = {0, 40, 20, 20, -30, -30, 0}; /* hundredths */
    for (size_t i = 0; i < PBR_STAGES; i++)
        w.stages[i]->tables[PBR_FIGURE_PAYMENTS].rows[0].rounding = added[i];
    w.changes = pbr_attribute((const pbr_figures *const *)w.stages);
    assert_parts(pbr_figure_changes_find(w.changes, DUE), PARTS(10.2, 0, 10.5, 0, 0, -0.7));
    end_worth(&w);
}

/* computed, capped, payable, previous, due */
static void assert_rounding(const char *pence, const int64_t expected[5])
{
    static const char *const columns[] = {"computed_pence", "capped_pence", "payable_pence",
                                          "previous_pence", "due_pence"};
    char *text = pbr_sprintf("cpa,cohort,line,computed_pence,capped_pence,payable_pence,"
                             "previous_pence,due_pence\nA1,2015Q4,binary,%s\n",
                             pence);
    pbr_figures *figures = figures_of(text, RESULT);
    pbr_figure_table *table = &figures->tables[PBR_FIGURE_PAYMENTS];
    table->rows[0].rounding = 30;
    for (size_t i = 0; i < COUNT(columns); i++)
        assert_int_equal(pbr_figure_rounding(table, &table->rows[0],
                                             pbr_schema_column(table->schema, columns[i])),
                         expected[i]);
    pbr_figures_free(figures);
    free(text);
}

static void rounding_goes_as_far_as_nothing_limits_it(void **state)
{
    (void)state;
    assert_rounding("10,10,10,4,6", (const int64_t[]){30, 30, 30, 0, 30});
    assert_rounding("10,9,9,0,9", (const int64_t[]){30, 0, 0, 0, 0});
    assert_rounding("10,10,0,0,0", (const int64_t[]){30, 30, 0, 0, 0});
}

static void what_is_the_same_everywhere_is_not_told(void **state)
{
    (void)state;
    struct worth w = worth((const int[]){9, 9, 9, 9, 9, 9, 9});
    assert_int_equal(w.changes->count, 0);
    end_worth(&w);
}

static void words_say_where_they_changed(void **state)
{
    (void)state;
    struct worth w = worth((const int[]){1, 1, 200, 200, 3, 3, 300});
    const pbr_figure_change *words =
        pbr_figure_changes_find(w.changes, "A1/2015Q4/binary/disposition");
    assert_non_null(words);
    assert_false(words->numeric);
    assert_string_equal(words->old, "apply");
    assert_string_equal(words->now, "hold");
    assert_true(words->moved[PBR_CAUSE_DATA_ROWS] && words->moved[PBR_CAUSE_TERMS] &&
                words->moved[PBR_CAUSE_ENGINE]);
    assert_false(words->moved[PBR_CAUSE_MEMBERSHIP] || words->moved[PBR_CAUSE_RUN]);
    end_worth(&w);
}

/* Old and new alone, with nothing known between. */
static pbr_figure_changes *plain(pbr_figures *old, pbr_figures *now)
{
    const pbr_figures *const stages[PBR_STAGES] = {
        [PBR_STAGE_OLD] = old,       [PBR_STAGE_OLD_AGAIN] = old, [PBR_STAGE_TERMS] = now,
        [PBR_STAGE_NEW_AGAIN] = now, [PBR_STAGE_NEW] = now,
    };
    return pbr_attribute(stages);
}

static void no_line_is_no_money_and_no_rate(void **state)
{
    (void)state;
    pbr_figures *old = figures_of(PAYMENT "A1,2015Q4,binary,Ash,5,5,5,apply\n",
                                  RESULT "A1,2015Q4,binary,better,50.5\n");
    pbr_figures *now = figures_of(PAYMENT "A2,2015Q4,binary,Ash,7,7,7,apply\n", RESULT);
    pbr_figure_changes *changes = plain(old, now);
    assert_int_equal(changes->only_old, 1);
    assert_int_equal(changes->only_new, 1);
    const pbr_figure_change *gone = pbr_figure_changes_find(changes, DUE);
    assert_parts(gone, PARTS(0, 0, -5, 0, 0, 0));
    assert_null(gone->now);
    assert_parts(pbr_figure_changes_find(changes, "A2/2015Q4/binary/due_pence"),
                 PARTS(0, 0, 7, 0, 0, 0));
    const pbr_figure_change *rate = pbr_figure_changes_find(changes, "A1/2015Q4/binary/rate");
    assert_non_null(rate);
    assert_false(rate->numeric);
    pbr_figure_changes_free(changes);
    pbr_figures_free(old);
    pbr_figures_free(now);
}

static void a_split_line_has_its_sum_and_its_shares(void **state)
{
    (void)state;
    pbr_figures *old = figures_of(PAYMENT "A1,2015Q4,binary,Ash,9,9,9,apply\n", RESULT);
    pbr_figures *now = figures_of(PAYMENT "A1,2015Q4,binary,Ash,4,4,4,apply\n"
                                          "A1,2015Q4,binary,Beech,8,8,8,apply\n",
                                  RESULT);
    pbr_figure_changes *changes = plain(old, now);
    const pbr_figure_change *sum = pbr_figure_changes_find(changes, DUE);
    assert_parts(sum, PARTS(0, 0, 3, 0, 0, 0));
    assert_false(sum->share);
    const pbr_figure_change *share =
        pbr_figure_changes_find(changes, "A1/2015Q4/binary/due_pence/Beech");
    assert_parts(share, PARTS(0, 0, 8, 0, 0, 0));
    assert_true(share->share);
    assert_int_equal(changes->only_new, 0);
    pbr_figure_changes_free(changes);
    pbr_figures_free(old);
    pbr_figures_free(now);
}

/* --- terms --- */

struct pair {
    char *folders[2];
    pbr_contract *contracts[2];
    pbr_term_changes *changes;
};

/* The sample against the sample with changes. */
static struct pair terms_with(const struct change *changes, size_t count)
{
    struct pair pair;
    pbr_diag *diag = pbr_diag_new();
    for (size_t i = 0; i < 2; i++) {
        pair.folders[i] = new_folder();
        write_sample(pair.folders[i], changes, i ? count : 0);
        pair.contracts[i] = pbr_contract_load(pair.folders[i], diag);
        assert_non_null(pair.contracts[i]);
    }
    pair.changes = pbr_terms_compare(pair.contracts[0], pair.contracts[1], diag);
    assert_false(pbr_diag_failed(diag));
    pbr_diag_free(diag);
    return pair;
}

static void end_pair(struct pair *pair)
{
    pbr_term_changes_free(pair->changes);
    for (size_t i = 0; i < 2; i++) {
        pbr_contract_free(pair->contracts[i]);
        remove_folder(pair->folders[i]);
    }
}

static void assert_term(const pbr_term_changes *changes, size_t i, const char *file,
                        const char *term, const char *old, const char *now)
{
    assert_true(i < changes->count);
    const pbr_term_change *change = &changes->items[i];
    assert_string_equal(change->file, file);
    assert_string_equal(change->term, term);
    assert_string_equal(change->old ? change->old : "none", old);
    assert_string_equal(change->now ? change->now : "none", now);
}

static void the_same_terms_do_not_differ(void **state)
{
    (void)state;
    struct pair pair = terms_with(NULL, 0);
    assert_int_equal(pair.changes->count, 0);
    assert_false(pair.changes->counting);
    end_pair(&pair);
}

static void a_term_is_told_by_its_path(void **state)
{
    (void)state;
    const struct change changes[] = {{"rules/first.yaml", "level: 0.95", "level: 0.9"},
                                     {"scheme.yaml", "contact: nobody", "contact: somebody"}};
    struct pair pair = terms_with(changes, COUNT(changes));
    assert_int_equal(pair.changes->count, 2);
    assert_term(pair.changes, 0, "scheme.yaml", "contact", "nobody", "somebody");
    assert_term(pair.changes, 1, "rules/first.yaml", "lines.binary-year.test.level", "0.95", "0.9");
    assert_string_equal(pair.changes->items[1].clause, "clause 1");
    assert_string_equal(pair.changes->items[1].status, "illustrative");
    assert_false(pair.changes->counting);
    end_pair(&pair);
}

static void a_new_term_and_its_source_are_told(void **state)
{
    (void)state;
    const struct change changes[] = {
        {"rules/first.yaml", "is: NPS, reason: managed elsewhere}",
         "is: NPS, reason: managed elsewhere}\n  - {id: em, column: em, is: \"yes\", reason: em}"},
        {"rules/first.yaml", "waiting-months: 6, month-end: clamp, last-day: excluded}",
         "waiting-months: 6, month-end: clamp, last-day: excluded, status: published}"}};
    struct pair pair = terms_with(changes, COUNT(changes));
    assert_term(pair.changes, 0, "rules/first.yaml", "exclude.em.id", "none", "em");
    bool status = false;
    for (size_t i = 0; i < pair.changes->count; i++)
        status |= strcmp(pair.changes->items[i].term, "follow-up.months (status)") == 0 &&
                  strcmp(pair.changes->items[i].now, "published") == 0;
    assert_true(status);
    assert_true(pair.changes->counting);
    end_pair(&pair);
}

static void rows_of_tables_are_told_by_key_and_column(void **state)
{
    (void)state;
    const struct change changes[] = {
        {"prices.csv", "A1,2015/16,4000.00", "A1,2015/16,4100.00"},
        {"agreements.csv", "A2,2016-02-15,,first,Cedar,Cedar Limited,c,sample,illustrative\n",
         "A2,2016-02-15,2017-01-01,first,Cedar,Cedar Limited,c,sample,illustrative\n"
         "A2,2017-01-01,,first,Elm,Elm Limited,c,sample,published\n"}};
    struct pair pair = terms_with(changes, COUNT(changes));
    assert_int_equal(pair.changes->count, 3);
    assert_term(pair.changes, 0, "agreements.csv", "A2/2016-02-15 to", "", "2017-01-01");
    assert_term(pair.changes, 1, "agreements.csv", "A2/2017-01-01", "none",
                "payee Elm Limited; provider Elm; rules first");
    assert_string_equal(pair.changes->items[1].status, "published");
    assert_term(pair.changes, 2, "prices.csv", "A1/2015/16 binary_price", "4000.00", "4100.00");
    end_pair(&pair);
}

/* --- substitution --- */

enum { Q4, Q1, YEAR };
enum { MILLION = 1000000 };

static void count_start(pbr_counted_list *list, const char *person, uint32_t score,
                        uint32_t reoffences)
{
    list->items = pbr_grow(list->items, &list->room, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (pbr_counted){
        .person = person, .cohort = Q4, .score = score * MILLION, .reoffences = reoffences};
}

static void add_measure(pbr_measures *measures, size_t area, size_t cohort, int64_t starts)
{
    pbr_measure *measure = pbr_measures_add(measures);
    measure->area = area;
    measure->cohort = cohort;
    measure->starts = measure->eligible = measure->measurable = starts;
}

static void assert_sum(const mpq_t sum, long value)
{
    assert_int_equal(mpq_cmp_si(sum, value, 1), 0);
}

static void those_whom_both_count_have_the_new_data(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    pbr_arena *arena = pbr_arena_new();
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_measures *old = pbr_measures_new(), *new = pbr_measures_new();
    add_measure(old, 0, Q4, 9);
    add_measure(new, 0, Q4, 8);
    old->measures[0].snapshot = day("2017-06-29"); /* a day before the cohort is ripe */
    new->measures[0].snapshot = day("2017-06-30");
    pbr_counted_list *before = pbr_counted_new(), *after = pbr_counted_new();
    count_start(before, "a", 10, 2);
    count_start(before, "b", 20, 0);
    count_start(before, "c", 30, 1);
    count_start(before, "c", 5, 0); /* a second start */
    count_start(after, "a", 11, 3);
    count_start(after, "c", 30, 1);
    count_start(after, "d", 40, 7);
    pbr_people *people;
    size_t count;
    const pbr_measured_starts was = {old, before}, is = {new, after};
    pbr_measures *made =
        pbr_measures_of_both(contract, day("2018-01-31"), &was, &is, &people, &count, arena, diag);
    const pbr_measure *measure = pbr_measures_find(made, 0, Q4, false);
    assert_non_null(measure);
    assert_true(measure->ripe);
    assert_int_equal(measure->starts, 9);
    assert_int_equal(measure->measurable, 4);
    assert_int_equal(measure->reoffenders, 2);
    assert_int_equal(measure->reoffences, 4);
    assert_sum(measure->reoffences_squared, 10);
    assert_sum(measure->ogrs_sum, 11 + 20 + 30 + 5);
    assert_sum(measure->ogrs_squares, 121 + 400 + 900 + 25);
    assert_sum(measure->ogrs_sum_reoffenders, 41);
    assert_true(measure->histogram_size > 3);
    assert_int_equal(measure->histogram[1], 1);
    assert_int_equal(measure->histogram[3], 1);
    assert_int_equal(count, 1);
    assert_int_equal(people[0].both, 2);
    assert_int_equal(people[0].changed, 1);
    assert_int_equal(people[0].joined, 1);
    assert_int_equal(people[0].left, 2);
    pbr_measures_free(made);
    pbr_measures_free(old);
    pbr_measures_free(new);
    pbr_counted_free(before);
    pbr_counted_free(after);
    pbr_contract_free(contract);
    pbr_arena_free(arena);
    pbr_diag_free(diag);
}

static void a_later_layer_goes_before_and_sums_follow(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_measures *old = pbr_measures_new(), *now = pbr_measures_new();
    add_measure(old, 0, Q4, 10);
    add_measure(old, 0, Q1, 20);
    add_measure(old, 0, YEAR, 30);
    add_measure(now, 0, Q1, 25);
    const pbr_measured layers[] = {{contract, old}, {contract, now}};
    pbr_measures *made = pbr_measures_layered(contract, day("2018-01-31"), layers, 2, diag);
    assert_no_errors(diag);
    assert_int_equal(made->measures_count, 3);
    assert_int_equal(pbr_measures_find(made, 0, Q4, false)->starts, 10);
    assert_int_equal(pbr_measures_find(made, 0, Q1, false)->starts, 25);
    assert_int_equal(pbr_measures_find(made, 0, YEAR, false)->starts, 35);
    assert_true(pbr_measures_find(made, 0, YEAR, false)->complete);
    pbr_measures_free(made);
    pbr_measures_free(old);
    pbr_measures_free(now);
    pbr_contract_free(contract);
    pbr_diag_free(diag);
}

/* A contract without its first area and cohort numbers the others otherwise. */
static void options_are_numbered_by_the_other_contract(void **state)
{
    (void)state;
    const struct change changes[] = {
        {"scheme.yaml", "first-cohort: 2015Q4", "first-cohort: 2016Q1"},
    };
    pbr_arena *arena = pbr_arena_new();
    pbr_contract *from = load_sample(NULL, 0), *to = load_sample(changes, COUNT(changes));
    const size_t cohorts[] = {Q4, Q1};
    const pbr_earlier earlier[] = {{.area = 1, .cohort = Q4, .due_pence = 1},
                                   {.area = 2, .cohort = Q1, .due_pence = 2}};
    const pbr_settle_options options = {
        .cohorts = cohorts, .cohorts_count = 2, .earlier = earlier, .earlier_count = 2};
    pbr_settle_options mapped = pbr_options_under(&options, from, to, arena);
    assert_int_equal(mapped.cohorts_count, 1);
    assert_string_equal(to->cohorts[mapped.cohorts[0]].name, "2016Q1");
    assert_int_equal(mapped.earlier_count, 1);
    assert_int_equal(mapped.earlier[0].due_pence, 2);
    assert_string_equal(to->areas[mapped.earlier[0].area].code, "A3");
    assert_string_equal(to->cohorts[mapped.earlier[0].cohort].name, "2016Q1");
    pbr_contract_free(from);
    pbr_contract_free(to);
    pbr_arena_free(arena);
}

static void a_version_is_told_as_a_whole(void **state)
{
    (void)state;
    const struct change changes[] = {
        {"agreements.csv", "A1,2015-02-01,,first,", "A1,2015-02-01,,second,"}};
    struct pair pair;
    pbr_diag *diag = pbr_diag_new();
    for (size_t i = 0; i < 2; i++) {
        pair.folders[i] = new_folder();
        write_sample(pair.folders[i], changes, i);
        if (i) free(write_in(pair.folders[i], "rules/second.yaml", sample_rules));
        pair.contracts[i] = pbr_contract_load(pair.folders[i], diag);
        assert_non_null(pair.contracts[i]);
    }
    for (size_t back = 0; back < 2; back++) {
        pair.changes = pbr_terms_compare(pair.contracts[back], pair.contracts[!back], diag);
        assert_int_equal(pair.changes->count, 2);
        assert_term(pair.changes, 0, "rules/second.yaml", "version of the rules",
                    back ? "First version" : "none", back ? "none" : "First version");
        assert_term(pair.changes, 1, "agreements.csv", "A1/2015-02-01 rules",
                    back ? "second" : "first", back ? "first" : "second");
        assert_true(pair.changes->counting);
        if (!back) pbr_term_changes_free(pair.changes);
    }
    pbr_diag_free(diag);
    end_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_matched_by_key),
        cmocka_unit_test(repeated_rows_are_matched_one_by_one),
        cmocka_unit_test(another_column_is_a_change),
        cmocka_unit_test(each_stage_has_its_cause),
        cmocka_unit_test(rounding_is_a_part_of_its_own),
        cmocka_unit_test(rounding_goes_as_far_as_nothing_limits_it),
        cmocka_unit_test(what_is_the_same_everywhere_is_not_told),
        cmocka_unit_test(words_say_where_they_changed),
        cmocka_unit_test(no_line_is_no_money_and_no_rate),
        cmocka_unit_test(a_split_line_has_its_sum_and_its_shares),
        cmocka_unit_test(the_same_terms_do_not_differ),
        cmocka_unit_test(a_term_is_told_by_its_path),
        cmocka_unit_test(a_new_term_and_its_source_are_told),
        cmocka_unit_test(rows_of_tables_are_told_by_key_and_column),
        cmocka_unit_test(a_version_is_told_as_a_whole),
        cmocka_unit_test(those_whom_both_count_have_the_new_data),
        cmocka_unit_test(a_later_layer_goes_before_and_sums_follow),
        cmocka_unit_test(options_are_numbered_by_the_other_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
