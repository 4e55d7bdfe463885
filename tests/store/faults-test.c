/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault-vfs.h"

static const char *program;

/* Like store_test_submit(), for a disk that may fail: 0 when it did. */
static gint64
try_submit (StoreTest *test, guint n_items, GError **error)
{
  g_autoptr (GPtrArray) submissions =
      g_ptr_array_new_with_free_func ((GDestroyNotify) bw_submission_free);
  g_autoptr (GArray) submitted = NULL;

  g_ptr_array_add (submissions, store_test_submission ("send-invoices", n_items));
  submitted = bw_store_submit (test->store, &test->sam, submissions, error);
  return submitted != NULL ? g_array_index (submitted, BwSubmitted, 0).id : 0;
}

static void
assert_durable (int *n_syncs)
{
  g_assert_false (fault_vfs_is_log_dirty ());
  g_assert_cmpint (fault_vfs_get_syncs (), >, *n_syncs);
  *n_syncs = fault_vfs_get_syncs ();
}

static void
test_durable (StoreTest *test, gconstpointer data)
{
  int n_syncs = fault_vfs_get_syncs ();
  g_autoptr (GError) error = NULL;
  gint64 claim;

  store_test_submit (test, &test->sam, "send-invoices", 2);
  assert_durable (&n_syncs);
  claim = store_test_claim_one (test);
  assert_durable (&n_syncs);
  store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS);
  assert_durable (&n_syncs);
  store_test_finish (test, claim, NULL);
  assert_durable (&n_syncs);
  g_assert_true (bw_store_delete (test->store, &test->sam, 1, &error));
  assert_durable (&n_syncs);
}

#define N_THREADS 32
#define N_SUBMITS 20

static gpointer
submit_some (gpointer data)
{
  StoreTest *test = data;

  for (int i = 0; i < N_SUBMITS; i++)
    store_test_submit (test, &test->sam, "send-invoices", 0);
  return NULL;
}

/* Writes that wait for a slow disk are committed together. */
static void
test_group_commit (StoreTest *test, gconstpointer data)
{
  GThread *threads[N_THREADS];
  int before = fault_vfs_get_syncs ();
  int n_syncs;

  fault_vfs_slow_syncs (3);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("submit", submit_some, test);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  fault_vfs_slow_syncs (0);

  n_syncs = fault_vfs_get_syncs () - before;
  g_test_message ("%d submits, %d syncs", N_THREADS * N_SUBMITS, n_syncs);
  g_assert_cmpint (n_syncs * 4, <, N_THREADS * N_SUBMITS);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, N_THREADS * N_SUBMITS);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(DISTINCT revision) FROM job"), ==,
                   N_THREADS * N_SUBMITS);
  g_assert_cmpint (store_test_ask (test, "SELECT revision FROM business WHERE id = 1"), ==,
                   N_THREADS * N_SUBMITS);
  store_test_check (test);
}

static void
test_disk_full (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 claim;

  store_test_submit (test, &test->sam, "send-invoices", 2);
  claim = store_test_claim_one (test);
  fault_vfs_fail_after (FAULT_FULL, 0);
  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpint (try_submit (test, 100, &error), ==, 0);
      g_assert_error (error, BW_ERROR, BW_ERROR_NO_SPACE);
      g_assert_cmpstr (
          error->message, ==,
          "The disk that holds the store is full. Free some space; nothing was changed.");
      g_clear_error (&error);
    }
  /* Reads go on. */
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item"), ==, 2);

  /* And so does work when there is room, with the numbers that were not used. */
  fault_vfs_heal ();
  g_assert_cmpint (try_submit (test, 1, &error), ==, 2);
  g_assert_no_error (error);
  g_assert_cmpuint (store_test_item (test, claim, 1, BW_ITEM_STATE_SUCCESS), ==, 200);
  g_assert_cmpint (store_test_claim_one (test), ==, claim + 1);
  store_test_check (test);
}

/* The disk fails at each operation in turn: either all of a write is kept, or nothing. */
static void
test_every_operation (StoreTest *test, gconstpointer data)
{
  static const int expected[] = {
    [FAULT_FULL] = BW_ERROR_NO_SPACE,
    [FAULT_WRITE] = BW_ERROR_INTERNAL,
    [FAULT_SYNC] = BW_ERROR_INTERNAL,
  };
  g_autoptr (GHashTable) kept = g_hash_table_new (NULL, NULL);

  for (FaultKind kind = FAULT_FULL; kind <= FAULT_SYNC; kind++)
    for (int n = 0;; n++)
      {
        g_autoptr (GError) error = NULL;
        gint64 job;

        fault_vfs_fail_after (kind, n);
        job = try_submit (test, 30, &error);
        fault_vfs_heal ();
        if (job != 0)
          g_assert_true (g_hash_table_add (kept, GSIZE_TO_POINTER ((gsize) job)));
        else
          g_assert_true (g_error_matches (error, BW_ERROR, expected[kind]));
        g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==,
                         g_hash_table_size (kept));
        g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM item"), ==,
                         30 * g_hash_table_size (kept));
        if (!fault_vfs_has_failed ())
          break;
        g_assert_cmpint (job, ==, 0);
      }
  g_assert_cmpuint (g_hash_table_size (kept), ==, 3);
  store_test_check (test);
  store_test_reopen (test);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, 3);
  store_test_check (test);
}

/* The writes of a job's life, each after the one before it. */
typedef struct
{
  gint64 job;
  gint64 claim;
  gint64 upload;
} Life;

static gboolean
do_submit (StoreTest *test, Life *life, GError **error)
{
  life->job = try_submit (test, 3, error);
  return life->job != 0;
}

static gboolean
do_claim (StoreTest *test, Life *life, GError **error)
{
  const BwClaimRequest request = { .worker = "desk", .max = 1, .lease = BW_TIME_MINUTE };
  g_autoptr (GPtrArray) claims =
      bw_store_claim (test->store, test->worker, &request, &test->business, 1, error);

  if (claims == NULL)
    return FALSE;
  g_assert_cmpuint (claims->len, ==, 1);
  life->claim = ((BwClaim *) g_ptr_array_index (claims, 0))->claim;
  return TRUE;
}

static gboolean
do_begin_upload (StoreTest *test, Life *life, GError **error)
{
  life->upload = bw_store_result_begin (test->store, test->worker, life->claim, error);
  return life->upload != 0;
}

static gboolean
do_append (StoreTest *test, Life *life, GError **error)
{
  g_autoptr (GBytes) data = g_bytes_new_take (g_malloc0 (30000), 30000);

  return bw_store_result_append (test->store, life->claim, life->upload, 0, data, error);
}

static gboolean
do_finish_upload (StoreTest *test, Life *life, GError **error)
{
  return bw_store_result_finish (test->store, life->claim, life->upload, "result", 30000, error);
}

static gboolean
send_report (StoreTest *test, BwReport *report, GError **error)
{
  g_autoptr (GPtrArray) reports = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);
  g_autoptr (GPtrArray) results = NULL;

  g_ptr_array_add (reports, report);
  results = bw_store_report (test->store, test->worker, reports, error);
  if (results == NULL)
    return FALSE;
  g_assert_cmpuint (((BwReportResult *) g_ptr_array_index (results, 0))->status, ==, 200);
  return TRUE;
}

static gboolean
do_report (StoreTest *test, Life *life, GError **error)
{
  BwReport *report = bw_report_new (life->claim);

  g_ptr_array_add (report->items, bw_item_result_new (1, BW_ITEM_STATE_SUCCESS, NULL));
  report->log = g_strsplit ("One line, another", ", ", -1);
  return send_report (test, report, error);
}

static gboolean
do_finish (StoreTest *test, Life *life, GError **error)
{
  BwReport *report = bw_report_new (life->claim);

  report->finish = TRUE;
  return send_report (test, report, error);
}

static gboolean
do_retry (StoreTest *test, Life *life, GError **error)
{
  return bw_store_retry (test->store, &test->sam, life->job, FALSE, error);
}

static gboolean
do_cancel (StoreTest *test, Life *life, GError **error)
{
  return bw_store_cancel (test->store, &test->sam, life->job, error);
}

static gboolean
do_delete (StoreTest *test, Life *life, GError **error)
{
  return bw_store_delete (test->store, &test->sam, life->job, error);
}

static gboolean
do_pause (StoreTest *test, Life *life, GError **error)
{
  return bw_store_pause (test->store, &test->olivia, NULL, 0, NULL, TRUE, "Because", error);
}

static gboolean
do_resume (StoreTest *test, Life *life, GError **error)
{
  return bw_store_resume (test->store, &test->olivia, 0, error) >= 0;
}

static gboolean
do_sign_in (StoreTest *test, Life *life, GError **error)
{
  g_autoptr (GBytes) hash = g_bytes_new (life, sizeof *life);

  return bw_store_add_session (test->store, hash, test->sam.user, BW_TIME_NONE, error);
}

/* All that these writes change. */
#define EVERYTHING                                                                                 \
  "SELECT (SELECT revision FROM business WHERE id = 1) || ' ' || COALESCE((SELECT"                 \
  " GROUP_CONCAT(id || ':' || state || ':' || revision || ':' || claim || ':' || items_success"    \
  " || ':' || log_size || ':' || result_size || ':' || cancelling) FROM job), '') || ' ' ||"       \
  " COALESCE((SELECT GROUP_CONCAT(item || ':' || state) FROM item), '') || ' ' ||"                 \
  " (SELECT COUNT(*) FROM claim) || ' ' || (SELECT COUNT(*) FROM attempt) || ' ' ||"               \
  " (SELECT COUNT(*) FROM action) || ' ' || (SELECT COUNT(*) FROM log_chunk) || ' ' ||"            \
  " (SELECT COUNT(*) FROM upload) || ' ' || (SELECT COUNT(*) FROM result_chunk) || ' ' ||"         \
  " (SELECT COUNT(*) FROM pause) || ' ' || (SELECT COUNT(*) FROM session) || ' ' ||"               \
  " (SELECT SUM(n) FROM counter) || ' ' || (SELECT COUNT(*) FROM deleted)"

typedef gboolean (*LifeFunc) (StoreTest *test, Life *life, GError **error);

static guint
fail_at_each_operation (StoreTest *test, Life *life, LifeFunc func, FaultKind kind)
{
  const int expected = kind == FAULT_FULL ? BW_ERROR_NO_SPACE : BW_ERROR_INTERNAL;

  for (guint n = 0;; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *before = store_test_ask_text (test, EVERYTHING);
      g_autofree char *after = NULL;
      gboolean written;

      fault_vfs_fail_after (kind, (int) n);
      written = func (test, life, &error);
      fault_vfs_heal ();
      after = store_test_ask_text (test, EVERYTHING);
      if (written)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (after, !=, before);
          g_assert_false (fault_vfs_has_failed ());
          return n;
        }
      g_assert_error (error, BW_ERROR, expected);
      g_assert_cmpstr (after, ==, before);
    }
}

/* Each kind of write, with the disk failing at each operation in turn: nothing changes, then all.
 */
static void
test_every_write (StoreTest *test, gconstpointer data)
{
  static const LifeFunc funcs[] = {
    do_submit, do_claim,  do_begin_upload, do_append, do_finish_upload, do_report,  do_finish,
    do_retry,  do_cancel, do_delete,       do_pause,  do_resume,        do_sign_in,
  };
  Life life = { 0 };
  guint n = 0;

  for (FaultKind kind = FAULT_FULL; kind <= FAULT_SYNC; kind++)
    for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
      n += fail_at_each_operation (test, &life, funcs[i], kind);
  g_test_message ("%u failures", n);
  store_test_check (test);
  store_test_reopen (test);
  store_test_check (test);
}

/* The disk fails while a new store is made: the next try makes it. */
static void
test_while_made (StoreTest *test, gconstpointer data)
{
  g_autofree char *uri = g_strconcat ("sqlite:", test->folder, "/new.db", NULL);
  gboolean made = FALSE;

  for (int n = 0; !made; n++)
    {
      g_autoptr (GError) error = NULL;
      BwStore *store;

      fault_vfs_fail_after (FAULT_FULL, n * 7);
      store = bw_store_open (uri, &error);
      fault_vfs_heal ();
      made = store != NULL;
      if (made)
        bw_store_close (store);
      else
        g_assert_error (error, BW_ERROR, BW_ERROR_NO_SPACE);
      g_assert_cmpint (n, <, 200);
    }
}

typedef struct
{
  StoreTest *test;
  gint is_over;
  gint n_kept;
  gint n_failed;
} Traffic;

static gpointer
submit_on (gpointer data)
{
  Traffic *traffic = data;

  while (!g_atomic_int_get (&traffic->is_over))
    {
      g_autoptr (GError) error = NULL;

      if (try_submit (traffic->test, 3, &error) != 0)
        g_atomic_int_inc (&traffic->n_kept);
      else
        g_atomic_int_inc (&traffic->n_failed);
    }
  return NULL;
}

static void
wait_for (gint *count, gint n)
{
  while (g_atomic_int_get (count) < n)
    g_thread_yield ();
}

/* The disk fills up and is emptied again while many write: what was answered is there, no more. */
static void
test_under_load (StoreTest *test, gconstpointer data)
{
  Traffic traffic = { .test = test };
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("submit", submit_on, &traffic);
  for (int round = 1; round <= 10; round++)
    {
      wait_for (&traffic.n_kept, g_atomic_int_get (&traffic.n_kept) + 20);
      fault_vfs_fail_after (round % 2 ? FAULT_FULL : FAULT_SYNC, round);
      wait_for (&traffic.n_failed, g_atomic_int_get (&traffic.n_failed) + 20);
      g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), >=, 20);
      fault_vfs_heal ();
    }
  g_atomic_int_set (&traffic.is_over, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job"), ==, traffic.n_kept);
  g_assert_cmpint (store_test_ask (test, "SELECT MAX(id) FROM job"), ==, traffic.n_kept);
  store_test_check (test);
}

/* What the killed process does: submits and finishes jobs, and says so when it was told so. */
static gpointer
work_until_killed (gpointer data)
{
  StoreTest *test = data;

  for (;;)
    {
      gint64 job = store_test_submit (test, &test->sam, "send-invoices", 1);
      g_autofree char *line = g_strdup_printf ("submitted %" G_GINT64_FORMAT "\n", job);
      g_autoptr (GPtrArray) claims = NULL;

      if (write (STDOUT_FILENO, line, strlen (line)) < 0)
        return NULL;
      claims = store_test_claim (test, 1);
      for (guint i = 0; i < claims->len; i++)
        {
          const BwClaim *claim = g_ptr_array_index (claims, i);
          g_autofree char *end = g_strdup_printf ("finished %" G_GINT64_FORMAT "\n", claim->job);

          if (store_test_finish (test, claim->claim, NULL) == 200
              && write (STDOUT_FILENO, end, strlen (end)) < 0)
            return NULL;
        }
    }
}

static int
run_child (const char *uri, const char *sam)
{
  g_autoptr (GError) error = NULL;
  StoreTest test = { .uri = (char *) uri, .business = 1, .worker = 4 };
  GThread *threads[4];

  test.sam = (BwViewer) { 1, g_ascii_strtoll (sam, NULL, 10), "sam", BW_PERMISSIONS_ALL };
  test.store = bw_store_open (uri, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("work", work_until_killed, &test);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  return 1;
}

/* Reads what the child says, kills it after so many lines, and reads what is left. */
static void
run_and_kill (StoreTest *test, GPtrArray *said, guint n_lines)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sam = g_strdup_printf ("%" G_GINT64_FORMAT, test->sam.user);
  char *command[] = { (char *) program, (char *) "--child", test->uri, sam, NULL };
  guint until = said->len + n_lines;
  char line[64];
  FILE *lines;
  GPid child;
  int status;
  int out;

  g_assert_true (g_spawn_async_with_pipes (NULL, command, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                           NULL, &child, NULL, &out, NULL, &error));
  g_assert_no_error (error);
  lines = fdopen (out, "r");
  while (fgets (line, sizeof line, lines) != NULL)
    {
      g_ptr_array_add (said, g_strdup (line));
      if (said->len == until)
        g_assert_cmpint (kill (child, SIGKILL), ==, 0);
    }
  fclose (lines);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

static void
test_killed (StoreTest *test, gconstpointer data)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);

  for (guint round = 0; round < 3; round++)
    {
      g_clear_pointer (&test->store, bw_store_close);
      run_and_kill (test, said, 150 + 77 * round);
      store_test_reopen (test);
      for (guint i = 0; i < said->len; i++)
        {
          g_auto (GStrv) words = g_strsplit (g_ptr_array_index (said, i), " ", 2);
          gint64 state = store_test_get (test, g_ascii_strtoll (words[1], NULL, 10), "state");

          /* Its item was never reported, so a finished one failed. */
          if (g_str_equal (words[0], "finished"))
            g_assert_cmpint (state, ==, BW_JOB_STATE_FAILED);
          else
            g_assert_cmpint (state, >=, 0);
        }
      store_test_check (test);
    }
}

int
main (int argc, char *argv[])
{
  if (argc == 4 && g_str_equal (argv[1], "--child"))
    return run_child (argv[2], argv[3]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();
  store_test_add ("/store/faults/durable-before-answered", test_durable);
  store_test_add ("/store/faults/group-commit", test_group_commit);
  store_test_add ("/store/faults/disk-full", test_disk_full);
  store_test_add ("/store/faults/at-every-operation", test_every_operation);
  store_test_add ("/store/faults/at-every-operation-of-every-write", test_every_write);
  store_test_add ("/store/faults/while-the-store-is-made", test_while_made);
  store_test_add ("/store/faults/disk-full-under-load", test_under_load);
  store_test_add ("/store/faults/killed", test_killed);
  return g_test_run ();
}
