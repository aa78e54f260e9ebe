/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons are found by their ids and by nothing else: ids of every length and kind, many of them,
 * and ids made to meet in one place. */
#include "support.h"

#include "base/code.h"
#include "base/hash.h"
#include "measure/persons.h"

/* --- codes --------------------------------------------------------------------------------------
 */

static size_t some_text(uint64_t *seed, char *out)
{
    static const char letters[] = "-0189AMZamz-_ /\x7E\xC3\xA9";
    size_t length = (size_t)below(seed, 14), kinds = below(seed, 2) ? 11 : sizeof letters - 1;
    for (size_t i = 0; i < length; i++) out[i] = letters[below(seed, (int64_t)kinds)];
    out[length] = '\0';
    return length;
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void a_code_holds_its_text(void **state)
{
    (void)state;
    uint64_t seed = 4;
    pbr_asides asides = {0};
    char texts[2][20], unpacked[PBR_CODE_LETTERS + 1];
    pbr_code codes[2];
    for (int round = 0; round < 50000; round++) {
        for (int i = 0; i < 2; i++) {
            size_t length = some_text(&seed, texts[i]);
            codes[i] = pbr_code_keep(&asides, (pbr_slice){texts[i], length});
            pbr_slice back = pbr_code_text(&asides, codes[i], unpacked);
            assert_true(pbr_slice_is(back, texts[i]) && back.text[back.length] == '\0');
            bool short_and_plain =
                length <= PBR_CODE_LETTERS &&
                strspn(texts[i],
                       "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == length;
            assert_int_equal(pbr_code_is_packed(codes[i]), short_and_plain);
        }
        assert_int_equal(sign(pbr_code_compare(&asides, codes[0], codes[1])),
                         sign(strcmp(texts[0], texts[1])));
    }
    assert_int_equal(pbr_code_keep(&asides, (pbr_slice){"", 0}), 0);
    free(asides.bytes);
}

/* --- words --------------------------------------------------------------------------------------
 */

static void a_word_can_be_had_back(void **state)
{
    (void)state;
    uint64_t seed = 9, word = 0;
    pbr_secret secret = pbr_secret_new();
    for (int round = 0; round < 100000; round++) {
        assert_true(pbr_unmix(secret, pbr_mix(secret, word)) == word);
        assert_true(pbr_mix(secret, pbr_unmix(secret, word)) == word);
        word = round < 1000 ? word + 1 : next_random(&seed) << below(&seed, 40);
    }
}

/* How many of 4,096 places some ids meet, of those that a secret gives them. */
static size_t places(pbr_secret secret, const pbr_code *codes, size_t count)
{
    bool met[4096] = {false};
    size_t different = 0;
    for (size_t i = 0; i < count; i++) met[pbr_mix(secret, codes[i]) >> 52] = true;
    for (size_t i = 0; i < COUNT(met); i++) different += met[i];
    return different;
}

/* The n-th id of a length: a number in digits of its own kind behind filling. */
static size_t write_id(char *out, unsigned number, size_t length, char filling)
{
    memset(out, filling, length);
    for (size_t i = length; i-- > 0 && number; number /= 10) out[i] = (char)('0' + number % 10);
    return length;
}

/* Whoever knew a run's secret could write ids that all meet in one place of it. Another run has
 * another secret, where they lie as far apart as any. */
static void ids_made_to_meet_do_not(void **state)
{
    (void)state;
    enum { MADE = 2000 };
    pbr_secret known = pbr_secret_new();
    pbr_code codes[MADE];
    size_t made = 0;
    char id[16];
    for (unsigned n = 0; made < MADE; n++) {
        write_id(id, n, 10, '0');
        assert_true(pbr_code_pack((pbr_slice){id, 10}, &codes[made]));
        made += pbr_mix(known, codes[made]) >> 52 == 7;
    }
    assert_int_equal(places(known, codes, MADE), 1);
    for (int run = 0; run < 20; run++) {
        pbr_secret other = pbr_secret_new();
        assert_true(other.start != known.start && other.step % 2 == 1);
        /* 2,000 at random meet 1,583 of 4,096 places, give or take 20 */
        assert_in_range(places(other, codes, MADE), 1450, 1700);
    }
}

/* --- persons ------------------------------------------------------------------------------------
 */

/* As much of a population as starts are put in order in. */
static pbr_population *new_population(void)
{
    pbr_population *population = pbr_alloc(1, sizeof *population);
    population->secret = pbr_secret_new();
    population->ids = pbr_ids_new();
    population->labels = pbr_ids_new();
    population->types = pbr_idmap_new();
    population->classes_known = pbr_idmap_new();
    pthread_mutex_init(&population->lock, NULL);
    pbr_lines_begin(&population->files, "cohort.csv");
    return population;
}

struct given {
    const char *id, *label, *type;
    unsigned day, area, line;
};

static const pbr_id *id_of(pbr_id *id, const char *text, size_t length)
{
    pbr_id_set(id, (pbr_slice){text, length});
    return id;
}

static void add(pbr_population *population, size_t thread, const struct given *given)
{
    pbr_id id, label;
    pbr_class class = {.area = (uint16_t)given->area};
    uint32_t number = pbr_class_enter(population, &class, pbr_slice_of(given->type));
    pbr_placed placed = {
        .start = {.person = pbr_person_enter(population, id_of(&id, given->id, strlen(given->id))),
                  .day = given->day & 0xFFFF,
                  .class = number & 0xFFFFF,
                  .score = given->line & 0xFFFFF},
        .label =
            pbr_ids_enter(population->labels, id_of(&label, given->label, strlen(given->label))),
        .line = given->line,
    };
    pbr_gathered_add(pbr_harvest_of(population, thread)->starts, &placed);
}

static void add_id(pbr_population *population, const char *id, size_t length, unsigned line)
{
    char text[80];
    memcpy(text, id, length);
    text[length] = '\0';
    add(population, line % 3, &(struct given){text, "", "order", 5, 0, line});
}

static uint32_t find(const pbr_population *population, const char *id, size_t length)
{
    pbr_id wanted;
    return pbr_person_find(population, pbr_person_word(population, id_of(&wanted, id, length)));
}

static void order(pbr_population *population, size_t threads)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_population_order(population, threads, diag);
    assert_no_errors(diag);
    pbr_diag_free(diag);
}

static void assert_found(const pbr_population *population, const char *id, size_t length,
                         unsigned line)
{
    char unpacked[PBR_CODE_LETTERS + 1];
    uint32_t person = find(population, id, length);
    assert_int_not_equal(person, PBR_NO_PERSON);
    assert_int_equal(population->starts[person].score, line);
    assert_int_equal(pbr_person_end(population, person), person + 1);
    pbr_slice text = pbr_person_id(population, person, unpacked);
    assert_true(text.length == length && memcmp(text.text, id, length) == 0);
}

static void ids_of_every_length_are_told_apart(void **state)
{
    (void)state;
    enum { EACH = 300 };
    static const char fillings[] = {'0', 'z', '_', ' '};
    char id[64];
    for (size_t threads = 1; threads < 4; threads++) {
        pbr_population *population = new_population();
        unsigned line = 0;
        for (size_t length = 3; length <= sizeof id; length++)
            for (size_t f = 0; f < (length > 3 ? COUNT(fillings) : 1); f++)
                for (unsigned n = 100; n < 100 + EACH; n++)
                    add_id(population, id, write_id(id, n, length, fillings[f]), ++line);
        order(population, threads);
        assert_int_equal(population->count, line);
        assert_int_equal(population->persons_count, line);
        line = 0;
        for (size_t length = 3; length <= sizeof id; length++)
            for (size_t f = 0; f < (length > 3 ? COUNT(fillings) : 1); f++) {
                for (unsigned n = 100; n < 100 + EACH; n++)
                    assert_found(population, id, write_id(id, n, length, fillings[f]), ++line);
                write_id(id, 100 + EACH, length, fillings[f]);
                assert_int_equal(find(population, id, length), PBR_NO_PERSON);
            }
        pbr_population_free(population);
    }
}

static void nobody_is_found_where_nobody_is(void **state)
{
    (void)state;
    pbr_population *population = new_population();
    order(population, 2);
    assert_int_equal(find(population, "A", 1), PBR_NO_PERSON);
    assert_int_equal(find(population, "an id that is not packed", 24), PBR_NO_PERSON);
    pbr_population_free(population);
}

/* Others stand before and behind one who has very many. */
static void one_person_may_have_a_million_starts(void **state)
{
    (void)state;
    enum { MANY = 1000000, OTHERS = 2000 };
    pbr_population *population = new_population();
    char id[10];
    for (unsigned line = 1; line <= OTHERS; line++)
        add_id(population, id, write_id(id, line, sizeof id, 'a'), line);
    for (unsigned n = 0; n < MANY; n++) {
        unsigned day = (unsigned)(n * (size_t)7919 % MANY); /* each of them once */
        add(population, n % 2,
            &(struct given){"many", day < MANY / 2 ? "b" : "a", "order", day / 20 % 50000, day % 20,
                            OTHERS + 1 + n});
    }
    order(population, 2);
    assert_int_equal(population->persons_count, OTHERS + 1);
    for (unsigned line = 1; line <= OTHERS; line++)
        assert_found(population, id, write_id(id, line, sizeof id, 'a'), line);
    uint32_t person = find(population, "many", 4);
    assert_int_equal(pbr_person_end(population, person), person + MANY);
    for (uint32_t at = person + 1; at < person + MANY; at++)
        assert_true(population->starts[at - 1].day <= population->starts[at].day);
    pbr_population_free(population);
}

/* Day, start id, type, area: whatever the order and the threads that they were read by. */
static void starts_of_a_person_are_in_their_stated_order(void **state)
{
    (void)state;
    static const struct given stated[] = {
        {"P", "z", "order", 1, 7, 1},   {"P", "", "order", 2, 7, 2},
        {"P", "A", "order", 2, 7, 3},   {"P", "Ab", "order", 2, 1, 4},
        {"P", "b", "custody", 2, 7, 5}, {"P", "b", "order", 2, 3, 6},
        {"P", "b", "order", 2, 4, 7},   {"P", "b/a start id of 24 letters", "a", 2, 0, 8},
        {"P", "b0", "order", 2, 0, 9},  {"P", "c/a start id of 24 letters", "a", 2, 0, 10},
        {"P", "", "order", 3, 0, 11},
    };
    uint64_t seed = 21;
    for (int round = 0; round < 200; round++) {
        pbr_population *population = new_population();
        size_t left[COUNT(stated)], count = COUNT(stated);
        for (size_t i = 0; i < count; i++) left[i] = i;
        while (count) {
            size_t at = (size_t)below(&seed, (int64_t)count);
            add(population, (size_t)below(&seed, 3), &stated[left[at]]);
            left[at] = left[--count];
        }
        order(population, 1 + (size_t)below(&seed, 3));
        for (size_t i = 0; i < COUNT(stated); i++)
            assert_int_equal(population->starts[i].score, stated[i].line);
        pbr_population_free(population);
    }
}

static void starts_alike_are_told_by_their_lines(void **state)
{
    (void)state;
    static const unsigned lines[] = {40, 10, 30, 20};
    pbr_population *population = new_population();
    pbr_diag *diag = pbr_diag_new();
    const pbr_finding *found;
    for (size_t i = 0; i < COUNT(lines); i++)
        for (size_t p = 0; p < 2; p++)
            add(population, i % 3,
                &(struct given){p ? "one" : "other", "", "order", 1, 0, lines[i] + (unsigned)p});
    pbr_population_order(population, 2, diag);
    assert_int_equal(pbr_diag_findings(diag, &found), 1);
    assert_string_equal(found->id, "duplicate-start");
    assert_int_equal(found->kept, 6);
    for (unsigned i = 0; i < 6; i++) {
        char *known = pbr_sprintf("cohort.csv:%u:", 10 + i / 2 * 10 + i % 2);
        assert_int_equal(found->problems[i].line, 20 + i / 2 * 10 + i % 2);
        assert_non_null(strstr(found->problems[i].message, known));
        free(known);
    }
    pbr_diag_free(diag);
    pbr_population_free(population);
}

/* What was read behind a place where the file ends too early is forgotten. */
/* Also behind the last, where there is nothing to cut, and before the first. */
static void starts_behind_a_line_can_be_cut(void **state)
{
    (void)state;
    enum { LINES = 5000 };
    static const uint32_t ends[] = {LINES + 1, LINES, 3210, 1, 0};
    pbr_gathered *gathered = pbr_gathered_new();
    uint64_t seed = 3;
    for (uint32_t line = 1; line <= LINES; line++)
        pbr_gathered_add(gathered, &(pbr_placed){{.person = next_random(&seed)}, 0, line});
    assert_int_equal(gathered->count, LINES);
    for (size_t i = 0; i < COUNT(ends); i++) {
        uint64_t last = ends[i] < LINES ? ends[i] : LINES, sum = 0;
        pbr_gathered_cut(gathered, ends[i]);
        assert_int_equal(gathered->count, last);
        for (size_t share = 0; share < PBR_SHARES; share++)
            for (const pbr_block *block = gathered->shares[share]; block; block = block->next)
                for (uint32_t k = 0, line = block->first_line; k < block->count; k++)
                    sum += line += block->steps[k];
        assert_int_equal(sum, last * (last + 1) / 2);
    }
    pbr_gathered_free(gathered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_holds_its_text),
        cmocka_unit_test(a_word_can_be_had_back),
        cmocka_unit_test(ids_made_to_meet_do_not),
        cmocka_unit_test(ids_of_every_length_are_told_apart),
        cmocka_unit_test(nobody_is_found_where_nobody_is),
        cmocka_unit_test(one_person_may_have_a_million_starts),
        cmocka_unit_test(starts_of_a_person_are_in_their_stated_order),
        cmocka_unit_test(starts_alike_are_told_by_their_lines),
        cmocka_unit_test(starts_behind_a_line_can_be_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
