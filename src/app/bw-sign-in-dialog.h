/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-session.h"

G_BEGIN_DECLS

#define BW_TYPE_SIGN_IN_DIALOG (bw_sign_in_dialog_get_type ())

/**
 * BwSignInDialog:
 *
 * Asks for the password when the server no longer takes a sign-in. What the windows show stays
 * readable behind it, and goes on from there.
 */
G_DECLARE_FINAL_TYPE (BwSignInDialog, bw_sign_in_dialog, BW, SIGN_IN_DIALOG, AdwDialog)

AdwDialog *bw_sign_in_dialog_new (BwSession *session);

G_END_DECLS
