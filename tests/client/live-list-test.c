/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list model against a real batchworkd and everything that happens to jobs there: whatever was
 * going on, when it rests, the model is what the server lists.
 */
#include "client-test.h"
#include "daemon.h"

#include "bw-error.h"
#include "bw-json-writer.h"
#include "bw-report.h"

typedef struct
{
  BwTestDaemon *daemon;
  BwConnection *connection;
  BwConnection *worker;
  BwBusiness *business;
  BwJobList *list;
  BwTestShadow *shadow;
} Fixture;

static const char *const types[]
  = { "send-invoices", "upload-products", "send-statements", "export-archive" };

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autoptr (BwMe) me = NULL;

  fixture->daemon = bw_test_daemon_new ();
  fixture->connection = bw_connection_new (fixture->daemon->url);
  me = bw_test_await_boxed (bw_connection_sign_in (fixture->connection, "olivia", "batchwork-demo"),
                            NULL);
  token = bw_test_daemon_get_worker_token (fixture->daemon);
  fixture->worker = bw_connection_new (fixture->daemon->url);
  bw_connection_set_token (fixture->worker, token);
  fixture->business = bw_business_new (fixture->connection, "willems");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->business);
  g_object_unref (fixture->worker);
  g_object_unref (fixture->connection);
  bw_test_settle (20);
  bw_test_daemon_free (fixture->daemon);
}

static BwFilter *
random_filter (void)
{
  BwFilter *filter = bw_filter_new ();

  filter->sort = (BwSortKey) g_test_rand_int_range (0, BW_N_SORT_KEYS);
  filter->descending = g_test_rand_int_range (0, 2);
  if (g_test_rand_int_range (0, 2) == 0)
    filter->states = (guint) g_test_rand_int_range (1, BW_JOB_STATES_ALL);
  if (g_test_rand_int_range (0, 3) == 0)
    filter->types = g_strsplit (types[g_test_rand_int_range (0, G_N_ELEMENTS (types))], " ", 0);
  if (g_test_rand_int_range (0, 4) == 0)
    filter->q = g_strdup ("orange");
  return filter;
}

static gboolean
agrees (Fixture *fixture)
{
  GListModel *model = G_LIST_MODEL (fixture->list);
  g_autoptr (BwJobPage) page
    = bw_test_await_boxed (bw_business_list_jobs (fixture->business,
                                                  bw_job_list_get_filter (fixture->list), 1000, NULL,
                                                  0),
                           NULL);
  gboolean agrees = g_list_model_get_n_items (model) == page->jobs->len;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (BwJobEntry) entry = g_list_model_get_item (model, i);
      BwJob *job = bw_job_entry_get_job (entry);

      agrees = agrees && job != NULL && i < page->jobs->len
               && bw_job_equal (job, g_ptr_array_index (page->jobs, i));
    }
  return agrees;
}

static void
submit_some (Fixture *fixture)
{
  static const char *const fruit[] = { "apple", "orange", "pear" };
  g_autoptr (GPtrArray) array
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  g_autoptr (GPtrArray) submitted = NULL;

  for (int n = g_test_rand_int_range (1, 6); n > 0; n--)
    {
      BwSubmission *submission
        = bw_submission_new (types[g_test_rand_int_range (0, G_N_ELEMENTS (types))]);

      g_free (submission->name);
      submission->name = g_strdup_printf ("An %s, %d", fruit[g_test_rand_int_range (0, 3)],
                                          g_test_rand_int_range (0, 100));
      for (int i = g_test_rand_int_range (0, 4); i > 0; i--)
        {
          BwItem *item = bw_item_new ();

          item->label = g_strdup ("Item");
          g_ptr_array_add (submission->items, item);
        }
      g_ptr_array_add (array, submission);
    }
  submitted = bw_test_await_boxed (bw_business_submit (fixture->business, array), NULL);
}

static GBytes *
begin_claim (void)
{
  g_autofree char *text
    = g_strdup_printf ("{\"worker\":\"test\",\"businesses\":[\"willems\"],\"max\":%d,"
                       "\"lease_s\":60,\"wait_s\":0}",
                       g_test_rand_int_range (1, 4));

  return g_bytes_new (text, strlen (text));
}

static GBytes *
make_reports (JsonArray *claims)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "reports");
  for (guint i = 0; i < json_array_get_length (claims); i++)
    {
      JsonObject *claim = json_array_get_object_element (claims, i);
      JsonArray *items = json_object_get_array_member (claim, "items");
      g_autoptr (BwReport) report = bw_report_new (json_object_get_int_member (claim, "claim"));

      for (guint j = 0; j < json_array_get_length (items); j++)
        {
          JsonObject *item = json_array_get_object_element (items, j);
          BwItemState state = (BwItemState) g_test_rand_int_range (BW_ITEM_STATE_SUCCESS,
                                                                   BW_ITEM_STATE_CANCELLED);

          g_ptr_array_add (report->items, bw_item_result_new (json_object_get_int_member (item, "item"),
                                                              state, NULL));
        }
      report->finish = TRUE;
      bw_report_write (report, writer, NULL);
    }
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_json_writer_free_to_bytes (g_steal_pointer (&writer));
}

static void
work_some (Fixture *fixture)
{
  g_autoptr (GBytes) request = begin_claim ();
  g_autoptr (JsonNode) answer
    = bw_test_await_boxed (bw_connection_request (fixture->worker, "POST", "/v1/claims", request),
                           NULL);
  JsonArray *claims
    = json_object_get_array_member (json_node_get_object (answer), "claims");
  g_autoptr (GBytes) reports = NULL;
  g_autoptr (JsonNode) results = NULL;

  if (json_array_get_length (claims) == 0)
    return;
  reports = make_reports (claims);
  results
    = bw_test_await_boxed (bw_connection_request (fixture->worker, "POST", "/v1/reports", reports),
                           NULL);
}

static void
act (Fixture *fixture)
{
  g_autoptr (BwJobPage) page
    = bw_test_await_boxed (bw_business_list_jobs (fixture->business, NULL, 1000, NULL, 0), NULL);
  g_autoptr (GBytes) changes = g_bytes_new_static ("{\"name\":\"An orange, edited\"}", 28);
  BwJob *job;
  DexFuture *future;

  if (page->jobs->len == 0)
    return;
  job = g_ptr_array_index (page->jobs, g_test_rand_int_range (0, (int) page->jobs->len));
  switch (g_test_rand_int_range (0, 4))
    {
    case 0:
      future = bw_business_cancel (fixture->business, job->id);
      break;
    case 1:
      future = bw_business_retry (fixture->business, job->id, g_test_rand_bit ());
      break;
    case 2:
      future = bw_business_delete (fixture->business, job->id);
      break;
    default:
      future = bw_business_edit (fixture->business, job->id, changes);
    }
  /* What is not possible now is refused, and that is all right. */
  bw_test_await (future, NULL);
}

static void
hold_some (Fixture *fixture)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (fixture->list));

  for (guint i = 0; i < MIN (n, 30); i++)
    if (fixture->shadow->items->pdata[i] == NULL)
      fixture->shadow->items->pdata[i] = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);
}

static void
test_random (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (BwFilter) filter = random_filter ();
      g_autofree char *query = bw_filter_to_query (filter);

      g_test_message ("%s", query);
      fixture->list = bw_job_list_new (fixture->business, filter);
      fixture->shadow = bw_test_shadow_new (fixture->list);
      for (guint i = 0; i < 15; i++)
        {
          submit_some (fixture);
          work_some (fixture);
          act (fixture);
          if (i % 5 == 4)
            hold_some (fixture);
          bw_test_shadow_check (fixture->shadow);
        }
      bw_test_until (agrees, fixture);
      bw_test_shadow_check (fixture->shadow);
      bw_test_shadow_free (fixture->shadow);
      g_clear_object (&fixture->list);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!bw_test_daemon_is_there ())
    {
      g_print ("1..0 # SKIP no BATCHWORKD in the environment\n");
      return 0;
    }
  g_test_add ("/client/live-list/random", Fixture, NULL, set_up, test_random, tear_down);
  return g_test_run ();
}
