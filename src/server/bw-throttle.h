/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BwThrottle BwThrottle;

BwThrottle *bw_throttle_new     (guint free_tries);
void        bw_throttle_free    (BwThrottle *self);
guint       bw_throttle_check   (BwThrottle *self, const char *key, gint64 now);
void        bw_throttle_failed  (BwThrottle *self, const char *key, gint64 now);
void        bw_throttle_forget  (BwThrottle *self, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwThrottle, bw_throttle_free)

G_END_DECLS
