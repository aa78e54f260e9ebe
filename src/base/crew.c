/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/crew.h"

#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OTHERS_MAX = 63 };

/* Lies in memory that all processes see. */
struct board {
    atomic_size_t next;
    atomic_bool done[];
};

/* Those who help this process now. */
static struct {
    pid_t pids[OTHERS_MAX], master;
    size_t count;
} helpers;

struct crew {
    bool (*work)(void *context, size_t item);
    void *context;
    size_t count;
    struct board *board;
};

static bool do_item(const struct crew *crew, size_t item)
{
    bool done = crew->work(crew->context, item);
    atomic_store(&crew->board->done[item], done);
    return done;
}

/* Takes items until there are none, or one fails. */
static bool take_part(const struct crew *crew)
{
    for (size_t item; (item = atomic_fetch_add(&crew->board->next, 1)) < crew->count;)
        if (!do_item(crew, item)) return false;
    return true;
}

/* Another process: it ends with the one that it works for, however that ends, so that nothing is
 * written into a folder that nobody will finish. */
static _Noreturn void serve(const struct crew *crew)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != helpers.master) _exit(1);
    pbr_mem_helping();
    _exit(take_part(crew) ? 0 : 1);
}

static void wait_for(pid_t other)
{
    while (waitpid(other, NULL, 0) < 0 && errno == EINTR) continue;
}

static bool finish(const struct crew *crew)
{
    for (size_t item = 0; item < crew->count; item++)
        if (!atomic_load(&crew->board->done[item]) && !do_item(crew, item)) return false;
    return true;
}

static void hire(const struct crew *crew, size_t others)
{
    helpers.master = getpid();
    for (helpers.count = 0; helpers.count < others && helpers.count < OTHERS_MAX; helpers.count++) {
        pid_t pid = fork();
        if (pid < 0) return;
        if (pid == 0) serve(crew);
        helpers.pids[helpers.count] = pid;
    }
}

static void await_helpers(void)
{
    while (helpers.count) wait_for(helpers.pids[--helpers.count]);
}

/* If this process leaves early, nobody writes any more into the folder that it then removes. */
static void dismiss(void)
{
    if (getpid() != helpers.master) return;
    for (size_t i = 0; i < helpers.count; i++) kill(helpers.pids[i], SIGKILL);
    await_helpers();
}

static bool run_shared(const struct crew *crew, size_t others)
{
    /* Each time anew: the latest is called first, before the folder of now is removed. */
    atexit(dismiss);
    hire(crew, others);
    bool ok = take_part(crew);
    if (!ok) atomic_store(&crew->board->next, crew->count);
    await_helpers();
    return ok && finish(crew);
}

bool pbr_crew_run(bool (*work)(void *context, size_t item), void *context, size_t count,
                  size_t processes)
{
    size_t size = sizeof(struct board) + count * sizeof(atomic_bool);
    struct board *shared =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct crew crew = {work, context, count, shared};
    if (shared == MAP_FAILED) crew.board = pbr_alloc(1, size);
    size_t others = shared == MAP_FAILED || processes < 2 ? 0 : processes - 1;
    bool ok = run_shared(&crew, others < count ? others : count);
    if (shared == MAP_FAILED)
        free(crew.board);
    else
        munmap(shared, size);
    return ok;
}
