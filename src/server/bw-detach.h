/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int bw_detach_socket (int fd, GError **error);

G_END_DECLS
