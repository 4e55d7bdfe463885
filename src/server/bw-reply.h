/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-json-writer.h"

G_BEGIN_DECLS

typedef struct _BwEventStream BwEventStream;

/**
 * BwBodyRead:
 * @data: the source's own
 * @offset: bytes before the part wanted
 * @length: how many bytes are wanted
 * @error: set when the part can't be had
 *
 * Reads a part of a body that is too large to hold. Called on threads of the pool, one at a time.
 *
 * Returns: (transfer full) (nullable): at least one byte and @length bytes at most
 */
typedef GBytes *(*BwBodyRead) (gpointer data, gint64 offset, gsize length, GError **error);

/** A body that is read while it is sent. */
typedef struct
{
  BwBodyRead read;
  gpointer data;
  GDestroyNotify destroy;
  gint64 start;
  gint64 length;
} BwBodySource;

/** Where a claim waits for work. */
typedef struct
{
  char *key;                /* equal for claims that could be answered with the same jobs */
  GArray *businesses;       /* of gint64 */
  guint64 serial;           /* bw_claim_wait_get_serial() before it was tried */
  gint64 until;             /* monotonic microseconds */
} BwParking;

/**
 * BwReply:
 *
 * What a handler answers: a whole body, a source to stream one from, an event stream, or no answer
 * yet since the claim waits.
 */
typedef struct
{
  guint status;
  const char *content_type; /* static; NULL without a body */
  GBytes *body;             /* nullable */
  GPtrArray *headers;       /* of name, value, name, …; nullable */
  BwBodySource *source;     /* nullable */
  BwEventStream *stream;    /* nullable */
  BwParking *parking;       /* nullable */
} BwReply;

extern const char *const bw_reply_common_headers[];

BwReply *bw_reply_new          (guint status);
BwReply *bw_reply_new_json     (guint status, BwJsonWriter *writer);
BwReply *bw_reply_new_problem  (const GError *error);
BwReply *bw_reply_new_text     (const char *content_type, GBytes *body);
BwReply *bw_reply_new_stream   (BwEventStream *stream);
BwReply *bw_reply_new_parked   (const char *key, GArray *businesses, guint64 serial, gint64 until);
void     bw_reply_free         (BwReply *self);
void     bw_reply_add_header   (BwReply *self, const char *name, const char *value);
char    *bw_reply_write_header (BwReply *self);
void     bw_reply_take_source  (BwReply *self, const char *content_type, BwBodySource *source);
void     bw_body_source_free   (BwBodySource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwReply, bw_reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwBodySource, bw_body_source_free)

G_END_DECLS
