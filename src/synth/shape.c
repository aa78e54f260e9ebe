/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/shape.h"

const pbr_shape pbr_usual_shape = {
    .size =
        {
            .rows_per_case = 1.09, /* 7% excluded, 1% later starts, 0.5% without a record */
            .cases = 1300,         /* 27,000 a quarter over 21 areas */
            .rate = 0.475,
            .frequency = 4.2,
            /* courts sit on weekdays; releases due at a weekend come forward to Friday */
            .weekday = {1.0, 1.0, 1.0, 1.0, 1.25, 0.08, 0.04},
        },
    /* October to December 2015 was published with 13 of 21 areas better and 2 worse; later quarters
     * with up to 20 better. Over all areas this is about the 2.5 points by which the rate fell. */
    .effect = {.groups = {{0.65, -3.2}, {0.25, -0.6}, {0.10, 2.8}}, .by_quarter = -0.1},
    .drift = {.mean = 0.005, .sd = 0.01},
    .frequency = {.mean = -0.03, .sd = 0.07, .size = 0.3},
    .score =
        {
            .precision = 3.3, /* sd of 0.24 at a mean of 0.47 */
            .slope = 0.8,     /* correlation of about 0.4 with reoffending */
            .wobble = 2.0,
        },
    .returns = {.again = 0.20, .elsewhere = 0.25, .same_day = 0.01, .gap_days = 130},
    .status =
        {
            .nps = 0.03,
            .em_only = 0.032, /* of orders, which are three in five starts: 2% of all */
            .foreign = 0.01,
            .died = 0.012,       /* of those with one start */
            .transferred = 0.06, /* at score 100, in proportion below: 3% of all */
            .unmatched = 0.005,
            .died_later = 0.05,
        },
    .offence =
        {
            .early = 0.5,
            .same_occasion = 0.2,
            .lag_days = 70,
            .second_outcome = 0.015,
            .strangers = 0.01, /* two rows each: 1% of the rows */
        },
};
