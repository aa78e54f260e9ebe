/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a contract folder to a contract. */
#ifndef PBR_CONTRACT_LOAD_H
#define PBR_CONTRACT_LOAD_H

#include "contract/contract.h"

/* Reads and checks a contract folder. Every problem goes to diag; NULL if there was any error. */
pbr_contract *pbr_contract_load(const char *folder, pbr_diag *diag);

#endif
