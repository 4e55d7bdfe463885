/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-request.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "bw-address.h"
#include "bw-error.h"
#include "bw-server.h"

/**
 * bw_request_new:
 * @server: the server that it came to; outlives the request
 *
 * Returns: (transfer full): a request with nothing in it yet
 */
BwRequest *
bw_request_new (BwServer *server)
{
  BwRequest *self = g_new0 (BwRequest, 1);

  self->server = server;
  return self;
}

/** bw_request_free: @self: (nullable) (transfer full): a request */
void
bw_request_free (BwRequest *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->uri, bw_uri_free);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_clear_pointer (&self->sign_in, bw_cached_session_unref);
  for (guint i = 0; i < BW_N_HEADERS; i++)
    g_free (self->headers[i]);
  g_free (self);
}

/**
 * bw_request_get_query:
 * @self: a request
 * @name: a parameter
 *
 * Returns: (nullable) (transfer none): the first value of that name in the query
 */
const char *
bw_request_get_query (BwRequest *self, const char *name)
{
  for (guint i = 0; i < self->uri->names->len; i++)
    if (g_str_equal (g_ptr_array_index (self->uri->names, i), name))
      return g_ptr_array_index (self->uri->values, i);
  return NULL;
}

/**
 * bw_request_only_query:
 * @self: a request
 * @names: (array zero-terminated=1): the parameters that are known
 * @error: set to %BW_ERROR_INVALID, naming the first other one or one given twice
 *
 * Returns: whether the query has each of these once at most and no others
 */
gboolean
bw_request_only_query (BwRequest *self, const char *const *names, GError **error)
{
  for (guint i = 0; i < self->uri->names->len; i++)
    {
      const char *name = g_ptr_array_index (self->uri->names, i);

      if (!g_strv_contains (names, name))
        {
          bw_set_error_field (error, BW_ERROR_INVALID, name, "There is no parameter “%s” here.", name);
          return FALSE;
        }
      for (guint j = 0; j < i; j++)
        if (g_str_equal (g_ptr_array_index (self->uri->names, j), name))
          {
            bw_set_error_field (error, BW_ERROR_INVALID, name, "“%s” is given twice.", name);
            return FALSE;
          }
    }
  return TRUE;
}

/**
 * bw_request_query_int:
 * @self: a request
 * @name: a parameter
 * @min: the least value allowed
 * @max: the greatest value allowed
 * @value: (inout): where to put the value; left as it is when the query does not have it
 * @error: set to %BW_ERROR_INVALID when it is no number, or out of range
 *
 * Returns: whether the parameter is absent or right
 */
gboolean
bw_request_query_int (BwRequest *self, const char *name, gint64 min, gint64 max, gint64 *value,
                      GError **error)
{
  const char *text = bw_request_get_query (self, name);

  if (text == NULL || g_ascii_string_to_signed (text, 10, min, max, value, NULL))
    return TRUE;
  bw_set_error_field (error, BW_ERROR_INVALID, name,
                      "“%s” must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                      ".", name, min, max);
  return FALSE;
}

/**
 * bw_request_get_id:
 * @self: a request
 * @index: which {…} of the route's path
 * @what: what it is the id of, for the message: "job"
 * @id: (out): where to put it
 * @error: set to %BW_ERROR_NOT_FOUND when it is no id: then there is no such thing either
 *
 * Returns: whether there is an id
 */
gboolean
bw_request_get_id (BwRequest *self, guint index, const char *what, gint64 *id, GError **error)
{
  if (g_ascii_isdigit (self->parameters[index][0])
      && g_ascii_string_to_signed (self->parameters[index], 10, 1, G_MAXINT64, id, NULL))
    return TRUE;
  bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no %s “%.40s”.", what,
                self->parameters[index]);
  return FALSE;
}

/**
 * bw_request_get_address:
 * @self: a request
 *
 * Where the request comes from. Behind a proxy, that is the last address in X-Forwarded-For: the one
 * that the proxy itself wrote; what stands before it is the client's own word.
 *
 * Returns: (transfer full): an address as text
 */
char *
bw_request_get_address (BwRequest *self)
{
  const char *forwarded = self->headers[BW_HEADER_FORWARDED_FOR];

  if (bw_server_get_options (self->server)->behind_proxy && forwarded != NULL)
    {
      const char *comma = strrchr (forwarded, ',');
      char *address = g_strndup (comma != NULL ? comma + 1 : forwarded, 64);

      return g_strstrip (address);
    }
  return bw_address_to_string ((const struct sockaddr *) &self->peer);
}

/**
 * bw_request_is_local:
 * @self: a request
 *
 * Returns: whether it comes from this machine, and not through a proxy on it
 */
gboolean
bw_request_is_local (BwRequest *self)
{
  return !bw_server_get_options (self->server)->behind_proxy
         && bw_address_is_loopback ((const struct sockaddr *) &self->peer);
}

/**
 * bw_request_read_json:
 * @self: a request with a body
 * @error: set when the body is no JSON
 *
 * Returns: (transfer full) (nullable): a reader at the body's root
 */
BwJsonReader *
bw_request_read_json (BwRequest *self, GError **error)
{
  return bw_json_reader_new_for_text ((const char *) self->body->data, self->body->len, error);
}

/**
 * bw_request_need:
 * @self: a request inside a business
 * @permission: a right
 * @error: set to %BW_ERROR_FORBIDDEN
 *
 * Returns: whether who asks has the right in this business
 */
gboolean
bw_request_need (BwRequest *self, BwPermissions permission, GError **error)
{
  if ((self->viewer.permissions & permission) != 0)
    return TRUE;
  bw_set_error (error, BW_ERROR_FORBIDDEN,
                "This needs the permission “%s” in “%s”, which you do not have. An administrator of "
                "the business can give it.",
                bw_permission_to_string (permission), self->parameters[0]);
  return FALSE;
}
