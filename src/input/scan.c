/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/scan.h"

#ifdef __SSE2__
#include <immintrin.h>
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
        if (byte == ' ' || byte == '\t') marks.blanks |= bit;
        if (byte == '"' || byte == '\0' || byte >= 0x80) marks.odd |= bit;
    }
    return marks;
}

#ifdef __SSE2__
enum { VECTOR_BYTES = sizeof(__m128i) };

static inline __m128i vector_at(const char *bytes)
{
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

static inline uint64_t bits_of(__m128i bytes)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(bytes);
}

static inline __m128i where(__m128i bytes, char byte)
{
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte));
}

pbr_marks pbr_marks_of(const char *block)
{
    pbr_marks marks = {0};
    for (unsigned i = 0; i < PBR_SCAN_BYTES; i += VECTOR_BYTES) {
        __m128i bytes = vector_at(block + i);
        __m128i newlines = where(bytes, '\n');
        /* the highest bit of a byte that is not ASCII is already set */
        __m128i odd = _mm_or_si128(bytes, _mm_or_si128(where(bytes, '"'), where(bytes, '\0')));
        marks.ends |= bits_of(_mm_or_si128(newlines, where(bytes, ','))) << i;
        marks.newlines |= bits_of(newlines) << i;
        marks.returns |= bits_of(where(bytes, '\r')) << i;
        marks.blanks |= bits_of(_mm_or_si128(where(bytes, ' '), where(bytes, '\t'))) << i;
        marks.odd |= bits_of(odd) << i;
    }
    return marks;
}

/* The ends and newlines of a block that has nothing to look at more closely: no byte that is not
 * ASCII, none up to the quote but newlines. False for any other. */
static inline bool is_bare(const char *block, pbr_marks *marks)
{
    __m128i rest = _mm_setzero_si128();
    *marks = (pbr_marks){0};
    for (unsigned i = 0; i < PBR_SCAN_BYTES; i += VECTOR_BYTES) {
        __m128i bytes = vector_at(block + i);
        __m128i newlines = where(bytes, '\n');
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8('"')), bytes);
        rest = _mm_or_si128(rest, _mm_or_si128(bytes, _mm_xor_si128(low, newlines)));
        marks->ends |= bits_of(_mm_or_si128(newlines, where(bytes, ','))) << i;
        marks->newlines |= bits_of(newlines) << i;
    }
    return bits_of(rest) == 0;
}

#define HAS_WIDE 1
#define WIDE __attribute__((target("avx2,bmi")))
enum { WIDE_BYTES = sizeof(__m256i) };

/* The same by vectors of twice the size. */
WIDE static inline bool is_bare_wide(const char *block, pbr_marks *marks)
{
    __m256i rest = _mm256_setzero_si256();
    *marks = (pbr_marks){0};
    for (unsigned i = 0; i < PBR_SCAN_BYTES; i += WIDE_BYTES) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(block + i));
        __m256i newlines = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n'));
        __m256i commas = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(','));
        __m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8('"')), bytes);
        rest = _mm256_or_si256(rest, _mm256_or_si256(bytes, _mm256_xor_si256(low, newlines)));
        marks->ends |= (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_or_si256(newlines, commas))
                       << i;
        marks->newlines |= (uint64_t)(unsigned)_mm256_movemask_epi8(newlines) << i;
    }
    return _mm256_movemask_epi8(rest) == 0;
}
#else
pbr_marks pbr_marks_of(const char *block)
{
    return pbr_marks_bytewise(block);
}

static bool is_bare(const char *block, pbr_marks *marks)
{
    *marks = pbr_marks_bytewise(block);
    return !(marks->returns | marks->blanks | marks->odd);
}
#endif

static inline bool is_end(char byte)
{
    return byte == ',' || byte == '\n';
}

/* Whether a cell begins or ends with a blank in the block. */
static bool has_blank_edge(const char *from, const char *block, const pbr_marks *marks)
{
    uint64_t begins = marks->ends << 1 | (block == from || is_end(block[-1]));
    uint64_t behind = marks->ends >> 1 | (uint64_t)is_end(block[PBR_SCAN_BYTES]) << 63;
    return (marks->blanks & (begins | behind)) != 0;
}

/* Looks closely at a block: is a cell loose, and where does the first byte stand that makes its
 * line not plain? */
static uint64_t odd_bytes(pbr_stretch *stretch, const char *from, const char *block,
                          pbr_marks *marks)
{
    *marks = pbr_marks_of(block);
    uint64_t before = marks->newlines >> 1 | (uint64_t)(block[PBR_SCAN_BYTES] == '\n') << 63;
    stretch->loose |= marks->returns || has_blank_edge(from, block, marks);
    return marks->odd | (marks->returns & ~before);
}

/* Writes where the bits of a block stand. */
static inline uint32_t *list(uint32_t *to, uint32_t at, uint64_t bits)
{
    for (; bits; bits &= bits - 1) *to++ = at + (uint32_t)__builtin_ctzll(bits);
    return to;
}

/* What lies behind the end is no part of the text. */
static inline uint64_t within(size_t left)
{
    return left >= PBR_SCAN_BYTES ? UINT64_MAX : ((uint64_t)1 << left) - 1;
}

typedef bool look(const char *block, pbr_marks *marks);

/* Made anew for each way to look at a block, which becomes a part of it. */
static inline __attribute__((always_inline)) void find(pbr_stretch *stretch, const char *from,
                                                       const char *end, look *is_bare_block)
{
    size_t length = (size_t)(end - from);
    if (length > PBR_STRETCH_BYTES) length = PBR_STRETCH_BYTES;
    uint32_t *ends = stretch->ends, *newlines = stretch->newlines;
    *ends++ = UINT32_MAX;
    stretch->loose = false;
    uint64_t odd = 0;
    for (uint32_t at = 0; at < length && !odd; at += PBR_SCAN_BYTES) {
        pbr_marks marks;
        uint64_t inside = within(length - at);
        if (!is_bare_block(from + at, &marks))
            odd = odd_bytes(stretch, from, from + at, &marks) & inside;
        if (odd) inside &= odd ^ (odd - 1); /* up to the first */
        ends = list(ends, at, marks.ends & inside);
        newlines = list(newlines, at, marks.newlines & inside);
    }
    stretch->lines = (size_t)(newlines - stretch->newlines);
    stretch->cells = 0;
    if (!stretch->lines) return;
    while (ends[-1] != newlines[-1]) ends--;
    stretch->cells = (size_t)(ends - stretch->ends) - 1;
}

void pbr_stretch_find_narrow(pbr_stretch *stretch, const char *from, const char *end)
{
    find(stretch, from, end, is_bare);
}

#ifdef HAS_WIDE
WIDE static void find_wide(pbr_stretch *stretch, const char *from, const char *end)
{
    find(stretch, from, end, is_bare_wide);
}

static bool is_wide(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}

void pbr_stretch_find(pbr_stretch *stretch, const char *from, const char *end)
{
    (is_wide() ? find_wide : pbr_stretch_find_narrow)(stretch, from, end);
}
#else
void pbr_stretch_find(pbr_stretch *stretch, const char *from, const char *end)
{
    pbr_stretch_find_narrow(stretch, from, end);
}
#endif

/* The newlines, and whether there is a quote; by vectors of whole blocks only. */
static size_t newlines_bytewise(const char *from, const char *end, bool *quotes)
{
    size_t count = 0;
    for (; from < end; from++) {
        count += *from == '\n';
        *quotes |= *from == '"';
    }
    return count;
}

#ifdef __SSE2__
/* Counts in the bytes of a vector, which a block cannot overflow, then adds these up. */
static size_t newlines_narrow(const char *from, const char *end, bool *quotes)
{
    __m128i met = _mm_setzero_si128(), sums = met;
    for (; from < end; from += PBR_SCAN_BYTES) {
        __m128i counts = _mm_setzero_si128();
        for (unsigned i = 0; i < PBR_SCAN_BYTES; i += VECTOR_BYTES) {
            __m128i bytes = vector_at(from + i);
            counts = _mm_sub_epi8(counts, where(bytes, '\n'));
            met = _mm_or_si128(met, where(bytes, '"'));
        }
        sums = _mm_add_epi64(sums, _mm_sad_epu8(counts, _mm_setzero_si128()));
    }
    *quotes = bits_of(met) != 0;
    return (size_t)_mm_cvtsi128_si64(_mm_add_epi64(sums, _mm_unpackhi_epi64(sums, sums)));
}

WIDE static size_t newlines_wide(const char *from, const char *end, bool *quotes)
{
    __m256i met = _mm256_setzero_si256(), sums = met;
    const __m256i newline = _mm256_set1_epi8('\n'), quote = _mm256_set1_epi8('"');
    for (; from < end; from += PBR_SCAN_BYTES) {
        __m256i counts = _mm256_setzero_si256();
        for (unsigned i = 0; i < PBR_SCAN_BYTES; i += WIDE_BYTES) {
            __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(from + i));
            counts = _mm256_sub_epi8(counts, _mm256_cmpeq_epi8(bytes, newline));
            met = _mm256_or_si256(met, _mm256_cmpeq_epi8(bytes, quote));
        }
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(counts, _mm256_setzero_si256()));
    }
    *quotes = _mm256_movemask_epi8(met) != 0;
    uint64_t each[WIDE_BYTES / sizeof(uint64_t)];
    _mm256_storeu_si256((__m256i *)(void *)each, sums);
    return (size_t)(each[0] + each[1] + each[2] + each[3]);
}

#else
#define newlines_narrow newlines_bytewise
#endif

typedef size_t count(const char *from, const char *end, bool *quotes);

static size_t newlines_by(const char *from, const char *end, bool *quotes, count *count_blocks)
{
    const char *blocks_end = end - (end - from) % PBR_SCAN_BYTES;
    bool before = false, behind = false;
    size_t newlines = count_blocks(from, blocks_end, &before);
    newlines += newlines_bytewise(blocks_end, end, &behind);
    *quotes = before | behind;
    return newlines;
}

size_t pbr_scan_newlines_narrow(const char *from, const char *end, bool *quotes)
{
    return newlines_by(from, end, quotes, newlines_narrow);
}

size_t pbr_scan_newlines(const char *from, const char *end, bool *quotes)
{
#ifdef HAS_WIDE
    if (is_wide()) return newlines_by(from, end, quotes, newlines_wide);
#endif
    return pbr_scan_newlines_narrow(from, end, quotes);
}
