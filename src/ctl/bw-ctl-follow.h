/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-ctl.h"

G_BEGIN_DECLS

gboolean bw_ctl_follow (BwCtl *ctl, gint64 job, GError **error);

gboolean bw_ctl_wait   (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_watch  (BwCtl *ctl, char **arguments, GError **error);

G_END_DECLS
