/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-throttle.h"

/* How many keys are remembered; past it, those that are not held back any longer are dropped, then
 * all: an attacker with that many addresses is not stopped by a table. */
#define MAX_KEYS 100000

#define MAX_DELAY_S 900
#define FORGET_AFTER (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

typedef struct
{
  guint failures;
  gint64 last;              /* monotonic microseconds */
  gint64 until;
} Entry;

struct _BwThrottle
{
  GMutex lock;
  GHashTable *entries;      /* of Entry by key */
  guint free_tries;
};

static gboolean
is_past (gpointer key, gpointer value, gpointer user_data)
{
  const Entry *entry = value;

  return entry->until <= *(gint64 *) user_data;
}

/**
 * bw_throttle_new:
 * @free_tries: how many failures cost no delay
 *
 * Slows down repeated failures of one kind: by login, or by address.
 *
 * Returns: (transfer full): a throttle, which may be used from any thread
 */
BwThrottle *
bw_throttle_new (guint free_tries)
{
  BwThrottle *self = g_new0 (BwThrottle, 1);

  g_mutex_init (&self->lock);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->free_tries = free_tries;
  return self;
}

/** bw_throttle_free: @self: (nullable) (transfer full): a throttle */
void
bw_throttle_free (BwThrottle *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * bw_throttle_check:
 * @self: a throttle
 * @key: whose tries
 * @now: monotonic microseconds
 *
 * Returns: for how many seconds the key is held back; 0: it may try
 */
guint
bw_throttle_check (BwThrottle *self, const char *key, gint64 now)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry == NULL || entry->until <= now)
    return 0;
  return (guint) ((entry->until - now + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/**
 * bw_throttle_failed:
 * @self: a throttle
 * @key: whose try failed
 * @now: monotonic microseconds
 *
 * Counts a failure. After the free ones, each doubles the delay: 1 s, 2 s, 4 s, up to 15 minutes. An
 * hour without a failure forgets them.
 */
void
bw_throttle_failed (BwThrottle *self, const char *key, gint64 now)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Entry *entry;

  if (g_hash_table_size (self->entries) >= MAX_KEYS)
    g_hash_table_foreach_remove (self->entries, is_past, &now);
  if (g_hash_table_size (self->entries) >= MAX_KEYS)
    g_hash_table_remove_all (self->entries);
  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      g_hash_table_insert (self->entries, g_strdup (key), entry);
    }
  if (now - entry->last > FORGET_AFTER)
    entry->failures = 0;
  entry->failures++;
  entry->last = now;
  if (entry->failures > self->free_tries)
    {
      guint doublings = MIN (entry->failures - self->free_tries - 1, 10);

      entry->until = now + MIN (G_GINT64_CONSTANT (1) << doublings, MAX_DELAY_S) * G_USEC_PER_SEC;
    }
}

/** bw_throttle_forget: @self: a throttle; @key: who succeeded, so that the next failure is a first */
void
bw_throttle_forget (BwThrottle *self, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_hash_table_remove (self->entries, key);
}
