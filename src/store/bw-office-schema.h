/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

typedef enum
{
  BW_COLUMN_INT,
  BW_COLUMN_DOUBLE,
  BW_COLUMN_TEXT,
  BW_COLUMN_BYTES,
} BwColumnKind;

typedef struct
{
  char *name;
  BwColumnKind kind;
  guint key; /* its place in the primary key, from 1; 0: not in it */
} BwColumn;

/** So many rows are asked for at a time: more of them the smaller they are. */
#define BW_N_PAGE_SIZES 4
extern const guint bw_page_sizes[BW_N_PAGE_SIZES];

/**
 * BwTable:
 *
 * A table as its database describes it, and the statements that read it in the order of its key and
 * fill it.
 */
typedef struct
{
  char *name;
  GArray *columns; /* of BwColumn */
  GArray *key;     /* of guint: the columns of the primary key, in its order */
  char *count;
  char *insert;
  char *first[BW_N_PAGE_SIZES]; /* a page from the beginning */
  char *next[BW_N_PAGE_SIZES];  /* a page behind a key */
} BwTable;

GPtrArray *bw_tables_load (BwDb *db, GError **error);
gboolean bw_tables_match (GPtrArray *from, GPtrArray *to, GError **error);
const BwTable *bw_tables_find (GPtrArray *tables, const char *name);

static inline const BwColumn *
bw_table_column (const BwTable *self, guint column)
{
  return &g_array_index (self->columns, BwColumn, column);
}

static inline const BwColumn *
bw_table_key (const BwTable *self, guint part)
{
  return bw_table_column (self, g_array_index (self->key, guint, part));
}

G_END_DECLS
