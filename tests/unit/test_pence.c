/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Room under a cap and shares of an amount, worked by hand. */
#include "support.h"

#include "settle/pence.h"

/* A pot of 100 pence: 70, then a deduction of 30, then 90, 5 and a deduction of 8, then 50. */
static void lines_take_room_in_turn(void **state)
{
    (void)state;
    static const int64_t wanted[] = {70, -30, 90, 5, -8, 50};
    static const int64_t given[][COUNT(wanted)] = {
        [PBR_HEADROOM_NET] = {70, -30, 60, 0, -8, 8},
        [PBR_HEADROOM_GROSS] = {70, -30, 30, 0, -8, 0},
    };
    for (int headroom = PBR_HEADROOM_NET; headroom <= PBR_HEADROOM_GROSS; headroom++) {
        pbr_cap_room room = {0};
        for (size_t i = 0; i < COUNT(wanted); i++)
            assert_int_equal(pbr_cap_take(&room, 100, (pbr_headroom)headroom, wanted[i]),
                             given[headroom][i]);
    }
}

static void room_does_not_wrap(void **state)
{
    (void)state;
    pbr_cap_room room = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pbr_cap_take(&room, 0, PBR_HEADROOM_NET, INT64_MIN), INT64_MIN);
    assert_int_equal(pbr_cap_take(&room, 0, PBR_HEADROOM_NET, INT64_MAX), INT64_MAX);
    room = (pbr_cap_room){0};
    assert_int_equal(pbr_cap_take(&room, -5, PBR_HEADROOM_NET, 3), 0); /* a limit below nothing */
    assert_int_equal(pbr_cap_take(&room, INT64_MAX, PBR_HEADROOM_NET, INT64_MAX), INT64_MAX);
    assert_int_equal(pbr_cap_take(&room, INT64_MAX, PBR_HEADROOM_NET, 1), 0);
}

static void shares_are_floored_and_one_takes_the_rest(void **state)
{
    (void)state;
    static const int64_t days[] = {31, 29, 31};
    int64_t parts[COUNT(days)];
    pbr_pence_split(1000, days, COUNT(days), 2, parts); /* 340.66, 318.68, 340.66 */
    assert_int_equal(parts[0], 340);
    assert_int_equal(parts[1], 318);
    assert_int_equal(parts[2], 342);
    pbr_pence_split(-1000, days, COUNT(days), 0, parts); /* towards zero */
    assert_int_equal(parts[0], -342);
    assert_int_equal(parts[1], -318);
    assert_int_equal(parts[2], -340);
    pbr_pence_split(INT64_MAX, days, COUNT(days), 1, parts);
    assert_int_equal(parts[0], parts[2]);
    assert_int_equal(parts[0], INT64_MAX / 91 * 31 + INT64_MAX % 91 * 31 / 91);
    assert_int_equal(parts[1], INT64_MAX - 2 * parts[0]);
    pbr_pence_split(7, days, 1, 0, parts);
    assert_int_equal(parts[0], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_take_room_in_turn),
        cmocka_unit_test(room_does_not_wrap),
        cmocka_unit_test(shares_are_floored_and_one_takes_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
