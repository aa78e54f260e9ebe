/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "base/staged.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define MARK "manifest.json"

/* The system's calls, for the program too; they fail where a test says so. */
static bool cannot_exchange;
static int failing_rename; /* the how many-th from now on; 0: none */

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned how)
{
    errno = EINVAL; /* as where a file system does not know how */
    if (cannot_exchange) return -1;
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, how);
}

int rename(const char *from, const char *to)
{
    errno = EIO;
    if (failing_rename && --failing_rename == 0) return -1;
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

struct place {
    char *folder, *out;
    pbr_diag *diag;
};

static int set_up(void **state)
{
    struct place *place = pbr_alloc(1, sizeof *place);
    place->folder = new_folder();
    place->out = path_in(place->folder, "settlement");
    place->diag = pbr_diag_new();
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    remove_folder(place->folder);
    pbr_diag_free(place->diag);
    free(place->out);
    free(place);
    return 0;
}

/* Entries of a folder besides . and .. */
static size_t entries(const char *path)
{
    DIR *folder = opendir(path);
    size_t count = 0;
    assert_non_null(folder);
    while (readdir(folder)) count++;
    closedir(folder);
    return count - 2;
}

static bool holds(const char *folder, const char *name)
{
    char *path = path_in(folder, name);
    bool found = exists(path);
    free(path);
    return found;
}

static pbr_staged *begin(struct place *place, bool force)
{
    return pbr_staged_new(place->out, MARK, force, place->diag);
}

static void put(pbr_staged *staged, const char *name, const char *text)
{
    write_bytes(pbr_staged_path(staged, name), text, strlen(text));
}

static void make_settlement(struct place *place, const char *text)
{
    pbr_staged *staged = begin(place, true);
    assert_non_null(staged);
    put(staged, MARK, text);
    assert_true(pbr_staged_commit(staged, place->diag));
}

static void assert_holds_text(const struct place *place, const char *name, const char *wanted)
{
    char *path = path_in(place->out, name), *text = read_text(path);
    assert_string_equal(text, wanted);
    free(text);
    free(path);
}

static void nothing_shows_before_commit(void **state)
{
    struct place *place = *state;
    pbr_staged *staged = begin(place, false);
    assert_non_null(staged);
    put(staged, MARK, "{}");
    put(staged, "schedules/one.xlsx", "1");
    put(staged, "a/b/c/deep.csv", "2");
    assert_false(exists(place->out));
    assert_true(exists(pbr_staged_folder(staged)));
    assert_true(pbr_staged_commit(staged, place->diag));
    assert_holds_text(place, "a/b/c/deep.csv", "2");
    assert_holds_text(place, "schedules/one.xlsx", "1");
    assert_int_equal(entries(place->folder), 1);
    assert_no_errors(place->diag);
}

static void abandoning_leaves_nothing(void **state)
{
    struct place *place = *state;
    pbr_staged *staged = begin(place, false);
    put(staged, "inputs/deep/file.csv", "x");
    pbr_staged_abandon(staged);
    pbr_staged_abandon(NULL);
    assert_int_equal(entries(place->folder), 0);
}

static void what_exists_is_refused(void **state)
{
    struct place *place = *state;
    make_settlement(place, "old");
    assert_null(begin(place, false));
    assert_false(pbr_staged_check(place->out, MARK, false, place->diag));
    assert_only_error(place->diag, "output-folder");
    assert_int_equal(reported(place->diag, "output-folder"), 2);
    assert_holds_text(place, MARK, "old");
    assert_int_equal(entries(place->folder), 1);
}

static void force_replaces_a_settlement(void **state)
{
    struct place *place = *state;
    make_settlement(place, "old");
    free(write_in(place->out, "stale.csv", "stale"));
    make_settlement(place, "new");
    assert_holds_text(place, MARK, "new");
    assert_false(holds(place->out, "stale.csv"));
    assert_int_equal(entries(place->folder), 1);
    assert_no_errors(place->diag);
}

/* Where two folders cannot change their names in one step. */
static void force_replaces_in_two_steps(void **state)
{
    cannot_exchange = true;
    force_replaces_a_settlement(state);
    cannot_exchange = false;
}

/* Putting in place is tried at once, then the old folder is moved away and the new one moved in. At
 * whichever of them the system fails, the old one stands where it stood, and nothing is beside it.
 */
static void what_cannot_be_put_in_place_leaves_the_old(void **state)
{
    struct place *place = *state;
    enum { STEPS = 3 };
    make_settlement(place, "old");
    for (int step = 1; step <= STEPS; step++) {
        pbr_staged *staged = begin(place, true);
        assert_non_null(staged);
        put(staged, MARK, "new");
        cannot_exchange = true;
        failing_rename = step;
        assert_false(pbr_staged_commit(staged, place->diag));
        cannot_exchange = false;
        assert_int_equal(failing_rename, 0);
        assert_int_equal(reported(place->diag, "output-folder"), step);
        assert_non_null(strstr(finding_of(place->diag, "output-folder")->problems[step - 1].message,
                               strerror(EIO)));
        assert_holds_text(place, MARK, "old");
        assert_int_equal(entries(place->folder), 1);
    }
}

/* The name itself would do, but not the hidden one beside it. */
static void a_place_that_has_no_room_beside_it_is_refused(void **state)
{
    struct place *place = *state;
    char name[NAME_MAX + 1];
    memset(name, 'x', NAME_MAX);
    name[NAME_MAX] = '\0';
    char *path = path_in(place->folder, name);
    assert_null(pbr_staged_new(path, MARK, false, place->diag));
    assert_only_error(place->diag, "output-folder");
    assert_int_equal(entries(place->folder), 0);
    free(path);
}

static void force_spares_what_is_not_ours(void **state)
{
    struct place *place = *state;
    assert_int_equal(mkdir(place->out, 0777), 0);
    free(write_in(place->out, "thesis.txt", "years of work"));
    assert_null(begin(place, true));
    assert_only_error(place->diag, "output-folder");
    assert_holds_text(place, "thesis.txt", "years of work");
}

static void a_file_is_never_replaced(void **state)
{
    struct place *place = *state;
    free(write_in(place->folder, "settlement", "a file"));
    assert_null(begin(place, true));
    assert_null(begin(place, false));
    assert_only_error(place->diag, "output-folder");
    char *text = read_text(place->out);
    assert_string_equal(text, "a file");
    free(text);
}

static void an_empty_folder_may_be_filled(void **state)
{
    struct place *place = *state;
    assert_int_equal(mkdir(place->out, 0777), 0);
    pbr_staged *staged = begin(place, false);
    assert_non_null(staged);
    put(staged, MARK, "{}");
    assert_true(pbr_staged_commit(staged, place->diag));
    assert_holds_text(place, MARK, "{}");
}

static void the_place_must_have_a_parent(void **state)
{
    struct place *place = *state;
    char *deep = path_in(place->out, "deeper");
    assert_null(pbr_staged_new(deep, MARK, false, place->diag));
    assert_null(pbr_staged_new("", MARK, false, place->diag));
    assert_int_equal(reported(place->diag, "output-folder"), 2);
    free(deep);
}

/* Somebody else fills the place while the folder is being built. */
static void a_place_taken_meanwhile_is_refused_at_commit(void **state)
{
    struct place *place = *state;
    pbr_staged *staged = begin(place, false);
    put(staged, MARK, "ours");
    assert_int_equal(mkdir(place->out, 0777), 0);
    free(write_in(place->out, "theirs.txt", "theirs"));
    assert_false(pbr_staged_commit(staged, place->diag));
    assert_only_error(place->diag, "output-folder");
    assert_holds_text(place, "theirs.txt", "theirs");
    assert_int_equal(entries(place->folder), 1);
}

/* Runs a child that stages a folder and ends by `how`; gives its wait status. */
static int child_that(struct place *place, void (*how)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        pbr_staged *staged = begin(place, true);
        if (staged) put(staged, "half.csv", "half");
        how();
        _exit(99);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void leave_early(void)
{
    fclose(stdout);
    fclose(stderr);
    exit(2);
}

static void be_killed(void)
{
    raise(SIGKILL);
}

/* Held back until the folder is whole: the signal is pending, and the child ends by itself. */
static void be_interrupted(void)
{
    raise(SIGINT);
    raise(SIGTERM);
    raise(SIGHUP);
}

static void leaving_early_removes_it(void **state)
{
    struct place *place = *state;
    int status = child_that(place, leave_early);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    assert_int_equal(entries(place->folder), 0);
}

static void signals_wait(void **state)
{
    int status = child_that(*state, be_interrupted);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 99);
}

static void the_next_run_sweeps_what_a_killed_one_left(void **state)
{
    struct place *place = *state;
    int status = child_that(place, be_killed);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_int_equal(entries(place->folder), 1);
    make_settlement(place, "whole");
    assert_int_equal(entries(place->folder), 1);
    assert_holds_text(place, MARK, "whole");
}

/* A neighbour whose name only begins alike, and a run that is still alive, are left alone. */
static void sweeping_spares_the_living(void **state)
{
    struct place *place = *state;
    char *alive = pbr_sprintf("%s/.settlement.part-%ld", place->folder, (long)getppid());
    char *other = path_in(place->folder, ".settlement.part-notes");
    char *longer = path_in(place->folder, ".settlement2.part-1");
    assert_int_equal(mkdir(alive, 0777), 0);
    assert_int_equal(mkdir(other, 0777), 0);
    assert_int_equal(mkdir(longer, 0777), 0);
    make_settlement(place, "x");
    assert_true(exists(alive) && exists(other) && exists(longer));
    free(alive);
    free(other);
    free(longer);
}

static void signals_are_as_before_after_commit(void **state)
{
    struct place *place = *state;
    sigset_t before, after;
    sigprocmask(SIG_BLOCK, NULL, &before);
    make_settlement(place, "x");
    sigprocmask(SIG_BLOCK, NULL, &after);
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < COUNT(signals); i++)
        assert_int_equal(sigismember(&before, signals[i]), sigismember(&after, signals[i]));
}

static void names_may_be_relative_and_end_in_a_slash(void **state)
{
    struct place *place = *state;
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(place->folder), 0);
    pbr_staged *staged = pbr_staged_new("settlement/", MARK, false, place->diag);
    assert_non_null(staged);
    put(staged, MARK, "{}");
    bool done = pbr_staged_commit(staged, place->diag);
    assert_int_equal(chdir(before), 0);
    assert_true(done);
    assert_holds_text(place, MARK, "{}");
}

/* A scratch folder is for its owner alone, never gets a place, and is swept like any other. */
static void a_scratch_folder_comes_and_goes(void **state)
{
    struct place *place = *state;
    struct stat facts;
    pbr_staged *staged = pbr_staged_scratch(place->folder, place->diag);
    assert_non_null(staged);
    assert_int_equal(stat(pbr_staged_folder(staged), &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    put(staged, "deep/file", "text");
    assert_int_equal(entries(place->folder), 1);
    pbr_staged_abandon(staged);
    assert_int_equal(entries(place->folder), 0);
    assert_no_errors(place->diag);
    assert_null(pbr_staged_scratch("/nowhere", place->diag));
    assert_only_error(place->diag, "output-folder");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_shows_before_commit),
        TEST(abandoning_leaves_nothing),
        TEST(what_exists_is_refused),
        TEST(force_replaces_a_settlement),
        TEST(force_replaces_in_two_steps),
        TEST(what_cannot_be_put_in_place_leaves_the_old),
        TEST(a_place_that_has_no_room_beside_it_is_refused),
        TEST(force_spares_what_is_not_ours),
        TEST(a_file_is_never_replaced),
        TEST(an_empty_folder_may_be_filled),
        TEST(the_place_must_have_a_parent),
        TEST(a_place_taken_meanwhile_is_refused_at_commit),
        TEST(leaving_early_removes_it),
        TEST(signals_wait),
        TEST(the_next_run_sweeps_what_a_killed_one_left),
        TEST(sweeping_spares_the_living),
        TEST(signals_are_as_before_after_commit),
        TEST(names_may_be_relative_and_end_in_a_slash),
        TEST(a_scratch_folder_comes_and_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
