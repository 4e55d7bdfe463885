/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include "bw-error.h"
#include "bw-text.h"
#include "bw-tx-private.h"

typedef struct
{
  gint64 business;
  const BwJobType *type;
} SetType;

static gboolean
set_type (BwTx *tx, gpointer data, GError **error)
{
  SetType *set = data;
  const BwJobType *type = set->type;
  BwDb *db = bw_tx_db (tx);
  gint64 found = 0;
  const BwTypeRow *row;

  if (!bw_db_get_int (db, &found, error, "SELECT id FROM business WHERE id = $1", "i",
                      set->business))
    return FALSE;
  if (found == 0)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no such business.");
      return FALSE;
    }
  row = bw_types_need (bw_tx_types (tx), db, set->business, type->type, error);
  if (row == NULL
      || !bw_db_exec (
          db, error,
          "UPDATE job_type SET name = $3, stalled_after = $4, max_attempts = $5, makes_result = $6"
          " WHERE business = $1 AND id = $2",
          "iisiii", set->business, row->id, type->name, type->stalled_after,
          (gint64) type->max_attempts, (gint64) type->makes_result))
    return FALSE;
  bw_types_forget (bw_tx_types (tx));
  return TRUE;
}

/**
 * bw_job_type_free:
 * @self: (transfer full) (nullable): a job type
 *
 * Frees a job type.
 */
void
bw_job_type_free (BwJobType *self)
{
  if (self == NULL)
    return;
  g_free (self->type);
  g_free (self->name);
  g_free (self);
}

/**
 * bw_store_set_type:
 * @self: a store
 * @business: a business
 * @type: a job type as it shall be
 * @error: (out) (optional): what went wrong
 *
 * Adds a job type, or changes its title and rules. Jobs that exist keep the number of attempts that
 * they were submitted with.
 *
 * Returns: whether it was written
 */
gboolean
bw_store_set_type (BwStore *self, gint64 business, const BwJobType *type, GError **error)
{
  SetType set = { business, type };

  if (bw_bulk_get_type_title (type->type) != NULL)
    bw_set_error_field (error, BW_ERROR_INVALID, "type",
                        "“%s” is a job type of the server's own and can't be changed.", type->type);
  else if (!bw_text_is_type_name (type->type))
    bw_set_error_field (error, BW_ERROR_INVALID, "type", "“%s” can't be the name of a job type.",
                        type->type);
  else if (type->name == NULL || type->name[0] == '\0'
           || g_utf8_strlen (type->name, -1) > BW_MAX_NAME || bw_text_has_control (type->name))
    bw_set_error_field (error, BW_ERROR_INVALID, "name",
                        "“name” must be one line of 1 to %d characters.", BW_MAX_NAME);
  else if (type->stalled_after < BW_TIME_SECOND || type->stalled_after > BW_MAX_STALLED_AFTER)
    bw_set_error_field (error, BW_ERROR_INVALID, "stalled_after_s",
                        "A job type can count as stalled after 1 second to 24 hours of silence.");
  else if (type->max_attempts < 1 || type->max_attempts > 100)
    bw_set_error_field (error, BW_ERROR_INVALID, "max_attempts",
                        "“max_attempts” must be 1 to 100.");
  else
    return bw_store_write (self, set_type, &set, error);
  return FALSE;
}
