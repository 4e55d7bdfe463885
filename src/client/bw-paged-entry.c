/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-paged-list-private.h"

typedef struct
{
  gint64 id;
  GType row_type;
  gpointer row;
} BwPagedEntryPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BwPagedEntry, bw_paged_entry, G_TYPE_OBJECT)

static void
bw_paged_entry_finalize (GObject *object)
{
  BwPagedEntryPrivate *priv = bw_paged_entry_get_instance_private (BW_PAGED_ENTRY (object));

  if (priv->row != NULL)
    g_boxed_free (priv->row_type, priv->row);
  G_OBJECT_CLASS (bw_paged_entry_parent_class)->finalize (object);
}

static void
bw_paged_entry_class_init (BwPagedEntryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = bw_paged_entry_finalize;
}

static void
bw_paged_entry_init (BwPagedEntry *self)
{
}

/**
 * bw_paged_entry_new:
 * @type: the type of the entry
 *
 * Returns: (transfer full): a placeholder
 */
BwPagedEntry *
bw_paged_entry_new (GType type)
{
  return g_object_new (type, NULL);
}

/**
 * bw_paged_entry_set_row:
 * @self: an entry
 * @row_type: the boxed type of @row
 * @row: what the server says
 * @id: what identifies the row
 *
 * Fills a placeholder, or changes a row in place, and notifies.
 */
void
bw_paged_entry_set_row (BwPagedEntry *self, GType row_type, gconstpointer row, gint64 id)
{
  BwPagedEntryPrivate *priv = bw_paged_entry_get_instance_private (self);
  gpointer old = priv->row;

  if (old == row)
    return;
  priv->id = id;
  priv->row_type = row_type;
  priv->row = g_boxed_copy (row_type, row);
  BW_PAGED_ENTRY_GET_CLASS (self)->row_changed (self);
  if (old != NULL)
    g_boxed_free (row_type, old);
}

/**
 * bw_paged_entry_get_id:
 * @self: an entry
 *
 * Returns: what identifies its row; 0 for a placeholder
 */
gint64
bw_paged_entry_get_id (BwPagedEntry *self)
{
  BwPagedEntryPrivate *priv = bw_paged_entry_get_instance_private (self);

  g_return_val_if_fail (BW_IS_PAGED_ENTRY (self), 0);

  return priv->id;
}

/**
 * bw_paged_entry_is_loaded:
 * @self: an entry
 *
 * Returns: %FALSE for a placeholder
 */
gboolean
bw_paged_entry_is_loaded (BwPagedEntry *self)
{
  return bw_paged_entry_get_row (self) != NULL;
}

/**
 * bw_paged_entry_get_row:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): what the server says, of the boxed type of the list's rows;
 *   %NULL for a placeholder
 */
gpointer
bw_paged_entry_get_row (BwPagedEntry *self)
{
  BwPagedEntryPrivate *priv = bw_paged_entry_get_instance_private (self);

  g_return_val_if_fail (BW_IS_PAGED_ENTRY (self), NULL);

  return priv->row;
}
