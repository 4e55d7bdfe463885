/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-rights.h"

G_BEGIN_DECLS

char    *bw_ctl_list_permissions (BwPermissions set);
gboolean bw_ctl_read_permissions (char **names, BwPermissions *set, GError **error);

G_END_DECLS
