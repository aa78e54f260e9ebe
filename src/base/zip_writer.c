/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/zip_writer.h"

#include "base/bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    VERSION_NEEDED = 20, /* 2.0: deflated */
    METHOD_DEFLATED = 8,
    FIRST_DAY = 1 << 5 | 1, /* 1980-01-01 */
    MEMBERS_MOST = 0xffff,
    PIECE = 1 << 16
};
static const uint32_t END_MARK = 0x06054b50, ENTRY_MARK = 0x02014b50, LOCAL_MARK = 0x04034b50;

/* Fast: the best level takes three times as long for a sixth less. */
enum { LEVEL = Z_BEST_SPEED, MEMORY = 8 };

struct pbr_zip_writer {
    FILE *file;
    z_stream deflater; /* begun once, since its tables are large */
    pbr_bytes packed, directory;
    char *name; /* of the member being written */
    uint32_t crc;
    uint64_t size, offset;
    size_t members;
    int failure; /* the first errno */
};

static bool fail(pbr_zip_writer *zip, int failure)
{
    if (!zip->failure) zip->failure = failure ? failure : EIO;
    errno = zip->failure;
    return false;
}

static void put16(pbr_bytes *bytes, unsigned value)
{
    pbr_bytes_put(bytes, (unsigned char[]){value & 0xff, value >> 8 & 0xff}, 2);
}

static void put32(pbr_bytes *bytes, uint32_t value)
{
    put16(bytes, value & 0xffff);
    put16(bytes, value >> 16);
}

pbr_zip_writer *pbr_zip_writer_open(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) return NULL;
    pbr_zip_writer *zip = pbr_alloc(1, sizeof *zip);
    zip->file = file;
    if (deflateInit2(&zip->deflater, LEVEL, Z_DEFLATED, -MAX_WBITS, MEMORY, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        pbr_out_of_memory();
    return zip;
}

bool pbr_zip_member(pbr_zip_writer *zip, const char *name)
{
    if (zip->failure || strlen(name) > UINT16_MAX || zip->members == MEMBERS_MOST)
        return fail(zip, EFBIG);
    zip->name = pbr_strdup(name);
    zip->crc = 0;
    zip->size = zip->packed.count = 0;
    deflateReset(&zip->deflater);
    return true;
}

/* Deflates what the deflater was given; with Z_FINISH all that it still holds. */
static void pack(pbr_zip_writer *zip, int flush)
{
    z_stream *deflater = &zip->deflater;
    do {
        deflater->next_out = (Bytef *)pbr_bytes_room(&zip->packed, PIECE);
        deflater->avail_out = PIECE;
        deflate(deflater, flush);
        zip->packed.count += PIECE - deflater->avail_out;
    } while (deflater->avail_out == 0);
}

bool pbr_zip_put(pbr_zip_writer *zip, const void *bytes, size_t length)
{
    if (zip->failure || length > UINT32_MAX - zip->size) return fail(zip, EFBIG);
    zip->crc = (uint32_t)crc32(zip->crc, bytes, (uInt)length);
    zip->size += length;
    zip->deflater.next_in = (unsigned char *)bytes;
    zip->deflater.avail_in = (uInt)length;
    pack(zip, Z_NO_FLUSH);
    return true;
}

/* What the member's own header and its entry in the directory have in common. */
static void put_facts(const pbr_zip_writer *zip, pbr_bytes *to)
{
    put16(to, VERSION_NEEDED);
    put16(to, 0); /* flags */
    put16(to, METHOD_DEFLATED);
    put16(to, 0); /* midnight */
    put16(to, FIRST_DAY);
    put32(to, zip->crc);
    put32(to, (uint32_t)zip->packed.count);
    put32(to, (uint32_t)zip->size);
    put16(to, (unsigned)strlen(zip->name));
    put16(to, 0); /* extra field */
}

static void put_entry(pbr_zip_writer *zip)
{
    pbr_bytes *to = &zip->directory;
    put32(to, ENTRY_MARK);
    put16(to, VERSION_NEEDED); /* made by */
    put_facts(zip, to);
    put16(to, 0); /* comment */
    put16(to, 0); /* disk */
    put16(to, 0); /* attributes, of the text and of the file */
    put32(to, 0);
    put32(to, (uint32_t)zip->offset);
    pbr_bytes_put(to, zip->name, strlen(zip->name));
}

static bool write_out(pbr_zip_writer *zip, const pbr_bytes *bytes)
{
    if (fwrite(bytes->items, 1, bytes->count, zip->file) != bytes->count) return fail(zip, errno);
    zip->offset += bytes->count;
    return zip->offset <= UINT32_MAX || fail(zip, EFBIG);
}

bool pbr_zip_member_end(pbr_zip_writer *zip)
{
    pbr_bytes header = {0};
    if (zip->failure) return fail(zip, 0);
    pack(zip, Z_FINISH);
    put_entry(zip);
    put32(&header, LOCAL_MARK);
    put_facts(zip, &header);
    pbr_bytes_put(&header, zip->name, strlen(zip->name));
    bool written = write_out(zip, &header) && write_out(zip, &zip->packed);
    free(header.items);
    free(zip->name);
    zip->name = NULL;
    zip->members++;
    return written;
}

uint64_t pbr_zip_member_size(const pbr_zip_writer *zip)
{
    return zip->size;
}

static bool write_directory(pbr_zip_writer *zip)
{
    pbr_bytes *to = &zip->directory;
    uint32_t length = (uint32_t)to->count, offset = (uint32_t)zip->offset;
    put32(to, END_MARK);
    put16(to, 0); /* this disk, and the directory's */
    put16(to, 0);
    put16(to, (unsigned)zip->members); /* on this disk, and in all */
    put16(to, (unsigned)zip->members);
    put32(to, length);
    put32(to, offset);
    put16(to, 0); /* comment */
    return write_out(zip, to);
}

bool pbr_zip_writer_close(pbr_zip_writer *zip)
{
    if (!zip->failure) write_directory(zip);
    if (fclose(zip->file) != 0) fail(zip, errno);
    int failure = zip->failure;
    deflateEnd(&zip->deflater);
    free(zip->packed.items);
    free(zip->directory.items);
    free(zip->name);
    free(zip);
    errno = failure;
    return failure == 0;
}
