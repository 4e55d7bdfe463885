/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-rights.h"

G_BEGIN_DECLS

#define BW_TYPE_PERMISSION_ROWS (bw_permission_rows_get_type ())

/**
 * BwPermissionRows:
 *
 * A switch for each permission.
 *
 * Signals:
 *   changed ()    the user has switched one
 */
G_DECLARE_FINAL_TYPE (BwPermissionRows, bw_permission_rows, BW, PERMISSION_ROWS,
                      AdwPreferencesGroup)

BwPermissions bw_permission_rows_get       (BwPermissionRows *self);
void          bw_permission_rows_set       (BwPermissionRows *self, BwPermissions permissions);
void          bw_permission_rows_set_given (BwPermissionRows *self, BwPermissions given);
void          bw_permission_rows_set_limit (BwPermissionRows *self, BwPermissions limit);

G_END_DECLS
