/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a run: what is read of them, row by row, and which rows are refused, with the line
 * and the reason; a bad cell of a row does not hide another. */
#include "support.h"

#include "contract/load.h"
#include "settle/run_tables.h"

#define TR "contracts/transforming-rehabilitation"
#define VOLUMES "cpa,month,sentence_type,band,starts\n"
#define LEVELS "cpa,month,measure,numerator,denominator\n"
#define DECISIONS "cpa,cohort,line,payee,disposition,authority,date,reason\n"
#define CHECKED "cpa,cohort,line,payee,disposition,authority,date,reason,check\n"
#define OTHERS "id,payee,description,amount,authority,date,reason\n"

struct read {
    const pbr_contract *contract;
    pbr_arena *arena;
    char *folder;
    pbr_diag *diag;
    pbr_volume *volumes;
    pbr_level *levels;
    pbr_decision *decisions;
    pbr_other_line *others;
};

typedef size_t (*reader)(struct read *r, const char *path);

static size_t volumes(struct read *r, const char *path)
{
    return pbr_volumes_read(path, r->contract, r->arena, &r->volumes, NULL, r->diag);
}

static size_t levels(struct read *r, const char *path)
{
    return pbr_levels_read(path, r->contract, r->arena, &r->levels, NULL, r->diag);
}

static size_t decisions(struct read *r, const char *path)
{
    pbr_decided decided = {0};
    pbr_decisions_read(path, r->contract, r->arena, &decided, NULL, r->diag);
    r->decisions = decided.decisions;
    assert_int_equal(decided.overrides_count, 0);
    return decided.count;
}

static size_t others(struct read *r, const char *path)
{
    return pbr_others_read(path, r->arena, &r->others, NULL, r->diag);
}

static void begin(struct read *r)
{
    pbr_diag *diag = pbr_diag_new();
    *r = (struct read){.contract = pbr_contract_load(TR, diag),
                       .arena = pbr_arena_new(),
                       .folder = new_folder(),
                       .diag = pbr_diag_new()};
    assert_no_errors(diag);
    pbr_diag_free(diag);
}

static size_t read_text_with(struct read *r, reader table, const char *text)
{
    char *path = write_in(r->folder, "table.csv", text);
    const char *kept = pbr_arena_text(r->arena, path, strlen(path));
    pbr_diag_free(r->diag);
    r->diag = pbr_diag_new();
    free(path);
    return table(r, kept);
}

static void end(struct read *r)
{
    pbr_contract_free((pbr_contract *)r->contract);
    pbr_arena_free(r->arena);
    pbr_diag_free(r->diag);
    remove_folder(r->folder);
}

static size_t cohort_of(const struct read *r, const char *name)
{
    return pbr_contract_cohort(r->contract, name);
}

static void rows_come_as_they_are_written(void **state)
{
    (void)state;
    struct read r;
    begin(&r);
    assert_int_equal(read_text_with(&r, volumes,
                                    VOLUMES "C03,2017-08,community-order,medium,120\n"
                                            "C02,2017-09,custody-release,short,0\n"),
                     2);
    assert_no_errors(r.diag);
    assert_string_equal(r.contract->areas[r.volumes[0].area].code, "C03");
    assert_string_equal(r.contract->areas[r.volumes[1].area].code, "C02");
    assert_int_equal(r.volumes[0].month, cohort_of(&r, "2017-08"));
    assert_int_equal(r.volumes[1].month, cohort_of(&r, "2017-09"));
    assert_string_equal(r.volumes[0].type, "community-order");
    assert_string_equal(r.volumes[0].band, "medium");
    assert_int_equal(r.volumes[0].starts, 120);
    assert_int_equal(r.volumes[1].starts, 0);
    assert_int_equal(r.volumes[1].place.line, 3);

    assert_int_equal(read_text_with(&r, levels,
                                    LEVELS "C02,2017-08,plans-in-time,188,200\n"
                                           "C02,2017-08,orders-completed,9,9\n"),
                     2);
    assert_no_errors(r.diag);
    assert_string_equal(r.levels[1].measure, "orders-completed");
    assert_int_equal(r.levels[0].numerator, 188);
    assert_int_equal(r.levels[0].denominator, 200);
    assert_int_equal(r.levels[1].place.line, 3);

    assert_int_equal(read_text_with(&r, decisions,
                                    DECISIONS "C02,2015Q4,binary,,waive,A,2017-10-02,why\n"
                                              "C03,2015/16,binary,Seetec,hold,B,2017-10-03,so\n"),
                     2);
    assert_no_errors(r.diag);
    assert_int_equal(r.decisions[0].disposition, PBR_WAIVE);
    assert_int_equal(r.decisions[1].disposition, PBR_HOLD);
    assert_string_equal(r.decisions[0].payee, "");
    assert_string_equal(r.decisions[1].payee, "Seetec");
    assert_int_equal(r.decisions[1].cohort, cohort_of(&r, "2015/16"));
    assert_string_equal(r.decisions[0].authority, "A");
    assert_string_equal(r.decisions[1].reason, "so");
    assert_int_equal(r.decisions[1].date, r.decisions[0].date + 1);
    assert_int_equal(r.decisions[1].place.line, 3);

    assert_int_equal(
        read_text_with(&r, others, OTHERS "R-1,Seetec,Ruling,-12500.05,Judge,2017-09-14,why\n"), 1);
    assert_no_errors(r.diag);
    assert_int_equal(r.others[0].amount_pence, -1250005);
    assert_string_equal(r.others[0].id, "R-1");
    assert_string_equal(r.others[0].payee, "Seetec");
    assert_string_equal(r.others[0].description, "Ruling");
    assert_int_equal(r.others[0].place.line, 2);
    end(&r);
}

/* Rows that are refused: how often each reason was given, and how many rows are left. */
static const struct refused {
    reader table;
    const char *text, *id;
    int64_t count, problems;
    size_t left;
} refusals[] = {
    {volumes, VOLUMES "C99,2017-08,order,short,1\n", "unknown-area", 1, 1, 0},
    {volumes, VOLUMES "C02,2017-13,order,short,1\n", "unknown-cohort", 1, 1, 0},
    {volumes, VOLUMES "C02,2015Q4,order,short,1\n", "unknown-cohort", 1, 1, 0},
    {volumes, VOLUMES "C02,2015/16,order,short,1\n", "unknown-cohort", 1, 1, 0},
    {volumes, VOLUMES ",2017-08,order,short,1\n", "blank-cell", 1, 1, 0},
    {volumes, VOLUMES "C02,,order,short,1\n", "blank-cell", 1, 1, 0},
    {volumes, VOLUMES "C02,2017-08,,short,1\n", "blank-cell", 1, 1, 0},
    {volumes, VOLUMES "C02,2017-08,order,,1\n", "blank-cell", 1, 1, 0},
    {volumes, VOLUMES "C02,2017-08,order,short,-1\n", "bad-count", 1, 1, 0},
    {volumes, VOLUMES "C02,2017-08,order,short,\n", "blank-cell", 1, 1, 0},
    {levels, LEVELS "C02,2017-08,,1,2\n", "blank-cell", 1, 1, 0},
    {levels, LEVELS "C02,2015Q4,plans,1,2\n", "unknown-cohort", 1, 1, 0},
    {levels, LEVELS "C99,2017-08,plans,1,2\n", "unknown-area", 1, 1, 0},
    {levels, LEVELS "C02,2017-08,plans,3,2\n", "impossible-count", 1, 1, 1},
    {levels, LEVELS "C02,2017-08,plans,many,2\n", "bad-count", 1, 1, 0},
    {levels, LEVELS "C02,2017-08,plans,3,few\n", "bad-count", 1, 1, 0},
    {decisions, DECISIONS ",2015Q4,l,,waive,A,2017-10-02,why\n", "blank-cell", 1, 1, 0},
    {decisions, DECISIONS "C02,,l,,waive,A,2017-10-02,why\n", "blank-cell", 1, 1, 0},
    {decisions, DECISIONS "C02,2015Q4,,,waive,A,2017-10-02,why\n", "blank-cell", 1, 1, 0},
    {decisions, DECISIONS "C99,2015Q4,l,,waive,A,2017-10-02,why\n", "unknown-area", 1, 1, 0},
    {decisions, DECISIONS "C02,2019Q9,l,,waive,A,2017-10-02,why\n", "unknown-cohort", 1, 1, 0},
    {decisions, DECISIONS "C02,2015Q4,l,,forget,A,2017-10-02,why\n", "unknown-word", 1, 1, 0},
    {decisions, DECISIONS "C02,2015Q4,l,,waive,,2017-10-02,why\n", "blank-cell", 1, 1, 0},
    {decisions, DECISIONS "C02,2015Q4,l,,waive,A,2017-02-30,why\n", "bad-date", 1, 1, 0},
    {decisions, DECISIONS "C02,2015Q4,l,,waive,A,2017-10-02,\n", "blank-cell", 1, 1, 0},
    /* a line is decided on, or a check is overridden: a row does one of them */
    {decisions, CHECKED "C02,2015Q4,l,,waive,A,2017-10-02,why,many-starts\n", "unmatched-decision",
     1, 1, 0},
    {decisions, CHECKED "C02,2015Q4,l,,override,A,2017-10-02,why,many-starts\n",
     "unmatched-decision", 1, 1, 0},
    {decisions, CHECKED "C02,2015Q4,,P,override,A,2017-10-02,why,many-starts\n",
     "unmatched-decision", 1, 1, 0},
    {decisions, CHECKED "C99,2015Q4,,,override,A,2017-10-02,why,many-starts\n", "unknown-area", 1,
     1, 0},
    {decisions, CHECKED "C02,2019Q9,,,override,A,2017-10-02,why,many-starts\n", "unknown-cohort", 1,
     1, 0},
    {decisions, CHECKED "C02,2015Q4,,,override,A,2017-10-02,why,no-such\n", "not-overridable", 1, 1,
     0},
    {others, OTHERS ",Seetec,x,1,J,2017-09-14,why\n", "blank-cell", 1, 1, 0},
    {others, OTHERS "R,,x,1,J,2017-09-14,why\n", "blank-cell", 1, 1, 0},
    {others, OTHERS "R,Seetec,x,,J,2017-09-14,why\n", "blank-cell", 1, 1, 0},
    {others, OTHERS "=1+1,Seetec,x,1,J,2017-09-14,why\n", "bad-name", 1, 1, 0},
    {others, OTHERS "R,@Seetec,x,1,J,2017-09-14,why\n", "bad-name", 1, 1, 0},
    {others, OTHERS "R,See/tec,x,1,J,2017-09-14,why\n", "bad-name", 1, 1, 0},
    {others, OTHERS "R,Seetec,,1,J,2017-09-14,why\n", "blank-cell", 1, 1, 0},
    {others, OTHERS "R,Seetec,x,92233720368547759,J,2017-09-14,why\n", "amount-too-large", 1, 1, 0},
    {others, OTHERS "R,Seetec,x,1,J,2017-9-14,why\n", "bad-date", 1, 1, 0},
    /* each bad cell of a row is told, and each bad row */
    {volumes, VOLUMES "C99,2017-08,,short,-1\n", "blank-cell", 1, 3, 0},
    {levels, LEVELS "C99,nowhen,,-1,-2\n", "bad-count", 2, 5, 0},
    {decisions, DECISIONS "C99,nowhen,,,never,,nowhen,\n", "blank-cell", 3, 7, 0},
    {others, OTHERS "-1,@,,much,,nowhen,\n", "blank-cell", 3, 7, 0},
    {volumes, VOLUMES "C99,2017-08,o,s,1\nC02,2017-08,o,s,1\nC98,2017-08,o,s,1\n", "unknown-area",
     2, 2, 1},
    /* the same once more, beside its first or far from it */
    {volumes, VOLUMES "C02,2017-08,o,s,1\nC02,2017-08,o,s,2\n", "repeated-row", 1, 1, 2},
    {volumes, VOLUMES "C02,2017-08,o,s,1\nC02,2017-09,o,s,2\nC02,2017-08,o,s,1\n", "repeated-row",
     1, 1, 3},
    {levels, LEVELS "C02,2017-08,p,1,2\nC02,2017-09,p,1,2\nC02,2017-08,p,1,2\n", "repeated-row", 1,
     1, 3},
    {levels, LEVELS "C02,2017-08,p,1,2\nC02,2017-08,p,1,2\nC02,2017-08,p,1,2\n", "repeated-row", 2,
     2, 3},
};

static void rows_are_refused_with_their_reason(void **state)
{
    (void)state;
    struct read r;
    begin(&r);
    for (size_t i = 0; i < COUNT(refusals); i++) {
        const struct refused *one = &refusals[i];
        size_t left = read_text_with(&r, one->table, one->text);
        if (reported(r.diag, one->id) != one->count ||
            pbr_diag_count(r.diag, PBR_ERROR) != one->problems || left != one->left) {
            pbr_diag_print(r.diag, stderr, PBR_ERROR);
            fail_msg("%zu rows are left, %d problems of %s: %s", left,
                     (int)reported(r.diag, one->id), one->id, one->text);
        }
    }
    end(&r);
}

/* Rows that differ in one part of their key are not the same. */
static void other_rows_are_not_repeated(void **state)
{
    (void)state;
    struct read r;
    begin(&r);
    assert_int_equal(read_text_with(&r, volumes,
                                    VOLUMES "C02,2017-08,o,s,1\nC03,2017-08,o,s,1\n"
                                            "C02,2017-09,o,s,1\nC02,2017-08,p,s,1\n"
                                            "C02,2017-08,o,t,1\n"),
                     5);
    assert_no_errors(r.diag);
    assert_int_equal(read_text_with(&r, levels,
                                    LEVELS "C02,2017-08,p,1,1\nC03,2017-08,p,1,1\n"
                                           "C02,2017-09,p,1,1\nC02,2017-08,q,0,0\n"),
                     4);
    assert_no_errors(r.diag);
    end(&r);
}

static void a_repeated_row_names_the_one_before_it(void **state)
{
    (void)state;
    struct read r;
    char *said;
    begin(&r);
    read_text_with(&r, volumes,
                   VOLUMES "C02,2017-08,o,s,1\nC02,2017-09,o,s,1\n"
                           "C03,2017-08,o,s,1\nC02,2017-08,o,s,1\n");
    char *path = path_in(r.folder, "said");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    pbr_diag_print(r.diag, file, PBR_ERROR);
    assert_int_equal(fclose(file), 0);
    said = read_text(path);
    assert_non_null(strstr(said, "table.csv:5:1: "));
    assert_non_null(strstr(said, "the row on line 2 is for the same area, month, type and band"));
    free(said);
    free(path);
    end(&r);
}

static void a_file_that_cannot_be_read_has_no_rows(void **state)
{
    (void)state;
    struct read r;
    begin(&r);
    reader all[] = {volumes, levels, decisions, others};
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_int_equal(all[i](&r, "no/such/file.csv"), 0);
        assert_int_equal(reported(r.diag, "unreadable-file"), (int64_t)i + 1);
    }
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_as_they_are_written),
        cmocka_unit_test(rows_are_refused_with_their_reason),
        cmocka_unit_test(other_rows_are_not_repeated),
        cmocka_unit_test(a_repeated_row_names_the_one_before_it),
        cmocka_unit_test(a_file_that_cannot_be_read_has_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
