/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What stands in place of an address for the server of the user's own. */
#define BW_THIS_COMPUTER "this-computer"

/**
 * BwKnownServers:
 *
 * The servers that the user has signed in to, as a file in the user's configuration folder: which
 * one was used the last time, by whom, and which certificates the user trusts. No secrets.
 */
typedef struct _BwKnownServers BwKnownServers;

BwKnownServers *bw_known_servers_new             (void);
void            bw_known_servers_free            (BwKnownServers *self);
char           *bw_known_servers_dup_current     (BwKnownServers *self);
void            bw_known_servers_set_current     (BwKnownServers *self, const char *server, const char *user);
void            bw_known_servers_unset_current   (BwKnownServers *self);
char          **bw_known_servers_list            (BwKnownServers *self);
char           *bw_known_servers_dup_user        (BwKnownServers *self, const char *server);
char           *bw_known_servers_dup_fingerprint (BwKnownServers *self, const char *server);
void            bw_known_servers_set_fingerprint (BwKnownServers *self, const char *server, const char *fingerprint);
guint           bw_known_servers_get_port        (BwKnownServers *self);
void            bw_known_servers_set_port        (BwKnownServers *self, guint port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwKnownServers, bw_known_servers_free)

G_END_DECLS
