/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "verify/listing.h"
#include "verify/same_file.h"
#include "verify/same_json.h"
#include "verify/same_table.h"

enum { MOST = 8 };

struct place {
    char *folder;
    pbr_arena *arena;
};

static int set_up(void **state)
{
    struct place *place = pbr_alloc(1, sizeof *place);
    place->folder = new_folder();
    place->arena = pbr_arena_new();
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    remove_folder(place->folder);
    pbr_arena_free(place->arena);
    free(place);
    return 0;
}

static pbr_file_differences compare(struct place *place, const char *end, const char *key,
                                    const char *recorded, const char *now)
{
    char *name = pbr_sprintf("recorded%s", end), *other = pbr_sprintf("now%s", end);
    char *left = write_in(place->folder, name, recorded);
    char *right = write_in(place->folder, other, now);
    pbr_file_differences out = pbr_file_differences_new(place->arena, MOST);
    out.recorded_id = "ID-1";
    out.now_id = "ID-22";
    assert_int_equal(pbr_same_bytes(left, right), strcmp(recorded, now) == 0);
    pbr_same_file(left, right, key, &out);
    free(left);
    free(right);
    free(name);
    free(other);
    return out;
}

static void assert_difference(const pbr_file_differences *out, size_t i, const char *where,
                              const char *recorded, const char *now)
{
    assert_true(i < out->kept);
    assert_string_equal(out->list[i].where, where);
    if (recorded)
        assert_string_equal(out->list[i].recorded, recorded);
    else
        assert_null(out->list[i].recorded);
    if (now)
        assert_string_equal(out->list[i].now, now);
    else
        assert_null(out->list[i].now);
}

static void a_figure_is_called_by_its_key(void **state)
{
    pbr_file_differences out =
        compare(*state, ".csv", "cpa,cohort", "id,cpa,cohort,due\nID-1,C1,Q4,5\nID-1,C2,Q4,6\n",
                "id,cpa,cohort,due\nID-22,C1,Q4,5\nID-22,C2,Q4,7\n");
    assert_int_equal(out.count, 1);
    assert_int_equal(out.ids, 2);
    assert_difference(&out, 0, "C2/Q4/due", "6", "7");
}

static void rows_of_one_table_alone_are_told(void **state)
{
    pbr_file_differences out =
        compare(*state, ".csv", "k", "k,v\na,1\nb,2\nd,4\n", "k,v\na,1\nc,3\nd,5\ne,6\n");
    assert_int_equal(out.count, 4);
    assert_difference(&out, 0, "b", "a row", NULL);
    assert_difference(&out, 1, "c", NULL, "a row");
    assert_difference(&out, 2, "d/v", "4", "5");
    assert_difference(&out, 3, "e", NULL, "a row");
}

static void rows_of_one_key_are_compared_in_order(void **state)
{
    pbr_file_differences out = compare(*state, ".csv", "k", "k,v\na,1\na,2\n", "k,v\na,1\na,3\n");
    assert_int_equal(out.count, 1);
    assert_difference(&out, 0, "a/v", "2", "3");
}

static const char *const SPLIT = "cpa,line;payee";

static void a_share_is_called_by_its_payee_last(void **state)
{
    pbr_file_differences out =
        compare(*state, ".csv", SPLIT, "cpa,line,payee,due\nC1,b,Ash,1\nC1,b,Elm,2\nC2,b,Oak,3\n",
                "cpa,line,payee,due\nC1,b,Ash,1\nC1,b,Elm,9\nC2,b,Fir,4\n");
    assert_int_equal(out.count, 3);
    assert_difference(&out, 0, "C1/b/due/Elm", "2", "9");
    assert_difference(&out, 1, "C2/b/payee", "Oak", "Fir");
    assert_difference(&out, 2, "C2/b/due", "3", "4");
}

static void a_share_that_is_gone_is_told_by_its_payee(void **state)
{
    pbr_file_differences out = compare(*state, ".csv", SPLIT, "cpa,line,payee,due\nC1,b,Elm,2\n",
                                       "cpa,line,payee,due\nC1,b,Ash,1\nC1,b,Elm,2\n");
    assert_int_equal(out.count, 1);
    assert_difference(&out, 0, "C1/b, share of Ash", NULL, "a row");
}

static void without_a_key_lines_and_columns_tell(void **state)
{
    pbr_file_differences out =
        compare(*state, ".csv", NULL, "k,v\na,1\n\nb,2\n", "k,v\na,1\n\nb,9\nc,3\n");
    assert_int_equal(out.count, 2);
    assert_difference(&out, 0, "line 4, column \"v\"", "2", "9");
    assert_difference(&out, 1, "line 5", NULL, "a row");
}

static void columns_are_found_by_name(void **state)
{
    pbr_file_differences out = compare(*state, ".csv", NULL, "k,v,x\na,1,2\n", "v,k,y\n1,a,2\n");
    assert_int_equal(out.count, 2);
    assert_difference(&out, 0, "header", "x", NULL);
    assert_difference(&out, 1, "header", NULL, "y");
}

/* Whatever the readers make of two files, bytes that differ are a difference. */
static void what_readers_pass_over_is_a_difference(void **state)
{
    pbr_file_differences out = compare(*state, ".csv", "k", "k,v\na,1\n", "k,v\r\na, 1\r\n");
    assert_int_equal(out.count, 1);
    assert_difference(&out, 0, "it differs from byte 4 (line 1) on", NULL, NULL);
    out = compare(*state, ".json", NULL, "{\"a\": 1}", "{\"a\":  1}");
    assert_difference(&out, 0, "it differs from byte 7 (line 1) on", NULL, NULL);
    out = compare(*state, ".csv", "k", "k,v\na,1\n", "k,v\na,\"1\n");
    assert_int_equal(out.count, 1);
    out = compare(*state, ".txt", NULL, "same\nbut", "same\nbut longer");
    assert_difference(&out, 0, "it differs from byte 9 (line 2) on", NULL, NULL);
    out = compare(*state, ".xlsx", NULL, "no workbook", "no workbook either");
    assert_int_equal(out.count, 1);
}

static void only_the_ids_may_differ(void **state)
{
    pbr_file_differences out =
        compare(*state, ".csv", NULL, "a\n(ID-1) and ID-1\n", "a\n(ID-22) and ID-22\n");
    assert_int_equal(out.count, 0);
    assert_int_equal(out.ids, 1);
    out = compare(*state, ".csv", NULL, "a\n(ID-1) and ID-1\n", "a\n(ID-22) and ID-1\n");
    assert_int_equal(out.count, 1);
    out = compare(*state, ".csv", NULL, "a\nID-1\n", "a\nID-222\n");
    assert_int_equal(out.count, 1);
}

static void json_is_called_by_keys_and_names(void **state)
{
    static const char recorded[] =
        "{\"n\": 1, \"gone\": null, \"list\": [{\"name\": \"x\", \"h\": \"1\"},"
        " {\"name\": \"y\", \"h\": \"2\"}], \"plain\": [1, 2]}";
    static const char now[] =
        "{\"n\": 2, \"list\": [{\"name\": \"y\", \"h\": \"3\"}], \"plain\": [1, 3],"
        " \"new\": true}";
    pbr_file_differences out = compare(*state, ".json", NULL, recorded, now);
    assert_int_equal(out.count, 6);
    assert_difference(&out, 0, "n", "1", "2");
    assert_difference(&out, 1, "gone", "null", NULL);
    assert_difference(&out, 2, "list/x", "an entry", NULL);
    assert_difference(&out, 3, "list/y/h", "2", "3");
    assert_difference(&out, 4, "plain/2", "2", "3");
    assert_difference(&out, 5, "new", NULL, "true");
}

/* By name the second of two would be compared with the first, and a third would not be missed. */
static void entries_of_one_name_are_called_by_number(void **state)
{
    static const char recorded[] =
        "{\"l\": [{\"name\": \"x\", \"h\": 1}, {\"name\": \"x\", \"h\": 2}]}";
    static const char now[] = "{\"l\": [{\"name\": \"x\", \"h\": 1}]}";
    static const char nameless[] = "{\"l\": [{\"name\": \"x\", \"h\": 1}, {\"h\": 2}]}";
    pbr_file_differences out = compare(*state, ".json", NULL, recorded, now);
    assert_int_equal(out.count, 1);
    assert_difference(&out, 0, "l/2", "an entry", NULL);
    out = compare(*state, ".json", NULL, now, recorded);
    assert_difference(&out, 0, "l/2", NULL, "an entry");
    out = compare(*state, ".json", NULL, recorded, nameless);
    assert_int_equal(out.count, 1);
    assert_difference(&out, 0, "l/2/name", "x", NULL);
}

static void the_first_are_kept_and_all_counted(void **state)
{
    struct place *place = *state;
    pbr_file_differences out = pbr_file_differences_new(place->arena, 2);
    for (int i = 0; i < 5; i++) pbr_differ(&out, "a", NULL, "place %d", i);
    assert_int_equal(out.count, 5);
    assert_int_equal(out.kept, 2);
    assert_difference(&out, 1, "place 1", "a", NULL);
}

static void a_listing_sees_everything_and_follows_nothing(void **state)
{
    struct place *place = *state;
    pbr_listing listing;
    char *folder = path_in(place->folder, "d"), *link = path_in(place->folder, "d/link");
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(symlink("..", link), 0);
    free(write_in(place->folder, "d/.hidden", ""));
    free(write_in(place->folder, "z", ""));
    pbr_list_folder(&listing, place->folder, place->arena);
    assert_int_equal(listing.count, 3);
    assert_string_equal(listing.list[0].name, "d/.hidden");
    assert_string_equal(listing.list[1].name, "d/link");
    assert_string_equal(listing.list[2].name, "z");
    assert_true(listing.list[0].plain && !listing.list[1].plain && listing.list[2].plain);
    free(listing.list);
    free(folder);
    free(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_figure_is_called_by_its_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_of_one_table_alone_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_of_one_key_are_compared_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_share_is_called_by_its_payee_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_share_that_is_gone_is_told_by_its_payee, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_a_key_lines_and_columns_tell, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_are_found_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_readers_pass_over_is_a_difference, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_the_ids_may_differ, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_is_called_by_keys_and_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entries_of_one_name_are_called_by_number, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_first_are_kept_and_all_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_listing_sees_everything_and_follows_nothing, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
