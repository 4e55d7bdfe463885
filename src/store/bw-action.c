/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-action.h"

#include "bw-text-index.h"
#include "bw-read.h"

/** What an entry keeps of its job, for when the job is gone. */
typedef struct
{
  char *name;
  gint64 owner; /* 0: it is about no job; -1: about one that is not there */
  gboolean automated;
} Subject;

static void
subject_clear (Subject *self)
{
  g_free (self->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

static gboolean
subject_read (Subject *self, BwDb *db, gint64 business, gint64 job, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = NULL;

  if (job == 0)
    return TRUE;
  self->owner = -1;
  rows = bw_db_query (db, error,
                      "SELECT name, owner, automated FROM job WHERE business = $1 AND id = $2",
                      "ii", business, job);
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      self->name = g_strdup (bw_rows_text (rows, 0));
      self->owner = bw_rows_int (rows, 1);
      self->automated = bw_rows_int (rows, 2) != 0;
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_action_get_token:
 * @action: what is done, "bulk-retry"
 *
 * Returns: (transfer full): the word that stands for it in the index: "wbulkretry"
 */
char *
bw_action_get_token (const char *action)
{
  GString *token = g_string_new ("w");

  for (; *action != '\0'; action++)
    if (g_ascii_isalnum (*action))
      g_string_append_c (token, *action);
  return g_string_free_and_steal (token);
}

/* The migration that began the index says the same (0004-insights). */
static gboolean
index_words (BwDb *db,
             const BwViewer *viewer,
             gint64 id,
             const char *action,
             gint64 job,
             const Subject *subject,
             const char *detail,
             GError **error)
{
  g_autofree char *token = bw_action_get_token (action);
  g_autofree char *scope =
      g_strdup_printf ("u%" G_GINT64_FORMAT " %s o%" G_GINT64_FORMAT "%s j%" G_GINT64_FORMAT,
                       viewer->user, token, subject->owner, subject->automated ? " a1" : "", job);
  g_autoptr (GString) text = g_string_new (viewer->user_name);

  g_string_append_printf (text, " %s %s", subject->name != NULL ? subject->name : "",
                          detail != NULL ? detail : "");
  if (job != 0)
    g_string_append_printf (text, " %" G_GINT64_FORMAT, job);
  return bw_text_index_add_action (db, BW_ACTION_ROW (viewer->business, id), scope, text->str,
                                   error);
}

/**
 * bw_action_index:
 * @db: a connection that writes
 * @row: an entry of the audit log: business, id, account, actor, action, job, detail, job_name, owner,
 *   automated
 * @error: (out) (optional): what went wrong
 *
 * Puts the words of an entry that is there already into the index.
 *
 * Returns: whether it was written
 */
gboolean
bw_action_index (BwDb *db, BwRows *row, GError **error)
{
  const BwViewer actor
      = { bw_rows_int (row, 0), bw_rows_int (row, 2), bw_rows_text (row, 3), BW_PERMISSIONS_ALL };
  const Subject subject
      = { (char *) bw_rows_text (row, 7), bw_rows_int (row, 8), bw_rows_int (row, 9) != 0 };

  return index_words (db, &actor, bw_rows_int (row, 1), bw_rows_text (row, 4), bw_rows_int (row, 5),
                      &subject, bw_rows_text (row, 6), error);
}

/**
 * bw_action_add:
 * @tx: a write
 * @viewer: who acts
 * @revision: the revision that the action made, which is the action's id; larger than that of every
 *   action before, and no other action's
 * @action: what is done, "retry": small letters with hyphens
 * @job: to which job; 0 for none. One that is being deleted must still be there
 * @detail: (nullable): one line more
 * @error: (out) (optional): what went wrong
 *
 * Puts on record who did what. It stays when the job is deleted, with the job's name.
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
  BwDb *db = bw_tx_db (tx);
  g_auto (Subject) subject = { 0 };

  return subject_read (&subject, db, viewer->business, job, error)
         && bw_db_exec (db, error,
                        "INSERT INTO action (business, id, at, account, actor, action, job, detail,"
                        " job_name, owner, automated)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                        "iitississii", viewer->business, revision, bw_tx_now (tx), viewer->user,
                        viewer->user_name, action, job, detail, subject.name, subject.owner,
                        (gint64) subject.automated)
         && index_words (db, viewer, revision, action, job, &subject, detail, error);
}

/**
 * bw_action_forget:
 * @tx: a write
 * @business: a business
 * @last: one of its actions
 * @error: (out) (optional): what went wrong
 *
 * Takes actions off the record, up to and with @last.
 *
 * Returns: whether it was written
 */
gboolean
bw_action_forget (BwTx *tx, gint64 business, gint64 last, GError **error)
{
  BwDb *db = bw_tx_db (tx);

  return bw_text_index_forget_actions (db, BW_ACTION_ROW (business, 0),
                                       BW_ACTION_ROW (business, last), error)
         && bw_db_exec (db, error, "DELETE FROM action WHERE business = $1 AND id <= $2", "ii",
                        business, last);
}
