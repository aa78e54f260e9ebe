/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/book.h"

#include "base/mem.h"
#include "base/text.h"
#include "report/parts.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

enum {
    A4 = 9,
    WIDTH_SIZE = 11,        /* points of the font that column widths are counted in */
    PAGE_WIDTH = 300,       /* characters that can be read across a landscape page */
    FREEZE_FROM_ROWS = 16,  /* shorter tables are seen whole */
    BARE_SHEET_WIDTH = 150, /* characters, of a sheet without a table */
    NARROWEST_LEAD = 60,
    LEAD_WIDTH = 150,          /* however wide the table is */
    DAYS_1900_TO_1970 = 25569, /* serial number of 1970-01-01 in the 1900 date system */
    SECONDS_A_DAY = 86400,
    NOON = SECONDS_A_DAY / 2, /* never 0, which libxlsxwriter takes for "now" */
    FOOTER_WORDS = 160        /* bytes; Excel allows 255 in the whole footer */
};

static const double LINE_SPACING = 1.25, ROW_MARGIN = 2.5; /* of the size; points */
static const double TEXT_FIT = 1.12, BOLD_FIT = 1.0;       /* letters in the width of a digit */
static const int64_t CELL_INTEGER_MAX = INT64_C(1) << 53; /* whole numbers a double holds exactly */

/* What a cell is, beside how its value is shown. */
enum variant { PLAIN, TOTAL, INPUT, GIVEN, VARIANTS };

struct pbr_book {
    lxw_workbook *workbook;
    lxw_format *houses[PBR_HOUSES][PBR_STYLES], *variants[VARIANTS][PBR_STYLES];
    lxw_format **formats; /* of the house of the sheet that is being filled */
    const char *places;
    char *path, *failure, *footer;
};

struct pbr_row {
    pbr_book *book;
    lxw_worksheet *worksheet;
    const pbr_sheet *sheet;
    lxw_row_t at;
    size_t column;
    double height; /* points that the row needs so far; 0: the usual */
    int64_t *sums; /* by column: pence of money, or whole numbers */
};

typedef struct {
    const char *number; /* format of numbers; NULL for text */
    double size;
    bool bold, italic, link;
    bool left;  /* a number that stands to the left, among texts */
    bool right; /* a text that stands to the right, over numbers */
    bool plain; /* no border, no wrapping */
    bool open;  /* not locked */
    lxw_color_t colour, fill;
} style_def;

/* Stands for the format of money, which has the workbook's currency in it. */
static const char MONEY_FORMAT[] = "money";
/* Of a text that ends where the numbers of its column do. */
#define TEXT_OVER_NUMBERS "@_)"

/* _) keeps the width of a bracket free, so that a number does not touch the text beside it. */

static const style_def STYLES[PBR_STYLES] = {
    [PBR_STYLE_TITLE] = {.size = 15, .bold = true, .plain = true},
    [PBR_STYLE_WARNING] = {.size = 12, .bold = true, .plain = true, .colour = 0x9C0006},
    [PBR_STYLE_NOTE] = {.size = 10, .plain = true},
    [PBR_STYLE_HEADER] = {.size = 10, .bold = true, .fill = 0xE7E6E6},
    [PBR_STYLE_HEADER_RIGHT] = {.size = 10, .bold = true, .right = true, .fill = 0xE7E6E6},
    [PBR_STYLE_TEXT] = {.size = 10},
    [PBR_STYLE_LABEL] = {.size = 10, .bold = true},
    [PBR_STYLE_LINK] = {.size = 10, .link = true, .colour = 0x0B4F9E},
    [PBR_STYLE_MARK] = {.size = 10, .bold = true, .italic = true, .colour = 0x9C0006},
    [PBR_STYLE_CHECK] = {.size = 10, .bold = true},
    [PBR_STYLE_INTEGER] = {.number = "#,##0_)", .size = 10},
    [PBR_STYLE_PENCE] = {.number = "#,##0_)", .size = 10},
    [PBR_STYLE_MONEY] = {.number = MONEY_FORMAT, .size = 10},
    [PBR_STYLE_TOTAL] = {.number = MONEY_FORMAT, .size = 20, .bold = true, .left = true},
    [PBR_STYLE_FIGURE] = {.number = MONEY_FORMAT, .size = 10, .left = true},
    [PBR_STYLE_PERCENT] = {.number = "0.0000_)", .size = 10},
    [PBR_STYLE_FREQUENCY] = {.number = "0.0000_)", .size = 10},
    [PBR_STYLE_UNITS] = {.number = "#,##0.0000_)", .size = 10},
    [PBR_STYLE_SCORE] = {.number = "#,##0.00_)", .size = 10},
    [PBR_STYLE_SHARE] = {.number = "0.0000_)", .size = 10},
    [PBR_STYLE_DATE] = {.number = "yyyy-mm-dd", .size = 10, .left = true},
    [PBR_STYLE_FILL] = {.size = 10, .open = true, .fill = 0xFFF8DC},
    [PBR_STYLE_VALUE] = {.number = "General", .size = 10, .left = true},
};

enum { READABLE_SIZE = 12, READABLE_TITLE_SIZE = 16 }; /* points; SS-1 to SS-8 of a publication */

/* A publication has no fills, and no colour that would be a signal by itself. */
static style_def style_in(pbr_house house, pbr_style style)
{
    style_def def = STYLES[style];
    if (house == PBR_HOUSE_SETTLEMENT) return def;
    def.size = style == PBR_STYLE_TITLE ? READABLE_TITLE_SIZE : READABLE_SIZE;
    def.fill = 0;
    if (!def.link) def.colour = 0;
    return def;
}

/* --- problems --- */

void pbr_book_fail(pbr_book *book, const char *sheet, const char *problem)
{
    if (!book->failure) book->failure = pbr_sprintf("sheet \"%s\": %s", sheet, problem);
}

static void check(pbr_book *book, const char *sheet, lxw_error error)
{
    if (error != LXW_NO_ERROR) pbr_book_fail(book, sheet, lxw_strerror(error));
}

void pbr_row_fail(pbr_row *row, const char *problem)
{
    pbr_book_fail(row->book, row->sheet->name, problem);
}

static void check_cell(pbr_row *row, lxw_error error)
{
    check(row->book, row->sheet->name, error);
}

/* --- formats --- */

/* Sections of a format: for positive and negative numbers, for nought, for text. */
static void set_number(lxw_format *format, pbr_house house, const char *number,
                       const char *currency)
{
    bool money = number == MONEY_FORMAT;
    bool code = currency[0] >= 'A' && currency[0] <= 'Z'; /* a word is quoted and stands apart */
    char *one = money
                    ? pbr_sprintf("%s%s%s#,##0.00_)", code ? "\"" : "", currency, code ? " \"" : "")
                    : pbr_strdup(number);
    char *two = money ? pbr_sprintf("%s;-%s", one, one) : pbr_strdup(one);
    char *four = pbr_sprintf("%s;-%s;%s;" TEXT_OVER_NUMBERS, one, one, one);
    bool shorthand = house == PBR_HOUSE_PUBLICATION && strstr(one, "_)");
    format_set_num_format(format, shorthand ? four : two);
    free(one);
    free(two);
    free(four);
}

/* Told by the letters as well as by the colour. */
static void set_variant(lxw_format *format, enum variant variant)
{
    if (variant == TOTAL) format_set_bold(format);
    if (variant == INPUT) {
        format_set_italic(format);
        format_set_font_color(format, 0x1F3E8C);
        format_set_bg_color(format, 0xFFF9E5);
        format_set_unlocked(format);
    }
    if (variant == GIVEN) {
        format_set_underline(format, LXW_UNDERLINE_SINGLE);
        format_set_bg_color(format, 0xEDEDED);
    }
}

static lxw_format *make_format(lxw_workbook *workbook, pbr_house house, pbr_style style,
                               enum variant variant, const char *currency)
{
    const style_def look = style_in(house, style), *def = &look;
    lxw_format *format = workbook_add_format(workbook);
    format_set_font_size(format, def->size);
    if (def->bold) format_set_bold(format);
    if (def->italic) format_set_italic(format);
    if (def->link) format_set_underline(format, LXW_UNDERLINE_SINGLE);
    if (def->colour) format_set_font_color(format, def->colour);
    if (def->fill) format_set_bg_color(format, def->fill);
    set_variant(format, variant);
    if (def->open) format_set_unlocked(format);
    if (def->number) set_number(format, house, def->number, currency);
    if (def->right && house == PBR_HOUSE_PUBLICATION)
        format_set_num_format(format, TEXT_OVER_NUMBERS);
    bool right = def->right || (def->number && !def->left);
    format_set_align(format, right ? LXW_ALIGN_RIGHT : LXW_ALIGN_LEFT);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    if (def->plain) return format;
    format_set_border(format, LXW_BORDER_THIN);
    format_set_border_color(format, 0xA6A6A6);
    if (!def->number || style == PBR_STYLE_VALUE) format_set_text_wrap(format);
    if (variant == TOTAL) format_set_top(format, LXW_BORDER_MEDIUM);
    return format;
}

static bool same_number(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_look(const style_def *a, const style_def *b)
{
    return same_number(a->number, b->number) && a->size == b->size && a->bold == b->bold &&
           a->italic == b->italic && a->link == b->link && a->left == b->left &&
           a->right == b->right && a->plain == b->plain && a->open == b->open &&
           a->colour == b->colour && a->fill == b->fill;
}

/* Styles that look alike share a format: libxlsxwriter would compare their looks at every cell. */
static void make_house(pbr_book *book, lxw_format **formats, pbr_house house, enum variant variant,
                       const char *currency)
{
    for (pbr_style style = 0; style < PBR_STYLES; style++) {
        pbr_style like = 0;
        while (like < style && !same_look(&STYLES[like], &STYLES[style])) like++;
        formats[style] = like < style && style != PBR_STYLE_VALUE
                             ? formats[like]
                             : make_format(book->workbook, house, style, variant, currency);
    }
}

static void make_formats(pbr_book *book, const char *currency)
{
    for (pbr_house house = 0; house < PBR_HOUSES; house++)
        make_house(book, book->houses[house], house, PLAIN, currency);
    for (enum variant variant = TOTAL; variant < VARIANTS; variant++)
        make_house(book, book->variants[variant], PBR_HOUSE_SETTLEMENT, variant, currency);
}

/* --- opening and closing --- */

static void set_properties(pbr_book *book, const pbr_book_facts *facts)
{
    lxw_doc_properties properties = {
        .title = (char *)facts->title,
        .subject = (char *)facts->subject,
        .author = (char *)facts->author,
        .status = (char *)facts->status,
        .created = (time_t)facts->date * SECONDS_A_DAY + NOON,
    };
    check(book, "properties", workbook_set_properties(book->workbook, &properties));
}

/* The sheet's name, the book's own words, and the page. An ampersand begins a code, so it is
 * doubled; words too long for a footer are left out. */
static char *make_footer(const char *words)
{
    char middle[FOOTER_WORDS];
    size_t length = 0;
    for (const char *at = words ? words : ""; *at; at++) {
        if (length + 3 > sizeof middle) break;
        middle[length++] = *at;
        if (*at == '&') middle[length++] = '&';
    }
    middle[length] = '\0';
    return pbr_sprintf("&L&A&C%s&RPage &P of &N", middle);
}

pbr_book *pbr_book_new(const char *path, const pbr_book_facts *facts)
{
    pbr_book *book = pbr_alloc(1, sizeof *book);
    book->path = pbr_strdup(path);
    book->places = "2";
    book->footer = make_footer(facts->footer);
    book->workbook = workbook_new(path);
    if (!book->workbook) {
        book->failure = pbr_strdup("out of memory");
        return book;
    }
    set_properties(book, facts);
    make_formats(book, facts->currency ? facts->currency : "£");
    return book;
}

/* Asks the system itself first: libxlsxwriter says that a file cannot be made, but not why. */
static void probe(pbr_book *book)
{
    FILE *file = fopen(book->path, "wb");
    if (file) {
        fclose(file);
        return;
    }
    book->failure = pbr_strdup(strerror(errno));
}

static void write_file(pbr_book *book)
{
    if (!book->failure) probe(book);
    if (book->failure) {
        if (book->workbook) lxw_workbook_free(book->workbook);
        return;
    }
    errno = 0;
    lxw_error error = pbr_parts_close(book->workbook);
    if (error != LXW_NO_ERROR)
        book->failure = pbr_strdup(errno ? strerror(errno) : lxw_strerror(error));
    if (book->failure) remove(book->path); /* half a workbook is worse than none */
}

bool pbr_book_close(pbr_book *book, pbr_diag *diag)
{
    write_file(book);
    bool written = !book->failure;
    if (!written)
        pbr_error(diag, "workbook-not-written", ((pbr_place){.file = book->path}),
                  "cannot write the workbook: %s", book->failure);
    free(book->failure);
    free(book->footer);
    free(book->path);
    free(book);
    return written;
}

struct lxw_workbook *pbr_book_inside(pbr_book *book)
{
    return book->workbook;
}

void pbr_book_round_totals(pbr_book *book, const char *places)
{
    book->places = places;
}

/* --- layout --- */

static double sheet_width(const pbr_sheet *sheet)
{
    double width = 0;
    for (size_t i = 0; i < sheet->columns_count; i++) width += sheet->columns[i].width;
    return sheet->columns_count ? width : BARE_SHEET_WIDTH;
}

/* Characters of a style that fit across the table. */
static size_t lead_limit(const pbr_sheet *sheet, pbr_style style)
{
    if (sheet->house == PBR_HOUSE_PUBLICATION) return SIZE_MAX;
    double fit = STYLES[style].bold ? BOLD_FIT : TEXT_FIT;
    double limit = fmin(sheet_width(sheet), LEAD_WIDTH) * fit * WIDTH_SIZE / STYLES[style].size;
    return limit < NARROWEST_LEAD ? NARROWEST_LEAD : (size_t)limit;
}

static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

/* Takes the next line of at most limit characters off *text, broken at a space where there is one.
 */
static pbr_slice next_line(const char **text, size_t limit)
{
    const char *start = *text, *at = start, *space = NULL;
    for (size_t used = 0; *at; at++) {
        if (starts_character(*at) && used++ == limit) break;
        if (*at == ' ' || *at == '\n') space = at;
        if (*at == '\n') break;
    }
    const char *end = *at && *at != ' ' && space ? space : at;
    *text = end + (*end == ' ' || *end == '\n');
    return (pbr_slice){start, (size_t)(end - start)};
}

static uint32_t lines_within(const char *text, size_t limit)
{
    uint32_t lines = 0;
    size_t length = text ? strcspn(text, "\n") : 0;
    if (length && length <= limit && !text[length]) return 1; /* most are one short line */
    while (text && *text) next_line(&text, limit), lines++;
    return lines;
}

static uint32_t count_lines(const pbr_sheet *sheet, pbr_style style, const char *text)
{
    return lines_within(text, lead_limit(sheet, style));
}

/* Height of wrapped text. It is stated, since not every program fits rows to their text; a little
 * too high rather than cut. */
static double text_height(pbr_house house, pbr_style style, const char *text, double width)
{
    const style_def look = style_in(house, style), *def = &look;
    double limit = width * (def->bold ? BOLD_FIT : TEXT_FIT) * WIDTH_SIZE / def->size;
    uint32_t lines = def->plain ? 1 : lines_within(text, limit < 1 ? 1 : (size_t)limit);
    return (lines > 1 ? lines : 1) * def->size * LINE_SPACING + ROW_MARGIN;
}

pbr_span pbr_sheet_span(const pbr_sheet *sheet)
{
    uint32_t header = count_lines(sheet, PBR_STYLE_TITLE, sheet->title) +
                      count_lines(sheet, PBR_STYLE_WARNING, sheet->warning) +
                      count_lines(sheet, PBR_STYLE_NOTE, sheet->about) +
                      count_lines(sheet, PBR_STYLE_NOTE, sheet->source);
    uint32_t rows = sheet->rows_count ? (uint32_t)sheet->rows_count : 1;
    return (pbr_span){header, header + 1, header + rows, header + rows + sheet->total};
}

char *pbr_sheet_cell(char out[PBR_CELL_TEXT], const pbr_sheet *sheet, uint32_t row, size_t column)
{
    char cell[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell_abs(cell, row, (lxw_col_t)column, 1, 1);
    bool plain = strspn(sheet->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") ==
                 strlen(sheet->name);
    const char *quote = plain ? "" : "'";
    snprintf(out, PBR_CELL_TEXT, "%s%s%s!%s", quote, sheet->name, quote, cell);
    return out;
}

char *pbr_column_name(char out[PBR_CELL_TEXT], size_t column)
{
    lxw_col_to_name(out, (lxw_col_t)column, 0);
    return out;
}

size_t pbr_sheet_column(const pbr_sheet *sheet, const char *header)
{
    size_t i = 0;
    while (i < sheet->columns_count && strcmp(sheet->columns[i].header, header) != 0) i++;
    return i;
}

/* --- cells --- */

static void need_height(pbr_row *row, pbr_style style, const char *text)
{
    const pbr_sheet *sheet = row->sheet;
    double width = row->column < sheet->columns_count ? sheet->columns[row->column].width : 0;
    double height = text_height(sheet->house, style, text, width);
    if (height > row->height) row->height = height;
}

static void end_row(pbr_row *row)
{
    if (row->height > 0)
        check_cell(row, worksheet_set_row(row->worksheet, row->at, row->height, NULL));
    row->height = 0;
}

static pbr_style column_style(const pbr_row *row)
{
    return row->sheet->columns[row->column].style;
}

static lxw_col_t here(const pbr_row *row)
{
    return (lxw_col_t)row->column;
}

static bool is_input(const pbr_row *row)
{
    return row->column < row->sheet->columns_count && row->sheet->columns[row->column].input;
}

static lxw_format *format_of(const pbr_row *row, pbr_style style)
{
    return is_input(row) ? row->book->variants[INPUT][style] : row->book->formats[style];
}

static void write_text(pbr_row *row, pbr_style style, lxw_format *format, const char *text)
{
    lxw_error error = text && *text
                          ? worksheet_write_string(row->worksheet, row->at, here(row), text, format)
                          : worksheet_write_blank(row->worksheet, row->at, here(row), format);
    check_cell(row, error);
    need_height(row, style, text);
    row->column++;
}

void pbr_cell_styled(pbr_row *row, pbr_style style, const char *text)
{
    write_text(row, style, format_of(row, style), text);
}

void pbr_cell_given_text(pbr_row *row, const char *text)
{
    write_text(row, PBR_STYLE_TEXT, row->book->variants[GIVEN][PBR_STYLE_TEXT], text);
}

void pbr_cell_text(pbr_row *row, const char *text)
{
    pbr_cell_styled(row, column_style(row), text);
}

void pbr_cell_blank(pbr_row *row)
{
    pbr_cell_text(row, NULL);
}

void pbr_cell_link(pbr_row *row, const char *sheet, const char *text)
{
    char *url = pbr_sprintf("internal:'%s'!A1", sheet);
    check_cell(row, worksheet_write_url_opt(row->worksheet, row->at, here(row), url,
                                            row->book->formats[PBR_STYLE_LINK], text, NULL));
    row->column++;
    free(url);
}

static void write_in_format(pbr_row *row, lxw_format *format, double value)
{
    check_cell(row, worksheet_write_number(row->worksheet, row->at, here(row), value, format));
    row->column++;
}

static void write_styled_number(pbr_row *row, pbr_style style, double value)
{
    write_in_format(row, format_of(row, style), value);
}

void pbr_cell_given(pbr_row *row, pbr_style style, double value)
{
    write_in_format(row, row->book->variants[GIVEN][style], value);
}

static void write_number(pbr_row *row, double value)
{
    write_styled_number(row, column_style(row), value);
}

/* Adds to the column's sum, kept in whole numbers so that the stored total is exact. */
static void add_to_sum(pbr_row *row, int64_t value)
{
    bool fits = value <= CELL_INTEGER_MAX && value >= -CELL_INTEGER_MAX;
    if (!fits || !pbr_pence_add(&row->sums[row->column], value))
        pbr_row_fail(row, "a number is too large for a cell to hold exactly");
}

void pbr_cell_int(pbr_row *row, int64_t value)
{
    add_to_sum(row, value);
    write_number(row, (double)value);
}

void pbr_cell_money_styled(pbr_row *row, pbr_style style, int64_t pence)
{
    add_to_sum(row, pence);
    write_styled_number(row, style, (double)pence / 100);
}

void pbr_cell_money(pbr_row *row, int64_t pence)
{
    pbr_cell_money_styled(row, column_style(row), pence);
}

void pbr_cell_ratio(pbr_row *row, const mpq_t value)
{
    write_number(row, pbr_ratio_double(value));
}

void pbr_cell_ratio_styled(pbr_row *row, pbr_style style, const mpq_t value)
{
    write_styled_number(row, style, pbr_ratio_double(value));
}

void pbr_cell_double(pbr_row *row, double value)
{
    write_number(row, value);
}

void pbr_cell_ratio_if(pbr_row *row, bool has, const mpq_t value)
{
    if (has)
        pbr_cell_ratio(row, value);
    else
        pbr_cell_blank(row);
}

void pbr_cell_date(pbr_row *row, pbr_date date)
{
    if (date == PBR_NO_DATE)
        pbr_cell_blank(row);
    else
        write_number(row, (double)date + DAYS_1900_TO_1970);
}

void pbr_cell_formula(pbr_row *row, pbr_style style, const char *formula, double result)
{
    need_height(row, style, NULL);
    check_cell(row, worksheet_write_formula_num(row->worksheet, row->at, here(row), formula,
                                                format_of(row, style), result));
    row->column++;
}

void pbr_cell_formula_text(pbr_row *row, pbr_style style, const char *formula, const char *result)
{
    check_cell(row, worksheet_write_formula_str(row->worksheet, row->at, here(row), formula,
                                                format_of(row, style), result));
    row->column++;
}

void pbr_cell_money_formula(pbr_row *row, const char *formula, int64_t pence)
{
    add_to_sum(row, pence);
    pbr_cell_formula(row, column_style(row), formula, (double)pence / 100);
}

uint32_t pbr_row_number(const pbr_row *row)
{
    return row->at;
}

/* --- sheets --- */

static void write_lead(pbr_row *row, pbr_style style, const char *text)
{
    size_t limit = lead_limit(row->sheet, style);
    while (text && *text) {
        pbr_slice line = next_line(&text, limit);
        char *copy = pbr_strndup(line.text, line.length);
        row->column = 0;
        pbr_cell_styled(row, style, copy);
        end_row(row);
        row->at++;
        free(copy);
    }
}

static void write_total_cell(pbr_row *row, size_t column, pbr_span span)
{
    const pbr_book_column *def = &row->sheet->columns[column];
    lxw_format *format = row->book->variants[TOTAL][def->style];
    char first[LXW_MAX_CELL_NAME_LENGTH], last[LXW_MAX_CELL_NAME_LENGTH];
    char formula[2 * PBR_CELL_TEXT];
    lxw_col_t at = (lxw_col_t)column;
    if (!def->total) {
        check_cell(row, worksheet_write_blank(row->worksheet, row->at, at, format));
        return;
    }
    bool money = def->style == PBR_STYLE_MONEY;
    lxw_rowcol_to_cell(first, span.first, at);
    lxw_rowcol_to_cell(last, span.last, at);
    /* pounds are sums of decimal fractions: the rounding gives back the exact penny */
    if (money)
        snprintf(formula, sizeof formula, "=ROUND(SUM(%s:%s),%s)", first, last, row->book->places);
    else
        snprintf(formula, sizeof formula, "=SUM(%s:%s)", first, last);
    double result = money ? (double)row->sums[column] / 100 : (double)row->sums[column];
    check_cell(row,
               worksheet_write_formula_num(row->worksheet, row->at, at, formula, format, result));
}

static void write_totals(pbr_row *row, pbr_span span)
{
    row->at = span.total;
    for (size_t i = 0; i < row->sheet->columns_count; i++) write_total_cell(row, i, span);
    check_cell(row, worksheet_write_string(row->worksheet, row->at, 0, "Total",
                                           row->book->variants[TOTAL][PBR_STYLE_TEXT]));
}

static void write_rows(pbr_row *row, pbr_span span)
{
    for (size_t i = 0; i < row->sheet->rows_count && !row->book->failure; i++) {
        row->at = span.first + (lxw_row_t)i;
        row->column = 0;
        row->sheet->fill(row, row->sheet->context, i);
        end_row(row);
    }
    row->column = 0;
    row->at = span.first;
    if (row->sheet->rows_count == 0) pbr_cell_styled(row, PBR_STYLE_TEXT, "None");
    while (row->sheet->rows_count == 0 && row->column < row->sheet->columns_count)
        pbr_cell_blank(row);
}

/* Filter buttons stand in the last line of a header, so it has two at least. */
static void fit_header(pbr_row *row, pbr_span span)
{
    row->at = span.header;
    for (row->column = 0; row->column < row->sheet->columns_count; row->column++)
        need_height(row, PBR_STYLE_HEADER, row->sheet->columns[row->column].header);
    row->column = 0;
    if (row->sheet->filter) need_height(row, PBR_STYLE_HEADER, "two\nlines");
    end_row(row);
}

static pbr_style header_style(pbr_style column)
{
    bool right = STYLES[column].number && !STYLES[column].left;
    return right ? PBR_STYLE_HEADER_RIGHT : PBR_STYLE_HEADER;
}

static void add_table(pbr_row *row, pbr_span span)
{
    const pbr_sheet *sheet = row->sheet;
    lxw_table_column columns[PBR_COLUMNS_MAX] = {{0}}, *list[PBR_COLUMNS_MAX + 1] = {NULL};
    for (size_t i = 0; i < sheet->columns_count; i++) {
        columns[i].header = (char *)sheet->columns[i].header;
        columns[i].header_format = row->book->formats[header_style(sheet->columns[i].style)];
        list[i] = &columns[i];
    }
    lxw_table_options options = {
        .name = (char *)sheet->table,
        .no_autofilter = !sheet->filter || sheet->total,
        .no_banded_rows = 1,
        .style_type = LXW_TABLE_STYLE_TYPE_LIGHT, /* 0: borders and fills are the cells' own, */
        .style_type_number = 0,                   /* since not every program draws table styles */
        .columns = list,
    };
    check(row->book, sheet->name,
          worksheet_add_table(row->worksheet, span.header, 0, span.total,
                              (lxw_col_t)(sheet->columns_count - 1), &options));
}

static void fill_table(pbr_row *row)
{
    pbr_span span = pbr_sheet_span(row->sheet);
    for (size_t i = 0; i < row->sheet->columns_count; i++)
        worksheet_set_column(row->worksheet, (lxw_col_t)i, (lxw_col_t)i,
                             row->sheet->columns[i].width, NULL);
    add_table(row, span);
    fit_header(row, span);
    write_rows(row, span);
    if (row->sheet->total) write_totals(row, span);
    worksheet_repeat_rows(row->worksheet, span.header, span.header);
    if (row->sheet->house == PBR_HOUSE_SETTLEMENT && row->sheet->rows_count >= FREEZE_FROM_ROWS)
        worksheet_freeze_panes(row->worksheet, span.first, 0);
}

static void set_page(lxw_worksheet *worksheet, const pbr_sheet *sheet, const char *footer)
{
    worksheet_set_paper(worksheet, A4);
    if (sheet->landscape) worksheet_set_landscape(worksheet);
    uint16_t pages = (uint16_t)ceil(sheet_width(sheet) / PAGE_WIDTH);
    worksheet_fit_to_pages(worksheet, pages, 0);
    if (pages > 1) worksheet_repeat_columns(worksheet, 0, 0);
    worksheet_set_margins(worksheet, 0.4, 0.4, 0.5, 0.6);
    if (sheet->house == PBR_HOUSE_SETTLEMENT) worksheet_set_footer(worksheet, footer);
}

/* Locked against slips, without a password: anybody may unlock a copy. */
static void protect(lxw_worksheet *worksheet)
{
    lxw_protection allowed = {.format_columns = 1, .format_rows = 1, .autofilter = 1};
    worksheet_protect(worksheet, NULL, &allowed);
}

lxw_worksheet *pbr_book_add(pbr_book *book, const pbr_sheet *sheet)
{
    if (book->failure) return NULL;
    int64_t sums[PBR_COLUMNS_MAX] = {0};
    check(book, sheet->name, workbook_validate_sheet_name(book->workbook, sheet->name));
    if (sheet->columns_count > PBR_COLUMNS_MAX)
        pbr_book_fail(book, sheet->name, "the table has too many columns");
    lxw_worksheet *worksheet =
        book->failure ? NULL : workbook_add_worksheet(book->workbook, sheet->name);
    if (!worksheet) return NULL;
    pbr_row row = {.book = book, .worksheet = worksheet, .sheet = sheet, .sums = sums};
    book->formats = book->houses[sheet->house];
    set_page(worksheet, sheet, book->footer);
    write_lead(&row, PBR_STYLE_TITLE, sheet->title);
    write_lead(&row, PBR_STYLE_WARNING, sheet->warning);
    write_lead(&row, PBR_STYLE_NOTE, sheet->about);
    write_lead(&row, PBR_STYLE_NOTE, sheet->source);
    if (sheet->columns_count) fill_table(&row);
    if (sheet->house == PBR_HOUSE_SETTLEMENT) protect(worksheet);
    return book->failure ? NULL : worksheet;
}
