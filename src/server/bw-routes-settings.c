/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-server.h"

static BwReply *
answer_settings (const BwSettings *settings)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_settings_write (settings, writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_get_settings: GET settings */
BwReply *
bw_route_get_settings (BwRequest *request, GError **error)
{
  g_autoptr (BwSettings) settings
    = bw_store_get_settings (bw_server_get_store (request->server), &request->viewer, error);

  return settings != NULL ? answer_settings (settings) : NULL;
}

/** bw_route_edit_settings: PATCH settings */
BwReply *
bw_route_edit_settings (BwRequest *request, GError **error)
{
  static const char *const members[] = { "name", "retention_days", "references", NULL };
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);
  g_autoptr (BwSettings) changes = NULL;
  g_autoptr (BwSettings) settings = NULL;
  gboolean set_references;

  if (reader == NULL)
    return NULL;
  bw_json_reader_only (reader, members);
  set_references = bw_json_reader_has (reader, "references");
  changes = bw_settings_read (reader);
  if (!bw_json_reader_finish (reader, error))
    return NULL;
  settings = bw_store_edit_settings (bw_server_get_store (request->server), &request->viewer, changes,
                                     set_references, error);
  return settings != NULL ? answer_settings (settings) : NULL;
}
