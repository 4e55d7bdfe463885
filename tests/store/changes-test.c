/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fill.h"
#include "store-test.h"

static GPtrArray *
get_changes (StoreTest *test, gint64 since, guint limit, gint64 *revision)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *changes =
      bw_store_get_changes (test->store, test->business, since, limit, revision, &error);

  g_assert_no_error (error);
  return changes;
}

static const BwChange *
get (GPtrArray *changes, guint index)
{
  g_assert_cmpuint (index, <, changes->len);
  return g_ptr_array_index (changes, index);
}

static void
test_jobs (StoreTest *test, gconstpointer data)
{
  gint64 one = store_test_submit (test, &test->sam, "send-invoices", 0);
  gint64 two = store_test_submit (test, &test->stella, "send-invoices", 0);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;
  gint64 revision;
  gint64 again;

  g_assert_true (bw_store_cancel (test->store, &test->olivia, one, &error));
  g_assert_no_error (error);
  changes = get_changes (test, 0, 100, &revision);
  g_assert_cmpint (revision, ==,
                   store_test_ask (test, "SELECT revision FROM business WHERE id = 1"));

  /* Of the first job, only the last change; so it comes after the second. */
  g_assert_cmpuint (changes->len, ==, 2);
  g_assert_cmpint (get (changes, 0)->event->kind, ==, BW_EVENT_JOB);
  g_assert_cmpint (get (changes, 0)->event->job_id, ==, two);
  g_assert_cmpint (get (changes, 0)->owner, ==, test->stella.user);
  g_assert_cmpint (get (changes, 1)->event->job_id, ==, one);
  g_assert_cmpint (get (changes, 1)->event->job->state, ==, BW_JOB_STATE_CANCELLED);
  g_assert_cmpint (get (changes, 1)->event->revision, ==, get (changes, 1)->event->job->revision);
  none = get_changes (test, revision, 100, &again);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpint (again, ==, revision);
}

/* A deletion is all that is told of a job that is gone. */
static void
test_deleted (StoreTest *test, gconstpointer data)
{
  gint64 job = store_test_submit (test, &test->sam, "send-invoices", 0);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  gint64 revision;

  g_assert_true (bw_store_cancel (test->store, &test->olivia, job, &error));
  g_assert_true (bw_store_delete (test->store, &test->olivia, job, &error));
  g_assert_no_error (error);
  changes = get_changes (test, 0, 100, &revision);
  g_assert_cmpuint (changes->len, ==, 1);
  g_assert_cmpint (get (changes, 0)->event->kind, ==, BW_EVENT_DELETED);
  g_assert_cmpint (get (changes, 0)->event->job_id, ==, job);
  g_assert_cmpint (get (changes, 0)->owner, ==, test->sam.user);
}

static void
test_pauses (StoreTest *test, gconstpointer data)
{
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  gint64 revision;

  store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_true (bw_store_pause (test->store, &test->olivia, NULL, 0, NULL, TRUE, NULL, &error));
  store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_cmpint (bw_store_resume (test->store, &test->olivia, 0, &error), ==, 1);
  changes = get_changes (test, 0, 100, &revision);
  g_assert_cmpuint (changes->len, ==, 4);
  g_assert_cmpint (get (changes, 1)->event->kind, ==, BW_EVENT_PAUSES);
  g_assert_cmpint (get (changes, 2)->event->kind, ==, BW_EVENT_JOB);
  g_assert_cmpint (get (changes, 3)->event->kind, ==, BW_EVENT_PAUSES);
}

/* Slice by slice, nothing is missed and nothing told twice, whatever the slices' size. */
static void
test_slices (StoreTest *test, gconstpointer data)
{
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;
  gint64 revision;

  bw_fill_store (test->store, test->business, 150, 4, &error);
  g_assert_no_error (error);
  for (gint64 job = 1; job < 60; job += 3)
    bw_store_delete (test->store, &test->olivia, job, NULL);
  g_assert_true (bw_store_pause (test->store, &test->olivia, NULL, 0, NULL, TRUE, NULL, &error));
  all = get_changes (test, 0, 1000, &revision);
  g_assert_cmpuint (all->len, ==, 151);

  for (guint limit = 1; limit < 160; limit += 13)
    {
      gint64 since = 0;
      guint n = 0;

      for (;;)
        {
          g_autoptr (GPtrArray) slice = get_changes (test, since, limit, &since);

          for (guint i = 0; i < slice->len; i++, n++)
            {
              g_assert_cmpint (get (slice, i)->event->revision, ==, get (all, n)->event->revision);
              g_assert_cmpint (get (slice, i)->event->job_id, ==, get (all, n)->event->job_id);
            }
          if (slice->len == 0)
            break;
        }
      g_assert_cmpuint (n, ==, all->len);
      g_assert_cmpint (since, ==, revision);
    }
}

static gboolean
forget (BwTx *tx, gpointer data, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error, "UPDATE business SET oldest_revision = 2 WHERE id = $1",
                     "i", ((StoreTest *) data)->business);
}

static void
test_reset (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 revision;

  for (guint i = 0; i < 4; i++)
    store_test_submit (test, &test->sam, "send-invoices", 0);
  g_assert_true (bw_store_write (test->store, forget, test, &error));
  for (gint64 since = 0; since < 6; since++)
    {
      g_autoptr (GPtrArray) changes = get_changes (test, since, 100, &revision);
      gboolean is_reset = changes->len == 1 && get (changes, 0)->event->kind == BW_EVENT_RESET;

      g_assert_true (is_reset == (since < 2 || since > 4));
      g_assert_cmpint (revision, ==, 4);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/changes/jobs", test_jobs);
  store_test_add ("/store/changes/deleted", test_deleted);
  store_test_add ("/store/changes/pauses", test_pauses);
  store_test_add ("/store/changes/slices", test_slices);
  store_test_add ("/store/changes/reset", test_reset);
  return g_test_run ();
}
