/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/csv.h"

#include "base/mem.h"
#include "input/scan.h"

#include <csv.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)PBR_CSV_SPARE_BYTES >= (int)PBR_SCAN_BYTES, "a scan looks at whole blocks");

enum { BUFFER_BYTES = PBR_READ_BYTES };

struct pbr_csv {
    pbr_source *source; /* of a part: only named */
    pbr_diag *diag;
    char *buffer; /* bytes [begin, end) are read and not yet used */
    size_t begin, end, room;
    bool source_ended, begun, stopped, empty, is_part;
    pbr_csv_count counted;
    bool ran_out;    /* the bytes ended inside a record */
    long line;       /* physical lines used so far */
    pbr_csv *walker; /* finds where records end in a part that has quotes */

    /* plain lines from here on: those behind next_line, whose first cell is next_cell, are not yet
     * used */
    pbr_stretch *stretch;
    size_t stretch_begin, next_line, next_cell;
    size_t width; /* cells of the latest plain line: the next one most likely has as many */

    /* the latest record */
    long record_line;
    pbr_slice record_text; /* its physical line, if it stands on one; for column numbers */

    /* records that are not plain: where their cells end, and libcsv's side */
    uint32_t *ends; /* behind UINT32_MAX */
    size_t ends_count, ends_room;
    struct csv_parser parser;
    char *text; /* the cells' bytes, a NUL behind each */
    size_t text_used, text_room;
    bool row_done;
};

pbr_csv *pbr_csv_new(pbr_source *source, pbr_diag *diag)
{
    pbr_csv *csv = pbr_alloc_apart(1, sizeof *csv);
    csv->source = source;
    csv->diag = diag;
    csv->room = BUFFER_BYTES + PBR_CSV_SPARE_BYTES;
    csv->buffer = pbr_alloc(csv->room, 1);
    csv->stretch = pbr_alloc(1, sizeof *csv->stretch);
    csv->width = 1;
    csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI);
    return csv;
}

static void free_walker(pbr_csv *walker)
{
    if (!walker) return;
    pbr_diag_free(walker->diag);
    pbr_csv_free(walker);
}

void pbr_csv_free(pbr_csv *csv)
{
    if (!csv) return;
    free_walker(csv->walker);
    csv_free(&csv->parser);
    free(csv->buffer);
    free(csv->stretch);
    free(csv->text);
    free(csv->ends);
    free(csv);
}

static pbr_place line_place(const pbr_csv *csv, long line, size_t offset)
{
    return (pbr_place){pbr_source_name(csv->source), line, (long)offset + 1};
}

/* What was found and is not used is looked for again. */
static void forget_plain(pbr_csv *csv)
{
    csv->next_line = csv->stretch->lines = 0;
}

static void stop(pbr_csv *csv)
{
    csv->stopped = true;
}

/* It is told of the file as a whole, and so before all that is told of its lines. */
static bool is_given_up(const pbr_csv *csv, pbr_csv_count all, pbr_diag *diag)
{
    if (all.malformed < PBR_CSV_MALFORMED || all.malformed < all.sound) return false;
    pbr_error(diag, "given-up", ((pbr_place){pbr_source_name(csv->source), 0, 0}),
              "given up at line %ld: %" PRId64 " of its records so far are malformed, and %" PRId64
              " are not: correct what writes the file",
              all.line, all.malformed, all.sound);
    return true;
}

/* What is malformed in a part is counted with the whole. */
static void refuse_record(pbr_csv *csv)
{
    csv->counted.malformed++;
    if (!csv->is_part && is_given_up(csv, pbr_csv_counted(csv), csv->diag)) pbr_csv_give_up(csv);
}

/* Reads up to `most` bytes behind those of `into`, which is this reader or a part of it; false at
 * the end of the input. */
static bool fill_into(pbr_csv *csv, pbr_csv *into, size_t most)
{
    if (csv->source_ended) return false;
    size_t need = into->end + most + PBR_CSV_SPARE_BYTES;
    into->buffer = pbr_grow(into->buffer, &into->room, need, 1);
    int64_t before = pbr_diag_count(csv->diag, PBR_ERROR);
    size_t got = pbr_source_read(csv->source, into->buffer + into->end, most);
    into->end += got;
    csv->source_ended = got == 0;
    csv->stopped |= pbr_diag_count(csv->diag, PBR_ERROR) != before;
    return got > 0;
}

static bool fill(pbr_csv *csv)
{
    if (csv->source_ended) return false;
    if (csv->begin) {
        memmove(csv->buffer, csv->buffer + csv->begin, csv->end - csv->begin);
        csv->end -= csv->begin;
        csv->begin = 0;
    }
    size_t room = csv->room - PBR_CSV_SPARE_BYTES - csv->end;
    return fill_into(csv, csv, room > BUFFER_BYTES / 2 ? room : BUFFER_BYTES / 2);
}

static bool starts_with(const pbr_csv *csv, const char *bytes, size_t length)
{
    return csv->end >= length && memcmp(csv->buffer, bytes, length) == 0;
}

#define UTF_16 "UTF-16: save it as UTF-8"
/* What files that are often taken for CSV begin with. */
static const struct {
    const char *bytes, *what;
} not_csv[] = {
    {"\xFF\xFE", UTF_16},
    {"\xFE\xFF", UTF_16},
    {"PK\x03\x04", "a workbook or a zip file: save the sheet as CSV (UTF-8)"},
    {"\xD0\xCF\x11\xE0", "an old workbook: save the sheet as CSV (UTF-8)"},
};

static const char *what_else(const pbr_csv *csv)
{
    const char *first = csv->buffer;
    for (size_t i = 0; i < sizeof not_csv / sizeof *not_csv; i++)
        if (starts_with(csv, not_csv[i].bytes, strlen(not_csv[i].bytes))) return not_csv[i].what;
    /* Without its mark UTF-16 shows by the zero byte in its first letter. */
    return csv->end >= 2 && !first[0] != !first[1] ? UTF_16 : NULL;
}

/* The byte order mark of UTF-8 is dropped; what is no CSV at all is refused by name. */
static void begin(pbr_csv *csv)
{
    csv->begun = true;
    while (csv->end < 4 && fill(csv)) {
    }
    if (starts_with(csv, "\xEF\xBB\xBF", 3)) csv->begin = 3;
    csv->empty = csv->begin == csv->end;
    const char *what = what_else(csv);
    if (!what) return;
    pbr_error(csv->diag, "bad-encoding", line_place(csv, 1, 0), "the file is %s", what);
    stop(csv);
}

/* The next physical line with its newline, in place. False at the end. */
static bool take_line(pbr_csv *csv, pbr_slice *line)
{
    size_t scanned = 0;
    for (;;) {
        const char *from = csv->buffer + csv->begin;
        size_t left = csv->end - csv->begin;
        const char *newline = left > scanned ? memchr(from + scanned, '\n', left - scanned) : NULL;
        if (newline) left = (size_t)(newline - from) + 1;
        if (left > PBR_CSV_RECORD_BYTES) {
            pbr_error(csv->diag, "line-too-long", line_place(csv, csv->line + 1, 0),
                      "the line is longer than %d bytes: is this a CSV file?",
                      PBR_CSV_RECORD_BYTES);
            stop(csv);
            return false;
        }
        if (newline || (csv->source_ended && left && !csv->stopped)) {
            *line = (pbr_slice){from, left};
            csv->begin += left;
            csv->line++;
            return true;
        }
        scanned = left;
        if (!fill(csv) && (csv->stopped || csv->begin == csv->end)) return false;
    }
}

/* The line without its line end. */
static pbr_slice content_of(pbr_slice line)
{
    if (line.length && line.text[line.length - 1] == '\n') line.length--;
    if (line.length && line.text[line.length - 1] == '\r') line.length--;
    return line;
}

static void begin_cells(pbr_csv *csv)
{
    csv->ends = pbr_grow(csv->ends, &csv->ends_room, 1, sizeof *csv->ends);
    csv->ends[0] = UINT32_MAX;
    csv->ends_count = 0;
}

static void end_cell(pbr_csv *csv, size_t at)
{
    csv->ends = pbr_grow(csv->ends, &csv->ends_room, csv->ends_count + 2, sizeof *csv->ends);
    csv->ends[++csv->ends_count] = (uint32_t)at;
}

/* The cells of a line that holds no quote. Says false, and leaves it to the caller, when there are
 * bytes that a plain line does not have. */
static bool cut_plain(pbr_csv *csv, pbr_slice content)
{
    begin_cells(csv);
    for (size_t at = 0; at < content.length; at++) {
        char byte = content.text[at];
        if (byte == '"' || byte == '\r' || byte == '\0') return false;
        if (byte == ',') end_cell(csv, at);
    }
    end_cell(csv, content.length);
    return true;
}

static void on_cell(void *bytes, size_t length, void *context)
{
    pbr_csv *csv = context;
    size_t need = csv->text_used + length + 1 + PBR_CSV_SPARE_BYTES;
    csv->text = pbr_grow(csv->text, &csv->text_room, need, 1);
    if (length) memcpy(csv->text + csv->text_used, bytes, length);
    csv->text_used += length;
    end_cell(csv, csv->text_used);
    csv->text[csv->text_used++] = '\0';
}

static void on_row(int end, void *context)
{
    (void)end;
    ((pbr_csv *)context)->row_done = true;
}

static void reset_parser(pbr_csv *csv)
{
    csv_free(&csv->parser);
    csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI);
    csv->text_used = 0;
    csv->row_done = false;
    begin_cells(csv);
}

static bool report_stray(pbr_csv *csv, long line, size_t offset)
{
    if (line == csv->record_line)
        pbr_error(csv->diag, "stray-quote", line_place(csv, line, offset),
                  "stray quote in a cell: put the whole cell in quotes and double the quotes "
                  "inside");
    else
        pbr_error(csv->diag, "stray-quote", line_place(csv, csv->record_line, 0),
                  "a quoted cell that begins in this record meets a stray quote on line %ld: add "
                  "the quote that is missing before it, or double the one there",
                  line);
    return false;
}

/* Feeds one physical line; false, having reported it, if libcsv finds it malformed. */
static bool feed(pbr_csv *csv, pbr_slice line)
{
    size_t used = csv_parse(&csv->parser, line.text, line.length, on_cell, on_row, csv);
    if (used == line.length) return true;
    return report_stray(csv, csv->line, used);
}

static bool finish(pbr_csv *csv)
{
    if (csv_fini(&csv->parser, on_cell, on_row, csv) == 0) return true;
    pbr_error(csv->diag, "unclosed-quote", line_place(csv, csv->record_line, 0),
              "a quoted cell that begins in this record is never closed: add the missing quote");
    return false;
}

/* Bytes that make a line no CSV at all, wherever they stand. */
static bool sound_bytes(pbr_csv *csv, pbr_slice content)
{
    const char *nul = memchr(content.text, '\0', content.length);
    const char *cr = memchr(content.text, '\r', content.length);
    if (nul)
        pbr_error(csv->diag, "nul-byte", line_place(csv, csv->line, (size_t)(nul - content.text)),
                  "NUL byte: the file is damaged or not text");
    else if (cr)
        pbr_error(csv->diag, "stray-cr", line_place(csv, csv->line, (size_t)(cr - content.text)),
                  "carriage return inside a line: end lines with LF or CRLF");
    return !nul && !cr;
}

static bool has_high_byte(pbr_slice content)
{
    size_t i = 0;
    for (uint64_t word; i + 8 <= content.length; i += 8) {
        memcpy(&word, content.text + i, 8);
        if (word & 0x8080808080808080u) return true;
    }
    for (; i < content.length; i++)
        if (content.text[i] & 0x80) return true;
    return false;
}

/* Offset of the first byte that is not UTF-8, in text that has one. */
static size_t first_bad_byte(pbr_slice content)
{
    size_t at = 0, length = 1;
    while (at < content.length) {
        size_t left = content.length - at;
        for (length = 1; length <= 4 && length <= left; length++)
            if (pbr_is_utf8(content.text + at, length)) break;
        if (length > 4 || length > left) break;
        at += length;
    }
    return at;
}

static bool sound_text(pbr_csv *csv, pbr_slice content)
{
    if (!has_high_byte(content) || pbr_is_utf8(content.text, content.length)) return true;
    size_t at = first_bad_byte(content);
    pbr_error(csv->diag, "bad-encoding", line_place(csv, csv->line, at),
              "byte 0x%02X is not UTF-8: save the file as UTF-8",
              at < content.length ? (unsigned char)content.text[at] : 0);
    return false;
}

/* A record that may have quotes and span lines. False, having reported it, if it is malformed. */
static bool read_quoted(pbr_csv *csv, pbr_slice line)
{
    size_t fed = line.length;
    reset_parser(csv);
    if (!feed(csv, line)) return false;
    while (!csv->row_done) {
        if (fed > PBR_CSV_RECORD_BYTES) {
            pbr_error(csv->diag, "line-too-long", line_place(csv, csv->record_line, 0),
                      "the record is longer than %d bytes: is a quote missing?",
                      PBR_CSV_RECORD_BYTES);
            return false;
        }
        if (!take_line(csv, &line)) {
            csv->ran_out = true;
            if (csv->stopped || !finish(csv)) return false;
            break;
        }
        fed += line.length;
        if (!sound_bytes(csv, content_of(line)) || !sound_text(csv, line) || !feed(csv, line))
            return false;
        csv->record_text = (pbr_slice){0};
    }
    return csv->ends_count > 0;
}

static bool is_blank_line(pbr_slice content)
{
    return pbr_trimmed(content.text, content.text + content.length).length == 0;
}

static bool few_enough_cells(pbr_csv *csv, size_t count)
{
    if (count <= PBR_CSV_CELLS) return true;
    pbr_error(csv->diag, "too-many-cells", line_place(csv, csv->record_line, 0),
              "the record has more than %d cells: is this a CSV file?", PBR_CSV_CELLS);
    return false;
}

/* Finds the plain lines that are next. */
static bool find_plain(pbr_csv *csv)
{
    if (csv->stopped) return false;
    pbr_stretch_find(csv->stretch, csv->buffer + csv->begin, csv->buffer + csv->end);
    csv->stretch_begin = csv->begin;
    csv->next_line = csv->next_cell = 0;
    return csv->stretch->lines > 0;
}

/* Steps over the next plain line, of so many cells. */
static inline void use_plain(pbr_csv *csv, const uint32_t *ends, size_t count,
                             pbr_csv_record *record)
{
    const char *text = csv->buffer + csv->stretch_begin;
    uint32_t newline = csv->stretch->newlines[csv->next_line++], first = ends[-1] + 1;
    csv->next_cell += count;
    csv->begin = csv->stretch_begin + newline + 1;
    csv->record_line = ++csv->line;
    csv->record_text = (pbr_slice){text + first, newline - first};
    *record = (pbr_csv_record){text, ends, count, csv->line, csv->stretch->loose, false};
}

/* The next record where it is a plain line that was found already, of as many cells as the one
 * before it. */
static inline bool next_alike(pbr_csv *csv, pbr_csv_record *record)
{
    const pbr_stretch *stretch = csv->stretch;
    const uint32_t *ends = stretch->ends + 1 + csv->next_cell;
    size_t count = csv->width;
    if (csv->next_line >= stretch->lines || count > stretch->cells - csv->next_cell ||
        ends[count - 1] != stretch->newlines[csv->next_line] || count == 1)
        return false;
    use_plain(csv, ends, count, record);
    return true;
}

/* The next record where it is a plain line that was read whole; else nothing is used. */
static bool next_plain(pbr_csv *csv, pbr_csv_record *record)
{
    while (csv->next_line < csv->stretch->lines || find_plain(csv)) {
        const uint32_t *ends = csv->stretch->ends + 1 + csv->next_cell;
        size_t count = 1;
        while (ends[count - 1] != csv->stretch->newlines[csv->next_line]) count++;
        use_plain(csv, ends, count, record);
        if (count == 1 && !pbr_csv_cell(record, 0).length) continue; /* a blank line */
        csv->width = count <= PBR_CSV_CELLS ? count : 1;
        if (few_enough_cells(csv, count)) return true;
        refuse_record(csv);
    }
    return false;
}

/* The record that begins with the line; false if there is none or it is malformed, which is
 * reported. */
static bool read_record(pbr_csv *csv, pbr_slice line, pbr_csv_record *record)
{
    pbr_slice content = content_of(line);
    csv->record_line = csv->line;
    csv->record_text = content;
    if (!sound_text(csv, content)) return false;
    bool plain = cut_plain(csv, content);
    if (!plain && (!sound_bytes(csv, content) || !read_quoted(csv, line))) return false;
    *record = (pbr_csv_record){.text = plain ? content.text : csv->text,
                               .ends = csv->ends + 1,
                               .count = csv->ends_count,
                               .line = csv->record_line,
                               .loose = plain,
                               .quoted = !plain};
    return few_enough_cells(csv, record->count);
}

static bool next_odd(pbr_csv *csv, pbr_csv_record *record)
{
    pbr_slice line;
    if (!take_line(csv, &line) || is_blank_line(content_of(line))) return false;
    if (read_record(csv, line, record)) return true;
    refuse_record(csv);
    return false;
}

static bool has_more(const pbr_csv *csv)
{
    return !csv->stopped && (csv->begin < csv->end || !csv->source_ended);
}

/* Apart, so that its many variables do not crowd those of every record. */
static __attribute__((noinline)) bool next_of_any_kind(pbr_csv *csv, pbr_csv_record *record)
{
    if (!csv->begun) begin(csv);
    while (!next_plain(csv, record)) {
        if (!has_more(csv)) return false;
        if (next_odd(csv, record)) break;
    }
    csv->counted.sound++;
    return true;
}

bool pbr_csv_next(pbr_csv *csv, pbr_csv_record *record)
{
    if (!next_alike(csv, record)) return next_of_any_kind(csv, record);
    csv->counted.sound++;
    return true;
}

void pbr_csv_refuse(pbr_csv *csv)
{
    csv->counted.sound--;
    refuse_record(csv);
}

/* Counts the commas outside quotes up to the cell. */
pbr_place pbr_csv_place(const pbr_csv *csv, size_t cell)
{
    size_t at = 0;
    bool quoted = false;
    pbr_slice text = csv->record_text;
    for (; cell && at < text.length; at++) {
        if (text.text[at] == '"') quoted = !quoted;
        if (text.text[at] == ',' && !quoted) cell--;
    }
    while (at < text.length && pbr_is_blank(text.text[at])) at++;
    return line_place(csv, csv->record_line, at);
}

long pbr_csv_lines(const pbr_csv *csv)
{
    return csv->line;
}

bool pbr_csv_was_empty(const pbr_csv *csv)
{
    return csv->empty;
}

/* --- parts --------------------------------------------------------------------------------------
 */

pbr_csv *pbr_csv_part(const pbr_csv *csv, pbr_diag *diag)
{
    pbr_csv *part = pbr_csv_new(csv->source, diag);
    part->begun = part->source_ended = part->is_part = true;
    return part;
}

/* How many of the bytes, which end with a line, are whole records: the last line may lie inside a
 * quoted cell. What is malformed ends where the reader of the part will find that it ends. */
static size_t whole_records(pbr_csv *csv, char *bytes, size_t length)
{
    if (!csv->walker) csv->walker = pbr_csv_part(csv, pbr_diag_new());
    pbr_csv *walker = csv->walker;
    char *own = walker->buffer;
    size_t whole = 0;
    pbr_csv_record record;
    walker->buffer = bytes;
    walker->begin = 0;
    walker->end = length;
    walker->ran_out = walker->stopped = false;
    for (pbr_slice line; has_more(walker) && take_line(walker, &line);) {
        if (memchr(line.text, '"', line.length)) read_record(walker, line, &record);
        if (walker->ran_out) break;
        whole = walker->begin;
    }
    walker->buffer = own;
    return walker->stopped ? length : whole; /* the part's own reader will stop there too */
}

/* The bytes of the part that belong to it; 0 if it takes more to hold a whole record. */
static size_t length_of_part(pbr_csv *csv, const pbr_csv *part)
{
    bool quotes, all = csv->source_ended && !csv->stopped && csv->begin == csv->end;
    const char *newline = part->end ? memrchr(part->buffer, '\n', part->end) : NULL;
    size_t length = newline ? (size_t)(newline - part->buffer) + 1 : 0;
    if (all || (!newline && part->end > PBR_CSV_RECORD_BYTES)) length = part->end;
    size_t newlines = pbr_scan_newlines(part->buffer, part->buffer + length, &quotes);
    if (quotes && !all && newline) {
        length = whole_records(csv, part->buffer, length);
        newlines = pbr_scan_newlines(part->buffer, part->buffer + length, &quotes);
    }
    csv->line += (long)newlines;
    return length;
}

/* Fills the part with so many bytes, of those read ahead and then of the source. */
static void fill_part(pbr_csv *csv, pbr_csv *part, size_t wanted)
{
    size_t ahead = csv->end - csv->begin, moved = ahead < wanted ? ahead : wanted;
    part->buffer = pbr_grow(part->buffer, &part->room, moved + PBR_CSV_SPARE_BYTES, 1);
    memcpy(part->buffer, csv->buffer + csv->begin, moved);
    part->end = moved;
    csv->begin += moved;
    while (part->end < wanted && fill_into(csv, part, wanted - part->end)) {
    }
}

/* What the part has too much goes before the bytes that are still ahead. */
static void give_back(pbr_csv *csv, pbr_csv *part, size_t length)
{
    size_t rest = part->end - length, ahead = csv->end - csv->begin;
    if (rest > csv->begin) {
        size_t need = rest + ahead + PBR_CSV_SPARE_BYTES;
        csv->buffer = pbr_grow(csv->buffer, &csv->room, need, 1);
        memmove(csv->buffer + rest, csv->buffer + csv->begin, ahead);
        csv->begin = rest;
        csv->end = rest + ahead;
    }
    csv->begin -= rest;
    memcpy(csv->buffer + csv->begin, part->buffer + length, rest);
    part->end = length;
}

bool pbr_csv_take(pbr_csv *csv, pbr_csv *part, size_t bytes)
{
    size_t length = 0;
    if (!csv->begun) begin(csv);
    part->begin = part->end = 0;
    part->stopped = false;
    part->counted = (pbr_csv_count){0};
    forget_plain(part);
    forget_plain(csv);
    part->line = csv->line;
    for (size_t wanted = bytes; !length && has_more(csv); wanted *= 2) {
        fill_part(csv, part, wanted);
        length = length_of_part(csv, part);
        give_back(csv, part, length);
    }
    return length > 0;
}

pbr_csv_count pbr_csv_counted(const pbr_csv *csv)
{
    pbr_csv_count count = csv->counted;
    count.line = csv->line;
    return count;
}

bool pbr_csv_count_part(const pbr_csv *csv, pbr_csv_count part, pbr_csv_count *all, pbr_diag *diag)
{
    all->sound += part.sound;
    all->malformed += part.malformed;
    all->line = part.line;
    return !part.malformed || !is_given_up(csv, *all, diag);
}

void pbr_csv_give_up(pbr_csv *csv)
{
    forget_plain(csv);
    stop(csv);
}

void pbr_csv_report_to(pbr_csv *csv, pbr_diag *diag)
{
    csv->diag = diag;
    pbr_source_report_to(csv->source, diag);
}

bool pbr_csv_stopped(const pbr_csv *csv)
{
    return csv->stopped;
}
