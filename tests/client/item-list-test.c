/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job's items, of which there may be 100,000, while a worker is at them.
 */
#include "client-test.h"
#include "raw-server.h"

#include "bw-json-writer.h"

/* Items 1 to n_done are done; every tenth of them failed. */
static int n_items;
static int n_done;
static int revision;
static int n_pages;

typedef struct
{
  BwRawServer *server;
  BwConnection *connection;
  BwBusiness *business;
  BwItemList *list;
  BwTestShadow *shadow;
} Fixture;

static BwItemState
get_state (int item)
{
  if (item > g_atomic_int_get (&n_done))
    return BW_ITEM_STATE_PENDING;
  return item % 10 == 0 ? BW_ITEM_STATE_FAILED : BW_ITEM_STATE_SUCCESS;
}

static void
write_item (BwJsonWriter *writer, int number)
{
  g_autoptr (BwItem) item = bw_item_new ();

  item->item = number;
  item->label = g_strdup_printf ("Relation %d", number);
  item->state = get_state (number);
  item->attempt = item->state != BW_ITEM_STATE_PENDING;
  item->message = item->state == BW_ITEM_STATE_FAILED ? g_strdup ("No address") : NULL;
  bw_item_write (item, writer, NULL);
}

static gboolean
serve_items (BwRawRequest *request)
{
  g_autofree char *offset = bw_raw_get_query (request, "offset");
  g_autofree char *after = bw_raw_get_query (request, "after");
  g_autofree char *limit = bw_raw_get_query (request, "limit");
  g_autofree char *state = bw_raw_get_query (request, "state");
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *text = NULL;
  int skip = offset != NULL ? atoi (offset) : 0;
  int left = atoi (limit);
  int total = 0;
  int last = 0;
  int counts[BW_N_ITEM_STATES] = { 0 };

  g_atomic_int_inc (&n_pages);
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "items");
  for (int item = 1; item <= n_items; item++)
    {
      counts[get_state (item)]++;
      if (state != NULL && !g_str_equal (state, bw_item_state_to_string (get_state (item))))
        continue;
      total++;
      if (total <= skip || (after != NULL && item <= atoi (after)) || left-- <= 0)
        continue;
      write_item (writer, item);
      last = item;
    }
  bw_json_writer_end_array (writer);
  bw_json_writer_begin_object (writer, "counts");
  for (int i = 0; i < BW_N_ITEM_STATES; i++)
    bw_json_writer_int (writer, bw_item_state_to_string ((BwItemState) i), counts[i]);
  bw_json_writer_end_object (writer);
  bw_json_writer_int (writer, "total", total);
  if (left < 0)
    bw_json_writer_int (writer, "next", last);
  bw_json_writer_end_object (writer);
  text = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  return bw_raw_answer_json (request, text);
}

static gboolean
serve_events (BwRawRequest *request)
{
  int told = g_atomic_int_get (&revision);

  bw_raw_write (request, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n");
  while (!bw_raw_server_is_over (request->server))
    {
      int now = g_atomic_int_get (&revision);

      if (now > told
          && !bw_raw_write (request,
                            "id: %d\nevent: job\ndata: {\"revision\":%d,\"job\":{\"id\":7,"
                            "\"type\":\"x\",\"name\":\"x\",\"state\":\"processing\","
                            "\"revision\":%d}}\n\n",
                            now, now, now))
        return FALSE;
      told = now;
      g_usleep (5000);
    }
  return FALSE;
}

static gboolean
handle (BwRawRequest *request, gpointer data)
{
  if (g_str_has_suffix (request->path, "/events"))
    return serve_events (request);
  g_assert_cmpstr (request->path, ==, "/v1/businesses/willems/jobs/7/items");
  return serve_items (request);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;

  n_items = GPOINTER_TO_INT (data);
  n_done = 0;
  revision = 1;
  n_pages = 0;
  fixture->server = bw_raw_server_new (handle, NULL);
  url = bw_raw_server_get_url (fixture->server);
  fixture->connection = bw_connection_new (url);
  bw_connection_set_token (fixture->connection, "bw_token");
  fixture->business = bw_business_new (fixture->connection, "willems");
  fixture->list = bw_item_list_new (fixture->business, 7);
  fixture->shadow = bw_test_shadow_new (fixture->list);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer list = fixture->list;

  bw_test_shadow_check (fixture->shadow);
  bw_test_shadow_free (fixture->shadow);
  g_object_add_weak_pointer (list, &list);
  g_object_unref (fixture->list);
  g_assert_null (list);
  g_object_unref (fixture->business);
  g_object_unref (fixture->connection);
  bw_test_settle (20);
  bw_raw_server_free (fixture->server);
}

static gboolean
is_live (Fixture *fixture)
{
  BwEventStream *stream = bw_business_get_event_stream (fixture->business);

  return bw_event_stream_get_state (stream) == BW_EVENT_STREAM_STATE_LIVE
         && bw_paged_list_get_loaded (BW_PAGED_LIST (fixture->list));
}

static BwItem *
get_item (Fixture *fixture, guint position)
{
  g_autoptr (BwItemEntry) entry
    = g_list_model_get_item (G_LIST_MODEL (fixture->list), position);

  return entry != NULL ? bw_item_entry_get_item (entry) : NULL;
}

static gboolean
is_last_here (Fixture *fixture)
{
  return get_item (fixture, (guint) n_items - 1) != NULL;
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  bw_test_until (is_live, fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, n_items);
  g_assert_cmpstr (get_item (fixture, 0)->label, ==, "Relation 1");
  bw_test_until (is_last_here, fixture);
  g_assert_cmpint (get_item (fixture, (guint) n_items - 1)->item, ==, n_items);
  /* The first page, the last, and what opening the stream asked again for: not 200. */
  g_assert_cmpint (n_pages, <=, 6);
}

static gboolean
is_10_done (Fixture *fixture)
{
  return get_item (fixture, 9)->state == BW_ITEM_STATE_FAILED;
}

static void
count_cb (gpointer object, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

static void
counts_cb (BwItemList *list, guint *n)
{
  (*n)++;
}

static void
test_follows_in_place (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwItemEntry) done = NULL;
  g_autoptr (BwItemEntry) pending = NULL;
  guint done_notified = 0;
  guint pending_notified = 0;
  guint counted = 0;
  guint changes;

  bw_test_until (is_live, fixture);
  changes = fixture->shadow->changes;
  done = g_list_model_get_item (G_LIST_MODEL (fixture->list), 9);
  pending = g_list_model_get_item (G_LIST_MODEL (fixture->list), 50);
  g_signal_connect (done, "notify::item", G_CALLBACK (count_cb), &done_notified);
  g_signal_connect (pending, "notify::item", G_CALLBACK (count_cb), &pending_notified);
  g_signal_connect (fixture->list, "counts-changed", G_CALLBACK (counts_cb), &counted);
  g_atomic_int_set (&n_done, 25);
  g_atomic_int_inc (&revision);
  bw_test_until (is_10_done, fixture);
  g_assert_cmpstr (bw_item_entry_get_item (done)->message, ==, "No address");
  g_assert_cmpuint (done_notified, ==, 1);
  g_assert_cmpuint (pending_notified, ==, 0);
  g_assert_cmpuint (fixture->shadow->changes, ==, changes);
  g_assert_cmpuint (counted, ==, 1);
  g_assert_cmpint (bw_item_list_get_counts (fixture->list)->in_state[BW_ITEM_STATE_FAILED], ==, 2);
}

static gboolean
has_2 (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list)) == 2;
}

static gboolean
has_4 (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list)) == 4;
}

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwItemFilter) filter = bw_item_filter_new ();
  g_autoptr (BwItemEntry) first = NULL;
  g_autoptr (BwItemEntry) same = NULL;

  bw_test_until (is_live, fixture);
  g_atomic_int_set (&n_done, 25);
  filter->states = 1u << BW_ITEM_STATE_FAILED;
  bw_item_list_set_filter (fixture->list, filter);
  bw_test_until (has_2, fixture);
  g_assert_cmpint (get_item (fixture, 1)->item, ==, 20);
  first = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_atomic_int_set (&n_done, 45);
  g_atomic_int_inc (&revision);
  bw_test_until (has_4, fixture);
  same = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_assert_true (first == same);
}

#define ADD(path, n, test) \
  g_test_add ("/client/item-list/" path, Fixture, GINT_TO_POINTER (n), set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("100000", 100000, test_many);
  ADD ("follows-in-place", 1200, test_follows_in_place);
  ADD ("filter", 100, test_filter);
  return g_test_run ();
}
