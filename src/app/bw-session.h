/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libdex.h>

#include "bw-business.h"
#include "bw-connection.h"

G_BEGIN_DECLS

#define BW_TYPE_SESSION (bw_session_get_type ())

/**
 * BwSession:
 *
 * Which server the application works with: the servers that the user has named, the connection
 * in use, and its sign-in. Properties (read only, all notify):
 *   connection   BwConnection        NULL while nobody is signed in; windows follow it
 *   busy         gboolean            a sign-in that the user asked for is under way
 *   restoring    gboolean            the sign-in of the last time is being taken up; goes on until
 *                                    the server answers
 *   lapsed       gboolean            the server no longer takes the sign-in of "connection": what is
 *                                    shown stays, but is not followed until the user signs in again
 *   error        GError (boxed)      why the last try to sign in failed; NULL when it didn't
 */
G_DECLARE_FINAL_TYPE (BwSession, bw_session, BW, SESSION, GObject)

BwSession    *bw_session_new            (void);
BwConnection *bw_session_get_connection (BwSession *self);
gboolean      bw_session_get_busy       (BwSession *self);
gboolean      bw_session_get_restoring  (BwSession *self);
gboolean      bw_session_get_lapsed     (BwSession *self);
const GError *bw_session_get_error      (BwSession *self);
const char   *bw_session_get_user       (BwSession *self);
gboolean      bw_session_is_on_this_computer (BwSession *self);

/* What the user gave the last time, to fill a form with. */
char         *bw_session_dup_server     (BwSession *self);
char         *bw_session_dup_user       (BwSession *self);
char        **bw_session_list_servers   (BwSession *self);
char         *bw_session_dup_user_at    (BwSession *self, const char *server);

/* The certificate that the server showed and that isn't trusted, after BW_CLIENT_ERROR_CERTIFICATE. */
GTlsCertificate *bw_session_get_refused_certificate (BwSession *self, GTlsCertificateFlags *reasons);
void          bw_session_trust          (BwSession *self, const char *fingerprint);

/* Each a future of TRUE, or rejected with what went wrong. */
DexFuture    *bw_session_sign_in        (BwSession *self, const char *server, const char *user, const char *password,
                                         gboolean remember);
DexFuture    *bw_session_sign_in_again  (BwSession *self, const char *password);
DexFuture    *bw_session_use_this_computer (BwSession *self);
DexFuture    *bw_session_restore        (BwSession *self);
DexFuture    *bw_session_open           (BwSession *self, const char *server);
DexFuture    *bw_session_sign_out       (BwSession *self);
void          bw_session_retry          (BwSession *self);
void          bw_session_leave          (BwSession *self);

G_END_DECLS
