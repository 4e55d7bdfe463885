/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libxlsxwriter keeps the rows of a sheet in a temporary file until the end, and puts all into the
 * ZIP file that an XLSX file is when it closes the workbook. It does not look whether writing into
 * the temporary files works; so this does.
 */
#include "bw-xlsx-writer.h"

#include "bw-config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <string.h>
#include <xlsxwriter.h>

#include "bw-error.h"
#include "bw-zip-sizes.h"

/* What a cell of Excel holds, in UTF-16 units. */
#define MAX_TEXT 32767
#define ELLIPSIS "\xe2\x80\xa6"
#define MAX_SHEET_NAME 31

/* Day 0 of Excel's calendar is 1899-12-30, so 1970-01-01 is this one. */
#define DAY_1970 25569
#define SECONDS_PER_DAY 86400.0
#define TIME_FORMAT "yyyy-mm-dd hh:mm:ss"

/* A column is as wide as what its first rows show, within limits, in characters. */
#define MEASURED_ROWS 1000
#define MIN_WIDTH 8
#define MAX_WIDTH 60
#define TIME_WIDTH 19
#define ROOM_FOR_ARROW 4

#define CHECK_INTERVAL 1024
#define LARGE_FILE (G_GUINT64_CONSTANT (1) << 32)

typedef struct
{
  BwTableWriter writer;
  BwNewFile *file; /* outlives the writer */
  const char *spool;
  char *title;
  GArray *columns; /* of BwColumn, their titles borrowed */
  GTimeZone *zone;
  guint max_rows;

  lxw_workbook *workbook;
  lxw_worksheet *sheet;
  lxw_format *header;
  lxw_format *time;
  lxw_format *literal; /* for texts that look like formulas */
  lxw_format *states[BW_N_TONES];
  guint row; /* the next one in the sheet */
  guint *widths;
  GArray *sizes; /* of guint64: bytes of each sheet's rows */
  locale_t locale;
} XlsxWriter;

/* The colours of libadwaita's light style for text on a white ground, each at a contrast of at
 * least 4.5 to 1. */
static const lxw_color_t tone_colors[BW_N_TONES] = {
  [BW_TONE_NEUTRAL] = 0x5e5c64, [BW_TONE_ACTIVE] = 0x0461be, [BW_TONE_SUCCESS] = 0x007c3d,
  [BW_TONE_WARNING] = 0x905400, [BW_TONE_ERROR] = 0xc30000,
};

static gboolean
fail (XlsxWriter *self, lxw_error code, GError **error)
{
  gboolean in_spool = code == LXW_ERROR_CREATING_TMPFILE || code == LXW_ERROR_READING_TMPFILE;
  int reason = errno;

  if (in_spool || code == LXW_ERROR_ZIP_FILE_OPERATION || code == LXW_ERROR_ZIP_FILE_ADD
      || code == LXW_ERROR_ZIP_CLOSE || code == LXW_ERROR_CREATING_XLSX_FILE)
    bw_new_file_set_error (in_spool ? self->spool : bw_new_file_get_folder (self->file),
                           reason != 0 ? reason : ENOSPC, error);
  else
    bw_set_error (error, BW_ERROR_INTERNAL, _ ("The Excel file could not be made: %s."),
                  lxw_strerror (code));
  return FALSE;
}

static gboolean
check_spool (XlsxWriter *self, GError **error)
{
  errno = 0;
  if (fflush (self->sheet->optimize_tmpfile) == 0 && !ferror (self->sheet->optimize_tmpfile))
    return TRUE;
  bw_new_file_set_error (self->spool, errno != 0 ? errno : ENOSPC, error);
  return FALSE;
}

static void
measure (XlsxWriter *self, guint column, const char *text)
{
  guint width;

  if (self->row > MEASURED_ROWS)
    return;
  width = (guint) g_utf8_strlen (text, -1) + (self->row == 0 ? ROOM_FOR_ARROW : 1);
  self->widths[column] = CLAMP (width, self->widths[column], MAX_WIDTH);
}

static gboolean
is_escape (const char *text)
{
  if (text[1] != 'x' && text[1] != 'X')
    return FALSE;
  for (guint i = 2; i < 6; i++)
    if (!g_ascii_isxdigit (text[i]))
      return FALSE;
  return text[6] == '_';
}

/* "_x0041_" stands for "A" in a sheet (ECMA-376 22.9.2.19), so where it is meant as it stands its
 * first sign is escaped itself. */
static char *
escape_escapes (const char *text)
{
  GString *escaped = NULL;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '_' && is_escape (p))
        {
          if (escaped == NULL)
            escaped = g_string_new_len (text, p - text);
          g_string_append (escaped, "_x005F");
        }
      if (escaped != NULL)
        g_string_append_c (escaped, *p);
    }
  return escaped != NULL ? g_string_free_and_steal (escaped) : NULL;
}

/* Lines end with a line feed in a cell; Excel shows what else there is. */
static char *
unify_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

  return g_strdelimit (g_strjoinv ("\n", lines), "\r", '\n');
}

static gsize
count_units (const char *text, gsize most)
{
  gsize units = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      units += ((guchar) *p >= 0xf0) ? 2 : 1;
      if (units > most)
        return (gsize) (p - text);
    }
  return 0;
}

/* What is too long for a cell is cut, and seen to be. */
static char *
shorten (const char *text)
{
  g_autofree char *beginning = NULL;

  if (strlen (text) <= MAX_TEXT || count_units (text, MAX_TEXT) == 0)
    return NULL;
  beginning = g_strndup (text, count_units (text, MAX_TEXT - 1));
  return g_strconcat (beginning, ELLIPSIS, NULL);
}

/* Texts are always written as texts, which no program takes for formulas. One that looks like a
 * formula is marked as a text besides (quotePrefix, Excel's own apostrophe), as OWASP ASVS 1.2.10
 * asks: it then stays one when the cell is edited. */
static lxw_error
write_text (XlsxWriter *self, guint column, const char *text, lxw_format *format)
{
  g_autofree char *clean = bw_text_replace_control (text);
  g_autofree char *lines = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *shorter = NULL;
  gboolean begins_formula = bw_text_begins_formula (text);

  if (clean != NULL)
    text = clean;
  if (strchr (text, '\r') != NULL)
    lines = unify_lines (text);
  if (lines != NULL)
    text = lines;
  measure (self, column, text);
  if (strchr (text, '_') != NULL)
    escaped = escape_escapes (text);
  if (escaped != NULL)
    text = escaped;
  shorter = shorten (text);
  return worksheet_write_string (self->sheet, self->row, (lxw_col_t) column,
                                 shorter != NULL ? shorter : text,
                                 begins_formula ? self->literal : format);
}

static lxw_error
write_time (XlsxWriter *self, guint column, BwTime time)
{
  double days = (double) bw_time_to_local (time, self->zone) / SECONDS_PER_DAY + DAY_1970;

  return worksheet_write_number (self->sheet, self->row, (lxw_col_t) column, days, self->time);
}

static lxw_error
write_cell (XlsxWriter *self, guint column, const BwCell *cell)
{
  switch (cell->kind)
    {
    case BW_CELL_TEXT:
      return write_text (self, column, cell->text, NULL);
    case BW_CELL_STATE:
      return write_text (self, column, cell->text, self->states[cell->tone]);
    case BW_CELL_NUMBER:
      return worksheet_write_number (self->sheet, self->row, (lxw_col_t) column, cell->number,
                                     NULL);
    case BW_CELL_TIME:
      return write_time (self, column, cell->time);
    case BW_CELL_EMPTY:
    default:
      return LXW_NO_ERROR;
    }
}

/* Excel refuses the rest: : \ / ? * [ ] anywhere, an apostrophe at an end, more than 31 characters.
 */
static char *
make_sheet_name (XlsxWriter *self, guint number)
{
  g_autofree char *suffix = number > 1 ? g_strdup_printf (" %u", number) : g_strdup ("");
  g_autofree char *title = g_strdelimit (g_strdup (self->title), ":\\/?*[]'", '-');
  gsize room = count_units (title, MAX_SHEET_NAME - strlen (suffix));

  if (room > 0)
    title[room] = '\0';
  return g_strconcat (title, suffix, NULL);
}

static gboolean
begin_sheet (XlsxWriter *self, GError **error)
{
  g_autofree char *name = make_sheet_name (self, self->sizes->len + 1);
  lxw_error code = LXW_NO_ERROR;

  errno = 0;
  self->sheet = workbook_add_worksheet (self->workbook, name);
  if (self->sheet == NULL)
    return fail (self, LXW_ERROR_CREATING_TMPFILE, error);
  worksheet_freeze_panes (self->sheet, 1, 0);
  self->row = 0;
  for (guint i = 0; i < self->columns->len && code == LXW_NO_ERROR; i++)
    {
      const BwColumn *column = &g_array_index (self->columns, BwColumn, i);

      self->widths[i] = column->kind == BW_COLUMN_TIME ? TIME_WIDTH : MIN_WIDTH;
      code = write_text (self, i, column->title, self->header);
    }
  self->row = 1;
  return code == LXW_NO_ERROR || fail (self, code, error);
}

static gboolean
end_sheet (XlsxWriter *self, GError **error)
{
  guint64 size;

  lxw_worksheet_write_single_row (self->sheet);
  if (!check_spool (self, error))
    return FALSE;
  size = (guint64) ftello (self->sheet->optimize_tmpfile);
  g_array_append_val (self->sizes, size);
  worksheet_autofilter (self->sheet, 0, 0, self->row - 1, (lxw_col_t) (self->columns->len - 1));
  for (guint i = 0; i < self->columns->len; i++)
    worksheet_set_column (self->sheet, (lxw_col_t) i, (lxw_col_t) i, self->widths[i], NULL);
  return TRUE;
}

static gboolean
add_row (XlsxWriter *self, const BwCell *cells, GError **error)
{
  lxw_error code = LXW_NO_ERROR;

  if (self->row >= self->max_rows && (!end_sheet (self, error) || !begin_sheet (self, error)))
    return FALSE;
  for (guint i = 0; i < self->columns->len && code == LXW_NO_ERROR; i++)
    code = write_cell (self, i, &cells[i]);
  if (code != LXW_NO_ERROR)
    return fail (self, code, error);
  self->row++;
  return self->row % CHECK_INTERVAL != 0 || check_spool (self, error);
}

/* libxlsxwriter prints numbers as the locale has them, and a sheet has them with a point. */
static gboolean
xlsx_writer_add_row (BwTableWriter *writer, const BwCell *cells, GError **error)
{
  XlsxWriter *self = (XlsxWriter *) writer;
  locale_t before = uselocale (self->locale);
  gboolean good = add_row (self, cells, error);

  uselocale (before);
  return good;
}

/* The copies that are made on the way into the ZIP file may have been cut short. */
static gboolean
check_sheets (XlsxWriter *self, GError **error)
{
  for (guint i = 0; i < self->sizes->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("xl/worksheets/sheet%u.xml", i + 1);

      if (!bw_zip_has (bw_new_file_get_fd (self->file), name,
                       g_array_index (self->sizes, guint64, i)))
        {
          bw_new_file_set_error (self->spool, ENOSPC, error);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_size (XlsxWriter *self, GError **error)
{
  for (guint i = 0; i < self->sizes->len; i++)
    if (g_array_index (self->sizes, guint64, i) >= LARGE_FILE)
      {
        bw_set_error (error, BW_ERROR_TOO_LARGE,
                      _ ("This is more text than an Excel file can hold. Export fewer rows or "
                         "columns, or choose CSV."));
        return FALSE;
      }
  return TRUE;
}

static gboolean
finish (XlsxWriter *self, GError **error)
{
  lxw_error code;

  if (!end_sheet (self, error) || !check_size (self, error))
    return FALSE;
  errno = 0;
  code = workbook_close (g_steal_pointer (&self->workbook));
  return code == LXW_NO_ERROR ? check_sheets (self, error) : fail (self, code, error);
}

static gboolean
xlsx_writer_finish (BwTableWriter *writer, GError **error)
{
  XlsxWriter *self = (XlsxWriter *) writer;
  locale_t before = uselocale (self->locale);
  gboolean good = finish (self, error);

  uselocale (before);
  return good;
}

static void
xlsx_writer_free (BwTableWriter *writer)
{
  XlsxWriter *self = (XlsxWriter *) writer;

  g_clear_pointer (&self->workbook, lxw_workbook_free);
  freelocale (self->locale);
  g_time_zone_unref (self->zone);
  g_array_unref (self->columns);
  g_array_unref (self->sizes);
  g_free (self->widths);
  g_free (self->title);
  g_free (self);
}

static void
add_formats (XlsxWriter *self)
{
  self->header = workbook_add_format (self->workbook);
  format_set_bold (self->header);
  format_set_bottom (self->header, LXW_BORDER_THIN);
  self->time = workbook_add_format (self->workbook);
  format_set_num_format (self->time, TIME_FORMAT);
  format_set_align (self->time, LXW_ALIGN_LEFT);
  self->literal = workbook_add_format (self->workbook);
  format_set_quote_prefix (self->literal);
  for (guint i = 0; i < BW_N_TONES; i++)
    {
      self->states[i] = workbook_add_format (self->workbook);
      format_set_font_color (self->states[i], tone_colors[i]);
      if (i == BW_TONE_ERROR)
        format_set_bold (self->states[i]);
    }
}

/**
 * bw_xlsx_writer_new:
 * @file: where to write; outlives the writer
 * @title: the name of the sheet
 * @columns: (array length=n_columns): the columns; their titles outlive the writer
 * @n_columns: how many
 * @zone: the time zone in which times are written
 * @max_rows: how many rows a sheet has, %BW_XLSX_MAX_ROWS but in tests; what is more goes on in
 *   another sheet
 * @error: (out) (optional): why not, in words for the user
 *
 * Writes a workbook of Excel: numbers and times as such, states in colour, the row of titles bold,
 * in sight while the rest scrolls, and with filters. What rows there are is kept in a temporary
 * file in the user's cache folder meanwhile, not in memory.
 *
 * Returns: (transfer full) (nullable): a writer
 */
BwTableWriter *
bw_xlsx_writer_new (BwNewFile *file,
                    const char *title,
                    const BwColumn *columns,
                    guint n_columns,
                    GTimeZone *zone,
                    guint max_rows,
                    GError **error)
{
  XlsxWriter *self = g_new0 (XlsxWriter, 1);
  lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = g_get_user_cache_dir () };

  self->writer.add_row = xlsx_writer_add_row;
  self->writer.finish = xlsx_writer_finish;
  self->writer.free = xlsx_writer_free;
  self->file = file;
  self->spool = g_get_user_cache_dir ();
  self->title = g_strdup (title);
  self->columns = g_array_new (FALSE, FALSE, sizeof (BwColumn));
  g_array_append_vals (self->columns, columns, n_columns);
  self->zone = g_time_zone_ref (zone);
  self->max_rows = max_rows;
  self->locale = newlocale (LC_NUMERIC_MASK, "C", duplocale (uselocale (NULL)));
  self->widths = g_new0 (guint, n_columns);
  self->sizes = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_mkdir_with_parents (self->spool, 0700);
  self->workbook = workbook_new_opt (bw_new_file_get_path (file), &options);
  add_formats (self);
  if (begin_sheet (self, error))
    return &self->writer;
  xlsx_writer_free (&self->writer);
  return NULL;
}
