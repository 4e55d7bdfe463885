/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * How long the views take, and what it costs to count what ends:
 *
 *   bench-views [FOLDER [JOBS]]
 *
 * fills a store with so many jobs, and as many entries of the audit log (1,000,000 unless told), in
 * FOLDER (or in a scratch folder that is removed), and prints for each view how long it takes the
 * first time and then, median and 95th percentile, in milliseconds. Then jobs of one item are
 * claimed and finished, 50 reports to a write, and it prints how many a second. A store that is
 * there already is used again.
 */

#include <glib/gstdio.h>

#include "bw-action.h"
#include "bw-store-private.h"
#include "bw-store-views.h"
#include "fill.h"

#define ROUNDS 40
#define SLICE 2000
#define ROUND_OF_WORK 50
#define ROUNDS_OF_WORK 100

typedef struct
{
  BwStore *store;
  gint64 business;
  gint64 worker;
  gint64 n;
  BwViewer all;
  BwViewer own;
} Office;

typedef gint64 (*ViewFunc) (const Office *office, const BwViewer *viewer, GError **error);

static void
must (gboolean ok, GError *error)
{
  if (!ok)
    g_error ("%s", error != NULL ? error->message : "failed");
}

static gint64
ask_queues (const Office *office, const BwViewer *viewer, GError **error)
{
  gint64 revision;
  g_autoptr (GPtrArray) queues = bw_store_list_queues (office->store, viewer, &revision, error);

  return queues != NULL ? (gint64) queues->len : -1;
}

static gint64
ask_queue (const Office *office, const BwViewer *viewer, GError **error)
{
  g_autoptr (BwQueueInfo) queue =
      bw_store_get_queue (office->store, viewer, "send-invoices", error);

  return queue != NULL ? queue->queued : -1;
}

static gint64
ask_batches (const Office *office, const BwViewer *viewer, GError **error)
{
  g_autoptr (GPtrArray) batches = bw_store_list_batches (office->store, viewer, 50, error);

  return batches != NULL ? (gint64) batches->len : -1;
}

static gint64
ask_workers (const Office *office, const BwViewer *viewer, GError **error)
{
  g_autoptr (GPtrArray) workers = bw_store_list_workers (office->store, viewer, error);

  return workers != NULL ? (gint64) workers->len : -1;
}

static gint64
ask_insights (const Office *office,
              const BwViewer *viewer,
              guint days,
              BwInsightsBy by,
              GError **error)
{
  BwTime edges[400];
  BwInsightsQuery query = { edges, days + 1, by, NULL };
  g_autoptr (BwInsights) insights = NULL;

  /* Days of a time zone an hour and a half off. */
  for (guint i = 0; i <= days; i++)
    edges[i] = (bw_store_now (office->store) / BW_TIME_DAY + 1 - days + i) * BW_TIME_DAY
               - 90 * BW_TIME_MINUTE;
  insights = bw_store_get_insights (office->store, viewer, &query, error);
  return insights != NULL ? (gint64) insights->rows->len : -1;
}

static gint64
ask_insights_type (const Office *office, const BwViewer *viewer, GError **error)
{
  return ask_insights (office, viewer, 90, BW_INSIGHTS_BY_TYPE, error);
}

static gint64
ask_insights_user (const Office *office, const BwViewer *viewer, GError **error)
{
  return ask_insights (office, viewer, 90, BW_INSIGHTS_BY_USER, error);
}

static gint64
ask_insights_week (const Office *office, const BwViewer *viewer, GError **error)
{
  return ask_insights (office, viewer, 7, BW_INSIGHTS_BY_TYPE, error);
}

static gint64
ask_audit (const Office *office,
           const BwViewer *viewer,
           const char *q,
           const char *action,
           gint64 user,
           GError **error)
{
  char *actions[] = { (char *) action, NULL };
  BwAuditFilter filter = { .q = (char *) q,
                           .actions = action != NULL ? actions : NULL,
                           .user = user,
                           .from = BW_TIME_NONE,
                           .until = BW_TIME_NONE };
  g_autoptr (BwAuditPage) page =
      bw_store_list_audit (office->store, viewer, &filter, 50, NULL, error);

  return page != NULL ? page->total : -1;
}

static gint64
ask_audit_all (const Office *office, const BwViewer *viewer, GError **error)
{
  return ask_audit (office, viewer, NULL, NULL, -1, error);
}

static gint64
ask_audit_common (const Office *office, const BwViewer *viewer, GError **error)
{
  return ask_audit (office, viewer, "invoices", NULL, -1, error);
}

static gint64
ask_audit_rare (const Office *office, const BwViewer *viewer, GError **error)
{
  return ask_audit (office, viewer, "amsterdam 2025 run 411", NULL, -1, error);
}

static gint64
ask_audit_user_action (const Office *office, const BwViewer *viewer, GError **error)
{
  return ask_audit (office, viewer, NULL, "delete", office->own.user, error);
}

static const struct
{
  const char *name;
  ViewFunc func;
  gboolean own; /* asked by a user who sees his own jobs only */
} views[] = {
  { "queues", ask_queues },
  { "queues, own jobs only", ask_queues, TRUE },
  { "one queue", ask_queue },
  { "batches", ask_batches },
  { "batches, own jobs only", ask_batches, TRUE },
  { "workers", ask_workers },
  { "insights, 90 days by type", ask_insights_type },
  { "insights, 90 days by user", ask_insights_user },
  { "insights, 7 days by type", ask_insights_week },
  { "insights, 90 days, own jobs only", ask_insights_type, TRUE },
  { "audit: all", ask_audit_all },
  { "audit: a common word", ask_audit_common },
  { "audit: rare words", ask_audit_rare },
  { "audit: one user's deletions", ask_audit_user_action },
  { "audit: own jobs only", ask_audit_all, TRUE },
};

typedef struct
{
  const Office *office;
  gint64 first;
} ActionSlice;

static gboolean
add_actions (BwTx *tx, gpointer data, GError **error)
{
  static const char *const actions[] = { "retry", "cancel", "delete", "edit", "export" };
  const ActionSlice *slice = data;

  for (gint64 job = slice->first; job < slice->first + SLICE; job++)
    {
      BwViewer viewer = slice->office->all;
      gint64 revision = bw_tx_next_revision (tx, viewer.business, error);

      viewer.user = slice->office->own.user + job % 20;
      if (revision == 0
          || !bw_action_add (tx, &viewer, revision, actions[job * 7 % 5], job, "Failed items",
                             error))
        return FALSE;
    }
  return TRUE;
}

static void
office_fill (Office *self)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  self->business = bw_store_add_business (self->store, "office", "Office", &error);
  must (self->business > 0, error);
  must (bw_fill_store (self->store, self->business, self->n, 1, &error), error);
  g_printerr ("%" G_GINT64_FORMAT " jobs in %.1f s\n", self->n,
              (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  start = g_get_monotonic_time ();
  for (gint64 i = 1; i + SLICE <= self->n; i += SLICE)
    must (bw_store_write (self->store, add_actions, &(ActionSlice) { self, i }, &error), error);
  g_printerr ("%" G_GINT64_FORMAT " entries of the audit log in %.1f s\n", self->n,
              (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
}

static void
office_open (Office *self, const char *folder)
{
  g_autofree char *uri =
      g_strdup_printf ("sqlite:%s/views-%" G_GINT64_FORMAT ".db", folder, self->n);
  g_autofree char *hash = NULL;
  g_autoptr (GError) error = NULL;

  self->store = bw_store_open (uri, &error);
  must (self->store != NULL, error);
  must (bw_store_find_business (self->store, "office", &self->business, &error), error);
  self->all = (BwViewer) { .user_name = "Bench", .permissions = BW_PERMISSIONS_ALL };
  self->all.business = self->business != 0 ? self->business : 1;
  self->own.user = 1;
  if (self->business == 0)
    office_fill (self);
  must (bw_store_find_account (self->store, "user05", &self->own.user, &hash, &error), error);
  self->own = (BwViewer) { self->business, self->own.user, "user05",
                           BW_PERMISSION_VIEW_OWN | BW_PERMISSION_VIEW_AUDIT };
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a;
  double other = *(const double *) b;

  return (one > other) - (one < other);
}

static double
measure_once (const Office *office, guint view, gint64 *n)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  *n = views[view].func (office, views[view].own ? &office->own : &office->all, &error);
  must (*n >= 0, error);
  return (double) (g_get_monotonic_time () - start) / 1000;
}

static void
measure (const Office *office, guint view)
{
  double times[ROUNDS];
  gint64 n;
  double first = measure_once (office, view, &n);

  for (guint i = 0; i < ROUNDS; i++)
    times[i] = measure_once (office, view, &n);
  qsort (times, ROUNDS, sizeof times[0], compare);
  g_print ("%-34s %10" G_GINT64_FORMAT " %10.2f %10.2f %10.2f\n", views[view].name, n, first,
           times[ROUNDS / 2], times[ROUNDS * 95 / 100]);
}

static GPtrArray *
make_submissions (void)
{
  GPtrArray *submissions = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);

  for (guint i = 0; i < ROUND_OF_WORK; i++)
    {
      BwSubmission *submission = bw_submission_new ("send-invoices");

      submission->priority = 100;
      g_ptr_array_add (submissions, submission);
    }
  return submissions;
}

static GPtrArray *
make_reports (GPtrArray *claims)
{
  GPtrArray *reports = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);

  for (guint i = 0; i < claims->len; i++)
    {
      BwReport *report = bw_report_new (((BwClaim *) g_ptr_array_index (claims, i))->claim);

      report->finish = TRUE;
      g_ptr_array_add (reports, report);
    }
  return reports;
}

/* Only the reports are timed. */
static void
measure_work (const Office *office)
{
  static char *types[] = { (char *) "send-invoices", NULL };
  const BwClaimRequest request = {
    .worker = "bench", .types = types, .max = ROUND_OF_WORK, .lease = BW_TIME_HOUR
  };
  g_autoptr (GError) error = NULL;
  gint64 spent = 0;
  gint64 n = 0;

  for (guint i = 0; i < ROUNDS_OF_WORK; i++)
    {
      g_autoptr (GPtrArray) submissions = make_submissions ();
      g_autoptr (GArray) submitted =
          bw_store_submit (office->store, &office->all, submissions, &error);
      g_autoptr (GPtrArray) claims =
          bw_store_claim (office->store, 1, &request, &office->business, 1, &error);
      g_autoptr (GPtrArray) reports = claims != NULL ? make_reports (claims) : NULL;
      g_autoptr (GPtrArray) results = NULL;
      gint64 start = g_get_monotonic_time ();

      must (submitted != NULL && reports != NULL, error);
      results = bw_store_report (office->store, 1, reports, &error);
      must (results != NULL, error);
      spent += g_get_monotonic_time () - start;
      n += results->len;
    }
  g_print ("\n%" G_GINT64_FORMAT " jobs finished, %d to a commit: %.0f a second\n", n,
           ROUND_OF_WORK, (double) n * G_USEC_PER_SEC / (double) spent);
}

int
main (int argc, char **argv)
{
  g_autofree char *scratch = argc > 1 ? NULL : g_dir_make_tmp ("bench-views-XXXXXX", NULL);
  Office office = { .n = argc > 2 ? g_ascii_strtoll (argv[2], NULL, 10) : 1000000 };

  office_open (&office, argc > 1 ? argv[1] : scratch);
  g_print ("%-34s %10s %10s %10s %10s\n", "", "rows", "first ms", "median ms", "p95 ms");
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    measure (&office, i);
  measure_work (&office);
  bw_store_close (office.store);
  return 0;
}
