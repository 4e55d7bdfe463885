/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

gboolean bw_address_parse       (const char *text, struct sockaddr_storage *address, socklen_t *length, GError **error);
gboolean bw_address_is_loopback (const struct sockaddr *address);
char    *bw_address_to_string   (const struct sockaddr *address);
guint    bw_address_get_port    (const struct sockaddr *address);

G_END_DECLS
