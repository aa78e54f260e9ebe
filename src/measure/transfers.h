/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transfers of starts inside follow-up, of which there are few. */
#ifndef PBR_MEASURE_TRANSFERS_H
#define PBR_MEASURE_TRANSFERS_H

#include "measure/population.h"

/* While starts are read: keeps the days of a start's transfers, if its class has any, by its line.
 */
void pbr_transfers_add(pbr_harvest *harvest, const pbr_class *class, uint32_t line,
                       const pbr_date days[PBR_KINDS]);

/* While starts are put in order: first all are joined, then those of a line get the number of its
 * start, by any number of threads, then they can be asked for. */
void pbr_transfers_join(pbr_population *population);
void pbr_transfers_number(const pbr_population *population, uint32_t line, uint32_t start);
void pbr_transfers_end(pbr_population *population);

/* The transfer of a start that has one. */
pbr_transfer *pbr_transfer_of(const pbr_population *population, size_t start, size_t kind);

#endif
