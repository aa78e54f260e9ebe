/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many settlements a minute: the settlement of a folder, made again and again with another
 * price and another level each time, on as many threads as asked for. Each thread settles its own
 * copy of the contract; the measures are shared.
 *
 * usage: settlements FOLDER THREADS SECONDS */
#include "base/mem.h"
#include "command/replay.h"
#include "contract/vary.h"

#include <gsl/gsl_errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS_MAX = 64, LEVELS = 40 };

struct varied {
    const pbr_replay *replay;
    pbr_contract *copy;
    pbr_settlement *settled; /* the last */
    mpq_ptr price;
    pbr_term_handle *level;
    pbr_diag *diag;
    double seconds;
    long made, first; /* settlements; the number of the first */
    int64_t least_pence, most_pence;
    bool failed;
};

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static bool is_level(const char *path)
{
    size_t length = strlen(path);
    return length > 6 && strcmp(path + length - 6, ".level") == 0;
}

/* The first level that the rules of the first result state. */
static pbr_term_handle *some_level(pbr_contract *copy, const pbr_replay *replay)
{
    size_t version = (size_t)(replay->settlement->results[0].rules - replay->work.contract->rules);
    const pbr_rules *rules = &copy->rules[version];
    for (size_t i = 0; i < rules->list_count; i++)
        if (is_level(rules->list[i].path))
            return pbr_contract_term(copy, version, rules->list[i].path);
    return NULL;
}

/* The first price that is paid in the folder's settlement. */
static mpq_ptr some_price(const pbr_contract *copy, const pbr_settlement *settlement)
{
    for (size_t i = 0; i < settlement->payments_count; i++) {
        const pbr_payment *payment = &settlement->payments[i];
        const char *year = copy->cohorts[payment->cohort].contract_year;
        const pbr_price *row = pbr_contract_price(copy, payment->area, year);
        for (size_t k = 0; payment->computed_pence && k < copy->money_columns_count; k++)
            if (mpq_equal(row->amounts[k], payment->price)) return row->amounts[k];
    }
    return NULL;
}

/* A penny more each time, and one level of forty. */
static void vary(const struct varied *v, long number)
{
    char level[24];
    snprintf(level, sizeof level, "0.9%02ld", 50 + number % LEVELS);
    pbr_term_set(v->level, level);
    mpz_addmul_ui(mpq_numref(v->price), mpq_denref(v->price), 1);
}

static void settle(struct varied *v)
{
    const pbr_replay *replay = v->replay;
    pbr_settlement *s = v->settled = pbr_settlement_remake(
        v->settled, v->copy, replay->work.measures, &replay->options, v->diag);
    if (s && s->due_pence < v->least_pence) v->least_pence = s->due_pence;
    if (s && s->due_pence > v->most_pence) v->most_pence = s->due_pence;
    v->failed |= !s;
}

static void *settle_until(void *argument)
{
    struct varied *v = argument;
    for (double end = now() + v->seconds; now() < end && !v->failed; v->made++) {
        vary(v, v->first + v->made);
        settle(v);
    }
    return NULL;
}

static struct varied new_varied(const pbr_replay *replay, long first, double seconds)
{
    pbr_contract *copy = pbr_contract_copy(replay->work.contract);
    struct varied v = {.replay = replay,
                       .copy = copy,
                       .price = some_price(copy, replay->settlement),
                       .level = some_level(copy, replay),
                       .diag = pbr_diag_new(),
                       .seconds = seconds,
                       .first = first,
                       .least_pence = INT64_MAX,
                       .most_pence = INT64_MIN};
    v.failed = !v.price || !v.level;
    return v;
}

/* Settlements a minute; below 0 if any was not made, or none differed. */
static double measure(const pbr_replay *replay, int threads, double seconds)
{
    struct varied all[THREADS_MAX];
    pthread_t ids[THREADS_MAX];
    long made = 0;
    bool failed = false;
    for (int i = 0; i < threads; i++) all[i] = new_varied(replay, i * 1000, seconds);
    double begun = now();
    for (int i = 0; i < threads; i++) pthread_create(&ids[i], NULL, settle_until, &all[i]);
    for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    double taken = now() - begun;
    for (int i = 0; i < threads; i++) {
        made += all[i].made;
        failed |= all[i].failed || all[i].least_pence == all[i].most_pence;
        pbr_settlement_free(all[i].settled);
        pbr_contract_free(all[i].copy);
        pbr_diag_free(all[i].diag);
    }
    return failed ? -1 : (double)made / taken * 60;
}

static bool print_rate(const pbr_replay *replay, int threads, double seconds)
{
    double rate = measure(replay, threads, seconds);
    if (rate < 0)
        fputs("settlements: some were not made, or all came out alike\n", stderr);
    else
        printf(
            "%zu results, %d threads: %.0f settlements a minute, %.1f microseconds a thread each\n",
            replay->settlement->results_count, threads, rate, 60e6 * threads / rate);
    return rate >= 0;
}

int main(int count, char **words)
{
    pbr_mem_install();
    gsl_set_error_handler_off();
    int threads = count == 4 ? atoi(words[2]) : 0;
    if (threads < 1 || threads > THREADS_MAX) {
        fputs("usage: settlements FOLDER THREADS SECONDS\n", stderr);
        return 2;
    }
    pbr_diag *diag = pbr_diag_new();
    pbr_replay replay;
    bool ok = pbr_replay_open(&replay, words[1], diag);
    if (!ok) fprintf(stderr, "settlements: %s cannot be settled again\n", words[1]);
    ok = ok && print_rate(&replay, threads, atof(words[3]));
    pbr_replay_close(&replay);
    pbr_diag_free(diag);
    return ok ? 0 : 1;
}
