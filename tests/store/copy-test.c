/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

static const BwJobEdit no_changes = { .run_at = BW_TIME_NONE };

/* A finished job of Sam's: item 1 success, 2 failed, 3 skipped, 4 failed; each of another relation. */
static gint64
make_job (StoreTest *test)
{
  BwSubmission *submission = store_test_submission ("send-invoices", 4);
  gint64 claim;
  gint64 job;

  submission->name = g_strdup ("November");
  submission->entity = g_strdup ("relations");
  submission->parameters = g_strdup ("{\"period\":\"2026-11\"}");
  submission->idempotency_key = g_strdup ("key");
  submission->priority = 7;
  submission->max_attempts = 3;
  g_ptr_array_add (submission->references, bw_reference_new ("relation", "R9", "Nine"));
  for (guint i = 0; i < 4; i++)
    {
      BwItem *item = g_ptr_array_index (submission->items, i);
      g_autofree char *id = g_strdup_printf ("R%u", i + 1);

      item->reference = bw_reference_new ("relation", id, "Relation");
      item->parameters = g_strdup_printf ("{\"invoice\":%u}", i + 1);
    }
  job = store_test_hand_in (test, &test->sam, submission);
  claim = store_test_claim_one (test);
  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  store_test_item (test, claim, 2, BW_ITEM_STATE_FAILED);
  store_test_item (test, claim, 3, BW_ITEM_STATE_SKIPPED);
  store_test_item (test, claim, 4, BW_ITEM_STATE_FAILED);
  store_test_finish (test, claim, NULL);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_FAILED);
  return job;
}

static void
assert_text (StoreTest *test, const char *sql, const char *expected)
{
  g_autofree char *text = store_test_ask_text (test, sql);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_same (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 job = make_job (test);
  gint64 copy = bw_store_copy (test->store, &test->olivia, job, &no_changes, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpint (copy, ==, job + 1);
  g_assert_cmpint (store_test_get (test, copy, "state"), ==, BW_JOB_STATE_QUEUED);
  g_assert_cmpint (store_test_get (test, copy, "owner"), ==, test->olivia.user);
  g_assert_cmpint (store_test_get (test, copy, "items"), ==, 4);
  g_assert_cmpint (store_test_get (test, copy, "items_failed"), ==, 0);
  g_assert_cmpint (store_test_get (test, copy, "priority"), ==, 7);
  g_assert_cmpint (store_test_get (test, copy, "max_attempts"), ==, 3);
  assert_text (test, "SELECT parameters FROM job_submission WHERE job = 2", "{\"period\":\"2026-11\"}");
  /* Nothing but what was done is different. */
  assert_text (test,
               "SELECT COUNT(*) FROM (SELECT name, name_key, entity, refs, type FROM job"
               " GROUP BY 1, 2, 3, 4, 5)",
               "1");
  assert_text (test,
               "SELECT COUNT(*) FROM (SELECT item, label, ref_kind, ref_id, ref_label, parameters"
               " FROM item GROUP BY 1, 2, 3, 4, 5, 6)",
               "4");
  assert_text (test, "SELECT COUNT(*) FROM item WHERE job = 2 AND state = 0 AND message IS NULL", "4");
  assert_text (test, "SELECT STRING_AGG(relation, ',' ORDER BY relation) FROM job_relation WHERE job = 2",
               "R1,R2,R3,R4,R9");
  assert_text (test, "SELECT detail FROM action WHERE action = 'copy' AND job = 2",
               "Copied from job 1");
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_FAILED);
  store_test_check (test);
}

static void
test_changes (StoreTest *test, gconstpointer data)
{
  const BwJobEdit changes = {
    .name = "Décember",
    .parameters = "{\"period\":\"2026-12\"}",
    .set_priority = TRUE,
    .priority = -3,
    .set_run_at = TRUE,
    .run_at = STORE_TEST_START + BW_TIME_HOUR,
  };
  g_autoptr (GError) error = NULL;
  gint64 job = make_job (test);
  gint64 copy = bw_store_copy (test->store, &test->sam, job, &changes, FALSE, &error);

  g_assert_no_error (error);
  assert_text (test, "SELECT name || name_key FROM job WHERE id = 2", "Décemberdecember");
  assert_text (test, "SELECT parameters FROM job_submission WHERE job = 2", "{\"period\":\"2026-12\"}");
  assert_text (test, "SELECT parameters FROM job_submission WHERE job = 1", "{\"period\":\"2026-11\"}");
  g_assert_cmpint (store_test_get (test, copy, "priority"), ==, -3);
  g_assert_cmpint (store_test_claim_one (test), ==, 0);
  store_test_pass (test, BW_TIME_HOUR);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_claim_one (test), !=, 0);
  g_assert_cmpint (store_test_get (test, copy, "state"), ==, BW_JOB_STATE_PROCESSING);
  store_test_check (test);
}

/* Numbered from 1 again, with the relations of those items and of the job itself. */
static void
test_failed (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims = NULL;
  const BwClaim *claim;
  gint64 job = make_job (test);

  bw_store_copy (test->store, &test->sam, job, &no_changes, TRUE, &error);
  g_assert_no_error (error);
  assert_text (test, "SELECT STRING_AGG(item || label, ',' ORDER BY item) FROM item WHERE job = 2",
               "1Item 2,2Item 4");
  assert_text (test, "SELECT STRING_AGG(relation, ',' ORDER BY relation) FROM job_relation WHERE job = 2", "R2,R4,R9");
  claims = store_test_claim (test, 1);
  claim = g_ptr_array_index (claims, 0);
  g_assert_cmpuint (claim->items->len, ==, 2);
  store_test_item (test, claim->claim, 1, BW_ITEM_STATE_SUCCESS);
  store_test_item (test, claim->claim, 2, BW_ITEM_STATE_SUCCESS);
  store_test_finish (test, claim->claim, NULL);
  g_assert_cmpint (bw_store_copy (test->store, &test->sam, 2, &no_changes, TRUE, &error), ==, 0);
  g_assert_error (error, BW_ERROR, BW_ERROR_CONFLICT);
  store_test_check (test);
}

static void
test_rights (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BwViewer viewer = test->sam;
  gint64 job = make_job (test);

  g_assert_cmpint (bw_store_copy (test->store, &test->stella, job, &no_changes, FALSE, &error), ==, 0);
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
  g_clear_error (&error);
  viewer.permissions &= ~(BwPermissions) BW_PERMISSION_SUBMIT;
  g_assert_cmpint (bw_store_copy (test->store, &viewer, job, &no_changes, FALSE, &error), ==, 0);
  g_assert_error (error, BW_ERROR, BW_ERROR_FORBIDDEN);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 1);
}

static void
test_large (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 100000);
  gint64 start = g_get_monotonic_time ();
  gint64 copy = bw_store_copy (test->store, &test->sam, job, &no_changes, FALSE, &error);

  g_assert_no_error (error);
  g_test_minimized_result ((double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC,
                           "copying 100,000 items takes this many seconds");
  g_assert_cmpint (store_test_get (test, copy, "items"), ==, 100000);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item WHERE job = 2"), ==, 100000);
  g_assert_cmpint (store_test_ask (test, "SELECT MAX(item) FROM item WHERE job = 2"), ==, 100000);
}

/* Just these, whatever became of them. */
static void
test_named_items (StoreTest *test, gconstpointer data)
{
  const gint64 items[] = { 4, 1, 4 };
  const gint64 wrong[] = { 2, 5 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims = NULL;
  const BwClaim *claim;
  gint64 job = make_job (test);

  g_assert_false (bw_store_retry_items (test->store, &test->sam, job, wrong, 2, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
  g_assert_cmpstr (bw_error_get_field (error), ==, "items");
  g_clear_error (&error);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_FAILED);

  g_assert_true (bw_store_retry_items (test->store, &test->sam, job, items, 3, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_test_get (test, job, "items_success"), ==, 0);
  g_assert_cmpint (store_test_get (test, job, "items_failed"), ==, 1);
  store_test_check (test);
  claims = store_test_claim (test, 1);
  claim = g_ptr_array_index (claims, 0);
  g_assert_cmpuint (claim->items->len, ==, 2);
  g_assert_cmpint (((BwItem *) g_ptr_array_index (claim->items, 0))->item, ==, 1);
  g_assert_cmpint (((BwItem *) g_ptr_array_index (claim->items, 1))->item, ==, 4);
  store_test_item (test, claim->claim, 1, BW_ITEM_STATE_SUCCESS);
  store_test_item (test, claim->claim, 4, BW_ITEM_STATE_SUCCESS);
  store_test_finish (test, claim->claim, NULL);
  /* Item 2 was not asked for, and still is failed. */
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_FAILED);
  assert_text (test, "SELECT detail FROM action WHERE action = 'retry'", "3 items chosen");
  store_test_check (test);
}

/* A job that was cancelled before its time waits for it again when the cancel is undone. */
static void
test_undo_cancel (StoreTest *test, gconstpointer data)
{
  BwSubmission *submission = store_test_submission ("send-invoices", 2);
  g_autoptr (GError) error = NULL;
  gint64 job;

  submission->run_at = STORE_TEST_START + BW_TIME_HOUR;
  job = store_test_hand_in (test, &test->sam, submission);
  g_assert_true (bw_store_cancel (test->store, &test->sam, job, &error));
  g_assert_true (bw_store_retry (test->store, &test->sam, job, FALSE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);
  g_assert_cmpint (store_test_get (test, job, "run_at"), ==, STORE_TEST_START + BW_TIME_HOUR);
  g_assert_cmpint (store_test_claim_one (test), ==, 0);
  store_test_pass (test, BW_TIME_HOUR);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_claim_one (test), !=, 0);
  store_test_check (test);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/copy/G12-the-same-again", test_same);
  store_test_add ("/store/copy/G12-with-changes", test_changes);
  store_test_add ("/store/copy/G12-failed-items-only", test_failed);
  store_test_add ("/store/copy/rights", test_rights);
  store_test_add ("/store/copy/100000-items", test_large);
  store_test_add ("/store/retry/G3-named-items", test_named_items);
  store_test_add ("/store/retry/G11-cancel-undone-before-its-time", test_undo_cancel);
  return g_test_run ();
}
