/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business-admin.h"

G_BEGIN_DECLS

/* A row to choose a role with, out of those that the user may give. */
void              bw_role_choice_fill (AdwComboRow *row, BwBusiness *business, GPtrArray *roles, const char *chosen);
const BwRoleInfo *bw_role_choice_get  (AdwComboRow *row);

G_END_DECLS
