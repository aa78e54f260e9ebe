/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which terms and rows of tables a settlement rests on. */
#ifndef PBR_SETTLE_USED_H
#define PBR_SETTLE_USED_H

#include "contract/vary.h"
#include "settle/settlement.h"

bool pbr_used_rules(const pbr_settlement *settlement, const pbr_rules *rules);
/* A term of such rules: those of a line, metric or cap only where the line is settled. */
bool pbr_used_term(const pbr_settlement *settlement, const pbr_rules *rules, const char *path);
/* Is a term of the rules a decimal that decides amounts, by its path? Names that look like numbers,
 * and decimals to round to, are none. */
bool pbr_is_amount_term(const char *path);
bool pbr_used_number(const pbr_settlement *settlement, const pbr_number *number);
/* Is the agreement of an area that is settled? */
bool pbr_used_agreement(const pbr_settlement *settlement, const pbr_agreement *agreement);

#endif
