/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Makes a small store with something of everything, to be kept beside the tests when a schema is
 * released: "store-archive schema-6.db && gzip -n9 schema-6.db", and the same of PostgreSQL with
 * "with-postgresql store-archive schema-6.sql".
 */
#include "store-test.h"

#include "bw-search.h"
#include "scratch.h"

static void
add_finished_job (StoreTest *test)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("id;amount\n1;10\n", 15);
  BwSubmission *submission = store_test_submission ("send-invoices", 2);
  BwItem *item = g_ptr_array_index (submission->items, 0);
  gint64 claim;
  gint64 upload;

  submission->name = g_strdup ("Invoices of November");
  submission->parameters = g_strdup ("{\"period\":\"2026-11\"}");
  submission->idempotency_key = g_strdup ("2026-11");
  item->reference = bw_reference_new ("relation", "R7", "Janssen BV");
  g_ptr_array_add (submission->references, bw_reference_new ("relation", "R7", "Janssen BV"));
  store_test_hand_in (test, &test->sam, submission);
  claim = store_test_claim_one (test);
  upload = bw_store_result_begin (test->store, test->worker, claim, NULL);
  g_assert_true (bw_store_result_append (test->store, claim, upload, 0, bytes, NULL));
  g_assert_true (bw_store_result_finish (test->store, claim, upload, "invoices.csv", 15, NULL));
  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  store_test_item (test, claim, 2, BW_ITEM_STATE_SUCCESS);
  store_test_finish (test, claim, NULL);
}

int
main (int argc, char *argv[])
{
  StoreTest test = { 0 };
  gint64 claim;

  g_assert_cmpint (argc, ==, 2);
  store_test_set_up (&test, NULL);
  add_finished_job (&test);
  store_test_submit (&test, &test.stella, "archive-export", 0);
  claim = store_test_claim_one (&test);
  store_test_finish (&test, claim, "No paper");
  store_test_submit (&test, &test.sam, "send-invoices", 2);
  store_test_item (&test, store_test_claim_one (&test), 1, BW_ITEM_STATE_SUCCESS);
  store_test_submit (&test, &test.stella, "archive-export", 0);
  g_assert_true (bw_store_pause (test.store, &test.olivia, &test.stella.user, 1, NULL, FALSE,
                                 "Stock-taking", NULL));
  store_test_submit (&test, &test.sam, "send-invoices", 0);
  g_assert_true (bw_store_cancel (test.store, &test.sam, 5, NULL));
  g_assert_true (bw_search_catch_up (test.store, NULL));
  store_test_check (&test);
  bw_store_close (g_steal_pointer (&test.store));
  scratch_save (test.uri, argv[1]);
  store_test_tear_down (&test, NULL);
  return 0;
}
