/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-event-stream.h"
#include "bw-pool.h"

G_BEGIN_DECLS

BwEventHub *bw_event_hub_new      (BwStore *store, BwSessionCache *sessions, BwPool *pool, guint max_streams);
void        bw_event_hub_free     (BwEventHub *self);
gboolean    bw_event_hub_add      (BwEventHub *self, BwEventStream *stream, GError **error);
void        bw_event_hub_remove   (BwEventHub *self, BwEventStream *stream);
void        bw_event_hub_catch_up (BwEventHub *self, BwEventStream *stream);
void        bw_event_hub_changed  (BwEventHub *self, gint64 business, gint64 revision);
void        bw_event_hub_rights_changed (BwEventHub *self);
void        bw_event_hub_end_all  (BwEventHub *self);
BwEventPort *bw_event_hub_get_port (BwEventHub *self);
guint       bw_event_hub_count    (BwEventHub *self);
GBytes     *bw_event_hub_write    (const BwEvent *event);

G_END_DECLS
