/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>
#include <libsoup/soup.h>

#include "bw-dex.h"

G_BEGIN_DECLS

/* The one bridge from libsoup's callbacks to futures. */

SoupSession *bw_soup_session_new     (guint max_connections);
DexFuture   *bw_soup_send            (SoupSession *session, SoupMessage *message);
GBytes      *bw_soup_await_body      (BwTask *task, GInputStream *stream, gsize max_bytes, guint idle_ms, GError **error);
gboolean     bw_soup_is_loopback     (GUri *uri);
gboolean     bw_soup_has_type        (SoupMessage *message, const char *type);

G_END_DECLS
