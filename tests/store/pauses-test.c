/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

static void
test_pause_and_resume (StoreTest *test, gconstpointer data)
{
  const char *types[] = { "send-invoices", NULL };
  const gint64 users[] = { test->sam.user, test->stella.user };
  g_autoptr (GError) error = NULL;
  gint64 first;

  store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_true (
      bw_store_pause (test->store, &test->olivia, users, 2, types, TRUE, "Stock-taking", &error));
  g_assert_no_error (error);
  g_assert_cmpint (
      store_test_ask (test, "SELECT COUNT(*) FROM pause WHERE reason = 'Stock-taking'"), ==, 4);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM pause WHERE everything = 1"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM action a JOIN pause p ON p.id = a.id"
                                         " WHERE a.action = 'pause'"),
                   ==, 4);

  /* What is paused already is not paused twice. */
  g_assert_true (
      bw_store_pause (test->store, &test->olivia, users, 1, NULL, FALSE, "Again", &error));
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM pause"), ==, 4);

  first = store_test_ask (test, "SELECT MIN(id) FROM pause");
  g_assert_cmpint (bw_store_resume (test->store, &test->olivia, first, &error), ==, 1);
  g_assert_cmpint (bw_store_resume (test->store, &test->olivia, first, &error), ==, -1);
  g_assert_error (error, BW_ERROR, BW_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (bw_store_resume (test->store, &test->olivia, 0, &error), ==, 3);
  g_assert_cmpint (bw_store_resume (test->store, &test->olivia, 0, &error), ==, 0);
  g_assert_no_error (error);
}

static void
test_refusals (StoreTest *test, gconstpointer data)
{
  const char *types[] = { "unheard-of", NULL };
  const gint64 users[] = { test->sam.user, test->worker };
  g_autoptr (GError) forbidden = NULL;
  g_autoptr (GError) no_type = NULL;
  g_autoptr (GError) no_user = NULL;

  g_assert_false (bw_store_pause (test->store, &test->sam, NULL, 0, NULL, TRUE, NULL, &forbidden));
  g_assert_error (forbidden, BW_ERROR, BW_ERROR_FORBIDDEN);
  g_assert_false (
      bw_store_pause (test->store, &test->olivia, NULL, 0, types, FALSE, NULL, &no_type));
  g_assert_error (no_type, BW_ERROR, BW_ERROR_INVALID);
  g_assert_cmpstr (bw_error_get_field (no_type), ==, "types[0]");
  g_assert_false (
      bw_store_pause (test->store, &test->olivia, users, 2, NULL, FALSE, NULL, &no_user));
  g_assert_cmpstr (bw_error_get_field (no_user), ==, "users[1]");
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM pause"), ==, 0);
}

/* A pause of everything in one business leaves the others alone. */
static void
test_one_business (StoreTest *test, gconstpointer data)
{
  const BwClaimRequest request = { .worker = "desk", .max = 10, .lease = BW_TIME_MINUTE };
  const gint64 businesses[] = { test->business, test->other_business };
  BwViewer elsewhere = test->olivia;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims = NULL;

  elsewhere.business = test->other_business;
  store_test_submit (test, &test->olivia, "send-invoices", 0);
  store_test_submit (test, &elsewhere, "send-invoices", 0);
  g_assert_true (bw_store_pause (test->store, &test->olivia, NULL, 0, NULL, TRUE, NULL, &error));
  claims = bw_store_claim (test->store, test->worker, &request, businesses, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (claims->len, ==, 1);
  g_assert_cmpint (((BwClaim *) g_ptr_array_index (claims, 0))->job, ==, 2);
}

/* Kept over a restart, as everything is. */
static void
test_reopen (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_true (bw_store_pause (test->store, &test->olivia, NULL, 0, NULL, TRUE, NULL, &error));
  store_test_reopen (test);
  g_assert_cmpint (store_test_claim_one (test), ==, 0);
  g_assert_cmpint (bw_store_resume (test->store, &test->olivia, 0, &error), ==, 1);
  g_assert_cmpint (store_test_claim_one (test), !=, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/pauses/pause-and-resume", test_pause_and_resume);
  store_test_add ("/store/pauses/refusals", test_refusals);
  store_test_add ("/store/pauses/one-business", test_one_business);
  store_test_add ("/store/pauses/kept-over-restart", test_reopen);
  return g_test_run ();
}
