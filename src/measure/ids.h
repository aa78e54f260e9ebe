/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids in eight bytes for all threads. A short id is packed into its code (base/code.h); any other
 * is kept once, in full, and its code is its number. Equal ids and only those have equal codes.
 * Numbers follow the pace of threads, so that nothing may hang on their order. */
#ifndef PBR_MEASURE_IDS_H
#define PBR_MEASURE_IDS_H

#include "base/code.h"

typedef struct pbr_ids pbr_ids;

pbr_ids *pbr_ids_new(void);
void pbr_ids_free(pbr_ids *ids);

/* An id as it is read. Its members are set one by one, and it is handed on by its address: copies
 * of what was just written in other widths cost more than all the rest. */
typedef struct {
    pbr_slice text;
    pbr_code code; /* if it is packed */
    bool packed;
} pbr_id;

static inline void pbr_id_set(pbr_id *id, pbr_slice text)
{
    id->text = text;
    id->packed = pbr_code_pack(text, &id->code);
}

/* Of ids that are not packed. */
pbr_code pbr_ids_enter_long(pbr_ids *ids, pbr_slice id);
pbr_code pbr_ids_find_long(const pbr_ids *ids, pbr_slice id);

/* The code of an id, which is kept if it must be. Any number of threads may ask. */
static inline pbr_code pbr_ids_enter(pbr_ids *ids, const pbr_id *id)
{
    return id->packed ? id->code : pbr_ids_enter_long(ids, id->text);
}

/* The code of an id, or of none (0, the empty text) if it is not known. Any number of threads may
 * ask, while none enters one. */
static inline pbr_code pbr_ids_find(const pbr_ids *ids, const pbr_id *id)
{
    return id->packed ? id->code : pbr_ids_find_long(ids, id->text);
}

/* The text of a code, which may stand in `unpacked`. */
pbr_slice pbr_ids_text(const pbr_ids *ids, pbr_code code, char unpacked[PBR_CODE_LETTERS + 1]);
/* As strcmp of the texts; not while one is entered. */
int pbr_ids_compare(const pbr_ids *ids, pbr_code a, pbr_code b);

#endif
