/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A workbook to be read back. If the first byte is even, the rest is the file; if it is odd, the
 * rest is the texts of its parts, between bytes 0xFF, put into a sound zip file. What is read is
 * whole: cells in order, each in a place that a sheet has; and no book differs from itself.
 */
#include "support.h"

#include "base/zip.h"
#include "input/stored_book.h"
#include "input/xml.h"
#include "verify/same_book.h"

#include <zlib.h>

static const char *const parts[] = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels",
                                    "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
                                    "xl/worksheets/sheet2.xml"};

static fuzz_file file;

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    file = fuzz_file_new();
    return 0;
}

/* --- a sound zip file ---------------------------------------------------------------------------
 */

static void add16(fuzz_text *text, size_t value)
{
    unsigned char two[] = {(unsigned char)value, (unsigned char)(value >> 8)};
    fuzz_add(text, two, sizeof two);
}

static void add32(fuzz_text *text, size_t value)
{
    add16(text, value & 0xFFFF);
    add16(text, value >> 16);
}

/* The facts that a member's own header and its entry in the directory share. */
static void add_facts(fuzz_text *text, const char *name, pbr_slice part)
{
    const Bytef *bytes = (const Bytef *)part.text;
    for (int i = 0; i < 4; i++) add16(text, 0); /* flags, method, time, date */
    add32(text, crc32(0, bytes, (uInt)part.length));
    add32(text, part.length);
    add32(text, part.length);
    add16(text, strlen(name));
    add16(text, 0);
}

static fuzz_text packed(const pbr_slice *texts, size_t count)
{
    static const unsigned char nothing[12];
    fuzz_text zip = {0}, directory = {0};
    for (size_t i = 0; i < count; i++) {
        size_t at = zip.used;
        fuzz_printf(&zip, "PK\3\4");
        add16(&zip, 20);
        add_facts(&zip, parts[i], texts[i]);
        fuzz_printf(&zip, "%s", parts[i]);
        fuzz_add(&zip, texts[i].text, texts[i].length);
        fuzz_printf(&directory, "PK\1\2");
        add16(&directory, 20);
        add16(&directory, 20);
        add_facts(&directory, parts[i], texts[i]);
        fuzz_add(&directory, nothing, 10);
        add32(&directory, at);
        fuzz_printf(&directory, "%s", parts[i]);
    }
    size_t at = zip.used;
    fuzz_add(&zip, directory.bytes, directory.used);
    fuzz_printf(&zip, "PK\5\6");
    add32(&zip, 0);
    add16(&zip, count);
    add16(&zip, count);
    add32(&zip, directory.used);
    add32(&zip, at);
    add16(&zip, 0);
    free(directory.bytes);
    return zip;
}

static fuzz_text book_of_parts(const uint8_t *bytes, size_t length)
{
    pbr_slice texts[COUNT(parts)];
    const char *at = (const char *)bytes, *end = at + length;
    size_t count = 0;
    while (count < COUNT(parts)) {
        const char *next = at < end ? memchr(at, 0xFF, (size_t)(end - at)) : NULL;
        texts[count++] = (pbr_slice){at, (size_t)((next ? next : end) - at)};
        if (!next) break;
        at = next + 1;
    }
    return packed(texts, count);
}

/* --- what is read -------------------------------------------------------------------------------
 */

static void check_sheet(const pbr_stored_sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++) {
        const pbr_stored_cell *cell = &sheet->cells[i], *last = cell - 1;
        MUST(cell->row >= 1 && cell->column >= 1 && cell->value);
        MUST(*cell->value || cell->formula || !cell->is_number);
        if (i)
            MUST(last->row < cell->row || (last->row == cell->row && last->column <= cell->column));
    }
}

static bool check_book(pbr_arena *arena)
{
    pbr_stored_book book;
    bool ok = pbr_stored_book_read(&book, file.path, arena);
    MUST(ok == !book.damaged);
    for (size_t i = 0; ok && i < book.count; i++) {
        MUST(book.sheets[i].name);
        check_sheet(&book.sheets[i]);
    }
    return ok;
}

static void check_zip(void)
{
    pbr_zip *zip = pbr_zip_open(file.path);
    for (size_t i = 0; zip && i < pbr_zip_count(zip); i++) {
        size_t length = 0;
        char *name = pbr_zip_name(zip, i), *text = pbr_zip_read(zip, i, &length);
        MUST(pbr_zip_find(zip, name) <= pbr_zip_count(zip));
        if (text) MUST(text[length] == '\0');
        free(name);
        free(text);
    }
    pbr_zip_close(zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!length) return 0;
    pbr_arena *arena = pbr_arena_new();
    fuzz_text made = {0};
    if (bytes[0] % 2)
        made = book_of_parts(bytes + 1, length - 1);
    else
        fuzz_add(&made, bytes + 1, length - 1);
    fuzz_fill(&file, made.bytes, made.used);
    check_zip();
    bool readable = check_book(arena);
    pbr_file_differences same = pbr_file_differences_new(arena, 10);
    pbr_same_book(file.path, file.path, &same);
    MUST(same.count == 0 || (same.count == 1 && !readable));
    free(made.bytes);
    pbr_arena_free(arena);
    return 0;
}
