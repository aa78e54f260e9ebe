/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/publication_book.h"

#include "report/cover.h"
#include "report/publication_sheets.h"
#include "report/sheet_parts.h"
#include "report/words.h"

/* --- the rule in words --- */

static const char *rule_words(const pbr_scope *scope)
{
    const pbr_publication_terms *rule = &scope->contract->scheme->publication;
    bool zeros = rule->zeros == PBR_ZEROS_SHOWN;
    return pbr_arena_printf(
        scope->arena,
        "Least count: a count of persons or starts from %s to %u is withheld, and so is every "
        "figure from which it follows. %s Where everybody reoffended, that is withheld too.",
        zeros ? "1" : "0", rule->least - 1,
        zeros ? "A count of nobody is shown." : "A count of nobody is withheld as well.");
}

static const char OUTCOMES_RULE[] =
    "Where few persons were measured, few reoffended or few did not, the outcome is withheld: "
    "counts, rates, limits, result, units and payments. It is withheld for every cohort of the "
    "area that belongs to the same contract year or overlaps, so that no difference between "
    "cohorts gives it away.";
static const char ATTRITION_RULE[] =
    "Where few starts ended for a reason, that reason is withheld together with another one, in "
    "all those cohorts alike; if the withheld reasons together are still few, eligible and then "
    "starts are withheld as well.";
static const char TOTALS_RULE[] = "A total of money that holds a withheld payment is withheld, "
                                  "since money is exact to the penny.";
static const char RULE_LIMITS[] =
    "The rule looks at what this workbook shows. Whoever publishes should compare it with earlier "
    "editions of the same cohorts: a small change between two editions can be seen by anybody.";

static const char *rule_source(const pbr_scope *scope)
{
    const pbr_provenance *from = &scope->contract->scheme->publication.from;
    return pbr_arena_printf(scope->arena, "%s; source: %s; status: %s", from->clause, from->source,
                            pbr_status_text(from->status));
}

static const char NOTES_WORDS[] =
    "A header such as \"Rate [note 3]\" points to the note of that number in the worksheet called "
    "Notes.";
static const char SHORTHAND_WORDS[] = PBR_WITHHELD
    " is confidential: withheld by the rule below. " PBR_NOT_AVAILABLE
    " is not available: there is nobody to divide by, or there was no test. " PBR_NOT_APPLICABLE
    " is not applicable. No cell of a table is blank.";

/* --- sheets --- */

static void in_house(pbr_sheet *sheet)
{
    sheet->house = PBR_HOUSE_PUBLICATION;
    sheet->filter = false;
    sheet->warning = NULL; /* said in the table, without colour */
}

static void fill_front(pbr_cover *cover, const pbr_publication *publication)
{
    const pbr_scope *scope = cover->scope;
    pbr_cover_text(
        cover, "What this is",
        "The results and payments of a settlement, for the public. The settlement itself "
        "and its terms are held by the commissioner.");
    pbr_cover_text(cover, "Commissioner", scope->contract->scheme->commissioner);
    pbr_cover_facts(cover);
    pbr_cover_text(cover, "How notes work", NOTES_WORDS);
    pbr_cover_text(cover, "Shorthand", SHORTHAND_WORDS);
    pbr_cover_text(cover, "Rule for small numbers", rule_words(scope));
    pbr_cover_text(cover, "Withheld outcomes", OUTCOMES_RULE);
    pbr_cover_text(cover, "Withheld reasons", ATTRITION_RULE);
    pbr_cover_text(cover, "Withheld totals", TOTALS_RULE);
    pbr_cover_text(cover, "Where the rule stands", rule_source(scope));
    pbr_cover_text(cover, "How much is withheld", pbr_withheld_words(publication));
    pbr_cover_text(cover, "What the rule cannot do", RULE_LIMITS);
}

static void add_front(pbr_book *book, const pbr_publication *publication)
{
    const pbr_scope *scope = publication->scope;
    pbr_cover cover = {.scope = scope};
    fill_front(&cover, publication);
    const char *about =
        pbr_arena_printf(scope->arena, "This worksheet contains one table. It has no notes and "
                                       "no blank cells.");
    pbr_sheet sheet = pbr_cover_sheet(
        &cover, "Cover",
        pbr_arena_printf(scope->arena, "Publication: %s", scope->contract->scheme->title), about);
    in_house(&sheet);
    pbr_book_add(book, &sheet);
    pbr_cover_free(&cover);
}

typedef struct {
    const pbr_sheet *at[PBR_PUBLISHED_TABLES + 1]; /* the notes first */
    size_t count;
} contents;

static const pbr_book_column CONTENTS[] = {PBR_COLUMN("Worksheet", 24, LABEL),
                                           PBR_COLUMN("Title", 76, TEXT)};

static void fill_contents(pbr_row *row, const void *context, size_t index)
{
    const pbr_sheet *sheet = ((const contents *)context)->at[index];
    pbr_cell_link(row, sheet->name, sheet->name);
    pbr_cell_text(row, sheet->title);
}

static pbr_sheet contents_sheet(const pbr_scope *scope, const contents *list)
{
    pbr_sheet sheet =
        pbr_sheet_plan(scope, "Contents", "contents", "Contents",
                       "This worksheet contains one table. It has no notes and no blank cells.",
                       PBR_COLUMNS(CONTENTS), list->count, fill_contents);
    in_house(&sheet);
    sheet.landscape = false;
    sheet.context = list;
    return sheet;
}

/* Tables are numbered as they come; one without rows is left out. */
static void list_tables(const pbr_scope *scope, pbr_sheet tables[PBR_PUBLISHED_TABLES],
                        contents *list)
{
    size_t number = 0;
    for (size_t i = 0; i < PBR_PUBLISHED_TABLES; i++) {
        if (!tables[i].rows_count) continue;
        tables[i].title =
            pbr_arena_printf(scope->arena, "Table %zu: %s", ++number, tables[i].title);
        list->at[list->count++] = &tables[i];
    }
}

static void add_sheets(pbr_book *book, const pbr_publication *publication)
{
    const pbr_scope *scope = publication->scope;
    pbr_sheet tables[PBR_PUBLISHED_TABLES], notes = pbr_published_notes(scope);
    contents list = {.at = {&notes}, .count = 1};
    pbr_published_tables(publication, tables);
    list_tables(scope, tables, &list);
    pbr_sheet front = contents_sheet(scope, &list);
    add_front(book, publication);
    pbr_book_add(book, &front);
    for (size_t i = 0; i < list.count; i++) pbr_book_add(book, list.at[i]);
}

static bool write_book(const char *path, const pbr_publication *publication, pbr_diag *diag)
{
    pbr_book_facts properties = pbr_properties(publication->scope, "Publication");
    pbr_book *book = pbr_book_new(path, &properties);
    add_sheets(book, publication);
    return pbr_book_close(book, diag);
}

bool pbr_publication_book(const char *path, const pbr_settlement *settlement,
                          const pbr_measures *measures, const pbr_earlier_run *runs,
                          size_t runs_count, const pbr_run_facts *facts, pbr_diag *diag)
{
    pbr_scope *scope = pbr_scope_new(NULL, settlement, measures, facts, diag);
    if (!scope) return false;
    pbr_disclosure *disclosure =
        pbr_disclosure_new(settlement->contract, measures, runs, runs_count);
    pbr_publication *publication = pbr_publication_new(scope, disclosure, diag);
    bool written = publication && write_book(path, publication, diag);
    pbr_publication_free(publication);
    pbr_disclosure_free(disclosure);
    pbr_scope_free(scope);
    return written;
}
