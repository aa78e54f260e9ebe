/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tags of an XML text one after another, as far as reading workbooks needs it: prefixes of
 * names are dropped, comments and declarations passed over, and nothing is validated. */
#ifndef PBR_INPUT_XML_H
#define PBR_INPUT_XML_H

#include "base/mem.h"
#include "base/text.h"

#include <stdbool.h>

typedef struct {
    const char *at; /* NUL-terminated text from here on is still to be read */
} pbr_xml;

/* Slices of the text, which must outlive them. */
typedef struct {
    pbr_slice name;         /* without its prefix */
    pbr_slice attributes;   /* as they stand */
    pbr_slice before;       /* the text since the last tag, not decoded */
    bool closes, is_closed; /* </name>, <name/> */
} pbr_tag;

/* Steps to the next tag. False at the end, or where the text breaks off. */
bool pbr_xml_next(pbr_xml *xml, pbr_tag *tag);
bool pbr_tag_opens(const pbr_tag *tag, const char *name);  /* <name> or <name/> */
bool pbr_tag_closes(const pbr_tag *tag, const char *name); /* </name> or <name/> */
/* The value of an attribute by its name without prefix, decoded, or NULL; owned by arena. */
const char *pbr_tag_value(const pbr_tag *tag, const char *name, pbr_arena *arena);
/* Text with its entities decoded. */
char *pbr_xml_text(pbr_slice text, pbr_arena *arena);

#endif
