/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of records. The first byte says how it is read in parts, the rest is the file.
 *
 * A second reader, written here from the description of the dialect, gives every record to libcsv:
 * cells, places and problems must be the same. The file's rows as a table must be the same in parts
 * of any size and by several threads. The vectors must see what bytes are. */
#include "support.h"

#include "../things.h"

#include "input/scan.h"

#include <csv.h>

/* --- records: the reader ------------------------------------------------------------------------
 */

static void note_cell(fuzz_text *seen, long column, const char *bytes, size_t length)
{
    fuzz_printf(seen, " %ld[", column);
    fuzz_add(seen, bytes, length);
    fuzz_printf(seen, "]");
}

/* Where problems are and what they are called; of the words only that there are some. */
static void note_problems(fuzz_text *seen, const pbr_diag *diag)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    for (size_t i = 0; i < count; i++) {
        fuzz_printf(seen, "%s %ld\n", findings[i].id, (long)findings[i].count);
        for (size_t k = 0; k < findings[i].kept; k++)
            fuzz_printf(seen, " %ld:%ld\n", findings[i].problems[k].line,
                        findings[i].problems[k].column);
    }
}

static fuzz_text read_records(const uint8_t *bytes, size_t length)
{
    fuzz_text seen = {0};
    pbr_csv_record record;
    char digest[PBR_SHA256_TEXT];
    pbr_diag *diag = pbr_diag_new();
    pbr_source *source = pbr_source_of("things.csv", bytes, length, diag);
    pbr_csv *csv = pbr_csv_new(source, diag);
    while (pbr_csv_next(csv, &record)) {
        fuzz_printf(&seen, "%ld:", record.line);
        for (size_t i = 0; i < record.count; i++) {
            pbr_place place = pbr_csv_place(csv, i);
            MUST(place.line == record.line);
            pbr_slice cell = pbr_csv_cell(&record, i);
            note_cell(&seen, place.column, cell.text, cell.length);
        }
        fuzz_printf(&seen, "\n");
    }
    note_problems(&seen, diag);
    fuzz_check_messages(diag, "things.csv", bytes, length);
    pbr_csv_free(csv);
    pbr_source_close(source, digest);
    pbr_diag_free(diag);
    return seen;
}

/* --- records: libcsv's way ----------------------------------------------------------------------
 */

struct plain {
    const char *at, *end;
    long line;
    pbr_diag *diag;
    fuzz_text *seen, cells;
    size_t starts[PBR_CSV_CELLS + 2], count;
    bool row_done;
};

static void on_cell(void *bytes, size_t length, void *context)
{
    struct plain *p = context;
    if (p->count <= PBR_CSV_CELLS) p->starts[p->count] = p->cells.used;
    p->count++;
    fuzz_add(&p->cells, bytes, length);
}

static void on_row(int end, void *context)
{
    (void)end;
    ((struct plain *)context)->row_done = true;
}

static bool next_line(struct plain *p, pbr_slice *line)
{
    if (p->at == p->end) return false;
    const char *newline = memchr(p->at, '\n', (size_t)(p->end - p->at));
    const char *end = newline ? newline + 1 : p->end;
    *line = (pbr_slice){p->at, (size_t)(end - p->at)};
    p->at = end;
    p->line++;
    return true;
}

static pbr_slice content_of(pbr_slice line)
{
    if (line.length && line.text[line.length - 1] == '\n') line.length--;
    if (line.length && line.text[line.length - 1] == '\r') line.length--;
    return line;
}

static bool problem(struct plain *p, const char *id, long line, size_t offset)
{
    pbr_error(p->diag, id, ((pbr_place){"things.csv", line, (long)offset + 1}), "is wrong");
    return false;
}

static bool sound_text(struct plain *p, pbr_slice text)
{
    size_t good = 0, step = 1;
    while (good < text.length) {
        size_t left = text.length - good;
        for (step = 1; step <= 4 && step <= left; step++)
            if (pbr_is_utf8(text.text + good, step)) break;
        if (step > 4 || step > left) return problem(p, "bad-encoding", p->line, good);
        good += step;
    }
    return true;
}

static bool sound_bytes(struct plain *p, pbr_slice text)
{
    const char *nul = memchr(text.text, '\0', text.length);
    const char *cr = memchr(text.text, '\r', text.length);
    if (nul) return problem(p, "nul-byte", p->line, (size_t)(nul - text.text));
    if (cr) return problem(p, "stray-cr", p->line, (size_t)(cr - text.text));
    return true;
}

/* The columns on which cells begin, where all stand on one line: behind commas outside quotes. */
static void note_cells(struct plain *p, pbr_slice line, bool on_one_line)
{
    size_t at = 0;
    bool quoted = false;
    for (size_t i = 0; i < p->count; i++) {
        size_t begin = at;
        while (begin < line.length && pbr_is_blank(line.text[begin])) begin++;
        size_t to = i + 1 < p->count ? p->starts[i + 1] : p->cells.used;
        note_cell(p->seen, on_one_line ? (long)begin + 1 : 1, p->cells.bytes + p->starts[i],
                  to - p->starts[i]);
        while (at < line.length && (quoted || line.text[at] != ','))
            quoted ^= line.text[at++] == '"';
        at += at < line.length;
    }
}

static bool feed(struct plain *p, struct csv_parser *parser, pbr_slice line, long record_line)
{
    size_t used = csv_parse(parser, line.text, line.length, on_cell, on_row, p);
    if (used == line.length) return true;
    return problem(p, "stray-quote", record_line, p->line == record_line ? used : 0);
}

/* The lines of a record, from its first one on. */
static bool feed_all(struct plain *p, struct csv_parser *parser, pbr_slice line, long record_line)
{
    if (!feed(p, parser, line, record_line)) return false;
    while (!p->row_done) {
        if (!next_line(p, &line)) {
            if (csv_fini(parser, on_cell, on_row, p) == 0) return true;
            return problem(p, "unclosed-quote", record_line, 0);
        }
        if (!sound_bytes(p, content_of(line)) || !sound_text(p, line) ||
            !feed(p, parser, line, record_line))
            return false;
    }
    return true;
}

static void read_record(struct plain *p, pbr_slice line)
{
    struct csv_parser parser;
    pbr_slice content = content_of(line);
    long first = p->line;
    if (!pbr_trimmed(content.text, content.text + content.length).length) return;
    if (!sound_text(p, content) || !sound_bytes(p, content)) return;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    p->cells.used = p->count = 0;
    p->row_done = false;
    bool whole = feed_all(p, &parser, line, first) && p->count > 0;
    csv_free(&parser);
    if (whole && p->count > PBR_CSV_CELLS) whole = problem(p, "too-many-cells", first, 0);
    if (!whole) return;
    fuzz_printf(p->seen, "%ld:", first);
    note_cells(p, content, p->line == first);
    fuzz_printf(p->seen, "\n");
}

static bool begins_with(const struct plain *p, const char *bytes, size_t length)
{
    return (size_t)(p->end - p->at) >= length && memcmp(p->at, bytes, length) == 0;
}

static bool is_no_csv(const struct plain *p)
{
    return begins_with(p, "\xFF\xFE", 2) || begins_with(p, "\xFE\xFF", 2) ||
           begins_with(p, "PK\x03\x04", 4) || begins_with(p, "\xD0\xCF\x11\xE0", 4) ||
           (p->end - p->at >= 2 && !p->at[0] != !p->at[1]);
}

static fuzz_text read_plainly(const uint8_t *bytes, size_t length)
{
    fuzz_text seen = {0};
    static struct plain p;
    p = (struct plain){.at = (const char *)bytes,
                       .end = (const char *)bytes + length,
                       .diag = pbr_diag_new(),
                       .seen = &seen,
                       .cells = p.cells};
    if (is_no_csv(&p)) {
        problem(&p, "bad-encoding", 1, 0);
        p.at = p.end;
    }
    if (begins_with(&p, "\xEF\xBB\xBF", 3)) p.at += 3;
    for (pbr_slice line; next_line(&p, &line);) read_record(&p, line);
    note_problems(&seen, p.diag);
    pbr_diag_free(p.diag);
    return seen;
}

static void same_as_libcsv(const uint8_t *bytes, size_t length)
{
    if (length >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B) return; /* gzip: not the bytes read */
    fuzz_text one = read_records(bytes, length), other = read_plainly(bytes, length);
    fuzz_same(&one, &other);
    free(one.bytes);
    free(other.bytes);
}

/* --- rows in parts ------------------------------------------------------------------------------
 */

/* threads 0: row by row, without parts. */
static fuzz_text read_rows(const char *path, size_t threads, size_t bytes)
{
    fuzz_text seen = {0};
    char *rows;
    size_t length;
    pbr_diag *diag = pbr_diag_new();
    FILE *out = open_memstream(&rows, &length);
    things_read(out, path, threads, bytes, diag);
    fclose(out);
    fuzz_add(&seen, rows, length);
    fuzz_add_said(&seen, diag);
    pbr_diag_free(diag);
    free(rows);
    return seen;
}

static void same_in_parts(const char *path, size_t threads, size_t bytes)
{
    fuzz_text one = read_rows(path, 0, 0), other = read_rows(path, threads, bytes);
    fuzz_same(&one, &other);
    free(one.bytes);
    free(other.bytes);
}

/* --- blocks -------------------------------------------------------------------------------------
 */

static void vectors_see_bytes(const uint8_t *bytes, size_t length)
{
    char block[PBR_SCAN_BYTES];
    size_t newlines = 0;
    bool quote = false, found;
    for (size_t at = 0; at < length; at += sizeof block) {
        size_t left = length - at < sizeof block ? length - at : sizeof block;
        memset(block, 0, sizeof block);
        memcpy(block, bytes + at, left);
        pbr_marks fast = pbr_marks_of(block), slow = pbr_marks_bytewise(block);
        MUST(memcmp(&fast, &slow, sizeof fast) == 0);
    }
    for (size_t i = 0; i < length; i++) {
        newlines += bytes[i] == '\n';
        quote |= bytes[i] == '"';
    }
    const char *text = (const char *)bytes;
    MUST(pbr_scan_newlines(text, text + length, &found) == newlines && found == quote);
}

static fuzz_file file;

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    file = fuzz_file_new();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!length) return 0;
    vectors_see_bytes(bytes + 1, length - 1);
    same_as_libcsv(bytes + 1, length - 1);
    fuzz_fill(&file, bytes + 1, length - 1);
    same_in_parts(file.path, 1, 1u + bytes[0] / 2u);
    if (bytes[0] % 2) same_in_parts(file.path, 3, 1u + bytes[0] / 2u);
    return 0;
}
