/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/manifest.h"

#include <csv.h>
#include <cyaml/cyaml.h>
#include <gmp.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <xlsxwriter.h>
#include <yaml.h>
#include <zlib.h>

const char *const *pbr_library_versions(void)
{
    static char cyaml[48], gmp[48], gsl[48], openssl[96], yaml[48], zlib[48], jansson[48];
    static char csv[48], xlsxwriter[48];
    static const char *const versions[] = {
        cyaml, csv, gmp, gsl, jansson, openssl, xlsxwriter, yaml, zlib, NULL,
    };
    snprintf(csv, sizeof csv, "libcsv %d.%d.%d", CSV_MAJOR, CSV_MINOR, CSV_RELEASE);
    snprintf(xlsxwriter, sizeof xlsxwriter, "libxlsxwriter %s", LXW_VERSION);
    snprintf(cyaml, sizeof cyaml, "libcyaml %s", cyaml_version_str);
    snprintf(gmp, sizeof gmp, "GMP %s", gmp_version);
    snprintf(gsl, sizeof gsl, "GSL %s", gsl_version);
    snprintf(jansson, sizeof jansson, "Jansson %s", JANSSON_VERSION);
    snprintf(openssl, sizeof openssl, "%s", OpenSSL_version(OPENSSL_VERSION));
    snprintf(yaml, sizeof yaml, "libyaml %s", yaml_get_version_string());
    snprintf(zlib, sizeof zlib, "zlib %s", zlibVersion());
    return versions;
}
