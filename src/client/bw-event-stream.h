/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-connection.h"

G_BEGIN_DECLS

/**
 * BwEventStreamState:
 * @BW_EVENT_STREAM_STATE_STOPPED: not started, or stopped
 * @BW_EVENT_STREAM_STATE_CONNECTING: asking the server for the stream
 * @BW_EVENT_STREAM_STATE_LIVE: events arrive as they happen
 * @BW_EVENT_STREAM_STATE_WAITING: lost; it will be tried again by itself
 */
typedef enum
{
  BW_EVENT_STREAM_STATE_STOPPED,
  BW_EVENT_STREAM_STATE_CONNECTING,
  BW_EVENT_STREAM_STATE_LIVE,
  BW_EVENT_STREAM_STATE_WAITING,
} BwEventStreamState;

#define BW_TYPE_EVENT_STREAM_STATE (bw_event_stream_state_get_type ())
GType bw_event_stream_state_get_type (void);

#define BW_TYPE_EVENT_STREAM (bw_event_stream_get_type ())
G_DECLARE_FINAL_TYPE (BwEventStream, bw_event_stream, BW, EVENT_STREAM, GObject)

/*
 * Properties (read only, all notify):
 *   state        BwEventStreamState
 *   polling      gboolean            the server offers no stream: look again every 15 seconds
 *   error        GError (boxed)      why it waits; NULL when live
 *   retry-at     gint64              monotonic time of the next try in microseconds; 0 when none waits
 *   revision     gint64              of the last event; -1 before the first
 * Signals:
 *   event (BwEvent *event)           in the order of the server, each once
 *   poll ()                          while polling: look now
 */
BwEventStream     *bw_event_stream_new          (BwConnection *connection, const char *business);
void               bw_event_stream_start        (BwEventStream *self, gint64 since);
void               bw_event_stream_stop         (BwEventStream *self);
void               bw_event_stream_poke         (BwEventStream *self);
BwEventStreamState bw_event_stream_get_state    (BwEventStream *self);
gboolean           bw_event_stream_get_polling  (BwEventStream *self);
const GError      *bw_event_stream_get_error    (BwEventStream *self);
gint64             bw_event_stream_get_retry_at (BwEventStream *self);
gint64             bw_event_stream_get_revision (BwEventStream *self);

G_END_DECLS
