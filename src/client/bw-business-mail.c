/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-business-mail.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-business-path.h"
#include "bw-connection-private.h"
#include "bw-json-reader.h"
#include "bw-json-writer.h"

static gpointer
parse_wish (GBytes *body, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autoptr (BwJsonReader) reader
      = bw_json_reader_new_for_text (text != NULL ? text : "", size, error);
  g_autoptr (BwMailWish) wish = reader != NULL ? bw_mail_wish_read (reader) : NULL;

  if (reader == NULL || !bw_json_reader_finish (reader, error))
    return NULL;
  return g_steal_pointer (&wish);
}

static DexFuture *
call (BwBusiness *self, const char *tried, const char *method, GBytes *body)
{
  g_autofree char *path = bw_business_make_path (self, "mail");

  return bw_connection_call (bw_business_get_connection (self),
                             g_strdup (tried), method, path, body,
                             BW_TYPE_MAIL_WISH, parse_wish);
}

/**
 * bw_business_get_mail_wish:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a BwMailWish
 */
DexFuture *
bw_business_get_mail_wish (BwBusiness *self)
{
  return call (self, _ ("Could not ask what mail you want"), "GET", NULL);
}

/**
 * bw_business_set_mail_wish:
 * @self: a business
 * @wish: what the user wants from now on
 *
 * Returns: (transfer full): resolves to a BwMailWish, as it is kept; rejects with
 *   %BW_ERROR_CONFLICT if the server can't send mail
 */
DexFuture *
bw_business_set_mail_wish (BwBusiness *self, const BwMailWish *wish)
{
  BwJsonWriter *writer = bw_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  bw_mail_wish_write (wish, writer);
  body = bw_json_writer_free_to_bytes (writer);
  return call (self, _ ("Could not set what mail you want"), "PUT", body);
}
