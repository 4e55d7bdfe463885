/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-event-stream.h"

G_BEGIN_DECLS

/*
 * One client's stream of events. Events wait in a bounded queue. They go out by the port, which has the
 * reader's socket; or, where libmicrohttpd does TLS, by the connection's thread, and while there are
 * none the connection is suspended.
 *
 * A stream is live when the hub gives it each change as it is read, and behind when it must first be
 * given older changes from the store: at its start, and after its queue was full. So a slow reader
 * costs a queue at most, is told of each job's last state, and misses nothing.
 *
 * Locks: the hub's before a stream's.
 */
struct _BwEventStream
{
  gatomicrefcount references;
  BwEventHub *hub;
  GBytes *token_hash;
  char *business;

  GMutex lock;              /* of all below */
  BwCachedSession *session;
  guint64 serial;           /* of the rights that the viewer's are */
  BwViewer viewer;
  GQueue waiting;           /* of GBytes */
  gsize used;               /* of the first one */
  gboolean greeted;         /* the first of all is out */
  gint64 position;          /* the reader has been given all that came up to this revision */
  gint64 given;             /* the revision last given, which others may share */
  gboolean behind;
  gboolean catching_up;     /* the hub has been asked for older changes */
  gboolean overflowed;      /* while it gave them */
  gboolean ended;
  gboolean failed;

  /* By the port: */
  BwEventPort *port;        /* NULL: by libmicrohttpd */
  int fd;
  gboolean idle;            /* all is sent, and the port waits to be woken */
  gint64 stalled_at;        /* since when the reader takes nothing, monotonic microseconds; 0: it does */
  GDestroyNotify over;
  gpointer over_data;

  /* By libmicrohttpd: */
  struct MHD_Connection *suspended; /* NULL while the connection's thread has it */
  struct MHD_Connection *connection;
};

void bw_event_stream_wake (BwEventStream *self);

G_END_DECLS
