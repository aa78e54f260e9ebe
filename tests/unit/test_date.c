/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "base/month.h"

static const int month_days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static int days_in(int year, int month)
{
    bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
    return month_days[month - 1] + (month == 2 && leap);
}

static pbr_date day_of(const char *text)
{
    pbr_date date = PBR_NO_DATE;
    assert_true(pbr_date_parse(text, strlen(text), &date));
    return date;
}

/* A calendar that counts one day at a time and knows nothing but the lengths of months. */
static void step(int *year, int *month, int *day)
{
    if (++*day <= days_in(*year, *month)) return;
    *day = 1;
    if (++*month <= 12) return;
    *month = 1;
    ++*year;
}

static void every_day_of_two_centuries(void **state)
{
    (void)state;
    char text[PBR_DATE_TEXT], wanted[32];
    int year = 1900, month = 1, day = 1;
    pbr_month months[PBR_MONTHS] = {0};
    /* 1900-01-01 is 25,567 days before 1970-01-01: 70 years of 365 days and 17 leap days. */
    for (pbr_date date = -25567; year <= 2100; date++, step(&year, &month, &day)) {
        pbr_date parsed;
        snprintf(wanted, sizeof wanted, "%04d-%02d-%02d", year, month, day);
        assert_int_equal(pbr_date_make(year, month, day), date);
        assert_string_equal(pbr_date_text(date, text), wanted);
        assert_true(pbr_date_parse(text, 10, &parsed));
        assert_int_equal(parsed, date);
        assert_true(pbr_month_parse(months, text, 10, &parsed));
        assert_int_equal(parsed, date);
        pbr_civil civil = pbr_date_civil(date);
        assert_true(civil.year == year && civil.month == month && civil.day == day);
    }
}

/* Byte by byte. */
static bool is_date(const char *text)
{
    for (int i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
    int year = atoi(text), month = atoi(text + 5), day = atoi(text + 8);
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
}

/* Any byte in any place of a date, and random digits. */
static void only_dates_are_read(void **state)
{
    (void)state;
    uint64_t seed = 5;
    static const char shape[] = "0000-00-00";
    static pbr_month months[PBR_MONTHS];
    for (int round = 0; round < 400000; round++) {
        char text[] = "2016-02-29";
        pbr_date date, again;
        for (int i = 0; i < 10 && round % 2; i++)
            if (shape[i] == '0') text[i] = (char)('0' + below(&seed, i == 5 || i == 8 ? 4 : 10));
        if (below(&seed, 3) == 0) text[below(&seed, 10)] = (char)below(&seed, 256);
        bool good = is_date(text);
        assert_int_equal(pbr_date_parse(text, 10, &date), good);
        if (good) assert_int_equal(date, pbr_date_make(atoi(text), atoi(text + 5), atoi(text + 8)));
        assert_int_equal(pbr_month_parse(months, text, 10, &again), good);
        if (good) assert_int_equal(again, date);
    }
}

static void months_have_their_days(void **state)
{
    (void)state;
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            assert_int_equal(pbr_month_days(year, month), days_in(year, month));
}

/* The slow way: one month after the other, the day clamped once at the end. */
static void add_slowly(int *year, int *month, int *day, int months)
{
    for (; months > 0; months--)
        if (++*month > 12) *month = 1, ++*year;
    for (; months < 0; months++)
        if (--*month < 1) *month = 12, --*year;
    while (*day > days_in(*year, *month)) --*day;
}

static void adding_months_meets_the_slow_way(void **state)
{
    (void)state;
    static const int some[] = {-25, -12, -1, 0, 1, 6, 11, 12, 13, 18, 30, 120};
    for (pbr_date date = pbr_date_make(1999, 1, 1); date < pbr_date_make(2021, 1, 1); date++)
        for (size_t i = 0; i < COUNT(some); i++) {
            pbr_civil c = pbr_date_civil(date);
            add_slowly(&c.year, &c.month, &c.day, some[i]);
            assert_int_equal(pbr_date_add_months(date, some[i]),
                             pbr_date_make(c.year, c.month, c.day));
        }
}

/* One addition of 18 months is not 12 and then 6: the clamp would be taken twice. */
static void one_addition_clamps_once(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int months;
        const char *to;
    } cases[] = {
        {"2016-02-29", 18, "2017-08-29"}, {"2015-08-31", 18, "2017-02-28"},
        {"2014-08-31", 18, "2016-02-29"}, {"2015-12-31", 12, "2016-12-31"},
        {"2016-02-29", 12, "2017-02-28"}, {"2015-10-31", 1, "2015-11-30"},
        {"2015-11-30", 18, "2017-05-30"}, {"1999-12-31", 2, "2000-02-29"},
        {"1899-12-31", 2, "1900-02-28"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(pbr_date_add_months(day_of(cases[i].from), cases[i].months),
                         day_of(cases[i].to));
    pbr_date twice = pbr_date_add_months(pbr_date_add_months(day_of("2016-02-29"), 12), 6);
    assert_int_equal(twice, day_of("2017-08-28"));
}

static void only_days_that_exist_are_read(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "2015",       "2015-1-01",   "2015-01-1",   "15-01-01",
        "2015/01/01", "01-02-2015", "2015-00-10",  "2015-13-01",  "2015-01-00",
        "2015-01-32", "2015-02-29", "1900-02-29",  "2100-02-29",  "0000-01-01",
        "2015-04-31", "20150101",   "2015-01-01 ", " 2015-01-01", "2015-01-0x",
        "+015-01-01", "2015-+1-01", "2015-01-1 ",  "-015-01-01",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        pbr_date date = 7;
        if (pbr_date_parse(bad[i], strlen(bad[i]), &date)) fail_msg("\"%s\" was read", bad[i]);
        assert_int_equal(date, 7);
    }
    assert_int_equal(day_of("2000-02-29") + 1, day_of("2000-03-01"));
    assert_int_equal(day_of("0001-01-01"), -719162);
    assert_int_equal(day_of("9999-12-31"), 2932896);
    assert_int_equal(day_of("1970-01-01"), 0);
}

static void a_blank_date_is_an_empty_string(void **state)
{
    (void)state;
    char text[PBR_DATE_TEXT] = "x";
    assert_string_equal(pbr_date_text(PBR_NO_DATE, text), "");
    assert_string_equal(pbr_date_text(day_of("0001-01-01"), text), "0001-01-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_two_centuries),
        cmocka_unit_test(only_dates_are_read),
        cmocka_unit_test(months_have_their_days),
        cmocka_unit_test(adding_months_meets_the_slow_way),
        cmocka_unit_test(one_addition_clamps_once),
        cmocka_unit_test(only_days_that_exist_are_read),
        cmocka_unit_test(a_blank_date_is_an_empty_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
