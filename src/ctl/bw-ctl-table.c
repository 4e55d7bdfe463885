/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-ctl-table.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GAP 2
#define NARROWEST 8

typedef struct
{
  char *title;
  BwAlign align;
  int width;
} Column;

typedef struct
{
  char *text;
  const char *colour;       /* nullable: an SGR sequence's parameters */
} Cell;

struct _BwCtlTable
{
  GArray *columns;          /* of Column */
  GArray *cells;            /* of Cell, row by row */
};

static void
column_clear (gpointer data)
{
  g_free (((Column *) data)->title);
}

static void
cell_clear (gpointer data)
{
  g_free (((Cell *) data)->text);
}

/**
 * bw_ctl_table_new:
 *
 * Returns: (transfer full): a table without columns
 */
BwCtlTable *
bw_ctl_table_new (void)
{
  BwCtlTable *self = g_new0 (BwCtlTable, 1);

  self->columns = g_array_new (FALSE, TRUE, sizeof (Column));
  g_array_set_clear_func (self->columns, column_clear);
  self->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  g_array_set_clear_func (self->cells, cell_clear);

  return self;
}

/**
 * bw_ctl_table_free:
 * @self: (transfer full) (nullable): a table
 */
void
bw_ctl_table_free (BwCtlTable *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->columns);
  g_array_unref (self->cells);
  g_free (self);
}

/**
 * bw_ctl_table_column:
 * @self: a table without cells
 * @title: what stands above the column
 * @align: where words stand in it
 *
 * Adds a column at the end.
 */
void
bw_ctl_table_column (BwCtlTable *self, const char *title, BwAlign align)
{
  Column column = { g_strdup (title), align, 0 };

  g_array_append_val (self->columns, column);
}

/* How many columns of a terminal the text takes. */
static int
measure (const char *text)
{
  int width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_iszerowidth (c))
        width += g_unichar_iswide (c) ? 2 : 1;
    }

  return width;
}

/**
 * bw_ctl_make_printable:
 * @text: (nullable): words from anywhere
 *
 * Returns: (transfer full): the words without control characters, which could make a terminal do
 *   anything
 */
char *
bw_ctl_make_printable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *result = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (result, g_unichar_iscntrl (c) ? ' ' : c);
    }

  return g_string_free (result, FALSE);
}

/**
 * bw_ctl_table_add:
 * @self: a table
 * @text: (nullable): what stands in the next cell
 */
void
bw_ctl_table_add (BwCtlTable *self, const char *text)
{
  Cell cell = { bw_ctl_make_printable (text), NULL };

  g_array_append_val (self->cells, cell);
}

/**
 * bw_ctl_table_add_int:
 * @self: a table
 * @number: what stands in the next cell
 */
void
bw_ctl_table_add_int (BwCtlTable *self, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%'" G_GINT64_FORMAT, number);

  bw_ctl_table_add (self, text);
}

/**
 * bw_ctl_table_colour:
 * @self: a table
 * @sequence: (nullable): static: parameters of ECMA-48's SGR, "31" for red
 *
 * Colours the cell that was added last, where the output is a terminal.
 */
void
bw_ctl_table_colour (BwCtlTable *self, const char *sequence)
{
  g_array_index (self->cells, Cell, self->cells->len - 1).colour = sequence;
}

static int
get_terminal_width (void)
{
  struct winsize size = { 0 };

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;

  return G_MAXINT;
}

/* Widths by content; what fills gives way where the terminal is too narrow. */
static void
lay_out (BwCtlTable *self)
{
  int total = 0;
  int room = get_terminal_width ();

  for (guint i = 0; i < self->columns->len; i++)
    g_array_index (self->columns, Column, i).width
        = measure (g_array_index (self->columns, Column, i).title);
  for (guint i = 0; i < self->cells->len; i++)
    {
      Column *column = &g_array_index (self->columns, Column, i % self->columns->len);

      column->width
          = MAX (column->width, measure (g_array_index (self->cells, Cell, i).text));
    }
  for (guint i = 0; i < self->columns->len; i++)
    total += g_array_index (self->columns, Column, i).width + GAP;

  for (guint i = 0; i < self->columns->len && total - GAP > room; i++)
    {
      Column *column = &g_array_index (self->columns, Column, i);
      int width = MAX (NARROWEST, column->width - (total - GAP - room));

      if (column->align != BW_ALIGN_FILL || width >= column->width)
        continue;
      total -= column->width - width;
      column->width = width;
    }
}

/* Cuts @text so that it takes at most @width, with an ellipsis. */
static char *
fit (const char *text, int width)
{
  const char *p = text;
  int used = 0;

  if (measure (text) <= width)
    return g_strdup (text);

  while (*p != '\0')
    {
      gunichar c = g_utf8_get_char (p);
      int step = g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;

      if (used + step > width - 1)
        break;
      used += step;
      p = g_utf8_next_char (p);
    }

  return g_strdup_printf ("%.*s…", (int) (p - text), text);
}

static void
append_cell (GString *line, const Column *column, const char *text, const char *colour, gboolean last)
{
  g_autofree char *fitting = fit (text, column->width);
  int spaces = column->width - measure (fitting);

  if (column->align == BW_ALIGN_END)
    g_string_append_printf (line, "%*s", spaces, "");
  if (colour != NULL)
    g_string_append_printf (line, "\033[%sm%s\033[0m", colour, fitting);
  else
    g_string_append (line, fitting);
  if (column->align != BW_ALIGN_END && !last)
    g_string_append_printf (line, "%*s", spaces, "");
  if (!last)
    g_string_append_printf (line, "%*s", GAP, "");
}

/**
 * bw_ctl_table_print:
 * @self: a table with whole rows
 *
 * Prints it, with titles where there are rows. Colours and the terminal's width count only if the
 * output is a terminal.
 */
void
bw_ctl_table_print (BwCtlTable *self)
{
  gboolean coloured = isatty (STDOUT_FILENO) && g_getenv ("NO_COLOR") == NULL;
  guint n = self->columns->len;
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->cells->len == 0)
    return;

  lay_out (self);
  for (guint i = 0; i < n; i++)
    {
      const Column *column = &g_array_index (self->columns, Column, i);

      append_cell (text, column, column->title, coloured ? "1" : NULL, i == n - 1);
    }
  g_string_append_c (text, '\n');
  for (guint i = 0; i < self->cells->len; i++)
    {
      const Cell *cell = &g_array_index (self->cells, Cell, i);

      append_cell (text, &g_array_index (self->columns, Column, i % n), cell->text,
                   coloured ? cell->colour : NULL, i % n == n - 1);
      if (i % n == n - 1)
        g_string_append_c (text, '\n');
    }
  g_print ("%s", text->str);
}
