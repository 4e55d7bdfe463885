/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

static void
test_lapse (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 0);
  gint64 claim = store_test_claim_one (test);
  g_autofree char *error = NULL;
  BwUpkeep upkeep;

  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.lapsed, ==, 0);
  g_assert_cmpint (upkeep.next, ==, STORE_TEST_START + BW_TIME_MINUTE + 1);
  store_test_pass (test, BW_TIME_MINUTE);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.lapsed, ==, 0);
  store_test_pass (test, 1);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.lapsed, ==, 1);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_QUEUED);
  g_assert_cmpint (store_test_ask (test, "SELECT outcome FROM attempt"), ==, BW_OUTCOME_LAPSED);
  error = store_test_ask_text (test, "SELECT error FROM attempt");
  g_assert_cmpstr (error, ==, "Nothing was heard from desk for 60 s.");
  g_assert_cmpuint (store_test_finish (test, claim, NULL), ==, 409);
  store_test_check (test);
}

/* A job that kills its workers is given up in the end. */
static void
test_ten_lapses (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
  g_autoptr (GError) error = NULL;

  for (int i = 1; i <= 10; i++)
    {
      g_assert_cmpint (store_test_claim_one (test), !=, 0);
      store_test_pass (test, 2 * BW_TIME_MINUTE);
      store_test_tend (test, NULL);
      g_assert_cmpint (store_test_get (test, job, "state"), ==,
                       i < 10 ? BW_JOB_STATE_QUEUED : BW_JOB_STATE_FAILED);
    }
  g_assert_cmpint (store_test_get (test, job, "items_failed"), ==, 1);
  g_assert_true (bw_store_retry (test->store, &test->sam, job, FALSE, &error));
  g_assert_cmpint (store_test_get (test, job, "lapses"), ==, 0);
  store_test_check (test);
}

/* The system's clock is set back an hour: leases neither lapse early nor stick. */
static void
test_clock_set_back (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 2);
  gint64 claim = store_test_claim_one (test);
  BwUpkeep upkeep;

  test->wall -= BW_TIME_HOUR;
  store_test_pass (test, 30 * BW_TIME_SECOND);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.lapsed, ==, 0);
  g_assert_cmpuint (store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS), ==, 200);
  g_assert_cmpint (store_test_get (test, job, "updated_at"), ==,
                   STORE_TEST_START + 30 * BW_TIME_SECOND);
  store_test_pass (test, BW_TIME_MINUTE + 1);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.lapsed, ==, 1);
  g_assert_cmpuint (store_test_item (test, claim, 2, BW_ITEM_STATE_SUCCESS), ==, 409);
}

/* The clock is an hour ahead, then corrected while the program is not running. */
static void
test_clock_corrected_between_runs (StoreTest *test, gconstpointer data)
{
  BwUpkeep upkeep;

  test->wall = bw_time_now () + BW_TIME_HOUR;
  store_test_reopen (test);
  store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_cmpint (store_test_claim_one (test), !=, 0);
  test->wall = bw_time_now ();
  store_test_reopen (test);
  store_test_pass (test, BW_TIME_MINUTE + BW_TIME_SECOND);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.lapsed, ==, 1);
}

static void
test_stalled (StoreTest *test, gconstpointer data)
{
  const BwClaimRequest request = { .worker = "desk", .max = 1, .lease = 24 * BW_TIME_HOUR };
  const BwJobType type = { "send-invoices", "Send invoices", 10 * BW_TIME_MINUTE, 1, FALSE };
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) claims = NULL;
  gint64 revision;
  gint64 claim;
  BwReport *report;
  BwUpkeep upkeep;

  g_assert_true (bw_store_set_type (test->store, test->business, &type, &error));
  claims = bw_store_claim (test->store, test->worker, &request, &test->business, 1, &error);
  claim = ((BwClaim *) g_ptr_array_index (claims, 0))->claim;
  store_test_pass (test, 5 * BW_TIME_MINUTE);
  report = bw_report_new (claim);
  report->message = g_strdup ("Half of it");
  store_test_report (test, report, NULL);
  revision = store_test_get (test, job, "revision");
  store_test_pass (test, 10 * BW_TIME_MINUTE);
  store_test_report (test, bw_report_new (claim), NULL);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.stalled, ==, 0);
  store_test_pass (test, 1);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.stalled, ==, 1);
  g_assert_cmpint (store_test_get (test, job, "stalled"), ==, 1);
  g_assert_cmpint (store_test_get (test, job, "revision"), ==, revision + 1);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.stalled, ==, 0);

  /* A sign of life is not news; news is. */
  store_test_report (test, bw_report_new (claim), NULL);
  g_assert_cmpint (store_test_get (test, job, "stalled"), ==, 1);
  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  g_assert_cmpint (store_test_get (test, job, "stalled"), ==, 0);
}

static void
test_retention (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BwUpkeep upkeep;

  g_assert_true (bw_store_set_retention (test->store, test->business, 30, &error));
  for (int i = 0; i < 450; i++)
    store_test_submit (test, &test->sam, "send-invoices", 1);
  for (int i = 0; i < 440; i++)
    {
      gint64 claim = store_test_claim_one (test);

      store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
      store_test_finish (test, claim, NULL);
    }
  for (gint64 job = 446; job <= 450; job++)
    g_assert_true (bw_store_cancel (test->store, &test->sam, job, &error));
  g_assert_no_error (error);

  store_test_pass (test, 10 * BW_TIME_MINUTE);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.removed, ==, 0);
  store_test_pass (test, 1);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.removed, ==, 5);
  store_test_check (test);

  store_test_pass (test, 30 * BW_TIME_DAY);
  store_test_tend (test, &upkeep);
  g_assert_cmpint (upkeep.removed, ==, 440);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 5);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM counter WHERE n = 0 AND state = 2"),
                   ==, 0);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM deleted"), ==, 440);
  store_test_check (test);

  /* Word of the deletions is forgotten after a week, a slice at a time. */
  store_test_pass (test, 8 * BW_TIME_DAY);
  for (int i = 0; i < 4; i++)
    store_test_tend (test, NULL);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM deleted"), ==, 0);
  g_assert_cmpint (
      store_test_ask (test, "SELECT revision - oldest_revision FROM business WHERE id = 1"), ==, 0);
}

/* Unless a business sets another, three months; each business goes by its own. */
static void
test_retention_by_default (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
  gint64 active = store_test_submit (test, &test->sam, "send-invoices", 1);
  gint64 claim = store_test_claim_one (test);

  g_assert_cmpint (store_test_ask (test, "SELECT retention_days FROM business WHERE id = 1"), ==, 90);
  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  store_test_finish (test, claim, NULL);
  store_test_pass (test, 90 * BW_TIME_DAY);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_get (test, job, "state"), ==, BW_JOB_STATE_SUCCESS);
  store_test_pass (test, 1);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 1);
  g_assert_cmpint (store_test_get (test, active, "state"), ==, BW_JOB_STATE_QUEUED);

  /* A business that keeps its jobs for 60 days */
  g_assert_true (bw_store_set_retention (test->store, test->business, 60, &error));
  claim = store_test_claim_one (test);
  store_test_item (test, claim, 1, BW_ITEM_STATE_FAILED);
  store_test_finish (test, claim, NULL);
  store_test_pass (test, 60 * BW_TIME_DAY);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 1);
  store_test_pass (test, 1);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 0);
  store_test_check (test);
}

static void
test_sessions (StoreTest *test, gconstpointer data)
{
  g_autoptr (GBytes) short_token = g_bytes_new_static ("short", 5);
  g_autoptr (GBytes) endless_token = g_bytes_new_static ("endless", 7);
  g_autoptr (GError) error = NULL;

  bw_store_add_session (test->store, short_token, test->sam.user, STORE_TEST_START + BW_TIME_HOUR,
                        &error);
  bw_store_add_session (test->store, endless_token, test->sam.user, BW_TIME_NONE, &error);
  g_assert_no_error (error);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM session"), ==, 2);
  store_test_pass (test, BW_TIME_HOUR);
  store_test_tend (test, NULL);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM session WHERE expires_at IS NULL"),
                   ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM session"), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/upkeep/lapsed-lease", test_lapse);
  store_test_add ("/store/upkeep/ten-lapses", test_ten_lapses);
  store_test_add ("/store/upkeep/clock-set-back-an-hour", test_clock_set_back);
  store_test_add ("/store/upkeep/clock-corrected-between-runs", test_clock_corrected_between_runs);
  store_test_add ("/store/upkeep/C8-stalled", test_stalled);
  store_test_add ("/store/upkeep/E4-A3-retention", test_retention);
  store_test_add ("/store/upkeep/A3-E3-retention-by-default-and-per-business", test_retention_by_default);
  store_test_add ("/store/upkeep/sessions", test_sessions);
  return g_test_run ();
}
