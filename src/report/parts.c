/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/parts.h"

#include "base/mem.h"
#include "base/must.h"
#include "base/zip_writer.h"
#include "report/rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>
#include <xlsxwriter/third_party/zip.h>

/* --- a file that is memory --- */

struct memory {
    FILE *file;
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

/* The part that was begun last. */
static _Thread_local struct memory *newest;

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
    if (newest == memory) newest = NULL;
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
    memory->file = file;
    newest = memory;
    return file;
}

/* --- sheets: the library's but for their cells --- */

/* The workbook that is being packed, and the cells of its sheets, which the library does not see.
 */
static _Thread_local struct {
    lxw_workbook *book;
    struct lxw_row **rows; /* by sheet; NULL where there are none */
    bool hidden;
} closing;

static lxw_worksheet *first_sheet(void)
{
    return STAILQ_FIRST(closing.book->worksheets);
}

static lxw_worksheet *next_sheet(lxw_worksheet *sheet)
{
    return STAILQ_NEXT(sheet, list_pointers);
}

static void hide_cells(void)
{
    size_t sheets = 0;
    closing.rows = pbr_alloc(closing.book->num_worksheets, sizeof *closing.rows);
    closing.hidden = true;
    for (lxw_worksheet *sheet = first_sheet(); sheet; sheet = next_sheet(sheet)) {
        closing.rows[sheets++] = RB_ROOT(sheet->table);
        RB_ROOT(sheet->table) = NULL;
    }
}

/* Given back, so that they are freed with the workbook. */
static void show_cells(void)
{
    size_t sheets = 0;
    for (lxw_worksheet *sheet = first_sheet(); sheet; sheet = next_sheet(sheet))
        RB_ROOT(sheet->table) = closing.rows[sheets++];
    free(closing.rows);
    closing.rows = NULL;
    closing.hidden = false;
}

/* The sheet whose part has this name, with its cells; NULL for other parts. */
static lxw_worksheet *sheet_of(const char *part)
{
    static const char FOLDER[] = "xl/worksheets/sheet";
    if (!closing.hidden || strncmp(part, FOLDER, strlen(FOLDER)) != 0) return NULL;
    size_t number = strtoul(part + strlen(FOLDER), NULL, 10), sheets = 0;
    for (lxw_worksheet *sheet = first_sheet(); sheet; sheet = next_sheet(sheet))
        if (++sheets == number) {
            RB_ROOT(sheet->table) = closing.rows[number - 1];
            return sheet;
        }
    return NULL;
}

/* Puts the cells where the library wrote that there are none. False, with errno, if it could not
 * write that. */
static bool put_cells(struct memory *memory, const pbr_bytes *cells)
{
    static const char NONE[] = "<sheetData/>", BEGIN[] = "<sheetData>", END[] = "</sheetData>";
    if (fflush(memory->file) != 0) return false;
    char *mark = memmem(memory->bytes, memory->length, NONE, strlen(NONE));
    if (!mark) {
        errno = EIO;
        return false;
    }
    const char *after = mark + strlen(NONE);
    size_t tail_length = memory->length - (size_t)(after - memory->bytes);
    char *tail = pbr_strndup(after, tail_length);
    memory->length = memory->at = (size_t)(mark - memory->bytes);
    write_memory(memory, BEGIN, strlen(BEGIN));
    write_memory(memory, cells->items, cells->count);
    write_memory(memory, END, strlen(END));
    write_memory(memory, tail, tail_length);
    free(tail);
    return true;
}

static bool complete_sheet(lxw_worksheet *sheet)
{
    static _Thread_local pbr_bytes cells; /* kept for the next sheet */
    cells.count = 0;
    pbr_must(newest && newest->file == sheet->file);
    pbr_must(pbr_rows_put(&cells, sheet));
    return !cells.count || put_cells(newest, &cells);
}

lxw_error pbr_parts_close(lxw_workbook *workbook)
{
    closing.book = workbook;
    lxw_error error = workbook_close(workbook);
    closing.book = NULL;
    return error;
}

/* --- what minizip does, as far as libxlsxwriter asks for it --- */

zipFile zipOpen(const char *pathname, int append)
{
    (void)append;
    pbr_zip_writer *zip = pbr_zip_writer_open(pathname);
    if (zip && closing.book) hide_cells();
    return zip;
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
    lxw_worksheet *sheet = sheet_of(filename);
    if (sheet && !complete_sheet(sheet)) return ZIP_ERRNO;
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
    if (closing.hidden) show_cells();
    return pbr_zip_writer_close(file) ? ZIP_OK : ZIP_ERRNO;
}
