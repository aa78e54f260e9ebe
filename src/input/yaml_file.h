/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A YAML file as libyaml's tree, within bounds that whoever writes terms, scenarios or runs does
 * not meet: 1 MiB, 20,000 keys and values, few brackets open at once, one document, text that can
 * be seen. */
#ifndef PBR_INPUT_YAML_FILE_H
#define PBR_INPUT_YAML_FILE_H

#include "base/diag.h"
#include "base/sha256.h"

#include <stddef.h>
#include <yaml.h>

/* The whole file, which the caller frees; NULL, reported, if it cannot be read, is empty or too
 * large. sha256 may be NULL. */
char *pbr_yaml_bytes(const char *path, size_t *length, char sha256[PBR_SHA256_TEXT],
                     pbr_diag *diag);

/* Parses what was read from path. False, reported, if there is no tree; else there is one, which
 * the caller deletes, even where other problems were reported. It has no root if the file says
 * nothing. */
bool pbr_yaml_parse(const char *path, const char *bytes, size_t length, yaml_document_t *document,
                    pbr_diag *diag);

pbr_place pbr_yaml_place(const char *path, const yaml_node_t *node);

#endif
