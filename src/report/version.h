/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's version. The commit comes from the build. */
#ifndef PBR_REPORT_VERSION_H
#define PBR_REPORT_VERSION_H

#define PBR_VERSION "0.1.0"

#ifndef PBR_COMMIT
#define PBR_COMMIT "unknown"
#endif
#ifndef PBR_LOCAL_CHANGES
#define PBR_LOCAL_CHANGES 0
#endif

#endif
