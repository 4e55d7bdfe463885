/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-action.h"
#include "bw-error.h"
#include "bw-read.h"
#include "bw-tx-private.h"
#include "bw-viewer.h"

typedef struct
{
  const BwViewer *viewer;
  const gint64 *users;
  gsize n_users;
  const char *const *types;
  gboolean all;
  const char *reason;
} PauseData;

typedef struct
{
  const BwViewer *viewer;
  gint64 pause;
  gint64 n_resumed;
} ResumeData;

/** What one pause holds back: a user's jobs, a type's, or all. */
typedef struct
{
  gint64 user;
  gint64 type;
  const char *name;
} Target;

/* A target that is paused already stays so, with the reason that it has. */
static gboolean
add_pause (BwTx *tx, const PauseData *data, const Target *target, GError **error)
{
  BwDb *db = bw_tx_db (tx);
  gint64 business = data->viewer->business;
  g_autofree char *detail = data->reason != NULL && data->reason[0] != '\0'
                                ? g_strconcat (target->name, ": ", data->reason, NULL)
                                : g_strdup (target->name);
  gint64 existing = 0;
  gint64 revision;

  if (!bw_db_get_int (db, &existing, error,
                      "SELECT id FROM pause WHERE business = $1 AND account = $2 AND type = $3",
                      "iii", business, target->user, target->type))
    return FALSE;
  if (existing != 0)
    return TRUE;
  revision = bw_tx_next_revision (tx, business, error);
  bw_pauses_forget (bw_tx_pauses (tx));
  return revision != 0
         && bw_db_exec (
             db, error,
             "INSERT INTO pause (business, id, account, type, everything, reason, paused_by, since)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
             "iiiiissi", business, revision, target->user, target->type,
             (gint64) (target->user == 0 && target->type == 0), data->reason,
             data->viewer->user_name, bw_tx_now (tx))
         && bw_action_add (tx, data->viewer, revision, "pause", 0, detail, error);
}

static gboolean
pause_user (BwTx *tx, const PauseData *data, gsize index, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *field = NULL;
  g_autofree char *name = NULL;
  Target target = { .user = data->users[index] };
  g_autoptr (BwRows) rows =
      bw_db_query (bw_tx_db (tx), error,
                   "SELECT a.name FROM account a JOIN membership m ON m.account = a.id"
                   " WHERE a.id = $1 AND m.business = $2",
                   "ii", target.user, data->viewer->business);

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      name = g_strdup (bw_rows_text (rows, 0));
      target.name = name;
      return add_pause (tx, data, &target, error);
    }
  if (local != NULL)
    return bw_read_finish (g_steal_pointer (&local), error);
  field = g_strdup_printf ("users[%" G_GSIZE_FORMAT "]", index);
  bw_set_error_field (error, BW_ERROR_INVALID, field,
                      "There is no user %" G_GINT64_FORMAT " in this business to pause.",
                      target.user);
  return FALSE;
}

static gboolean
pause_type (BwTx *tx, const PauseData *data, gsize index, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *field = NULL;
  Target target = { 0 };
  const BwTypeRow *type = bw_types_find (bw_tx_types (tx), bw_tx_db (tx), data->viewer->business,
                                         data->types[index], &local);

  if (type != NULL)
    {
      target.type = type->id;
      target.name = type->name;
      return add_pause (tx, data, &target, error);
    }
  if (local != NULL)
    return bw_read_finish (g_steal_pointer (&local), error);
  field = g_strdup_printf ("types[%" G_GSIZE_FORMAT "]", index);
  bw_set_error_field (error, BW_ERROR_INVALID, field,
                      "There is no job type “%s” in this business to pause.", data->types[index]);
  return FALSE;
}

static gboolean
pause_jobs (BwTx *tx, gpointer user_data, GError **error)
{
  const PauseData *data = user_data;
  const Target everything = { 0, 0, "All jobs" };

  for (gsize i = 0; i < data->n_users; i++)
    if (!pause_user (tx, data, i, error))
      return FALSE;
  for (gsize i = 0; data->types != NULL && data->types[i] != NULL; i++)
    if (!pause_type (tx, data, i, error))
      return FALSE;
  return !data->all || add_pause (tx, data, &everything, error);
}

static gboolean
resume_one (BwTx *tx, const BwViewer *viewer, gint64 pause, const char *name, GError **error)
{
  gint64 revision = bw_tx_next_revision (tx, viewer->business, error);

  return revision != 0
         && bw_db_exec (bw_tx_db (tx), error, "DELETE FROM pause WHERE business = $1 AND id = $2",
                        "ii", viewer->business, pause)
         && bw_action_add (tx, viewer, revision, "resume", 0, name, error);
}

static gboolean
resume_jobs (BwTx *tx, gpointer user_data, GError **error)
{
  ResumeData *data = user_data;
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows =
      bw_db_query (bw_tx_db (tx), error,
                   "SELECT p.id, COALESCE(a.name, t.name, 'All jobs') FROM pause p"
                   " LEFT JOIN account a ON a.id = p.account"
                   " LEFT JOIN job_type t ON t.business = p.business AND t.id = p.type"
                   " WHERE p.business = $1 AND ($2 = 0 OR p.id = $2)",
                   "ii", data->viewer->business, data->pause);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      gint64 id = bw_rows_int (rows, 0);

      g_array_append_val (ids, id);
      g_ptr_array_add (names, g_strdup (bw_rows_text (rows, 1)));
    }
  if (local != NULL)
    return bw_read_finish (g_steal_pointer (&local), error);
  if (ids->len == 0 && data->pause != 0)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "This pause does not stand any more.");
      return FALSE;
    }
  for (guint i = 0; i < ids->len; i++)
    if (!resume_one (tx, data->viewer, g_array_index (ids, gint64, i), g_ptr_array_index (names, i),
                     error))
      return FALSE;
  bw_pauses_forget (bw_tx_pauses (tx));
  bw_tx_work_ready (tx, data->viewer->business);
  data->n_resumed = ids->len;
  return TRUE;
}

/**
 * bw_store_pause:
 * @self: a store
 * @viewer: who asks
 * @users: (array length=n_users) (nullable): users whose jobs are held back
 * @n_users: how many
 * @types: (nullable): job types that are held back
 * @all: whether everything is held back
 * @reason: (nullable): why
 * @error: (out) (optional): why not
 *
 * Orders pauses that stand until they are resumed, one for each user and type. Workers get no jobs
 * that a pause holds back, and are told to stop those that run.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_pause (BwStore *self,
                const BwViewer *viewer,
                const gint64 *users,
                gsize n_users,
                const char *const *types,
                gboolean all,
                const char *reason,
                GError **error)
{
  PauseData data = { viewer, users, n_users, types, all, reason };

  return bw_viewer_need (viewer, BW_PERMISSION_PAUSE, error)
         && bw_store_write (self, pause_jobs, &data, error);
}

/**
 * bw_store_resume:
 * @self: a store
 * @viewer: who asks
 * @pause: a standing pause; 0 for all of the business
 * @error: (out) (optional): why not
 *
 * Ends pauses.
 *
 * Returns: how many; -1 on an error
 */
gint64
bw_store_resume (BwStore *self, const BwViewer *viewer, gint64 pause, GError **error)
{
  ResumeData data = { viewer, pause, 0 };

  if (!bw_viewer_need (viewer, BW_PERMISSION_PAUSE, error)
      || !bw_store_write (self, resume_jobs, &data, error))
    return -1;
  return data.n_resumed;
}
