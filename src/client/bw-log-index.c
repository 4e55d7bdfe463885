/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-log-index.h"

#include <string.h>

#include "bw-dex.h"

#define LONG_ENOUGH (256 * 1024)

typedef struct
{
  GBytes *before;
  GBytes *bytes;
} Raw;

G_DEFINE_BOXED_TYPE (BwLogPiece, bw_log_piece, bw_log_piece_ref, bw_log_piece_unref)

static void
raw_free (gpointer data)
{
  Raw *raw = data;

  g_clear_pointer (&raw->before, g_bytes_unref);
  g_clear_pointer (&raw->bytes, g_bytes_unref);
  g_free (raw);
}

static void
piece_clear (gpointer data)
{
  BwLogPiece *self = data;

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->rest, g_bytes_unref);
  g_clear_pointer (&self->all, g_bytes_unref);
  g_clear_pointer (&self->starts, g_array_unref);
}

/**
 * bw_log_piece_ref:
 * @self: a piece
 *
 * Returns: (transfer full): @self
 */
BwLogPiece *
bw_log_piece_ref (BwLogPiece *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * bw_log_piece_unref:
 * @self: (transfer full): a piece
 *
 * Lets go of it.
 */
void
bw_log_piece_unref (BwLogPiece *self)
{
  g_atomic_rc_box_release_full (self, piece_clear);
}

static GBytes *
join (GBytes *before, GBytes *bytes)
{
  GByteArray *joined;

  if (before == NULL || g_bytes_get_size (before) == 0)
    return g_bytes_ref (bytes);
  joined = g_byte_array_sized_new ((guint) (g_bytes_get_size (before) + g_bytes_get_size (bytes)));
  g_byte_array_append (joined, g_bytes_get_data (before, NULL), (guint) g_bytes_get_size (before));
  if (g_bytes_get_size (bytes) > 0)
    g_byte_array_append (joined, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  return g_byte_array_free_to_bytes (joined);
}

static DexFuture *
make_in_thread (gpointer data)
{
  Raw *raw = data;
  g_autoptr (GBytes) all = join (raw->before, raw->bytes);
  BwLogPiece *self = g_atomic_rc_box_new0 (BwLogPiece);
  gsize size;
  const char *text = g_bytes_get_data (all, &size);
  const char *line = text;
  const char *end;

  self->starts = g_array_new (FALSE, FALSE, sizeof (guint32));
  while (line < text + size && (end = memchr (line, '\n', size - (gsize) (line - text))) != NULL)
    {
      guint32 start = (guint32) (line - text);

      g_array_append_val (self->starts, start);
      line = end + 1;
    }
  self->bytes = g_bytes_new_from_bytes (all, 0, (gsize) (line - text));
  /* A copy, so that a few bytes do not keep a whole piece. */
  self->rest = g_bytes_new (line, size - (gsize) (line - text));
  if ((gsize) (line - text) < LONG_ENOUGH)
    self->all = g_bytes_ref (all);
  return dex_future_new_take_boxed (BW_TYPE_LOG_PIECE, self);
}

/**
 * bw_log_piece_make:
 * @before: (nullable): what comes before @bytes and has to be in the same piece
 * @bytes: a part of a log, less than 4 GiB with @before
 *
 * Finds the lines in a part of a log, in another thread.
 *
 * Returns: (transfer full): resolves to a BwLogPiece
 */
DexFuture *
bw_log_piece_make (GBytes *before, GBytes *bytes)
{
  Raw *raw = g_new0 (Raw, 1);

  raw->before = before != NULL ? g_bytes_ref (before) : NULL;
  raw->bytes = g_bytes_ref (bytes);
  return bw_dex_in_thread (make_in_thread, raw, raw_free);
}

/**
 * bw_log_piece_get_line:
 * @self: a piece
 * @line: a line of it, from 0
 * @length: (out): its length in bytes
 *
 * Returns: (transfer none): the line without its line feed, not terminated
 */
const char *
bw_log_piece_get_line (BwLogPiece *self, guint line, gsize *length)
{
  gsize size;
  const char *text = g_bytes_get_data (self->bytes, &size);
  guint32 start = g_array_index (self->starts, guint32, line);
  gsize end = line + 1 < self->starts->len ? g_array_index (self->starts, guint32, line + 1) : size;

  *length = end - start - 1;
  return text + start;
}
