/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-known-servers.h"

#define GROUP_CURRENT "Current"
#define KEY_SERVER "Server"
#define KEY_USER "User"
#define KEY_FINGERPRINT "Fingerprint"
#define KEY_PORT "Port"

struct _BwKnownServers
{
  GKeyFile *file;           /* Current: Server; a group for each server: User, Fingerprint, Port */
  char *path;
};

/* A group's name can't hold brackets, which addresses of IPv6 have. */
static char *
get_group (const char *server)
{
  return g_uri_escape_string (server, ":/", FALSE);
}

static void
save (BwKnownServers *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (self->path);

  g_mkdir_with_parents (folder, 0700);
  if (!g_key_file_save_to_file (self->file, self->path, &error))
    g_message ("The servers could not be remembered: %s", error->message);
}

static char *
dup_key (BwKnownServers *self, const char *server, const char *key)
{
  g_autofree char *group = get_group (server);

  return g_key_file_get_string (self->file, group, key, NULL);
}

/**
 * bw_known_servers_new:
 *
 * Returns: (transfer full): what is known from earlier; nothing at the first start
 */
BwKnownServers *
bw_known_servers_new (void)
{
  BwKnownServers *self = g_new0 (BwKnownServers, 1);

  self->path = g_build_filename (g_get_user_config_dir (), "batchwork", "servers.ini", NULL);
  self->file = g_key_file_new ();
  g_key_file_load_from_file (self->file, self->path, G_KEY_FILE_NONE, NULL);

  return self;
}

/** bw_known_servers_free: @self: (nullable) (transfer full): what is known */
void
bw_known_servers_free (BwKnownServers *self)
{
  if (self == NULL)
    return;

  g_key_file_unref (self->file);
  g_free (self->path);
  g_free (self);
}

/**
 * bw_known_servers_dup_current:
 * @self: what is known
 *
 * Returns: (transfer full) (nullable): the address used the last time, or %BW_THIS_COMPUTER
 */
char *
bw_known_servers_dup_current (BwKnownServers *self)
{
  return g_key_file_get_string (self->file, GROUP_CURRENT, KEY_SERVER, NULL);
}

/**
 * bw_known_servers_set_current:
 * @self: what is known
 * @server: an address, or %BW_THIS_COMPUTER
 * @user: who signed in there
 *
 * Remembers where to sign in at the next start.
 */
void
bw_known_servers_set_current (BwKnownServers *self, const char *server, const char *user)
{
  g_autofree char *group = get_group (server);

  g_key_file_set_string (self->file, GROUP_CURRENT, KEY_SERVER, server);
  g_key_file_set_string (self->file, group, KEY_USER, user);
  save (self);
}

/**
 * bw_known_servers_unset_current:
 * @self: what is known
 *
 * Forgets where to sign in at the next start. The servers stay known.
 */
void
bw_known_servers_unset_current (BwKnownServers *self)
{
  if (g_key_file_remove_group (self->file, GROUP_CURRENT, NULL))
    save (self);
}

/**
 * bw_known_servers_list:
 * @self: what is known
 *
 * Returns: (transfer full): the addresses of all servers, without this computer
 */
char **
bw_known_servers_list (BwKnownServers *self)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->file, NULL);
  g_autoptr (GStrvBuilder) servers = g_strv_builder_new ();

  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], "http") && g_key_file_has_key (self->file, groups[i], KEY_USER, NULL))
      g_strv_builder_take (servers, g_uri_unescape_string (groups[i], NULL));

  return g_strv_builder_end (servers);
}

/**
 * bw_known_servers_dup_user:
 * @self: what is known
 * @server: an address, or %BW_THIS_COMPUTER
 *
 * Returns: (transfer full) (nullable): who signed in there the last time
 */
char *
bw_known_servers_dup_user (BwKnownServers *self, const char *server)
{
  return dup_key (self, server, KEY_USER);
}

/**
 * bw_known_servers_dup_fingerprint:
 * @self: what is known
 * @server: an address
 *
 * Returns: (transfer full) (nullable): the fingerprint of the certificate that the user trusts there
 */
char *
bw_known_servers_dup_fingerprint (BwKnownServers *self, const char *server)
{
  return dup_key (self, server, KEY_FINGERPRINT);
}

/**
 * bw_known_servers_set_fingerprint:
 * @self: what is known
 * @server: an address
 * @fingerprint: of the one certificate to trust there
 */
void
bw_known_servers_set_fingerprint (BwKnownServers *self, const char *server, const char *fingerprint)
{
  g_autofree char *group = get_group (server);

  g_key_file_set_string (self->file, group, KEY_FINGERPRINT, fingerprint);
  save (self);
}

/**
 * bw_known_servers_get_port:
 * @self: what is known
 *
 * Returns: the port that this computer's own server had the last time; 0 for none
 */
guint
bw_known_servers_get_port (BwKnownServers *self)
{
  int port = g_key_file_get_integer (self->file, BW_THIS_COMPUTER, KEY_PORT, NULL);

  return port > 0 && port <= G_MAXUINT16 ? (guint) port : 0;
}

/**
 * bw_known_servers_set_port:
 * @self: what is known
 * @port: of this computer's own server
 */
void
bw_known_servers_set_port (BwKnownServers *self, guint port)
{
  g_key_file_set_integer (self->file, BW_THIS_COMPUTER, KEY_PORT, (int) port);
  save (self);
}
