/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-server.h"
#include "bw-store-mail.h"

static BwReply *
answer_wish (BwRequest *request, BwMailWish *wish)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  wish->available = bw_server_get_options (request->server)->mail_server != NULL;
  bw_mail_wish_write (wish, writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_get_mail: GET mail */
BwReply *
bw_route_get_mail (BwRequest *request, GError **error)
{
  g_autoptr (BwMailWish) wish
    = bw_store_get_mail_wish (bw_server_get_store (request->server), &request->viewer, error);

  return wish != NULL ? answer_wish (request, wish) : NULL;
}

/** bw_route_set_mail: PUT mail */
BwReply *
bw_route_set_mail (BwRequest *request, GError **error)
{
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);
  g_autoptr (BwMailWish) wish = reader != NULL ? bw_mail_wish_read (reader) : NULL;

  if (reader == NULL || !bw_json_reader_finish (reader, error))
    return NULL;
  if (wish->enabled && bw_server_get_options (request->server)->mail_server == NULL)
    {
      bw_set_error (error, BW_ERROR_CONFLICT,
                    "This server can't send mail: its administrator has named no mail server.");
      return NULL;
    }
  if (!bw_store_set_mail_wish (bw_server_get_store (request->server), &request->viewer, wish, error))
    return NULL;
  return answer_wish (request, wish);
}
