/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/stored_book.h"

#include "base/zip.h"
#include "input/xml.h"

#include <stdlib.h>

enum { COLUMNS_MOST = 16384, ROWS_MOST = 1048576, LETTERS = 26 };
enum { SHEETS_MOST = 1024 }; /* settlements have tens */

/* The part that xl/workbook.xml calls by an id. */
struct relation {
    const char *id, *target;
    bool used;
};

struct reader {
    pbr_stored_book *book;
    pbr_zip *zip;
    pbr_arena *arena;
    const char **strings;
    size_t strings_count, strings_room;
    size_t sheets_room, cells_room;
    char *text; /* of a string or cell, as far as it was read */
    size_t text_length, text_room;
    struct relation *relations;
    size_t relations_count, relations_room;
};

/* A part as text in the arena's care; NULL and damaged if it cannot be read. */
static const char *part(struct reader *r, const char *name)
{
    size_t length, member = pbr_zip_find(r->zip, name);
    char *text = member < pbr_zip_count(r->zip) ? pbr_zip_read(r->zip, member, &length) : NULL;
    const char *kept = text ? pbr_arena_text(r->arena, text, length) : NULL;
    if (!text) r->book->damaged = pbr_arena_printf(r->arena, "%s", name);
    free(text);
    return kept;
}

static void add_text(struct reader *r, pbr_slice more)
{
    const char *decoded = pbr_xml_text(more, r->arena);
    size_t length = strlen(decoded);
    r->text = pbr_grow(r->text, &r->text_room, r->text_length + length + 1, 1);
    memcpy(r->text + r->text_length, decoded, length);
    r->text_length += length;
}

static const char *take_text(struct reader *r)
{
    const char *text = pbr_arena_text(r->arena, r->text, r->text_length);
    r->text_length = 0;
    return text;
}

static void add_string(struct reader *r, const char *text)
{
    r->strings = pbr_grow(r->strings, &r->strings_room, r->strings_count + 1, sizeof *r->strings);
    r->strings[r->strings_count++] = text;
}

/* A string is the runs <t> of its <si>, less the phonetic ones in <rPh>. */
static bool read_strings(struct reader *r)
{
    static const char name[] = "xl/sharedStrings.xml";
    if (pbr_zip_find(r->zip, name) == pbr_zip_count(r->zip)) return true;
    pbr_xml xml = {part(r, name)};
    bool phonetic = false;
    for (pbr_tag tag; xml.at && pbr_xml_next(&xml, &tag);) {
        if (pbr_tag_opens(&tag, "si")) r->text_length = 0;
        if (pbr_slice_is(tag.name, "rPh")) phonetic = !tag.closes && !tag.is_closed;
        if (pbr_tag_closes(&tag, "t") && !tag.is_closed && !phonetic) add_text(r, tag.before);
        if (pbr_tag_closes(&tag, "si")) add_string(r, take_text(r));
    }
    return xml.at != NULL;
}

/* "F12" as row and column; false if it is no such name. */
static bool read_place(const char *name, long *row, long *column)
{
    *column = 0;
    for (; *name >= 'A' && *name <= 'Z' && *column <= COLUMNS_MOST; name++)
        *column = *column * LETTERS + (*name - 'A' + 1);
    char *end;
    *row = strtol(name, &end, 10);
    return *column >= 1 && *column <= COLUMNS_MOST && *row >= 1 && *row <= ROWS_MOST && !*end;
}

const char *pbr_cell_name(long row, long column, pbr_arena *arena)
{
    char letters[8], *first = letters + sizeof letters - 1;
    *first = '\0';
    for (; column > 0; column = (column - 1) / LETTERS)
        *--first = (char)('A' + (column - 1) % LETTERS);
    return pbr_arena_printf(arena, "%s%ld", first, row);
}

/* What stands in a cell while it is read. */
struct cell {
    pbr_stored_cell out;
    const char *type;
    bool begun;
};

/* A cell without a name follows the one before it (18.3.1.4). */
static void begin_cell(struct reader *r, const pbr_tag *tag, struct cell *cell)
{
    const char *name = pbr_tag_value(tag, "r", r->arena);
    long row = cell->out.row, column = cell->out.column + 1;
    bool placed = name ? read_place(name, &row, &column) : row >= 1 && column <= COLUMNS_MOST;
    if (!placed) r->book->damaged = "the name of a cell";
    cell->type = pbr_tag_value(tag, "t", r->arena);
    if (!cell->type) cell->type = "n";
    cell->out = (pbr_stored_cell){.row = row, .column = column};
    cell->begun = true;
    r->text_length = 0;
}

static void begin_row(struct reader *r, const pbr_tag *tag, struct cell *cell)
{
    const char *number = pbr_tag_value(tag, "r", r->arena);
    long before = cell->out.row, next = before < ROWS_MOST ? before + 1 : ROWS_MOST + 1;
    long row = number ? strtol(number, NULL, 10) : next; /* a cell may name any row */
    if (row < 1 || row > ROWS_MOST) {
        r->book->damaged = "the number of a row";
        return;
    }
    cell->out.row = row;
    cell->out.column = 0;
}

static const char *shared_string(struct reader *r, const char *number)
{
    size_t index = strtoul(number, NULL, 10);
    if (index < r->strings_count) return r->strings[index];
    r->book->damaged = "the number of a text";
    return "";
}

static void end_cell(struct reader *r, struct cell *cell, pbr_stored_sheet *sheet)
{
    pbr_stored_cell *out = &cell->out;
    out->value = take_text(r);
    bool begun = cell->begun;
    cell->begun = false;
    if (!begun || (!*out->value && !out->formula)) return;
    if (strcmp(cell->type, "s") == 0) out->value = shared_string(r, out->value);
    out->is_number = strcmp(cell->type, "n") == 0;
    sheet->cells = pbr_grow(sheet->cells, &r->cells_room, sheet->count + 1, sizeof *sheet->cells);
    sheet->cells[sheet->count++] = *out;
}

static void read_tag(struct reader *r, const pbr_tag *tag, struct cell *cell,
                     pbr_stored_sheet *sheet)
{
    bool ends = tag->closes, begins_row = pbr_tag_opens(tag, "row");
    bool begins_cell = pbr_tag_opens(tag, "c");
    if (cell->begun && (begins_row || begins_cell)) r->book->damaged = "the end of a cell";
    if (begins_row) begin_row(r, tag, cell);
    if (begins_cell) begin_cell(r, tag, cell);
    if (ends && (pbr_slice_is(tag->name, "v") || pbr_slice_is(tag->name, "t")))
        add_text(r, tag->before);
    if (pbr_tag_closes(tag, "f"))
        cell->out.formula = tag->is_closed ? "" : pbr_xml_text(tag->before, r->arena);
    if (pbr_tag_closes(tag, "c")) end_cell(r, cell, sheet);
}

static int by_place(const void *left, const void *right)
{
    const pbr_stored_cell *a = left, *b = right;
    if (a->row != b->row) return a->row < b->row ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

/* Only what stands in <sheetData> is a cell: conditional formats have formulas too. */
static bool read_cells(struct reader *r, const char *name, pbr_stored_sheet *sheet)
{
    pbr_xml xml = {part(r, name)};
    struct cell cell = {.type = "n"};
    bool inside = false, ended = false;
    r->cells_room = 0;
    for (pbr_tag tag; xml.at && !ended && pbr_xml_next(&xml, &tag);) {
        inside |= pbr_tag_opens(&tag, "sheetData");
        ended = pbr_tag_closes(&tag, "sheetData");
        if (inside && !ended) read_tag(r, &tag, &cell, sheet);
    }
    if (xml.at && !ended) r->book->damaged = pbr_arena_printf(r->arena, "%s", name);
    pbr_stored_cell *grown = sheet->cells;
    sheet->cells = pbr_arena_alloc(r->arena, (sheet->count + 1) * sizeof *grown);
    if (sheet->count) memcpy(sheet->cells, grown, sheet->count * sizeof *grown);
    if (sheet->count) qsort(sheet->cells, sheet->count, sizeof *grown, by_place);
    free(grown);
    return !r->book->damaged;
}

static bool read_relations(struct reader *r)
{
    pbr_xml xml = {part(r, "xl/_rels/workbook.xml.rels")};
    for (pbr_tag tag; xml.at && pbr_xml_next(&xml, &tag);) {
        if (!pbr_tag_opens(&tag, "Relationship")) continue;
        const char *id = pbr_tag_value(&tag, "Id", r->arena);
        const char *target = pbr_tag_value(&tag, "Target", r->arena);
        if (!id || !target) continue;
        target = *target == '/' ? target + 1 : pbr_arena_printf(r->arena, "xl/%s", target);
        r->relations = pbr_grow(r->relations, &r->relations_room, r->relations_count + 1,
                                sizeof *r->relations);
        r->relations[r->relations_count++] = (struct relation){id, target, false};
    }
    return xml.at != NULL;
}

static bool is_used(const struct reader *r, const char *target)
{
    for (size_t i = 0; i < r->relations_count; i++)
        if (r->relations[i].used && strcmp(r->relations[i].target, target) == 0) return true;
    return false;
}

/* The part of a sheet. No two sheets share one: a small file would grow without end. */
static const char *target_of(struct reader *r, const char *id)
{
    size_t i = 0;
    while (i < r->relations_count && strcmp(r->relations[i].id, id) != 0) i++;
    if (i == r->relations_count || is_used(r, r->relations[i].target)) return NULL;
    r->relations[i].used = true;
    return r->relations[i].target;
}

/* The relation's attribute is r:id; a sheet's own number is sheetId. */
static bool read_sheets(struct reader *r)
{
    pbr_stored_book *book = r->book;
    pbr_xml xml = {read_relations(r) ? part(r, "xl/workbook.xml") : NULL};
    for (pbr_tag tag; xml.at && !book->damaged && pbr_xml_next(&xml, &tag);) {
        if (!pbr_tag_opens(&tag, "sheet")) continue;
        const char *name = pbr_tag_value(&tag, "name", r->arena);
        const char *id = pbr_tag_value(&tag, "id", r->arena);
        const char *target = id ? target_of(r, id) : NULL;
        if (!name || !target || book->count == SHEETS_MOST) {
            book->damaged = "xl/workbook.xml";
            break;
        }
        book->sheets =
            pbr_grow(book->sheets, &r->sheets_room, book->count + 1, sizeof *book->sheets);
        book->sheets[book->count].name = name;
        if (!read_cells(r, target, &book->sheets[book->count])) break;
        book->count++;
    }
    if (xml.at && !book->count && !book->damaged) book->damaged = "xl/workbook.xml";
    return !book->damaged;
}

bool pbr_stored_book_read(pbr_stored_book *book, const char *path, pbr_arena *arena)
{
    struct reader r = {.book = book, .zip = pbr_zip_open(path), .arena = arena};
    *book = (pbr_stored_book){.damaged = r.zip ? NULL : "the file"};
    if (!r.zip) return false;
    bool whole = read_strings(&r) && read_sheets(&r);
    pbr_stored_sheet *grown = book->sheets;
    book->sheets = pbr_arena_alloc(arena, (book->count + 1) * sizeof *grown);
    if (book->count) memcpy(book->sheets, grown, book->count * sizeof *grown);
    free(grown);
    free(r.strings);
    free(r.relations);
    free(r.text);
    pbr_zip_close(r.zip);
    return whole;
}
