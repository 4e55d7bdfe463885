/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Several servers on one store. They are stores of their own in one process, which share nothing
 * but the database.
 */
#include "random-acts.h"
#include "scratch.h"
#include "store-test.h"

#define N_NODES 3
#define N_THREADS 2 /* of each node */
#define PATIENCE (20 * G_TIME_SPAN_SECOND)

typedef struct
{
  StoreTest *first;
  StoreTest others[N_NODES - 1];
  StoreTest *nodes[N_NODES];
} Nodes;

static void
open_nodes (Nodes *self, StoreTest *first)
{
  self->first = self->nodes[0] = first;
  for (guint i = 1; i < N_NODES; i++)
    {
      self->nodes[i] = &self->others[i - 1];
      store_test_add_node (self->nodes[i], first);
    }
}

static void
close_nodes (Nodes *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->others); i++)
    g_clear_pointer (&self->others[i].store, bw_store_close);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Nodes, close_nodes)

/* Runs a function in threads of each node; it is given a Worker. */
typedef struct
{
  StoreTest *node;
  guint32 seed;
  gpointer data;
} Worker;

static void
run_on_all (Nodes *nodes, GThreadFunc func, gpointer data)
{
  Worker workers[N_NODES * N_THREADS];
  GThread *threads[N_NODES * N_THREADS];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      workers[i] = (Worker) { nodes->nodes[i % N_NODES], (guint32) g_test_rand_int (), data };
      threads[i] = g_thread_new ("node", func, &workers[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

#define N_JOBS 300

static gpointer
submit_claim_and_finish (gpointer data)
{
  Worker *worker = data;
  gint *times = worker->data;
  guint n_submitted = 0;
  gboolean is_empty = FALSE;

  while (n_submitted < N_JOBS / (N_NODES * N_THREADS) || !is_empty)
    {
      g_autoptr (GPtrArray) claims = NULL;

      if (n_submitted < N_JOBS / (N_NODES * N_THREADS))
        {
          store_test_submit (worker->node, &worker->node->sam, "send-invoices", 1);
          n_submitted++;
        }
      claims = store_test_claim (worker->node, 2);
      is_empty = claims->len == 0;
      for (guint i = 0; i < claims->len; i++)
        {
          const BwClaim *claim = g_ptr_array_index (claims, i);

          g_atomic_int_inc (&times[claim->job]);
          g_assert_cmpuint (store_test_item (worker->node, claim->claim, 1, BW_ITEM_STATE_SUCCESS),
                            ==, 200);
          g_assert_cmpuint (store_test_finish (worker->node, claim->claim, NULL), ==, 200);
        }
    }
  return NULL;
}

static void
test_claims (StoreTest *test, gconstpointer data)
{
  g_auto (Nodes) nodes = { 0 };
  gint times[N_JOBS + 1] = { 0 };

  open_nodes (&nodes, test);
  run_on_all (&nodes, submit_claim_and_finish, times);
  for (guint i = 1; i <= N_JOBS; i++)
    g_assert_cmpint (times[i], ==, 1);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(*) FROM job WHERE state = 2"), ==, N_JOBS);
  /* Each job was submitted, claimed, worked on and ended: revisions follow each other without gaps.
   */
  g_assert_cmpint (store_test_ask (test, "SELECT revision FROM business WHERE id = 1"), ==,
                   4 * N_JOBS);
  g_assert_cmpint (store_test_ask (test, "SELECT COUNT(DISTINCT revision) FROM job"), ==, N_JOBS);
  for (guint i = 0; i < N_NODES; i++)
    store_test_check (nodes.nodes[i]);
}

/* A claim that one node gave is renewed, reported on and lapses at any other. */
static void
test_one_claim_at_many (StoreTest *test, gconstpointer data)
{
  g_auto (Nodes) nodes = { 0 };
  gint64 first;
  gint64 second;

  open_nodes (&nodes, test);
  store_test_submit (test, &test->sam, "send-invoices", 2);
  first = store_test_claim_one (nodes.nodes[0]);
  g_assert_cmpint (first, !=, 0);
  g_assert_cmpint (store_test_claim_one (nodes.nodes[1]), ==, 0);
  g_assert_cmpuint (store_test_item (nodes.nodes[1], first, 1, BW_ITEM_STATE_SUCCESS), ==, 200);
  store_test_pass (test, 2 * BW_TIME_MINUTE);
  store_test_tend (nodes.nodes[2], NULL);
  second = store_test_claim_one (nodes.nodes[2]);
  g_assert_cmpint (second, >, first);
  for (guint i = 0; i < N_NODES; i++)
    g_assert_cmpuint (store_test_item (nodes.nodes[i], first, 2, BW_ITEM_STATE_FAILED), ==, 409);
  g_assert_cmpuint (store_test_item (nodes.nodes[0], second, 2, BW_ITEM_STATE_SUCCESS), ==, 200);
  g_assert_cmpuint (store_test_finish (nodes.nodes[1], second, NULL), ==, 200);
  g_assert_cmpint (store_test_get (nodes.nodes[2], 1, "state"), ==, BW_JOB_STATE_SUCCESS);
  store_test_check (nodes.nodes[1]);
}

/* What is ordered at one node holds for the next write at any. */
static void
test_pauses (StoreTest *test, gconstpointer data)
{
  g_auto (Nodes) nodes = { 0 };
  g_autoptr (GError) error = NULL;

  open_nodes (&nodes, test);
  for (guint i = 0; i < 40; i++)
    {
      StoreTest *one = nodes.nodes[i % N_NODES];
      StoreTest *other = nodes.nodes[(i + 1) % N_NODES];
      gint64 claim;

      store_test_submit (other, &test->sam, "send-invoices", 0);
      g_assert_true (bw_store_pause (one->store, &test->olivia, &test->sam.user, 1, NULL, FALSE,
                                     NULL, &error));
      g_assert_cmpint (store_test_claim_one (other), ==, 0);
      g_assert_cmpint (bw_store_resume (other->store, &test->olivia, 0, &error), ==, 1);
      claim = store_test_claim_one (one);
      g_assert_cmpint (claim, !=, 0);
      g_assert_cmpuint (store_test_finish (other, claim, NULL), ==, 200);
    }
  g_assert_no_error (error);
}

static void
test_rights (StoreTest *test, gconstpointer data)
{
  const BwMemberEdit demotion = { .role = "viewer" };
  const BwMemberEdit promotion = { .role = "owner" };
  g_autoptr (GBytes) token = g_bytes_new_static ("01234567890123456789012345678901", 32);
  g_autoptr (GError) error = NULL;
  g_auto (Nodes) nodes = { 0 };

  open_nodes (&nodes, test);
  g_assert_true (bw_store_add_session (test->store, token, test->sam.user, BW_TIME_NONE, &error));
  for (guint i = 0; i < 20; i++)
    {
      StoreTest *one = nodes.nodes[i % N_NODES];
      StoreTest *other = nodes.nodes[(i + 1) % N_NODES];
      g_autofree char *name = g_strdup_printf ("Role %u", i);
      g_autoptr (BwMember) up = NULL;
      g_autoptr (BwMember) down = NULL;
      g_autoptr (BwRoleInfo) role = NULL;
      g_autoptr (BwRoleInfo) none = NULL;
      g_autoptr (BwSession) session = NULL;

      up = bw_store_edit_member (one->store, &test->olivia, test->sam.user, &promotion, &error);
      g_assert_no_error (error);
      role = bw_store_add_role (other->store, &test->sam, name, BW_PERMISSION_VIEW_ALL, &error);
      g_assert_no_error (error);
      down = bw_store_edit_member (one->store, &test->olivia, test->sam.user, &demotion, &error);
      g_assert_no_error (error);
      none =
          bw_store_add_role (other->store, &test->sam, "Another", BW_PERMISSION_VIEW_ALL, &error);
      g_assert_error (error, BW_ERROR, BW_ERROR_FORBIDDEN);
      g_clear_error (&error);
      session = bw_store_find_session (other->store, token, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (((BwMembership *) g_ptr_array_index (session->me->businesses, 0))->role, ==,
                       "viewer");
    }
  g_assert_true (
      bw_store_remove_membership (nodes.nodes[2]->store, test->business, test->sam.user, &error));
  for (guint i = 0; i < N_NODES; i++)
    {
      g_autoptr (BwSession) session = bw_store_find_session (nodes.nodes[i]->store, token, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (session->me->businesses->len, ==, 0);
    }
}

static gpointer
act_at_random (gpointer data)
{
  Worker *worker = data;
  g_autoptr (GArray) claims = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GRand) rand = g_rand_new_with_seed (worker->seed);

  for (guint i = 0; i < 400; i++)
    random_act (worker->node, claims, rand);
  return NULL;
}

/* Whatever is done at whatever node at the same time, they agree on a store that is in order. */
static void
test_random (StoreTest *test, gconstpointer data)
{
  g_auto (Nodes) nodes = { 0 };

  open_nodes (&nodes, test);
  for (guint i = 0; i < 3; i++)
    {
      run_on_all (&nodes, act_at_random, NULL);
      for (guint n = 0; n < N_NODES; n++)
        {
          store_test_check (nodes.nodes[n]);
          g_assert_cmpint (store_test_count (nodes.nodes[n], &test->olivia, NULL), ==,
                           store_test_ask (test, "SELECT COUNT(*) FROM job WHERE business = 1"));
        }
    }
}

/* Follows what a node tells of a business's changes, as an event stream does. */
typedef struct
{
  StoreTest *node;
  GMutex lock;
  GCond told;
  gint64 newest; /* that the listener was told of */
  gint64 until;  /* set when all is done; 0 before */
  gint n_ready;
  gint n_rights;
  GHashTable *seen; /* from job to the revision told last */
} Follower;

static void
hear_changed (gint64 business, gint64 revision, gpointer data)
{
  Follower *self = data;

  if (business != self->node->business)
    return;
  g_mutex_lock (&self->lock);
  self->newest = MAX (self->newest, revision);
  g_cond_broadcast (&self->told);
  g_mutex_unlock (&self->lock);
}

static void
hear_ready (gint64 business, gpointer data)
{
  Follower *self = data;

  g_mutex_lock (&self->lock);
  self->n_ready++;
  g_cond_broadcast (&self->told);
  g_mutex_unlock (&self->lock);
}

static void
hear_rights (gpointer data)
{
  Follower *self = data;

  g_mutex_lock (&self->lock);
  self->n_rights++;
  g_cond_broadcast (&self->told);
  g_mutex_unlock (&self->lock);
}

static const BwStoreListener listener = {
  .changed = hear_changed,
  .work_ready = hear_ready,
  .rights_changed = hear_rights,
};

static void
follower_init (Follower *self, StoreTest *node)
{
  self->node = node;
  g_mutex_init (&self->lock);
  g_cond_init (&self->told);
  self->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  bw_store_set_listener (node->store, &listener, self);
}

static void
follower_clear (Follower *self)
{
  bw_store_set_listener (self->node->store, NULL, NULL);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->told);
}

static gboolean
has_newer (Follower *self, gint64 since)
{
  return self->newest > since;
}

static gboolean
has_work (Follower *self, gint64 since)
{
  return self->n_ready > since;
}

static gboolean
has_rights (Follower *self, gint64 since)
{
  return self->n_rights > since;
}

static void
wait_until (Follower *self, gboolean (*is_so) (Follower *self, gint64 since), gint64 since)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;

  g_mutex_lock (&self->lock);
  while (!is_so (self, since))
    if (!g_cond_wait_until (&self->told, &self->lock, deadline))
      g_error ("A node did not hear of what another one did");
  g_mutex_unlock (&self->lock);
}

static void
note (Follower *self, const BwChange *change, gint64 *last)
{
  gint64 revision = change->event->revision;

  /* A change that comes to light later than a newer one would be missed by all who had read that.
   */
  g_assert_cmpint (revision, >, *last);
  *last = revision;
  if (change->event->kind == BW_EVENT_JOB)
    g_hash_table_replace (self->seen, g_memdup2 (&change->event->job_id, sizeof (gint64)),
                          g_memdup2 (&revision, sizeof (gint64)));
  else if (change->event->kind == BW_EVENT_DELETED)
    g_hash_table_remove (self->seen, &change->event->job_id);
}

static gpointer
follow (gpointer data)
{
  Follower *self = data;
  gint64 since = 0;
  gint64 last = 0;

  while (g_atomic_pointer_get ((gpointer *) &self->until) == 0 || since < self->until)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) changes = NULL;

      wait_until (self, has_newer, since);
      changes =
          bw_store_get_changes (self->node->store, self->node->business, since, 50, &since, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < changes->len; i++)
        note (self, g_ptr_array_index (changes, i), &last);
    }
  return NULL;
}

static void
check_seen (Follower *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (BwReader) reader = bw_reader_begin (self->node->store, &error);
  g_autoptr (BwRows) rows =
      bw_db_query (reader.db, &error, "SELECT id, revision FROM job WHERE business = $1", "i",
                   self->node->business);
  guint n = 0;

  for (; bw_rows_next (rows, &error); n++)
    {
      const gint64 job = bw_rows_int (rows, 0);
      const gint64 *revision = g_hash_table_lookup (self->seen, &job);

      g_assert_nonnull (revision);
      g_assert_cmpint (*revision, ==, bw_rows_int (rows, 1));
    }
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (self->seen), ==, n);
}

static gboolean
skip_alone (void)
{
  if (!scratch_is_postgresql ())
    g_test_skip ("A file has one server");
  return !scratch_is_postgresql ();
}

/* Who reads changes at any node while all of them write misses none, and is told all in order. */
static void
test_followed (StoreTest *test, gconstpointer data)
{
  g_auto (Nodes) nodes = { 0 };
  Follower followers[N_NODES] = { 0 };
  GThread *threads[N_NODES];
  gint64 last;

  if (skip_alone ())
    return;
  open_nodes (&nodes, test);
  for (guint i = 0; i < N_NODES; i++)
    {
      follower_init (&followers[i], nodes.nodes[i]);
      threads[i] = g_thread_new ("follow", follow, &followers[i]);
    }
  run_on_all (&nodes, act_at_random, NULL);
  /* So that there is something to wake up for after the end is known. */
  last = store_test_ask (test, "SELECT revision FROM business WHERE id = 1") + 1;
  for (guint i = 0; i < N_NODES; i++)
    g_atomic_pointer_set ((gpointer *) &followers[i].until, (gpointer) last);
  store_test_submit (test, &test->olivia, "send-invoices", 0);
  for (guint i = 0; i < N_NODES; i++)
    {
      g_thread_join (threads[i]);
      check_seen (&followers[i]);
      follower_clear (&followers[i]);
    }
}

/* A node that does nothing itself is told at once of work and of changes of rights elsewhere. */
static void
test_told (StoreTest *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (Nodes) nodes = { 0 };
  Follower follower = { 0 };

  if (skip_alone ())
    return;
  open_nodes (&nodes, test);
  follower_init (&follower, nodes.nodes[1]);
  for (gint64 i = 0; i < 20; i++)
    {
      guint64 serial = bw_store_get_rights_serial (nodes.nodes[1]->store);

      store_test_submit (test, &test->sam, "send-invoices", 0);
      wait_until (&follower, has_newer, i);
      wait_until (&follower, has_work, i);
      g_assert_true (bw_store_set_membership (test->store, test->business, test->sam.user,
                                              i % 2 ? BW_ROLE_STAFF : BW_ROLE_VIEWER, 0, &error));
      wait_until (&follower, has_rights, i);
      g_assert_cmpuint (bw_store_get_rights_serial (nodes.nodes[1]->store), !=, serial);
    }
  g_assert_no_error (error);
  follower_clear (&follower);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/store/nodes/each-job-is-claimed-once", test_claims);
  store_test_add ("/store/nodes/a-claim-holds-at-each-node", test_one_claim_at_many);
  store_test_add ("/store/nodes/pauses-hold-at-once", test_pauses);
  store_test_add ("/store/nodes/rights-hold-at-once", test_rights);
  store_test_add ("/store/nodes/random-operations", test_random);
  store_test_add ("/store/nodes/changes-are-followed-without-a-gap", test_followed);
  store_test_add ("/store/nodes/each-hears-of-the-others", test_told);
  return g_test_run ();
}
