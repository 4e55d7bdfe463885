/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gstdio.h>

#include "bw-notice.h"
#include "bw-told.h"

#define PLACE "https://office.example olivia willems"
#define NOW (1700000000 * BW_TIME_SECOND)

static BwJob *
create_job (gint64 id, BwTime finished_at)
{
  BwJob *job = bw_job_new ();

  job->id = id;
  job->name = g_strdup ("Send invoices");
  job->entity = g_strdup ("relations");
  job->created_by_name = g_strdup ("Adam de Boer");
  job->finished_at = finished_at;

  return job;
}

static char *
create_path (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bw-told-XXXXXX", NULL);

  return g_build_filename (folder, "notified.ini", NULL);
}

static void
test_each_end_once (void)
{
  g_autofree char *path = create_path ();
  g_autoptr (BwTold) told = bw_told_new (path);
  g_autoptr (BwJob) before = create_job (1, NOW - 1);
  g_autoptr (BwJob) first = create_job (2, NOW + 5);
  g_autoptr (BwJob) same_moment = create_job (3, NOW + 5);
  g_autoptr (BwJob) again = create_job (2, NOW + 9);

  g_assert_false (bw_told_is_known (told, PLACE));
  g_assert_false (bw_told_is_news (told, PLACE, first));
  bw_told_begin (told, PLACE, NOW);
  g_assert_true (bw_told_is_known (told, PLACE));
  g_assert_false (bw_told_is_news (told, PLACE, before));
  g_assert_true (bw_told_is_news (told, PLACE, first));
  bw_told_add (told, PLACE, first);
  g_assert_false (bw_told_is_news (told, PLACE, first));
  g_assert_true (bw_told_is_news (told, PLACE, same_moment));
  g_assert_true (bw_told_is_news (told, PLACE, again));
  g_assert_false (bw_told_is_known (told, "https://office.example adam willems"));
}

static void
test_over_restarts (void)
{
  g_autofree char *path = create_path ();
  g_autoptr (BwJob) old = create_job (7, NOW + 1);
  g_autoptr (BwJob) recent = create_job (8, NOW + BW_TIME_HOUR);
  g_autoptr (BwJob) late = create_job (9, NOW + BW_TIME_HOUR - 1);
  BwTold *told = bw_told_new (path);

  bw_told_begin (told, PLACE, NOW);
  bw_told_add (told, PLACE, old);
  bw_told_add (told, PLACE, recent);
  bw_told_save (told);
  bw_told_free (told);

  told = bw_told_new (path);
  g_assert_true (bw_told_is_known (told, PLACE));
  g_assert_false (bw_told_is_news (told, PLACE, old));
  g_assert_false (bw_told_is_news (told, PLACE, recent));
  /* Of a server whose clock is a little behind */
  g_assert_true (bw_told_is_news (told, PLACE, late));
  bw_told_free (told);
  g_remove (path);
}

static void
test_words (void)
{
  g_autoptr (BwJob) job = create_job (1, NOW);
  g_autofree char *done = bw_notice_format_title (BW_NOTICE_DONE, job);
  g_autofree char *failed = bw_notice_format_title (BW_NOTICE_FAILED, job);
  g_autofree char *partly = NULL;
  g_autofree char *body = NULL;
  g_autofree char *own = NULL;

  job->items.in_state[BW_ITEM_STATE_SUCCESS] = 117;
  job->items.in_state[BW_ITEM_STATE_FAILED] = 3;
  partly = bw_notice_format_title (BW_NOTICE_FAILED, job);
  body = bw_notice_format_body (BW_NOTICE_FAILED, job, "Willems", FALSE);
  own = bw_notice_format_body (BW_NOTICE_FAILED, job, NULL, TRUE);
  g_assert_cmpstr (done, ==, "Send invoices is done");
  g_assert_cmpstr (failed, ==, "Send invoices failed");
  g_assert_cmpstr (partly, ==, "Send invoices is done, with failures");
  g_assert_cmpstr (body, ==, "120 relations · 3 failed · Willems, by Adam de Boer");
  g_assert_cmpstr (own, ==, "120 relations · 3 failed");
}

static void
test_sums (void)
{
  static const struct
  {
    guint n_jobs, n_failed;
    gboolean more, stalled;
    const char *title;
    const char *names;
  } cases[] = {
    { 14, 2, FALSE, FALSE, "14 jobs are done, 2 failed", "One, Two and 12 more" },
    { 4, 0, FALSE, FALSE, "4 jobs are done", "One, Two and 2 more" },
    { 100, 1, TRUE, FALSE, "More than 100 jobs are done, 1 failed", "One, Two and 98 more" },
    { 5, 0, FALSE, TRUE, "5 jobs may be stuck", "One, Two and 3 more" },
    { 2, 0, FALSE, FALSE, "2 jobs are done", "One, Two" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BwNoticeSum) sum = bw_notice_sum_new (cases[i].stalled);
      g_autofree char *title = NULL;
      g_autofree char *names = NULL;

      sum->n_jobs = cases[i].n_jobs;
      sum->n_failed = cases[i].n_failed;
      sum->more = cases[i].more;
      g_ptr_array_add (sum->names, g_strdup ("One"));
      g_ptr_array_add (sum->names, g_strdup ("Two"));
      title = bw_notice_format_sum (sum);
      names = bw_notice_format_names (sum);
      g_assert_cmpstr (title, ==, cases[i].title);
      g_assert_cmpstr (names, ==, cases[i].names);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/told/F4-each-end-once", test_each_end_once);
  g_test_add_func ("/app/told/F4-over-restarts", test_over_restarts);
  g_test_add_func ("/app/told/F4-words", test_words);
  g_test_add_func ("/app/told/F4-sums", test_sums);

  return g_test_run ();
}
