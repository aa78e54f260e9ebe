/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/whatif_book.h"

#include "report/cover.h"
#include "report/payment_words.h"
#include "report/version.h"
#include "report/whatif_sheets.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

#define FILE_NAME "whatif.xlsx"
#define NOT_FOR_PAYMENT "What if: not for payment."
#define BASE_DUE "Due, base (£)"
#define INSTEAD_DUE "Due, instead (£)"

#define GUIDE                                                                                      \
    "Nothing here is a settlement. Amounts of the two sides are what would be due under their "    \
    "terms, after gates and caps, less what earlier settlements settled; those of a simulation "   \
    "are what would be payable. Both come from the settlement's own counts by its own rules. "     \
    "Files of the same names as the sheets hold the same figures as CSV."

/* --- cover --- */

/* Notes are phrases; on a cover they are sentences. */
static const char *sentence(const pbr_scope *scope, const char *phrase)
{
    char *text = pbr_arena_printf(scope->arena, "%s", phrase);
    size_t length = strlen(text);
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = (char)(text[0] - 'a' + 'A');
    bool ended = length && strchr(".?!", text[length - 1]);
    return ended ? text : pbr_arena_printf(scope->arena, "%s.", text);
}

static void add_cells(pbr_cover *cover, const char *item, const char *header, int64_t pence,
                      const pbr_sheet *const *sheets, size_t count)
{
    const char *cells[PBR_COVER_CELLS_MAX];
    for (size_t i = 0; i < count; i++) cells[i] = pbr_total_cell(cover->scope, sheets[i], header);
    pbr_cover_figure(cover, item, pence, cells, count, false);
}

static const pbr_sheet *find_sheet(const pbr_whatif_pages *pages, const char *name)
{
    for (size_t i = 0; i < pages->count; i++)
        if (strcmp(pages->pages[i].sheet.name, name) == 0) return &pages->pages[i].sheet;
    return NULL;
}

/* The engine's own totals, which the totals of four sheets must equal. */
static void add_totals(pbr_cover *cover, const pbr_whatif_pages *pages)
{
    static const char *const names[] = {"Summary", "Payees", "Areas", "Results"};
    enum { COUNT = sizeof names / sizeof *names };
    _Static_assert((int)COUNT <= (int)PBR_COVER_CELLS_MAX, "a figure has a cell for each sheet");
    const pbr_whatif *whatif = pages->whatif;
    const pbr_sheet *sheets[COUNT];
    for (size_t i = 0; i < COUNT; i++) sheets[i] = find_sheet(pages, names[i]);
    int64_t before = whatif->base.settlement->due_pence,
            after = whatif->asked.settlement->due_pence;
    if (pages->two_sides)
        pbr_cover_total(cover, "Change in what is due",
                        pbr_total_cell(cover->scope, sheets[0], "Change (£)"), after - before);
    add_cells(cover, "Due in the base", BASE_DUE, before, sheets, COUNT);
    if (pages->two_sides) add_cells(cover, "Due instead", INSTEAD_DUE, after, sheets, COUNT);
    pbr_cover_check(cover);
}

static const char *illustrative_words(const pbr_whatif_pages *pages)
{
    bool base = pbr_settlement_illustrative(pages->whatif->base.settlement);
    bool asked = pbr_settlement_illustrative(pages->whatif->asked.settlement);
    if (!asked || base) return NULL; /* what the base rests on is said above */
    return "The second side rests on terms that are made up.";
}

static void fill_cover(pbr_cover *cover, const pbr_whatif_pages *pages)
{
    const pbr_whatif *whatif = pages->whatif;
    const pbr_scenario *scenario = whatif->scenario;
    const pbr_scope *scope = cover->scope;
    if (scenario->question) pbr_cover_text(cover, "Question", scenario->question);
    add_totals(cover, pages);
    pbr_cover_mark(cover, "Illustrative terms", illustrative_words(pages));
    pbr_cover_text(cover, "Base", whatif->base_words);
    if (pages->two_sides) pbr_cover_text(cover, "Instead", whatif->asked_words);
    for (size_t i = 0; i < whatif->notes_count; i++)
        pbr_cover_text(cover, "Note", sentence(scope, whatif->notes[i]));
    pbr_cover_text(cover, "How to use it", GUIDE);
    pbr_cover_text(cover, "Author", scenario->author);
    pbr_cover_text(cover, "Scenario (SHA-256)", whatif->sha256);
    pbr_cover_facts(cover);
    for (size_t i = 0; i < pages->count; i++) pbr_cover_contents(cover, &pages->pages[i].sheet, 1);
}

static pbr_sheet cover_sheet(pbr_cover *cover, const pbr_whatif_pages *pages)
{
    const pbr_scope *scope = cover->scope;
    fill_cover(cover, pages);
    pbr_sheet sheet = pbr_cover_sheet(
        cover, "About",
        pbr_arena_printf(scope->arena, "What if: %s", pages->whatif->scenario->title),
        pbr_arena_printf(scope->arena, "%s They are in %s. A positive amount is owed to the payee.",
                         pbr_vat_words(scope), pbr_currency_words(scope)));
    const char *warning = pbr_warning(scope);
    sheet.warning =
        warning ? pbr_arena_printf(scope->arena, NOT_FOR_PAYMENT "\n%s", warning) : NOT_FOR_PAYMENT;
    return sheet;
}

/* --- the workbook --- */

/* What was asked for, in the order of the sheets. */
static void plan_pages(pbr_whatif_pages *pages)
{
    pbr_pages_compared(pages);
    pbr_pages_funnel(pages);
    if (pages->whatif->sweep) pbr_pages_sweep(pages);
    pbr_pages_distances(pages);
    if (pages->whatif->simulation) pbr_pages_simulation(pages);
    if (pages->whatif->power) pbr_pages_power(pages);
}

static pbr_book_facts properties_of(const pbr_whatif_pages *pages)
{
    const pbr_scope *scope = pages->scope;
    pbr_book_facts facts = pbr_properties(scope, "What if");
    facts.title = pbr_arena_printf(scope->arena, "What if: %s", pages->whatif->scenario->title);
    facts.author = pages->whatif->scenario->author;
    facts.status = "What if, not for payment";
    facts.footer = pbr_arena_printf(scope->arena, "%s: what if, not for payment",
                                    pages->whatif->base.settlement->id);
    return facts;
}

static bool write_book(const char *path, pbr_whatif_pages *pages, pbr_diag *diag)
{
    pbr_cover cover = {.scope = pages->scope};
    plan_pages(pages);
    pbr_sheet front = cover_sheet(&cover, pages);
    pbr_book_facts facts = properties_of(pages);
    pbr_book *book = pbr_book_new(path, &facts);
    pbr_book_add(book, &front);
    for (size_t i = 0; i < pages->count; i++) pbr_book_page_add(book, &pages->pages[i]);
    bool written = pbr_book_close(book, diag);
    pbr_cover_free(&cover);
    return written;
}

/* The extract's date where all measures have one and the same. */
static pbr_date snapshot_of(const pbr_measures *measures)
{
    pbr_date date = measures->measures_count ? measures->measures[0].snapshot : PBR_NO_DATE;
    for (size_t i = 1; i < measures->measures_count; i++)
        if (measures->measures[i].snapshot != date) return PBR_NO_DATE;
    return date;
}

bool pbr_whatif_write_book(pbr_staged *staged, const pbr_whatif *whatif, pbr_diag *diag)
{
    const pbr_settlement *base = whatif->base.settlement;
    pbr_run_facts facts = {.settlement_id = base->id,
                           .program_version = PBR_VERSION,
                           .as_at = base->as_at,
                           .snapshot = snapshot_of(whatif->base.measures)};
    pbr_scope *scope = pbr_scope_new(NULL, base, whatif->base.measures, &facts, diag);
    if (!scope) return false;
    pbr_whatif_pages *pages = pbr_alloc(1, sizeof *pages);
    *pages = (pbr_whatif_pages){
        .scope = scope, .whatif = whatif, .two_sides = whatif->scenario->instead != NULL};
    bool written = write_book(pbr_staged_path(staged, FILE_NAME), pages, diag);
    free(pages);
    pbr_scope_free(scope);
    return written;
}
