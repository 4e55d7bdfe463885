/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-acts.h"

static gint64
pick_job (StoreTest *test, GRand *rand)
{
  gint64 newest = store_test_ask (test, "SELECT COALESCE(MAX(id), 1) FROM job");

  return g_rand_int_range (rand, 1, (gint32) newest + 2);
}

/* Does one thing or another that users, workers and the server do, often one that isn't allowed.
 * @claims are those that were had. */
void
random_act (StoreTest *test, GArray *claims, GRand *rand)
{
  static const char *const types[] = { "send-invoices", "archive-export", "upload-products" };
  const BwViewer *viewers[] = { &test->olivia, &test->sam, &test->stella };
  const BwViewer *viewer = viewers[g_rand_int_range (rand, 0, 3)];
  BwJobEdit edit = { .set_priority = TRUE,
                     .priority = g_rand_int_range (rand, -3, 4),
                     .name = "Edited" };
  gint64 claim = 0;

  if (claims->len > 0)
    claim = g_array_index (claims, gint64, g_rand_int_range (rand, 0, (gint32) claims->len));
  switch (g_rand_int_range (rand, 0, 16))
    {
    case 0:
    case 1:
    case 2:
      {
        BwSubmission *submission = store_test_submission (types[g_rand_int_range (rand, 0, 3)],
                                                          (guint) g_rand_int_range (rand, 0, 4));

        submission->automated = g_rand_boolean (rand);
        submission->max_attempts = g_rand_int_range (rand, 0, 3);
        submission->priority = g_rand_int_range (rand, -2, 3);
        if (g_rand_int_range (rand, 0, 4) == 0)
          submission->run_at = store_test_now (test) + g_rand_int_range (rand, -1000, 100000);
        store_test_hand_in (test, viewer, submission);
        break;
      }
    case 3:
    case 4:
    case 5:
      claim = store_test_claim_one (test);
      if (claim != 0)
        g_array_append_val (claims, claim);
      break;
    case 6:
    case 7:
      {
        BwReport *report = bw_report_new (claim);
        g_autoptr (GPtrArray) reports =
            g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);
        g_autoptr (GPtrArray) results = NULL;

        /* Often an item that the job does not have: then all of it is refused. */
        g_ptr_array_add (report->items, bw_item_result_new (1, g_rand_int_range (rand, 1, 5), "x"));
        g_ptr_array_add (report->items, bw_item_result_new (g_rand_int_range (rand, 1, 4),
                                                            g_rand_int_range (rand, 1, 5), NULL));
        g_ptr_array_add (reports, report);
        results = bw_store_report (test->store, test->worker, reports, NULL);
        break;
      }
    case 8:
      store_test_finish (test, claim, NULL);
      break;
    case 9:
      store_test_finish (test, claim, "No paper");
      break;
    case 10:
      bw_store_cancel (test->store, viewer, pick_job (test, rand), NULL);
      break;
    case 11:
      bw_store_retry (test->store, viewer, pick_job (test, rand), g_rand_boolean (rand), NULL);
      break;
    case 12:
      bw_store_delete (test->store, viewer, pick_job (test, rand), NULL);
      break;
    case 13:
      bw_store_edit (test->store, viewer, pick_job (test, rand), &edit, NULL);
      break;
    case 14:
      store_test_pass (test, g_rand_int_range (rand, 0, 40000));
      store_test_tend (test, NULL);
      break;
    default:
      if (g_rand_boolean (rand))
        bw_store_pause (test->store, &test->olivia, &viewer->user, 1, NULL, FALSE, NULL, NULL);
      else
        bw_store_resume (test->store, &test->olivia, 0, NULL);
    }
}
