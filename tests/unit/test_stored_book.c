/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "base/zip.h"
#include "input/stored_book.h"
#include "input/xml.h"

#include <unistd.h>
#include <xlsxwriter.h>
#include <zlib.h>

struct place {
    char *folder, *book;
    pbr_arena *arena;
};

static int set_up(void **state)
{
    struct place *place = pbr_alloc(1, sizeof *place);
    place->folder = new_folder();
    place->book = path_in(place->folder, "book.xlsx");
    place->arena = pbr_arena_new();
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    remove_folder(place->folder);
    pbr_arena_free(place->arena);
    free(place->book);
    free(place);
    return 0;
}

/* Two sheets with what settlements have: texts that need care, numbers, formulas with results. */
static void write_book(const struct place *place)
{
    lxw_workbook *book = workbook_new(place->book);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "Lines & <sums>");
    worksheet_write_string(sheet, 0, 0, "fish & <chips> \"x\" 'y' \xc3\xa9", NULL);
    worksheet_write_number(sheet, 2, 27, -12.5, NULL);
    worksheet_write_formula_num(sheet, 1, 1, "=A2&\"<\"", NULL, 7.25);
    worksheet_write_formula_str(sheet, 1, 2, "=\"a\"", NULL, "a");
    worksheet_conditional_format_cell(
        sheet, 3, 3,
        &(lxw_conditional_format){.type = LXW_CONDITIONAL_TYPE_FORMULA, .value_string = "=1=2"});
    workbook_add_worksheet(book, "Second");
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
}

static void assert_cell(const pbr_stored_cell *cell, const char *name, const char *value,
                        const char *formula, bool is_number, pbr_arena *arena)
{
    assert_string_equal(pbr_cell_name(cell->row, cell->column, arena), name);
    assert_string_equal(cell->value, value);
    assert_int_equal(cell->is_number, is_number);
    if (formula)
        assert_string_equal(cell->formula, formula);
    else
        assert_null(cell->formula);
}

static void every_cell_written_is_read(void **state)
{
    struct place *place = *state;
    pbr_stored_book book;
    write_book(place);
    assert_true(pbr_stored_book_read(&book, place->book, place->arena));
    assert_int_equal(book.count, 2);
    assert_string_equal(book.sheets[0].name, "Lines & <sums>");
    assert_string_equal(book.sheets[1].name, "Second");
    assert_int_equal(book.sheets[0].count, 4);
    assert_int_equal(book.sheets[1].count, 0);
    const pbr_stored_cell *cells = book.sheets[0].cells;
    assert_cell(&cells[0], "A1", "fish & <chips> \"x\" 'y' \xc3\xa9", NULL, false, place->arena);
    assert_cell(&cells[1], "B2", "7.25", "A2&\"<\"", true, place->arena);
    assert_cell(&cells[2], "C2", "a", "\"a\"", false, place->arena);
    assert_cell(&cells[3], "AB3", "-12.5", NULL, true, place->arena);
}

/* What is changed in the file is read as something else, or not at all; never as before. */
static void a_changed_byte_is_not_read_past(void **state)
{
    enum { TRIES = 400, DATE_BYTES = 4 };
    struct place *place = *state;
    uint64_t seed = 20;
    write_book(place);
    struct stat facts;
    assert_int_equal(stat(place->book, &facts), 0);
    size_t length = (size_t)facts.st_size, damaged = 0;
    char *bytes = read_text(place->book);
    for (int i = 0; i < TRIES; i++) {
        size_t at = (size_t)below(&seed, (int64_t)length);
        char before = bytes[at];
        pbr_stored_book book;
        bytes[at] = (char)(before ^ (char)between(&seed, 1, 255));
        write_bytes(place->book, bytes, length);
        damaged += !pbr_stored_book_read(&book, place->book, place->arena);
        bytes[at] = before;
    }
    free(bytes);
    assert_in_range(damaged, TRIES / 4, TRIES);
}

static void what_is_no_workbook_is_said(void **state)
{
    struct place *place = *state;
    pbr_stored_book book;
    assert_false(pbr_stored_book_read(&book, "/nowhere.xlsx", place->arena));
    assert_string_equal(book.damaged, "the file");
    write_bytes(place->book, "PK", 2);
    assert_false(pbr_stored_book_read(&book, place->book, place->arena));
    assert_string_equal(book.damaged, "the file");
}

static void put16(unsigned char *at, unsigned value)
{
    at[0] = (unsigned char)value;
    at[1] = (unsigned char)(value >> 8);
}

/* A zip file of one stored member "a" that holds "hi", with a comment after the end. */
static size_t stored_member(unsigned char out[256])
{
    static const char comment[] = "said later";
    static const unsigned crc[] = {0x2aac, 0xd893}; /* of "hi" */
    memset(out, 0, 256);
    memcpy(out, "PK\3\4", 4);
    put16(out + 26, 1);
    memcpy(out + 30, "ahi", 3);
    unsigned char *entry = out + 33;
    memcpy(entry, "PK\1\2", 4);
    put16(entry + 16, crc[0]);
    put16(entry + 18, crc[1]);
    put16(entry + 20, 2);
    put16(entry + 24, 2);
    put16(entry + 28, 1);
    entry[46] = 'a';
    unsigned char *end = entry + 47;
    memcpy(end, "PK\5\6", 4);
    put16(end + 10, 1);
    put16(end + 16, 33);
    put16(end + 20, sizeof comment - 1);
    memcpy(end + 22, comment, sizeof comment - 1);
    return (size_t)(end - out) + 22 + sizeof comment - 1;
}

static void a_stored_member_is_read(void **state)
{
    struct place *place = *state;
    unsigned char bytes[256];
    size_t length = stored_member(bytes), member_length;
    write_bytes(place->book, bytes, length);
    pbr_zip *zip = pbr_zip_open(place->book);
    assert_non_null(zip);
    assert_int_equal(pbr_zip_count(zip), 1);
    assert_int_equal(pbr_zip_find(zip, "a"), 0);
    assert_int_equal(pbr_zip_find(zip, "b"), 1);
    char *text = pbr_zip_read(zip, 0, &member_length);
    assert_non_null(text);
    assert_string_equal(text, "hi");
    free(text);
    pbr_zip_close(zip);
}

static void a_false_checksum_or_size_is_refused(void **state)
{
    struct place *place = *state;
    static const struct {
        size_t at;
        unsigned value;
    } lies[] = {{49, 1}, {53, 3}, {57, 3}, {60, 0x7fff}, {75, 0x7fff}};
    for (size_t i = 0; i < COUNT(lies); i++) {
        unsigned char bytes[256];
        size_t length = stored_member(bytes), member_length;
        put16(bytes + lies[i].at, lies[i].value);
        write_bytes(place->book, bytes, length);
        pbr_zip *zip = pbr_zip_open(place->book);
        char *text = zip ? pbr_zip_read(zip, 0, &member_length) : NULL;
        assert_null(text);
        pbr_zip_close(zip);
    }
}

static void xml_is_read_as_far_as_it_goes(void **state)
{
    struct place *place = *state;
    pbr_tag tag;
    pbr_xml xml = {
        "<?xml?><!-- <no/> --><x:a b='1&gt;2' x:c = \"d>e\">te&#120;t&#xe9;&no;</x:a><f/><g"};
    assert_true(pbr_xml_next(&xml, &tag));
    assert_true(pbr_tag_opens(&tag, "a"));
    assert_false(pbr_tag_closes(&tag, "a"));
    assert_string_equal(pbr_tag_value(&tag, "b", place->arena), "1>2");
    assert_string_equal(pbr_tag_value(&tag, "c", place->arena), "d>e");
    assert_null(pbr_tag_value(&tag, "d", place->arena));
    assert_true(pbr_xml_next(&xml, &tag));
    assert_true(pbr_tag_closes(&tag, "a"));
    assert_string_equal(pbr_xml_text(tag.before, place->arena), "text\xc3\xa9&no;");
    assert_true(pbr_xml_next(&xml, &tag));
    assert_true(pbr_tag_opens(&tag, "f") && pbr_tag_closes(&tag, "f"));
    assert_false(pbr_xml_next(&xml, &tag));
}

/* Lays a zip file of stored members out; returns its length. */
static size_t pack(unsigned char *out, const char *const (*members)[2], size_t count)
{
    unsigned char directory[4096], *entry = directory, *at = out;
    memset(directory, 0, sizeof directory);
    for (size_t i = 0; i < count; i++) {
        size_t name = strlen(members[i][0]), size = strlen(members[i][1]);
        unsigned long crc = crc32(0, (const unsigned char *)members[i][1], (unsigned)size);
        memcpy(entry, "PK\1\2", 4);
        put16(entry + 16, crc & 0xffff);
        put16(entry + 18, (unsigned)(crc >> 16));
        put16(entry + 20, (unsigned)size);
        put16(entry + 24, (unsigned)size);
        put16(entry + 28, (unsigned)name);
        put16(entry + 42, (unsigned)(at - out));
        memcpy(entry + 46, members[i][0], name);
        entry += 46 + name;
        memset(at, 0, 30);
        memcpy(at, "PK\3\4", 4);
        put16(at + 26, (unsigned)name);
        memcpy(at + 30, members[i][0], name);
        memcpy(at + 30 + name, members[i][1], size);
        at += 30 + name + size;
    }
    size_t begin = (size_t)(at - out), length = (size_t)(entry - directory);
    memcpy(at, directory, length);
    memset(at + length, 0, 22);
    memcpy(at + length, "PK\5\6", 4);
    put16(at + length + 10, (unsigned)count);
    put16(at + length + 16, (unsigned)begin);
    return begin + length + 22;
}

#define SHEET_LINK(id) "<Relationship Id=\"" id "\" Target=\"sheet.xml\"/>"
#define ONE_SHEET "<sheet name=\"A\" id=\"1\"/>"

/* Reads a workbook of these texts. */
static bool read_parts(const struct place *place, pbr_stored_book *book, const char *sheets,
                       const char *cells)
{
    enum { ROOM = 8192 };
    unsigned char *bytes = pbr_alloc(ROOM, 1);
    const char *const members[][2] = {
        {"xl/workbook.xml", sheets},
        {"xl/_rels/workbook.xml.rels", SHEET_LINK("1") SHEET_LINK("2")},
        {"xl/sheet.xml", cells}};
    write_bytes(place->book, bytes, pack(bytes, members, COUNT(members)));
    free(bytes);
    return pbr_stored_book_read(book, place->book, place->arena);
}

static void a_cell_that_never_began_is_passed_over(void **state)
{
    struct place *place = *state;
    pbr_stored_book book;
    assert_true(read_parts(place, &book, ONE_SHEET, "<sheetData></c></v></t></sheetData>"));
    assert_true(read_parts(place, &book, ONE_SHEET,
                           "<sheetData></v></c><row r=\"2\"><c><v>1</v><v>2</v></c></row>"
                           "</sheetData>"));
    assert_int_equal(book.sheets[0].count, 1);
    assert_cell(&book.sheets[0].cells[0], "A2", "12", NULL, true, place->arena);
    assert_true(read_parts(place, &book, ONE_SHEET,
                           "<sheetData><row r=\"1\"><cc r=\"A1\"><v>0</v></c>"
                           "<c r=\"B1\"><f>1+1</f><v>2</v></c><v>3</v></c></row></sheetData>"));
    assert_int_equal(book.sheets[0].count, 1);
    assert_cell(&book.sheets[0].cells[0], "B1", "2", "1+1", true, place->arena);
    assert_false(read_parts(place, &book, ONE_SHEET,
                            "<sheetData><row r=\"1\"><c><v>1</v><row r=\"2\"></c></row>"
                            "</sheetData>"));
    assert_string_equal(book.damaged, "the end of a cell");
}

static void a_cell_outside_rows_is_damage(void **state)
{
    struct place *place = *state;
    pbr_stored_book book;
    assert_false(read_parts(place, &book, ONE_SHEET, "<sheetData><c><v>1</v></c></sheetData>"));
    assert_string_equal(book.damaged, "the name of a cell");
    assert_false(read_parts(place, &book, ONE_SHEET,
                            "<sheetData><row r=\"1\"><c r=\"XFD1\"><v>1</v></c><c><v>2</v></c>"
                            "</row></sheetData>"));
    assert_string_equal(book.damaged, "the name of a cell");
}

static void a_row_that_no_sheet_has_is_damage(void **state)
{
    struct place *place = *state;
    static const char *const rows[] = {"9223372036854775807", "-3", "0", "1048577", "x"};
    pbr_stored_book book;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *cells = pbr_arena_printf(
            place->arena, "<sheetData><row r=\"%s\"/><row/><row/></sheetData>", rows[i]);
        assert_false(read_parts(place, &book, ONE_SHEET, cells));
        assert_string_equal(book.damaged, "the number of a row");
    }
}

static void sheets_do_not_share_a_part(void **state)
{
    struct place *place = *state;
    pbr_stored_book book;
    static const char cells[] = "<sheetData/>";
    assert_true(read_parts(place, &book, ONE_SHEET, cells));
    assert_false(read_parts(place, &book, ONE_SHEET ONE_SHEET, cells));
    assert_false(read_parts(place, &book, ONE_SHEET "<sheet name=\"B\" id=\"2\"/>", cells));
}

/* Such texts took a time, or a room, that grew with the square of their length: days. */
static void long_texts_are_read_in_one_go(void **state)
{
    enum { TIMES = 2000000, SECONDS = 20 };
    struct place *place = *state;
    static const char *const texts[] = {"&", "<!--", "<?"};
    char *text = pbr_alloc(TIMES * 4 + 1, 1);
    alarm(SECONDS);
    for (size_t i = 0; i < COUNT(texts); i++) {
        size_t length = strlen(texts[i]);
        for (size_t k = 0; k < TIMES; k++) memcpy(text + k * length, texts[i], length);
        text[TIMES * length] = '\0';
        pbr_tag tag;
        pbr_xml xml = {text};
        assert_false(pbr_xml_next(&xml, &tag));
        assert_string_equal(pbr_xml_text(pbr_slice_of(text), place->arena), text);
        text[0] = '>';
        assert_false(pbr_xml_next(&xml, &tag));
    }
    alarm(0);
    free(text);
}

static void members_that_share_bytes_are_refused(void **state)
{
    struct place *place = *state;
    unsigned char bytes[512];
    const char *const members[][2] = {{"a", "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"
                                            "0123456789012345678901234567890123456789"},
                                      {"b", ""}};
    size_t length = pack(bytes, members, 2), entry = length - 22 - 47;
    write_bytes(place->book, bytes, length);
    pbr_zip *zip = pbr_zip_open(place->book);
    assert_non_null(zip);
    pbr_zip_close(zip);
    put16(bytes + entry + 20, (unsigned)length - 100);
    write_bytes(place->book, bytes, length);
    assert_null(pbr_zip_open(place->book));
}

static void code_points_are_utf8(void **state)
{
    struct place *place = *state;
    static const struct {
        const char *entity, *utf8;
    } cases[] = {{"&#x7f;", "\x7f"},
                 {"&#x80;", "\xc2\x80"},
                 {"&#x7ff;", "\xdf\xbf"},
                 {"&#x800;", "\xe0\xa0\x80"},
                 {"&#xffff;", "\xef\xbf\xbf"},
                 {"&#x10000;", "\xf0\x90\x80\x80"},
                 {"&#x10ffff;", "\xf4\x8f\xbf\xbf"},
                 {"&#x110000;", "&#x110000;"},
                 {"&#0;", "&#0;"},
                 {"&", "&"}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(pbr_xml_text(pbr_slice_of(cases[i].entity), place->arena),
                            cases[i].utf8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_cell_written_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_changed_byte_is_not_read_past, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_workbook_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stored_member_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_false_checksum_or_size_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(xml_is_read_as_far_as_it_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cell_that_never_began_is_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cell_outside_rows_is_damage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_row_that_no_sheet_has_is_damage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sheets_do_not_share_a_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_texts_are_read_in_one_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(members_that_share_bytes_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(code_points_are_utf8, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
