/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several unit tests share: seeded random numbers, temporary files and folders, and questions
 * to a diag. Each test program is built alone, so everything here is static. */
#ifndef TESTS_UNIT_SUPPORT_H
#define TESTS_UNIT_SUPPORT_H

#include "base/diag.h"
#include "base/mem.h"
#include "base/ratio.h"

#include <ftw.h>
#include <gmp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* SplitMix64 (Steele, Lea and Flood, 2014): a seed gives the same numbers on every machine. */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* A whole number from 0 to count - 1. */
static inline int64_t below(uint64_t *state, int64_t count)
{
    return (int64_t)(next_random(state) % (uint64_t)count);
}

static inline int64_t between(uint64_t *state, int64_t least, int64_t most)
{
    return least + below(state, most - least + 1);
}

/* A new empty folder, in memory where the system has such a place; remove_folder frees the name. */
static inline char *new_folder(void)
{
    const char *parent = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
    char *name = pbr_sprintf("%s/pbrcalc-unit-XXXXXX", parent);
    assert_non_null(mkdtemp(name));
    return name;
}

static inline int remove_entry(const char *path, const struct stat *facts, int kind,
                               struct FTW *walk)
{
    (void)facts, (void)kind, (void)walk;
    return remove(path);
}

static inline void remove_folder(char *name)
{
    enum { OPEN_FOLDERS = 8 };
    assert_int_equal(nftw(name, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS), 0);
    free(name);
}

/* folder/name, to be freed. */
static inline char *path_in(const char *folder, const char *name)
{
    return pbr_sprintf("%s/%s", folder, name);
}

static inline bool exists(const char *path)
{
    struct stat facts;
    return lstat(path, &facts) == 0;
}

static inline void write_bytes(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline char *write_in(const char *folder, const char *name, const char *text)
{
    char *path = path_in(folder, name);
    write_bytes(path, text, strlen(text));
    return path;
}

/* A whole file as a string, to be freed. */
static inline char *read_text(const char *path)
{
    struct stat facts;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &facts), 0);
    char *text = pbr_alloc((size_t)facts.st_size + 1, 1);
    assert_int_equal(fread(text, 1, (size_t)facts.st_size, file), facts.st_size);
    assert_int_equal(fclose(file), 0);
    return text;
}

static inline const pbr_finding *finding_of(const pbr_diag *diag, const char *id)
{
    const pbr_finding *all;
    size_t count = pbr_diag_findings(diag, &all);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].id, id) == 0) return &all[i];
    return NULL;
}

static inline int64_t reported(const pbr_diag *diag, const char *id)
{
    const pbr_finding *finding = finding_of(diag, id);
    return finding ? finding->count : 0;
}

/* Fails with everything that was reported if there was any error. */
static inline void assert_no_errors(const pbr_diag *diag)
{
    if (!pbr_diag_failed(diag)) return;
    pbr_diag_print(diag, stderr, PBR_WARNING);
    fail_msg("an error was reported");
}

/* Fails unless errors were reported, all of them under this id. */
static inline void assert_only_error(const pbr_diag *diag, const char *id)
{
    const pbr_finding *finding = finding_of(diag, id);
    bool alone = finding && finding->severity == PBR_ERROR &&
                 finding->count == pbr_diag_count(diag, PBR_ERROR);
    if (alone) return;
    pbr_diag_print(diag, stderr, PBR_WARNING);
    fail_msg("expected errors under \"%s\" and no other", id);
}

/* Is an mpq the ratio numerator / denominator? Shows both if not. */
static inline void assert_ratio(const mpq_t value, long numerator, unsigned long denominator)
{
    mpq_t wanted;
    mpq_init(wanted);
    mpq_set_si(wanted, numerator, denominator);
    mpq_canonicalize(wanted);
    bool equal = mpq_equal(value, wanted);
    mpq_clear(wanted);
    if (equal) return;
    gmp_fprintf(stderr, "%Qd is not %ld/%lu\n", value, numerator, denominator);
    fail();
}

/* numerator / denominator rounded by integers alone: floor, then the distance to both sides. */
static inline int64_t rounded(__int128 numerator, __int128 denominator, pbr_rounding mode)
{
    __int128 low = numerator / denominator;
    if (low * denominator > numerator) low--;
    __int128 above = numerator - low * denominator, rest = denominator - above;
    bool exact = above == 0;
    bool up = above > rest;
    if (above == rest) up = mode == PBR_HALF_UP ? numerator > 0 : low % 2 != 0;
    if (mode == PBR_FLOOR) up = numerator < 0;
    return (int64_t)(low + (!exact && up));
}

#endif
