/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-command-output.h"

#include <string.h>

#include "bw-error.h"
#include "bw-line-reader.h"
#include "bw-submission.h"

/* A line of output may have a message of BW_MAX_MESSAGE characters, each escaped as \uXXXX. */
#define MAX_OUTPUT_LINE (64 * 1024)

/* How much of a line that is not understood is shown. */
#define MAX_SHOWN 200

/* How many lines that are not understood are shown. */
#define MAX_COMPLAINTS 100

#define MAX_PATH_LENGTH 4096

struct _BwCommandOutput
{
  BwHold *hold;
  GHashTable *pending; /* set of gint64: the items that nothing was said of yet */
  guint n_items;
  BwLineReader output;
  BwLineReader log;
  guint64 line; /* of the standard output, from 1 */
  guint complaints;
  char *result;    /* nullable */
  char *last_line; /* nullable: of the log, not empty */
};

static void G_GNUC_PRINTF (2, 3) complain (BwCommandOutput *self, const char *format, ...)
{
  g_autofree char *problem = NULL;
  g_autofree char *line = NULL;
  va_list arguments;

  self->complaints++;
  if (self->complaints > MAX_COMPLAINTS + 1)
    return;
  if (self->complaints == MAX_COMPLAINTS + 1)
    {
      bw_hold_add_log (self->hold,
                       "Further lines of output that are not understood are not shown.");
      return;
    }
  va_start (arguments, format);
  problem = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  line = g_strdup_printf ("Output line %" G_GUINT64_FORMAT " was ignored: %s", self->line, problem);
  bw_hold_add_log (self->hold, line);
}

/* A message may be cut, since an item's result must not be lost by a long one. */
static char *
read_message (BwJsonReader *reader)
{
  g_autofree char *message = bw_json_reader_dup_string (reader, "message", MAX_OUTPUT_LINE);
  g_autofree char *start = NULL;

  if (message == NULL || g_utf8_strlen (message, -1) <= BW_MAX_MESSAGE)
    return g_steal_pointer (&message);
  start = g_utf8_substring (message, 0, BW_MAX_MESSAGE - 1);
  return g_strconcat (start, "…", NULL);
}

static void
take_item (BwCommandOutput *self, BwJsonReader *reader, gint64 item, const char *message)
{
  const char *word = bw_json_reader_need_string (reader, "state", 20);
  BwItemState state = BW_ITEM_STATE_PENDING;

  if (word != NULL
      && (!bw_item_state_from_string (word, &state) || state == BW_ITEM_STATE_PENDING
          || state == BW_ITEM_STATE_CANCELLED))
    bw_json_reader_fail (reader, "state", "must be “success”, “failed” or “skipped”");
  if (!bw_json_reader_is_valid (reader))
    return;
  if (g_hash_table_remove (self->pending, &item))
    bw_hold_add_item (self->hold, item, state, message);
  else
    complain (self,
              "Item %" G_GINT64_FORMAT " is not one of those to be done, or was reported before.",
              item);
}

static void
take_members (BwCommandOutput *self, BwJsonReader *reader)
{
  static const char *const known[] = { "item", "state", "message", "progress", "result", NULL };
  gint64 item = bw_json_reader_int (reader, "item", 1, G_MAXINT64, 0);
  double progress = bw_json_reader_double (reader, "progress", 0, 1, -1);
  const char *result = bw_json_reader_string (reader, "result", MAX_PATH_LENGTH);
  g_autofree char *message = read_message (reader);

  bw_json_reader_only (reader, known);
  if (!bw_json_reader_has (reader, "item") && bw_json_reader_has (reader, "state"))
    bw_json_reader_fail (reader, "item", "must say which item is meant");
  if (!bw_json_reader_is_valid (reader))
    return;

  if (item > 0)
    take_item (self, reader, item, message);
  else if (message != NULL)
    bw_hold_set_message (self->hold, message);
  if (bw_json_reader_is_valid (reader) && progress >= 0)
    bw_hold_set_progress (self->hold, progress);
  if (bw_json_reader_is_valid (reader) && result != NULL)
    {
      g_free (self->result);
      self->result = g_strdup (result);
    }
}

static void
take_line (const char *line, gsize length, gsize cut, gpointer user_data)
{
  BwCommandOutput *self = user_data;
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (GError) error = NULL;

  self->line++;
  if (cut > 0)
    {
      complain (self, "It has %" G_GSIZE_FORMAT " bytes; %d is the most.", length + cut,
                MAX_OUTPUT_LINE);
      return;
    }
  if (strspn (line, " \t") == length)
    return;
  reader = bw_json_reader_new_for_text (line, length, &error);
  if (reader == NULL)
    {
      g_autofree char *shown = bw_line_to_text (line, length, 0, MAX_SHOWN);

      complain (self, "It is not JSON: %s", shown);
      return;
    }
  take_members (self, reader);
  if (!bw_json_reader_finish (reader, &error))
    {
      g_autofree char *shown = bw_line_to_text (line, length, 0, MAX_SHOWN);

      complain (self, "%s: %s", error->message, shown);
    }
}

static void
take_log_line (const char *line, gsize length, gsize cut, gpointer user_data)
{
  BwCommandOutput *self = user_data;
  g_autofree char *text = bw_line_to_text (line, length, cut, BW_MAX_LOG_LINE);

  bw_hold_add_log (self->hold, text);
  if (text[strspn (text, " \t")] == '\0')
    return;
  g_free (self->last_line);
  self->last_line = g_steal_pointer (&text);
}

/**
 * bw_command_output_new:
 * @hold: what is told
 * @claim: the job and its items; not used after the call
 *
 * Returns: (transfer full): a reader of a command's output
 */
BwCommandOutput *
bw_command_output_new (BwHold *hold, const BwClaim *claim)
{
  BwCommandOutput *self = g_new0 (BwCommandOutput, 1);

  self->hold = g_object_ref (hold);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->n_items = claim->items->len;
  for (guint i = 0; i < claim->items->len; i++)
    {
      const BwItem *item = g_ptr_array_index (claim->items, i);

      g_hash_table_add (self->pending, g_memdup2 (&item->item, sizeof item->item));
    }
  bw_line_reader_init (&self->output, MAX_OUTPUT_LINE, take_line, self);
  bw_line_reader_init (&self->log, BW_MAX_LOG_LINE, take_log_line, self);
  return self;
}

/** bw_command_output_free: @self: (transfer full) (nullable): a reader */
void
bw_command_output_free (BwCommandOutput *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->hold);
  g_hash_table_unref (self->pending);
  bw_line_reader_clear (&self->output);
  bw_line_reader_clear (&self->log);
  g_free (self->result);
  g_free (self->last_line);
  g_free (self);
}

/** bw_command_output_feed: @self: a reader. @data: bytes of standard output. @length: how many */
void
bw_command_output_feed (BwCommandOutput *self, const char *data, gsize length)
{
  bw_line_reader_feed (&self->output, data, length);
}

/** bw_command_output_feed_log: @self: a reader. @data: bytes of standard error. @length: how many
 */
void
bw_command_output_feed_log (BwCommandOutput *self, const char *data, gsize length)
{
  bw_line_reader_feed (&self->log, data, length);
}

/** bw_command_output_end: @self: a reader. Takes last lines that have no end. */
void
bw_command_output_end (BwCommandOutput *self)
{
  bw_line_reader_finish (&self->output);
  bw_line_reader_finish (&self->log);
}

/** bw_command_output_n_reported: @self: a reader. Returns: of how many items it was said how they
 * went */
guint
bw_command_output_n_reported (BwCommandOutput *self)
{
  return self->n_items - g_hash_table_size (self->pending);
}

/** bw_command_output_n_pending: @self: a reader. Returns: of how many items nothing was said */
guint
bw_command_output_n_pending (BwCommandOutput *self)
{
  return g_hash_table_size (self->pending);
}

/**
 * bw_command_output_succeed_rest:
 * @self: a reader
 *
 * Reports success for all items that nothing was said of: for a command that did all that it was
 * given, and has nothing to say about single items.
 */
void
bw_command_output_succeed_rest (BwCommandOutput *self)
{
  GHashTableIter iter;
  gint64 *item;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, (gpointer *) &item, NULL))
    {
      bw_hold_add_item (self->hold, *item, BW_ITEM_STATE_SUCCESS, NULL);
      g_hash_table_iter_remove (&iter);
    }
}

/** bw_command_output_get_result: @self: a reader. Returns: (nullable): the path of the result file
 */
const char *
bw_command_output_get_result (BwCommandOutput *self)
{
  return self->result;
}

/** bw_command_output_get_last_line: @self: a reader. Returns: (nullable): the log's last line with
 * text */
const char *
bw_command_output_get_last_line (BwCommandOutput *self)
{
  return self->last_line;
}
