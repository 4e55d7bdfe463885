/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include "bw-store-views.h"

static BwQueueInfo *
get_queue (StoreTest *test, const BwViewer *viewer, const char *type)
{
  g_autoptr (GError) error = NULL;
  BwQueueInfo *queue = bw_store_get_queue (test->store, viewer, type, &error);

  g_assert_no_error (error);
  return queue;
}

static void
test_queues (StoreTest *test, gconstpointer data)
{
  const char *const types[] = { "send-invoices", NULL };
  BwSubmission *later = store_test_submission ("send-invoices", 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (BwQueueInfo) queue = NULL;
  g_autoptr (BwQueueInfo) own = NULL;
  BwTime oldest;
  gint64 claim;

  store_test_submit (test, &test->sam, "send-invoices", 0);
  claim = store_test_claim_one (test);
  store_test_pass (test, 1000);
  oldest = test->wall;
  store_test_submit (test, &test->stella, "send-invoices", 0);
  store_test_pass (test, 1000);
  store_test_submit (test, &test->sam, "send-invoices", 0);
  later->run_at = test->wall + BW_TIME_DAY;
  store_test_hand_in (test, &test->stella, later);
  store_test_submit (test, &test->sam, "archive-export", 0);
  g_assert_true (
      bw_store_pause (test->store, &test->olivia, NULL, 0, types, FALSE, "Month end", &error));

  queue = get_queue (test, &test->olivia, "send-invoices");
  g_assert_cmpint (queue->queued, ==, 2);
  g_assert_cmpint (queue->scheduled, ==, 1);
  g_assert_cmpint (queue->processing, ==, 1);
  g_assert_cmpint (queue->stalled, ==, 0);
  g_assert_cmpint (queue->oldest_queued_at, ==, oldest);
  g_assert_cmpint (queue->workers, ==, 1);
  g_assert_cmpint (queue->average_ms, ==, BW_NO_FIGURE);
  g_assert_cmpstr (queue->paused->reason, ==, "Month end");
  own = get_queue (test, &test->sam, "send-invoices");
  g_assert_cmpint (own->queued, ==, 1);
  g_assert_cmpint (own->scheduled, ==, 0);
  g_assert_cmpint (own->oldest_queued_at, ==, oldest + 1000);

  g_clear_pointer (&queue, bw_queue_info_unref);
  store_test_finish (test, claim, "No paper");
  queue = get_queue (test, &test->olivia, "send-invoices");
  g_assert_cmpint (queue->processing, ==, 0);
  g_assert_cmpint (queue->finished_hour, ==, 1);
  g_assert_cmpint (queue->failed_day, ==, 1);
  g_assert_cmpint (queue->average_ms, ==, 2000);
  g_assert_cmpuint (queue->quarters->len, ==, 96);
  g_assert_cmpint (g_array_index (queue->quarters, BwQueueQuarter, 95).failed, ==, 1);
  g_assert_null (bw_store_get_queue (test->store, &test->olivia, "no-such", &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
}

/* An hour and a day later, what ended falls out of the figures. */
static void
test_queue_forgets (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwQueueInfo) hour = NULL;
  g_autoptr (BwQueueInfo) day = NULL;

  store_test_submit (test, &test->sam, "send-invoices", 0);
  store_test_finish (test, store_test_claim_one (test), NULL);
  store_test_pass (test, BW_TIME_HOUR);
  hour = get_queue (test, &test->sam, "send-invoices");
  g_assert_cmpint (hour->finished_hour, ==, 0);
  g_assert_cmpint (hour->finished_day, ==, 1);
  store_test_pass (test, BW_TIME_DAY);
  day = get_queue (test, &test->sam, "send-invoices");
  g_assert_cmpint (day->finished_day, ==, 0);
  g_assert_cmpint (day->workers, ==, 0);
}

static void
test_all_queues (StoreTest *test, gconstpointer data)
{
  BwViewer viewer = test->stella;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) own = NULL;
  gint64 revision;

  viewer.permissions = BW_PERMISSION_VIEW_OWN;
  store_test_submit (test, &test->sam, "send-invoices", 0);
  store_test_submit (test, &test->stella, "archive-export", 0);
  g_assert_true (bw_store_pause (test->store, &test->olivia, NULL, 0, NULL, TRUE, NULL, &error));
  all = bw_store_list_queues (test->store, &test->olivia, &revision, &error);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_true (((BwQueueInfo *) g_ptr_array_index (all, 0))->paused->all);
  g_assert_cmpint (revision, ==, store_test_ask (test, "SELECT revision FROM business WHERE id = 1"));
  own = bw_store_list_queues (test->store, &viewer, &revision, &error);
  g_assert_cmpuint (own->len, ==, 1);
  g_assert_cmpstr (((BwQueueInfo *) g_ptr_array_index (own, 0))->type, ==, "archive-export");
  g_assert_null (bw_store_get_queue (test->store, &viewer, "send-invoices", &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
}

static void
test_batches (StoreTest *test, gconstpointer data)
{
  gint64 done = store_test_submit (test, &test->sam, "send-invoices", 2);
  gint64 claim = store_test_claim_one (test);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) own = NULL;
  const BwBatch *batch;
  gint64 running;
  gint64 waiting;

  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  store_test_item (test, claim, 2, BW_ITEM_STATE_SUCCESS);
  store_test_finish (test, claim, NULL);
  running = store_test_submit (test, &test->stella, "send-invoices", 6);
  claim = store_test_claim_one (test);
  waiting = store_test_submit (test, &test->sam, "send-invoices", 3);
  store_test_submit (test, &test->sam, "send-invoices", 1);
  store_test_pass (test, 30 * BW_TIME_SECOND);
  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  store_test_item (test, claim, 2, BW_ITEM_STATE_FAILED);

  all = bw_store_list_batches (test->store, &test->olivia, 50, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 3);
  batch = g_ptr_array_index (all, 0);
  g_assert_cmpint (batch->job->id, ==, running);
  g_assert_cmpfloat (batch->items_per_minute, ==, 4);
  g_assert_cmpint (batch->remaining_ms, ==, BW_TIME_MINUTE);
  batch = g_ptr_array_index (all, 1);
  g_assert_cmpint (batch->job->id, ==, waiting);
  g_assert_cmpint (batch->remaining_ms, ==, BW_NO_FIGURE);
  g_assert_cmpint (((BwBatch *) g_ptr_array_index (all, 2))->job->id, ==, done);
  own = bw_store_list_batches (test->store, &test->stella, 50, &error);
  g_assert_cmpuint (own->len, ==, 1);

  /* A worker that takes over is measured from where it began. */
  store_test_pass (test, 2 * BW_TIME_MINUTE);
  store_test_tend (test, NULL);
  claim = store_test_claim_one (test);
  store_test_pass (test, 10 * BW_TIME_SECOND);
  store_test_item (test, claim, 3, BW_ITEM_STATE_SUCCESS);
  g_clear_pointer (&own, g_ptr_array_unref);
  own = bw_store_list_batches (test->store, &test->stella, 50, &error);
  g_assert_cmpfloat (((BwBatch *) g_ptr_array_index (own, 0))->items_per_minute, ==, 6);
  store_test_pass (test, BW_TIME_HOUR);
  g_clear_pointer (&all, g_ptr_array_unref);
  all = bw_store_list_batches (test->store, &test->olivia, 1, &error);
  g_assert_cmpuint (all->len, ==, 1);
}

static BwWorkerInfo *
get_worker (StoreTest *test)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) workers = bw_store_list_workers (test->store, &test->olivia, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (workers->len, ==, 1);
  return bw_worker_info_ref (g_ptr_array_index (workers, 0));
}

static void
ask_for (StoreTest *test, const char *type)
{
  char *types[] = { (char *) type, NULL };
  const BwClaimRequest request = {
    .worker = "desk", .types = types, .max = 1, .lease = BW_TIME_MINUTE
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims =
      bw_store_claim (test->store, test->worker, &request, &test->business, 1, &error);

  g_assert_no_error (error);
}

#define LAST_SEEN "SELECT last_seen_at FROM worker"

/* Stella hands in many jobs and cancels them all. */
static void
end_many (StoreTest *test, guint n)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  g_autoptr (BwBulkRequest) request = bw_bulk_request_new (BW_BULK_CANCEL);
  g_autoptr (GArray) submitted = NULL;
  g_autoptr (GError) error = NULL;
  BwBulkJob bulk = { 0 };
  BwBulkRun run = { 0 };
  gboolean is_over = FALSE;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (jobs, store_test_submission ("send-invoices", 0));
  submitted = bw_store_submit (test->store, &test->stella, jobs, &error);
  g_assert_no_error (error);
  request->filter = bw_filter_new ();
  g_assert_true (bw_store_bulk (test->store, &test->stella, request, &bulk, &error));
  g_assert_true (bw_store_claim_bulk (test->store, "server", BW_TIME_MINUTE, &run.claim, &error));
  while (!is_over)
    g_assert_true (bw_store_run_bulk (test->store, &run, &is_over, &error));
}

static void
test_batches_among_many (StoreTest *test, gconstpointer data)
{
  gint64 done = store_test_submit (test, &test->sam, "send-invoices", 2);
  gint64 claim = store_test_claim_one (test);
  g_autoptr (GPtrArray) own = NULL;
  g_autoptr (GError) error = NULL;

  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  store_test_item (test, claim, 2, BW_ITEM_STATE_SUCCESS);
  store_test_finish (test, claim, NULL);
  store_test_pass (test, BW_TIME_SECOND);
  end_many (test, 2100);
  own = bw_store_list_batches (test->store, &test->sam, 50, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (own->len, ==, 1);
  g_assert_cmpint (((BwBatch *) g_ptr_array_index (own, 0))->job->id, ==, done);
}

static void
test_workers (StoreTest *test, gconstpointer data)
{
  g_autoptr (BwWorkerInfo) idle = NULL;
  g_autoptr (BwWorkerInfo) busy = NULL;
  g_autoptr (BwWorkerInfo) silent = NULL;
  g_autoptr (GError) error = NULL;
  gint64 claim;

  ask_for (test, "send-invoices");
  ask_for (test, "archive-export");
  idle = get_worker (test);
  g_assert_cmpstr (idle->name, ==, "desk");
  g_assert_cmpstr (idle->account_name, ==, "Worker");
  g_assert_cmpint (idle->state, ==, BW_WORKER_STATE_IDLE);
  g_assert_cmpuint (g_strv_length (idle->types), ==, 2);
  g_assert_cmpint (idle->last_seen_at, ==, STORE_TEST_START);

  /* Not every claim is written. */
  store_test_pass (test, 9999);
  ask_for (test, "archive-export");
  g_assert_cmpint (store_test_ask (test, LAST_SEEN), ==, STORE_TEST_START);
  store_test_pass (test, 1);
  ask_for (test, "archive-export");
  g_assert_cmpint (store_test_ask (test, LAST_SEEN), ==, STORE_TEST_START + 10000);

  store_test_submit (test, &test->sam, "send-invoices", 1);
  claim = store_test_claim_one (test);
  busy = get_worker (test);
  g_assert_cmpint (busy->state, ==, BW_WORKER_STATE_BUSY);
  g_assert_cmpuint (busy->jobs->len, ==, 1);
  g_assert_cmpuint (g_strv_length (busy->types), ==, 0);
  store_test_item (test, claim, 1, BW_ITEM_STATE_FAILED);
  store_test_finish (test, claim, NULL);
  store_test_submit (test, &test->sam, "send-invoices", 0);
  claim = store_test_claim_one (test);
  store_test_pass (test, 9000);
  store_test_finish (test, claim, NULL);
  g_assert_cmpint (store_test_ask (test, LAST_SEEN), ==, STORE_TEST_START + 10000);

  store_test_pass (test, 3 * BW_TIME_MINUTE);
  silent = get_worker (test);
  g_assert_cmpint (silent->state, ==, BW_WORKER_STATE_SILENT);
  g_assert_cmpint (silent->finished_day, ==, 2);
  g_assert_cmpint (silent->failed_day, ==, 1);
  g_assert_null (bw_store_list_workers (test->store, &test->sam, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_FORBIDDEN);

  store_test_pass (test, 11 * BW_TIME_DAY);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM worker"), ==, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM worker_hour"), ==, 0);
}

static BwAuditPage *
list (StoreTest *test, const BwViewer *viewer, const BwAuditFilter *filter, const char *after)
{
  g_autoptr (BwAuditFilter) all = bw_audit_filter_new ();
  g_autoptr (GError) error = NULL;
  BwAuditPage *page =
      bw_store_list_audit (test->store, viewer, filter != NULL ? filter : all, 2, after, &error);

  g_assert_no_error (error);
  return page;
}

static gint64
count (StoreTest *test, const BwViewer *viewer, const char *q, const char *action, gint64 user)
{
  char *actions[] = { (char *) action, NULL };
  BwAuditFilter filter = { .q = (char *) q,
                           .actions = action != NULL ? actions : NULL,
                           .user = user,
                           .from = BW_TIME_NONE,
                           .until = BW_TIME_NONE };
  g_autoptr (BwAuditPage) page = list (test, viewer, &filter, NULL);

  g_assert_true (page->total_is_exact);
  return page->total;
}

/* A job each of Sam and Stella, both cancelled; Sam's is deleted. */
static gint64
act (StoreTest *test)
{
  BwSubmission *submission = store_test_submission ("send-invoices", 2);
  const BwJobEdit edit = { .name = "Factures de février", .set_priority = TRUE, .priority = 5 };
  g_autoptr (GError) error = NULL;
  gint64 job;
  gint64 other;

  submission->name = g_strdup ("Invoices of January");
  job = store_test_hand_in (test, &test->sam, submission);
  other = store_test_submit (test, &test->stella, "archive-export", 0);
  g_assert_true (bw_store_edit (test->store, &test->sam, job, &edit, &error));
  g_assert_true (bw_store_cancel (test->store, &test->sam, job, &error));
  store_test_pass (test, 1000);
  g_assert_true (bw_store_cancel (test->store, &test->olivia, other, &error));
  g_assert_true (bw_store_delete (test->store, &test->olivia, job, &error));
  g_assert_true (bw_store_pause (test->store, &test->olivia, &test->sam.user, 1, NULL, FALSE,
                                 "Holiday", &error));
  g_assert_no_error (error);
  return job;
}

static void
test_audit (StoreTest *test, gconstpointer data)
{
  gint64 job = act (test);
  g_autoptr (BwAuditPage) first = list (test, &test->olivia, NULL, NULL);
  g_autoptr (BwAuditPage) second = list (test, &test->olivia, NULL, first->next);
  g_autoptr (BwAuditPage) third = list (test, &test->olivia, NULL, second->next);
  const BwAuditEntry *entry;

  g_assert_cmpint (first->total, ==, 5);
  g_assert_cmpuint (third->entries->len, ==, 1);
  g_assert_null (third->next);
  entry = g_ptr_array_index (first->entries, 0);
  g_assert_cmpstr (entry->action, ==, "pause");
  g_assert_cmpstr (entry->detail, ==, "sam: Holiday");
  entry = g_ptr_array_index (first->entries, 1);
  g_assert_cmpstr (entry->action, ==, "delete");
  g_assert_cmpint (entry->job, ==, job);
  g_assert_cmpstr (entry->job_name, ==, "Factures de février");
  g_assert_false (entry->job_exists);
  g_assert_cmpstr (entry->detail, ==, "Submitted by sam on 2026-11-21, ended as “cancelled”");
  g_assert_true (((BwAuditEntry *) g_ptr_array_index (second->entries, 0))->job_exists);
  entry = g_ptr_array_index (third->entries, 0);
  g_assert_cmpstr (entry->detail, ==,
                   "Changed name from “Invoices of January” to “Factures de février”, "
                   "priority from 0 to 5");
}

static void
test_audit_search (StoreTest *test, gconstpointer data)
{
  gint64 job = act (test);
  BwAuditFilter filter = { .user = -1, .job = job, .from = BW_TIME_NONE, .until = BW_TIME_NONE };
  g_autoptr (BwAuditPage) of_job = list (test, &test->olivia, &filter, NULL);
  g_autoptr (BwAuditPage) early = NULL;
  g_autoptr (BwAuditPage) late = NULL;
  g_autoptr (GPtrArray) actions = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (of_job->total, ==, 3);
  g_assert_cmpint (count (test, &test->olivia, "fevr", NULL, -1), ==, 3);
  g_assert_cmpint (count (test, &test->olivia, "olivia holi", NULL, -1), ==, 1);
  g_assert_cmpint (count (test, &test->olivia, "xylophone", NULL, -1), ==, 0);
  g_assert_cmpint (count (test, &test->olivia, "\"*(", NULL, -1), ==, 0);
  g_assert_cmpint (count (test, &test->olivia, NULL, "cancel", -1), ==, 2);
  g_assert_cmpint (count (test, &test->olivia, NULL, "cancel", test->sam.user), ==, 1);
  g_assert_cmpint (count (test, &test->olivia, "janu", "edit", test->sam.user), ==, 1);
  g_assert_cmpint (count (test, &test->olivia, NULL, "\" OR", -1), ==, 0);

  filter.job = 0;
  filter.until = STORE_TEST_START + 1000;
  early = list (test, &test->olivia, &filter, NULL);
  g_assert_cmpint (early->total, ==, 2);
  filter.from = filter.until;
  filter.until = BW_TIME_NONE;
  late = list (test, &test->olivia, &filter, NULL);
  g_assert_cmpint (late->total, ==, 3);
  actions = bw_store_list_audit_actions (test->store, &test->olivia, &error);
  g_assert_cmpuint (actions->len, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (actions, 0), ==, "cancel");
}

static void
test_audit_visibility (StoreTest *test, gconstpointer data)
{
  BwViewer sam = test->sam;
  BwViewer stella = test->stella;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwAuditFilter) all = bw_audit_filter_new ();

  act (test);
  g_assert_null (bw_store_list_audit (test->store, &sam, all, 1, NULL, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_FORBIDDEN);
  sam.permissions |= BW_PERMISSION_VIEW_AUDIT;
  stella.permissions |= BW_PERMISSION_VIEW_AUDIT;
  /* Each one's own job, and the pause. */
  g_assert_cmpint (count (test, &sam, NULL, NULL, -1), ==, 4);
  g_assert_cmpint (count (test, &stella, NULL, NULL, -1), ==, 2);
  g_assert_cmpint (count (test, &stella, "fevrier", NULL, -1), ==, 0);
}

static void
test_audit_forgets (StoreTest *test, gconstpointer data)
{
  act (test);
  store_test_pass (test, 367 * BW_TIME_DAY);
  store_test_tend (test, NULL);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM action"), ==, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM action_text"), ==, 0);
  g_assert_cmpint (count (test, &test->olivia, "fevrier", NULL, -1), ==, 0);
  store_test_check (test);
}

static void
test_commits (StoreTest *test, gconstpointer data)
{
  BwCommits before;
  BwCommits after;

  bw_store_get_commits (test->store, &before);
  for (guint i = 0; i < 10; i++)
    store_test_submit (test, &test->sam, "send-invoices", 0);
  bw_store_get_commits (test->store, &after);
  g_assert_cmpint (after.commits, ==, before.commits + 10);
  g_assert_cmpint (after.writes, ==, before.writes + 10);
  g_assert_cmpint (after.microseconds, >, before.microseconds);
  g_assert_cmpint (after.failed, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/queues/D12-one", test_queues);
  store_test_add ("/store/queues/D12-figures-pass", test_queue_forgets);
  store_test_add ("/store/queues/D12-all", test_all_queues);
  store_test_add ("/store/batches/D12-pace", test_batches);
  store_test_add ("/store/batches/D12-among-the-many-of-others", test_batches_among_many);
  store_test_add ("/store/workers/D12-states", test_workers);
  store_test_add ("/store/audit/G9-pages", test_audit);
  store_test_add ("/store/audit/G9-search", test_audit_search);
  store_test_add ("/store/audit/G9-visibility", test_audit_visibility);
  store_test_add ("/store/audit/forgets-after-a-year", test_audit_forgets);
  store_test_add ("/store/commits/figures", test_commits);
  return g_test_run ();
}
