/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons are found by their ids and by nothing else: ids of every length and kind, many of them,
 * and ids made to meet in one place. */
#include "support.h"

#include "base/code.h"
#include "base/hash.h"
#include "measure/population.h"

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

/* --- persons ------------------------------------------------------------------------------------
 */

/* As much of a population as persons are found in. */
static pbr_population *new_population(void)
{
    pbr_population *population = pbr_alloc(1, sizeof *population);
    population->persons = pbr_persons_new();
    return population;
}

static void free_population(pbr_population *population)
{
    pbr_persons_free(population->persons);
    free(population->starts);
    free(population->ids.bytes);
    free(population->lines);
    free(population);
}

static uint32_t enter(pbr_population *population, const char *id, size_t length)
{
    pbr_asides own = {0};
    pbr_person_key key = pbr_person_key_of(population->persons, (pbr_slice){id, length}, &own);
    uint32_t person = pbr_person_enter(population, &key, &own);
    if (person == population->count) {
        pbr_start start = {.is_person = true,
                           .person = pbr_code_keep(&population->ids, (pbr_slice){id, length})};
        pbr_population_add(population, start, person, 0, 0);
    }
    free(own.bytes);
    return person;
}

static uint32_t find(const pbr_population *population, const char *id, size_t length)
{
    pbr_asides own = {0};
    pbr_person_key key = pbr_person_key_of(population->persons, (pbr_slice){id, length}, &own);
    uint32_t person = pbr_person_find(population, &key, &own);
    free(own.bytes);
    return person;
}

/* The n-th id of a length: a number in digits of its own kind behind filling. */
static size_t write_id(char *out, unsigned number, size_t length, char filling)
{
    memset(out, filling, length);
    for (size_t i = length; i-- > 0 && number; number /= 10) out[i] = (char)('0' + number % 10);
    return length;
}

static void ids_of_every_length_are_told_apart(void **state)
{
    (void)state;
    enum { EACH = 900 };
    static const char fillings[] = {'0', 'z', '_', ' '};
    pbr_population *population = new_population();
    char id[64];
    uint32_t known = 0;
    for (size_t length = 3; length <= sizeof id; length++)
        for (size_t f = 0; f < COUNT(fillings); f++)
            for (unsigned n = 100; n < 100 + EACH; n++) {
                bool is_new = length > 3 || f == 0;
                uint32_t person = enter(population, id, write_id(id, n, length, fillings[f]));
                assert_int_equal(person, is_new ? known : n - 100);
                known += is_new;
            }
    assert_int_equal(pbr_persons_known(population->persons), known);
    uint32_t person = 0;
    for (size_t length = 3; length <= sizeof id; length++)
        for (size_t f = 0; f < (length > 3 ? COUNT(fillings) : 1); f++) {
            for (unsigned n = 100; n < 100 + EACH; n++, person++) {
                write_id(id, n, length, fillings[f]);
                assert_int_equal(find(population, id, length), person);
                assert_int_equal(enter(population, id, length), person);
            }
            write_id(id, 100 + EACH, length, fillings[f]);
            assert_int_equal(find(population, id, length), PBR_NO_PERSON);
        }
    free_population(population);
}

/* How many of the first 4,096 places some ids meet, of those that a secret gives them. */
static size_t places(pbr_secret secret, const pbr_code *codes, size_t count)
{
    bool met[4096] = {false};
    size_t different = 0;
    for (size_t i = 0; i < count; i++) met[pbr_hash_word(secret, codes[i]) >> 52] = true;
    for (size_t i = 0; i < COUNT(met); i++) different += met[i];
    return different;
}

/* Whoever knew a table's secret could write ids that all meet in one place of it. Another table,
 * and another run, has another secret, where they lie as far apart as any. */
static void ids_made_to_meet_do_not(void **state)
{
    (void)state;
    enum { MADE = 2000 };
    pbr_secret known = pbr_secret_new();
    pbr_code codes[MADE];
    pbr_population *population = new_population();
    size_t made = 0;
    char id[16];
    for (unsigned n = 0; made < MADE; n++) {
        write_id(id, n, 10, '0');
        assert_true(pbr_code_pack((pbr_slice){id, 10}, &codes[made]));
        made += pbr_hash_word(known, codes[made]) >> 52 == 7;
    }
    assert_int_equal(places(known, codes, MADE), 1);
    for (int table = 0; table < 20; table++) {
        pbr_secret other = pbr_secret_new();
        assert_true(other.start != known.start && other.step % 2 == 1);
        /* 2,000 at random meet 1,583 of 4,096 places, give or take 20 */
        size_t met = places(other, codes, MADE);
        assert_in_range(met, 1450, 1700);
    }
    for (uint32_t i = 0; i < MADE; i++) {
        pbr_slice text = pbr_code_text(NULL, codes[i], id);
        assert_int_equal(enter(population, text.text, text.length), i);
    }
    free_population(population);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_holds_its_text),
        cmocka_unit_test(ids_of_every_length_are_told_apart),
        cmocka_unit_test(ids_made_to_meet_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
