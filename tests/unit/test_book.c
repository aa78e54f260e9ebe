/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a workbook gets into its file. */
#include "base/zip.h"
#include "report/book.h"
#include "support.h"

#include <dlfcn.h>
#include <string.h>

static pbr_book *small_book(const char *path)
{
    static const pbr_sheet sheet = {.name = "Sheet", .title = "A title & more"};
    pbr_book *book = pbr_book_new(path, &(pbr_book_facts){.title = "Test", .date = 17000});
    pbr_book_add(book, &sheet);
    return book;
}

/* libxlsxwriter must find this program's functions, not its own and minizip's: else parts would go
 * through temporary files. The names are asked for by text, so that this file does not link them.
 */
static void parts_stay_in_memory(void **state)
{
    (void)state;
    static const char *const names[] = {"lxw_tmpfile",         "zipOpen",
                                        "zipWriteInFileInZip", "zipOpenNewFileInZip4_64",
                                        "zipCloseFileInZip",   "zipClose"};
    Dl_info own, found;
    assert_int_not_equal(dladdr((void *)(uintptr_t)parts_stay_in_memory, &own), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        void *function = dlsym(RTLD_DEFAULT, names[i]);
        assert_non_null(function);
        assert_int_not_equal(dladdr(function, &found), 0);
        assert_string_equal(found.dli_fname, own.dli_fname);
    }
}

static void a_book_is_a_zip_file(void **state)
{
    (void)state;
    char path[] = "/tmp/pbrcalc-book-XXXXXX";
    close(mkstemp(path));
    pbr_diag *diag = pbr_diag_new();
    assert_true(pbr_book_close(small_book(path), diag));
    pbr_zip *zip = pbr_zip_open(path);
    assert_non_null(zip);
    size_t length, sheet = pbr_zip_find(zip, "xl/worksheets/sheet1.xml");
    char *text = pbr_zip_read(zip, sheet, &length);
    assert_non_null(text);
    assert_non_null(strstr(text, "<sheetData>"));
    assert_non_null(strstr(text, "</worksheet>"));
    free(text);
    pbr_zip_close(zip);
    pbr_diag_free(diag);
    remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts_stay_in_memory),
                                       cmocka_unit_test(a_book_is_a_zip_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
