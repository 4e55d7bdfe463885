/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-ctl.h"

G_BEGIN_DECLS

extern const GOptionEntry bw_ctl_filter_options[];

BwFilter *bw_ctl_filter_make     (BwCtl *ctl, GError **error);
gboolean  bw_ctl_filter_is_given (void);
gboolean  bw_ctl_find_user       (BwCtl *ctl, const char *name, gint64 *id, GError **error);
gboolean  bw_ctl_read_time       (const char *text, gboolean end, BwTime *time, GError **error);

G_END_DECLS
