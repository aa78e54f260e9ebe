/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of field that a closed vocabulary of YAML is written in, for sources that define one. A
 * MAYBE_ field may be left out: a text, group or list is then NULL, a number or word 0. */
#ifndef PBR_CONTRACT_FIELDS_H
#define PBR_CONTRACT_FIELDS_H

#include <cyaml/cyaml.h>

#define PBR_TEXT_FIELD(key, type, member)                                                          \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, CYAML_UNLIMITED)
#define PBR_MAYBE_TEXT_FIELD(key, type, member)                                                    \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1,         \
                           CYAML_UNLIMITED)
#define PBR_WORD_FIELD(key, type, member, list)                                                    \
    CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT, type, member, list, CYAML_ARRAY_LEN(list))
#define PBR_MAYBE_WORD_FIELD(key, type, member, list)                                              \
    CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT | CYAML_FLAG_OPTIONAL, type, member, list,             \
                     CYAML_ARRAY_LEN(list))
#define PBR_NUMBER_FIELD(key, type, member) CYAML_FIELD_UINT(key, CYAML_FLAG_DEFAULT, type, member)
#define PBR_MAYBE_NUMBER_FIELD(key, type, member)                                                  \
    CYAML_FIELD_UINT(key, CYAML_FLAG_OPTIONAL, type, member)
#define PBR_GROUP_FIELD(key, type, member, fields)                                                 \
    CYAML_FIELD_MAPPING(key, CYAML_FLAG_DEFAULT, type, member, fields)
#define PBR_MAYBE_GROUP_FIELD(key, type, member, fields)                                           \
    CYAML_FIELD_MAPPING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, fields)
#define PBR_LIST_FIELD(key, type, member, entry, least)                                            \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER, type, member, &entry, least, CYAML_UNLIMITED)
#define PBR_MAYBE_LIST_FIELD(key, type, member, entry)                                             \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, &entry, 1,   \
                         CYAML_UNLIMITED)

#endif
