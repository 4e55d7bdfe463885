/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-ctl.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "bw-ctl-command.h"
#include "bw-ctl-settings.h"
#include "bw-error.h"
#include "bw-keyring.h"

/**
 * bw_ctl_clear:
 * @self: a run
 *
 * Frees what it holds.
 */
void
bw_ctl_clear (BwCtl *self)
{
  g_clear_object (&self->business);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->business_id, g_free);
  g_clear_pointer (&self->token_file, g_free);
}

static char *
read_token_file (const char *path, GError **error)
{
  char *token = NULL;

  if (!g_file_get_contents (path, &token, NULL, error))
    {
      g_prefix_error (error, _ ("The token can’t be read: "));
      return NULL;
    }

  return g_strstrip (token);
}

/* In the order of who says it: command line, environment, keyring, file of "login". */
static char *
find_token (BwCtl *self, GError **error)
{
  const char *from_environment = g_getenv ("BATCHWORK_TOKEN");
  char *token = NULL;

  if (self->token_file != NULL)
    return read_token_file (self->token_file, error);
  if (from_environment != NULL && from_environment[0] != '\0')
    return g_strdup (from_environment);

  if (self->user != NULL)
    token = dex_await_string (bw_keyring_lookup (self->server, self->user), NULL);
  if (token == NULL && self->user != NULL)
    token = bw_ctl_settings_load_token (self->server, self->user);
  if (token == NULL)
    bw_set_error (error, BW_ERROR_UNAUTHORIZED,
                  _ ("You are not signed in at %s. Run “batchworkctl login” first."), self->server);

  return token;
}

/**
 * bw_ctl_connect:
 * @self: a run
 * @error: set if nobody is signed in, or the server does not answer
 *
 * Makes the connection and learns who is signed in. To be called in a fiber.
 *
 * Returns: whether commands can go on
 */
gboolean
bw_ctl_connect (BwCtl *self, GError **error)
{
  g_autofree char *token = NULL;

  if (self->server == NULL)
    {
      bw_set_error (error, BW_ERROR_UNAUTHORIZED,
                    _ ("Say which server: run “batchworkctl login URL”, or give --server."));
      return FALSE;
    }

  token = find_token (self, error);
  if (token == NULL)
    return FALSE;

  self->connection = bw_connection_new (self->server);
  bw_connection_set_trusted_certificate (self->connection,
                                         bw_ctl_settings_get_certificate (self->server));
  bw_connection_set_token (self->connection, token);

  return dex_await (bw_connection_refresh_me (self->connection), error);
}

static char *
list_businesses (const BwMe *me)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < me->businesses->len; i++)
    {
      const BwMembership *membership = g_ptr_array_index (me->businesses, i);

      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", membership->id);
    }

  return g_string_free (list, FALSE);
}

/**
 * bw_ctl_need_business:
 * @self: a run that is connected
 * @error: set if it isn't clear which business is meant
 *
 * Returns: whether @self has a business to be about
 */
gboolean
bw_ctl_need_business (BwCtl *self, GError **error)
{
  const BwMe *me = bw_connection_get_me (self->connection);
  g_autofree char *known = list_businesses (me);
  const char *id = self->business_id;

  if (id == NULL && me->businesses->len == 1)
    id = ((BwMembership *) g_ptr_array_index (me->businesses, 0))->id;

  if (id != NULL && bw_me_find (me, id) != NULL)
    self->business = bw_business_new (self->connection, id);
  else if (me->businesses->len == 0)
    bw_set_error (error, BW_ERROR_NOT_FOUND, _ ("You are not a member of any business."));
  else if (id != NULL)
    bw_set_error (error, BW_ERROR_NOT_FOUND,
                  _ ("You are not a member of a business “%s”. Yours are: %s."), id, known);
  else
    bw_set_error (error, BW_ERROR_INVALID, _ ("Say which business with --business. Yours are: %s."),
                  known);

  return self->business != NULL;
}

/**
 * bw_ctl_make_path:
 * @self: a run with a business
 * @format: what comes after the business, already escaped
 *
 * Returns: (transfer full): a path of the API
 */
char *
bw_ctl_make_path (BwCtl *self, const char *format, ...)
{
  g_autofree char *id = g_uri_escape_string (bw_business_get_id (self->business), NULL, FALSE);
  g_autofree char *rest = NULL;
  va_list arguments;

  va_start (arguments, format);
  rest = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  return g_strdup_printf ("/v1/businesses/%s/%s", id, rest);
}

/**
 * bw_ctl_request:
 * @self: a run that is connected
 * @method: the HTTP method
 * @path: a path of the API
 * @body: (nullable): JSON to send
 * @error: set if it failed
 *
 * Returns: (transfer full) (nullable): the answer
 */
JsonNode *
bw_ctl_request (BwCtl *self, const char *method, const char *path, GBytes *body, GError **error)
{
  return dex_await_boxed (bw_connection_request (self->connection, method, path, body), error);
}

/**
 * bw_ctl_print_json:
 * @node: an answer
 *
 * Prints it: with line breaks for a person, on one line for a program.
 */
void
bw_ctl_print_json (JsonNode *node)
{
  g_autofree char *text = NULL;

  if (JSON_NODE_HOLDS_NULL (node))
    return;

  text = json_to_string (node, isatty (STDOUT_FILENO));
  g_print ("%s\n", text);
}

/**
 * bw_ctl_print_request:
 * @self: a run that is connected
 * @method: the HTTP method
 * @path: a path of the API
 * @body: (nullable): JSON to send
 * @error: set if it failed
 *
 * Prints what the server answers, as it is.
 *
 * Returns: whether it answered
 */
gboolean
bw_ctl_print_request (BwCtl *self,
                      const char *method,
                      const char *path,
                      GBytes *body,
                      GError **error)
{
  g_autoptr (JsonNode) node = bw_ctl_request (self, method, path, body, error);

  if (node == NULL)
    return FALSE;

  bw_ctl_print_json (node);

  return TRUE;
}

/**
 * bw_ctl_read_id:
 * @text: what the user typed
 * @id: (out): the number
 * @error: set if it is none
 *
 * Returns: whether it is a job's or a pause's number
 */
gboolean
bw_ctl_read_id (const char *text, gint64 *id, GError **error)
{
  /* As people write it: "#1234" */
  const char *digits = text[0] == '#' ? text + 1 : text;

  if (g_ascii_string_to_signed (digits, 10, 1, G_MAXINT64, id, NULL))
    return TRUE;

  g_set_error (error, BW_USAGE_ERROR, 0, _ ("“%s” is not a number."), text);

  return FALSE;
}

/**
 * bw_ctl_get_status:
 * @error: (nullable): what went wrong
 *
 * Returns: what to exit with
 */
BwExitStatus
bw_ctl_get_status (const GError *error)
{
  if (error == NULL)
    return BW_EXIT_OK;
  if (error->domain == BW_USAGE_ERROR || error->domain == G_OPTION_ERROR)
    return BW_EXIT_USAGE;
  if (g_error_matches (error, BW_ERROR, BW_ERROR_NOT_FOUND))
    return BW_EXIT_NOT_FOUND;
  if (g_error_matches (error, BW_ERROR, BW_ERROR_UNAUTHORIZED)
      || g_error_matches (error, BW_ERROR, BW_ERROR_FORBIDDEN))
    return BW_EXIT_REFUSED;
  if (g_error_matches (error, BW_ERROR, BW_ERROR_CONFLICT))
    return BW_EXIT_CONFLICT;
  if (bw_client_error_is_transient (error))
    return BW_EXIT_UNREACHABLE;

  return BW_EXIT_FAILED;
}
