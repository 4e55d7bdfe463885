/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-admin.h"
#include "bw-form-dialog.h"

G_BEGIN_DECLS

#define BW_TYPE_TOKEN_DIALOG (bw_token_dialog_get_type ())

/**
 * BwTokenDialog:
 *
 * Lets an application or a worker in: makes its token and shows it, this once; or renews or removes
 * one.
 */
G_DECLARE_FINAL_TYPE (BwTokenDialog, bw_token_dialog, BW, TOKEN_DIALOG, BwFormDialog)

BwFormDialog *bw_token_dialog_new (BwBusiness *business, GPtrArray *roles, const BwTokenInfo *token);

G_END_DECLS
