/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/socket.h>

#include "bw-session-cache.h"
#include "bw-store.h"
#include "bw-uri.h"

G_BEGIN_DECLS

typedef struct _BwServer BwServer;
typedef struct _BwRoute BwRoute;

/** The header fields that a handler may ask for; no others are kept. */
typedef enum
{
  BW_HEADER_AUTHORIZATION,
  BW_HEADER_CONTENT_TYPE,
  BW_HEADER_CONTENT_DISPOSITION,
  BW_HEADER_IF_RANGE,
  BW_HEADER_LAST_EVENT_ID,
  BW_HEADER_RANGE,
  BW_HEADER_FORWARDED_FOR,
} BwHeader;
#define BW_N_HEADERS 7

/**
 * BwRequest:
 *
 * One request, whole but for a body that is streamed. Belongs to one thread at a time: the one that
 * reads it from the connection, then the one that runs its handler.
 */
typedef struct
{
  BwServer *server;
  const BwRoute *route;
  BwUri *uri;
  const char *parameters[2]; /* what stands for {…} in the route's path, in order */
  char *headers[BW_N_HEADERS];
  GByteArray *body;         /* nullable */
  struct sockaddr_storage peer;
  BwCachedSession *sign_in; /* nullable: nobody is signed in */
  BwViewer viewer;          /* for routes inside a business */
  gint64 wait_until;        /* monotonic microseconds; 0: this request has not waited yet */
} BwRequest;

BwRequest  *bw_request_new          (BwServer *server);
void        bw_request_free         (BwRequest *self);
const char *bw_request_get_query    (BwRequest *self, const char *name);
gboolean    bw_request_only_query   (BwRequest *self, const char *const *names, GError **error);
gboolean    bw_request_query_int    (BwRequest *self, const char *name, gint64 min, gint64 max, gint64 *value, GError **error);
gboolean    bw_request_get_id       (BwRequest *self, guint index, const char *what, gint64 *id, GError **error);
char       *bw_request_get_address  (BwRequest *self);
gboolean    bw_request_is_local     (BwRequest *self);
BwJsonReader *bw_request_read_json  (BwRequest *self, GError **error);
gboolean    bw_request_need         (BwRequest *self, BwPermissions permission, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwRequest, bw_request_free)

G_END_DECLS
