/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/progress.h"

#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_MS = 1000, NEXT_MS = 200, NS_IN_MS = 1000000, MS_IN_S = 1000 };

struct pbr_progress_line {
    const pbr_progress *progress;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool over, shown;
};

/* The clock decides when the line is drawn, and nothing of what is calculated. */
static struct timespec in(long milliseconds)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += milliseconds / MS_IN_S;
    time.tv_nsec += milliseconds % MS_IN_S * NS_IN_MS;
    if (time.tv_nsec >= (long)MS_IN_S * NS_IN_MS) {
        time.tv_nsec -= (long)MS_IN_S * NS_IN_MS;
        time.tv_sec++;
    }
    return time;
}

static void draw(pbr_progress_line *line)
{
    const pbr_progress *p = line->progress;
    size_t done = atomic_load(&p->done), total = atomic_load(&p->total);
    if (!total) return;
    fprintf(stderr, "\r%s: %.0f%%\033[K", p->what, 100.0 * (double)done / (double)total);
    fflush(stderr);
    line->shown = true;
}

static void *watch(void *argument)
{
    pbr_progress_line *line = argument;
    long wait_ms = FIRST_MS;
    pthread_mutex_lock(&line->lock);
    while (!line->over) {
        struct timespec until = in(wait_ms);
        if (pthread_cond_timedwait(&line->ended, &line->lock, &until) != ETIMEDOUT) continue;
        draw(line);
        wait_ms = NEXT_MS;
    }
    pthread_mutex_unlock(&line->lock);
    return NULL;
}

static void make_clock(pthread_cond_t *condition)
{
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &clock);
    pthread_condattr_destroy(&clock);
}

pbr_progress_line *pbr_progress_show(const pbr_progress *progress, const pbr_arguments *arguments)
{
    if (pbr_arguments_has(arguments, "quiet") || !isatty(STDERR_FILENO)) return NULL;
    pbr_progress_line *line = pbr_alloc(1, sizeof *line);
    line->progress = progress;
    pthread_mutex_init(&line->lock, NULL);
    make_clock(&line->ended);
    if (pthread_create(&line->thread, NULL, watch, line) == 0) return line;
    pthread_cond_destroy(&line->ended);
    pthread_mutex_destroy(&line->lock);
    free(line);
    return NULL;
}

void pbr_progress_hide(pbr_progress_line *line)
{
    if (!line) return;
    pthread_mutex_lock(&line->lock);
    line->over = true;
    pthread_cond_signal(&line->ended);
    pthread_mutex_unlock(&line->lock);
    pthread_join(line->thread, NULL);
    if (line->shown) fputs("\r\033[K", stderr);
    pthread_cond_destroy(&line->ended);
    pthread_mutex_destroy(&line->lock);
    free(line);
}
