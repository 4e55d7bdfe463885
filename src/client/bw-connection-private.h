/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bw-connection.h"
#include "bw-dex.h"

G_BEGIN_DECLS

/**
 * BwParseFunc:
 * @body: the body of a good answer
 *
 * Makes of it what a call resolves to. Called in a thread of the pool.
 *
 * Returns: (nullable): a value of the call's boxed type, or %NULL with an error
 */
typedef gpointer (*BwParseFunc) (GBytes *body, GError **error);

/* What goes over the wire; bw-exchange.c */
#define BW_MAX_ANSWER (64 * 1024 * 1024)

DexFuture   *bw_connection_call        (BwConnection *self, char *tried, const char *method,
                                        const char *path, GBytes *body, GType type, BwParseFunc parse);
SoupMessage *bw_connection_new_message (BwConnection *self, const char *method, const char *path,
                                        GError **error);
GInputStream *bw_connection_await_head (BwConnection *self, BwTask *task, SoupSession *session,
                                        SoupMessage *message, GError **error);
GError      *bw_connection_explain     (BwConnection *self, const char *tried, GError *error);
gboolean     bw_connection_check_json  (BwConnection *self, SoupMessage *message, GError **error);

/* Files; bw-transfer.c */
DexFuture   *bw_connection_download_for (BwConnection *self, char *tried, const char *path,
                                         goffset offset, gsize length);
DexFuture   *bw_connection_download_to_for (BwConnection *self, char *tried, const char *path,
                                            GFile *file, BwProgressFunc progress,
                                            gpointer user_data, GDestroyNotify notify);

/* State; bw-connection.c */
SoupSession *bw_connection_get_session (BwConnection *self);
GUri        *bw_connection_get_uri     (BwConnection *self, GError **error);
void         bw_connection_note_answer (BwConnection *self, SoupMessage *message);
void         bw_connection_note_error  (BwConnection *self, SoupMessage *message, const GError *error);
void         bw_connection_set_me      (BwConnection *self, BwMe *me);
gboolean     bw_connection_accepts     (BwConnection *self, GTlsCertificate *certificate,
                                        GTlsCertificateFlags reasons);
const char  *bw_message_get_token      (SoupMessage *message);

G_END_DECLS
