/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is paid. A2 passes from Birch to Cedar on 2016-02-15: of the 91 days of 2016Q1 45 are Birch's
 * and 46 Cedar's. A3's last agreement ends on 2017-10-01. */
#include "settle_support.h"

/* Agreements in place of the sample's: rows of one area after the other. */
struct spell {
    size_t area;
    const char *from, *to, *provider, *payee;
};

static void agree(struct world *w, const struct spell *spells, size_t count)
{
    pbr_agreement *rows = pbr_arena_alloc(w->contract->arena, count * sizeof *rows);
    for (size_t i = 0; i < count; i++)
        rows[i] = (pbr_agreement){
            .area = spells[i].area,
            .from = day(spells[i].from),
            .to = spells[i].to ? day(spells[i].to) : PBR_NO_DATE,
            .provider = spells[i].provider,
            .payee = spells[i].payee,
        };
    w->contract->agreements = rows;
    w->contract->agreements_count = count;
}

static struct world uncapped(void)
{
    struct world w = new_world();
    for (size_t area = 0; area < 3; area++) set_price(&w, area, "2015/16", "maximum", "9000000.00");
    for (size_t area = 0; area < 3; area++) {
        count_plain(&w, area, Q4, 1000, 440);
        count_plain(&w, area, Q1, 1000, 440);
    }
    return w;
}

static void one_payee_by_the_stated_day(void **state)
{
    (void)state;
    static const struct {
        pbr_payee_rule rule;
        pbr_formation_day day;
        const char *as_at, *payee;
        size_t cohort;
    } cases[] = {
        {PBR_AT_SETTLEMENT, PBR_LAST_DAY, "2018-01-26", "Cedar Limited", Q4},
        {PBR_AT_SETTLEMENT, PBR_LAST_DAY, "2016-02-15", "Cedar Limited", Q4},
        {PBR_AT_SETTLEMENT, PBR_LAST_DAY, "2016-02-14", "Birch Limited", Q4},
        {PBR_AT_FORMATION, PBR_LAST_DAY, "2018-01-26", "Birch Limited", Q4},
        {PBR_AT_FORMATION, PBR_LAST_DAY, "2018-01-26", "Cedar Limited", Q1},
        {PBR_AT_FORMATION, PBR_FIRST_DAY, "2018-01-26", "Birch Limited", Q1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = uncapped();
        w.terms->payee.rule = cases[i].rule;
        w.terms->payee.formation_day = cases[i].day;
        pbr_settlement *s = settle(&w, cases[i].as_at, &cases[i].cohort, 1);
        const pbr_payment *p = payment(s, 1, cases[i].cohort, "binary");
        assert_string_equal(p->payee, cases[i].payee);
        assert_int_equal(p->due_date, day(cases[i].as_at) + 30);
        assert_string_equal(p->disposition, "apply");
        pbr_settlement_free(s);
        end_world(&w);
    }
}

static void an_area_whose_agreements_have_ended(void **state)
{
    (void)state;
    struct world w = uncapped();
    pbr_settlement *s = SETTLE(&w, "2017-10-01", Q4); /* the first day without an agreement */
    assert_string_equal(payment(s, 2, Q4, "binary")->payee, "Alder Limited");
    pbr_settlement_free(s);
    w.terms->payee.after_end = PBR_REFUSE;
    assert_null(try_settle(&w, "2018-01-26", (const size_t[]){Q4}, 1));
    assert_only_error(w.diag, "no-payee");
    end_world(&w);
    w = uncapped();
    w.terms->payee.after_end = PBR_REFUSE;
    s = SETTLE(&w, "2017-09-30", Q4);
    assert_string_equal(payment(s, 2, Q4, "binary")->payee, "Alder Limited");
    pbr_settlement_free(s);
    end_world(&w);
}

/* 80 units at 4,000 are 32,000,000p: 45/91 of it is 15,824,175.82..., 46/91 is 16,175,824.17...;
 * each is cut towards zero and the penny left goes to the payee at settlement: Birch's until the
 * day before Cedar's first. */
static void pro_rata_loses_no_penny(void **state)
{
    (void)state;
    static const struct {
        int64_t reoffenders;
        const char *as_at;
        int64_t birch, cedar;
    } cases[] = {
        {440, "2018-01-26", 15824175, 16175825},   {440, "2016-02-14", 15824176, 16175824},
        {440, "2016-02-15", 15824175, 16175825},   {600, "2018-01-26", -15824175, -16175825},
        {600, "2016-01-26", -15824176, -16175824},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = uncapped();
        w.terms->payee.rule = PBR_PRO_RATA_DAYS;
        count_plain(&w, 1, Q1, 1000, cases[i].reoffenders);
        pbr_settlement *s = SETTLE(&w, cases[i].as_at, Q1);
        assert_int_equal(payment_to(s, 1, Q1, "binary", "Birch Limited")->due_pence,
                         cases[i].birch);
        assert_int_equal(payment_to(s, 1, Q1, "binary", "Cedar Limited")->due_pence,
                         cases[i].cedar);
        assert_string_equal(payment_to(s, 1, Q1, "binary", "Birch Limited")->provider, "Birch");
        pbr_settlement_free(s);
        end_world(&w);
    }
}

/* Three spells in 2016Q1, two of them of one payee: 31 + 31 days of 91 and 29 of 91. */
static void spells_of_one_payee_are_one_share(void **state)
{
    (void)state;
    static const struct spell spells[] = {
        {0, "2015-02-01", "2016-02-01", "Alder", "Alder Limited"},
        {0, "2016-02-01", "2016-03-01", "Birch", "Birch Limited"},
        {0, "2016-03-01", NULL, "Alder North", "Alder Limited"},
    };
    struct world w = uncapped();
    only_first_area(&w);
    agree(&w, spells, COUNT(spells));
    w.terms->payee.rule = PBR_PRO_RATA_DAYS;
    pbr_settlement *s = SETTLE(&w, "2018-01-26", Q1);
    assert_int_equal(s->payees_count, 2);
    assert_int_equal(payment_to(s, 0, Q1, "binary", "Birch Limited")->due_pence, 10197802);
    assert_int_equal(payment_to(s, 0, Q1, "binary", "Alder Limited")->due_pence, 21802198);
    assert_int_equal(s->due_pence, 32000000);
    pbr_settlement_free(s);
    end_world(&w);
}

/* The payee at settlement had no day of the cohort: the penny goes to the last that had. */
static void the_penny_when_the_present_payee_has_no_share(void **state)
{
    (void)state;
    static const struct spell spells[] = {
        {0, "2015-02-01", "2016-02-15", "Alder", "Alder Limited"},
        {0, "2016-02-15", "2017-01-01", "Birch", "Birch Limited"},
        {0, "2017-01-01", NULL, "Cedar", "Cedar Limited"},
    };
    struct world w = uncapped();
    only_first_area(&w);
    agree(&w, spells, COUNT(spells));
    w.terms->payee.rule = PBR_PRO_RATA_DAYS;
    pbr_settlement *s = SETTLE(&w, "2018-01-26", Q1);
    assert_int_equal(payment_to(s, 0, Q1, "binary", "Alder Limited")->due_pence, 15824175);
    assert_int_equal(payment_to(s, 0, Q1, "binary", "Birch Limited")->due_pence, 16175825);
    assert_null(payment_to(s, 0, Q1, "binary", "Cedar Limited"));
    pbr_settlement_free(s);
    end_world(&w);
}

/* A contract that begins inside the cohort: days without an agreement are nobody's share. */
static void days_before_the_contract_count_for_nobody(void **state)
{
    (void)state;
    static const struct spell spells[] = {
        {0, "2015-12-01", "2015-12-16", "Alder", "Alder Limited"},
        {0, "2015-12-16", NULL, "Birch", "Birch Limited"},
    };
    struct world w = uncapped();
    only_first_area(&w);
    w.terms->payee.rule = PBR_PRO_RATA_DAYS;
    w.terms->versions.rules_at = PBR_COHORT_START;
    pbr_settlement *before = SETTLE(&w, "2018-01-26", Q4);
    assert_int_equal(before->payees_count, 1);
    pbr_settlement_free(before);
    agree(&w, spells, COUNT(spells));
    /* No rules are in force on the cohort's first day, so it is not settled at all. */
    pbr_settlement *s = SETTLE(&w, "2018-01-26", Q4);
    assert_int_equal(s->results_count, 0);
    assert_int_equal(s->payments_count, 0);
    pbr_settlement_free(s);
    end_world(&w);
}

/* A provider a day from 2016-02-02 on: sixty parts, cut towards zero, and still the whole. */
static void a_payee_a_day(void **state)
{
    (void)state;
    enum { DAYS = 60 };
    static struct spell spells[DAYS];
    static char days[DAYS + 1][PBR_DATE_TEXT], names[DAYS][24];
    struct world w = uncapped();
    only_first_area(&w);
    for (int i = 0; i <= DAYS; i++) pbr_date_text(day("2016-02-01") + i, days[i]);
    for (int i = 0; i < DAYS; i++) {
        snprintf(names[i], sizeof names[i], "Payee %02d", i);
        spells[i] = (struct spell){0, i ? days[i] : "2015-02-01", i + 1 < DAYS ? days[i + 1] : NULL,
                                   names[i], names[i]};
    }
    agree(&w, spells, DAYS);
    w.terms->payee.rule = PBR_PRO_RATA_DAYS;
    set_price(&w, 0, "2015/16", "binary_price", "123.47");
    pbr_settlement *s = SETTLE(&w, "2018-01-26", Q1);
    int64_t sum = 0;
    for (size_t i = 0; i < s->payments_count; i++)
        if (strcmp(s->payments[i].line->id, "binary") == 0) sum += s->payments[i].due_pence;
    assert_int_equal(sum, 80 * 12347);
    /* 2016Q1 from the 1st of January is payee 00's until the 2nd of February: 32 days */
    assert_int_equal(payment_to(s, 0, Q1, "binary", "Payee 00")->due_pence, 80 * 12347 * 32 / 91);
    assert_int_equal(payment_to(s, 0, Q1, "binary", "Payee 01")->due_pence, 80 * 12347 / 91);
    assert_int_equal(s->payees_count, DAYS);
    for (size_t i = 1; i < s->payees_count; i++)
        assert_true(strcmp(s->payees[i - 1], s->payees[i]) < 0);
    pbr_settlement_free(s);
    end_world(&w);
}

/* Whoever is the provider on the first day is paid for all who start by it, however soon another
 * takes over. */
static void the_first_day_is_the_first(void **state)
{
    (void)state;
    static const struct spell spells[] = {
        {0, "2015-02-01", NULL, "North CRC", "Alder Limited"},
        {1, "2015-02-01", "2016-01-02", "East CRC", "Birch Limited"},
        {1, "2016-01-02", NULL, "East CRC", "Cedar Limited"},
        {2, "2015-02-01", NULL, "South CRC", "Alder Limited"},
    };
    struct world w = uncapped();
    agree(&w, spells, COUNT(spells));
    w.terms->payee.rule = PBR_AT_FORMATION;
    w.terms->payee.formation_day = PBR_FIRST_DAY;
    pbr_settlement *s = SETTLE(&w, "2018-01-26", Q1);
    assert_string_equal(payment(s, 1, Q1, "binary")->payee, "Birch Limited");
    pbr_settlement_free(s);
    end_world(&w);
}

/* More payees than anybody would think of: another on each of the 91 days of 2016Q1. */
static void a_payee_for_each_day_of_a_quarter(void **state)
{
    (void)state;
    enum { QUARTER = 91 };
    struct spell spells[QUARTER + 2] = {{0, "2015-02-01", NULL, "North CRC", "Alder Limited"}};
    char days[QUARTER + 1][PBR_DATE_TEXT], names[QUARTER][16];
    for (int i = 0; i <= QUARTER; i++) pbr_date_text(day("2016-01-01") + i, days[i]);
    for (size_t i = 0; i < QUARTER; i++) {
        snprintf(names[i], sizeof names[i], "Payee %02zu", i);
        spells[i + 1] = (struct spell){1, days[i], days[i + 1], "East CRC", names[i]};
    }
    spells[QUARTER + 1] = (struct spell){2, "2015-02-01", NULL, "South CRC", "Alder Limited"};
    struct world w = uncapped();
    agree(&w, spells, COUNT(spells));
    w.terms->payee.rule = PBR_PRO_RATA_DAYS;
    pbr_settlement *s = SETTLE(&w, "2016-03-31", Q1);
    int64_t sum = 0;
    for (size_t i = 0; i < QUARTER; i++) {
        const pbr_payment *p = payment_to(s, 1, Q1, "binary", names[i]);
        assert_non_null(p);
        assert_int_equal(p->days, 1);
        assert_int_equal(p->of_days, QUARTER);
        sum += p->computed_pence;
    }
    assert_int_equal(sum, 32000000);
    pbr_settlement_free(s);
    end_world(&w);
}

static void payments_are_in_order(void **state)
{
    (void)state;
    struct world w = uncapped();
    w.terms->payee.rule = PBR_PRO_RATA_DAYS;
    pbr_settlement *s = SETTLE(&w, "2018-01-26", Q4, Q1);
    for (size_t i = 1; i < s->payments_count; i++) {
        const pbr_payment *a = &s->payments[i - 1], *b = &s->payments[i];
        bool ordered = a->area != b->area       ? a->area < b->area
                       : a->cohort != b->cohort ? a->cohort < b->cohort
                       : a->line != b->line     ? a->line < b->line
                                                : strcmp(a->payee, b->payee) < 0;
        assert_true(ordered);
    }
    pbr_settlement_free(s);
    end_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_payee_by_the_stated_day),
        cmocka_unit_test(an_area_whose_agreements_have_ended),
        cmocka_unit_test(pro_rata_loses_no_penny),
        cmocka_unit_test(spells_of_one_payee_are_one_share),
        cmocka_unit_test(the_penny_when_the_present_payee_has_no_share),
        cmocka_unit_test(days_before_the_contract_count_for_nobody),
        cmocka_unit_test(a_payee_a_day),
        cmocka_unit_test(the_first_day_is_the_first),
        cmocka_unit_test(a_payee_for_each_day_of_a_quarter),
        cmocka_unit_test(payments_are_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
