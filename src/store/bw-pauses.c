/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pauses.h"

typedef struct
{
  gint64 business;
  gint64 owner; /* 0: everybody */
  gint64 type;  /* 0: every type */
} Pause;

struct _BwPauses
{
  GArray *pauses;
  gboolean is_known;
};

static gboolean
load (BwPauses *self, BwDb *db, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, "SELECT business, account, type FROM pause", "");

  if (rows == NULL)
    return FALSE;
  g_array_set_size (self->pauses, 0);
  while (bw_rows_next (rows, &local))
    {
      const Pause pause = { bw_rows_int (rows, 0), bw_rows_int (rows, 1), bw_rows_int (rows, 2) };

      g_array_append_val (self->pauses, pause);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  self->is_known = TRUE;
  return TRUE;
}

/**
 * bw_pauses_new:
 *
 * Returns: (transfer full): a memory of pauses, which reads them when it is first asked
 */
BwPauses *
bw_pauses_new (void)
{
  BwPauses *self = g_new0 (BwPauses, 1);

  self->pauses = g_array_new (FALSE, FALSE, sizeof (Pause));
  return self;
}

/**
 * bw_pauses_free:
 * @self: (transfer full): a memory of pauses
 *
 * Frees it.
 */
void
bw_pauses_free (BwPauses *self)
{
  g_array_unref (self->pauses);
  g_free (self);
}

/**
 * bw_pauses_forget:
 * @self: a memory of pauses
 *
 * Has them read anew, because one was added or removed.
 */
void
bw_pauses_forget (BwPauses *self)
{
  self->is_known = FALSE;
}

/**
 * bw_pauses_match:
 * @self: a memory of pauses
 * @db: the writer's connection
 * @business: a job's business
 * @type: its type
 * @owner: its owner
 * @match: (out): whether a pause holds it back
 * @error: (out) (optional): what went wrong
 *
 * Returns: %FALSE on an error
 */
gboolean
bw_pauses_match (BwPauses *self,
                 BwDb *db,
                 gint64 business,
                 gint64 type,
                 gint64 owner,
                 gboolean *match,
                 GError **error)
{
  if (!self->is_known && !load (self, db, error))
    return FALSE;
  *match = FALSE;
  for (guint i = 0; i < self->pauses->len && !*match; i++)
    {
      const Pause *pause = &g_array_index (self->pauses, Pause, i);

      *match = pause->business == business && (pause->owner == 0 || pause->owner == owner)
               && (pause->type == 0 || pause->type == type);
    }
  return TRUE;
}
