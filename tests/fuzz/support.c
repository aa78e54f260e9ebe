/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void fuzz_broken(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

/* --- files ---------------------------------------------------------------------------------------
 */

fuzz_file fuzz_file_new(void)
{
    fuzz_file file = {.descriptor = memfd_create("fuzz", MFD_CLOEXEC)};
    MUST(file.descriptor >= 0);
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.descriptor);
    return file;
}

static void write_all(int descriptor, const void *bytes, size_t length)
{
    MUST(ftruncate(descriptor, 0) == 0);
    MUST(!length || pwrite(descriptor, bytes, length, 0) == (ssize_t)length);
}

void fuzz_fill(const fuzz_file *file, const void *bytes, size_t length)
{
    write_all(file->descriptor, bytes, length);
}

static char folder[80];

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts, (void)kind, (void)where;
    return remove(path);
}

static void remove_folder(void)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_folder(void)
{
    const char *parent = getenv("TMPDIR");
    if (!parent) parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(folder, sizeof folder, "%s/fuzz-XXXXXX", parent);
    MUST(mkdtemp(folder));
    atexit(remove_folder);
    return folder;
}

void fuzz_write(const char *in, const char *name, const void *bytes, size_t length)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", in, name);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    MUST(descriptor >= 0);
    write_all(descriptor, bytes, length);
    close(descriptor);
}

char *fuzz_read(const char *path, size_t *length)
{
    struct stat facts;
    FILE *file = fopen(path, "rb");
    if (!file) fprintf(stderr, "%s: run the fuzz targets in the folder of the tree\n", path);
    MUST(file && fstat(fileno(file), &facts) == 0);
    *length = (size_t)facts.st_size;
    char *bytes = pbr_alloc(*length + 1, 1);
    MUST(fread(bytes, 1, *length, file) == *length);
    fclose(file);
    return bytes;
}

void fuzz_copy(const char *from, const char *in, const char *name)
{
    size_t length;
    char *bytes = fuzz_read(from, &length);
    fuzz_write(in, name, bytes, length);
    free(bytes);
}

/* --- texts ---------------------------------------------------------------------------------------
 */

void fuzz_add(fuzz_text *text, const void *bytes, size_t length)
{
    text->bytes = pbr_grow(text->bytes, &text->room, text->used + length + 1, 1);
    if (length) memcpy(text->bytes + text->used, bytes, length);
    text->used += length;
    text->bytes[text->used] = '\0';
}

void fuzz_printf(fuzz_text *text, const char *format, ...)
{
    char *words;
    va_list list;
    va_start(list, format);
    int length = vasprintf(&words, format, list);
    va_end(list);
    MUST(length >= 0);
    fuzz_add(text, words, (size_t)length);
    free(words);
}

void fuzz_same(const fuzz_text *one, const fuzz_text *other)
{
    if (one->used == other->used && (!one->used || !memcmp(one->bytes, other->bytes, one->used)))
        return;
    fprintf(stderr, "--- one\n%s\n--- other\n%s\n", one->bytes, other->bytes);
    fuzz_broken(__FILE__, __LINE__, "the same");
}

/* --- messages ------------------------------------------------------------------------------------
 */

void fuzz_add_said(fuzz_text *text, const pbr_diag *diag)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    for (size_t i = 0; i < count; i++) {
        const pbr_finding *f = &findings[i];
        fuzz_printf(text, "%s %d: %ld of %ld\n", f->id, f->severity, (long)f->count,
                    (long)f->total);
        for (size_t k = 0; k < f->kept; k++)
            fuzz_printf(text, "  %s:%ld:%ld: %s\n", f->problems[k].file ? f->problems[k].file : "-",
                        f->problems[k].line, f->problems[k].column, f->problems[k].message);
    }
}

/* The most lines that there may be, the one behind the end with them: in YAML lines also end with a
 * carriage return, U+0085, U+2028 and U+2029. */
static size_t most_lines(const uint8_t *bytes, size_t length)
{
    size_t lines = 2;
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == 0x85 || bytes[i] == 0xA8 ||
                 bytes[i] == 0xA9;
    return lines;
}

static void check_printed(const pbr_diag *diag)
{
    char *said;
    size_t length, unseen_at, begin = 0;
    FILE *out = open_memstream(&said, &length);
    pbr_diag_print(diag, out, PBR_NOTE);
    fclose(out);
    for (size_t i = 0; i < length; i++) {
        if (said[i] != '\n') continue;
        MUST(i > begin);
        MUST(!pbr_unseen(said + begin, i - begin, &unseen_at));
        begin = i + 1;
    }
    MUST(begin == length);
    if (getenv("FUZZ_SAY")) fputs(said, stderr);
    free(said);
}

void fuzz_check_messages(const pbr_diag *diag, const char *path, const uint8_t *bytes,
                         size_t length)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings), lines = path ? most_lines(bytes, length) : 0;
    for (size_t i = 0; i < count; i++) {
        MUST(findings[i].id[0] && findings[i].count > 0 && findings[i].kept > 0);
        MUST(strspn(findings[i].id, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
             strlen(findings[i].id));
        for (size_t k = 0; k < findings[i].kept; k++) {
            const struct pbr_problem *told = &findings[i].problems[k];
            MUST(told->message[0] && told->line >= 0 && told->column >= 0);
            if (findings[i].severity == PBR_ERROR && path) MUST(told->file);
            if (path && told->file && !strcmp(told->file, path)) MUST((size_t)told->line <= lines);
        }
    }
    check_printed(diag);
}
