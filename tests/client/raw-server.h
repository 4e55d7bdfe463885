/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * An HTTP server that says whatever a test wants it to, broken answers included: what is written is
 * what goes over the wire. Handlers run in threads of their own.
 */
typedef struct _BwRawServer BwRawServer;

typedef struct
{
  char *method;
  char *path;               /* without the query */
  char *query;              /* never NULL */
  GHashTable *headers;      /* lower case */
  GBytes *body;
  GIOStream *stream;
  BwRawServer *server;
} BwRawRequest;

/** Returns: %TRUE to go on with the connection */
typedef gboolean (*BwRawHandler) (BwRawRequest *request, gpointer data);

BwRawServer *bw_raw_server_new      (BwRawHandler handler, gpointer data);
BwRawServer *bw_raw_server_new_tls  (BwRawHandler handler, gpointer data, GTlsCertificate *certificate);
void         bw_raw_server_free     (BwRawServer *self);
char        *bw_raw_server_get_url  (BwRawServer *self);
gboolean     bw_raw_server_is_over  (BwRawServer *self);
guint        bw_raw_server_count    (BwRawServer *self);

gboolean     bw_raw_write           (BwRawRequest *request, const char *format, ...) G_GNUC_PRINTF (2, 3);
gboolean     bw_raw_write_bytes     (BwRawRequest *request, gconstpointer bytes, gsize length);
gboolean     bw_raw_answer          (BwRawRequest *request, guint status, const char *type, const char *body);
gboolean     bw_raw_answer_json     (BwRawRequest *request, const char *body);
char        *bw_raw_get_query       (BwRawRequest *request, const char *name);
void         bw_raw_wait_closed     (BwRawRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwRawServer, bw_raw_server_free)

G_END_DECLS
