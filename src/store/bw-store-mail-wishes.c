/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-mail.h"

#include "bw-read.h"
#include "bw-store-private.h"

typedef struct
{
  const BwViewer *viewer;
  const BwMailWish *wish;
} Wish;

/**
 * bw_store_get_mail_wish:
 * @self: a store
 * @viewer: who asks, in which business
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what the user wants there; no mail unless they have said so
 */
BwMailWish *
bw_store_get_mail_wish (BwStore *self, const BwViewer *viewer, GError **error)
{
  g_auto (BwReader) read = bw_reader_begin (self, error);
  g_autoptr (BwMailWish) wish = bw_mail_wish_new ();
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (read.db == NULL)
    return NULL;
  rows = bw_db_query (read.db, error,
                      "SELECT enabled, address, everyone, only_failures, language FROM mail_wish"
                      " WHERE business = $1 AND account = $2",
                      "ii", viewer->business, viewer->user);
  if (rows == NULL)
    return NULL;
  if (bw_rows_next (rows, &local))
    {
      wish->enabled = bw_rows_int (rows, 0) != 0;
      g_set_str (&wish->address, bw_rows_text (rows, 1));
      wish->everyone = bw_rows_int (rows, 2) != 0;
      wish->only_failures = bw_rows_int (rows, 3) != 0;
      g_set_str (&wish->language, bw_rows_text (rows, 4));
    }
  return bw_read_finish (g_steal_pointer (&local), error) ? g_steal_pointer (&wish) : NULL;
}

/* Changes before the first wish of a business need not be gone through. */
static gboolean
begin_here (BwTx *tx, gint64 business, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error,
                     "INSERT INTO mail_mark (business, revision)"
                     " SELECT id, revision FROM business WHERE id = $1"
                     " AND NOT EXISTS (SELECT 1 FROM mail_wish WHERE business = $1 AND enabled = 1)"
                     " ON CONFLICT (business) DO UPDATE SET revision = excluded.revision",
                     "i", business);
}

/* What is still on its way is not wanted either. */
static gboolean
drop_mail (BwTx *tx, const BwViewer *viewer, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error,
                     "DELETE FROM mail WHERE business = $1 AND account = $2 AND ended_at IS NULL",
                     "ii", viewer->business, viewer->user);
}

static gboolean
set_wish (BwTx *tx, gpointer data, GError **error)
{
  const Wish *change = data;
  const BwMailWish *wish = change->wish;

  return begin_here (tx, change->viewer->business, error)
         && bw_db_exec (bw_tx_db (tx), error,
                        "INSERT INTO mail_wish"
                        " (business, account, enabled, address, everyone, only_failures, language, since)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                        " ON CONFLICT (business, account) DO UPDATE SET"
                        " since = CASE WHEN mail_wish.enabled = 1 THEN mail_wish.since ELSE excluded.since END,"
                        " enabled = excluded.enabled, address = excluded.address,"
                        " everyone = excluded.everyone, only_failures = excluded.only_failures,"
                        " language = excluded.language",
                        "iiisiisi", change->viewer->business, change->viewer->user,
                        (gint64) wish->enabled, wish->address, (gint64) wish->everyone,
                        (gint64) wish->only_failures, wish->language, bw_tx_now (tx))
         && (wish->enabled || drop_mail (tx, change->viewer, error));
}

/**
 * bw_store_set_mail_wish:
 * @self: a store
 * @viewer: who wants it, in which business
 * @wish: what the user wants from now on
 * @error: return location
 *
 * Returns: whether it is kept
 */
gboolean
bw_store_set_mail_wish (BwStore *self, const BwViewer *viewer, const BwMailWish *wish, GError **error)
{
  Wish change = { viewer, wish };

  return bw_store_write (self, set_wish, &change, error);
}
