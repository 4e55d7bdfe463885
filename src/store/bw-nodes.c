/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-nodes.h"

#include <string.h>

#include "bw-driver.h"

struct _BwNodes
{
  const BwDriver *driver;
  gpointer watch;
  guint64 rights_news; /* atomic: how often rights changed elsewhere */
  gboolean is_unsure;  /* atomic: whether they may have, unheard of */

  GMutex lock; /* of the listener, which is told nothing any more once it is exchanged */
  BwStoreListener listener;
  gpointer listener_data;
  GHashTable *revisions; /* by business: what the listener was told last */
};

static gboolean
is_news (BwNodes *self, gint64 business, gint64 revision)
{
  gint64 *told = g_hash_table_lookup (self->revisions, &business);

  if (told != NULL && *told >= revision)
    return FALSE;
  if (told == NULL)
    g_hash_table_insert (self->revisions, g_memdup2 (&business, sizeof business),
                         g_memdup2 (&revision, sizeof revision));
  else
    *told = revision;
  return TRUE;
}

/* This node's commits and the others' are heard of on two threads, and told in the order of
 * revisions. */
static void
on_changed (gint64 business, gint64 revision, gpointer data)
{
  BwNodes *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (is_news (self, business, revision) && self->listener.changed != NULL)
    self->listener.changed (business, revision, self->listener_data);
}

static void
on_work_ready (gint64 business, gpointer data)
{
  BwNodes *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->listener.work_ready != NULL)
    self->listener.work_ready (business, self->listener_data);
}

static void
on_own_rights_changed (gpointer data)
{
  BwNodes *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->listener.rights_changed != NULL)
    self->listener.rights_changed (self->listener_data);
}

static void
on_rights (gboolean known, gpointer data)
{
  BwNodes *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  /* A database that was away may have come back as an earlier one. */
  if (!known)
    g_hash_table_remove_all (self->revisions);
  __atomic_add_fetch (&self->rights_news, 1, __ATOMIC_SEQ_CST);
  __atomic_store_n (&self->is_unsure, !known, __ATOMIC_SEQ_CST);
  if (self->listener.rights_changed != NULL)
    self->listener.rights_changed (self->listener_data);
}

/**
 * bw_nodes_new:
 * @uri: the store's address
 * @db: (transfer none): a connection to it
 * @nodes: (out) (nullable): the other nodes; %NULL if the engine has none
 * @error: (out) (optional): what went wrong
 *
 * Begins to listen to the other nodes.
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_nodes_new (const char *uri, BwDb *db, BwNodes **nodes, GError **error)
{
  const BwWatchEvents events = { on_changed, on_work_ready, on_rights };
  const BwDriver *driver = bw_db_get_driver (db);
  BwNodes *self;

  *nodes = NULL;
  if (driver->watch == NULL)
    return TRUE;
  self = g_new0 (BwNodes, 1);
  self->driver = driver;
  self->revisions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_mutex_init (&self->lock);
  self->watch = driver->watch (uri + strlen (driver->prefix), &events, self, error);
  if (self->watch == NULL)
    {
      bw_nodes_free (self);
      return FALSE;
    }
  *nodes = self;
  return TRUE;
}

/**
 * bw_nodes_free:
 * @self: (transfer full): the nodes
 *
 * Stops listening to them.
 */
void
bw_nodes_free (BwNodes *self)
{
  g_clear_pointer (&self->watch, self->driver->unwatch);
  g_hash_table_unref (self->revisions);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * bw_nodes_set_listener:
 * @self: the nodes
 * @listener: (nullable): who is told of commits, on any node
 * @user_data: what to give it
 *
 * Changes who is told. When it returns, the one before is told nothing any more.
 *
 * Returns: (transfer none): the listener by which this node's own writer is to tell, with @self
 */
const BwStoreListener *
bw_nodes_set_listener (BwNodes *self, const BwStoreListener *listener, gpointer user_data)
{
  static const BwStoreListener own = { on_changed, on_work_ready, on_own_rights_changed };
  const BwStoreListener nobody = { NULL };
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->listener = listener != NULL ? *listener : nobody;
  self->listener_data = user_data;
  return &own;
}

/**
 * bw_nodes_get_watch:
 * @self: the nodes
 *
 * Returns: (transfer none): the driver's watch, to announce commits by
 */
gpointer
bw_nodes_get_watch (BwNodes *self)
{
  return self->watch;
}

/**
 * bw_nodes_tell_rights:
 * @self: the nodes
 *
 * Waits after a change of rights until no node takes them for what they were: either it has heard,
 * or nothing for so long that it trusts its memory no more. Not on the writer's thread.
 */
void
bw_nodes_tell_rights (BwNodes *self)
{
  self->driver->tell_all (self->watch);
}

/**
 * bw_nodes_add_rights_serial:
 * @self: the nodes
 * @serial: bw_tx_get_rights_serial() of this node
 *
 * From any thread.
 *
 * Returns: a serial that also grows with every change of rights on other nodes, and is odd while
 * those can't be heard of
 */
guint64
bw_nodes_add_rights_serial (BwNodes *self, guint64 serial)
{
  /* The one before the other: if something is heard of meanwhile, the serial is another one. */
  gboolean is_unsure = !self->driver->is_current (self->watch)
                       || __atomic_load_n (&self->is_unsure, __ATOMIC_SEQ_CST);
  guint64 news = __atomic_load_n (&self->rights_news, __ATOMIC_SEQ_CST);

  return (serial + 2 * news) | (is_unsure ? 1 : 0);
}
