/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-ctl-ask.h"
#include "bw-ctl-command.h"
#include "bw-ctl-rights.h"
#include "bw-ctl-settings.h"
#include "bw-ctl-table.h"
#include "bw-keyring.h"

static char *login_user;
static char *password_file;
static char *trusted;

/** bw_ctl_login_options: of "login" */
const GOptionEntry bw_ctl_login_options[] = {
  { "user", 'u', 0, G_OPTION_ARG_STRING, &login_user, N_ ("Sign in as USER"), N_ ("USER") },
  { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &password_file,
    N_ ("Read the password from FILE, not from the keyboard"), N_ ("FILE") },
  { "trust", 0, 0, G_OPTION_ARG_STRING, &trusted,
    N_ ("Trust the certificate with this fingerprint, although no authority does"),
    N_ ("FINGERPRINT") },
  { NULL },
};

static char *
get_password (GError **error)
{
  char *password = NULL;

  if (password_file == NULL)
    return bw_ctl_ask_password (_ ("Password:"), error);
  if (!g_file_get_contents (password_file, &password, NULL, error))
    return NULL;

  return g_strchomp (password);
}

/* What to do is the same as in the window: compare the fingerprint, then trust it. */
static void
explain_certificate (BwCtl *ctl, GError *error)
{
  GTlsCertificateFlags reasons;
  GTlsCertificate *certificate
      = bw_connection_get_refused_certificate (ctl->connection, &reasons);
  g_autofree char *fingerprint
      = certificate != NULL ? bw_certificate_get_fingerprint (certificate) : NULL;

  if (!g_error_matches (error, BW_CLIENT_ERROR, BW_CLIENT_ERROR_CERTIFICATE) || fingerprint == NULL)
    return;

  g_printerr (_ ("Its fingerprint is %s. If the server’s administrator confirms that it is the "
                 "server’s, sign in with --trust and the fingerprint.\n"),
              fingerprint);
}

static gboolean
keep_token (BwCtl *ctl, GError **error)
{
  const char *token = bw_connection_get_token (ctl->connection);

  if (dex_await_boolean (bw_keyring_store (ctl->server, ctl->user, token), NULL))
    return TRUE;
  if (!bw_ctl_settings_save_token (ctl->server, ctl->user, token, error))
    return FALSE;

  g_printerr ("%s\n", _ ("There is no keyring here: the sign-in is kept in a file that only you may "
                         "read."));

  return TRUE;
}

/** bw_ctl_login: login URL */
gboolean
bw_ctl_login (BwCtl *ctl, char **arguments, GError **error)
{
  g_autofree char *password = NULL;
  GError *failed = NULL;

  if (arguments[0] != NULL)
    g_set_str (&ctl->server, arguments[0]);
  if (ctl->server == NULL)
    {
      g_set_error (error, BW_USAGE_ERROR, 0,
                   _ ("Say which server: batchworkctl login https://jobs.example.com"));
      return FALSE;
    }
  g_free (ctl->user);
  ctl->user = login_user != NULL ? g_strdup (login_user) : bw_ctl_ask_text (_ ("User:"), error);
  if (ctl->user == NULL || (password = get_password (error)) == NULL)
    return FALSE;

  ctl->connection = bw_connection_new (ctl->server);
  bw_connection_set_trusted_certificate (ctl->connection,
                                         trusted != NULL
                                             ? trusted
                                             : bw_ctl_settings_get_certificate (ctl->server));
  if (!dex_await (bw_connection_sign_in (ctl->connection, ctl->user, password), &failed))
    {
      explain_certificate (ctl, failed);
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (!bw_ctl_settings_set_server (ctl->server, ctl->user, trusted, error)
      || !keep_token (ctl, error))
    return FALSE;

  g_printerr (_ ("Signed in at %s as %s.\n"), ctl->server, ctl->user);

  return TRUE;
}

/** bw_ctl_logout: logout */
gboolean
bw_ctl_logout (BwCtl *ctl, char **arguments, GError **error)
{
  gboolean good = dex_await (bw_connection_sign_out (ctl->connection), error);

  /* Whatever the server says: here it is forgotten. */
  if (ctl->user != NULL)
    {
      dex_await (bw_keyring_clear (ctl->server, ctl->user), NULL);
      bw_ctl_settings_forget (ctl->server, ctl->user);
    }

  return good;
}

/** bw_ctl_whoami: whoami */
gboolean
bw_ctl_whoami (BwCtl *ctl, char **arguments, GError **error)
{
  const BwMe *me = bw_connection_get_me (ctl->connection);
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  if (ctl->json)
    return bw_ctl_print_request (ctl, "GET", "/v1/me", NULL, error);

  g_print (_ ("%s (%s) at %s\n"), me->name, me->login, ctl->server);
  bw_ctl_table_column (table, _ ("Business"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Name"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Role"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Permissions"), BW_ALIGN_FILL);
  for (guint i = 0; i < me->businesses->len; i++)
    {
      const BwMembership *membership = g_ptr_array_index (me->businesses, i);
      g_autofree char *permissions = bw_ctl_list_permissions (membership->permissions);

      bw_ctl_table_add (table, membership->id);
      bw_ctl_table_add (table, membership->name);
      bw_ctl_table_add (table, membership->role_name);
      bw_ctl_table_add (table, permissions);
    }
  bw_ctl_table_print (table);

  return TRUE;
}

/** bw_ctl_use: use BUSINESS */
gboolean
bw_ctl_use (BwCtl *ctl, char **arguments, GError **error)
{
  g_set_str (&ctl->business_id, arguments[0]);
  if (!bw_ctl_need_business (ctl, error))
    return FALSE;

  return bw_ctl_settings_set_business (ctl->server, arguments[0], error);
}
