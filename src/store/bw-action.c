/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-action.h"

/**
 * bw_action_add:
 * @tx: a write
 * @viewer: who acts
 * @revision: the revision that the action made, which is the action's id
 * @action: what is done, "retry"
 * @job: to which job; 0 for none
 * @detail: (nullable): one line more
 * @error: (out) (optional): what went wrong
 *
 * Puts on record who did what. It stays when the job is deleted.
 *
 * Returns: whether it was written
 */
gboolean
bw_action_add (BwTx *tx,
               const BwViewer *viewer,
               gint64 revision,
               const char *action,
               gint64 job,
               const char *detail,
               GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error,
                     "INSERT INTO action (business, id, at, account, actor, action, job, detail)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                     "iitissis", viewer->business, revision, bw_tx_now (tx), viewer->user,
                     viewer->user_name, action, job, detail);
}
