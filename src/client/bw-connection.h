/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libdex.h>

#include "bw-client-error.h"
#include "bw-client-types.h"

G_BEGIN_DECLS

/**
 * BwConnectionState:
 * @BW_CONNECTION_STATE_SIGNED_OUT: there is no token, or the server no longer takes it
 * @BW_CONNECTION_STATE_CONNECTING: there is a token, but no answer yet
 * @BW_CONNECTION_STATE_ONLINE: the last request was answered
 * @BW_CONNECTION_STATE_OFFLINE: the last request was not; the next that is answered ends this
 */
typedef enum
{
  BW_CONNECTION_STATE_SIGNED_OUT,
  BW_CONNECTION_STATE_CONNECTING,
  BW_CONNECTION_STATE_ONLINE,
  BW_CONNECTION_STATE_OFFLINE,
} BwConnectionState;

#define BW_TYPE_CONNECTION_STATE (bw_connection_state_get_type ())
GType bw_connection_state_get_type (void);

#define BW_TYPE_CONNECTION (bw_connection_get_type ())
G_DECLARE_FINAL_TYPE (BwConnection, bw_connection, BW, CONNECTION, GObject)

/**
 * BwProgressFunc:
 * @done: bytes so far
 * @total: bytes in all, or -1 if that is not known
 *
 * Called in the thread that started a transfer, at most some 20 times a second and once at its end.
 */
typedef void (*BwProgressFunc) (gint64 done, gint64 total, gpointer user_data);

/*
 * Properties (all notify):
 *   url          char *              construct only, without a slash at its end
 *   state        BwConnectionState   read only
 *   error        GError (boxed)      read only: why it is signed out or offline; NULL when online
 *   me           BwMe (boxed)        read only: NULL until signed in
 *   server-time-offset gint64        read only: milliseconds the server's clock is ahead of ours
 *   timeout      guint               seconds of silence after which a request has failed; 30
 * Signals:
 *   sign-in-needed (GError *error)   the server no longer takes the token: ask to sign in again
 *
 * A connection belongs to the thread that made it: call it, and await its futures, there.
 */
BwConnection     *bw_connection_new             (const char *url);
const char       *bw_connection_get_url         (BwConnection *self);
BwConnectionState bw_connection_get_state       (BwConnection *self);
const GError     *bw_connection_get_error       (BwConnection *self);
BwMe             *bw_connection_get_me          (BwConnection *self);
gint64            bw_connection_get_server_time_offset (BwConnection *self);
guint             bw_connection_get_timeout     (BwConnection *self);
void              bw_connection_set_timeout     (BwConnection *self, guint seconds);

const char       *bw_connection_get_token       (BwConnection *self);
void              bw_connection_set_token       (BwConnection *self, const char *token);
DexFuture        *bw_connection_sign_in         (BwConnection *self, const char *user, const char *password);
DexFuture        *bw_connection_sign_out        (BwConnection *self);
DexFuture        *bw_connection_refresh_me      (BwConnection *self);
void              bw_connection_assume_me       (BwConnection *self, BwMe *me);

void              bw_connection_set_trusted_certificate (BwConnection *self, const char *fingerprint);
const char       *bw_connection_get_trusted_certificate (BwConnection *self);
GTlsCertificate  *bw_connection_get_refused_certificate (BwConnection *self, GTlsCertificateFlags *reasons);
char             *bw_certificate_get_fingerprint (GTlsCertificate *certificate);
char             *bw_certificate_flags_to_text  (GTlsCertificateFlags reasons);

DexFuture        *bw_connection_request         (BwConnection *self, const char *method, const char *path, GBytes *body);
DexFuture        *bw_connection_download        (BwConnection *self, const char *path, goffset offset, gsize length);
DexFuture        *bw_connection_download_to     (BwConnection *self, const char *path, GFile *file,
                                                 BwProgressFunc progress, gpointer user_data, GDestroyNotify notify);
DexFuture        *bw_connection_upload          (BwConnection *self, const char *path, const char *name,
                                                 GInputStream *stream, goffset size);

G_END_DECLS
