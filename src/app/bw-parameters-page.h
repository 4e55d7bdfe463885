/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BW_TYPE_PARAMETERS_PAGE (bw_parameters_page_get_type ())

/**
 * BwParametersPage:
 *
 * What a job was asked to do, as highlighted JSON.
 */
G_DECLARE_FINAL_TYPE (BwParametersPage, bw_parameters_page, BW, PARAMETERS_PAGE, AdwBin)

void bw_parameters_page_set_parameters (BwParametersPage *self, const char *parameters);

G_END_DECLS
