/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/source.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { PACKED_BYTES = PBR_READ_BYTES, GZIP_WINDOW = 15 + 16, NO_FILE = -1 };

struct pbr_source {
    char *name;
    int descriptor; /* NO_FILE: the bytes were all given */
    pbr_diag *diag;
    pbr_sha256 *hash;
    unsigned char *packed; /* bytes read ahead; the compressed side of a gzip file */
    size_t packed_at, packed_end;
    bool gzip, member_open, ended, failed;
    z_stream stream;
};

static bool refuse(const char *path, const char *why, pbr_diag *diag)
{
    pbr_error(diag, "unreadable-file", ((pbr_place){path, 0, 0}), "%s", why);
    return false;
}

static bool open_descriptor(const char *path, int *descriptor, pbr_diag *diag)
{
    struct stat facts;
    *descriptor = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (*descriptor < 0) {
        pbr_error(diag, "unreadable-file", ((pbr_place){path, 0, 0}),
                  "cannot open the file: %s; check its name and permissions", strerror(errno));
        return false;
    }
    if (fstat(*descriptor, &facts) == 0 && !S_ISDIR(facts.st_mode)) return true;
    close(*descriptor);
    return refuse(path, "is a folder: name a file", diag);
}

/* Reads from the descriptor; 0 at the end. */
static size_t read_stored(pbr_source *source, void *bytes, size_t size)
{
    ssize_t got;
    if (source->descriptor == NO_FILE) return 0;
    do got = read(source->descriptor, bytes, size);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        pbr_error(source->diag, "unreadable-file", ((pbr_place){source->name, 0, 0}),
                  "cannot read the file: %s", strerror(errno));
        source->failed = true;
        got = 0;
    }
    if (source->hash) pbr_sha256_add(source->hash, bytes, (size_t)got);
    return (size_t)got;
}

/* Reads ahead into the packed buffer; 0 at the end. */
static size_t refill(pbr_source *source)
{
    source->packed_at = 0;
    source->packed_end = read_stored(source, source->packed, PACKED_BYTES);
    return source->packed_end;
}

pbr_source *pbr_source_open(const char *path, pbr_diag *diag)
{
    int descriptor;
    if (!open_descriptor(path, &descriptor, diag)) return NULL;
    pbr_source *source = pbr_alloc(1, sizeof *source);
    source->name = pbr_strdup(strcmp(path, "-") == 0 ? "standard input" : path);
    source->descriptor = descriptor;
    source->diag = diag;
    source->hash = pbr_sha256_new();
    source->packed = pbr_alloc(PACKED_BYTES, 1);
    refill(source);
    source->gzip =
        source->packed_end >= 2 && source->packed[0] == 0x1F && source->packed[1] == 0x8B;
    return source;
}

pbr_source *pbr_source_of(const char *name, const void *bytes, size_t length, pbr_diag *diag)
{
    pbr_source *source = pbr_alloc(1, sizeof *source);
    source->name = pbr_strdup(name);
    source->descriptor = NO_FILE;
    source->diag = diag;
    source->hash = pbr_sha256_new();
    source->packed = pbr_alloc(length + 1, 1);
    if (length) memcpy(source->packed, bytes, length);
    source->packed_end = length;
    pbr_sha256_add(source->hash, bytes, length);
    return source;
}

static size_t read_plain(pbr_source *source, void *bytes, size_t size)
{
    size_t got = source->packed_end - source->packed_at;
    if (!got) return read_stored(source, bytes, size);
    if (got > size) got = size;
    memcpy(bytes, source->packed + source->packed_at, got);
    source->packed_at += got;
    return got;
}

static size_t gzip_problem(pbr_source *source, const char *why)
{
    source->failed = true;
    pbr_error(source->diag, "bad-gzip", ((pbr_place){source->name, 0, 0}),
              "%s: copy or compress the file again", why);
    return 0;
}

/* A gzip file may hold several members one after the other. */
static bool open_member(pbr_source *source)
{
    if (source->member_open) return true;
    memset(&source->stream, 0, sizeof source->stream);
    source->member_open = inflateInit2(&source->stream, GZIP_WINDOW) == Z_OK;
    return source->member_open;
}

static void close_member(pbr_source *source)
{
    if (source->member_open) inflateEnd(&source->stream);
    source->member_open = false;
}

static int inflate_some(pbr_source *source)
{
    source->stream.next_in = source->packed + source->packed_at;
    source->stream.avail_in = (unsigned)(source->packed_end - source->packed_at);
    int status = inflate(&source->stream, Z_NO_FLUSH);
    source->packed_at = source->packed_end - source->stream.avail_in;
    return status;
}

static size_t read_gzip(pbr_source *source, void *bytes, size_t size)
{
    unsigned room = size > 1u << 30 ? 1u << 30 : (unsigned)size;
    unsigned got = 0;
    while (!got) {
        if (source->packed_at == source->packed_end && refill(source) == 0) {
            if (source->failed || !source->member_open) return 0;
            return gzip_problem(source, "the gzip file ends too early");
        }
        if (!open_member(source)) return gzip_problem(source, "the gzip file cannot be unpacked");
        source->stream.next_out = bytes;
        source->stream.avail_out = room;
        int status = inflate_some(source);
        got = room - source->stream.avail_out;
        if (status == Z_STREAM_END)
            close_member(source);
        else if (status != Z_OK && status != Z_BUF_ERROR)
            return gzip_problem(source, "the gzip file is damaged");
    }
    return got;
}

size_t pbr_source_read(pbr_source *source, void *bytes, size_t size)
{
    if (source->failed || source->ended) return 0;
    size_t got = source->gzip ? read_gzip(source, bytes, size) : read_plain(source, bytes, size);
    source->ended = got == 0;
    return got;
}

const char *pbr_source_name(const pbr_source *source)
{
    return source->name;
}

void pbr_source_unhashed(pbr_source *source)
{
    char unwanted[PBR_SHA256_TEXT];
    if (source->hash) pbr_sha256_end(source->hash, unwanted);
    source->hash = NULL;
}

void pbr_source_report_to(pbr_source *source, pbr_diag *diag)
{
    source->diag = diag;
}

void pbr_source_close(pbr_source *source, char digest[PBR_SHA256_TEXT])
{
    while (source->hash && !source->failed && refill(source) > 0) {
    }
    close_member(source);
    if (source->descriptor != NO_FILE) close(source->descriptor);
    digest[0] = '\0';
    if (source->hash) pbr_sha256_end(source->hash, digest);
    free(source->packed);
    free(source->name);
    free(source);
}
