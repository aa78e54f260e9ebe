/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"

#include <gmp.h>
#include <malloc.h>
#include <sanitizer/asan_interface.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Under the address sanitizer something nobody may touch stands behind each piece of an arena. */
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { FENCE_BYTES = 128 };
#else
enum { FENCE_BYTES = 0 };
#endif

enum {
    ARENA_BLOCK_BYTES = 64 * 1024,
    ALIGNMENT_BYTES = 16,
    LARGE_BYTES = 128 * 1024,
    EXIT_NO_MEMORY = 2
};

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(ALIGNMENT_BYTES) char bytes[];
};

struct pbr_arena {
    struct block *blocks;
};

static bool helping;

void pbr_mem_helping(void)
{
    helping = true;
}

_Noreturn void pbr_out_of_memory(void)
{
    if (helping) _exit(EXIT_NO_MEMORY);
    fputs("pbrcalc: out of memory: nothing was written; use a machine with more memory\n", stderr);
    exit(EXIT_NO_MEMORY);
}

void *pbr_alloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory) pbr_out_of_memory();
    return memory;
}

void *pbr_alloc_apart(size_t count, size_t size)
{
    if (size && count > (SIZE_MAX - PBR_APART_BYTES) / size) pbr_out_of_memory();
    size_t whole = (count * size / PBR_APART_BYTES + 1) * PBR_APART_BYTES;
    void *memory = aligned_alloc(PBR_APART_BYTES, whole);
    if (!memory) pbr_out_of_memory();
    return memset(memory, 0, whole);
}

void *pbr_grow_more(void *array, size_t *room, size_t need, size_t size)
{
    size_t wanted = *room ? *room : 16;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2) pbr_out_of_memory();
        wanted *= 2;
    }
    if (wanted > SIZE_MAX / size) pbr_out_of_memory();
    char *grown = realloc(array, wanted * size);
    if (!grown) pbr_out_of_memory();
    memset(grown + *room * size, 0, (wanted - *room) * size);
    *room = wanted;
    return grown;
}

/* The whole mapping is advised, since one that is partly so could not be moved. */
void pbr_mem_wide(void *memory, size_t size)
{
    enum { PAGE = 4096, LARGE_PAGE = 2 * 1024 * 1024 };
    size_t before = (uintptr_t)memory % PAGE;
    size_t whole = (before + size + PAGE - 1) / PAGE * PAGE;
    if (size >= LARGE_PAGE) madvise((char *)memory - before, whole, MADV_HUGEPAGE);
}

void *pbr_extend_more(void *array, size_t *room, size_t need, size_t size)
{
    size_t wanted = *room + *room / 2;
    if (wanted < need) wanted = need + 16;
    if (wanted > SIZE_MAX / size) pbr_out_of_memory();
    void *grown = realloc(array, wanted * size);
    if (!grown) pbr_out_of_memory();
    pbr_mem_wide(grown, wanted * size);
    *room = wanted;
    return grown;
}

void *pbr_pages_new(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) pbr_out_of_memory();
    return pages;
}

void pbr_pages_free(void *pages, size_t size)
{
    munmap(pages, size);
}

char *pbr_strndup(const char *text, size_t length)
{
    char *copy = pbr_alloc(length + 1, 1);
    if (length) memcpy(copy, text, length);
    return copy;
}

char *pbr_strdup(const char *text)
{
    return pbr_strndup(text, strlen(text));
}

static size_t formatted_length(const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    return length < 0 ? 0 : (size_t)length;
}

char *pbr_sprintf(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    size_t length = formatted_length(format, list);
    char *text = pbr_alloc(length + 1, 1);
    vsnprintf(text, length + 1, format, list);
    va_end(list);
    return text;
}

/* Not zeroed: GMP asks for a few bytes many times over. */
static void *gmp_alloc(size_t size)
{
    void *memory = malloc(size);
    if (!memory) pbr_out_of_memory();
    return memory;
}

static void *gmp_realloc(void *old, size_t old_size, size_t new_size)
{
    (void)old_size;
    void *memory = realloc(old, new_size);
    if (!memory) pbr_out_of_memory();
    return memory;
}

static void gmp_free(void *memory, size_t size)
{
    (void)size;
    free(memory);
}

void pbr_mem_install(void)
{
    mp_set_memory_functions(gmp_alloc, gmp_realloc, gmp_free);
    /* Large arrays have pages of their own, which grow by being moved, not copied. */
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
}

pbr_arena *pbr_arena_new(void)
{
    return pbr_alloc(1, sizeof(pbr_arena));
}

static void free_blocks(struct block *block)
{
    for (struct block *next; block; block = next) {
        next = block->next;
        free(block);
    }
}

void pbr_arena_free(pbr_arena *arena)
{
    if (!arena) return;
    free_blocks(arena->blocks);
    free(arena);
}

void pbr_arena_empty(pbr_arena *arena)
{
    struct block *kept = arena->blocks;
    if (!kept) return;
    free_blocks(kept->next);
    kept->next = NULL;
    ASAN_UNPOISON_MEMORY_REGION(kept->bytes, kept->used);
    memset(kept->bytes, 0, kept->used);
    kept->used = 0;
}

static struct block *new_block(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct block)) pbr_out_of_memory();
    struct block *block = pbr_alloc(1, sizeof *block + size);
    block->size = size;
    return block;
}

void *pbr_arena_alloc(pbr_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) pbr_out_of_memory();
    size_t asked = size;
    size = (size + FENCE_BYTES + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    struct block *block = arena->blocks;
    if (!block || block->size - block->used < size) {
        block = new_block(size > ARENA_BLOCK_BYTES ? size : ARENA_BLOCK_BYTES);
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *memory = block->bytes + block->used;
    block->used += size;
    ASAN_POISON_MEMORY_REGION((char *)memory + asked, size - asked);
    return memory;
}

bool pbr_arena_owns(const pbr_arena *arena, const void *memory)
{
    uintptr_t at = (uintptr_t)memory;
    for (const struct block *block = arena->blocks; block; block = block->next)
        if (at >= (uintptr_t)block->bytes && at < (uintptr_t)block->bytes + block->used)
            return true;
    return false;
}

char *pbr_arena_text(pbr_arena *arena, const char *text, size_t length)
{
    char *copy = pbr_arena_alloc(arena, length + 1);
    if (length) memcpy(copy, text, length);
    return copy;
}

char *pbr_arena_printf(pbr_arena *arena, const char *format, ...)
{
    char here[256]; /* most are short, and are then formatted once */
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(here, sizeof here, format, list);
    char *text = pbr_arena_alloc(arena, length < 0 ? 1 : (size_t)length + 1);
    if (length >= (int)sizeof here)
        vsnprintf(text, (size_t)length + 1, format, again);
    else if (length > 0)
        memcpy(text, here, (size_t)length);
    va_end(again);
    va_end(list);
    return text;
}

/* In one piece: there may be very many items. */
char *pbr_arena_join(pbr_arena *arena, const char *const *items, size_t count, const char *joint)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) length += strlen(items[i]) + (i ? strlen(joint) : 0);
    char *text = pbr_arena_alloc(arena, length + 1), *at = text;
    for (size_t i = 0; i < count; i++) {
        if (i) at = stpcpy(at, joint);
        at = stpcpy(at, items[i]);
    }
    return text;
}
