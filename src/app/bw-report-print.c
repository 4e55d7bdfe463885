/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table on paper: a title, the names of the columns on each page, and a row a line.
 */
#include "bw-config.h"

#include "bw-report-print.h"

#include <glib/gi18n.h>
#include <pango/pangocairo.h>

/* In points. */
#define FONT "Sans 9"
#define TITLE_FONT "Sans Bold 14"
#define LINE 16.0
#define HEAD 60.0
#define FOOT 24.0

/* How much wider the first column is than the others. */
#define FIRST_SHARE 2.4

typedef struct
{
  char *title;
  char *subtitle;
  BwFigureColumn *columns;
  guint n_columns;
  GPtrArray *rows;
  guint rows_a_page;
} Report;

static void
report_free (gpointer data, GClosure *closure)
{
  Report *report = data;

  g_free (report->title);
  g_free (report->subtitle);
  g_free (report->columns);
  g_ptr_array_unref (report->rows);
  g_free (report);
}

static void
begin_cb (GtkPrintOperation *operation, GtkPrintContext *context, Report *report)
{
  double room = gtk_print_context_get_height (context) - HEAD - FOOT - LINE;

  report->rows_a_page = (guint) MAX (room / LINE, 1);
  gtk_print_operation_set_n_pages (
      operation,
      (int) MAX ((report->rows->len + report->rows_a_page - 1) / report->rows_a_page, 1));
}

/* Cut off where the column ends, at whichever side its alignment leaves free. */
static void
draw_words (GtkPrintContext *context,
            const char *font,
            const char *words,
            double x,
            double y,
            double width,
            PangoAlignment alignment)
{
  cairo_t *cairo = gtk_print_context_get_cairo_context (context);
  g_autoptr (PangoLayout) layout = gtk_print_context_create_pango_layout (context);
  PangoFontDescription *description = pango_font_description_from_string (font);

  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_text (layout, words, -1);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment (layout, alignment);
  cairo_move_to (cairo, x, y);
  pango_cairo_show_layout (cairo, layout);
}

static void
draw_row (GtkPrintContext *context, const Report *report, gconstpointer row, double y)
{
  double unit = gtk_print_context_get_width (context) / (FIRST_SHARE + report->n_columns - 1);
  double x = 0;

  for (guint i = 0; i < report->n_columns; i++)
    {
      const BwFigureColumn *column = &report->columns[i];
      double width = i == 0 ? unit * FIRST_SHARE : unit;
      g_autofree char *words =
          row != NULL ? bw_figure_column_get_text (column, row) : g_strdup (_ (column->title));

      draw_words (context, row != NULL ? FONT : "Sans Bold 8", words, x, y, width - 6,
                  column->flags & BW_FIGURE_NUMBER ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
      x += width;
    }
}

static void
draw_rule (GtkPrintContext *context, double y)
{
  cairo_t *cairo = gtk_print_context_get_cairo_context (context);

  cairo_set_line_width (cairo, 0.5);
  cairo_move_to (cairo, 0, y);
  cairo_line_to (cairo, gtk_print_context_get_width (context), y);
  cairo_stroke (cairo);
}

static void
draw_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, Report *report)
{
  double width = gtk_print_context_get_width (context);
  guint first = (guint) page * report->rows_a_page;
  guint last = MIN (first + report->rows_a_page, report->rows->len);
  double y = HEAD;
  int n_pages;
  g_autofree char *number = NULL;

  g_object_get (operation, "n-pages", &n_pages, NULL);
  draw_words (context, TITLE_FONT, report->title, 0, 0, width, PANGO_ALIGN_LEFT);
  draw_words (context, FONT, report->subtitle, 0, 24, width, PANGO_ALIGN_LEFT);
  draw_row (context, report, NULL, y);
  draw_rule (context, y + LINE - 2);
  y += LINE + 2;

  for (guint i = first; i < last; i++)
    {
      draw_row (context, report, g_ptr_array_index (report->rows, i), y);
      y += LINE;
    }

  /* Translators: at the foot of a printed page: its number, and how many there are */
  number = g_strdup_printf (_ ("Page %d of %d"), page + 1, n_pages);
  draw_words (context, FONT, number, 0, gtk_print_context_get_height (context) - 14, width,
              PANGO_ALIGN_RIGHT);
}

/**
 * bw_report_print_new:
 * @title: what the report is of
 * @subtitle: of which days
 * @columns: (array length=n_columns): its columns
 * @n_columns: how many
 * @rows: (transfer none): what the columns take their values from
 *
 * Returns: (transfer full): what prints the report
 */
GtkPrintOperation *
bw_report_print_new (const char *title,
                     const char *subtitle,
                     const BwFigureColumn *columns,
                     guint n_columns,
                     GPtrArray *rows)
{
  GtkPrintOperation *operation = gtk_print_operation_new ();
  Report *report = g_new0 (Report, 1);

  report->title = g_strdup (title);
  report->subtitle = g_strdup (subtitle);
  report->columns = g_memdup2 (columns, n_columns * sizeof (BwFigureColumn));
  report->n_columns = n_columns;
  report->rows = g_ptr_array_ref (rows);
  gtk_print_operation_set_job_name (operation, title);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_embed_page_setup (operation, TRUE);
  g_signal_connect (operation, "begin-print", G_CALLBACK (begin_cb), report);
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (draw_cb), report, report_free,
                         G_CONNECT_DEFAULT);

  return operation;
}
