/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two files that should be the same, byte by byte; where they are not, what a reader would call the
 * first place that differs. */
#ifndef PBR_VERIFY_SAME_FILE_H
#define PBR_VERIFY_SAME_FILE_H

#include "verify/difference.h"

/* Are the bytes the same? A file that cannot be read is the same as none. */
bool pbr_same_bytes(const char *recorded, const char *now);

/* Compares as what the name says it is (.csv, .xlsx, .json), or as bytes. For a table `key` is as
 * pbr_same_table takes it. Whatever differs, at least one difference is noted, or ids are. */
void pbr_same_file(const char *recorded, const char *now, const char *key,
                   pbr_file_differences *out);

#endif
