/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-admin.h"
#include "bw-form-dialog.h"

G_BEGIN_DECLS

#define BW_TYPE_MEMBER_DIALOG (bw_member_dialog_get_type ())

/**
 * BwMemberDialog:
 *
 * Adds somebody to a business, or changes what a member may do.
 */
G_DECLARE_FINAL_TYPE (BwMemberDialog, bw_member_dialog, BW, MEMBER_DIALOG, BwFormDialog)

BwFormDialog *bw_member_dialog_new (BwBusiness *business, GPtrArray *roles, const BwMember *member);

G_END_DECLS
