/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-server.h"

#define DEFAULT_LIMIT 1000
#define MAX_LIMIT 10000
#define MAX_CURSOR 4096

/** What a body of POST jobs/export says. */
typedef struct
{
  GArray *ids;              /* of gint64; NULL: by filter */
  BwFilter *filter;
  guint limit;
  char *after;              /* nullable */
} Wanted;

/** What a body of POST jobs/{id}/items/export says. */
typedef struct
{
  BwItemFilter filter;
  char *relation;
  char *q;
  guint limit;
  gint64 after;
} WantedItems;

static void
wanted_clear (Wanted *self)
{
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->filter, bw_filter_free);
  g_clear_pointer (&self->after, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

static void
wanted_items_clear (WantedItems *self)
{
  g_clear_pointer (&self->relation, g_free);
  g_clear_pointer (&self->q, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WantedItems, wanted_items_clear)

static guint
read_limit (BwJsonReader *reader)
{
  return (guint) bw_json_reader_int (reader, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
}

static void
read_ids (BwJsonReader *reader, Wanted *wanted)
{
  gsize n_ids;

  if (!bw_json_reader_enter_array (reader, "ids", MAX_LIMIT, &n_ids))
    return;
  wanted->ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), (guint) n_ids);
  for (gsize i = 0; i < n_ids; i++)
    {
      gint64 id = bw_json_reader_element_int (reader, i, 1, G_MAXINT64);

      g_array_append_val (wanted->ids, id);
    }
  bw_json_reader_leave (reader);
  if (bw_json_reader_has (reader, "filter") || bw_json_reader_has (reader, "after"))
    bw_json_reader_fail (reader, "ids", "stands alone: picked jobs come in one page, as picked");
}

static gboolean
read_wanted (BwJsonReader *reader, Wanted *wanted, GError **error)
{
  static const char *const members[] = { "ids", "filter", "limit", "after", NULL };

  bw_json_reader_only (reader, members);
  wanted->limit = read_limit (reader);
  wanted->after = bw_json_reader_dup_string (reader, "after", MAX_CURSOR);
  if (bw_json_reader_has (reader, "ids"))
    read_ids (reader, wanted);
  else if (!bw_json_reader_has (reader, "filter"))
    bw_json_reader_fail (reader, "filter", "is missing: say what to export, or \"ids\"; {} is all");
  else if (bw_json_reader_enter_object (reader, "filter"))
    {
      wanted->filter = bw_filter_read (reader);
      bw_json_reader_leave (reader);
    }
  return bw_json_reader_finish (reader, error);
}

/* Picked jobs, as many as there still are. */
static BwPage *
list_ids (BwRequest *request, const Wanted *wanted, GError **error)
{
  g_autoptr (BwPage) page = g_new0 (BwPage, 1);

  page->jobs = bw_store_list_ids (bw_server_get_store (request->server), &request->viewer,
                                  (const gint64 *) (gpointer) wanted->ids->data, wanted->ids->len,
                                  error);
  if (page->jobs == NULL)
    return NULL;
  page->total = page->jobs->len;
  page->total_is_exact = TRUE;
  return g_steal_pointer (&page);
}

static gboolean
note_jobs (BwRequest *request, const Wanted *wanted, const BwPage *page, GError **error)
{
  g_autofree char *query = wanted->filter != NULL ? bw_filter_to_query (wanted->filter) : NULL;
  g_autofree char *detail = NULL;

  if (wanted->after != NULL)
    return TRUE;
  detail = g_strdup_printf ("%" G_GINT64_FORMAT "%s jobs: %s", page->total,
                            page->total_is_exact ? "" : " or more",
                            query == NULL      ? "picked from a list"
                            : query[0] != '\0' ? query
                                               : "all");
  return bw_store_note_export (bw_server_get_store (request->server), &request->viewer, 0, detail,
                               error);
}

static BwReply *
answer_jobs (const BwPage *page)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "jobs");
  for (guint i = 0; i < page->jobs->len; i++)
    bw_job_write (g_ptr_array_index (page->jobs, i), writer, NULL);
  bw_json_writer_end_array (writer);
  bw_json_writer_int (writer, "total", page->total);
  bw_json_writer_boolean (writer, "total_is_exact", page->total_is_exact);
  if (page->next != NULL)
    bw_json_writer_string (writer, "next", page->next);
  else
    bw_json_writer_null (writer, "next");
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

/** bw_route_export_jobs: POST jobs/export */
BwReply *
bw_route_export_jobs (BwRequest *request, GError **error)
{
  g_autoptr (BwJsonReader) reader = bw_request_read_json (request, error);
  g_autoptr (BwPage) page = NULL;
  g_auto (Wanted) wanted = { 0 };

  if (reader == NULL || !read_wanted (reader, &wanted, error))
    return NULL;
  page = wanted.ids != NULL ? list_ids (request, &wanted, error)
                            : bw_store_list (bw_server_get_store (request->server),
                                             &request->viewer, wanted.filter, wanted.limit,
                                             wanted.after, 0, error);
  if (page == NULL || !note_jobs (request, &wanted, page, error))
    return NULL;
  return answer_jobs (page);
}

static void
read_item_states (BwJsonReader *reader, BwItemFilter *filter)
{
  g_auto (GStrv) names = bw_json_reader_strv (reader, "state", BW_N_ITEM_STATES, BW_MAX_TYPE);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      BwItemState state;

      if (bw_item_state_from_string (names[i], &state))
        filter->states |= 1u << state;
      else
        bw_json_reader_fail (reader, "state", "no item state is called '%s'", names[i]);
    }
}

static gboolean
read_wanted_items (BwJsonReader *reader, WantedItems *wanted, GError **error)
{
  static const char *const members[] = { "state", "relation", "q", "limit", "after", NULL };

  bw_json_reader_only (reader, members);
  read_item_states (reader, &wanted->filter);
  wanted->relation = bw_json_reader_dup_line (reader, "relation", BW_FILTER_MAX_TEXT);
  wanted->q = bw_json_reader_dup_line (reader, "q", BW_FILTER_MAX_TEXT);
  wanted->filter.relation = wanted->relation;
  wanted->filter.q = wanted->q;
  wanted->limit = read_limit (reader);
  wanted->after = bw_json_reader_int (reader, "after", 0, G_MAXINT64, 0);
  return bw_json_reader_finish (reader, error);
}

static gboolean
note_items (BwRequest *request,
            gint64 job,
            const WantedItems *wanted,
            const BwItemPage *page,
            GError **error)
{
  g_autoptr (GString) detail = g_string_new (NULL);

  if (wanted->after > 0)
    return TRUE;
  g_string_append_printf (detail, "%" G_GINT64_FORMAT " items", page->total);
  for (guint i = 0; i < BW_N_ITEM_STATES; i++)
    if ((wanted->filter.states & (1u << i)) != 0)
      g_string_append_printf (detail, ", state=%s", bw_item_state_to_string ((BwItemState) i));
  if (wanted->relation != NULL)
    g_string_append_printf (detail, ", relation=%s", wanted->relation);
  if (wanted->q != NULL)
    g_string_append_printf (detail, ", q=%s", wanted->q);
  return bw_store_note_export (bw_server_get_store (request->server), &request->viewer, job,
                               detail->str, error);
}

/** bw_route_export_items: POST jobs/{id}/items/export */
BwReply *
bw_route_export_items (BwRequest *request, GError **error)
{
  BwStore *store = bw_server_get_store (request->server);
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (BwJob) job = NULL;
  g_autoptr (BwItemPage) page = NULL;
  g_auto (WantedItems) wanted = { 0 };
  gint64 id;

  /* A job that the user may not see is not found, whatever else they may do. */
  if (!bw_request_get_id (request, 1, "job", &id, error))
    return NULL;
  job = bw_store_get_job (store, &request->viewer, id, NULL, error);
  if (job == NULL || !bw_request_need (request, BW_PERMISSION_EXPORT, error))
    return NULL;
  reader = bw_request_read_json (request, error);
  if (reader == NULL || !read_wanted_items (reader, &wanted, error))
    return NULL;
  page = bw_store_list_items (store, &request->viewer, id, &wanted.filter, wanted.limit,
                              wanted.after, 0, error);
  if (page == NULL || !note_items (request, id, &wanted, page, error))
    return NULL;
  return bw_route_answer_items (page);
}
