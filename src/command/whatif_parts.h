/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the printers of a what-if share. */
#ifndef PBR_COMMAND_WHATIF_PARTS_H
#define PBR_COMMAND_WHATIF_PARTS_H

#include "whatif/whatif.h"

typedef struct {
    const pbr_whatif *whatif;
    FILE *out;
    bool all, two; /* two: there is a second side */
    pbr_arena *arena;
} pbr_printer;

/* Pounds of whole pence, "-1,234.56"; owned by the printer's arena. */
const char *pbr_printer_money(const pbr_printer *printer, int64_t pence);
/* "C02/2015Q4/binary" of a result on the side that is asked. */
const char *pbr_printer_place(const pbr_printer *printer, const pbr_result *result);

void pbr_print_sweep(const pbr_printer *printer);
void pbr_print_tornado(const pbr_printer *printer);
void pbr_print_break_even(const pbr_printer *printer);
void pbr_print_simulation(const pbr_printer *printer);
void pbr_print_power(const pbr_printer *printer);

#endif
