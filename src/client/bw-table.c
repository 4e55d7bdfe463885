/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-table.h"

#define TEXT_BLOCK 4096

struct _BwTable
{
  guint n_columns;
  GArray *cells; /* of BwCell, row by row */
  GStringChunk *texts;
  gint64 total;
  gboolean total_is_exact;
};

G_DEFINE_BOXED_TYPE (BwTable, bw_table, bw_table_ref, bw_table_unref)

/**
 * bw_cell_text:
 * @text: (nullable): a text that outlives the cell
 *
 * Returns: a cell with it; an empty one for %NULL and the empty text
 */
BwCell
bw_cell_text (const char *text)
{
  BwCell cell = { .kind = BW_CELL_EMPTY };

  if (text == NULL || text[0] == '\0')
    return cell;
  cell.kind = BW_CELL_TEXT;
  cell.text = text;
  return cell;
}

/**
 * bw_cell_number:
 * @number: a number
 *
 * Returns: a cell with it
 */
BwCell
bw_cell_number (double number)
{
  BwCell cell = { .kind = BW_CELL_NUMBER, .number = number };

  return cell;
}

/**
 * bw_cell_time:
 * @time: a time
 *
 * Returns: a cell with it; an empty one for %BW_TIME_NONE
 */
BwCell
bw_cell_time (BwTime time)
{
  BwCell cell = { .kind = time != BW_TIME_NONE ? BW_CELL_TIME : BW_CELL_EMPTY, .time = time };

  return cell;
}

/**
 * bw_cell_state:
 * @words: what the state is called, a text that outlives the cell
 * @tone: what it means
 *
 * Returns: a cell with it
 */
BwCell
bw_cell_state (const char *words, BwTone tone)
{
  BwCell cell = { .kind = BW_CELL_STATE, .tone = tone, .text = words };

  return cell;
}

/**
 * bw_table_new:
 * @n_columns: how many cells a row has
 *
 * Returns: (transfer full): a block without rows
 */
BwTable *
bw_table_new (guint n_columns)
{
  BwTable *self = g_atomic_rc_box_new0 (BwTable);

  self->n_columns = n_columns;
  self->cells = g_array_new (FALSE, TRUE, sizeof (BwCell));
  self->texts = g_string_chunk_new (TEXT_BLOCK);
  self->total = -1;
  return self;
}

/**
 * bw_table_ref:
 * @self: a table
 *
 * Returns: (transfer full): @self
 */
BwTable *
bw_table_ref (BwTable *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwTable *self = data;

  g_array_unref (self->cells);
  g_string_chunk_free (self->texts);
}

/**
 * bw_table_unref:
 * @self: (transfer full): a table
 *
 * Gives a reference back. May be called from any thread.
 */
void
bw_table_unref (BwTable *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * bw_table_add_text:
 * @self: a table
 * @text: (nullable): a text; copied
 *
 * Puts a text into the next cell, or leaves it empty.
 */
void
bw_table_add_text (BwTable *self, const char *text)
{
  BwCell cell = bw_cell_text (text != NULL ? g_string_chunk_insert (self->texts, text) : NULL);

  g_array_append_val (self->cells, cell);
}

/**
 * bw_table_add_number:
 * @self: a table
 * @number: a number
 *
 * Puts a number into the next cell.
 */
void
bw_table_add_number (BwTable *self, double number)
{
  BwCell cell = bw_cell_number (number);

  g_array_append_val (self->cells, cell);
}

/**
 * bw_table_add_time:
 * @self: a table
 * @time: a time, or %BW_TIME_NONE
 *
 * Puts a time into the next cell, or leaves it empty.
 */
void
bw_table_add_time (BwTable *self, BwTime time)
{
  BwCell cell = bw_cell_time (time);

  g_array_append_val (self->cells, cell);
}

/**
 * bw_table_add_state:
 * @self: a table
 * @words: what the state is called; copied
 * @tone: what it means
 *
 * Puts a state into the next cell.
 */
void
bw_table_add_state (BwTable *self, const char *words, BwTone tone)
{
  BwCell cell = bw_cell_state (g_string_chunk_insert_const (self->texts, words), tone);

  g_array_append_val (self->cells, cell);
}

/**
 * bw_table_set_total:
 * @self: a table
 * @total: how many rows there are in this and all other blocks
 * @is_exact: %FALSE if there are at least so many
 *
 * Lets an export tell how far it is.
 */
void
bw_table_set_total (BwTable *self, gint64 total, gboolean is_exact)
{
  self->total = total;
  self->total_is_exact = is_exact;
}

/**
 * bw_table_get_total:
 * @self: a table
 * @is_exact: (out): %FALSE if there are at least so many
 *
 * Returns: how many rows there are in all blocks, or -1 if that is not known
 */
gint64
bw_table_get_total (BwTable *self, gboolean *is_exact)
{
  *is_exact = self->total_is_exact;
  return self->total;
}

/**
 * bw_table_get_n_rows:
 * @self: a table
 *
 * Returns: how many rows are whole
 */
guint
bw_table_get_n_rows (BwTable *self)
{
  return self->cells->len / self->n_columns;
}

/**
 * bw_table_get_row:
 * @self: a table
 * @row: which one, from 0
 *
 * Returns: (transfer none): its cells
 */
const BwCell *
bw_table_get_row (BwTable *self, guint row)
{
  return &g_array_index (self->cells, BwCell, row * self->n_columns);
}
