/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libpbrcalc: the settlement of payment-by-results contracts as a library.
 *
 * A program loads a contract (pbr_contract_load), gets measures from extracts
 * (pbr_measure_extracts) or from a table (pbr_metrics_read), and makes a settlement
 * (pbr_settlement_make), which is a pure function of the two and of its options. Problems gather in
 * a pbr_diag; a function that reports an error there gives NULL or false. Whoever makes a thing
 * frees it, in the opposite order.
 *
 * Call pbr_mem_install() and gsl_set_error_handler_off() once, before anything else. Compile with
 * `pkg-config --cflags --libs pbrcalc`. */
#ifndef PBRCALC_H
#define PBRCALC_H

#include "base/diag.h"
#include "base/mem.h"
#include "contract/load.h"
#include "contract/vary.h"
#include "measure/measure.h"
#include "measure/metrics_csv.h"
#include "qa/qa.h"
#include "report/tables.h"
#include "report/version.h"
#include "settle/settlement.h"

#endif
