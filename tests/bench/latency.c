/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * From a worker's report to the changed row in a client's model: one process is both, so that one
 * clock times it. Each round sends a report over HTTP and waits until the row of a live BwJobList
 * says what was reported: request, durable commit, event stream and model are all in the figure.
 *
 *   bench-latency URL USER PASSWORD BUSINESS ROUNDS PAUSE-MS
 *
 * Prints one line of JSON, in milliseconds.
 */

#include "bw-client.h"

typedef struct
{
  BwConnection *connection;
  BwBusiness *business;
  BwJobList *list;
  const char *user;
  const char *password;
  int rounds;
  int pause;                /* milliseconds between two rounds */
  gint64 claim;
  gint64 job;
  DexPromise *seen;         /* resolves when the row says what is waited for */
  char *expected;
  GArray *latencies;        /* of double, milliseconds */
  GMainLoop *loop;
} Bench;

static JsonNode *
ask (Bench *bench, const char *method, const char *path, const char *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GError) error = NULL;
  JsonNode *answer = dex_await_boxed (bw_connection_request (bench->connection, method, path, bytes), &error);

  if (error != NULL)
    g_error ("%s", error->message);
  return answer;
}

static void
look (Bench *bench)
{
  g_autoptr (BwJobEntry) entry = NULL;
  guint position;
  BwJob *job;

  if (bench->seen == NULL || !bw_job_list_find (bench->list, bench->job, &position))
    return;
  entry = g_list_model_get_item (G_LIST_MODEL (bench->list), position);
  job = bw_job_entry_get_job (entry);
  if (job != NULL && g_strcmp0 (job->message, bench->expected) == 0)
    {
      dex_promise_resolve_boolean (bench->seen, TRUE);
      g_clear_pointer (&bench->seen, dex_unref);
    }
}

static void
row_changed_cb (Bench *bench)
{
  look (bench);
}

static void
items_changed_cb (GListModel *list, guint position, guint removed, guint added, Bench *bench)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (BwJobEntry) entry = g_list_model_get_item (list, i);

      g_signal_connect_swapped (entry, "notify::job", G_CALLBACK (row_changed_cb), bench);
      g_object_set_data_full (G_OBJECT (list), "keep", g_object_ref (entry), g_object_unref);
    }
  look (bench);
}

/* Submits and claims the one job that is reported on. */
static void
begin (Bench *bench)
{
  g_autofree char *path = g_strdup_printf ("/v1/businesses/%s/jobs", bw_business_get_id (bench->business));
  g_autoptr (JsonNode) submitted = ask (bench, "POST", path, "{\"type\":\"bench-latency\",\"name\":\"Latency\"}");
  g_autoptr (JsonNode) claimed = ask (bench, "POST", "/v1/claims",
                                      "{\"worker\":\"bench\",\"types\":[\"bench-latency\"],\"max\":1,\"lease_s\":600}");
  JsonArray *claims = json_object_get_array_member (json_node_get_object (claimed), "claims");
  JsonObject *claim = json_array_get_object_element (claims, 0);

  bench->claim = json_object_get_int_member (claim, "claim");
  bench->job = json_object_get_int_member (json_object_get_object_member (claim, "job"), "id");
}

static double
measure (Bench *bench, int round)
{
  g_autofree char *body = NULL;
  g_autoptr (JsonNode) answer = NULL;
  DexPromise *seen = dex_promise_new ();
  gint64 begun;

  g_free (bench->expected);
  bench->expected = g_strdup_printf ("Round %d", round);
  bench->seen = dex_ref (seen);
  body = g_strdup_printf ("{\"reports\":[{\"claim\":%" G_GINT64_FORMAT ",\"message\":\"%s\"}]}", bench->claim,
                          bench->expected);
  begun = g_get_monotonic_time ();
  answer = ask (bench, "POST", "/v1/reports", body);
  look (bench);
  if (!dex_await (dex_future_first (DEX_FUTURE (seen), dex_timeout_new_seconds (10), NULL), NULL))
    g_error ("The change was not seen in 10 seconds");
  return (g_get_monotonic_time () - begun) / 1000.0;
}

static DexFuture *
bench_fiber (gpointer data)
{
  Bench *bench = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwMe) me = dex_await_boxed (bw_connection_sign_in (bench->connection, bench->user, bench->password), &error);
  g_autoptr (BwFilter) filter = bw_filter_new ();

  if (me == NULL)
    g_error ("%s", error->message);
  begin (bench);
  bench->list = bw_job_list_new (bench->business, filter);
  g_signal_connect (bench->list, "items-changed", G_CALLBACK (items_changed_cb), bench);
  items_changed_cb (G_LIST_MODEL (bench->list), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (bench->list)), bench);

  measure (bench, 0);  /* the list loads, and the stream opens */
  for (int round = 1; round <= bench->rounds; round++)
    {
      double latency;

      dex_await (dex_timeout_new_msec (bench->pause), NULL);
      latency = measure (bench, round);
      g_array_append_val (bench->latencies, latency);
    }
  g_main_loop_quit (bench->loop);
  return NULL;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };

  if (argc != 7)
    g_error ("Usage: bench-latency URL USER PASSWORD BUSINESS ROUNDS PAUSE-MS");
  dex_init ();
  bench.connection = bw_connection_new (argv[1]);
  bench.user = argv[2];
  bench.password = argv[3];
  bench.business = bw_business_new (bench.connection, argv[4]);
  bench.rounds = atoi (argv[5]);
  bench.pause = atoi (argv[6]);
  bench.latencies = g_array_new (FALSE, FALSE, sizeof (double));
  bench.loop = g_main_loop_new (NULL, FALSE);

  dex_future_disown (dex_scheduler_spawn (NULL, 0, bench_fiber, &bench, NULL));
  g_main_loop_run (bench.loop);

  g_array_sort (bench.latencies, compare);
  g_print ("{\"rounds\": %d, \"median_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.2f}\n", bench.rounds,
           g_array_index (bench.latencies, double, bench.latencies->len / 2),
           g_array_index (bench.latencies, double, bench.latencies->len * 99 / 100),
           g_array_index (bench.latencies, double, bench.latencies->len - 1));
  return 0;
}
