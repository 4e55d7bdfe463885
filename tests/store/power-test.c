/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fault-vfs.h"
#include "power-work.h"

#define N_THREADS 3
#define N_ROUNDS 4
/* After so many cuts the office has grown, and a new one begins. */
#define N_CUTS_A_STORE 12

static guint n_cuts = 200;

/* A store, those who work on it, and what they were told. */
typedef struct
{
  StoreTest *test;
  GRand *chance;
  PowerWork *works[N_THREADS];
  guint n_operations;   /* that a whole run takes, about */
  gint64 told_revision; /* atomic */
} Office;

typedef struct
{
  Office *office;
  PowerWork *work;
  guint32 seed;
} Run;

static void
changed (gint64 business, gint64 revision, gpointer user_data)
{
  __atomic_store_n (&((Office *) user_data)->told_revision, revision, __ATOMIC_SEQ_CST);
}

static void
office_init (Office *office, StoreTest *test)
{
  *office = (Office) { .test = test,
                       .chance = g_rand_new_with_seed (g_test_rand_int_range (0, G_MAXINT)) };
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_autofree char *type = g_strdup_printf ("work-%u", i);

      office->works[i] = power_work_new (type);
    }
}

static void
office_clear (Office *office)
{
  for (guint i = 0; i < N_THREADS; i++)
    power_work_free (office->works[i]);
  g_rand_free (office->chance);
}

static gpointer
run_work (gpointer data)
{
  Run *run = data;

  power_work_run (run->work, run->office->test, N_ROUNDS, run->seed);
  return NULL;
}

/* Alone, a seed always does the same; together, writes meet in one commit. */
static void
work (Office *office, guint n_threads)
{
  GThread *threads[N_THREADS];
  Run runs[N_THREADS];

  for (guint i = 0; i < n_threads; i++)
    {
      runs[i] = (Run) { office, office->works[i], g_rand_int (office->chance) };
      threads[i] = g_thread_new ("work", run_work, &runs[i]);
    }
  for (guint i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);
}

/* Opens the store, works and closes it, on a disk whose power may go at any point of that. */
static void
run_on_disk (Office *office, PowerDisk *disk, guint n_threads)
{
  static const BwStoreListener listener = { .changed = changed };
  StoreTest *test = office->test;

  fault_vfs_set_disk (disk);
  test->store = bw_store_open (test->uri, NULL);
  if (test->store != NULL)
    {
      bw_store_set_listener (test->store, &listener, office);
      work (office, n_threads);
      g_clear_pointer (&test->store, bw_store_close);
    }
  fault_vfs_set_disk (NULL);
}

/* What is amiss after the power is back, or NULL. */
static char *
check (Office *office)
{
  StoreTest *test = office->test;
  g_autoptr (GError) error = NULL;
  char *problem = NULL;
  gint64 revision;

  test->store = bw_store_open (test->uri, &error);
  if (test->store == NULL || !bw_store_check (test->store, &error))
    problem = g_strdup (error->message);
  else
    {
      revision = store_test_ask (test, "SELECT revision FROM business WHERE id = 1");
      if (revision < office->told_revision)
        problem = g_strdup_printf ("Revision %" G_GINT64_FORMAT " was told, and %" G_GINT64_FORMAT
                                   " is there",
                                   office->told_revision, revision);
      for (guint i = 0; i < N_THREADS && problem == NULL; i++)
        problem = power_work_check (office->works[i], test);
    }
  g_clear_pointer (&test->store, bw_store_close);
  return problem;
}

/* Cuts the power somewhere, perhaps again as the store recovers and closes; returns what is amiss.
 */
static char *
cut (Office *office)
{
  guint at = (guint) g_rand_int_range (office->chance, 1, (gint32) office->n_operations + 2);
  guint n_threads = g_rand_boolean (office->chance) ? 1 : N_THREADS;

  do
    {
      g_autoptr (PowerDisk) disk = power_disk_new (office->test->folder);
      PowerLoss loss = (PowerLoss) g_rand_int_range (office->chance, 0, N_POWER_LOSSES);

      power_disk_cut_after (disk, at);
      run_on_disk (office, disk, n_threads);
      power_disk_restore (disk, loss, office->chance);
      at = (guint) g_rand_int_range (office->chance, 1, 30);
      n_threads = 0;
    }
  while (g_rand_int_range (office->chance, 0, 3) == 0);
  return check (office);
}

/* A day without a power cut tells how many operations it has. */
static void
measure (Office *office)
{
  g_autoptr (PowerDisk) disk = power_disk_new (office->test->folder);

  run_on_disk (office, disk, N_THREADS);
  g_assert_false (power_disk_is_cut (disk));
  office->n_operations = power_disk_get_operations (disk);
  g_assert_cmpuint (office->n_operations, >, 50);
}

/* Returns how many writes were acknowledged. */
static guint
cut_again_and_again (StoreTest *test, guint n)
{
  Office office;
  guint n_acknowledged = 0;

  g_clear_pointer (&test->store, bw_store_close);
  office_init (&office, test);
  measure (&office);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *problem = cut (&office);

      if (problem != NULL)
        g_error ("After power cut %u: %s", i + 1, problem);
    }
  for (guint i = 0; i < N_THREADS; i++)
    n_acknowledged += power_work_count (office.works[i]);
  office_clear (&office);
  return n_acknowledged;
}

static void
test_cuts (StoreTest *test, gconstpointer data)
{
  guint n_acknowledged = 0;

  for (guint done = 0; done < n_cuts; done += N_CUTS_A_STORE)
    {
      StoreTest office;

      store_test_set_up (&office, NULL);
      n_acknowledged += cut_again_and_again (&office, MIN (N_CUTS_A_STORE, n_cuts - done));
      store_test_tear_down (&office, NULL);
    }
  g_test_message ("%u power cuts, %u acknowledged writes", n_cuts, n_acknowledged);
  g_assert_cmpuint (n_acknowledged, >, 10 * n_cuts);
}

/* What the test is worth: a disk that lies about syncs loses what was acknowledged, and it is seen.
 */
static void
test_lying_disk (StoreTest *test, gconstpointer data)
{
  guint n_seen = 0;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (PowerDisk) disk = NULL;
      g_autofree char *problem = NULL;
      Office office;
      StoreTest own;

      store_test_set_up (&own, NULL);
      g_clear_pointer (&own.store, bw_store_close);
      office_init (&office, &own);
      disk = power_disk_new (own.folder);
      power_disk_ignore_syncs (disk);
      power_disk_cut_after (disk, 100);
      run_on_disk (&office, disk, N_THREADS);
      power_disk_restore (disk, POWER_KEEPS_SOME, office.chance);
      problem = check (&office);
      n_seen += problem != NULL ? 1 : 0;
      office_clear (&office);
      store_test_tear_down (&own, NULL);
    }
  g_assert_cmpuint (n_seen, >, 15);
}

/* The power goes while a store is made, or is brought to a newer schema: the next start does it. */
static void
make_with_cuts (StoreTest *test, GBytes *old, guint step)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (g_test_rand_int_range (0, G_MAXINT));
  gboolean is_cut = TRUE;

  for (guint at = 1; is_cut; at += step)
    for (PowerLoss loss = POWER_KEEPS_SYNCED; loss < N_POWER_LOSSES; loss++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (PowerDisk) disk = NULL;

        g_unlink (power_work_get_path (test));
        if (old != NULL)
          g_file_set_contents (power_work_get_path (test), g_bytes_get_data (old, NULL),
                               (gssize) g_bytes_get_size (old), &error);
        g_assert_no_error (error);
        disk = power_disk_new (test->folder);
        power_disk_cut_after (disk, at);
        fault_vfs_set_disk (disk);
        test->store = bw_store_open (test->uri, NULL);
        g_clear_pointer (&test->store, bw_store_close);
        fault_vfs_set_disk (NULL);
        is_cut = power_disk_is_cut (disk);
        power_disk_restore (disk, loss, chance);

        store_test_reopen (test);
        store_test_check (test);
        g_clear_pointer (&test->store, bw_store_close);
      }
}

static void
test_while_made (StoreTest *test, gconstpointer data)
{
  g_clear_pointer (&test->store, bw_store_close);
  make_with_cuts (test, NULL, 7);
}

static GBytes *
unpack (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GZlibDecompressor) gunzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) packed = g_file_read (file, NULL, &error);
  g_autoptr (GInputStream) stream =
      g_converter_input_stream_new (G_INPUT_STREAM (packed), G_CONVERTER (gunzip));
  GBytes *bytes = g_input_stream_read_bytes (stream, 1 << 24, NULL, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
test_while_migrated (StoreTest *test, gconstpointer data)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "store", "data", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_clear_pointer (&test->store, bw_store_close);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".db.gz"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        g_autoptr (GBytes) old = unpack (path);

        make_with_cuts (test, old, 5);
      }
}

/* POWER_CUTS is how many cuts a longer run has. */
int
main (int argc, char *argv[])
{
  const char *number = g_getenv ("POWER_CUTS");

  /* The real disk is none of this test's business, so the files may lie in memory. */
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  g_test_init (&argc, &argv, NULL);
  if (number != NULL)
    n_cuts = (guint) atoi (number);
  fault_vfs_install ();
  store_test_add ("/store/power/cut", test_cuts);
  store_test_add ("/store/power/while-the-store-is-made", test_while_made);
  store_test_add ("/store/power/while-it-is-migrated", test_while_migrated);
  store_test_add ("/store/power/lost-by-a-disk-that-lies", test_lying_disk);
  return g_test_run ();
}
