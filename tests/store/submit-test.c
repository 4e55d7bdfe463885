/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

static void
test_first_job (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 3);
  g_autofree char *name = store_test_ask_text (test, "SELECT name FROM job");
  g_autofree char *title = store_test_ask_text (test, "SELECT name FROM job_type");
  g_autofree char *entity = store_test_ask_text (test, "SELECT entity FROM job");

  g_assert_cmpint (job, ==, 1);
  g_assert_cmpstr (title, ==, "Send invoices");
  g_assert_cmpstr (name, ==, "Send invoices");
  g_assert_cmpstr (entity, ==, "items");
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);
  g_assert_cmpint (store_test_get (test, job, "items"), ==, 3);
  g_assert_cmpint (store_test_get (test, job, "owner"), ==, test->sam.user);
  g_assert_cmpint (store_test_get (test, job, "revision"), ==, 1);
  g_assert_cmpint (store_test_get (test, job, "created_at"), ==, STORE_TEST_START);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item WHERE state = 0"), ==, 3);
  g_assert_cmpint (store_test_ask (test, "SELECT SUM(n) FROM counter WHERE level = 1"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT first_job FROM span"), ==, job);
  store_test_check (test);
}

static void
test_idempotency (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) submissions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  g_autoptr (GArray) submitted = NULL;

  for (int i = 0; i < 3; i++)
    {
      BwSubmission *submission = store_test_submission ("send-invoices", 1);

      submission->idempotency_key = g_strdup (i == 1 ? "other" : "invoices-2026-11");
      g_ptr_array_add (submissions, submission);
    }
  for (int round = 0; round < 2; round++)
    {
      g_clear_pointer (&submitted, g_array_unref);
      submitted = bw_store_submit (test->store, &test->sam, submissions, &error);
      g_assert_no_error (error);
      g_assert_cmpint (g_array_index (submitted, BwSubmitted, 0).id, ==, 1);
      g_assert_cmpint (g_array_index (submitted, BwSubmitted, 1).id, ==, 2);
      g_assert_cmpint (g_array_index (submitted, BwSubmitted, 2).id, ==, 1);
      g_assert_cmpint (g_array_index (submitted, BwSubmitted, 0).existed, ==, round == 1);
      g_assert_true (g_array_index (submitted, BwSubmitted, 2).existed);
      store_test_reopen (test);
    }
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 2);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item"), ==, 2);
  store_test_check (test);
}

static void
test_all_or_none (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) submissions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  g_autoptr (GArray) submitted = NULL;

  store_test_submit (test, &test->sam, "send-invoices", 0);
  /* One more type than a business may have: the last submission fails, and the others with it. */
  for (int i = 1; i <= 1000; i++)
    {
      g_autofree char *type = g_strdup_printf ("type-%d", i);

      g_ptr_array_add (submissions, store_test_submission (type, 1));
    }
  submitted = bw_store_submit (test->store, &test->sam, submissions, &error);
  g_assert_null (submitted);
  g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
  g_assert_cmpstr (bw_error_get_field (error), ==, "type");
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job_type"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item"), ==, 0);

  /* Nothing of it is left in memory either: ids, revisions and types go on where they were. */
  g_assert_cmpint (store_test_submit (test, &test->sam, "type-1", 0), ==, 2);
  g_assert_cmpint (store_test_get (test, 2, "revision"), ==, 2);
  g_assert_cmpint (store_test_get (test, 2, "type"), ==, 2);
  store_test_check (test);
}

static void
test_permission (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) submissions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  BwViewer viewer = test->sam;

  viewer.permissions = bw_role_get_permissions (BW_ROLE_VIEWER);
  g_ptr_array_add (submissions, store_test_submission ("send-invoices", 0));
  g_assert_null (bw_store_submit (test->store, &viewer, submissions, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_FORBIDDEN);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 0);
}

static void
test_unknown_business (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) submissions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  BwViewer viewer = test->sam;

  viewer.business = 99;
  g_ptr_array_add (submissions, store_test_submission ("send-invoices", 0));
  g_assert_null (bw_store_submit (test->store, &viewer, submissions, &error));
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job_type"), ==, 0);
}

static void
test_relations (StoreTest *test, gconstpointer data)
{
  g_autofree char *label = NULL;
  g_autofree char *refs = NULL;

  for (int i = 0; i < 3; i++)
    {
      BwSubmission *submission = store_test_submission ("send-invoices", 2);
      BwItem *first = g_ptr_array_index (submission->items, 0);
      BwItem *second = g_ptr_array_index (submission->items, 1);

      first->reference = bw_reference_new ("relation", "R7", i == 1 ? "Jansen BV" : "Janssen BV");
      second->reference = bw_reference_new ("invoice", "F1", NULL);
      g_ptr_array_add (submission->references, bw_reference_new ("relation", "R7", NULL));
      g_ptr_array_add (submission->references, bw_reference_new ("relation", "R8", NULL));
      store_test_hand_in (test, &test->sam, submission);
    }
  /* Each relation once, under the label that came last; each job once for each of its relations. */
  label = store_test_ask_text (test, "SELECT label FROM relation WHERE id = 'R7'");
  refs = store_test_ask_text (test, "SELECT refs FROM job WHERE id = 1");
  g_assert_cmpstr (label, ==, "Janssen BV");
  g_assert_cmpstr (refs, ==,
                   "[{\"kind\":\"relation\",\"id\":\"R7\"},{\"kind\":\"relation\",\"id\":\"R8\"}]");
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM relation"), ==, 2);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job_relation"), ==, 6);
}

static void
test_attempts (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const BwJobType type = { "send-invoices", "Send invoices", BW_TIME_HOUR, 4, FALSE };
  BwSubmission *submission = store_test_submission ("send-invoices", 0);

  g_assert_true (bw_store_set_type (test->store, test->business, &type, &error));
  g_assert_no_error (error);
  submission->max_attempts = 2;
  g_assert_cmpint (store_test_submit (test, &test->sam, "send-invoices", 0), ==, 1);
  g_assert_cmpint (store_test_hand_in (test, &test->sam, submission), ==, 2);
  g_assert_cmpint (store_test_get (test, 1, "max_attempts"), ==, 4);
  g_assert_cmpint (store_test_get (test, 1, "errors_left"), ==, 3);
  g_assert_cmpint (store_test_get (test, 2, "max_attempts"), ==, 2);
}

static void
test_order_when_clock_is_set_back (StoreTest *test, gconstpointer data)
{
  gint64 before = store_test_submit (test, &test->sam, "send-invoices", 0);
  gint64 after;

  /* Another run of the program, with the system's clock an hour back. */
  test->wall -= BW_TIME_HOUR;
  store_test_reopen (test);
  after = store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_cmpint (after, >, before);
  g_assert_cmpint (store_test_get (test, after, "created_at"), ==, STORE_TEST_START);
  store_test_check (test);
}

static void
test_bulk (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) submissions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  g_autoptr (GArray) submitted = NULL;

  for (int i = 0; i < 10000; i++)
    g_ptr_array_add (submissions, store_test_submission ("archive-export", 0));
  submitted = bw_store_submit (test->store, &test->olivia, submissions, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 10000; i++)
    g_assert_cmpint (g_array_index (submitted, BwSubmitted, i).id, ==, i + 1);
  g_assert_cmpint (store_test_ask (test, "SELECT revision FROM business WHERE id = 1"), ==, 10000);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(DISTINCT revision) FROM job"), ==, 10000);
  store_test_check (test);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/submit/first-job-makes-its-type", test_first_job);
  store_test_add ("/store/submit/idempotency-key-returns-the-first-job", test_idempotency);
  store_test_add ("/store/submit/all-or-none", test_all_or_none);
  store_test_add ("/store/submit/needs-permission", test_permission);
  store_test_add ("/store/submit/unknown-business", test_unknown_business);
  store_test_add ("/store/submit/relations-once", test_relations);
  store_test_add ("/store/submit/attempts-of-type-or-own", test_attempts);
  store_test_add ("/store/submit/order-when-the-clock-is-set-back",
                  test_order_when_clock_is_set_back);
  store_test_add ("/store/submit/ten-thousand", test_bulk);
  return g_test_run ();
}
