/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-row.h"
#include "bw-read.h"
#include "bw-store-private.h"

#define SQL_REVISIONS "SELECT revision, oldest_revision FROM business WHERE id = $1"
#define SQL_JOBS                                                                                   \
  BW_JOB_SELECT "WHERE j.business = $1 AND j.revision > $2 ORDER BY j.revision LIMIT $3"
#define SQL_DELETED                                                                                \
  "SELECT revision, job, owner, automated FROM deleted WHERE business = $1 AND revision > $2 "     \
  "ORDER BY revision, job LIMIT $3"
#define SQL_PAUSES                                                                                 \
  "SELECT id FROM action WHERE business = $1 AND job = 0 AND id > $2 AND action IN ('pause', "     \
  "'resume') "                                                                                     \
  "ORDER BY id LIMIT $3"

static void
change_free (BwChange *change)
{
  bw_event_unref (change->event);
  g_free (change);
}

static BwChange *
change_new (BwEventKind kind, gint64 revision, gint64 owner, gboolean automated)
{
  BwChange *change = g_new0 (BwChange, 1);

  change->event = bw_event_new (kind, revision);
  change->owner = owner;
  change->automated = automated;
  return change;
}

static gboolean
read_jobs (BwDb *db, gint64 business, gint64 since, guint limit, GPtrArray *changes, GError **error)
{
  g_autoptr (BwJobReader) reader = bw_job_reader_new (db, business, error);
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (reader == NULL)
    return FALSE;
  rows = bw_db_query (db, error, SQL_JOBS, "iii", business, since, (gint64) limit);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwJob *job = bw_job_reader_get (reader, rows);
      BwChange *change =
          change_new (BW_EVENT_JOB, job->revision, bw_job_reader_get_owner (rows), job->automated);

      change->event->job_id = job->id;
      change->event->job = job;
      g_ptr_array_add (changes, change);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
read_deleted (BwDb *db,
              gint64 business,
              gint64 since,
              guint limit,
              GPtrArray *changes,
              GError **error)
{
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, SQL_DELETED, "iii", business, since, (gint64) limit);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwChange *change = change_new (BW_EVENT_DELETED, bw_rows_int (rows, 0), bw_rows_int (rows, 2),
                                     bw_rows_int (rows, 3) != 0);

      change->event->job_id = bw_rows_int (rows, 1);
      g_ptr_array_add (changes, change);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
read_pauses (BwDb *db,
             gint64 business,
             gint64 since,
             guint limit,
             GPtrArray *changes,
             GError **error)
{
  g_autoptr (BwRows) rows =
      bw_db_query (db, error, SQL_PAUSES, "iii", business, since, (gint64) limit);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    g_ptr_array_add (changes, change_new (BW_EVENT_PAUSES, bw_rows_int (rows, 0), 0, FALSE));
  return bw_read_finish (g_steal_pointer (&local), error);
}

static int
compare_changes (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const BwChange *) a)->event->revision;
  gint64 y = ((const BwChange *) b)->event->revision;

  return (x > y) - (x < y);
}

static gboolean
read_revisions (BwDb *db, gint64 business, gint64 *revision, gint64 *oldest, GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_REVISIONS, "i", business);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      *revision = bw_rows_int (rows, 0);
      *oldest = bw_rows_int (rows, 1);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/**
 * bw_store_get_changes:
 * @self: a store
 * @business: a business
 * @since: the revision that is known already
 * @limit: how many at most
 * @revision: (out): how far the changes go: ask with it the next time
 * @error: return location
 *
 * Reads what changed after a revision, in the order of revisions. Of a job that changed several
 * times only its last change is told. Whoever hands a change on asks bw_viewer_may_see() with its
 * owner; a change of the pauses is for everyone.
 *
 * Each kind is read up to @limit, so the first @limit of all kinds together are among them.
 *
 * Returns: (transfer full) (nullable) (element-type BwChange): the changes; a single
 *   %BW_EVENT_RESET where deletions after @since are no longer known, or where @since is of a store
 *   that has since been restored to an earlier state
 */
GPtrArray *
bw_store_get_changes (BwStore *self,
                      gint64 business,
                      gint64 since,
                      guint limit,
                      gint64 *revision,
                      GError **error)
{
  g_auto (BwReader) read = bw_reader_begin (self, error);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) change_free);
  gint64 oldest = 0;

  *revision = 0;
  if (read.db == NULL || !read_revisions (read.db, business, revision, &oldest, error))
    return NULL;
  if (since < oldest || since > *revision)
    {
      g_ptr_array_add (changes, change_new (BW_EVENT_RESET, *revision, 0, FALSE));
      return g_steal_pointer (&changes);
    }
  if (!read_jobs (read.db, business, since, limit, changes, error)
      || !read_deleted (read.db, business, since, limit, changes, error)
      || !read_pauses (read.db, business, since, limit, changes, error))
    return NULL;

  g_ptr_array_sort_values (changes, compare_changes);
  if (changes->len > limit)
    g_ptr_array_set_size (changes, (int) limit);
  if (changes->len == limit && limit > 0)
    *revision = ((const BwChange *) changes->pdata[limit - 1])->event->revision;
  return g_steal_pointer (&changes);
}
