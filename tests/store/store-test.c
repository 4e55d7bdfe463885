/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <glib/gstdio.h>

#include "scratch.h"

static BwTime
get_wall (gpointer data)
{
  return __atomic_load_n (&((StoreTest *) data)->wall, __ATOMIC_SEQ_CST);
}

static gint64
get_elapsed (gpointer data)
{
  return __atomic_load_n (&((StoreTest *) data)->elapsed, __ATOMIC_SEQ_CST);
}

static void
open_store (StoreTest *self)
{
  const BwClockSource source = { get_wall, get_elapsed, self->first != NULL ? self->first : self };
  g_autoptr (GError) error = NULL;

  self->store = bw_store_open (self->uri, &error);
  g_assert_no_error (error);
  bw_store_set_clock (self->store, &source);
}

static BwViewer
add_member (StoreTest *self, const char *name, BwRole role)
{
  g_autoptr (GError) error = NULL;
  gint64 account = bw_store_add_account (self->store, BW_ACCOUNT_PERSON, name, name, NULL, &error);

  g_assert_no_error (error);
  bw_store_set_membership (self->store, self->business, account, role, 0, &error);
  g_assert_no_error (error);
  return (BwViewer) { self->business, account, name, bw_role_get_permissions (role) };
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_assert_cmpint (g_unlink (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

/* Where making the tables takes its time, a copy of a store that has them is taken. */
static char *
make_database (const char *folder)
{
  static char *empty;
  g_autoptr (GError) error = NULL;
  BwStore *store;

  if (!scratch_is_postgresql ())
    return scratch_make (folder, "store");
  if (empty == NULL)
    {
      empty = scratch_make (folder, "empty");
      store = bw_store_open (empty, &error);
      g_assert_no_error (error);
      bw_store_close (store);
    }
  return scratch_make_like (folder, "store", empty);
}

void
store_test_set_up (StoreTest *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("batchwork-XXXXXX", &error);
  g_assert_no_error (error);
  self->uri = make_database (self->folder);
  self->wall = STORE_TEST_START;
  self->elapsed = BW_TIME_HOUR;
  open_store (self);

  self->business = bw_store_add_business (self->store, "willems", "Willems", &error);
  g_assert_no_error (error);
  self->other_business = bw_store_add_business (self->store, "harbour", "Harbour", &error);
  g_assert_no_error (error);
  self->olivia = add_member (self, "olivia", BW_ROLE_OWNER);
  self->sam = add_member (self, "sam", BW_ROLE_STAFF);
  self->stella = add_member (self, "stella", BW_ROLE_STAFF);
  self->worker =
      bw_store_add_account (self->store, BW_ACCOUNT_WORKER, "worker", "Worker", NULL, &error);
  g_assert_no_error (error);
}

void
store_test_tear_down (StoreTest *self, gconstpointer data)
{
  g_clear_pointer (&self->store, bw_store_close);
  scratch_remove (self->uri);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->uri);
}

void
store_test_reopen (StoreTest *self)
{
  g_clear_pointer (&self->store, bw_store_close);
  open_store (self);
}

/* Another server on the same store; ends with bw_store_close() alone. */
void
store_test_add_node (StoreTest *self, StoreTest *first)
{
  *self = *first;
  self->first = first;
  open_store (self);
}

/* Lets time pass, as all clocks see it. */
void
store_test_pass (StoreTest *self, gint64 milliseconds)
{
  StoreTest *clock = self->first != NULL ? self->first : self;

  __atomic_add_fetch (&clock->wall, milliseconds, __ATOMIC_SEQ_CST);
  __atomic_add_fetch (&clock->elapsed, milliseconds, __ATOMIC_SEQ_CST);
}

BwTime
store_test_now (StoreTest *self)
{
  return get_wall (self->first != NULL ? self->first : self);
}

void
store_test_check (StoreTest *self)
{
  g_autoptr (GError) error = NULL;

  bw_store_check (self->store, &error);
  g_assert_no_error (error);
}

/* The first number that a query gives; -1 for none. */
gint64
store_test_ask (StoreTest *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_auto (BwReader) reader = bw_reader_begin (self->store, &error);
  gint64 value = -1;

  g_assert_no_error (error);
  bw_db_get_int (reader.db, &value, &error, sql, "");
  g_assert_no_error (error);
  return value;
}

char *
store_test_ask_text (StoreTest *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_auto (BwReader) reader = bw_reader_begin (self->store, &error);
  g_autoptr (BwRows) rows = NULL;

  g_assert_no_error (error);
  rows = bw_db_query (reader.db, &error, sql, "");
  g_assert_no_error (error);
  return bw_rows_next (rows, &error) ? g_strdup (bw_rows_text (rows, 0)) : NULL;
}

/* How many jobs a search finds. */
gint64
store_test_count (StoreTest *self, const BwViewer *viewer, const char *q)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BwPage) page = NULL;

  filter->q = g_strdup (q);
  page = bw_store_list (self->store, viewer, filter, 1, NULL, 0, &error);
  g_assert_no_error (error);
  return page->total;
}

gint64
store_test_get (StoreTest *self, gint64 job, const char *column)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT %s FROM job WHERE id = %" G_GINT64_FORMAT, column, job);

  return store_test_ask (self, sql);
}

BwSubmission *
store_test_submission (const char *type, guint n_items)
{
  BwSubmission *submission = bw_submission_new (type);

  for (guint i = 1; i <= n_items; i++)
    {
      BwItem *item = bw_item_new ();

      item->item = i;
      item->label = g_strdup_printf ("Item %u", i);
      g_ptr_array_add (submission->items, item);
    }
  return submission;
}

/* Takes @submission; returns its job. */
gint64
store_test_hand_in (StoreTest *self, const BwViewer *viewer, BwSubmission *submission)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) submissions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  g_autoptr (GArray) submitted = NULL;

  g_ptr_array_add (submissions, submission);
  submitted = bw_store_submit (self->store, viewer, submissions, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (submitted->len, ==, 1);
  return g_array_index (submitted, BwSubmitted, 0).id;
}

gint64
store_test_submit (StoreTest *self, const BwViewer *viewer, const char *type, guint n_items)
{
  return store_test_hand_in (self, viewer, store_test_submission (type, n_items));
}

/* Claims what there is, with a lease of a minute. */
GPtrArray *
store_test_claim (StoreTest *self, int max)
{
  const BwClaimRequest request = { .worker = "desk", .max = max, .lease = BW_TIME_MINUTE };
  g_autoptr (GError) error = NULL;
  GPtrArray *claims =
      bw_store_claim (self->store, self->worker, &request, &self->business, 1, &error);

  g_assert_no_error (error);
  return claims;
}

/* The claim's id; 0 when there is no work. */
gint64
store_test_claim_one (StoreTest *self)
{
  g_autoptr (GPtrArray) claims = store_test_claim (self, 1);
  const BwClaim *claim = claims->len > 0 ? g_ptr_array_index (claims, 0) : NULL;

  return claim != NULL ? claim->claim : 0;
}

/* Takes @report; returns its status. */
guint
store_test_report (StoreTest *self, BwReport *report, BwDirective *directive)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) reports = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);
  g_autoptr (GPtrArray) results = NULL;
  const BwReportResult *result;

  g_ptr_array_add (reports, report);
  results = bw_store_report (self->store, self->worker, reports, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, 1);
  result = g_ptr_array_index (results, 0);
  if (directive != NULL)
    *directive = result->directive;
  return result->status;
}

guint
store_test_finish (StoreTest *self, gint64 claim, const char *error)
{
  BwReport *report = bw_report_new (claim);

  report->finish = TRUE;
  report->error = g_strdup (error);
  return store_test_report (self, report, NULL);
}

guint
store_test_item (StoreTest *self, gint64 claim, gint64 item, BwItemState state)
{
  BwReport *report = bw_report_new (claim);

  g_ptr_array_add (report->items,
                   bw_item_result_new (item, state, state == BW_ITEM_STATE_SUCCESS ? NULL : "Why"));
  return store_test_report (self, report, NULL);
}

void
store_test_tend (StoreTest *self, BwUpkeep *upkeep)
{
  g_autoptr (GError) error = NULL;
  BwUpkeep local;

  bw_store_tend (self->store, upkeep != NULL ? upkeep : &local, &error);
  g_assert_no_error (error);
}
