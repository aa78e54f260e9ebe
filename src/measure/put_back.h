/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that leave starts out, each put back by itself: who would have counted without it. Persons
 * are looked at anew, so that one whom a further rule leaves out stays out, and one who now counts
 * by an earlier start does not count twice. */
#ifndef PBR_MEASURE_PUT_BACK_H
#define PBR_MEASURE_PUT_BACK_H

#include "measure/metrics.h"
#include "measure/population.h"

/* Each rule that leaves starts out under any version: exclusions, transfers, what cannot be
 * measured, in their order. One that several versions have is listed once; measures are not filled
 * in. The array is owned by the caller, texts by the contract. */
size_t pbr_put_backs_list(const pbr_contract *contract, pbr_put_back **out);

/* Judges classes of starts, in each kind of period, as if the rule left nobody out. What was judged
 * before is lost: the caller keeps a copy. */
void pbr_put_back_judge(pbr_class *classes, size_t count, size_t kinds,
                        const pbr_contract *contract, const pbr_put_back *rule);

#endif
