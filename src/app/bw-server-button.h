/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_SERVER_BUTTON (bw_server_button_get_type ())

/**
 * BwServerButton:
 *
 * The server's button in the header bar: it says whether anything runs, and opens the quick tool and
 * what there is to know of the connection.
 */
G_DECLARE_FINAL_TYPE (BwServerButton, bw_server_button, BW, SERVER_BUTTON, AdwBin)

GtkWidget *bw_server_button_new            (void);
void       bw_server_button_set_connection (BwServerButton *self, BwConnection *connection);
void       bw_server_button_set_running    (BwServerButton *self, gint64 n_running);

G_END_DECLS
