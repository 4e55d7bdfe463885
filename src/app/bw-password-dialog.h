/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-connection.h"
#include "bw-form-dialog.h"

G_BEGIN_DECLS

#define BW_TYPE_PASSWORD_DIALOG (bw_password_dialog_get_type ())

/**
 * BwPasswordDialog:
 *
 * Changes the password of who is signed in.
 */
G_DECLARE_FINAL_TYPE (BwPasswordDialog, bw_password_dialog, BW, PASSWORD_DIALOG, BwFormDialog)

BwFormDialog *bw_password_dialog_new (BwConnection *connection);

G_END_DECLS
