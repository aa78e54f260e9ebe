/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a workbook on their way into its file.
 *
 * libxlsxwriter writes each of some hundred parts into a temporary file, reads it back, and packs
 * it with minizip at a level that cannot be chosen; and it does not see when a temporary file meets
 * a full disk. parts.c defines the six functions that it calls for this, lxw_tmpfile and minizip's,
 * and the linker prefers a program's own: parts stay in memory, are packed fast, and every failure
 * is told. Nothing is written outside the workbook's place.
 *
 * The library calls them when a workbook is complete and nothing but its parts is left to write.
 * pbr_parts_close hides the cells from it, so that it writes each sheet without them, and puts in
 * their place what rows.c writes.
 *
 * A program that did not link them would still write the same sheets, more slowly and by way of the
 * system's folder for temporary files. tests/unit/test_book.c fails then. */
#ifndef PBR_REPORT_PARTS_H
#define PBR_REPORT_PARTS_H

#include <xlsxwriter.h>

/* workbook_close, by way of this file. */
lxw_error pbr_parts_close(lxw_workbook *workbook);

#endif
