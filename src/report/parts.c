/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/parts.h"

#include "base/mem.h"
#include "base/zip_writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>
#include <xlsxwriter/third_party/zip.h>

void pbr_parts_link(void)
{
}

/* --- a file that is memory --- */

struct memory {
    char *bytes;
    size_t length, room, at;
    char stream[1 << 16]; /* stdio's */
};

/* Of the part before: parts come one after the other, and what is large is dear to ask for and give
 * back. */
static _Thread_local struct memory *spare;

/* The part that is being packed. libxlsxwriter names no part when it packs one, and takes a part
 * that could not be read to its end for a short one. */
static _Thread_local const struct memory *rewound;

static ssize_t write_memory(void *cookie, const char *bytes, size_t length)
{
    struct memory *memory = cookie;
    memory->bytes = pbr_extend(memory->bytes, &memory->room, memory->at + length, 1);
    memcpy(memory->bytes + memory->at, bytes, length);
    memory->at += length;
    if (memory->at > memory->length) memory->length = memory->at;
    return (ssize_t)length;
}

static ssize_t read_memory(void *cookie, char *bytes, size_t length)
{
    struct memory *memory = cookie;
    size_t left = memory->length - memory->at;
    if (length > left) length = left;
    if (length) memcpy(bytes, memory->bytes + memory->at, length);
    memory->at += length;
    return (ssize_t)length;
}

/* libxlsxwriter goes back to the beginning of a part, and nowhere else. */
static int seek_memory(void *cookie, off64_t *offset, int whence)
{
    struct memory *memory = cookie;
    off64_t base =
        whence == SEEK_SET ? 0 : (off64_t)(whence == SEEK_CUR ? memory->at : memory->length);
    off64_t at = base + *offset;
    if (at < 0 || at > (off64_t)memory->length) return -1;
    memory->at = (size_t)at;
    if (at == 0) rewound = memory;
    *offset = at;
    return 0;
}

static int close_memory(void *cookie)
{
    struct memory *memory = cookie;
    if (rewound == memory) rewound = NULL;
    if (!spare) {
        spare = memory;
        return 0;
    }
    free(memory->bytes);
    free(memory);
    return 0;
}

FILE *lxw_tmpfile(char *tmpdir)
{
    static const cookie_io_functions_t functions = {read_memory, write_memory, seek_memory,
                                                    close_memory};
    (void)tmpdir;
    struct memory *memory = spare ? spare : pbr_alloc(1, sizeof *memory);
    spare = NULL;
    memory->length = memory->at = 0;
    FILE *file = fopencookie(memory, "w+", functions);
    if (!file || setvbuf(file, memory->stream, _IOFBF, sizeof memory->stream) != 0)
        pbr_out_of_memory();
    __fsetlocking(file, FSETLOCKING_BYCALLER); /* one thread has it */
    return file;
}

/* --- what minizip does, as far as libxlsxwriter asks for it --- */

zipFile zipOpen(const char *pathname, int append)
{
    (void)append;
    return pbr_zip_writer_open(pathname);
}

int zipOpenNewFileInZip4_64(zipFile file, const char *filename, const zip_fileinfo *zipfi,
                            const void *extrafield_local, uInt size_extrafield_local,
                            const void *extrafield_global, uInt size_extrafield_global,
                            const char *comment, int method, int level, int raw, int windowBits,
                            int memLevel, int strategy, const char *password, uLong crcForCrypting,
                            uLong versionMadeBy, uLong flagBase, int zip64)
{
    (void)zipfi, (void)extrafield_local, (void)size_extrafield_local, (void)extrafield_global;
    (void)size_extrafield_global, (void)comment, (void)method, (void)level, (void)raw;
    (void)windowBits, (void)memLevel, (void)strategy, (void)password, (void)crcForCrypting;
    (void)versionMadeBy, (void)flagBase, (void)zip64;
    return pbr_zip_member(file, filename) ? ZIP_OK : ZIP_ERRNO;
}

int zipWriteInFileInZip(zipFile file, const void *buf, unsigned len)
{
    return pbr_zip_put(file, buf, len) ? ZIP_OK : ZIP_ERRNO;
}

int zipCloseFileInZip(zipFile file)
{
    if (rewound && pbr_zip_member_size(file) != rewound->length) {
        errno = EIO;
        return ZIP_ERRNO;
    }
    return pbr_zip_member_end(file) ? ZIP_OK : ZIP_ERRNO;
}

int zipClose(zipFile file, const char *global_comment)
{
    (void)global_comment;
    return pbr_zip_writer_close(file) ? ZIP_OK : ZIP_ERRNO;
}
