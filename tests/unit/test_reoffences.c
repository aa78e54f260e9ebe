/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reoffences counted as they are read come to what they come to where every row is kept first: on
 * drawn worlds, however the rows stand, in parts of every size, by any number of threads. And the
 * first way gives up exactly where it must. */
#include "sample_contract.h"

#include "measure/offence_reader.h"
#include "measure/start_reader.h"

enum { PERSONS = 120, ROWS = 4000 };

struct row {
    int person, group; /* rows of a group stand together, in the order of places */
    char text[200];
};

struct world {
    int starts[PERSONS]; /* of each person */
    char *cohort;
    struct row rows[ROWS];
    size_t count;
};

/* Ids of 2 to 64 characters; some of them differ only behind the tenth. */
static const char *id_of(int person)
{
    static char id[80];
    if (person % 3 == 0)
        snprintf(id, sizeof id, "P%d", person);
    else if (person % 3 == 1)
        snprintf(id, sizeof id, "AAAAAAAAAA%d", person);
    else
        snprintf(id, sizeof id, "%0*d/x", 20 + person % 40, person);
    return id;
}

static void day_text(char out[PBR_DATE_TEXT], pbr_date day)
{
    pbr_date_text(day, out);
}

static void draw_starts(struct world *world, uint64_t *seed)
{
    world->cohort = pbr_strdup("person_id,cpa,start_date,start_type,ogrs,start_id,managed_by,"
                               "transferred_on\n");
    for (int person = 0; person < PERSONS; person++) {
        world->starts[person] = person % 10 == 9 ? 0 : (int)between(seed, 1, person % 4 ? 1 : 4);
        for (int i = 0; i < world->starts[person]; i++) {
            char on[PBR_DATE_TEXT], moved[PBR_DATE_TEXT] = "";
            pbr_date start = day("2015-10-01") + (pbr_date)below(seed, 274);
            day_text(on, start);
            if (below(seed, 3) == 0) day_text(moved, start + (pbr_date)below(seed, 300));
            char *more = pbr_sprintf("%s%s,A%d,%s,order,50,S%d,CRC,%s\n", world->cohort,
                                     id_of(person), person % 2 ? 1 : 3, on, i, moved);
            free(world->cohort);
            world->cohort = more;
        }
    }
}

static void add_row(struct world *world, int person, int group, pbr_date committed, pbr_date proved,
                    const char *outcome, const char *offence)
{
    char days[2][PBR_DATE_TEXT];
    struct row *row = &world->rows[world->count++];
    assert_in_range(world->count, 1, ROWS);
    *row = (struct row){.person = person, .group = group};
    day_text(days[0], committed);
    day_text(days[1], proved);
    snprintf(row->text, sizeof row->text, "%s,%s,%s,%s,%s,no\n", id_of(person), days[0], days[1],
             outcome, offence);
}

/* An offence of the person's, in up to four rows. */
static void draw_offence(struct world *world, int person, int group, int number, uint64_t *seed)
{
    static const char *const outcomes[] = {"conviction", "conviction", "caution", "acquitted"};
    char offence[80] = "";
    int64_t kind = below(seed, 4);
    pbr_date committed = day("2015-10-01") + (pbr_date)below(seed, 700);
    pbr_date proved = committed + (pbr_date)below(seed, 300);
    if (kind == 1) snprintf(offence, sizeof offence, "R%d", number);
    if (kind == 2) snprintf(offence, sizeof offence, "offence number %d of this person", number);
    int64_t rows = below(seed, 3) ? 1 : 1 + below(seed, 3);
    for (int64_t i = 0; i < rows; i++) {
        add_row(world, person, group, committed, proved, outcomes[below(seed, 4)], offence);
        if (*offence) proved += (pbr_date)below(seed, 200);
    }
}

/* Groups of a person's are as many as the starts: so rows stand where they are listed by start. */
static void draw_rows(struct world *world, uint64_t *seed)
{
    for (int person = 0; person < PERSONS; person++) {
        int groups = world->starts[person] ? world->starts[person] : 1, number = 0;
        for (int group = 0; group < groups; group++)
            for (int64_t i = below(seed, 5); i > 0; i--)
                draw_offence(world, person, group, number++, seed);
    }
}

static uint64_t place_seed;

static uint64_t place_of(int person, int group)
{
    uint64_t state = place_seed + (uint64_t)person * 64 + (uint64_t)group;
    return next_random(&state);
}

static int by_person(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    uint64_t one = place_of(a->person, 0), other = place_of(b->person, 0);
    if (one != other) return one < other ? -1 : 1;
    return a->group - b->group;
}

static int by_group(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    uint64_t one = place_of(a->person, a->group), other = place_of(b->person, b->group);
    return one == other ? 0 : one < other ? -1 : 1;
}

static void shuffle(struct world *world, uint64_t *seed)
{
    for (size_t i = world->count; i > 1; i--) {
        size_t at = (size_t)below(seed, (int64_t)i);
        struct row row = world->rows[i - 1];
        world->rows[i - 1] = world->rows[at];
        world->rows[at] = row;
    }
}

static char *write_rows(const char *folder, const struct world *world)
{
    static char text[ROWS * sizeof world->rows[0].text];
    size_t used = (size_t)snprintf(text, sizeof text,
                                   "person_id,offence_date,outcome_date,outcome,"
                                   "offence_id,breach\n");
    for (size_t i = 0; i < world->count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", world->rows[i].text);
    return write_in(folder, "reoffences.csv", text);
}

static pbr_population *read_starts(const pbr_contract *contract, const char *folder,
                                   const struct world *world)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_population *population = pbr_population_new(contract, day("2018-02-01"));
    char *path = write_in(folder, "cohort.csv", world->cohort);
    pbr_starts_read(population, path, day("2018-01-01"), 1, NULL, diag);
    pbr_population_order(population, 1, diag);
    assert_no_errors(diag);
    pbr_diag_free(diag);
    free(path);
    return population;
}

/* --- two ways -----------------------------------------------------------------------------------
 */

struct outcome {
    pbr_offence_counts counts;
    uint32_t *views; /* of each: reoffences, repeats */
    uint32_t *before;
    pbr_diag *diag;
};

static struct outcome take(const pbr_population *population, pbr_offence_counts counts,
                           pbr_diag *diag)
{
    size_t views = population->count * population->kinds_count;
    struct outcome out = {
        .counts = counts,
        .views = pbr_alloc(2 * views, sizeof(uint32_t)),
        .before = pbr_alloc(population->transfers_count, sizeof(uint32_t)),
        .diag = diag,
    };
    for (size_t i = 0; i < views; i++) {
        out.views[2 * i] = population->reoffences[i];
        out.views[2 * i + 1] = population->repeats ? population->repeats[i] : 0;
    }
    for (size_t i = 0; i < population->transfers_count; i++)
        out.before[i] = population->transfers[i].before;
    return out;
}

static void drop(struct outcome *out)
{
    free(out->views);
    free(out->before);
    pbr_diag_free(out->diag);
}

static void assert_same_messages(const pbr_diag *one, const pbr_diag *other)
{
    const pbr_finding *a, *b;
    size_t count = pbr_diag_findings(one, &a);
    assert_int_equal(count, pbr_diag_findings(other, &b));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(a[i].id, b[i].id);
        assert_int_equal(a[i].count, b[i].count);
        assert_int_equal(a[i].kept, b[i].kept);
        for (size_t k = 0; k < a[i].kept; k++) {
            assert_int_equal(a[i].problems[k].line, b[i].problems[k].line);
            assert_string_equal(a[i].problems[k].message, b[i].problems[k].message);
        }
    }
}

static void assert_same(const pbr_population *population, const struct outcome *one,
                        const struct outcome *other)
{
    size_t views = population->count * population->kinds_count;
    assert_memory_equal(&one->counts, &other->counts, sizeof one->counts);
    assert_memory_equal(one->views, other->views, 2 * views * sizeof(uint32_t));
    assert_memory_equal(one->before, other->before, population->transfers_count * sizeof(uint32_t));
}

static struct outcome keep(pbr_population *population, const pbr_offence_extracts *extracts)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_offence_counts counts = pbr_offences_read_and_keep(population, extracts, diag);
    return take(population, counts, diag);
}

static bool at_once(pbr_population *population, const pbr_offence_extracts *extracts,
                    struct outcome *out)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_offence_counts counts;
    if (pbr_offences_read_at_once(population, extracts, &counts, diag)) {
        *out = take(population, counts, diag);
        return true;
    }
    assert_int_equal(pbr_diag_findings(diag, &(const pbr_finding *){NULL}), 0);
    pbr_diag_free(diag);
    return false;
}

/* Reads a file both ways; does the first way do it? */
static bool read_both(pbr_population *population, const char *path, uint64_t *seed)
{
    const char *const paths[] = {path};
    bool done = false;
    pbr_offence_extracts extracts = {
        .paths = paths, .count = 1, .snapshot = day("2018-01-01"), .threads = 1};
    struct outcome kept = keep(population, &extracts);
    for (extracts.threads = 1; extracts.threads <= 5; extracts.threads++) {
        struct outcome other, again;
        extracts.part_bytes = below(seed, 3) ? 1 + (size_t)below(seed, 3000) : 0;
        bool now = at_once(population, &extracts, &other);
        assert_true(extracts.threads == 1 || now == done);
        done = now;
        if (done) {
            assert_same(population, &kept, &other);
            assert_same_messages(kept.diag, other.diag);
            drop(&other);
        }
        again = keep(population, &extracts);
        assert_same(population, &kept, &again);
        assert_same_messages(kept.diag, again.diag);
        drop(&again);
    }
    drop(&kept);
    return done;
}

static pbr_contract *drawn_contract(uint64_t *seed)
{
    static const char *const treatments[] = {"keep", "exclude", "exclude-unless-reoffended-before",
                                             "stop-counting-at-transfer"};
    char treatment[80];
    snprintf(treatment, sizeof treatment, "treatment: %s", treatments[below(seed, 4)]);
    struct change changes[] = {
        {"rules/first.yaml", "treatment: keep", treatment},
        {"rules/first.yaml", "sum-of-quarters",
         below(seed, 2) ? "sum-of-quarters" : "distinct-persons"},
    };
    return load_sample(changes, COUNT(changes));
}

struct ground {
    pbr_contract *contract;
    pbr_population *population;
    struct world world;
    char *folder;
};

static struct ground *new_ground(uint64_t *seed)
{
    struct ground *ground = pbr_alloc(1, sizeof *ground);
    ground->contract = drawn_contract(seed);
    ground->folder = new_folder();
    draw_starts(&ground->world, seed);
    ground->population = read_starts(ground->contract, ground->folder, &ground->world);
    draw_rows(&ground->world, seed);
    place_seed = next_random(seed);
    return ground;
}

static void free_ground(struct ground *ground)
{
    pbr_population_free(ground->population);
    pbr_contract_free(ground->contract);
    free(ground->world.cohort);
    remove_folder(ground->folder);
    free(ground);
}

static bool read_ground(struct ground *ground, uint64_t *seed)
{
    char *path = write_rows(ground->folder, &ground->world);
    bool done = read_both(ground->population, path, seed);
    free(path);
    return done;
}

static void sort(struct world *world, int (*order)(const void *left, const void *right))
{
    for (size_t i = 0; i < world->count; i++) /* rows of a group stay in their order */
        for (size_t at = i; at && order(&world->rows[at - 1], &world->rows[at]) > 0; at--) {
            struct row row = world->rows[at];
            world->rows[at] = world->rows[at - 1];
            world->rows[at - 1] = row;
        }
}

/* --- tests --------------------------------------------------------------------------------------
 */

static void rows_by_person_are_counted_at_once(void **state)
{
    (void)state;
    uint64_t seed = 11;
    int64_t counted = 0;
    for (int round = 0; round < 12; round++) {
        struct ground *ground = new_ground(&seed);
        sort(&ground->world, by_person);
        assert_true(read_ground(ground, &seed));
        for (size_t i = 0; i < ground->population->count; i++)
            counted += ground->population->reoffences[i];
        free_ground(ground);
    }
    assert_true(counted > 500);
}

/* Offences of persons with several starts have ids of their own here; a plain row may come twice.
 */
static void rows_by_start_are_counted_at_once_if_none_comes_back(void **state)
{
    (void)state;
    uint64_t seed = 12;
    for (int round = 0; round < 12; round++) {
        struct ground *ground = new_ground(&seed);
        sort(&ground->world, by_group);
        assert_true(read_ground(ground, &seed));
        free_ground(ground);
    }
}

static void rows_in_any_order_come_to_the_same(void **state)
{
    (void)state;
    uint64_t seed = 13;
    for (int round = 0; round < 12; round++) {
        struct ground *ground = new_ground(&seed);
        shuffle(&ground->world, &seed);
        assert_false(read_ground(ground, &seed));
        free_ground(ground);
    }
}

/* The first person of so many starts, or of more. */
static int person_with(const struct world *world, int least, int most)
{
    for (int person = 0; person < PERSONS; person++)
        if (world->starts[person] >= least && world->starts[person] <= most) return person;
    fail_msg("nobody has %d starts", least);
    return 0;
}

/* A world by person, with the same row at its beginning and its end. */
static bool read_with_ends(const char *offence, int least, int most, uint64_t *seed, bool other_day)
{
    struct ground *ground = new_ground(seed);
    struct world *world = &ground->world;
    int person = person_with(world, least, most);
    pbr_date on = day("2016-03-01");
    sort(world, by_person);
    struct world *copy = pbr_alloc(1, sizeof *copy);
    add_row(copy, person, 0, on, on + 10, "conviction", offence);
    for (size_t i = 0; i < world->count; i++)
        if (world->rows[i].person != person) copy->rows[copy->count++] = world->rows[i];
    add_row(copy, person, 0, on + other_day, on + 10, "conviction", offence);
    memcpy(world->rows, copy->rows, sizeof copy->rows);
    world->count = copy->count;
    bool done = read_ground(ground, seed);
    free(copy);
    free_ground(ground);
    return done;
}

static void the_first_way_gives_up_where_something_comes_back(void **state)
{
    (void)state;
    uint64_t seed = 14;
    for (int other_day = 0; other_day < 2; other_day++) {
        assert_false(read_with_ends("R7", 2, 9, &seed, other_day));
        assert_false(read_with_ends("a long id of an offence", 2, 9, &seed, other_day));
        assert_false(read_with_ends("R7", 1, 1, &seed, other_day));
        assert_true(read_with_ends("R7", 0, 0, &seed, other_day));
    }
    assert_false(read_with_ends("", 2, 9, &seed, false));
    assert_true(read_with_ends("", 2, 9, &seed, true)); /* not the same row */
    assert_false(read_with_ends("", 1, 1, &seed, true));
}

/* Offences of two dates, in one run: told by both ways in the same words. */
static void problems_are_told_once(void **state)
{
    (void)state;
    uint64_t seed = 15;
    struct ground *ground = new_ground(&seed);
    struct world *world = &ground->world;
    pbr_date on = day("2016-03-01");
    sort(world, by_person);
    for (int i = 0; i < 3; i++)
        add_row(world, 0, 0, on + i, on + 10, "conviction", i % 2 ? "R1" : "some long offence id");
    add_row(world, 1, 0, on, on - 10, "conviction", "R1");
    add_row(world, 1, 0, on, on + 10, "convicton", "R1");
    sort(world, by_person);
    assert_true(read_ground(ground, &seed));
    free_ground(ground);
}

/* Parts that hold no row come after those that do, whichever thread has them: the dates of the last
 * rows differ, and that is told all the same. */
static void blank_lines_at_the_end_hide_nothing(void **state)
{
    (void)state;
    enum { BLANKS = 20000, ROUNDS = 60 };
    uint64_t seed = 17;
    struct ground *ground = new_ground(&seed);
    struct world *world = &ground->world;
    pbr_date on = day("2016-03-01");
    sort(world, by_person);
    for (int i = 0; i < 2; i++) add_row(world, 0, 0, on + i, on + 10, "conviction", "R1");
    char *path = write_rows(ground->folder, world), *text = read_text(path), blanks[BLANKS + 1];
    memset(blanks, '\n', BLANKS);
    blanks[BLANKS] = '\0';
    char *longer = pbr_sprintf("%s%s", text, blanks);
    const char *const paths[] = {path};
    pbr_offence_extracts extracts = {
        .paths = paths, .count = 1, .snapshot = day("2018-01-01"), .threads = 1};
    struct outcome wanted = keep(ground->population, &extracts);
    assert_int_equal(reported(wanted.diag, "offence-dates-differ"), 1);
    free(write_in(ground->folder, "reoffences.csv", longer));
    extracts.part_bytes = 500;
    for (size_t round = 0; round < ROUNDS; round++) { /* who reads what differs */
        extracts.threads = 2 + round % 4;
        struct outcome found = keep(ground->population, &extracts);
        assert_same_messages(wanted.diag, found.diag);
        drop(&found);
    }
    drop(&wanted);
    free(path);
    free(text);
    free(longer);
    free_ground(ground);
}

static void some_files_are_kept_from_the_start(void **state)
{
    (void)state;
    uint64_t seed = 16;
    struct ground *ground = new_ground(&seed);
    struct outcome out;
    sort(&ground->world, by_person);
    char *path = write_rows(ground->folder, &ground->world);
    const char *const paths[] = {path, path}, *const input[] = {"-"};
    pbr_offence_extracts extracts = {
        .paths = paths, .count = 2, .snapshot = day("2018-01-01"), .threads = 2};
    assert_false(at_once(ground->population, &extracts, &out));
    extracts.count = 1;
    assert_true(at_once(ground->population, &extracts, &out));
    drop(&out);
    extracts.paths = input;
    assert_false(at_once(ground->population, &extracts, &out));
    free(path);
    path = path_in(ground->folder, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    extracts.paths = (const char *const[]){path};
    assert_false(at_once(ground->population, &extracts, &out));
    free(path);
    free_ground(ground);
}

static int64_t reported_in(struct ground *ground, const char *path, const char *id)
{
    const char *const paths[] = {path};
    const pbr_offence_extracts extracts = {
        .paths = paths, .count = 1, .snapshot = day("2018-01-01"), .threads = 1};
    struct outcome found = keep(ground->population, &extracts);
    int64_t count = reported(found.diag, id);
    drop(&found);
    return count;
}

/* Nearly a word of a later version of the rules is as much a slip as one of the first. */
static void an_outcome_is_near_to_any_versions(void **state)
{
    (void)state;
    uint64_t seed = 18;
    struct ground *ground = new_ground(&seed);
    pbr_contract *contract = ground->contract;
    pbr_rules *first = contract->rules, both[2] = {*first, *first};
    pbr_terms later = *first->terms;
    char *outcomes[] = {(char *)"reprimand"};
    later.reoffence.outcomes = outcomes;
    later.reoffence.outcomes_count = COUNT(outcomes);
    both[1].terms = &later;
    contract->rules = both;
    contract->rules_count = COUNT(both);
    add_row(&ground->world, 0, 0, day("2016-03-01"), day("2016-04-01"), "reprimnd", "R1");
    char *path = write_rows(ground->folder, &ground->world);
    assert_int_equal(reported_in(ground, path, "unknown-outcome"), 1);
    contract->rules = first;
    contract->rules_count = 1;
    free(path);
    free_ground(ground);
}

/* A row is told of however many like it were told of before. */
static void each_blank_outcome_is_told(void **state)
{
    (void)state;
    uint64_t seed = 20;
    struct ground *ground = new_ground(&seed);
    char *path = write_in(ground->folder, "reoffences.csv",
                          "person_id,offence_date,outcome_date,outcome,offence_id,breach\n"
                          "P1,2016-03-01,2016-04-01,,R1,no\n"
                          "P1,2016-03-02,2016-04-01,,R2,no\n"
                          "P2,2016-03-03,2016-04-01,,R3,no\n");
    assert_int_equal(reported_in(ground, path, "blank-cell"), 3);
    free(path);
    free_ground(ground);
}

/* A day that a rule compares with is sound in every row, also in one that proves nothing. */
static void every_day_is_looked_at(void **state)
{
    (void)state;
    uint64_t seed = 19;
    struct ground *ground = new_ground(&seed);
    pbr_reoffence_terms *terms = &ground->contract->rules->terms->reoffence;
    pbr_filter appeal = {.id = (char *)"appeal",
                         .column = (char *)"appealed_on",
                         .after = (char *)"2016-01-01",
                         .reason = (char *)"under appeal"};
    terms->ignore = &appeal;
    terms->ignore_count = 1;
    char *path = write_in(ground->folder, "reoffences.csv",
                          "person_id,offence_date,outcome_date,outcome,offence_id,appealed_on\n"
                          "P1,2016-03-01,2016-04-01,acquitted,R1,2016-02-30\n"
                          "P1,2016-03-01,2016-04-01,acquitted,R2,\n");
    assert_int_equal(reported_in(ground, path, "bad-date"), 1);
    free(path);
    free_ground(ground);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_by_person_are_counted_at_once),
        cmocka_unit_test(rows_by_start_are_counted_at_once_if_none_comes_back),
        cmocka_unit_test(rows_in_any_order_come_to_the_same),
        cmocka_unit_test(the_first_way_gives_up_where_something_comes_back),
        cmocka_unit_test(problems_are_told_once),
        cmocka_unit_test(blank_lines_at_the_end_hide_nothing),
        cmocka_unit_test(some_files_are_kept_from_the_start),
        cmocka_unit_test(an_outcome_is_near_to_any_versions),
        cmocka_unit_test(each_blank_outcome_is_told),
        cmocka_unit_test(every_day_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
