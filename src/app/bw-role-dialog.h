/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-admin.h"
#include "bw-form-dialog.h"

G_BEGIN_DECLS

#define BW_TYPE_ROLE_DIALOG (bw_role_dialog_get_type ())

/**
 * BwRoleDialog:
 *
 * Makes a role of the business's own, or changes or removes one.
 */
G_DECLARE_FINAL_TYPE (BwRoleDialog, bw_role_dialog, BW, ROLE_DIALOG, BwFormDialog)

BwFormDialog *bw_role_dialog_new (BwBusiness *business, const BwRoleInfo *role);

G_END_DECLS
