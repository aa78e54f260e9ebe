/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/whole.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Sizes, signatures and offsets of the ZIP format (APPNOTE.TXT 4.3). */
enum { END_BYTES = 22, END_COUNT = 10, END_DIRECTORY = 16 };
enum {
    ENTRY_BYTES = 46,
    ENTRY_CRC = 16,
    ENTRY_PACKED = 20,
    ENTRY_SIZE = 24,
    ENTRY_NAME = 28,
    ENTRY_EXTRA = 30
};
enum { ENTRY_COMMENT = 32, ENTRY_LOCAL = 42 };
enum { LOCAL_BYTES = 30, LOCAL_NAME = 26, LOCAL_EXTRA = 28 };
static const uint32_t END_MARK = 0x06054b50, ENTRY_MARK = 0x02014b50, LOCAL_MARK = 0x04034b50;

typedef struct {
    unsigned char *bytes;
    size_t length;
} file_bytes;

static size_t u16(const unsigned char *at)
{
    return (size_t)at[0] | (size_t)at[1] << 8;
}

static size_t u32(const unsigned char *at)
{
    return u16(at) | u16(at + 2) << 16;
}

/* The record of `size` bytes at `offset` if it is inside the file and begins with its mark. */
static const unsigned char *record(file_bytes file, size_t offset, size_t size, uint32_t mark)
{
    if (offset > file.length || size > file.length - offset) return NULL;
    return u32(file.bytes + offset) == mark ? file.bytes + offset : NULL;
}

static file_bytes read_whole(const char *path)
{
    file_bytes file = {NULL, 0};
    FILE *stream = fopen(path, "rb");
    if (!stream) return file;
    long size = fseek(stream, 0, SEEK_END) == 0 ? ftell(stream) : -1;
    rewind(stream);
    if (size > 0) {
        file.bytes = pbr_alloc((size_t)size, 1);
        file.length = fread(file.bytes, 1, (size_t)size, stream);
    }
    fclose(stream);
    return file;
}

static bool unpack(const unsigned char *packed, size_t packed_size, unsigned char *out, size_t size)
{
    z_stream stream = {.next_in = (unsigned char *)packed,
                       .avail_in = (uInt)packed_size,
                       .next_out = out,
                       .avail_out = (uInt)size};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
    int end = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    return end == Z_STREAM_END && stream.avail_out == 0;
}

/* Does the text end with the end tag of its first element? */
static bool ends_with_root(const char *text)
{
    const char *root = text;
    while ((root = strchr(root, '<')) && (root[1] == '?' || root[1] == '!')) root++;
    const char *last = strrchr(text, '<');
    if (!root || !last || last[1] != '/') return false;
    size_t length = strcspn(root + 1, " \t\r\n/>");
    return strncmp(last + 2, root + 1, length) == 0 && last[2 + length] == '>';
}

static bool member_whole(file_bytes file, const unsigned char *entry)
{
    size_t offset = u32(entry + ENTRY_LOCAL), packed = u32(entry + ENTRY_PACKED);
    size_t size = u32(entry + ENTRY_SIZE);
    const unsigned char *local = record(file, offset, LOCAL_BYTES, LOCAL_MARK);
    if (!local) return false;
    offset += LOCAL_BYTES + u16(local + LOCAL_NAME) + u16(local + LOCAL_EXTRA);
    if (offset > file.length || packed > file.length - offset) return false;
    char *text = pbr_alloc(size + 1, 1);
    bool whole = unpack(file.bytes + offset, packed, (unsigned char *)text, size) &&
                 crc32(0, (const Bytef *)text, (uInt)size) == u32(entry + ENTRY_CRC) &&
                 strlen(text) == size && ends_with_root(text);
    free(text);
    return whole;
}

static bool members_whole(file_bytes file)
{
    if (file.length < END_BYTES) return false;
    const unsigned char *end = record(file, file.length - END_BYTES, END_BYTES, END_MARK);
    if (!end) return false;
    size_t at = u32(end + END_DIRECTORY);
    for (size_t left = u16(end + END_COUNT); left; left--) {
        const unsigned char *entry = record(file, at, ENTRY_BYTES, ENTRY_MARK);
        if (!entry || !member_whole(file, entry)) return false;
        at += ENTRY_BYTES + u16(entry + ENTRY_NAME) + u16(entry + ENTRY_EXTRA) +
              u16(entry + ENTRY_COMMENT);
    }
    return true;
}

bool pbr_xlsx_whole(const char *path)
{
    file_bytes file = read_whole(path);
    bool whole = members_whole(file);
    free(file.bytes);
    return whole;
}
