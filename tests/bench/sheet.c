/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limit of an export to Excel: a plain loop of libxlsxwriter over cells that are in memory,
 * read from a CSV file beforehand. Usage: bench-sheet FROM.csv TO.xlsx
 */
#include <glib.h>
#include <time.h>
#include <xlsxwriter.h>

#define N_COLUMNS 5
#define FIRST_TIME 3
#define MAX_ROWS 1048576

/* The texts of a row stand one after another, each ended by a zero. Cells without quotes only. */
static GPtrArray *
split_rows (char *text)
{
  GPtrArray *rows = g_ptr_array_new ();

  for (char *line = text; line != NULL && *line != '\0';)
    {
      char *end = strstr (line, "\r\n");

      g_ptr_array_add (rows, line);
      if (end != NULL)
        *end = '\0';
      for (char *p = line; *p != '\0'; p++)
        if (*p == ',')
          *p = '\0';
      line = end != NULL ? end + 2 : NULL;
    }
  return rows;
}

static double
read_days (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return time != NULL ? (double) g_date_time_to_unix (time) / 86400.0 + 25569 : 0;
}

static double *
read_times (GPtrArray *rows)
{
  double *days = g_new0 (double, rows->len * 2);

  for (guint i = 1; i < rows->len; i++)
    {
      const char *cell = g_ptr_array_index (rows, i);

      for (guint j = 0; j < N_COLUMNS; j++, cell += strlen (cell) + 1)
        if (j >= FIRST_TIME && *cell != '\0')
          {
            g_autofree char *iso = g_strconcat (cell, "Z", NULL);

            days[2 * i + j - FIRST_TIME] = read_days (iso);
          }
    }
  return days;
}

static void
write_rows (lxw_workbook *workbook, GPtrArray *rows, const double *days)
{
  lxw_format *time = workbook_add_format (workbook);
  lxw_worksheet *sheet = NULL;

  format_set_num_format (time, "yyyy-mm-dd hh:mm:ss");
  for (guint i = 0; i < rows->len; i++)
    {
      const char *cell = g_ptr_array_index (rows, i);
      lxw_row_t row = i % MAX_ROWS;

      if (row == 0)
        sheet = workbook_add_worksheet (workbook, NULL);
      for (guint j = 0; j < N_COLUMNS; j++, cell += strlen (cell) + 1)
        if (i > 0 && j >= FIRST_TIME && *cell != '\0')
          worksheet_write_number (sheet, row, (lxw_col_t) j, days[2 * i + j - FIRST_TIME], time);
        else if (*cell != '\0')
          worksheet_write_string (sheet, row, (lxw_col_t) j, cell, NULL);
    }
}

int
main (int argc, char **argv)
{
  lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = g_get_user_cache_dir () };
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree double *days = NULL;
  lxw_workbook *workbook;
  gint64 start;
  clock_t used;

  g_assert_true (argc == 3 && g_file_get_contents (argv[1], &text, NULL, NULL));
  rows = split_rows (text);
  days = read_times (rows);
  start = g_get_monotonic_time ();
  used = clock ();
  workbook = workbook_new_opt (argv[2], &options);
  write_rows (workbook, rows, days);
  g_assert_cmpint (workbook_close (workbook), ==, LXW_NO_ERROR);
  used = clock () - used;
  g_print ("{\"rows\": %u, \"seconds\": %f, \"cpu\": %f}\n", rows->len - 1,
           (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC,
           (double) used / CLOCKS_PER_SEC);
  return 0;
}
