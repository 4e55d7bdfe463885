/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-session.h"

G_BEGIN_DECLS

#define BW_TYPE_CONNECT_PAGE (bw_connect_page_get_type ())

/**
 * BwConnectPage:
 *
 * What a window shows while nobody is signed in: connect to a server, or use this computer.
 */
G_DECLARE_FINAL_TYPE (BwConnectPage, bw_connect_page, BW, CONNECT_PAGE, AdwBin)

void bw_connect_page_set_session (BwConnectPage *self, BwSession *session);

G_END_DECLS
