/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *bw_role_get_title (const char *id, const char *name);

G_END_DECLS
