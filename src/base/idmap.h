/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers the distinct strings it is given 0, 1, 2 … in order of arrival. They may hold any bytes.
 */
#ifndef PBR_BASE_IDMAP_H
#define PBR_BASE_IDMAP_H

#include <stddef.h>
#include <stdint.h>

#define PBR_NO_ID UINT32_MAX

typedef struct pbr_idmap pbr_idmap;

pbr_idmap *pbr_idmap_new(void);
void pbr_idmap_free(pbr_idmap *map);

/* The number of a string, given now if it is new. */
uint32_t pbr_idmap_add(pbr_idmap *map, const char *text, size_t length);
/* The number of a string, or PBR_NO_ID. */
uint32_t pbr_idmap_find(const pbr_idmap *map, const char *text, size_t length);
/* The string of a number; owned by the map, NUL-terminated. */
const char *pbr_idmap_text(const pbr_idmap *map, uint32_t id);
uint32_t pbr_idmap_count(const pbr_idmap *map);

#endif
