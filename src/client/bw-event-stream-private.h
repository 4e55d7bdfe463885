/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bw-dex.h"
#include "bw-event-stream.h"
#include "bw-sse-parser.h"

G_BEGIN_DECLS

/**
 * BwEventStreamTimes:
 * @first_delay: before the first new try, which then doubles
 * @max_delay: what it doubles up to
 * @silence: without as much as a ping, after which the connection counts as dead
 * @poll: between two polls, where there is no stream
 * @poll_retry: after which a server that had no stream is asked for one again
 *
 * All in milliseconds.
 */
typedef struct
{
  guint first_delay;
  guint max_delay;
  guint silence;
  guint poll;
  guint poll_retry;
} BwEventStreamTimes;

/**
 * BwEventRun:
 *
 * One start until the next stop. Its fiber holds the stream weakly, so that a stream that nobody
 * needs any longer goes away while it waits for news.
 */
typedef struct
{
  BwTask task;
  GWeakRef stream;
  BwConnection *connection;
  SoupSession *session;
  char *path;
  DexCancellable *cancellable;
  BwSseParser *parser;
  GPtrArray *events; /* of BwEvent: parsed, not yet told */
  SoupMessage *message;
  guint failures;   /* in a row */
  guint silent;     /* answers in a row that had a head but nothing else */
  gboolean refused; /* the last answer was that there is no stream */
  gboolean over;
} BwEventRun;

struct _BwEventStream
{
  GObject parent_instance;

  BwConnection *connection;
  char *business;
  BwEventStreamTimes times;

  BwEventStreamState state;
  gboolean polling;
  GError *error;
  gint64 retry_at;
  gint64 revision;
  gint64 heard_at;

  BwEventRun *run;
  DexPromise *poke; /* ends the waiting for the next try */
  guint poll_source;
};

void bw_event_stream_set_times (BwEventStream *self, const BwEventStreamTimes *times);

/* bw-event-stream.c, for its runs */
void bw_event_stream_set_state    (BwEventStream *self, BwEventStreamState state);
void bw_event_stream_take_error   (BwEventStream *self, GError *error);
void bw_event_stream_set_retry_at (BwEventStream *self, gint64 retry_at);
void bw_event_stream_set_polling  (BwEventStream *self, gboolean polling);
void bw_event_stream_tell         (BwEventStream *self, BwEvent *event);

/* bw-event-run.c */
BwEventRun *bw_event_run_new      (BwEventStream *stream);
void        bw_event_run_end      (BwEventRun *self);

G_END_DECLS
