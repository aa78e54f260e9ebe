/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a workbook whole? libxlsxwriter loses the error when its temporary files meet a full disk, and
 * then packs a sheet that is cut short; so the file is read back. */
#ifndef PBR_REPORT_WHOLE_H
#define PBR_REPORT_WHOLE_H

#include <stdbool.h>

/* True if every member of the zip file at path unpacks and ends with its root element's end tag.
 * All members of a workbook that libxlsxwriter writes are XML. */
bool pbr_xlsx_whole(const char *path);

#endif
