/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each item is done, whoever does it, and what fails elsewhere is told here. */
#include "base/crew.h"
#include "support.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ITEMS = 40 };

struct record {
    pid_t parent;
    atomic_int done[ITEMS], tried_here[ITEMS];
    atomic_int fails_in_others; /* an item, or -1 */
    atomic_int fails_always;
    atomic_int kills; /* the other process that takes it */
};

static struct record *new_record(void)
{
    struct record *r =
        mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(r, MAP_FAILED);
    r->parent = getpid();
    r->fails_in_others = r->fails_always = r->kills = -1;
    return r;
}

static bool work(void *context, size_t item)
{
    struct record *r = context;
    bool here = getpid() == r->parent;
    usleep(here ? 3000 : 500); /* so that the others take most */
    if (here) r->tried_here[item]++;
    if (!here && r->kills == (int)item) _exit(3);
    if (r->fails_always == (int)item || (!here && r->fails_in_others == (int)item)) return false;
    r->done[item]++;
    return true;
}

static void each_item_is_done_once(void **state)
{
    (void)state;
    for (size_t processes = 1; processes <= 5; processes++) {
        struct record *r = new_record();
        assert_true(pbr_crew_run(work, r, ITEMS, processes));
        for (size_t i = 0; i < ITEMS; i++) assert_int_equal(r->done[i], 1);
        munmap(r, sizeof *r);
    }
}

static void what_another_could_not_do_is_done_here(void **state)
{
    (void)state;
    for (int item = 0; item < ITEMS; item += 3) {
        struct record *r = new_record();
        r->fails_in_others = item;
        r->kills = (item + 7) % ITEMS;
        assert_true(pbr_crew_run(work, r, ITEMS, 3));
        for (size_t i = 0; i < ITEMS; i++) assert_int_equal(r->done[i], 1);
        munmap(r, sizeof *r);
    }
}

static void a_failure_here_ends_it(void **state)
{
    (void)state;
    for (size_t processes = 1; processes <= 3; processes++) {
        struct record *r = new_record();
        r->fails_always = ITEMS / 2;
        assert_false(pbr_crew_run(work, r, ITEMS, processes));
        assert_int_equal(r->tried_here[ITEMS / 2], 1);
        assert_int_equal(r->done[ITEMS / 2], 0);
        munmap(r, sizeof *r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_item_is_done_once),
                                       cmocka_unit_test(what_another_could_not_do_is_done_here),
                                       cmocka_unit_test(a_failure_here_ends_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
