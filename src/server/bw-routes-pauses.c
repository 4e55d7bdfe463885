/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-server.h"

#define MAX_AT_ONCE 1000
#define MAX_REASON 500

/* What a body of POST pauses says. */
typedef struct
{
  GArray *users;            /* of gint64 */
  GStrv types;              /* nullable */
  gboolean all;
  char *reason;             /* nullable */
} Order;

static void
order_clear (Order *self)
{
  g_clear_pointer (&self->users, g_array_unref);
  g_clear_pointer (&self->types, g_strfreev);
  g_clear_pointer (&self->reason, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Order, order_clear)

static BwReply *
answer_pauses (BwRequest *request, guint status, GError **error)
{
  g_autoptr (GPtrArray) pauses
    = bw_store_list_pauses (bw_server_get_store (request->server), &request->viewer, error);
  BwJsonWriter *writer;

  if (pauses == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "pauses");
  for (guint i = 0; i < pauses->len; i++)
    bw_pause_write (g_ptr_array_index (pauses, i), writer, NULL);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (status, writer);
}

/** bw_route_list_pauses: GET pauses */
BwReply *
bw_route_list_pauses (BwRequest *request, GError **error)
{
  return answer_pauses (request, 200, error);
}

static gboolean
read_order (BwJsonReader *reader, Order *order, GError **error)
{
  static const char *const members[] = { "users", "types", "all", "reason", NULL };
  gsize n_users = 0;

  bw_json_reader_only (reader, members);
  order->users = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (bw_json_reader_has (reader, "users")
      && bw_json_reader_enter_array (reader, "users", MAX_AT_ONCE, &n_users))
    {
      for (gsize i = 0; i < n_users; i++)
        {
          gint64 user = bw_json_reader_element_int (reader, i, 1, G_MAXINT64);

          g_array_append_val (order->users, user);
        }
      bw_json_reader_leave (reader);
    }
  order->types = bw_json_reader_strv (reader, "types", MAX_AT_ONCE, BW_MAX_TYPE);
  order->all = bw_json_reader_boolean (reader, "all", FALSE);
  order->reason = bw_json_reader_dup_line (reader, "reason", MAX_REASON);
  if (!bw_json_reader_finish (reader, error))
    return FALSE;
  if (order->users->len > 0 || (order->types != NULL && order->types[0] != NULL) || order->all)
    return TRUE;
  bw_set_error (error, BW_ERROR_INVALID,
                "Say what to pause: “users”, “types”, or “all”: true for the whole business.");
  return FALSE;
}

/** bw_route_pause: POST pauses */
BwReply *
bw_route_pause (BwRequest *request, GError **error)
{
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);
  g_auto (Order) order = { 0 };

  if (reader == NULL || !read_order (reader, &order, error)
      || !bw_store_pause (bw_server_get_store (request->server), &request->viewer,
                          (const gint64 *) (gpointer) order.users->data, order.users->len,
                          (const char *const *) order.types, order.all, order.reason, error))
    return NULL;
  return answer_pauses (request, 201, error);
}

/** bw_route_resume: DELETE pauses/{id} */
BwReply *
bw_route_resume (BwRequest *request, GError **error)
{
  gint64 id;

  if (!bw_request_get_id (request, 1, "pause", &id, error)
      || bw_store_resume (bw_server_get_store (request->server), &request->viewer, id, error) < 0)
    return NULL;
  return bw_reply_new (204);
}

/** bw_route_resume_all: DELETE pauses */
BwReply *
bw_route_resume_all (BwRequest *request, GError **error)
{
  gint64 resumed
    = bw_store_resume (bw_server_get_store (request->server), &request->viewer, 0, error);
  BwJsonWriter *writer;

  if (resumed < 0)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_int (writer, "resumed", resumed);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}
