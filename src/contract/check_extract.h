/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What scheme.yaml says of the extracts: names, codes and the scale of scores. */
#ifndef PBR_CONTRACT_CHECK_EXTRACT_H
#define PBR_CONTRACT_CHECK_EXTRACT_H

#include "contract/contract.h"

enum { PBR_SCALE_DECIMALS = 6 };

void pbr_check_extract(const pbr_contract *contract, pbr_diag *diag);

#endif
