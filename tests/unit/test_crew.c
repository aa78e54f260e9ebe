/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each item is done, whoever does it, and what fails elsewhere is told here. */
#include "base/crew.h"
#include "base/mem.h"
#include "support.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
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

/* --- who leaves early --- */

static bool runs_out_elsewhere(void *context, size_t item)
{
    struct record *r = context;
    if (getpid() != r->parent) pbr_out_of_memory();
    usleep(500);
    r->done[item]++;
    return true;
}

/* Neither its message nor what the other had not yet written goes out of a process that helps. */
static void who_helps_leaves_without_a_word(void **state)
{
    (void)state;
    struct record *r = new_record();
    int before = dup(STDERR_FILENO), told = memfd_create("told", 0);
    assert_true(before >= 0 && told >= 0 && dup2(told, STDERR_FILENO) >= 0);
    FILE *waiting = fdopen(dup(told), "w");
    fputs("once", waiting);
    bool done = pbr_crew_run(runs_out_elsewhere, r, ITEMS, 3);
    fclose(waiting);
    off_t length = lseek(told, 0, SEEK_END);
    dup2(before, STDERR_FILENO);
    close(before);
    close(told);
    assert_true(done);
    for (size_t i = 0; i < ITEMS; i++) assert_int_equal(r->done[i], 1);
    assert_int_equal(length, strlen("once"));
    munmap(r, sizeof *r);
}

static struct record *left;
enum { BEGUN, SEEN, SEEN_LATER };

static void look_twice(void)
{
    left->done[SEEN] = atomic_load(&left->done[BEGUN]);
    usleep(20000);
    left->done[SEEN_LATER] = atomic_load(&left->done[BEGUN]);
}

static bool leaves_early(void *context, size_t item)
{
    (void)item;
    struct record *r = context;
    while (getpid() != r->parent) r->done[BEGUN]++;
    while (r->done[BEGUN] < 1000) usleep(100);
    exit(0);
}

/* What runs at exit and was asked for before, as the removal of a folder, finds nobody at work. */
static void who_leaves_early_leaves_nobody_at_work(void **state)
{
    (void)state;
    left = new_record();
    pid_t pid = fork();
    if (pid == 0) {
        left->parent = getpid();
        atexit(look_twice);
        pbr_crew_run(leaves_early, left, ITEMS, 3);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(left->done[SEEN] >= 1000);
    assert_int_equal(left->done[SEEN], left->done[SEEN_LATER]);
    munmap(left, sizeof *left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_item_is_done_once),
                                       cmocka_unit_test(what_another_could_not_do_is_done_here),
                                       cmocka_unit_test(a_failure_here_ends_it),
                                       cmocka_unit_test(who_helps_leaves_without_a_word),
                                       cmocka_unit_test(who_leaves_early_leaves_nobody_at_work)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
