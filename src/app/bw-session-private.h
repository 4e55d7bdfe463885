/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-session.h"

#include "bw-known-servers.h"
#include "bw-local-server.h"

G_BEGIN_DECLS

struct _BwSession
{
  GObject parent_instance;

  BwConnection *connection;
  char *user;               /* who is signed in to it */
  BwConnection *trying;     /* what the last sign-in was tried on; for its certificate */
  BwLocalServer *local;
  BwKnownServers *servers;
  GError *error;
  DexPromise *retry;        /* ends the waiting for the next try */
  guint round;              /* grows with each way in that is begun: an older one gives way */
  guint busy;               /* how many sign-ins by the user are under way */
  gboolean restoring;
  gboolean lapsed;
};

void bw_session_add_busy       (BwSession *self, int n);
void bw_session_set_restoring  (BwSession *self, gboolean restoring);
void bw_session_set_lapsed     (BwSession *self, gboolean lapsed);
void bw_session_take_error     (BwSession *self, GError *error);
void bw_session_set_connection (BwSession *self, BwConnection *connection, const char *user);

G_END_DECLS
