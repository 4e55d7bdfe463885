/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Acting on many jobs, on single items, and copies, against a real batchworkd.
 */
#include "client-test.h"
#include "daemon.h"

#include "bw-error.h"

typedef struct
{
  BwTestDaemon *daemon;
  BwConnection *connection;
  BwBusiness *business;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwMe) me = NULL;

  fixture->daemon = bw_test_daemon_new ();
  fixture->connection = bw_connection_new (fixture->daemon->url);
  me = bw_test_await_boxed (bw_connection_sign_in (fixture->connection, "olivia", "batchwork-demo"),
                            NULL);
  fixture->business = bw_business_new (fixture->connection, "willems");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer connection = fixture->connection;
  gpointer business = fixture->business;

  g_object_add_weak_pointer (business, &business);
  g_object_add_weak_pointer (connection, &connection);
  g_clear_object (&fixture->business);
  g_clear_object (&fixture->connection);
  bw_test_await_gone (&business);
  bw_test_await_gone (&connection);
  bw_test_daemon_free (fixture->daemon);
}

/* Submits jobs with two items each; returns their ids. */
static GArray *
submit (Fixture *fixture, guint n)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  g_autoptr (GPtrArray) submitted = NULL;
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < n; i++)
    {
      BwSubmission *submission = bw_submission_new ("send-invoices");

      submission->name = g_strdup ("November");
      submission->parameters = g_strdup ("{\"month\":11}");
      for (guint j = 0; j < 2; j++)
        {
          BwItem *item = bw_item_new ();

          item->label = g_strdup_printf ("Item %u", j + 1);
          g_ptr_array_add (submission->items, item);
        }
      g_ptr_array_add (jobs, submission);
    }
  submitted = bw_test_await_boxed (bw_business_submit (fixture->business, jobs), NULL);
  for (guint i = 0; i < n; i++)
    {
      const BwSubmissionResult *result = g_ptr_array_index (submitted, i);

      g_array_append_val (ids, result->id);
    }
  return ids;
}

static BwJobDetails *
get_job (Fixture *fixture, gint64 job)
{
  return bw_test_await_boxed (bw_business_get_job (fixture->business, job), NULL);
}

/* Follows a job to its end, as anybody can. */
static BwJobDetails *
await_end (Fixture *fixture, gint64 job)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (TRUE)
    {
      g_autoptr (BwJobDetails) details = get_job (fixture, job);

      if (bw_job_state_is_finished (details->job->state))
        return g_steal_pointer (&details);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
}

static void
test_on_ids (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = submit (fixture, 5);
  g_autoptr (BwBulkStarted) started = bw_test_await_boxed (
      bw_business_act_on_ids (fixture->business, BW_BULK_CANCEL, (const gint64 *) (gpointer) ids->data,
                              3),
      NULL);
  g_autoptr (BwJobDetails) details = await_end (fixture, started->job);
  g_autoptr (BwJobDetails) last = get_job (fixture, g_array_index (ids, gint64, 3));

  g_assert_cmpint (started->total, ==, 3);
  g_assert_true (started->total_is_exact);
  g_assert_cmpstr (details->job->type_name, ==, "Cancel jobs");
  g_assert_cmpint (details->job->state, ==, BW_JOB_STATE_SUCCESS);
  g_assert_cmpint (last->job->state, ==, BW_JOB_STATE_QUEUED);
}

static void
test_on_filter (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = submit (fixture, 4);
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (BwBulkStarted) started = NULL;
  g_autoptr (BwJobDetails) details = NULL;

  filter->states = 1u << BW_JOB_STATE_FAILED;
  bw_test_assert_says (bw_test_await_error (bw_business_act_on_filter (fixture->business,
                                                                       BW_BULK_RETRY_FAILED, filter)),
                       BW_ERROR, BW_ERROR_CONFLICT, "Could not retry jobs of *No job matches*");
  filter->states = 1u << BW_JOB_STATE_QUEUED;
  started = bw_test_await_boxed (bw_business_act_on_filter (fixture->business, BW_BULK_DELETE, filter),
                                 NULL);
  details = await_end (fixture, started->job);
  g_assert_cmpint (started->total, ==, 4);
  g_assert_cmpint (details->job->items.in_state[BW_ITEM_STATE_SKIPPED], ==, 4);
  g_assert_cmpint (details->job->state, ==, BW_JOB_STATE_SKIPPED);
}

static void
test_retry_items (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = submit (fixture, 1);
  gint64 id = g_array_index (ids, gint64, 0);
  const gint64 items[] = { 2 };
  g_autoptr (BwJob) cancelled = NULL;
  g_autoptr (BwJob) retried = NULL;

  bw_test_assert_says (
      bw_test_await_error (bw_business_retry_items (fixture->business, id, items, 1)), BW_ERROR,
      BW_ERROR_CONFLICT, "Could not retry job * of *waits in the queue*");
  cancelled = bw_test_await_boxed (bw_business_cancel (fixture->business, id), NULL);
  retried = bw_test_await_boxed (bw_business_retry_items (fixture->business, id, items, 1), NULL);
  g_assert_cmpint (retried->state, ==, BW_JOB_STATE_QUEUED);
  g_assert_cmpint (retried->items.in_state[BW_ITEM_STATE_PENDING], ==, 1);
  g_assert_cmpint (retried->items.in_state[BW_ITEM_STATE_CANCELLED], ==, 1);
}

static void
test_copy (Fixture *fixture, gconstpointer data)
{
  const BwJobCopy same = BW_JOB_COPY_INIT;
  BwJobCopy changed = BW_JOB_COPY_INIT;
  g_autoptr (GArray) ids = submit (fixture, 1);
  gint64 id = g_array_index (ids, gint64, 0);
  gint64 first = bw_test_await_int64 (bw_business_copy_job (fixture->business, id, &same), NULL);
  g_autoptr (BwJobDetails) details = get_job (fixture, first);
  g_autoptr (BwJobDetails) other = NULL;
  gint64 second;

  g_assert_cmpint (first, !=, id);
  g_assert_cmpstr (details->job->name, ==, "November");
  g_assert_cmpint (bw_item_counts_total (&details->job->items), ==, 2);
  changed.name = "December";
  changed.parameters = "{\"month\": 12}";
  changed.set_priority = TRUE;
  changed.priority = 9;
  changed.run_at = bw_time_now () + BW_TIME_HOUR;
  second = bw_test_await_int64 (bw_business_copy_job (fixture->business, id, &changed), NULL);
  other = get_job (fixture, second);
  g_assert_cmpstr (other->job->name, ==, "December");
  g_assert_nonnull (strstr (other->parameters, "12"));
  g_assert_cmpint (other->job->priority, ==, 9);
  g_assert_cmpint (other->job->run_at, ==, changed.run_at);
  changed.only_failed = TRUE;
  bw_test_assert_says (
      bw_test_await_error (bw_business_copy_job (fixture->business, id, &changed)), BW_ERROR,
      BW_ERROR_CONFLICT, "Could not run job * of * again*Nothing in this job failed*");
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
  g_test_add ("/client/bulk/G4-on-ids", Fixture, NULL, set_up, test_on_ids, tear_down);
  g_test_add ("/client/bulk/G4-on-filter", Fixture, NULL, set_up, test_on_filter, tear_down);
  g_test_add ("/client/bulk/G3-retry-items", Fixture, NULL, set_up, test_retry_items, tear_down);
  g_test_add ("/client/bulk/G12-copy", Fixture, NULL, set_up, test_copy, tear_down);
  return g_test_run ();
}
