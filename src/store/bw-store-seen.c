/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

typedef struct
{
  const BwSeen *seen;
  gsize n_seen;
} Notes;

static gboolean
note_seen (BwTx *tx, gpointer data, GError **error)
{
  const Notes *notes = data;

  for (gsize i = 0; i < notes->n_seen; i++)
    if (!bw_db_exec (bw_tx_db (tx), error,
                     "UPDATE membership SET last_seen_at = $3 WHERE account = $2"
                     " AND (business = $1 OR $1 = 0) AND COALESCE(last_seen_at, 0) < $3",
                     "iit", notes->seen[i].business, notes->seen[i].account, notes->seen[i].at))
      return FALSE;
  return TRUE;
}

/**
 * bw_store_note_seen:
 * @self: a store
 * @seen: (array length=n_seen): who was where when
 * @n_seen: how many
 * @error: (out) (optional): what went wrong
 *
 * Keeps when accounts were last in their businesses. No right changes by it.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_note_seen (BwStore *self, const BwSeen *seen, gsize n_seen, GError **error)
{
  Notes notes = { seen, n_seen };

  return n_seen == 0 || bw_store_write (self, note_seen, &notes, error);
}
