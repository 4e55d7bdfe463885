/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-time.h"

G_BEGIN_DECLS

/*
 * Rows and columns on their way into a file.
 */

/** What a column holds, which decides how it is written and how wide it is. */
typedef enum
{
  BW_COLUMN_TEXT,
  BW_COLUMN_NUMBER,
  BW_COLUMN_TIME,
  BW_COLUMN_STATE,          /* words in a colour */
} BwColumnKind;

/** A column of a table. */
typedef struct
{
  const char *id;           /* "created": for settings and command lines, never translated */
  const char *title;        /* for people, translated */
  BwColumnKind kind;
} BwColumn;

/** What a state means, which decides its colour. */
typedef enum
{
  BW_TONE_NEUTRAL,          /* waits, or was taken back */
  BW_TONE_ACTIVE,
  BW_TONE_SUCCESS,
  BW_TONE_WARNING,
  BW_TONE_ERROR,
} BwTone;
#define BW_N_TONES 5

typedef enum
{
  BW_CELL_EMPTY = 0,
  BW_CELL_TEXT,
  BW_CELL_NUMBER,
  BW_CELL_TIME,
  BW_CELL_STATE,
} BwCellKind;

/** One cell. Its text is borrowed. */
typedef struct
{
  BwCellKind kind;
  BwTone tone;              /* of a state */
  union
  {
    const char *text;       /* of a text and of a state */
    double number;
    BwTime time;
  };
} BwCell;

BwCell     bw_cell_text   (const char *text);
BwCell     bw_cell_number (double number);
BwCell     bw_cell_time   (BwTime time);
BwCell     bw_cell_state  (const char *words, BwTone tone);

/**
 * BwTable:
 *
 * A block of rows with texts of its own, filled cell by cell by its maker and then read from any
 * thread. Counted by reference.
 */
typedef struct _BwTable BwTable;

#define BW_TYPE_TABLE (bw_table_get_type ())

GType      bw_table_get_type   (void);
BwTable   *bw_table_new        (guint n_columns);
BwTable   *bw_table_ref        (BwTable *self);
void       bw_table_unref      (BwTable *self);
void       bw_table_add_text   (BwTable *self, const char *text);
void       bw_table_add_number (BwTable *self, double number);
void       bw_table_add_time   (BwTable *self, BwTime time);
void       bw_table_add_state  (BwTable *self, const char *words, BwTone tone);
void       bw_table_set_total  (BwTable *self, gint64 total, gboolean is_exact);
gint64     bw_table_get_total  (BwTable *self, gboolean *is_exact);
guint      bw_table_get_n_rows (BwTable *self);
const BwCell *bw_table_get_row (BwTable *self, guint row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTable, bw_table_unref)

G_END_DECLS
