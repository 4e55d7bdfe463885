/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * How long lists and counts take, with so many jobs and with a hundred times as many:
 *
 *   bench-list [FOLDER [JOBS…]]
 *
 * fills a store for each number of jobs (10,000 and 1,000,000 unless told) in FOLDER (or in a
 * scratch folder that is removed), and prints for each kind of request the median and 95th
 * percentile in milliseconds. A store that is there already is used again. Under with-postgresql the
 * stores are databases of its server, and go with it.
 */

#include <glib/gstdio.h>

#include "bw-db.h"
#include "fill.h"
#include "scratch.h"

#define ROUNDS 60
#define PAGE 50

typedef struct
{
  const char *name;
  const char *parameters; /* as in a URL: name=value&… */
  gboolean own;           /* asked by a user who sees his own jobs only */
  gboolean jump;          /* to the middle */
  gboolean count;         /* only the summary */
} Case;

static const Case cases[] = {
  { "first page", "" },
  { "first page, own jobs only", "", TRUE },
  { "first page, by state", "state=failed" },
  { "first page, active", "state=queued&state=processing" },
  { "first page, by type", "type=mail-statements" },
  { "first page, type oldest first", "type=sync-stock&sort=created_at" },
  { "first page, by creator", "created_by=@7" },
  { "first page, by automation", "created_by=0" },
  { "first page, 30 days", "from=-30&until=-0" },
  { "first page, a day", "from=-45&until=-44" },
  { "first page, all at once", "state=failed&type=book-payments&created_by=@3&from=-60&until=-20" },
  { "rare: one user's deletions", "type=delete-clients&created_by=@36&state=failed" },
  { "no match", "type=delete-clients&state=queued&from=-80&until=-70" },
  { "unknown type", "type=no-such-type" },
  { "paused", "condition=paused" },
  { "scheduled", "condition=scheduled" },
  { "stalled or cancelling", "condition=stalled&condition=cancelling" },
  { "relation", "relation=R0017" },
  { "count: all", "", .count = TRUE },
  { "count: own jobs only", "", TRUE, .count = TRUE },
  { "count: by type and state", "type=send-invoices&state=success", .count = TRUE },
  { "count: 30 days", "from=-30&until=-0", .count = TRUE },
  { "count: 30 days in New York", "from=-30.20&until=-0.20", .count = TRUE },
  { "count: to the second", "from=-30.01&until=-2.01", .count = TRUE },
  { "jump: all", "", .jump = TRUE },
  { "jump: own jobs only", "", TRUE, .jump = TRUE },
  { "jump: by state", "state=failed", .jump = TRUE },
  { "jump: by type", "type=mail-statements", .jump = TRUE },
  { "jump: 60 days", "from=-70&until=-10", .jump = TRUE },
  { "search: rare words", "q=amsterdam 2025 run 411" },
  { "search: a common word", "q=inv" },
  { "search: a common word, whole", "q=invoices" },
  { "search: two, own jobs only", "q=send zurich", TRUE },
  { "search: with state", "q=reminders&state=failed" },
  { "search: nothing", "q=xylophone" },
  { "search: sorted by name", "q=visser&sort=name" },
  { "sort type: first page", "sort=type" },
  { "sort type: jump", "sort=type", .jump = TRUE },
  { "sort type: failed, jump", "sort=type&state=failed", .jump = TRUE },
  { "sort state: first page", "sort=state" },
  { "sort state: jump", "sort=-state", .jump = TRUE },
  { "sort creator: first page", "sort=created_by" },
  { "sort creator: jump", "sort=created_by", .jump = TRUE },
  { "sort name: first page", "sort=name" },
  { "sort name: failed", "sort=name&state=failed" },
  { "sort name: own jobs only", "sort=-name", TRUE },
  { "sort name: by type", "sort=name&type=mail-statements" },
  { "sort name: rare", "sort=name&type=delete-clients&created_by=@9" },
  { "sort name: a day", "sort=name&from=-45&until=-44" },
  { "sort name: jump", "sort=name", .jump = TRUE },
  { "sort items: first page", "sort=-items" },
  { "sort items: failed", "sort=-items&state=failed" },
  { "sort items: own jobs only", "sort=items", TRUE },
  { "sort items: jump", "sort=items", .jump = TRUE },
  { "sort end: first page", "sort=-finished_at" },
  { "sort end: oldest", "sort=finished_at" },
  { "sort end: failed", "sort=-finished_at&state=failed" },
  { "sort end: by type", "sort=finished_at&type=print-labels" },
  { "sort end: jump", "sort=-finished_at", .jump = TRUE },
};

typedef struct
{
  BwStore *store;
  gint64 business;
  gint64 users[BW_FILL_USERS];
  gint64 n;
  BwTime today;
} Office;

static void
must (gboolean ok, GError *error)
{
  if (!ok)
    g_error ("%s", error != NULL ? error->message : "failed");
}

static gint64
find_user (BwStore *store, guint number)
{
  g_autofree char *login = g_strdup_printf ("user%02u", number);
  g_autofree char *hash = NULL;
  g_autoptr (GError) error = NULL;
  gint64 user = 0;

  must (bw_store_find_account (store, login, &user, &hash, &error), error);
  return user;
}

/* What PostgreSQL's autovacuum does by itself within a minute. */
static void
analyze (const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BwDb) db = NULL;

  if (!scratch_is_postgresql ())
    return;
  db = bw_db_open (uri, BW_DB_WRITE, &error);
  must (db != NULL && bw_db_script (db, "VACUUM (ANALYZE)", &error), error);
}

static void
office_open (Office *self, const char *folder, gint64 n)
{
  g_autofree char *name = g_strdup_printf ("list-%" G_GINT64_FORMAT, n);
  g_autofree char *uri = scratch_make (folder, name);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  self->n = n;
  self->store = bw_store_open (uri, &error);
  must (self->store != NULL, error);
  must (bw_store_find_business (self->store, "office", &self->business, &error), error);
  if (self->business == 0)
    {
      self->business = bw_store_add_business (self->store, "office", "Office", &error);
      must (self->business > 0, error);
      must (bw_fill_store (self->store, self->business, n, 1, &error), error);
      analyze (uri);
      g_printerr ("%s filled in %.1f s\n", uri,
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
    }
  for (guint i = 0; i < BW_FILL_USERS; i++)
    self->users[i] = find_user (self->store, i);
}

/* "-30" is the day 30 days before the newest job's, "-30.20" the same 20 quarters of an hour later.
 */
static BwTime
parse_day (const Office *office, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ".", 2);
  BwTime day = office->today + BW_TIME_DAY * g_ascii_strtoll (parts[0], NULL, 10);

  if (parts[1] == NULL)
    return day;
  if (g_str_equal (parts[1], "01"))
    return day + 12 * BW_TIME_HOUR + 7 * BW_TIME_MINUTE + 13 * BW_TIME_SECOND;
  return day + 15 * BW_TIME_MINUTE * g_ascii_strtoll (parts[1], NULL, 10);
}

static BwFilter *
make_filter (const Office *office, const char *parameters)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_auto (GStrv) pairs = g_strsplit (parameters, "&", -1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);
      g_autofree char *user = NULL;
      const char *value = pair[1];

      if (g_str_equal (pair[0], "from"))
        filter->from = parse_day (office, value);
      else if (g_str_equal (pair[0], "until"))
        filter->until = parse_day (office, value);
      if (g_str_equal (pair[0], "from") || g_str_equal (pair[0], "until"))
        continue;
      if (value[0] == '@')
        value = user = g_strdup_printf ("%" G_GINT64_FORMAT,
                                        office->users[g_ascii_strtoll (value + 1, NULL, 10)]);
      must (bw_filter_set_parameter (filter, pair[0], value, &error), error);
    }
  return g_steal_pointer (&filter);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a;
  double other = *(const double *) b;

  return (one > other) - (one < other);
}

static gint64
ask (const Office *office, const Case *what, const BwFilter *filter, gint64 offset, gint64 *total)
{
  BwViewer viewer = { office->business, office->users[5], "Bench",
                      what->own ? BW_PERMISSION_VIEW_OWN : BW_PERMISSION_VIEW_ALL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BwPage) page = NULL;
  BwSummary summary;
  gint64 start = g_get_monotonic_time ();

  if (what->count)
    {
      must (bw_store_summary (office->store, &viewer, filter, &summary, &error), error);
      *total = bw_summary_total (&summary);
      return g_get_monotonic_time () - start;
    }
  page = bw_store_list (office->store, &viewer, filter, PAGE, NULL, offset, &error);
  must (page != NULL, error);
  *total = page->total;
  return g_get_monotonic_time () - start;
}

static void
measure (const Office *office, const Case *what, double *median, double *p95, gint64 *total)
{
  g_autoptr (BwFilter) filter = make_filter (office, what->parameters);
  double times[ROUNDS];

  ask (office, what, filter, 0, total);
  for (guint i = 0; i < ROUNDS; i++)
    times[i] = (double) ask (office, what, filter, what->jump ? *total / 2 + i : 0, total) / 1000;
  qsort (times, ROUNDS, sizeof times[0], compare);
  *median = times[ROUNDS / 2];
  *p95 = times[ROUNDS * 95 / 100];
}

static void
office_run (Office *self, const char *only)
{
  g_print ("\n%-34s %12s %10s %10s\n", "", "match", "median ms", "p95 ms");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double median;
      double p95;
      gint64 total;

      if (only != NULL && strstr (cases[i].name, only) == NULL)
        continue;
      measure (self, &cases[i], &median, &p95, &total);
      g_print ("%-34s %12" G_GINT64_FORMAT " %10.2f %10.2f%s\n", cases[i].name, total, median, p95,
               median > 5 || p95 > 20 ? " *" : "");
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *scratch = argc > 1 ? NULL : g_dir_make_tmp ("bench-list-XXXXXX", NULL);
  const char *folder = argc > 1 ? argv[1] : scratch;
  const char *defaults[] = { "10000", "1000000" };
  int n = argc > 2 ? argc - 2 : (int) G_N_ELEMENTS (defaults);

  for (int i = 0; i < n; i++)
    {
      Office office = { 0 };

      office.today = bw_time_now () / BW_TIME_DAY * BW_TIME_DAY;
      office_open (&office, folder,
                   g_ascii_strtoll (argc > 2 ? argv[i + 2] : defaults[i], NULL, 10));
      g_print ("\n%" G_GINT64_FORMAT " jobs, pages of %d\n", office.n, PAGE);
      office_run (&office, g_getenv ("BENCH_ONLY"));
      bw_store_close (office.store);
    }
  return 0;
}
