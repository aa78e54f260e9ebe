/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that never comes back NULL, and arenas that are freed in one go. */
#ifndef PBR_BASE_MEM_H
#define PBR_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed memory of count * size bytes; the caller frees it with free(). Running out of memory ends
 * the program with a message and exit status 2, after removing what it had staged: a batch
 * calculation has nothing useful to do without memory. */
void *pbr_alloc(size_t count, size_t size) __attribute__((returns_nonnull));

/* The same for what one thread writes all the time: in lines of the processor's memory that hold
 * nothing else, so that others need not wait for it. A type of which there are several side by side
 * is aligned to so many bytes. */
enum { PBR_APART_BYTES = 128 };
void *pbr_alloc_apart(size_t count, size_t size) __attribute__((returns_nonnull));

/* That door, for memory that others ask for. */
_Noreturn void pbr_out_of_memory(void);

/* From here on this process helps another, which sees for itself what was not done: it leaves by
 * that door without a word, and touches nothing that it shares with the other. */
void pbr_mem_helping(void);

/* Makes room for `need` elements in a growing array; doubles *room and zeroes what is new.
 * Returns the array, which may have moved; the caller still owns it. */
void *pbr_grow_more(void *array, size_t *room, size_t need, size_t size);
static inline void *pbr_grow(void *array, size_t *room, size_t need, size_t size)
{
    return need <= *room ? array : pbr_grow_more(array, room, need, size);
}

/* Asks the system for large pages, so that memory used far and wide is found faster. */
void pbr_mem_wide(void *memory, size_t size);

/* The same for large arrays: grows by half, and what is new is not zeroed, so that memory is taken
 * from the system only as it is written. */
void *pbr_extend_more(void *array, size_t *room, size_t need, size_t size);
static inline void *pbr_extend(void *array, size_t *room, size_t need, size_t size)
{
    return need <= *room ? array : pbr_extend_more(array, room, need, size);
}

/* Whole pages of the system's, zeroed as they are first touched. Freed with the size that was asked
 * for. */
enum { PBR_PAGE_BYTES = 4096 };
void *pbr_pages_new(size_t size);
void pbr_pages_free(void *pages, size_t size);

/* A copy of a string or of length bytes (with a NUL added); the caller frees it. */
char *pbr_strdup(const char *text) __attribute__((returns_nonnull));
char *pbr_strndup(const char *text, size_t length) __attribute__((returns_nonnull));

/* printf into fresh memory; the caller frees it. */
char *pbr_sprintf(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/* Sends GMP's allocations through the same out-of-memory door, and lets large arrays grow in place.
 * Called once at start. */
void pbr_mem_install(void);

/* An arena owns everything allocated from it until pbr_arena_free. */
typedef struct pbr_arena pbr_arena;

pbr_arena *pbr_arena_new(void) __attribute__((returns_nonnull));
void pbr_arena_free(pbr_arena *arena);
void pbr_arena_empty(
    pbr_arena *arena); /* nothing in it is valid any more; keeps a block for next */
/* zeroed, 16-byte aligned */
void *pbr_arena_alloc(pbr_arena *arena, size_t size) __attribute__((returns_nonnull));
bool pbr_arena_owns(const pbr_arena *arena, const void *memory);
char *pbr_arena_text(pbr_arena *arena, const char *text, size_t length)
    __attribute__((returns_nonnull));
char *pbr_arena_printf(pbr_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
/* "a, b" of items and a joint; "" of none. */
char *pbr_arena_join(pbr_arena *arena, const char *const *items, size_t count, const char *joint)
    __attribute__((returns_nonnull));

#endif
