/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of a zip file (PKWARE APPNOTE.TXT 4.3), stored or deflated; no zip64 and no encryption.
 */
#ifndef PBR_BASE_ZIP_H
#define PBR_BASE_ZIP_H

#include <stddef.h>

typedef struct pbr_zip pbr_zip;

/* Reads the file and its directory. NULL if it cannot be read or is no whole zip file. */
pbr_zip *pbr_zip_open(const char *path);
void pbr_zip_close(pbr_zip *zip);

size_t pbr_zip_count(const pbr_zip *zip);
/* The member of this name, or count where there is none. */
size_t pbr_zip_find(const pbr_zip *zip, const char *name);
/* Its name, in fresh memory. */
char *pbr_zip_name(const pbr_zip *zip, size_t member);
/* Its bytes in fresh memory, with a NUL after them; NULL if they are damaged. */
char *pbr_zip_read(const pbr_zip *zip, size_t member, size_t *length);

#endif
