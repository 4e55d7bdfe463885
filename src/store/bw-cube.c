/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-cube.h"

#include <string.h>

#include "bw-read.h"

#define SQL_DAYS "SELECT day, revision FROM day WHERE business = $1 ORDER BY day"
#define SQL_DAY                                                                                    \
  "SELECT type, owner, automated, state, n FROM counter "                                          \
  "WHERE business = $1 AND level = 1 AND span = $2"

#define SQL_QUARTERS                                                                               \
  "SELECT type, owner, automated, state, n, span FROM counter "                                    \
  "WHERE business = $1 AND level = 2 AND span >= $2 AND span < $3 ORDER BY span"

/* So many days' quarters are kept for each business: about 80 KiB each in a large one. */
#define MAX_QUARTERS 60

/* The kinds met so far; never changed once made, but replaced by a longer one. */
typedef struct
{
  GArray *keys;
  GHashTable *index; /* BwCounterKey within keys → its position */
} Dictionary;

typedef struct
{
  Dictionary dictionary;
  GHashTable *days;     /* gint64 within the value → BwCubeDay */
  GHashTable *quarters; /* likewise → BwCubeQuarters */
} Business;

struct _BwCube
{
  GMutex lock;
  GHashTable *businesses; /* gint64 → Business */
};

/** A day as it is read, before its kinds have numbers. */
typedef struct
{
  gint64 day;
  gint64 revision;
  BwCubeDay *known; /* kept already; or NULL, and then: */
  GArray *keys;     /* of BwCounterKey */
  GArray *counts;   /* of guint32 */
} Reading;

static guint
hash_key (gconstpointer data)
{
  const BwCounterKey *key = data;
  guint64 mixed = (guint64) key->owner * 1000003 + (guint64) key->type;

  mixed = mixed * 31 + (guint64) key->state * 2 + (key->automated ? 1 : 0);
  mixed *= G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return (guint) (mixed >> 32);
}

static gboolean
equal_keys (gconstpointer a, gconstpointer b)
{
  const BwCounterKey *one = a;
  const BwCounterKey *other = b;

  return one->type == other->type && one->owner == other->owner
         && one->automated == other->automated && one->state == other->state;
}

static void
dictionary_init (Dictionary *self, GArray *keys)
{
  self->keys = keys;
  self->index = g_hash_table_new (hash_key, equal_keys);
  for (guint i = 0; i < keys->len; i++)
    g_hash_table_insert (self->index, &g_array_index (keys, BwCounterKey, i), GUINT_TO_POINTER (i));
}

static void
dictionary_clear (Dictionary *self)
{
  g_clear_pointer (&self->index, g_hash_table_unref);
  g_clear_pointer (&self->keys, g_array_unref);
}

static void
unref_day (gpointer day)
{
  g_atomic_rc_box_release (day);
}

static Business *
business_new (void)
{
  Business *self = g_new0 (Business, 1);

  dictionary_init (&self->dictionary, g_array_new (FALSE, FALSE, sizeof (BwCounterKey)));
  self->days = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, unref_day);
  self->quarters = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, unref_day);
  return self;
}

static void
business_free (gpointer data)
{
  Business *self = data;

  g_hash_table_unref (self->days);
  g_hash_table_unref (self->quarters);
  dictionary_clear (&self->dictionary);
  g_free (self);
}

static void
reading_clear (gpointer data)
{
  Reading *self = data;

  g_clear_pointer (&self->known, unref_day);
  g_clear_pointer (&self->keys, g_array_unref);
  g_clear_pointer (&self->counts, g_array_unref);
}

static Business *
get_business (BwCube *self, gint64 id)
{
  Business *business = g_hash_table_lookup (self->businesses, &id);

  if (business == NULL)
    {
      business = business_new ();
      g_hash_table_insert (self->businesses, g_memdup2 (&id, sizeof id), business);
    }
  return business;
}

static GArray *
read_days (BwDb *db, gint64 business, GError **error)
{
  g_autoptr (GArray) readings = g_array_new (FALSE, TRUE, sizeof (Reading));
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_DAYS, "i", business);
  g_autoptr (GError) local = NULL;

  g_array_set_clear_func (readings, reading_clear);
  if (rows == NULL)
    return NULL;

  while (bw_rows_next (rows, &local))
    {
      Reading reading = { bw_rows_int (rows, 0), bw_rows_int (rows, 1), NULL, NULL, NULL };

      g_array_append_val (readings, reading);
    }
  if (!bw_read_finish (g_steal_pointer (&local), error))
    return NULL;
  return g_steal_pointer (&readings);
}

static void
take_known (BwCube *self, gint64 business_id, GArray *readings)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Business *business = get_business (self, business_id);

  for (guint i = 0; i < readings->len; i++)
    {
      Reading *reading = &g_array_index (readings, Reading, i);
      BwCubeDay *day = g_hash_table_lookup (business->days, &reading->day);

      if (day != NULL && day->revision == reading->revision)
        reading->known = g_atomic_rc_box_acquire (day);
    }
}

static gboolean
read_day (Reading *reading, BwDb *db, gint64 business, GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_DAY, "ii", business, reading->day);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;

  reading->keys = g_array_new (FALSE, FALSE, sizeof (BwCounterKey));
  reading->counts = g_array_new (FALSE, FALSE, sizeof (guint32));
  while (bw_rows_next (rows, &local))
    {
      BwCounterKey key = { bw_rows_int (rows, 0), bw_rows_int (rows, 1), bw_rows_int (rows, 2) != 0,
                           (BwJobState) bw_rows_int (rows, 3) };
      guint32 n = (guint32) bw_rows_int (rows, 4);

      if (n == 0)
        continue;
      g_array_append_val (reading->keys, key);
      g_array_append_val (reading->counts, n);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* Views hold on to the dictionary that they were made with, so a new one takes its place. */
static void
learn_keys (Business *business, GArray *readings)
{
  Dictionary *dictionary = &business->dictionary;
  g_autoptr (GHashTable) fresh = g_hash_table_new (hash_key, equal_keys);
  GHashTableIter iter;
  GArray *keys;
  gpointer key;

  for (guint i = 0; i < readings->len; i++)
    {
      GArray *read = g_array_index (readings, Reading, i).keys;

      for (guint j = 0; read != NULL && j < read->len; j++)
        if (!g_hash_table_contains (dictionary->index, &g_array_index (read, BwCounterKey, j)))
          g_hash_table_add (fresh, &g_array_index (read, BwCounterKey, j));
    }
  if (g_hash_table_size (fresh) == 0)
    return;

  keys = g_array_copy (dictionary->keys);
  g_hash_table_iter_init (&iter, fresh);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (keys, key, 1);
  dictionary_clear (dictionary);
  dictionary_init (dictionary, keys);
}

static BwCubeDay *
make_day (const Reading *reading, GHashTable *index)
{
  guint n_cells = reading->keys->len;
  BwCubeDay *day = g_atomic_rc_box_alloc (sizeof (BwCubeDay) + n_cells * sizeof (BwCubeCell));

  day->day = reading->day;
  day->revision = reading->revision;
  day->n_cells = n_cells;
  for (guint i = 0; i < n_cells; i++)
    {
      gpointer key = g_hash_table_lookup (index, &g_array_index (reading->keys, BwCounterKey, i));

      day->cells[i].key = GPOINTER_TO_UINT (key);
      day->cells[i].n = g_array_index (reading->counts, guint32, i);
    }
  return day;
}

static void
keep_day (Business *business, BwCubeDay *day)
{
  BwCubeDay *kept = g_hash_table_lookup (business->days, &day->day);

  if (kept == NULL || kept->revision < day->revision)
    g_hash_table_replace (business->days, &day->day, g_atomic_rc_box_acquire (day));
}

static gboolean
is_before (gpointer key, gpointer value, gpointer first)
{
  return *(gint64 *) key < *(gint64 *) first;
}

static BwCubeView *
make_view (BwCube *self, gint64 business_id, GArray *readings)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Business *business = get_business (self, business_id);
  BwCubeView *view = g_new0 (BwCubeView, 1);

  learn_keys (business, readings);
  view->business = business_id;
  view->keys = g_array_ref (business->dictionary.keys);
  view->index = g_hash_table_ref (business->dictionary.index);
  view->days = g_ptr_array_new_full (readings->len, unref_day);
  for (guint i = 0; i < readings->len; i++)
    {
      Reading *reading = &g_array_index (readings, Reading, i);

      if (reading->known == NULL)
        {
          reading->known = make_day (reading, view->index);
          keep_day (business, reading->known);
        }
      g_ptr_array_add (view->days, g_steal_pointer (&reading->known));
    }
  if (readings->len > 0)
    g_hash_table_foreach_remove (business->days, is_before,
                                 &g_array_index (readings, Reading, 0).day);
  return view;
}

/**
 * bw_cube_new:
 *
 * Returns: (transfer full): an empty cube; one serves a store, from any thread
 */
BwCube *
bw_cube_new (void)
{
  BwCube *self = g_new0 (BwCube, 1);

  g_mutex_init (&self->lock);
  self->businesses = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, business_free);
  return self;
}

/**
 * bw_cube_free:
 * @self: a cube
 *
 * Forgets everything. Views made before stay valid.
 */
void
bw_cube_free (BwCube *self)
{
  g_hash_table_unref (self->businesses);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * bw_cube_read:
 * @self: the store's cube
 * @db: a connection within a read transaction
 * @business: whose jobs are counted
 * @error: return location
 *
 * Reads the counters of all days as the transaction of @db sees them. Only days whose revision is
 * not the one kept are read from the database: usually none, or today.
 *
 * Returns: (transfer full) (nullable): the counters
 */
BwCubeView *
bw_cube_read (BwCube *self, BwDb *db, gint64 business, GError **error)
{
  g_autoptr (GArray) readings = read_days (db, business, error);

  if (readings == NULL)
    return NULL;

  take_known (self, business, readings);
  for (guint i = 0; i < readings->len; i++)
    {
      Reading *reading = &g_array_index (readings, Reading, i);

      if (reading->known == NULL && !read_day (reading, db, business, error))
        return NULL;
    }
  return make_view (self, business, readings);
}

static BwCubeQuarters *
find_quarters (BwCube *self, const BwCubeView *view, const BwCubeDay *day)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Business *business = get_business (self, view->business);
  BwCubeQuarters *quarters = g_hash_table_lookup (business->quarters, &day->day);

  if (quarters == NULL || quarters->revision != day->revision)
    return NULL;
  return g_atomic_rc_box_acquire (quarters);
}

static void
keep_quarters (BwCube *self, const BwCubeView *view, BwCubeQuarters *quarters)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Business *business = get_business (self, view->business);
  BwCubeQuarters *kept = g_hash_table_lookup (business->quarters, &quarters->day);

  if (kept != NULL && kept->revision > quarters->revision)
    return;
  if (g_hash_table_size (business->quarters) >= MAX_QUARTERS)
    g_hash_table_remove_all (business->quarters);
  g_hash_table_replace (business->quarters, &quarters->day, g_atomic_rc_box_acquire (quarters));
}

/* Sets @starts where the quarters' cells begin. */
static gboolean
read_cells (BwDb *db,
            const BwCubeView *view,
            gint64 day,
            GArray *cells,
            guint *starts,
            GError **error)
{
  gint64 first = day * BW_QUARTERS_PER_DAY;
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;
  guint quarter = 0;

  rows = bw_db_query (db, error, SQL_QUARTERS, "iii", view->business, first,
                      first + BW_QUARTERS_PER_DAY);
  if (rows == NULL)
    return FALSE;
  starts[0] = 0;
  while (bw_rows_next (rows, &local))
    {
      BwCounterKey key = { bw_rows_int (rows, 0), bw_rows_int (rows, 1), bw_rows_int (rows, 2) != 0,
                           (BwJobState) bw_rows_int (rows, 3) };
      int kind = bw_cube_view_find (view, &key);
      BwCubeCell cell = { (guint32) kind, (guint32) bw_rows_int (rows, 4) };

      while (quarter < (guint) (bw_rows_int (rows, 5) - first))
        starts[++quarter] = cells->len;
      if (kind >= 0 && cell.n > 0)
        g_array_append_val (cells, cell);
    }
  while (quarter < BW_QUARTERS_PER_DAY)
    starts[++quarter] = cells->len;
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_cube_read_quarters:
 * @self: the store's cube
 * @db: a connection within a read transaction
 * @view: the days as this transaction sees them
 * @day: one of them
 * @error: return location
 *
 * Reads the counters of a day's quarters of an hour.
 *
 * Returns: (transfer full) (nullable): the counters, good for this view
 */
BwCubeQuarters *
bw_cube_read_quarters (BwCube *self,
                       BwDb *db,
                       const BwCubeView *view,
                       const BwCubeDay *day,
                       GError **error)
{
  BwCubeQuarters *quarters = find_quarters (self, view, day);
  g_autoptr (GArray) cells = NULL;
  guint starts[BW_QUARTERS_PER_DAY + 1];

  if (quarters != NULL)
    return quarters;

  cells = g_array_new (FALSE, FALSE, sizeof (BwCubeCell));
  if (!read_cells (db, view, day->day, cells, starts, error))
    return NULL;
  quarters = g_atomic_rc_box_alloc (sizeof (BwCubeQuarters) + cells->len * sizeof (BwCubeCell));
  quarters->day = day->day;
  quarters->revision = day->revision;
  memcpy (quarters->starts, starts, sizeof starts);
  if (cells->len > 0)
    memcpy (quarters->cells, cells->data, cells->len * sizeof (BwCubeCell));
  keep_quarters (self, view, quarters);
  return quarters;
}

/**
 * bw_cube_quarters_unref:
 * @self: (transfer full): counters
 *
 * Lets go of them.
 */
void
bw_cube_quarters_unref (BwCubeQuarters *self)
{
  g_atomic_rc_box_release (self);
}

/**
 * bw_cube_view_free:
 * @self: a view
 *
 * Lets go of the counters.
 */
void
bw_cube_view_free (BwCubeView *self)
{
  g_ptr_array_unref (self->days);
  g_hash_table_unref (self->index);
  g_array_unref (self->keys);
  g_free (self);
}

/**
 * bw_cube_view_find:
 * @self: a view
 * @key: a kind of job
 *
 * Returns: the kind's number, or -1 if no day has any of it
 */
int
bw_cube_view_find (const BwCubeView *self, const BwCounterKey *key)
{
  gpointer value;

  if (!g_hash_table_lookup_extended (self->index, key, NULL, &value))
    return -1;
  return GPOINTER_TO_INT (value);
}
