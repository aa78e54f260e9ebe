/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people decided about computed lines, and money that is not computed (semantics 22). The
 * computed figure always stays visible. */
#ifndef PBR_SETTLE_DISPOSITIONS_H
#define PBR_SETTLE_DISPOSITIONS_H

#include "settle/settlement.h"

/* Gives each payment its disposition and sets what is payable and due. A decision that matches no
 * payment, or two, goes to diag. */
void pbr_dispositions_apply(pbr_settlement *settlement, const pbr_settle_options *options,
                            pbr_diag *diag);

/* Takes over the other lines, less what earlier runs settled of them. */
void pbr_others_take(pbr_settlement *settlement, const pbr_settle_options *options, pbr_diag *diag);

/* One balance a payee, by the contract's treatment of negative totals. Payees must be listed. What
 * does not fit in 63 bits of pence goes to diag, as with the others. */
void pbr_balances_make(pbr_settlement *settlement, const pbr_settle_options *options,
                       pbr_diag *diag);

#endif
