/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-export-columns.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-state-words.h"

static const BwTone job_tones[BW_N_JOB_STATES] = {
  [BW_JOB_STATE_QUEUED] = BW_TONE_NEUTRAL,  [BW_JOB_STATE_PROCESSING] = BW_TONE_ACTIVE,
  [BW_JOB_STATE_SUCCESS] = BW_TONE_SUCCESS, [BW_JOB_STATE_FAILED] = BW_TONE_ERROR,
  [BW_JOB_STATE_SKIPPED] = BW_TONE_WARNING, [BW_JOB_STATE_CANCELLED] = BW_TONE_NEUTRAL,
};

static const BwTone item_tones[BW_N_ITEM_STATES] = {
  [BW_ITEM_STATE_PENDING] = BW_TONE_NEUTRAL,   [BW_ITEM_STATE_SUCCESS] = BW_TONE_SUCCESS,
  [BW_ITEM_STATE_FAILED] = BW_TONE_ERROR,      [BW_ITEM_STATE_SKIPPED] = BW_TONE_WARNING,
  [BW_ITEM_STATE_CANCELLED] = BW_TONE_NEUTRAL,
};

static BwCell
fill_name (gconstpointer record, GString *scratch)
{
  return bw_cell_text (((const BwJob *) record)->name);
}

static BwCell
fill_status (gconstpointer record, GString *scratch)
{
  const BwJob *job = record;
  BwTone tone = job_tones[job->state];

  if (!bw_job_state_is_finished (job->state)
      && (job->conditions & (BW_CONDITION_PAUSED | BW_CONDITION_STALLED)) != 0)
    tone = BW_TONE_WARNING;
  return bw_cell_state (bw_job_state_get_words (job->state, job->conditions), tone);
}

static BwCell
fill_user (gconstpointer record, GString *scratch)
{
  return bw_cell_text (((const BwJob *) record)->created_by_name);
}

static BwCell
fill_created (gconstpointer record, GString *scratch)
{
  return bw_cell_time (((const BwJob *) record)->created_at);
}

static BwCell
fill_completed (gconstpointer record, GString *scratch)
{
  return bw_cell_time (((const BwJob *) record)->finished_at);
}

static BwCell
fill_number (gconstpointer record, GString *scratch)
{
  return bw_cell_number ((double) ((const BwJob *) record)->id);
}

static BwCell
fill_type (gconstpointer record, GString *scratch)
{
  return bw_cell_text (((const BwJob *) record)->type_name);
}

static BwCell
fill_items (gconstpointer record, GString *scratch)
{
  return bw_cell_number ((double) bw_item_counts_total (&((const BwJob *) record)->items));
}

static BwCell
fill_items_in (gconstpointer record, BwItemState state)
{
  return bw_cell_number ((double) ((const BwJob *) record)->items.in_state[state]);
}

static BwCell
fill_succeeded (gconstpointer record, GString *scratch)
{
  return fill_items_in (record, BW_ITEM_STATE_SUCCESS);
}

static BwCell
fill_failed (gconstpointer record, GString *scratch)
{
  return fill_items_in (record, BW_ITEM_STATE_FAILED);
}

static BwCell
fill_skipped (gconstpointer record, GString *scratch)
{
  return fill_items_in (record, BW_ITEM_STATE_SKIPPED);
}

static BwCell
fill_message (gconstpointer record, GString *scratch)
{
  return bw_cell_text (((const BwJob *) record)->message);
}

static void
append_reference (GString *text, const BwReference *reference)
{
  if (text->len > 0)
    g_string_append (text, "; ");
  g_string_append (text, reference->label != NULL ? reference->label : reference->id);
}

static BwCell
fill_references (gconstpointer record, GString *scratch)
{
  const BwJob *job = record;

  for (guint i = 0; i < job->references->len; i++)
    append_reference (scratch, g_ptr_array_index (job->references, i));
  return bw_cell_text (scratch->str);
}

static BwCell
fill_started (gconstpointer record, GString *scratch)
{
  return bw_cell_time (((const BwJob *) record)->started_at);
}

static BwCell
fill_updated (gconstpointer record, GString *scratch)
{
  return bw_cell_time (((const BwJob *) record)->updated_at);
}

static BwCell
fill_updated_by (gconstpointer record, GString *scratch)
{
  return bw_cell_text (((const BwJob *) record)->updated_by);
}

static BwCell
fill_run_at (gconstpointer record, GString *scratch)
{
  return bw_cell_time (((const BwJob *) record)->run_at);
}

static BwCell
fill_priority (gconstpointer record, GString *scratch)
{
  return bw_cell_number (((const BwJob *) record)->priority);
}

static BwCell
fill_attempt (gconstpointer record, GString *scratch)
{
  return bw_cell_number (((const BwJob *) record)->attempt);
}

static BwCell
fill_result (gconstpointer record, GString *scratch)
{
  return bw_cell_text (((const BwJob *) record)->result_name);
}

static BwCell
fill_item_number (gconstpointer record, GString *scratch)
{
  return bw_cell_number ((double) ((const BwItem *) record)->item);
}

static BwCell
fill_item_label (gconstpointer record, GString *scratch)
{
  return bw_cell_text (((const BwItem *) record)->label);
}

static BwCell
fill_item_state (gconstpointer record, GString *scratch)
{
  const BwItem *item = record;

  return bw_cell_state (bw_item_state_get_words (item->state), item_tones[item->state]);
}

static BwCell
fill_item_message (gconstpointer record, GString *scratch)
{
  return bw_cell_text (((const BwItem *) record)->message);
}

static BwCell
fill_item_reference (gconstpointer record, GString *scratch)
{
  const BwItem *item = record;

  if (item->reference != NULL)
    append_reference (scratch, item->reference);
  return bw_cell_text (scratch->str);
}

static BwCell
fill_item_attempt (gconstpointer record, GString *scratch)
{
  const BwItem *item = record;
  BwCell pending = { .kind = BW_CELL_EMPTY };

  return item->attempt > 0 ? bw_cell_number (item->attempt) : pending;
}

static BwCell
fill_item_updated (gconstpointer record, GString *scratch)
{
  return bw_cell_time (((const BwItem *) record)->updated_at);
}

/* The usual ones come first, so that a table made of them has them in this order. */
static const BwExportColumn job_columns[] = {
  { { "name", N_ ("Name"), BW_COLUMN_TEXT }, TRUE, fill_name },
  { { "status", N_ ("Status"), BW_COLUMN_STATE }, TRUE, fill_status },
  { { "user", N_ ("User"), BW_COLUMN_TEXT }, TRUE, fill_user },
  { { "created", N_ ("Created"), BW_COLUMN_TIME }, TRUE, fill_created },
  { { "completed", N_ ("Completed"), BW_COLUMN_TIME }, TRUE, fill_completed },
  { { "number", N_ ("Number"), BW_COLUMN_NUMBER }, FALSE, fill_number },
  { { "type", N_ ("Type"), BW_COLUMN_TEXT }, FALSE, fill_type },
  { { "items", N_ ("Items"), BW_COLUMN_NUMBER }, FALSE, fill_items },
  { { "succeeded", N_ ("Items Succeeded"), BW_COLUMN_NUMBER }, FALSE, fill_succeeded },
  { { "failed", N_ ("Items Failed"), BW_COLUMN_NUMBER }, FALSE, fill_failed },
  { { "skipped", N_ ("Items Skipped"), BW_COLUMN_NUMBER }, FALSE, fill_skipped },
  { { "message", N_ ("Message"), BW_COLUMN_TEXT }, FALSE, fill_message },
  { { "references", N_ ("References"), BW_COLUMN_TEXT }, FALSE, fill_references },
  { { "started", N_ ("Started"), BW_COLUMN_TIME }, FALSE, fill_started },
  { { "updated", N_ ("Updated"), BW_COLUMN_TIME }, FALSE, fill_updated },
  { { "updated-by", N_ ("Updated By"), BW_COLUMN_TEXT }, FALSE, fill_updated_by },
  { { "run-at", N_ ("Starts At"), BW_COLUMN_TIME }, FALSE, fill_run_at },
  { { "priority", N_ ("Priority"), BW_COLUMN_NUMBER }, FALSE, fill_priority },
  { { "attempt", N_ ("Attempt"), BW_COLUMN_NUMBER }, FALSE, fill_attempt },
  { { "result", N_ ("Result File"), BW_COLUMN_TEXT }, FALSE, fill_result },
};

static const BwExportColumn item_columns[] = {
  { { "number", N_ ("Number"), BW_COLUMN_NUMBER }, TRUE, fill_item_number },
  { { "item", N_ ("Item"), BW_COLUMN_TEXT }, TRUE, fill_item_label },
  { { "status", N_ ("Status"), BW_COLUMN_STATE }, TRUE, fill_item_state },
  { { "message", N_ ("Message"), BW_COLUMN_TEXT }, TRUE, fill_item_message },
  { { "reference", N_ ("Reference"), BW_COLUMN_TEXT }, TRUE, fill_item_reference },
  { { "attempt", N_ ("Attempt"), BW_COLUMN_NUMBER }, TRUE, fill_item_attempt },
  { { "updated", N_ ("Updated"), BW_COLUMN_TIME }, TRUE, fill_item_updated },
};

static GArray *
offer (const BwExportColumn *columns, guint n_columns)
{
  GArray *offered = g_array_sized_new (FALSE, FALSE, sizeof (BwExportColumn), n_columns);

  g_array_append_vals (offered, columns, n_columns);
  for (guint i = 0; i < n_columns; i++)
    {
      BwColumn *column = &g_array_index (offered, BwExportColumn, i).column;

      column->title = _ (column->title);
    }
  return offered;
}

/**
 * bw_export_columns_for_jobs:
 *
 * Returns: (transfer full) (element-type BwExportColumn): the columns that jobs can be exported
 * with
 */
GArray *
bw_export_columns_for_jobs (void)
{
  return offer (job_columns, G_N_ELEMENTS (job_columns));
}

/**
 * bw_export_columns_for_items:
 *
 * Returns: (transfer full) (element-type BwExportColumn): the columns that items can be exported
 * with
 */
GArray *
bw_export_columns_for_items (void)
{
  return offer (item_columns, G_N_ELEMENTS (item_columns));
}

static char *
list_ids (GArray *offered)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < offered->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
                            g_array_index (offered, BwExportColumn, i).column.id);
  return g_string_free (list, FALSE);
}

static gboolean
check_id (GArray *offered, const char *id, GError **error)
{
  g_autofree char *known = NULL;

  for (guint i = 0; i < offered->len; i++)
    if (g_str_equal (g_array_index (offered, BwExportColumn, i).column.id, id))
      return TRUE;
  known = list_ids (offered);
  bw_set_error_field (error, BW_ERROR_INVALID, "columns",
                      _ ("There is no column “%s” to export. There are: %s."), id, known);
  return FALSE;
}

/**
 * bw_export_columns_choose:
 * @offered: (element-type BwExportColumn): the columns that there are
 * @ids: (nullable) (array zero-terminated=1): ids of those wanted, in any order; %NULL: the usual
 *   ones
 * @error: (out) (optional): %BW_ERROR_INVALID if there is none of such an id, or none at all
 *
 * Returns: (transfer full) (nullable) (element-type BwExportColumn): those wanted, in their order
 */
GArray *
bw_export_columns_choose (GArray *offered, const char *const *ids, GError **error)
{
  g_autoptr (GArray) chosen = g_array_new (FALSE, FALSE, sizeof (BwExportColumn));

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    if (!check_id (offered, ids[i], error))
      return NULL;
  for (guint i = 0; i < offered->len; i++)
    {
      const BwExportColumn *column = &g_array_index (offered, BwExportColumn, i);

      if (ids != NULL ? g_strv_contains (ids, column->column.id) : column->is_usual)
        g_array_append_vals (chosen, column, 1);
    }
  if (chosen->len > 0)
    return g_steal_pointer (&chosen);
  bw_set_error_field (error, BW_ERROR_INVALID, "columns",
                      _ ("Choose at least one column to export."));
  return NULL;
}
