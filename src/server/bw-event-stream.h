/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <microhttpd.h>

#include "bw-event-port.h"
#include "bw-session-cache.h"

G_BEGIN_DECLS

/* How many events wait for one reader. A reader that falls behind further is given the rest from the
 * store once it has read these. */
#define BW_EVENT_STREAM_MAX_WAITING 1000

typedef struct _BwEventHub BwEventHub;

BwEventStream *bw_event_stream_new     (BwEventHub *hub, BwCachedSession *session, const char *business, const BwViewer *viewer, gint64 since);
BwEventStream *bw_event_stream_ref     (BwEventStream *self);
void           bw_event_stream_unref   (BwEventStream *self);
void           bw_event_stream_abandon (BwEventStream *self);
struct MHD_Response *bw_event_stream_create_response (BwEventStream *self, struct MHD_Connection *connection);
void           bw_event_stream_hand_over (BwEventStream *self, BwEventPort *port, int fd, const char *header, GDestroyNotify over, gpointer data);

/* For the port: */
int      bw_event_stream_get_fd     (BwEventStream *self);
gboolean bw_event_stream_send       (BwEventStream *self);
gboolean bw_event_stream_is_stalled (BwEventStream *self, gint64 since);
void     bw_event_stream_close      (BwEventStream *self);

/* For the hub: */
typedef enum
{
  BW_RIGHTS_SAME,
  BW_RIGHTS_CHANGED,
  BW_RIGHTS_GONE,
  BW_RIGHTS_UNKNOWN,        /* the store could not be asked */
} BwRightsNews;

gint64       bw_event_stream_get_business (BwEventStream *self);
gint64       bw_event_stream_begin_page (BwEventStream *self);
gboolean     bw_event_stream_may_see   (BwEventStream *self, const BwChange *change);
gboolean     bw_event_stream_is_behind (BwEventStream *self);
gboolean     bw_event_stream_is_starved (BwEventStream *self);
void         bw_event_stream_push      (BwEventStream *self, const BwChange *change, GBytes *text);
void         bw_event_stream_advance   (BwEventStream *self, gint64 revision);
void         bw_event_stream_caught_up (BwEventStream *self, gboolean is_live);
void         bw_event_stream_ping      (BwEventStream *self);
void         bw_event_stream_end       (BwEventStream *self);
void         bw_event_stream_fail      (BwEventStream *self);
void         bw_event_stream_tell_rights (BwEventStream *self, gboolean gone);
gboolean     bw_event_stream_is_current (BwEventStream *self, guint64 serial);
BwRightsNews bw_event_stream_check_rights (BwEventStream *self, BwSessionCache *sessions);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwEventStream, bw_event_stream_unref)

G_END_DECLS
