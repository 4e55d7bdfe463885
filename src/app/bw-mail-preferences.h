/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-connection.h"

G_BEGIN_DECLS

#define BW_TYPE_MAIL_PREFERENCES (bw_mail_preferences_get_type ())

/**
 * BwMailPreferences:
 *
 * Whether and when the user who is signed in wants mail from a business. Each change is sent at once;
 * what the server refuses is said, and shown again as it is kept.
 */
G_DECLARE_FINAL_TYPE (BwMailPreferences,
                      bw_mail_preferences,
                      BW,
                      MAIL_PREFERENCES,
                      AdwPreferencesPage)

void bw_mail_preferences_set_connection (BwMailPreferences *self,
                                         BwConnection *connection,
                                         const char *business);

G_END_DECLS
