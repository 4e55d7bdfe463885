/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-session.h"

G_BEGIN_DECLS

#define BW_TYPE_PREFERENCES_DIALOG (bw_preferences_dialog_get_type ())

/**
 * BwPreferencesDialog:
 *
 * What a user can set: how lists are kept up to date, what the desktop tells, what mail is sent, and
 * the account. Each takes effect at once.
 */
G_DECLARE_FINAL_TYPE (BwPreferencesDialog,
                      bw_preferences_dialog,
                      BW,
                      PREFERENCES_DIALOG,
                      AdwPreferencesDialog)

AdwDialog *bw_preferences_dialog_new (BwSession *session, const char *business);

G_END_DECLS
