/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-mail.h"

#include "bw-error.h"
#include "bw-read.h"
#include "bw-roles.h"
#include "bw-store-private.h"

/*
 * Jobs that ended are found by going through the changes of a business from where it was left the
 * last time, so that nothing is done in the transaction that ends a job, nothing is missed while no
 * server runs, and a business where nobody wants mail costs nothing.
 */

/* What ended longer ago is no news, whenever it was changed since. */
#define NEWS_MS (2 * BW_TIME_DAY)
/* How long a mail that was sent is known, so that it isn't sent again: longer than it is news. */
#define KEPT_MS (3 * BW_TIME_DAY)
#define MAX_JOBS 1000
#define MAX_FAILURES 10

/** Somebody who wants mail. */
typedef struct
{
  BwViewer viewer;
  gboolean everyone;
  gboolean only_failures;
  BwTime since;
} Reader;

/**
 * bw_mail_free:
 * @self: (transfer full) (nullable): a mail
 */
void
bw_mail_free (BwMail *self)
{
  if (self == NULL)
    return;
  g_free (self->business_name);
  g_free (self->user_name);
  g_free (self->address);
  g_free (self->language);
  g_clear_pointer (&self->job, bw_job_unref);
  g_clear_pointer (&self->failures, g_ptr_array_unref);
  g_free (self);
}

/* Who wants mail of a business, with the rights that they have now. */
static GArray *
read_readers (BwDb *db, gint64 business, GError **error)
{
  g_autoptr (GArray) readers = g_array_new (FALSE, FALSE, sizeof (Reader));
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows
    = bw_db_query (db, error,
                   "SELECT account, everyone, only_failures, since FROM mail_wish"
                   " WHERE business = $1 AND enabled = 1",
                   "i", business);

  if (rows == NULL)
    return NULL;
  while (bw_rows_next (rows, &local))
    {
      Reader reader = { { business, bw_rows_int (rows, 0), NULL, 0 },
                        bw_rows_int (rows, 1) != 0,
                        bw_rows_int (rows, 2) != 0,
                        bw_rows_int (rows, 3) };

      if (!bw_rights_find (db, business, reader.viewer.user, &reader.viewer.permissions, NULL, error))
        return NULL;
      g_array_append_val (readers, reader);
    }
  return bw_read_finish (g_steal_pointer (&local), error) ? g_steal_pointer (&readers) : NULL;
}

/** A job that ended. */
typedef struct
{
  gint64 id;
  gint64 owner;
  gboolean automated;
  BwJobState state;
  BwTime finished_at;
} Ended;

static gboolean
wants (const Reader *reader, const Ended *job)
{
  return bw_viewer_may_see (&reader->viewer, job->owner, job->automated)
         && (reader->everyone || (job->owner == reader->viewer.user && !job->automated))
         && (!reader->only_failures || job->state == BW_JOB_STATE_FAILED)
         && job->finished_at >= reader->since;
}

static gboolean
queue_one (BwTx *tx, const Reader *reader, const Ended *job, GError **error)
{
  return bw_db_exec (bw_tx_db (tx), error,
                     "INSERT INTO mail (business, job, account, finished_at, queued_at, due_at)"
                     " VALUES ($1, $2, $3, $4, $5, $5)"
                     " ON CONFLICT (business, job, account) DO UPDATE SET"
                     " finished_at = excluded.finished_at, queued_at = excluded.queued_at,"
                     " due_at = excluded.due_at, tries = 0, ended_at = NULL"
                     " WHERE mail.finished_at < excluded.finished_at",
                     "iiiii", reader->viewer.business, job->id, reader->viewer.user,
                     job->finished_at, bw_tx_now (tx));
}

/* Goes on from where the business was left. Cancelled jobs are no news to whoever cancelled them. */
static gboolean
queue_business (BwTx *tx, gint64 business, gint64 mark, gint64 revision, GError **error)
{
  BwDb *db = bw_tx_db (tx);
  g_autoptr (GArray) readers = read_readers (db, business, error);
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = NULL;
  guint n = 0;

  if (readers == NULL)
    return FALSE;
  rows = bw_db_query (db, error,
                      "SELECT id, owner, automated, state, finished_at, revision FROM job"
                      " WHERE business = $1 AND revision > $2 AND state IN (2, 3, 4)"
                      " AND finished_at > $3 ORDER BY revision LIMIT $4",
                      "iiii", business, mark, bw_tx_now (tx) - NEWS_MS, (gint64) MAX_JOBS);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      const Ended job = { bw_rows_int (rows, 0), bw_rows_int (rows, 1), bw_rows_int (rows, 2) != 0,
                          (BwJobState) bw_rows_int (rows, 3), bw_rows_int (rows, 4) };

      for (guint i = 0; i < readers->len; i++)
        if (wants (&g_array_index (readers, Reader, i), &job)
            && !queue_one (tx, &g_array_index (readers, Reader, i), &job, error))
          return FALSE;
      if (++n == MAX_JOBS)
        revision = bw_rows_int (rows, 5);
    }
  return bw_read_finish (g_steal_pointer (&local), error)
         && bw_db_exec (db, error, "UPDATE mail_mark SET revision = $2 WHERE business = $1", "ii",
                        business, revision);
}

static gboolean
queue_mail (BwTx *tx, gpointer data, GError **error)
{
  gint64 *found = data;
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows
    = bw_db_query (bw_tx_db (tx), error,
                   "SELECT b.id, m.revision, b.revision FROM mail_mark m"
                   " JOIN business b ON b.id = m.business"
                   " WHERE b.revision > m.revision"
                   " AND EXISTS (SELECT 1 FROM mail_wish w WHERE w.business = b.id AND w.enabled = 1)"
                   " LIMIT 1",
                   "");

  *found = 0;
  if (rows == NULL)
    return FALSE;
  if (!bw_rows_next (rows, &local))
    return bw_read_finish (g_steal_pointer (&local), error)
           && bw_db_exec (bw_tx_db (tx), error, "DELETE FROM mail WHERE ended_at < $1", "i",
                          bw_tx_now (tx) - KEPT_MS);
  *found = bw_rows_int (rows, 0);
  return queue_business (tx, *found, bw_rows_int (rows, 1), bw_rows_int (rows, 2), error);
}

static gboolean
has_news (BwStore *self, gboolean *has, GError **error)
{
  g_auto (BwReader) read = bw_reader_begin (self, error);
  gint64 n = 0;

  if (read.db == NULL
      || !bw_db_get_int (read.db, &n, error,
                         "SELECT 1 FROM mail_mark m JOIN business b ON b.id = m.business"
                         " WHERE b.revision > m.revision AND EXISTS"
                         " (SELECT 1 FROM mail_wish w WHERE w.business = b.id AND w.enabled = 1) LIMIT 1",
                         ""))
    return FALSE;
  *has = n != 0;
  return TRUE;
}

/**
 * bw_store_queue_mail:
 * @self: a store
 * @error: return location
 *
 * Finds the jobs that ended since the last time, in short writes, and puts in line the mail that
 * users want of them. Costs one short read where nothing happened.
 *
 * Returns: whether it could be done
 */
gboolean
bw_store_queue_mail (BwStore *self, GError **error)
{
  gboolean has = FALSE;
  gint64 business = 1;

  if (!has_news (self, &has, error))
    return FALSE;
  while (has && business != 0)
    if (!bw_store_write (self, queue_mail, &business, error))
      return FALSE;
  return TRUE;
}

/* Taking */

typedef struct
{
  guint limit;
  gint64 lease_ms;
  GPtrArray *mails;         /* of BwMail, without their jobs yet */
  GArray *jobs;             /* of gint64: their jobs' ids */
} Take;

static gboolean
read_due (BwTx *tx, Take *take, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows
    = bw_db_query (bw_tx_db (tx), error,
                   "SELECT m.business, m.job, m.account, m.tries, m.queued_at, b.name, a.name,"
                   " w.address, w.language, m.finished_at FROM mail m JOIN business b ON b.id = m.business"
                   " JOIN account a ON a.id = m.account"
                   " JOIN mail_wish w ON w.business = m.business AND w.account = m.account"
                   " WHERE m.ended_at IS NULL AND m.due_at <= $1 ORDER BY m.due_at LIMIT $2",
                   "ii", bw_tx_now (tx), (gint64) take->limit);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      BwMail *mail = g_new0 (BwMail, 1);
      gint64 job = bw_rows_int (rows, 1);

      mail->viewer.business = bw_rows_int (rows, 0);
      mail->viewer.user = bw_rows_int (rows, 2);
      mail->tries = bw_rows_int (rows, 3) + 1;
      mail->queued_at = bw_rows_int (rows, 4);
      mail->business_name = g_strdup (bw_rows_text (rows, 5));
      mail->user_name = g_strdup (bw_rows_text (rows, 6));
      mail->viewer.user_name = mail->user_name;
      mail->address = g_strdup (bw_rows_text (rows, 7));
      mail->language = g_strdup (bw_rows_text (rows, 8));
      mail->finished_at = bw_rows_int (rows, 9);
      g_ptr_array_add (take->mails, mail);
      g_array_append_val (take->jobs, job);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
take_due (BwTx *tx, gpointer data, GError **error)
{
  Take *take = data;

  g_ptr_array_set_size (take->mails, 0);
  g_array_set_size (take->jobs, 0);
  if (!read_due (tx, take, error))
    return FALSE;
  for (guint i = 0; i < take->mails->len; i++)
    {
      BwMail *mail = g_ptr_array_index (take->mails, i);

      if (!bw_rights_find (bw_tx_db (tx), mail->viewer.business, mail->viewer.user,
                           &mail->viewer.permissions, NULL, error)
          || !bw_db_exec (bw_tx_db (tx), error,
                          "UPDATE mail SET tries = tries + 1, due_at = $4"
                          " WHERE business = $1 AND job = $2 AND account = $3",
                          "iiii", mail->viewer.business, g_array_index (take->jobs, gint64, i),
                          mail->viewer.user, bw_tx_now (tx) + take->lease_ms))
        return FALSE;
    }
  return TRUE;
}

/* Returns: whether there is still something to tell, and somebody to tell it to. A job that was retried
 * since is told of when it ends again. */
static gboolean
complete (BwStore *self, BwMail *mail, gint64 job, GError **error)
{
  const BwItemFilter failed = { .states = 1u << BW_ITEM_STATE_FAILED };
  g_autoptr (BwItemPage) page = NULL;

  mail->job = bw_store_get_job (self, &mail->viewer, job, NULL, error);
  if (mail->job == NULL)
    return FALSE;
  if (mail->job->finished_at != mail->finished_at)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "Job %" G_GINT64_FORMAT " was retried.", job);
      return FALSE;
    }
  page = bw_store_list_items (self, &mail->viewer, job, &failed, MAX_FAILURES, 0, 0, error);
  if (page == NULL)
    return FALSE;
  mail->failures = g_ptr_array_ref (page->items);
  return TRUE;
}

static gboolean
forget (BwStore *self, const BwViewer *viewer, gint64 job, GError **error);

/**
 * bw_store_take_mail:
 * @self: a store
 * @limit: how many at most
 * @lease_ms: for how long nobody else takes them, in milliseconds: they are due again then
 * @error: return location
 *
 * Takes mail that is due. What a user may no longer see, what is gone, and what was retried is dropped.
 *
 * Returns: (transfer full) (nullable) (element-type BwMail): the mail; each to be ended or delayed
 */
GPtrArray *
bw_store_take_mail (BwStore *self, guint limit, gint64 lease_ms, GError **error)
{
  g_autoptr (GPtrArray) mails = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_mail_free);
  g_autoptr (GArray) jobs = g_array_new (FALSE, FALSE, sizeof (gint64));
  Take take = { limit, lease_ms, mails, jobs };

  if (!bw_store_write (self, take_due, &take, error))
    return NULL;
  for (guint i = mails->len; i-- > 0;)
    {
      g_autoptr (GError) local = NULL;
      BwMail *mail = g_ptr_array_index (mails, i);
      gint64 job = g_array_index (jobs, gint64, i);

      if (complete (self, mail, job, &local))
        continue;
      if (!g_error_matches (local, BW_ERROR, BW_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (!forget (self, &mail->viewer, job, error))
        return NULL;
      g_ptr_array_remove_index (mails, i);
    }
  return g_steal_pointer (&mails);
}

/* Ending */

typedef struct
{
  gint64 business;
  gint64 account;
  gint64 job;
  gint64 delay_ms;          /* -1: it is over */
} End;

static gboolean
end_mail (BwTx *tx, gpointer data, GError **error)
{
  const End *end = data;

  if (end->delay_ms >= 0)
    return bw_db_exec (bw_tx_db (tx), error,
                       "UPDATE mail SET due_at = $4"
                       " WHERE business = $1 AND job = $2 AND account = $3 AND ended_at IS NULL",
                       "iiii", end->business, end->job, end->account, bw_tx_now (tx) + end->delay_ms);
  return bw_db_exec (bw_tx_db (tx), error,
                     "UPDATE mail SET ended_at = $4 WHERE business = $1 AND job = $2 AND account = $3",
                     "iiii", end->business, end->job, end->account, bw_tx_now (tx));
}

static gboolean
forget (BwStore *self, const BwViewer *viewer, gint64 job, GError **error)
{
  End end = { viewer->business, viewer->user, job, -1 };

  return bw_store_write (self, end_mail, &end, error);
}

/**
 * bw_store_end_mail:
 * @self: a store
 * @mail: a mail that was taken
 * @error: return location
 *
 * It was sent, or there is no use in trying again.
 *
 * Returns: whether that is kept
 */
gboolean
bw_store_end_mail (BwStore *self, const BwMail *mail, GError **error)
{
  return forget (self, &mail->viewer, mail->job->id, error);
}

/**
 * bw_store_delay_mail:
 * @self: a store
 * @mail: a mail that was taken
 * @delay_ms: when to try again, in milliseconds from now
 * @error: return location
 *
 * It could not be sent now.
 *
 * Returns: whether that is kept
 */
gboolean
bw_store_delay_mail (BwStore *self, const BwMail *mail, gint64 delay_ms, GError **error)
{
  End end = { mail->viewer.business, mail->viewer.user, mail->job->id, delay_ms };

  return bw_store_write (self, end_mail, &end, error);
}

/**
 * bw_store_next_mail:
 * @self: a store
 * @error: return location
 *
 * Returns: when the next mail is due; %BW_TIME_NONE if none waits, or on an error
 */
BwTime
bw_store_next_mail (BwStore *self, GError **error)
{
  g_auto (BwReader) read = bw_reader_begin (self, error);
  gint64 due = BW_TIME_NONE;

  if (read.db == NULL
      || !bw_db_get_int (read.db, &due, error,
                         "SELECT due_at FROM mail WHERE ended_at IS NULL ORDER BY due_at LIMIT 1", ""))
    return BW_TIME_NONE;
  return due;
}
