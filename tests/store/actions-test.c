/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

typedef gboolean (*Action) (StoreTest *test, const BwViewer *viewer, gint64 job, GError **error);

static gboolean
retry_failed (StoreTest *test, const BwViewer *viewer, gint64 job, GError **error)
{
  return bw_store_retry (test->store, viewer, job, FALSE, error);
}

static gboolean
retry_all (StoreTest *test, const BwViewer *viewer, gint64 job, GError **error)
{
  return bw_store_retry (test->store, viewer, job, TRUE, error);
}

static gboolean
cancel (StoreTest *test, const BwViewer *viewer, gint64 job, GError **error)
{
  return bw_store_cancel (test->store, viewer, job, error);
}

static gboolean delete (StoreTest *test, const BwViewer *viewer, gint64 job, GError **error)
{
  return bw_store_delete (test->store, viewer, job, error);
}

static gboolean
rename_job (StoreTest *test, const BwViewer *viewer, gint64 job, GError **error)
{
  const BwJobEdit edit = { .name = "Another name" };

  return bw_store_edit (test->store, viewer, job, &edit, error);
}

/* A job of Sam's in the state, with three items: success, failed and skipped as far as it goes. */
static gint64
make_job (StoreTest *test, BwJobState state)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 3);
  g_autoptr (GError) error = NULL;
  gint64 claim;

  if (state == BW_JOB_STATE_QUEUED)
    return job;
  if (state == BW_JOB_STATE_CANCELLED)
    {
      g_assert_true (bw_store_cancel (test->store, &test->sam, job, &error));
      return job;
    }
  claim = store_test_claim_one (test);
  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  if (state == BW_JOB_STATE_PROCESSING)
    return job;
  store_test_item (test, claim, 2,
                   state == BW_JOB_STATE_FAILED ? BW_ITEM_STATE_FAILED : BW_ITEM_STATE_SUCCESS);
  store_test_item (test, claim, 3,
                   state == BW_JOB_STATE_SUCCESS ? BW_ITEM_STATE_SUCCESS : BW_ITEM_STATE_SKIPPED);
  store_test_finish (test, claim, NULL);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, state);
  return job;
}

/* Leaves nothing that the next claim would find. */
static void
end_job (StoreTest *test, gint64 job)
{
  gint64 state = store_test_get (test, job, "state");

  if (state == BW_JOB_STATE_QUEUED)
    g_assert_true (bw_store_cancel (test->store, &test->sam, job, NULL));
  else if (state == BW_JOB_STATE_PROCESSING)
    g_assert_cmpuint (store_test_finish (test, store_test_get (test, job, "claim"), NULL), ==, 200);
}

/* Which action is possible in which state; what is not is refused and changes nothing. */
static void
test_states (StoreTest *test, gconstpointer data)
{
  static const struct
  {
    Action action;
    BwJobStates possible;
  } actions[] = {
    { retry_failed, (1u << BW_JOB_STATE_FAILED) | (1u << BW_JOB_STATE_CANCELLED) },
    { retry_all, BW_JOB_STATES_FINISHED },
    { cancel, BW_JOB_STATES_ACTIVE },
    { delete, BW_JOB_STATES_FINISHED },
    { rename_job, 1u << BW_JOB_STATE_QUEUED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    for (BwJobState state = 0; state < BW_N_JOB_STATES; state++)
      {
        g_autoptr (GError) error = NULL;
        gint64 job = make_job (test, state);
        gint64 revision = store_test_ask (test, "SELECT revision FROM business WHERE id = 1");
        gboolean ok = actions[i].action (test, &test->sam, job, &error);

        g_assert_cmpint (ok, ==, (actions[i].possible >> state) & 1);
        if (!ok)
          {
            g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
            g_assert_cmpint (store_test_get (test, job, "state"), ==, state);
            g_assert_cmpint (store_test_ask (test, "SELECT revision FROM business WHERE id = 1"),
                             ==, revision);
          }
        end_job (test, job);
      }
  store_test_check (test);
}

/* What may not be seen is not found, what may be seen but not done is forbidden. */
static void
test_rights (StoreTest *test, gconstpointer data)
{
  static const Action actions[] = { retry_all, cancel, delete, rename_job };
  BwViewer onlooker = test->olivia;
  gint64 job = make_job (test, BW_JOB_STATE_QUEUED);
  gint64 revision = store_test_get (test, job, "revision");

  onlooker.permissions = BW_PERMISSION_VIEW_ALL;
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr (GError) unseen = NULL;
      g_autoptr (GError) forbidden = NULL;
      g_autoptr (GError) elsewhere = NULL;
      BwViewer stranger = test->olivia;

      stranger.business = test->other_business;
      g_assert_false (actions[i](test, &test->stella, job, &unseen));
      g_assert_error (unseen, BW_ERROR, BW_ERROR_NOT_FOUND);
      g_assert_false (actions[i](test, &onlooker, job, &forbidden));
      g_assert_error (forbidden, BW_ERROR, BW_ERROR_FORBIDDEN);
      g_assert_false (actions[i](test, &stranger, job, &elsewhere));
      g_assert_error (elsewhere, BW_ERROR, BW_ERROR_NOT_FOUND);
    }
  g_assert_cmpint (store_test_get (test, job, "revision"), ==, revision);
}

static void
test_retry_failed (StoreTest *test, gconstpointer data)
{
  gint64 job = make_job (test, BW_JOB_STATE_FAILED);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims = NULL;
  const BwClaim *claim;

  g_assert_true (bw_store_retry (test->store, &test->sam, job, FALSE, &error));
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);
  g_assert_cmpint (store_test_get (test, job, "CAST(started_at IS NULL AS INTEGER)"), ==, 1);
  g_assert_cmpint (store_test_get (test, job, "CAST(progress * 1000 AS INTEGER) / 10"), ==, 66);
  claims = store_test_claim (test, 1);
  claim = g_ptr_array_index (claims, 0);
  g_assert_cmpint (claim->attempt, ==, 2);
  g_assert_cmpuint (claim->items->len, ==, 1);
  g_assert_cmpint (((BwItem *) g_ptr_array_index (claim->items, 0))->item, ==, 2);
  store_test_item (test, claim->claim, 2, BW_ITEM_STATE_SUCCESS);
  store_test_finish (test, claim->claim, NULL);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_SKIPPED);
  g_assert_cmpint (
      store_test_ask (test, "SELECT COUNT(*) FROM action WHERE action = 'retry' AND job = 1"), ==,
      1);
  store_test_check (test);
}

static void
test_retry_all (StoreTest *test, gconstpointer data)
{
  gint64 job = make_job (test, BW_JOB_STATE_SUCCESS);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims = NULL;

  g_assert_true (bw_store_retry (test->store, &test->sam, job, TRUE, &error));
  claims = store_test_claim (test, 1);
  g_assert_cmpuint (((BwClaim *) g_ptr_array_index (claims, 0))->items->len, ==, 3);
  store_test_check (test);
}

static void
test_cancel_queued (StoreTest *test, gconstpointer data)
{
  gint64 job = make_job (test, BW_JOB_STATE_QUEUED);
  g_autoptr (GError) error = NULL;

  g_assert_true (bw_store_cancel (test->store, &test->sam, job, &error));
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_CANCELLED);
  g_assert_cmpint (store_test_get (test, job, "items_cancelled"), ==, 3);
  g_assert_cmpint (store_test_claim_one (test), ==, 0);
  store_test_check (test);
}

/* A worker that is lost while its job is being cancelled does not keep it alive. */
static void
test_cancel_then_lost (StoreTest *test, gconstpointer data)
{
  gint64 job = make_job (test, BW_JOB_STATE_PROCESSING);
  g_autoptr (GError) error = NULL;

  g_assert_true (bw_store_cancel (test->store, &test->sam, job, &error));
  g_assert_true (bw_store_cancel (test->store, &test->sam, job, &error));
  g_assert_cmpint (store_test_get (test, job, "cancelling"), ==, 1);
  store_test_pass (test, 2 * BW_TIME_MINUTE);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_CANCELLED);
  g_assert_cmpint (store_test_get (test, job, "cancelling"), ==, 0);
  g_assert_cmpint (store_test_get (test, job, "items_success"), ==, 1);
  store_test_check (test);
}

static void
test_delete (StoreTest *test, gconstpointer data)
{
  static const char *const tables[] = {
    "job",          "item",    "job_submission", "idempotency_key",
    "job_relation", "attempt", "log_chunk",      "result_chunk"
  };
  BwSubmission *submission = store_test_submission ("send-invoices", 1);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;
  gint64 claim;
  gint64 upload;

  submission->idempotency_key = g_strdup ("key");
  g_ptr_array_add (submission->references, bw_reference_new ("relation", "R1", "One"));
  store_test_hand_in (test, &test->sam, submission);
  claim = store_test_claim_one (test);
  upload = bw_store_result_begin (test->store, test->worker, claim, &error);
  bw_store_result_append (test->store, claim, upload, 0, bytes, &error);
  bw_store_result_finish (test->store, claim, upload, "x", 1, &error);
  store_test_finish (test, claim, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM %s", tables[i]);

      g_assert_cmpint (store_test_ask (test, sql), >, 0);
    }

  g_assert_true (bw_store_delete (test->store, &test->sam, 1, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM %s", tables[i]);

      g_assert_cmpint (store_test_ask (test, sql), ==, 0);
    }
  g_assert_cmpint (
      store_test_ask (test,
                      "SELECT b.revision - d.revision FROM deleted d, business b WHERE b.id = 1"),
      ==, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM action WHERE action = 'delete'"), ==,
                   1);
  store_test_check (test);
}

/* Only what is finished and can be seen. */
static void
test_clear (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims = NULL;

  for (int i = 0; i < 1200; i++)
    store_test_submit (test, &test->sam, "send-invoices", 0);
  store_test_submit (test, &test->stella, "send-invoices", 0);
  claims = store_test_claim (test, 2000);
  for (guint i = 0; i < claims->len; i++)
    store_test_finish (test, ((BwClaim *) g_ptr_array_index (claims, i))->claim, NULL);
  store_test_submit (test, &test->sam, "send-invoices", 0);

  g_assert_cmpint (bw_store_clear (test->store, &test->sam, &error), ==, 1200);
  g_assert_no_error (error);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 2);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 2 AND owner <> 2"),
                   ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM deleted"), ==, 1200);
  g_assert_cmpint (bw_store_clear (test->store, &test->sam, &error), ==, 0);
  store_test_check (test);
}

static void
test_edit (StoreTest *test, gconstpointer data)
{
  gint64 job = make_job (test, BW_JOB_STATE_QUEUED);
  const BwJobEdit later = {
    .name = "December",
    .parameters = "{\"period\":\"2026-12\"}",
    .set_priority = TRUE,
    .priority = 7,
    .set_run_at = TRUE,
    .run_at = STORE_TEST_START + BW_TIME_HOUR,
  };
  const BwJobEdit at_once = { .set_run_at = TRUE, .run_at = BW_TIME_NONE };
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *parameters = NULL;

  g_assert_true (bw_store_edit (test->store, &test->sam, job, &later, &error));
  g_assert_no_error (error);
  name = store_test_ask_text (test, "SELECT name FROM job");
  parameters = store_test_ask_text (test, "SELECT parameters FROM job_submission");
  g_assert_cmpstr (name, ==, "December");
  g_assert_cmpstr (parameters, ==, "{\"period\":\"2026-12\"}");
  g_assert_cmpint (store_test_get (test, job, "priority"), ==, 7);
  g_assert_cmpint (store_test_claim_one (test), ==, 0);
  g_assert_true (bw_store_edit (test->store, &test->sam, job, &at_once, &error));
  g_assert_cmpint (store_test_get (test, job, "CAST(run_at IS NULL AS INTEGER)"), ==, 1);
  g_assert_cmpint (store_test_claim_one (test), !=, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/actions/possible-states", test_states);
  store_test_add ("/store/actions/rights", test_rights);
  store_test_add ("/store/actions/retry-failed-items", test_retry_failed);
  store_test_add ("/store/actions/retry-all-items", test_retry_all);
  store_test_add ("/store/actions/cancel-queued", test_cancel_queued);
  store_test_add ("/store/actions/cancel-then-lost", test_cancel_then_lost);
  store_test_add ("/store/actions/delete-removes-everything", test_delete);
  store_test_add ("/store/actions/clear-what-can-be-seen", test_clear);
  store_test_add ("/store/actions/edit", test_edit);
  return g_test_run ();
}
