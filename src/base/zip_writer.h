/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a zip file (PKWARE APPNOTE.TXT 4.3), member by member, each deflated as its bytes come; no
 * zip64. Members are dated 1980-01-01, the first day that the format has, so that the same members
 * give the same bytes. */
#ifndef PBR_BASE_ZIP_WRITER_H
#define PBR_BASE_ZIP_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pbr_zip_writer pbr_zip_writer;

/* NULL, with errno, if the file cannot be made. */
pbr_zip_writer *pbr_zip_writer_open(const char *path);

/* A member: its name, its bytes in as many pieces as there are, its end. Each is false, with errno,
 * once anything could not be written or has become too large for the format. */
bool pbr_zip_member(pbr_zip_writer *zip, const char *name);
bool pbr_zip_put(pbr_zip_writer *zip, const void *bytes, size_t length);
bool pbr_zip_member_end(pbr_zip_writer *zip);
/* Bytes that were put to the latest member. */
uint64_t pbr_zip_member_size(const pbr_zip_writer *zip);

/* Writes the directory, closes and frees. False, with errno set to the first failure, if the file
 * is not whole; it is then left as it is. */
bool pbr_zip_writer_close(pbr_zip_writer *zip);

#endif
