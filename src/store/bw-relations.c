/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-relations.h"

#include "bw-fold.h"

#define MAX_KNOWN 100000

struct _BwRelations
{
  GHashTable *known; /* from "business\1id" to the label, "" where none was ever given */
};

/**
 * bw_relations_new:
 *
 * Returns: (transfer full): an empty memory of relations
 */
BwRelations *
bw_relations_new (void)
{
  BwRelations *self = g_new0 (BwRelations, 1);

  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * bw_relations_free:
 * @self: (transfer full): a memory of relations
 *
 * Frees it.
 */
void
bw_relations_free (BwRelations *self)
{
  g_hash_table_unref (self->known);
  g_free (self);
}

/**
 * bw_relations_forget:
 * @self: a memory of relations
 *
 * Forgets all, because a write that added some was taken back.
 */
void
bw_relations_forget (BwRelations *self)
{
  g_hash_table_remove_all (self->known);
}

/**
 * bw_relations_add:
 * @self: a memory of relations
 * @db: the writer's connection
 * @business: a business
 * @id: a relation's id
 * @label: (nullable): what people call it; %NULL leaves what is known
 * @error: (out) (optional): what went wrong
 *
 * Makes a relation known to the business's suggestions, or its new label.
 *
 * Returns: whether it is known
 */
gboolean
bw_relations_add (BwRelations *self,
                  BwDb *db,
                  gint64 business,
                  const char *id,
                  const char *label,
                  GError **error)
{
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT "\1%s", business, id);
  const char *known = g_hash_table_lookup (self->known, key);
  g_autofree char *folded = NULL;
  gboolean ok;

  if (known != NULL && (label == NULL || g_str_equal (known, label)))
    return TRUE;
  folded = bw_fold (label != NULL ? label : id);
  if (label != NULL)
    ok = bw_db_exec (db, error,
                     "INSERT INTO relation (business, id, label, folded) VALUES ($1, $2, $3, $4)"
                     " ON CONFLICT (business, id) DO UPDATE"
                     " SET label = excluded.label, folded = excluded.folded"
                     " WHERE relation.label <> excluded.label",
                     "isss", business, id, label, folded);
  else
    ok = bw_db_exec (db, error,
                     "INSERT INTO relation (business, id, label, folded) VALUES ($1, $2, $2, $3)"
                     " ON CONFLICT (business, id) DO NOTHING",
                     "iss", business, id, folded);
  if (!ok)
    return FALSE;
  if (g_hash_table_size (self->known) >= MAX_KNOWN)
    g_hash_table_remove_all (self->known);
  g_hash_table_replace (self->known, g_steal_pointer (&key), g_strdup (label != NULL ? label : ""));
  return TRUE;
}
