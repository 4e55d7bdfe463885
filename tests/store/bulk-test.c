/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include "bw-targets.h"

#define LEASE (10 * BW_TIME_SECOND)

/* Asks for an action on what matches; returns its job, and how many jobs it is for. */
static gint64
ask (StoreTest *test, const BwViewer *viewer, BwBulkAction action, BwJobStates states, gint64 *total)
{
  g_autoptr (BwBulkRequest) request = bw_bulk_request_new (action);
  g_autoptr (GError) error = NULL;
  BwBulkJob bulk = { 0 };

  request->filter = bw_filter_new ();
  request->filter->states = states;
  bw_store_bulk (test->store, viewer, request, &bulk, &error);
  g_assert_no_error (error);
  if (total != NULL)
    *total = bulk.total;
  return bulk.job;
}

static gint64
ask_for (StoreTest *test, const BwViewer *viewer, BwBulkAction action, const gint64 *ids, guint n)
{
  g_autoptr (BwBulkRequest) request = bw_bulk_request_new (action);
  g_autoptr (GError) error = NULL;
  BwBulkJob bulk = { 0 };

  request->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_vals (request->ids, ids, n);
  bw_store_bulk (test->store, viewer, request, &bulk, &error);
  g_assert_no_error (error);
  return bulk.job;
}

static gint64
claim_bulk (StoreTest *test)
{
  g_autoptr (GError) error = NULL;
  gint64 claim = -1;

  bw_store_claim_bulk (test->store, "server", LEASE, &claim, &error);
  g_assert_no_error (error);
  return claim;
}

static gboolean
run_slice (StoreTest *test, BwBulkRun *run)
{
  g_autoptr (GError) error = NULL;
  gboolean is_over = FALSE;

  bw_store_run_bulk (test->store, run, &is_over, &error);
  g_assert_no_error (error);
  return !is_over;
}

/* Runs one bulk job to its end; returns in how many slices. */
static guint
run_all (StoreTest *test)
{
  BwBulkRun run = { claim_bulk (test), 0 };
  guint n = 1;

  g_assert_cmpint (run.claim, !=, 0);
  while (run_slice (test, &run))
    n++;
  return n;
}

static gint64
count_items (StoreTest *test, gint64 job, BwItemState state)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT COUNT(*) FROM item WHERE job = %" G_GINT64_FORMAT " AND state = %d",
                       job, (int) state);

  return store_test_ask (test, sql);
}

static char *
get_message (StoreTest *test, gint64 job, gint64 target)
{
  g_autofree char *sql = g_strdup_printf ("SELECT message FROM item WHERE job = %" G_GINT64_FORMAT
                                          " AND ref_id = '%" G_GINT64_FORMAT "'",
                                          job, target);

  return store_test_ask_text (test, sql);
}

/* Hands in many jobs in few writes. */
static void
submit_many (StoreTest *test, const BwViewer *viewer, guint n, const char *type)
{
  while (n > 0)
    {
      guint part = MIN (n, 2000);
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) submitted = NULL;
      g_autoptr (GPtrArray) submissions =
          g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);

      for (guint i = 0; i < part; i++)
        g_ptr_array_add (submissions, store_test_submission (type, 0));
      submitted = bw_store_submit (test->store, viewer, submissions, &error);
      g_assert_no_error (error);
      n -= part;
    }
}

static void
finish_all (StoreTest *test, const char *why)
{
  g_autoptr (GPtrArray) claims = store_test_claim (test, G_MAXINT);

  for (guint i = 0; i < claims->len; i++)
    store_test_finish (test, ((BwClaim *) g_ptr_array_index (claims, i))->claim, why);
}

/* The count beforehand is what is done, and what comes later is left alone. */
static void
test_each_action (StoreTest *test, gconstpointer data)
{
  gint64 total;
  gint64 job;

  submit_many (test, &test->sam, 30, "send-invoices");
  finish_all (test, "No connection");
  submit_many (test, &test->sam, 20, "send-invoices");

  job = ask (test, &test->sam, BW_BULK_CANCEL, 1u << BW_JOB_STATE_QUEUED, &total);
  submit_many (test, &test->sam, 1, "send-invoices");
  g_assert_cmpint (total, ==, 20);
  run_all (test);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_SUCCESS);
  g_assert_cmpint (count_items (test, job, BW_ITEM_STATE_SUCCESS), ==, 20);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 5"), ==, 20);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 0"), ==, 1);

  job = ask (test, &test->sam, BW_BULK_DELETE, 1u << BW_JOB_STATE_CANCELLED, &total);
  g_assert_cmpint (total, ==, 20);
  run_all (test);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 5"), ==, 0);

  job = ask (test, &test->olivia, BW_BULK_RETRY_FAILED, 1u << BW_JOB_STATE_FAILED, &total);
  g_assert_cmpint (total, ==, 30);
  run_all (test);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 0"), ==, 31);
  g_assert_cmpint (store_test_get (test, job, "owner"), ==, test->olivia.user);
  g_assert_cmpint (
      store_test_ask (test, "SELECT COUNT(*) FROM action WHERE action = 'retry' AND actor = 'olivia'"),
      ==, 30);
  store_test_check (test);
}

static void
test_refusals (StoreTest *test, gconstpointer data)
{
  gint64 done = store_test_submit (test, &test->sam, "send-invoices", 1);
  gint64 running = store_test_submit (test, &test->sam, "send-statements", 1);
  gint64 hidden = store_test_submit (test, &test->stella, "export-archive", 1);
  const gint64 ids[] = { running, done, hidden, done, 4711, 6 };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *fourth = NULL;
  g_autofree char *itself = NULL;
  g_autofree char *label = NULL;
  g_autoptr (GPtrArray) claims = store_test_claim (test, 3);
  gint64 job;

  store_test_finish (test, store_test_get (test, done, "claim"), NULL);
  store_test_submit (test, &test->sam, "send-invoices", 1);
  store_test_submit (test, &test->sam, "send-invoices", 1);
  job = ask_for (test, &test->sam, BW_BULK_DELETE, ids, G_N_ELEMENTS (ids));
  g_assert_cmpint (job, ==, 6);
  run_all (test);

  first = get_message (test, job, running);
  second = get_message (test, job, done);
  third = get_message (test, job, hidden);
  fourth = get_message (test, job, 4711);
  itself = get_message (test, job, job);
  g_assert_cmpstr (first, ==, "This job is running. Cancel it, and delete it when it has stopped.");
  g_assert_cmpstr (second, ==, NULL);
  g_assert_cmpstr (third, ==, "There is no job 3 here.");
  g_assert_cmpstr (fourth, ==, "There is no job 4711 here.");
  g_assert_cmpstr (itself, ==, "There is no job 6 here.");
  label = store_test_ask_text (test, "SELECT label FROM item WHERE job = 6 AND ref_id = '3'");
  g_assert_cmpstr (label, ==, "Job 3");
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_SKIPPED);
  g_assert_cmpint (store_test_get (test, job, "items"), ==, 5);
  g_assert_cmpint (store_test_get (test, job, "items_skipped"), ==, 4);
  g_assert_cmpint (store_test_get (test, hidden, "state"), ==, BW_JOB_STATE_PROCESSING);
  store_test_check (test);
}

/* What somebody may not see is not counted, and nothing happens to it. */
static void
test_visibility (StoreTest *test, gconstpointer data)
{
  gint64 total;

  submit_many (test, &test->stella, 10, "send-invoices");
  submit_many (test, &test->sam, 5, "send-invoices");
  ask (test, &test->sam, BW_BULK_CANCEL, 0, &total);
  g_assert_cmpint (total, ==, 5);
  run_all (test);
  g_assert_cmpint (
      store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 5 AND owner = 2"), ==, 5);
  g_assert_cmpint (
      store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 0 AND owner = 3"), ==, 10);
}

static void
test_nothing_matches (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwBulkRequest) request = bw_bulk_request_new (BW_BULK_DELETE);
  g_autoptr (GError) error = NULL;
  BwViewer viewer = test->sam;
  BwBulkJob bulk;

  request->filter = bw_filter_new ();
  g_assert_false (bw_store_bulk (test->store, &viewer, request, &bulk, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_clear_error (&error);
  viewer.permissions &= ~(BwPermissions) BW_PERMISSION_DELETE;
  g_assert_false (bw_store_bulk (test->store, &viewer, request, &bulk, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_FORBIDDEN);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 0);
}

/* Neither a worker that takes anything nor one that asks for the type, nor a program that submits. */
static void
test_of_the_server_only (StoreTest *test, gconstpointer data)
{
  char *types[] = { "bulk-cancel", "bulk-delete", "bulk-retry", NULL };
  const BwClaimRequest request = { .worker = "desk", .types = types, .max = 9, .lease = LEASE };
  BwJobType type = { .type = "bulk-delete", .name = "x", .stalled_after = 60000, .max_attempts = 1 };
  g_autoptr (GPtrArray) submissions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  g_autoptr (GPtrArray) claims = NULL;
  g_autoptr (GError) error = NULL;
  gint64 other = store_test_submit (test, &test->sam, "send-invoices", 1);
  gint64 job = ask (test, &test->sam, BW_BULK_RETRY_ALL, 0, NULL);

  g_assert_cmpint (store_test_get (test, store_test_claim_one (test) != 0 ? other : 0, "state"), ==, 1);
  g_assert_cmpint (store_test_claim_one (test), ==, 0);
  claims = bw_store_claim (test->store, test->worker, &request, &test->business, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (claims->len, ==, 0);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);

  g_ptr_array_add (submissions, store_test_submission ("bulk-delete", 1));
  g_assert_null (bw_store_submit (test->store, &test->olivia, submissions, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
  g_assert_cmpstr (bw_error_get_field (error), ==, "type");
  g_clear_error (&error);
  g_assert_false (bw_store_set_type (test->store, test->business, &type, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
}

/* A server that is lost in the middle: another goes on, and each job is acted upon once. */
static void
test_once (StoreTest *test, gconstpointer data)
{
  BwBulkRun lost = { 0 };
  gint64 total;
  gint64 job;

  submit_many (test, &test->sam, 3500, "send-invoices");
  finish_all (test, "No connection");
  job = ask (test, &test->sam, BW_BULK_RETRY_FAILED, 0, &total);
  g_assert_cmpint (total, ==, 3500);
  g_assert_cmpint (store_test_get (test, job, "items"), ==, 1000);
  lost.claim = claim_bulk (test);
  g_assert_cmpint (claim_bulk (test), ==, 0);
  while (count_items (test, job, BW_ITEM_STATE_SUCCESS) < 1100)
    g_assert_true (run_slice (test, &lost));
  store_test_reopen (test);
  g_assert_cmpint (claim_bulk (test), ==, 0);

  store_test_pass (test, LEASE + 1);
  store_test_tend (test, NULL);
  run_all (test);
  g_assert_false (run_slice (test, &lost));
  g_assert_cmpint (store_test_get (test, job, "items_success"), ==, 3500);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_SUCCESS);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM bulk_target"), ==, 0);
  g_assert_cmpint (
      store_test_ask (test, "SELECT COUNT(*) FROM (SELECT job FROM action WHERE action = 'retry'"
                            " GROUP BY job HAVING COUNT(*) = 1)"),
      ==, 3500);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM action WHERE action = 'retry'"), ==,
                   3500);
  store_test_check (test);
}

static void
test_released (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BwBulkRun first = { 0 };
  gint64 job;

  submit_many (test, &test->sam, 1500, "send-invoices");
  job = ask (test, &test->sam, BW_BULK_CANCEL, 0, NULL);
  first.claim = claim_bulk (test);
  run_slice (test, &first);
  run_slice (test, &first);
  g_assert_true (bw_store_release_bulk (test->store, &first, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);
  g_assert_false (run_slice (test, &first));
  run_all (test);
  g_assert_cmpint (store_test_get (test, job, "items_success"), ==, 1500);
  store_test_check (test);
}

static void
test_cancelled (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BwBulkRun run = { 0 };
  gint64 n_done;
  gint64 job;

  submit_many (test, &test->sam, 5000, "send-invoices");
  job = ask (test, &test->sam, BW_BULK_CANCEL, 0, NULL);
  run.claim = claim_bulk (test);
  while (count_items (test, job, BW_ITEM_STATE_SUCCESS) == 0)
    run_slice (test, &run);
  g_assert_true (bw_store_cancel (test->store, &test->sam, job, &error));
  g_assert_no_error (error);
  n_done = count_items (test, job, BW_ITEM_STATE_SUCCESS);
  g_assert_cmpint (n_done, <, 5000);
  while (run_slice (test, &run))
    continue;
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_CANCELLED);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 5"), ==, n_done + 1);
  g_assert_cmpint (count_items (test, job, BW_ITEM_STATE_SUCCESS), ==, n_done);
  g_assert_cmpint (count_items (test, job, BW_ITEM_STATE_PENDING), ==, 0);
  g_assert_cmpint (store_test_get (test, job, "CAST(progress < 1 AS INTEGER)"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM bulk_target"), ==, 0);
  store_test_check (test);
}

static void
test_paused (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BwBulkRun run = { 0 };
  gint64 n_done;
  gint64 job;

  submit_many (test, &test->sam, 2500, "send-invoices");
  job = ask (test, &test->sam, BW_BULK_CANCEL, 0, NULL);
  run.claim = claim_bulk (test);
  while (count_items (test, job, BW_ITEM_STATE_SUCCESS) == 0)
    run_slice (test, &run);
  n_done = count_items (test, job, BW_ITEM_STATE_SUCCESS);
  g_assert_true (
      bw_store_pause (test->store, &test->olivia, &test->sam.user, 1, NULL, FALSE, "Stop", &error));
  g_assert_false (run_slice (test, &run));
  g_assert_cmpint (claim_bulk (test), ==, 0);
  g_assert_cmpint (count_items (test, job, BW_ITEM_STATE_SUCCESS), ==, n_done);
  g_assert_cmpint (bw_store_resume (test->store, &test->olivia, 0, &error), ==, 1);
  run_all (test);
  g_assert_cmpint (count_items (test, job, BW_ITEM_STATE_SUCCESS), ==, 2500);
  store_test_check (test);
}

/* Somebody who loses the right, or leaves: what is not done fails, with the reason. */
static void
test_right_lost (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  BwBulkRun run = { 0 };
  gint64 n_done;
  gint64 job;

  submit_many (test, &test->sam, 7500, "send-invoices");
  job = ask (test, &test->sam, BW_BULK_CANCEL, 0, NULL);
  run.claim = claim_bulk (test);
  while (count_items (test, job, BW_ITEM_STATE_SUCCESS) == 0)
    run_slice (test, &run);
  n_done = count_items (test, job, BW_ITEM_STATE_SUCCESS);
  g_assert_true (
      bw_store_remove_membership (test->store, test->business, test->sam.user, &error));
  while (run_slice (test, &run))
    continue;
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_FAILED);
  g_assert_cmpint (count_items (test, job, BW_ITEM_STATE_SUCCESS), ==, n_done);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 5"), ==, n_done);
  g_assert_cmpint (count_items (test, job, BW_ITEM_STATE_PENDING), ==, 0);
  message = store_test_ask_text (test, "SELECT message FROM item WHERE state = 2 LIMIT 1");
  g_assert_cmpstr (message, ==, "Not done: sam may not cancel jobs in this business any more.");
  store_test_check (test);
}

/* Jobs that act on others can't be run again or changed by anybody. */
static void
test_not_again (StoreTest *test, gconstpointer data)
{
  const BwJobEdit edit = { .parameters = "{\"action\":\"delete\"}", .run_at = BW_TIME_NONE };
  g_autoptr (GError) error = NULL;
  gint64 job;

  submit_many (test, &test->sam, 1, "send-invoices");
  job = ask (test, &test->sam, BW_BULK_CANCEL, 0, NULL);
  g_assert_false (bw_store_edit (test->store, &test->sam, job, &edit, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_cmpint (bw_store_copy (test->store, &test->sam, job, &edit, FALSE, &error), ==, 0);
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_clear_error (&error);
  run_all (test);
  g_assert_false (bw_store_retry (test->store, &test->olivia, job, TRUE, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_true (bw_store_delete (test->store, &test->sam, job, &error));
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM bulk"), ==, 0);
  store_test_check (test);
}

static void
test_packed (void)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) read = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (BwTargets) targets = NULL;
  const guint8 torn[] = { 0x81 };
  gint64 id = 0;

  for (guint i = 0; i < 3456; i++)
    {
      id += i == 2000 ? G_GINT64_CONSTANT (1) << 40 : g_test_rand_int_range (1, 100000);
      g_array_append_val (ids, id);
    }
  targets = bw_targets_new_for_ids (ids);
  g_assert_cmpint (targets->n, ==, 3456);
  g_assert_cmpuint (targets->chunks->len, ==, 4);
  for (guint i = 0; i < targets->chunks->len; i++)
    {
      gsize length;
      gconstpointer chunk = g_bytes_get_data (g_ptr_array_index (targets->chunks, i), &length);

      g_assert_true (bw_targets_unpack (chunk, length, read));
    }
  g_assert_cmpmem (read->data, read->len * sizeof (gint64), ids->data, ids->len * sizeof (gint64));
  g_assert_false (bw_targets_unpack (torn, sizeof torn, read));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/bulk/G4-each-action-does-what-was-counted", test_each_action);
  store_test_add ("/store/bulk/G4-refusals-are-named", test_refusals);
  store_test_add ("/store/bulk/G5-only-what-may-be-seen", test_visibility);
  store_test_add ("/store/bulk/nothing-matches", test_nothing_matches);
  store_test_add ("/store/bulk/of-the-server-only", test_of_the_server_only);
  store_test_add ("/store/bulk/G7-once-across-the-loss-of-a-server", test_once);
  store_test_add ("/store/bulk/goes-on-when-released", test_released);
  store_test_add ("/store/bulk/cancelled-in-the-middle", test_cancelled);
  store_test_add ("/store/bulk/G6-obeys-a-pause", test_paused);
  store_test_add ("/store/bulk/right-lost-in-the-middle", test_right_lost);
  store_test_add ("/store/bulk/not-run-again", test_not_again);
  g_test_add_func ("/store/bulk/packed-targets", test_packed);
  return g_test_run ();
}
