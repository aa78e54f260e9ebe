/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader against libcsv alone: random files must give the same cells, and every record the
 * physical line that a count of quotes and newlines gives it. */
#include "support.h"

#include "input/csv.h"

#include <csv.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <sys/wait.h>
#include <zlib.h>

/* A file's records, by either reader. */
struct records {
    char *bytes; /* of all cells */
    size_t used, bytes_room;
    size_t *ends; /* of each cell in bytes */
    size_t cells, cells_room;
    struct row {
        size_t cells; /* up to and with this record */
        long line;
    } * rows;
    size_t count, rows_room;
    bool well_formed;
};

static void add_cell(struct records *r, const void *bytes, size_t length)
{
    r->bytes = pbr_grow(r->bytes, &r->bytes_room, r->used + length + 1, 1);
    if (length) memcpy(r->bytes + r->used, bytes, length);
    r->used += length;
    r->ends = pbr_grow(r->ends, &r->cells_room, r->cells + 1, sizeof *r->ends);
    r->ends[r->cells++] = r->used;
}

static void end_row(struct records *r, long line)
{
    r->rows = pbr_grow(r->rows, &r->rows_room, r->count + 1, sizeof *r->rows);
    r->rows[r->count++] = (struct row){r->cells, line};
}

static void clear(struct records *r)
{
    r->used = r->cells = r->count = 0;
}

static void release(struct records *r)
{
    free(r->bytes);
    free(r->ends);
    free(r->rows);
    *r = (struct records){0};
}

/* --- libcsv on the whole input ------------------------------------------------------------------
 */

static void libcsv_cell(void *bytes, size_t length, void *context)
{
    add_cell(context, bytes, length);
}

static void libcsv_row(int end, void *context)
{
    (void)end;
    end_row(context, 0);
}

/* Bytes that libcsv lets through and this dialect does not: NUL, a carriage return that ends no
 * line, and what is not UTF-8. */
static bool is_sound(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0') return false;
        if (text[i] == '\r' && i + 1 < length && text[i + 1] != '\n') return false;
    }
    return pbr_is_utf8(text, length);
}

/* A line begins inside a cell if the quotes before it are odd in number; a record begins on every
 * other line that holds more than blanks. */
static void number_rows(struct records *r, const char *text, size_t length)
{
    size_t row = 0;
    long line = 1;
    bool inside = false;
    for (size_t i = 0, end; i < length; i = end + 1, line++) {
        bool began_inside = inside, blank = true;
        for (end = i; end < length && text[end] != '\n'; end++) {
            if (text[end] == '"') inside = !inside;
            blank &= strchr(" \t\r", text[end]) != NULL;
        }
        if (!began_inside && !blank && row < r->count) r->rows[row++].line = line;
    }
    if (r->well_formed) assert_int_equal(row, r->count);
}

static void read_by_libcsv(struct records *r, const char *text, size_t length)
{
    struct csv_parser parser;
    clear(r);
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, length -= 3;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    size_t used = csv_parse(&parser, text, length, libcsv_cell, libcsv_row, r);
    r->well_formed = used == length && is_sound(text, length) &&
                     csv_fini(&parser, libcsv_cell, libcsv_row, r) == 0;
    csv_free(&parser);
    number_rows(r, text, length);
}

/* --- the reader under test ----------------------------------------------------------------------
 */

static void read_by_us(struct records *r, const char *path, pbr_diag *diag)
{
    char digest[PBR_SHA256_TEXT];
    pbr_csv_record record;
    clear(r);
    pbr_source *source = pbr_source_open(path, diag);
    assert_non_null(source);
    pbr_csv *csv = pbr_csv_new(source, diag);
    while (pbr_csv_next(csv, &record)) {
        for (size_t i = 0; i < record.count; i++) {
            pbr_slice cell = pbr_csv_cell(&record, i);
            add_cell(r, cell.text, cell.length);
        }
        end_row(r, record.line);
    }
    r->well_formed = !pbr_diag_failed(diag);
    pbr_csv_free(csv);
    pbr_source_close(source, digest);
}

static bool same_rows(const struct records *a, const struct records *b, size_t count)
{
    if (a->count < count || b->count < count) return false;
    size_t cells = count ? a->rows[count - 1].cells : 0, bytes = cells ? a->ends[cells - 1] : 0;
    for (size_t i = 0; i < count; i++)
        if (a->rows[i].cells != b->rows[i].cells || a->rows[i].line != b->rows[i].line)
            return false;
    return !cells || (memcmp(a->ends, b->ends, cells * sizeof *a->ends) == 0 &&
                      (!bytes || memcmp(a->bytes, b->bytes, bytes) == 0));
}

static void show(const struct records *r)
{
    for (size_t i = 0, cell = 0, from = 0; i < r->count && i < 20; i++) {
        fprintf(stderr, "  line %ld:", r->rows[i].line);
        for (; cell < r->rows[i].cells; from = r->ends[cell++])
            fprintf(stderr, " [%.*s]", (int)(r->ends[cell] - from), r->bytes + from);
        fputc('\n', stderr);
    }
}

static void differ(const char *text, size_t length, const struct records *ours,
                   const struct records *theirs)
{
    fputs("input:", stderr);
    for (size_t i = 0; i < length && i < 400; i++)
        fprintf(stderr, text[i] > 31 && text[i] < 127 ? "%c" : "\\x%02X", (unsigned char)text[i]);
    fputs("\nours:\n", stderr);
    show(ours);
    fputs("libcsv:\n", stderr);
    show(theirs);
    fail_msg("the readers differ");
}

/* The lines before the first one that is not well formed must be read alike, too. */
static size_t rows_in_common(const struct records *ours, const struct records *theirs,
                             const pbr_diag *diag)
{
    const pbr_finding *all;
    size_t findings = pbr_diag_findings(diag, &all), count = 0;
    long first = LONG_MAX;
    for (size_t i = 0; i < findings; i++)
        for (size_t k = 0; k < all[i].kept; k++)
            if (all[i].problems[k].line < first) first = all[i].problems[k].line;
    while (count < ours->count && ours->rows[count].line < first) count++;
    for (size_t i = count; i < ours->count; i++)
        assert_true(i == 0 || ours->rows[i].line > ours->rows[i - 1].line);
    return count < theirs->count ? count : theirs->count;
}

static void compare(const char *path, const char *text, size_t length, struct records *ours,
                    struct records *theirs)
{
    pbr_diag *diag = pbr_diag_new();
    read_by_libcsv(theirs, text, length);
    read_by_us(ours, path, diag);
    bool same = ours->well_formed == theirs->well_formed;
    if (theirs->well_formed)
        same = same && ours->count == theirs->count && same_rows(ours, theirs, ours->count);
    else if (is_sound(text, length))
        same = same && same_rows(ours, theirs, rows_in_common(ours, theirs, diag));
    if (!same) pbr_diag_print(diag, stderr, PBR_NOTE);
    pbr_diag_free(diag);
    if (!same) differ(text, length, ours, theirs);
}

static void compare_text(const char *text, size_t length)
{
    struct records ours = {0}, theirs = {0};
    char *folder = new_folder(), *path = path_in(folder, "in.csv");
    write_bytes(path, text, length);
    compare(path, text, length, &ours, &theirs);
    release(&ours);
    release(&theirs);
    free(path);
    remove_folder(folder);
}

/* --- random files -------------------------------------------------------------------------------
 */

/* Pieces of a file that may or may not be well formed. */
static size_t scribble(uint64_t *seed, char *out)
{
    static const char *const pieces[] = {
        "a", "b",     "word", ",",  ",",    ",",        "\"",       "\"",   "\"\"",
        " ", "\t",    "\n",   "\n", "\r\n", "\r",       "\xC3\xA9", "\xE9", "\xF0\x9F\x98\x80",
        ";", "\"a\"", ",,",   "'",  "\n\n", "\",\"x\n", "\n ,",     " \n",
    };
    size_t length = 0;
    int64_t count = below(seed, 24);
    if (below(seed, 40) == 0) length = (size_t)sprintf(out, "\xEF\xBB\xBF");
    for (int64_t i = 0; i < count; i++) {
        const char *piece = pieces[below(seed, COUNT(pieces))];
        memcpy(out + length, piece, strlen(piece));
        length += strlen(piece);
    }
    if (below(seed, 200) == 0) out[length++] = '\0';
    return length;
}

static size_t put(char *out, const char *text)
{
    memcpy(out, text, strlen(text));
    return strlen(text);
}

static size_t write_cell(uint64_t *seed, char *out)
{
    static const char *const plain[] = {"a", "7", " ", "\t", "x y", "\xC3\xA9", ";", "-", "'"};
    static const char *const quoted[] = {"a", ",",  "\"\"", "\n", "\r\n",
                                         " ", "\t", "xy",   ",,", "\xE2\x82\xAC"};
    static const char *const blanks[] = {"", "", "", " ", "\t", "  "};
    bool in_quotes = below(seed, 3) == 0;
    size_t length = put(out, blanks[below(seed, COUNT(blanks))]);
    if (in_quotes) out[length++] = '"';
    for (int64_t i = below(seed, 4); i > 0; i--)
        length += put(out + length, in_quotes ? quoted[below(seed, COUNT(quoted))]
                                              : plain[below(seed, COUNT(plain))]);
    if (in_quotes) out[length++] = '"';
    return length + put(out + length, blanks[below(seed, COUNT(blanks))]);
}

/* A file that is well formed by construction, ending in a newline or not. */
static size_t compose(uint64_t *seed, char *out, bool whole_lines)
{
    static const char *const ends[] = {"\n", "\n", "\r\n", "\n\n", "\r\n\r\n", "\n \t\n"};
    size_t length = 0;
    for (int64_t rows = below(seed, 4) + whole_lines; rows > 0; rows--) {
        for (int64_t cells = below(seed, 4); cells >= 0; cells--) {
            length += write_cell(seed, out + length);
            if (cells) out[length++] = ',';
        }
        if (rows > 1 || whole_lines || below(seed, 2))
            length += put(out + length, ends[below(seed, COUNT(ends))]);
    }
    return length;
}

static void rewrite(int file, const char *text, size_t length)
{
    assert_int_equal(ftruncate(file, 0), 0);
    assert_int_equal(pwrite(file, text, length, 0), length);
}

/* Half the files are scribbled and half composed; of the latter all must be well formed. */
static void random_small_files(void **state)
{
    (void)state;
    enum { FILES = 100000 };
    uint64_t seed = 4180;
    char text[4096], *folder = new_folder(), *path = path_in(folder, "in.csv");
    struct records ours = {0}, theirs = {0};
    size_t well_formed = 0;
    int file = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(file >= 0);
    for (int i = 0; i < FILES; i++) {
        bool composed = i % 2;
        size_t length = composed ? compose(&seed, text, false) : scribble(&seed, text);
        rewrite(file, text, length);
        compare(path, text, length, &ours, &theirs);
        if (composed && !theirs.well_formed) differ(text, length, &ours, &theirs);
        well_formed += !composed && theirs.well_formed;
    }
    assert_in_range(well_formed, FILES / 40, FILES / 2);
    close(file);
    release(&ours);
    release(&theirs);
    free(path);
    remove_folder(folder);
}

/* The same small files one after the other in large ones, so that records of every shape cross the
 * ends of the buffers. */
static void random_large_files(void **state)
{
    (void)state;
    enum { FILES = 15, PARTS = 10000 };
    uint64_t seed = 2309;
    char *text = pbr_alloc(PARTS, 1024);
    for (int i = 0; i < FILES; i++) {
        size_t length = 0;
        for (int k = 0; k < PARTS; k++) length += compose(&seed, text + length, true);
        if (i % 5 == 4) length += scribble(&seed, text + length);
        compare_text(text, length);
    }
    free(text);
}

/* --- where buffers end --------------------------------------------------------------------------
 */

enum { BUFFER = 256 * 1024 };

/* Fills whole lines up to exactly `length` bytes. */
static size_t pad(char *out, size_t length)
{
    size_t at = 0;
    while (length - at > 130) at += put(out + at, "padding,of the file,1\n");
    while (at + 1 < length) out[at++] = 'p';
    if (at < length) out[at++] = '\n';
    return at;
}

static void records_across_the_end_of_a_buffer(void **state)
{
    (void)state;
    static const char *const records[] = {
        "one,two,three\r\nfour,five,six\n",
        "\"quoted, and \"\"doubled\"\"\",  trimmed  ,\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\n",
        "\"over\ntwo lines\r\nand three\",x\ny,\"z\"\n",
        "\n\n \n\r\n,,\n\"\"\n",
        "stray \" quote,x\nnext,line\n",
        "not utf-8 \xE9,x\nnext,line\n",
    };
    char *text = pbr_alloc(2 * BUFFER, 1);
    for (size_t r = 0; r < COUNT(records); r++)
        for (size_t back = 0; back <= strlen(records[r]) + 1; back++) {
            size_t length = pad(text, BUFFER - back);
            length += put(text + length, records[r]);
            length += pad(text + length, 200);
            compare_text(text, length);
        }
    free(text);
}

static void a_cell_longer_than_the_buffer(void **state)
{
    (void)state;
    enum { LONG = 900 * 1024 };
    char *text = pbr_alloc(LONG + 100, 1);
    size_t length = put(text, "first,second\na,");
    memset(text + length, 'x', LONG);
    length += LONG;
    length += put(text + length, ",b\nc,d\n");
    compare_text(text, length);
    length = put(text, "first,second\n\na,\"");
    for (size_t i = 0; i < LONG; i++) text[length++] = i % 100 == 99 ? '\n' : 'y';
    length += put(text + length, "\",b\nc,d\n");
    compare_text(text, length);
    free(text);
}

/* What is said of one text: the id of the only kind of error, its first place, and the records. */
static void assert_refused(const char *text, size_t length, const char *id, long line, long column,
                           size_t records)
{
    struct records ours = {0};
    char *folder = new_folder(), *path = path_in(folder, "in.csv");
    pbr_diag *diag = pbr_diag_new();
    write_bytes(path, text, length);
    read_by_us(&ours, path, diag);
    assert_only_error(diag, id);
    const struct pbr_problem *problem = &finding_of(diag, id)->problems[0];
    assert_string_equal(problem->file, path);
    assert_int_equal(problem->line, line);
    assert_int_equal(problem->column, column);
    assert_int_equal(ours.count, records);
    pbr_diag_free(diag);
    release(&ours);
    free(path);
    remove_folder(folder);
}

static void a_record_has_a_greatest_length(void **state)
{
    (void)state;
    char *text = pbr_alloc(PBR_CSV_RECORD_BYTES + 200, 1);
    memset(text, 'x', PBR_CSV_RECORD_BYTES - 1);
    text[PBR_CSV_RECORD_BYTES - 1] = '\n';
    size_t length = PBR_CSV_RECORD_BYTES + put(text + PBR_CSV_RECORD_BYTES, "a,b\n");
    compare_text(text, length);
    memset(text, 'x', PBR_CSV_RECORD_BYTES);
    text[PBR_CSV_RECORD_BYTES] = '\n';
    assert_refused(text, PBR_CSV_RECORD_BYTES + 1, "line-too-long", 1, 1, 0);
    size_t at = put(text, "a,b\n\"");
    for (size_t i = at; i < PBR_CSV_RECORD_BYTES + 65; i++) text[i] = i % 64 ? 'q' : '\n';
    assert_refused(text, PBR_CSV_RECORD_BYTES + 65, "line-too-long", 2, 1, 1);
    free(text);
}

static void a_record_has_a_greatest_number_of_cells(void **state)
{
    (void)state;
    char *text = pbr_alloc(PBR_CSV_CELLS + 100, 1);
    memset(text, ',', PBR_CSV_CELLS - 1);
    text[PBR_CSV_CELLS - 1] = '\n';
    compare_text(text, PBR_CSV_CELLS);
    memset(text, ',', PBR_CSV_CELLS);
    size_t length = PBR_CSV_CELLS + put(text + PBR_CSV_CELLS, "\na,b\n");
    assert_refused(text, length, "too-many-cells", 1, 1, 1);
    memcpy(text, "\"\"", 2);
    text[PBR_CSV_CELLS + 2] = text[PBR_CSV_CELLS + 1] = text[PBR_CSV_CELLS] = ',';
    length = PBR_CSV_CELLS + 3 + put(text + PBR_CSV_CELLS + 3, "\na,b\n");
    assert_refused(text, length, "too-many-cells", 1, 1, 1);
    free(text);
}

static void malformed_records_have_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        const char *id;
        long line, column;
        size_t records;
    } cases[] = {
#define TEXT(text) text, sizeof text - 1
        {TEXT("a,b\nx,c\"d\ne,f\n"), "stray-quote", 2, 4, 2},
        {TEXT("a,b\n\"x\"y,z\ne,f\n"), "stray-quote", 2, 4, 2},
        {TEXT("a,b\n\"x\ny\"z\ne,f\n"), "stray-quote", 2, 1, 2},
        {TEXT("a,b\n\nx,\"open\ne,f\n"), "unclosed-quote", 3, 1, 1},
        {TEXT("a,b\nx\rz,y\ne,f\n"), "stray-cr", 2, 2, 2},
        {TEXT("a,b\n\"x\ny\rz\"\ne,f\n"), "stray-cr", 3, 2, 2},
        {TEXT("a,b\nxy\0z\ne,f\n"), "nul-byte", 2, 3, 2},
        {TEXT("a,b\n\xE9t\xE9,x\ne,f\n"), "bad-encoding", 2, 1, 2},
        {TEXT("\xFF\xFE"
              "a\0,\0b\0\n\0"),
         "bad-encoding", 1, 1, 0},
        {TEXT("\xFE\xFF\0a\0,\0b\0\n"), "bad-encoding", 1, 1, 0},
#undef TEXT
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_refused(cases[i].text, cases[i].length, cases[i].id, cases[i].line, cases[i].column,
                       cases[i].records);
}

/* --- sources ------------------------------------------------------------------------------------
 */

static void feed_slowly(int to, const char *text, size_t length, uint64_t seed)
{
    for (size_t at = 0, piece; at < length; at += piece) {
        piece = (size_t)between(&seed, 1, 9);
        if (at + piece > length) piece = length - at;
        if (write(to, text + at, piece) != (ssize_t)piece) _exit(1);
    }
    _exit(0);
}

/* A pipe gives a few bytes at a time. */
static void short_reads_do_not_matter(void **state)
{
    (void)state;
    uint64_t seed = 88;
    char *text = pbr_alloc(60, 1024), path[64];
    struct records ours = {0}, theirs = {0};
    for (int round = 0; round < 20; round++) {
        size_t length = 0;
        int ends[2], status;
        for (int k = 0; k < 50; k++) length += compose(&seed, text + length, true);
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (!child) {
            close(ends[0]);
            feed_slowly(ends[1], text, length, seed);
        }
        close(ends[1]);
        snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
        compare(path, text, length, &ours, &theirs);
        close(ends[0]);
        assert_int_equal(waitpid(child, &status, 0), child);
    }
    release(&ours);
    release(&theirs);
    free(text);
}

/* Appends text as one gzip member. */
static void append_member(const char *path, const char *text, size_t length)
{
    gzFile out = gzopen(path, "ab9");
    assert_non_null(out);
    assert_int_equal(gzwrite(out, text, (unsigned)length), length);
    assert_int_equal(gzclose(out), Z_OK);
}

static void gzip_members_are_one_file(void **state)
{
    (void)state;
    uint64_t seed = 91;
    char *text = pbr_alloc(4000, 1024), *folder = new_folder(), *path = path_in(folder, "in.gz");
    struct records ours = {0}, theirs = {0};
    size_t length = 0;
    for (int member = 0; member < 4; member++) {
        size_t from = length;
        for (int k = 0; k < 900; k++) length += compose(&seed, text + length, true);
        append_member(path, text + from, length - from);
    }
    compare(path, text, length, &ours, &theirs);
    assert_true(ours.count > 4000);
    release(&ours);
    release(&theirs);
    free(text);
    free(path);
    remove_folder(folder);
}

static void a_gzip_file_cut_short_is_reported(void **state)
{
    (void)state;
    char *folder = new_folder(), *path = path_in(folder, "in.gz");
    struct stat facts;
    struct records ours = {0};
    append_member(path, "a,b\nc,d\n", 8);
    assert_int_equal(stat(path, &facts), 0);
    for (off_t size = facts.st_size - 1; size >= 2; size--) {
        pbr_diag *diag = pbr_diag_new();
        assert_int_equal(truncate(path, size), 0);
        read_by_us(&ours, path, diag);
        assert_only_error(diag, "bad-gzip");
        pbr_diag_free(diag);
    }
    release(&ours);
    free(path);
    remove_folder(folder);
}

/* --- places and the rest ------------------------------------------------------------------------
 */

static void cells_have_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        long columns[3];
    } cases[] = {
        {"a,bb,c\n", {1, 3, 6}},
        {"  a , bb,c\n", {3, 7, 10}},
        {"\"a,a\",\"b\",c\n", {1, 7, 11}},
        {"\"a\"\"\",\"\",c\n", {1, 7, 10}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *folder = new_folder(), *path = write_in(folder, "in.csv", cases[i].text);
        char digest[PBR_SHA256_TEXT];
        pbr_csv_record record;
        pbr_diag *diag = pbr_diag_new();
        pbr_source *source = pbr_source_open(path, diag);
        pbr_csv *csv = pbr_csv_new(source, diag);
        assert_true(pbr_csv_next(csv, &record));
        for (size_t cell = 0; cell < 3; cell++) {
            pbr_place place = pbr_csv_place(csv, cell);
            assert_int_equal(place.line, 1);
            assert_int_equal(place.column, cases[i].columns[cell]);
        }
        pbr_csv_free(csv);
        pbr_source_close(source, digest);
        pbr_diag_free(diag);
        free(path);
        remove_folder(folder);
    }
}

static void an_empty_file_is_known_as_one(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool empty;
    } cases[] = {{"", true}, {"\xEF\xBB\xBF", true}, {"\n", false}, {" ", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *folder = new_folder(), *path = write_in(folder, "in.csv", cases[i].text);
        char digest[PBR_SHA256_TEXT];
        pbr_csv_record record;
        pbr_diag *diag = pbr_diag_new();
        pbr_source *source = pbr_source_open(path, diag);
        pbr_csv *csv = pbr_csv_new(source, diag);
        assert_false(pbr_csv_next(csv, &record));
        assert_int_equal(pbr_csv_was_empty(csv), cases[i].empty);
        assert_false(pbr_csv_next(csv, &record));
        pbr_csv_free(csv);
        pbr_csv_free(NULL);
        pbr_source_close(source, digest);
        assert_no_errors(diag);
        pbr_diag_free(diag);
        free(path);
        remove_folder(folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_small_files),
        cmocka_unit_test(random_large_files),
        cmocka_unit_test(records_across_the_end_of_a_buffer),
        cmocka_unit_test(a_cell_longer_than_the_buffer),
        cmocka_unit_test(a_record_has_a_greatest_length),
        cmocka_unit_test(a_record_has_a_greatest_number_of_cells),
        cmocka_unit_test(malformed_records_have_a_place),
        cmocka_unit_test(short_reads_do_not_matter),
        cmocka_unit_test(gzip_members_are_one_file),
        cmocka_unit_test(a_gzip_file_cut_short_is_reported),
        cmocka_unit_test(cells_have_columns),
        cmocka_unit_test(an_empty_file_is_known_as_one),
    };
    /* Large blocks from fresh zero pages: the reader's buffers need not be wiped for each file. */
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
