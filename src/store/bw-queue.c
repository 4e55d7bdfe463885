/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-queue.h"

/* How many heads of a group are read at a time. */
#define N_HEADS 32

struct _BwQueue
{
  GHashTable *groups;     /* of BwQueueGroup, by business, type and owner */
  GHashTable *businesses; /* of GPtrArray of BwQueueGroup, by business */
  GHashTable *owners;     /* of Owner, by business and owner */
};

typedef struct
{
  gint64 business;
  gint64 owner;
  gint64 n_processing;
} Owner;

static guint
hash_numbers (gint64 a, gint64 b, gint64 c)
{
  guint64 hash = (guint64) a * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  hash = (hash ^ (guint64) b) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  hash = (hash ^ (hash >> 29) ^ (guint64) c) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return (guint) (hash >> 32);
}

static guint
group_hash (gconstpointer key)
{
  const BwQueueGroup *group = key;

  return hash_numbers (group->business, group->type, group->owner);
}

static gboolean
group_equal (gconstpointer a, gconstpointer b)
{
  const BwQueueGroup *one = a;
  const BwQueueGroup *other = b;

  return one->business == other->business && one->type == other->type && one->owner == other->owner;
}

static void
group_free (gpointer data)
{
  BwQueueGroup *group = data;

  g_array_unref (group->heads);
  g_free (group);
}

static guint
owner_hash (gconstpointer key)
{
  const Owner *owner = key;

  return hash_numbers (owner->business, owner->owner, 0);
}

static gboolean
owner_equal (gconstpointer a, gconstpointer b)
{
  const Owner *one = a;
  const Owner *other = b;

  return one->business == other->business && one->owner == other->owner;
}

static BwQueueGroup *
find_group (BwQueue *self, gint64 business, gint64 type, gint64 owner)
{
  const BwQueueGroup key = { .business = business, .type = type, .owner = owner };

  return g_hash_table_lookup (self->groups, &key);
}

static BwQueueGroup *
add_group (BwQueue *self, gint64 business, gint64 type, gint64 owner)
{
  BwQueueGroup *group = g_new0 (BwQueueGroup, 1);
  GPtrArray *siblings = g_hash_table_lookup (self->businesses, &business);

  group->business = business;
  group->type = type;
  group->owner = owner;
  group->heads = g_array_new (FALSE, FALSE, sizeof (BwQueueHead));
  g_hash_table_add (self->groups, group);
  if (siblings == NULL)
    {
      siblings = g_ptr_array_new ();
      g_hash_table_insert (self->businesses, g_memdup2 (&business, sizeof business), siblings);
    }
  g_ptr_array_add (siblings, group);
  return group;
}

static void
drop_group (BwQueue *self, BwQueueGroup *group)
{
  GPtrArray *siblings = g_hash_table_lookup (self->businesses, &group->business);

  g_ptr_array_remove_fast (siblings, group);
  g_hash_table_remove (self->groups, group);
}

static void
count_owner (BwQueue *self, gint64 business, gint64 number, gint64 processing)
{
  const Owner key = { .business = business, .owner = number };
  Owner *owner = g_hash_table_lookup (self->owners, &key);

  if (owner == NULL)
    {
      owner = g_memdup2 (&key, sizeof key);
      g_hash_table_add (self->owners, owner);
    }
  owner->n_processing += processing;
  if (owner->n_processing == 0)
    g_hash_table_remove (self->owners, owner);
}

static void
forget (BwQueueGroup *group)
{
  g_array_set_size (group->heads, 0);
  group->n_taken = 0;
  group->is_known = FALSE;
}

static gboolean
read_heads (BwQueueGroup *group, BwDb *db, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error,
                   "SELECT id, priority FROM job"
                   " WHERE business = $1 AND type = $2 AND owner = $3 AND state = 0 AND due = 1"
                   " ORDER BY priority DESC, id LIMIT $4",
                   "iiii", group->business, group->type, group->owner, (gint64) N_HEADS);

  forget (group);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      const BwQueueHead head = { bw_rows_int (rows, 0), bw_rows_int (rows, 1) };

      g_array_append_val (group->heads, head);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  group->is_known = TRUE;
  group->is_complete = group->heads->len < N_HEADS;
  return TRUE;
}

/**
 * bw_queue_new:
 *
 * Returns: (transfer full): an empty queue
 */
BwQueue *
bw_queue_new (void)
{
  BwQueue *self = g_new0 (BwQueue, 1);

  self->groups = g_hash_table_new_full (group_hash, group_equal, group_free, NULL);
  self->businesses = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                            (GDestroyNotify) g_ptr_array_unref);
  self->owners = g_hash_table_new_full (owner_hash, owner_equal, g_free, NULL);
  return self;
}

/**
 * bw_queue_free:
 * @self: (transfer full): a queue
 *
 * Frees the queue.
 */
void
bw_queue_free (BwQueue *self)
{
  g_hash_table_unref (self->businesses);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->owners);
  g_free (self);
}

/**
 * bw_queue_load:
 * @self: a queue
 * @db: a connection, with all counters written
 * @error: (out) (optional): what went wrong
 *
 * Reads the queue anew, from the counters.
 *
 * Returns: whether it was read
 */
gboolean
bw_queue_load (BwQueue *self, BwDb *db, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = NULL;

  g_hash_table_remove_all (self->businesses);
  g_hash_table_remove_all (self->groups);
  g_hash_table_remove_all (self->owners);
  rows = bw_db_query (db, error,
                      "SELECT c.business, c.type, c.owner,"
                      " SUM(CASE WHEN c.state = 0 THEN c.n ELSE 0 END),"
                      " SUM(CASE WHEN c.state = 1 THEN c.n ELSE 0 END)"
                      " FROM business b JOIN counter c ON c.business = b.id AND c.level = 1"
                      " WHERE c.state IN (0, 1) AND c.n > 0"
                      " GROUP BY c.business, c.type, c.owner",
                      "");
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    bw_queue_count (self, bw_rows_int (rows, 0), bw_rows_int (rows, 1), bw_rows_int (rows, 2),
                    bw_rows_int (rows, 3), bw_rows_int (rows, 4));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * bw_queue_count:
 * @self: a queue
 * @business: the jobs' business
 * @type: their type
 * @owner: their owner
 * @queued: how many more wait
 * @processing: how many more run
 *
 * Counts jobs in or out. The heads stay as they are.
 */
void
bw_queue_count (BwQueue *self,
                gint64 business,
                gint64 type,
                gint64 owner,
                gint64 queued,
                gint64 processing)
{
  BwQueueGroup *group = find_group (self, business, type, owner);

  if (group == NULL)
    group = add_group (self, business, type, owner);
  group->n_queued += queued;
  group->n_processing += processing;
  if (processing != 0)
    count_owner (self, business, owner, processing);
  if (group->n_queued == 0 && group->n_processing == 0)
    drop_group (self, group);
}

/**
 * bw_queue_added:
 * @self: a queue
 * @business: the new jobs' business
 * @type: their type
 * @owner: their owner
 * @priority: the highest of their priorities
 *
 * Tells that jobs newer than all others joined a group. They stand behind all of the same or a
 * higher priority, so the heads stay right unless one of them is overtaken.
 */
void
bw_queue_added (BwQueue *self, gint64 business, gint64 type, gint64 owner, gint64 priority)
{
  BwQueueGroup *group = find_group (self, business, type, owner);

  if (group == NULL || !group->is_known)
    return;
  if (group->heads->len > group->n_taken
      && g_array_index (group->heads, BwQueueHead, group->heads->len - 1).priority >= priority)
    group->is_complete = FALSE;
  else
    forget (group);
}

/**
 * bw_queue_forget:
 * @self: a queue
 * @business: a group's business
 * @type: its type
 * @owner: its owner
 *
 * Tells that the group's heads may be others now.
 */
void
bw_queue_forget (BwQueue *self, gint64 business, gint64 type, gint64 owner)
{
  BwQueueGroup *group = find_group (self, business, type, owner);

  if (group != NULL)
    forget (group);
}

/**
 * bw_queue_forget_all:
 * @self: a queue
 *
 * Tells that a write was taken back, so that heads read meanwhile may not be what is kept.
 */
void
bw_queue_forget_all (BwQueue *self)
{
  GHashTableIter iter;
  gpointer group;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, &group, NULL))
    forget (group);
}

/**
 * bw_queue_get_groups:
 * @self: a queue
 * @business: a business
 *
 * Returns: (transfer none) (nullable) (element-type BwQueueGroup): its groups in which jobs wait or
 *   run, valid until something is counted
 */
GPtrArray *
bw_queue_get_groups (BwQueue *self, gint64 business)
{
  return g_hash_table_lookup (self->businesses, &business);
}

/**
 * bw_queue_count_processing:
 * @self: a queue
 * @business: a business
 * @owner: an owner in it
 *
 * Returns: how many of the owner's jobs run
 */
gint64
bw_queue_count_processing (BwQueue *self, gint64 business, gint64 owner)
{
  const Owner key = { .business = business, .owner = owner };
  const Owner *found = g_hash_table_lookup (self->owners, &key);

  return found != NULL ? found->n_processing : 0;
}

/**
 * bw_queue_peek:
 * @group: a group
 * @db: the writer's connection
 * @head: (out): its first job that is due; job is 0 when there is none
 * @error: (out) (optional): what went wrong
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_queue_peek (BwQueueGroup *group, BwDb *db, BwQueueHead *head, GError **error)
{
  gboolean is_exhausted = group->n_taken == group->heads->len;

  if ((!group->is_known || (is_exhausted && !group->is_complete)) && !read_heads (group, db, error))
    return FALSE;
  if (group->n_taken < group->heads->len)
    *head = g_array_index (group->heads, BwQueueHead, group->n_taken);
  else
    *head = (BwQueueHead) { 0, 0 };
  return TRUE;
}

/**
 * bw_queue_take:
 * @group: a group with a head
 *
 * Goes on to the next head: the first was claimed.
 */
void
bw_queue_take (BwQueueGroup *group)
{
  g_assert (group->n_taken < group->heads->len);

  group->n_taken++;
}
