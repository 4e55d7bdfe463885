/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-action.h"
#include "bw-job-row.h"
#include "bw-read.h"
#include "bw-store-private.h"

#define SQL_SEE "SELECT owner, automated FROM job WHERE business = $1 AND id = $2"

/** An entry of the audit log on its way. */
typedef struct
{
  const BwViewer *viewer;
  gint64 job;
  const char *detail;
} Note;

static gboolean
may_see (BwDb *db, const BwViewer *viewer, gint64 id, gboolean *visible, GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_SEE, "ii", viewer->business, id);
  g_autoptr (GError) local = NULL;

  *visible = FALSE;
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    *visible = bw_viewer_may_see (viewer, bw_rows_int (rows, 0), bw_rows_int (rows, 1) != 0);
  return bw_read_finish (g_steal_pointer (&local), error);
}

static GArray *
keep_visible (BwDb *db, const BwViewer *viewer, const gint64 *ids, gsize n_ids, GError **error)
{
  g_autoptr (GArray) visible_ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gsize i = 0; i < n_ids; i++)
    {
      gboolean visible;

      if (!may_see (db, viewer, ids[i], &visible, error))
        return NULL;
      if (visible)
        g_array_append_val (visible_ids, ids[i]);
    }
  return g_steal_pointer (&visible_ids);
}

/**
 * bw_store_list_ids:
 * @self: a store
 * @viewer: who asks
 * @ids: (array length=n_ids): ids of jobs
 * @n_ids: how many
 * @error: return location
 *
 * Reads the jobs that were picked from a list. One that is gone, or that @viewer may not see, is left
 * out.
 *
 * Returns: (transfer full) (nullable) (element-type BwJob): the jobs in the order of @ids
 */
GPtrArray *
bw_store_list_ids (BwStore *self,
                   const BwViewer *viewer,
                   const gint64 *ids,
                   gsize n_ids,
                   GError **error)
{
  g_auto (BwReader) read = bw_reader_begin (self, error);
  g_autoptr (BwJobReader) reader = NULL;
  g_autoptr (GArray) visible = NULL;

  if (read.db == NULL)
    return NULL;
  visible = keep_visible (read.db, viewer, ids, n_ids, error);
  if (visible == NULL)
    return NULL;
  reader = bw_job_reader_new (read.db, viewer->business, error);
  if (reader == NULL)
    return NULL;
  return bw_job_reader_fetch (reader, read.db, (const gint64 *) (gpointer) visible->data,
                              visible->len, error);
}

static gboolean
add_note (BwTx *tx, gpointer data, GError **error)
{
  const Note *note = data;
  gint64 revision = bw_tx_next_revision (tx, note->viewer->business, error);

  return revision != 0
         && bw_action_add (tx, note->viewer, revision, "export", note->job, note->detail, error);
}

/**
 * bw_store_note_export:
 * @self: a store
 * @viewer: who exports
 * @job: the job whose items go out; 0: jobs do
 * @detail: what goes out, one line of English
 * @error: return location
 *
 * Puts an export into the audit log, before anything is handed out.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_note_export (BwStore *self,
                      const BwViewer *viewer,
                      gint64 job,
                      const char *detail,
                      GError **error)
{
  Note note = { viewer, job, detail };

  return bw_store_write (self, add_note, &note, error);
}
