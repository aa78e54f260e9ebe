/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/zip.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Sizes, signatures and offsets of the records. */
enum { END_BYTES = 22, END_COUNT = 10, END_DIRECTORY = 16, END_COMMENT_MOST = 0xffff };
enum {
    ENTRY_BYTES = 46,
    ENTRY_METHOD = 10,
    ENTRY_CRC = 16,
    ENTRY_PACKED = 20,
    ENTRY_SIZE = 24,
    ENTRY_NAME = 28,
    ENTRY_EXTRA = 30,
    ENTRY_COMMENT = 32,
    ENTRY_LOCAL = 42
};
enum { LOCAL_BYTES = 30, LOCAL_NAME = 26, LOCAL_EXTRA = 28 };
enum { METHOD_STORED = 0, METHOD_DEFLATED = 8 };
static const uint32_t END_MARK = 0x06054b50, ENTRY_MARK = 0x02014b50, LOCAL_MARK = 0x04034b50;

/* No deflated byte stands for more (zlib's algorithm.txt, "maximum expansion"); a size beyond it is
 * a lie, and believing it would ask for gigabytes. */
enum { EXPANSION_MOST = 1032 };

struct pbr_zip {
    unsigned char *bytes;
    size_t length;
    const unsigned char **entries;
    size_t count;
};

static size_t u16(const unsigned char *at)
{
    return (size_t)at[0] | (size_t)at[1] << 8;
}

static size_t u32(const unsigned char *at)
{
    return u16(at) | u16(at + 2) << 16;
}

static bool read_whole(pbr_zip *zip, const char *path)
{
    FILE *stream = fopen(path, "rb");
    if (!stream) return false;
    long size = fseek(stream, 0, SEEK_END) == 0 ? ftell(stream) : -1;
    rewind(stream);
    if (size > 0) {
        zip->bytes = pbr_alloc((size_t)size, 1);
        zip->length = fread(zip->bytes, 1, (size_t)size, stream);
    }
    fclose(stream);
    return size > 0 && zip->length == (size_t)size;
}

/* The record of `size` bytes at `offset` if it is inside the file and begins with its mark. */
static const unsigned char *record(const pbr_zip *zip, size_t offset, size_t size, uint32_t mark)
{
    if (offset > zip->length || size > zip->length - offset) return NULL;
    return u32(zip->bytes + offset) == mark ? zip->bytes + offset : NULL;
}

/* The last record stands at the end, before a comment that is nearly always empty. */
static const unsigned char *find_end(const pbr_zip *zip)
{
    for (size_t comment = 0; comment <= END_COMMENT_MOST; comment++) {
        if (zip->length < END_BYTES + comment) return NULL;
        const unsigned char *end =
            record(zip, zip->length - END_BYTES - comment, END_BYTES, END_MARK);
        if (end) return end;
    }
    return NULL;
}

static size_t entry_bytes(const unsigned char *entry)
{
    return ENTRY_BYTES + u16(entry + ENTRY_NAME) + u16(entry + ENTRY_EXTRA) +
           u16(entry + ENTRY_COMMENT);
}

static bool read_directory(pbr_zip *zip)
{
    const unsigned char *end = find_end(zip);
    if (!end) return false;
    size_t at = u32(end + END_DIRECTORY), count = u16(end + END_COUNT), packed = 0;
    zip->entries = pbr_alloc(count + 1, sizeof *zip->entries);
    for (; zip->count < count; zip->count++) {
        const unsigned char *entry = record(zip, at, ENTRY_BYTES, ENTRY_MARK);
        if (!entry || entry_bytes(entry) > zip->length - at) return false;
        zip->entries[zip->count] = entry;
        packed += u32(entry + ENTRY_PACKED);
        at += entry_bytes(entry);
    }
    return packed <= zip->length; /* members that share bytes make a small file grow without end */
}

pbr_zip *pbr_zip_open(const char *path)
{
    pbr_zip *zip = pbr_alloc(1, sizeof *zip);
    if (read_whole(zip, path) && read_directory(zip)) return zip;
    pbr_zip_close(zip);
    return NULL;
}

void pbr_zip_close(pbr_zip *zip)
{
    if (!zip) return;
    free(zip->entries);
    free(zip->bytes);
    free(zip);
}

size_t pbr_zip_count(const pbr_zip *zip)
{
    return zip->count;
}

size_t pbr_zip_find(const pbr_zip *zip, const char *name)
{
    size_t length = strlen(name), i = 0;
    for (; i < zip->count; i++)
        if (u16(zip->entries[i] + ENTRY_NAME) == length &&
            memcmp(zip->entries[i] + ENTRY_BYTES, name, length) == 0)
            break;
    return i;
}

char *pbr_zip_name(const pbr_zip *zip, size_t member)
{
    const unsigned char *entry = zip->entries[member];
    return pbr_strndup((const char *)entry + ENTRY_BYTES, u16(entry + ENTRY_NAME));
}

static bool inflate_whole(const unsigned char *packed, size_t packed_size, char *out, size_t size)
{
    z_stream stream = {.next_in = (unsigned char *)packed,
                       .avail_in = (uInt)packed_size,
                       .next_out = (unsigned char *)out,
                       .avail_out = (uInt)size};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
    int end = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    return end == Z_STREAM_END && stream.avail_out == 0;
}

static bool unpack(size_t method, const unsigned char *packed, size_t packed_size, char *out,
                   size_t size)
{
    if (method == METHOD_DEFLATED) return inflate_whole(packed, packed_size, out, size);
    if (method != METHOD_STORED || packed_size != size) return false;
    memcpy(out, packed, size);
    return true;
}

char *pbr_zip_read(const pbr_zip *zip, size_t member, size_t *length)
{
    const unsigned char *entry = zip->entries[member];
    size_t at = u32(entry + ENTRY_LOCAL), packed = u32(entry + ENTRY_PACKED);
    size_t size = u32(entry + ENTRY_SIZE);
    const unsigned char *local = record(zip, at, LOCAL_BYTES, LOCAL_MARK);
    if (!local || size / EXPANSION_MOST > packed) return NULL;
    at += LOCAL_BYTES + u16(local + LOCAL_NAME) + u16(local + LOCAL_EXTRA);
    if (at > zip->length || packed > zip->length - at) return NULL;
    char *out = pbr_alloc(size + 1, 1);
    *length = size;
    if (unpack(u16(entry + ENTRY_METHOD), zip->bytes + at, packed, out, size) &&
        crc32(0, (const Bytef *)out, (uInt)size) == u32(entry + ENTRY_CRC))
        return out;
    free(out);
    return NULL;
}
