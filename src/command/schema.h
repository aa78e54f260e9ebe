/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Table Schema (Frictionless Data) of every CSV read or written. */
#ifndef PBR_COMMAND_SCHEMA_H
#define PBR_COMMAND_SCHEMA_H

/* The columns that tell the rows of a CSV apart, by its file's name without folder,
 * "cpa,cohort,line"; NULL where it is no table of pbrcalc or has no such columns. */
const char *pbr_schema_key(const char *file);

#endif
