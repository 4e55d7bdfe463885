/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-live-rows.h"
#include "bw-time.h"

G_BEGIN_DECLS

typedef struct _BwFigureColumn BwFigureColumn;

/** How a column of a table of figures looks. */
typedef enum
{
  BW_FIGURE_WORDS = 0,
  BW_FIGURE_NUMBER = 1 << 0,    /* figures, aligned at the end */
  BW_FIGURE_EXPAND = 1 << 1,    /* takes what the others leave */
  BW_FIGURE_NARROW = 1 << 2,    /* is there in the narrow layout too */
  BW_FIGURE_NAME = 1 << 3,      /* what the row is called */
  BW_FIGURE_DIMMED = 1 << 4,
} BwFigureFlags;

/**
 * BwFigureColumn:
 *
 * What a column shows of the values of its rows. Functions that are not needed are %NULL.
 */
struct _BwFigureColumn
{
  const char *title;        /* to be translated */
  BwFigureFlags flags;
  int width;                /* in pixels at the usual size of text */
  double (*get_number) (gconstpointer value); /* to sort by; below 0: not known */
  char *(*get_text) (gconstpointer value, const BwFigureColumn *column); /* NULL: the number */
  BwTime (*get_time) (gconstpointer value);        /* shown, and sorted by, in place of the two */
  char *(*get_subtitle) (gconstpointer value);     /* a second line in the narrow layout */
  const char *(*get_style) (gconstpointer value);  /* a CSS class */
  const char *(*get_icon) (gconstpointer value);   /* in front of the text */
  guint index;              /* for the column's functions, to tell columns apart */
};

#define BW_TYPE_FIGURE_TABLE (bw_figure_table_get_type ())

/**
 * BwFigureTable:
 *
 * A table of figures: one row a thing, sorted by a click on a title, kept up to date in place.
 *
 * Properties:
 *   label         char *              what a screen reader calls the table
 *   narrow        gboolean            show only what is most telling
 *   sortable      gboolean            whether titles sort
 * Signals:
 *   activate (BwLiveRow *row)         double click or Enter
 *   end-reached ()                    the last row is in sight, or soon will be
 */
G_DECLARE_FINAL_TYPE (BwFigureTable, bw_figure_table, BW, FIGURE_TABLE, AdwBin)

char      *bw_figure_column_get_text   (const BwFigureColumn *self, gconstpointer value);
GtkWidget *bw_figure_table_new         (void);
void       bw_figure_table_set_columns (BwFigureTable *self, const BwFigureColumn *columns, guint n_columns,
                                        BwKeyFunc get_key);
void       bw_figure_table_take        (BwFigureTable *self, GPtrArray *values);
void       bw_figure_table_set_narrow  (BwFigureTable *self, gboolean narrow);
guint      bw_figure_table_get_n_rows  (BwFigureTable *self);
void       bw_figure_table_set_natural (BwFigureTable *self, int max_height);

G_END_DECLS
