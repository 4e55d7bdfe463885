/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-ctl-settings.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define GENERAL "batchworkctl"

static char *
get_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "batchwork", "ctl.conf", NULL);
}

static GKeyFile *
load (void)
{
  GKeyFile *file = g_key_file_new ();
  g_autofree char *path = get_path ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);

  return file;
}

static gboolean
save (GKeyFile *file, GError **error)
{
  g_autofree char *path = get_path ();
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   _ ("The folder %s can’t be made: %s"), folder, g_strerror (errno));
      return FALSE;
    }

  return g_key_file_save_to_file (file, path, error);
}

static char *
get_value (const char *group, const char *key)
{
  g_autoptr (GKeyFile) file = load ();

  return g_key_file_get_string (file, group, key, NULL);
}

/** bw_ctl_settings_get_server: Returns: (transfer full) (nullable): the server of the last sign-in */
char *
bw_ctl_settings_get_server (void)
{
  return get_value (GENERAL, "server");
}

/** bw_ctl_settings_get_user: Returns: (transfer full) (nullable): who signed in at @server */
char *
bw_ctl_settings_get_user (const char *server)
{
  return get_value (server, "user");
}

/** bw_ctl_settings_get_business: Returns: (transfer full) (nullable): what "use" named for @server */
char *
bw_ctl_settings_get_business (const char *server)
{
  return get_value (server, "business");
}

/**
 * bw_ctl_settings_get_certificate:
 * @server: a server's address
 *
 * Returns: (transfer none) (nullable): the fingerprint of the certificate that the user trusts there
 */
const char *
bw_ctl_settings_get_certificate (const char *server)
{
  g_autofree char *fingerprint = get_value (server, "certificate");

  return g_intern_string (fingerprint);
}

/**
 * bw_ctl_settings_set_server:
 * @server: a server's address
 * @user: who signed in
 * @certificate: (nullable): the fingerprint of a certificate to trust there
 * @error: set if it can't be written
 *
 * Makes it the server that commands are about.
 *
 * Returns: whether it was kept
 */
gboolean
bw_ctl_settings_set_server (const char *server,
                            const char *user,
                            const char *certificate,
                            GError **error)
{
  g_autoptr (GKeyFile) file = load ();

  g_key_file_set_string (file, GENERAL, "server", server);
  g_key_file_set_string (file, server, "user", user);
  if (certificate != NULL)
    g_key_file_set_string (file, server, "certificate", certificate);

  return save (file, error);
}

/**
 * bw_ctl_settings_set_business:
 * @server: a server's address
 * @business: the business that commands are about there
 * @error: set if it can't be written
 *
 * Returns: whether it was kept
 */
gboolean
bw_ctl_settings_set_business (const char *server, const char *business, GError **error)
{
  g_autoptr (GKeyFile) file = load ();

  g_key_file_set_string (file, server, "business", business);

  return save (file, error);
}

static char *
get_token_path (const char *server, const char *user)
{
  g_autofree char *both = g_strdup_printf ("%s %s", server, user);
  g_autofree char *name = g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);

  return g_build_filename (g_get_user_state_dir (), "batchwork", "tokens", name, NULL);
}

/**
 * bw_ctl_settings_load_token:
 * @server: a server's address
 * @user: who signed in
 *
 * Returns: (transfer full) (nullable): the token kept in a file
 */
char *
bw_ctl_settings_load_token (const char *server, const char *user)
{
  g_autofree char *path = get_token_path (server, user);
  char *token = NULL;

  g_file_get_contents (path, &token, NULL, NULL);

  return token;
}

/**
 * bw_ctl_settings_save_token:
 * @server: a server's address
 * @user: who signed in
 * @token: the token
 * @error: set if it can't be written
 *
 * Keeps the token in a file that only the user may read, for where there is no keyring.
 *
 * Returns: whether it was kept
 */
gboolean
bw_ctl_settings_save_token (const char *server, const char *user, const char *token, GError **error)
{
  g_autofree char *path = get_token_path (server, user);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   _ ("The folder %s can’t be made: %s"), folder, g_strerror (errno));
      return FALSE;
    }

  return g_file_set_contents_full (path, token, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/**
 * bw_ctl_settings_forget:
 * @server: a server's address
 * @user: who signed in
 *
 * Removes the file with the token, if there is one.
 */
void
bw_ctl_settings_forget (const char *server, const char *user)
{
  g_autofree char *path = get_token_path (server, user);

  g_unlink (path);
}
