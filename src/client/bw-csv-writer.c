/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-csv-writer.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Excel takes a file without it for one in the code page of Windows, and shows umlauts as two signs
 * each. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define BUFFER_SIZE (256 * 1024)

typedef struct
{
  BwTableWriter writer;
  BwNewFile *file; /* outlives the writer */
  guint n_columns;
  GTimeZone *zone;
  GString *buffer;
} CsvWriter;

static gboolean
flush (CsvWriter *self, GError **error)
{
  gsize done = 0;

  while (done < self->buffer->len)
    {
      gssize written = write (bw_new_file_get_fd (self->file), self->buffer->str + done,
                              self->buffer->len - done);

      if (written >= 0)
        done += (gsize) written;
      else if (errno != EINTR)
        {
          bw_new_file_set_error (bw_new_file_get_folder (self->file), errno, error);
          return FALSE;
        }
    }
  g_string_truncate (self->buffer, 0);
  return TRUE;
}

/* Quotes as RFC 4180, 2.5 to 2.7, has it. A text that could be taken for a formula gets an
 * apostrophe before it, which OWASP advises and which spreadsheet programs take for "this is text".
 */
static void
append_text (CsvWriter *self, const char *text)
{
  g_autofree char *clean = bw_text_replace_control (text);
  gboolean begins_formula = bw_text_begins_formula (text);

  if (clean != NULL)
    text = clean;
  if (!begins_formula && strpbrk (text, ",\"\r\n") == NULL && text[0] != ' '
      && !g_str_has_suffix (text, " "))
    {
      g_string_append (self->buffer, text);
      return;
    }
  g_string_append_c (self->buffer, '"');
  if (begins_formula)
    g_string_append_c (self->buffer, '\'');
  for (const char *quote; (quote = strchr (text, '"')) != NULL; text = quote + 1)
    {
      g_string_append_len (self->buffer, text, quote + 1 - text);
      g_string_append_c (self->buffer, '"');
    }
  g_string_append (self->buffer, text);
  g_string_append_c (self->buffer, '"');
}

static void
append_number (CsvWriter *self, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (number == (double) (gint64) number)
    g_string_append_printf (self->buffer, "%" G_GINT64_FORMAT, (gint64) number);
  else
    g_string_append (self->buffer, g_ascii_dtostr (text, sizeof text, number));
}

/* As ISO 8601 has it but for the "T", so that spreadsheet programs of all languages know it. */
static void
append_time (CsvWriter *self, BwTime time)
{
  time_t local = (time_t) bw_time_to_local (time, self->zone);
  char text[40];
  struct tm parts;

  gmtime_r (&local, &parts);
  strftime (text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  g_string_append (self->buffer, text);
}

static void
append_cell (CsvWriter *self, const BwCell *cell)
{
  switch (cell->kind)
    {
    case BW_CELL_TEXT:
    case BW_CELL_STATE:
      append_text (self, cell->text);
      break;
    case BW_CELL_NUMBER:
      append_number (self, cell->number);
      break;
    case BW_CELL_TIME:
      append_time (self, cell->time);
      break;
    case BW_CELL_EMPTY:
    default:
      break;
    }
}

static gboolean
csv_writer_add_row (BwTableWriter *writer, const BwCell *cells, GError **error)
{
  CsvWriter *self = (CsvWriter *) writer;

  for (guint i = 0; i < self->n_columns; i++)
    {
      if (i > 0)
        g_string_append_c (self->buffer, ',');
      append_cell (self, &cells[i]);
    }
  g_string_append (self->buffer, "\r\n");
  return self->buffer->len < BUFFER_SIZE || flush (self, error);
}

static gboolean
csv_writer_finish (BwTableWriter *writer, GError **error)
{
  return flush ((CsvWriter *) writer, error);
}

static void
csv_writer_free (BwTableWriter *writer)
{
  CsvWriter *self = (CsvWriter *) writer;

  g_time_zone_unref (self->zone);
  g_string_free (self->buffer, TRUE);
  g_free (self);
}

/**
 * bw_csv_writer_new:
 * @file: where to write; outlives the writer
 * @columns: (array length=n_columns): the columns
 * @n_columns: how many
 * @zone: the time zone in which times are written
 *
 * Writes comma-separated values as RFC 4180 has them, in UTF-8 with a byte order mark, with the
 * columns' titles in the first line. Texts that a spreadsheet program could take for a formula are
 * made harmless: see bw_text_begins_formula().
 *
 * Returns: (transfer full): a writer
 */
BwTableWriter *
bw_csv_writer_new (BwNewFile *file, const BwColumn *columns, guint n_columns, GTimeZone *zone)
{
  CsvWriter *self = g_new0 (CsvWriter, 1);

  self->writer.add_row = csv_writer_add_row;
  self->writer.finish = csv_writer_finish;
  self->writer.free = csv_writer_free;
  self->file = file;
  self->n_columns = n_columns;
  self->zone = g_time_zone_ref (zone);
  self->buffer = g_string_sized_new (BUFFER_SIZE + 4096);
  g_string_append (self->buffer, BYTE_ORDER_MARK);
  for (guint i = 0; i < n_columns; i++)
    {
      if (i > 0)
        g_string_append_c (self->buffer, ',');
      append_text (self, columns[i].title);
    }
  g_string_append (self->buffer, "\r\n");
  return &self->writer;
}
