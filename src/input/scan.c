/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

pbr_marks pbr_marks_bytewise(const char *block)
{
    pbr_marks marks = {0};
    for (unsigned i = 0; i < PBR_SCAN_BYTES; i++) {
        unsigned char byte = (unsigned char)block[i];
        uint64_t bit = (uint64_t)1 << i;
        if (byte == ',' || byte == '\n') marks.ends |= bit;
        if (byte == '\n') marks.newlines |= bit;
        if (byte == '\r') marks.returns |= bit;
        if (byte == '"' || byte == '\0' || byte >= 0x80) marks.odd |= bit;
    }
    return marks;
}

#ifdef __SSE2__
static inline uint64_t bits_of(__m128i bytes)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(bytes);
}

static inline __m128i where(__m128i bytes, char byte)
{
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte));
}

static inline pbr_marks vector_marks(const char *block)
{
    enum { VECTOR_BYTES = sizeof(__m128i) };
    pbr_marks marks = {0};
    for (unsigned i = 0; i < PBR_SCAN_BYTES; i += VECTOR_BYTES) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(block + i));
        __m128i newlines = where(bytes, '\n');
        /* the highest bit of a byte that is not ASCII is already set */
        __m128i odd = _mm_or_si128(bytes, _mm_or_si128(where(bytes, '"'), where(bytes, '\0')));
        marks.ends |= bits_of(_mm_or_si128(newlines, where(bytes, ','))) << i;
        marks.newlines |= bits_of(newlines) << i;
        marks.returns |= bits_of(where(bytes, '\r')) << i;
        marks.odd |= bits_of(odd) << i;
    }
    return marks;
}
#else
#define vector_marks pbr_marks_bytewise
#endif

pbr_marks pbr_marks_of(const char *block)
{
    return vector_marks(block);
}

/* What lies behind the end is no part of the text. */
static uint64_t within(const pbr_scan *scan)
{
    size_t left = (size_t)(scan->end - scan->block);
    return left >= PBR_SCAN_BYTES ? UINT64_MAX : ((uint64_t)1 << left) - 1;
}

/* A carriage return is plain before a newline only; at the end of a block that is not asked. */
static void look(pbr_scan *scan)
{
    pbr_marks marks = vector_marks(scan->block);
    uint64_t inside = within(scan);
    scan->newlines = marks.newlines & inside;
    scan->odd = (marks.odd | (marks.returns & ~(scan->newlines >> 1))) & inside;
    scan->stops = (marks.ends & inside) | scan->odd;
}

void pbr_scan_begin(pbr_scan *scan, const char *from, const char *end)
{
    *scan = (pbr_scan){.at = from, .block = from, .end = end};
    if (from < end) look(scan);
}

static bool next_block(pbr_scan *scan)
{
    if (scan->end - scan->block <= PBR_SCAN_BYTES) return false;
    scan->block += PBR_SCAN_BYTES;
    look(scan);
    return true;
}

size_t pbr_scan_line(pbr_scan *scan, pbr_slice *cells, size_t most)
{
    const char *cell = scan->at;
    for (size_t count = 0; count < most;) {
        while (!scan->stops)
            if (!next_block(scan)) return 0;
        uint64_t stop = scan->stops & -scan->stops;
        const char *at = scan->block + __builtin_ctzll(stop);
        scan->stops ^= stop;
        if (scan->odd & stop) return 0;
        bool last = (scan->newlines & stop) != 0;
        const char *end = last && at > cell && at[-1] == '\r' ? at - 1 : at;
        cells[count++] = pbr_trimmed(cell, end);
        cell = at + 1;
        if (!last) continue;
        if (count == 1 && !cells[0].length) return 0;
        scan->at = cell;
        return count;
    }
    return 0;
}

#ifdef __SSE2__
/* The newlines of a block; a quote leaves its mark. */
static inline size_t newlines_of(const char *block, __m128i *quotes)
{
    __m128i sum = _mm_setzero_si128();
    for (unsigned i = 0; i < PBR_SCAN_BYTES; i += sizeof sum) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(block + i));
        sum = _mm_sub_epi8(sum, where(bytes, '\n'));
        *quotes = _mm_or_si128(*quotes, where(bytes, '"'));
    }
    sum = _mm_sad_epu8(sum, _mm_setzero_si128());
    return (size_t)_mm_cvtsi128_si64(_mm_add_epi64(sum, _mm_srli_si128(sum, sizeof sum / 2)));
}
#endif

size_t pbr_scan_newlines(const char *from, const char *end, bool *quotes)
{
    size_t count = 0;
    *quotes = false;
#ifdef __SSE2__
    __m128i met = _mm_setzero_si128();
    for (; end - from >= PBR_SCAN_BYTES; from += PBR_SCAN_BYTES) count += newlines_of(from, &met);
    *quotes = bits_of(met) != 0;
#endif
    for (; from < end; from++) {
        count += *from == '\n';
        *quotes |= *from == '"';
    }
    return count;
}
