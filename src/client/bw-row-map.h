/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * Which rows of a long list are known: spans of neighbouring rows, in order, with gaps between them
 * of which nothing is known. Inserting or removing a row moves whole spans, so it costs by the number
 * of spans, not of rows.
 */

/** Neighbouring rows that were loaded together. */
typedef struct
{
  guint start;
  GPtrArray *slots;         /* of GObject or NULL; owned */
  gboolean complete;        /* every slot holds a loaded row */
  guint generation;         /* of the list when it was loaded */
  gint64 revision;          /* of the server when it was loaded */
  guint64 touched;          /* larger: later */
  guint request;            /* the request under way for it; 0: none */
  gboolean requested;       /* it was asked for before */
  char *next;               /* cursor for what comes after its last row, nullable */
} BwRowSpan;

/** Tells that a row is held from now on, or no longer. */
typedef void (*BwRowFunc) (gpointer row, gpointer user_data);

typedef struct
{
  GPtrArray *spans;         /* of BwRowSpan, by start, never empty ones */
  guint64 clock;
  BwRowFunc kept;
  BwRowFunc dropped;
  gpointer user_data;
} BwRowMap;

BwRowMap  *bw_row_map_new        (BwRowFunc kept, BwRowFunc dropped, gpointer user_data);
void       bw_row_map_free       (BwRowMap *self);
void       bw_row_map_clear      (BwRowMap *self);
BwRowSpan *bw_row_map_find       (BwRowMap *self, guint position);
gpointer   bw_row_map_get        (BwRowMap *self, guint position);
void       bw_row_map_set        (BwRowMap *self, guint position, gpointer row);
void       bw_row_map_touch      (BwRowMap *self, BwRowSpan *span);
BwRowSpan *bw_row_map_open       (BwRowMap *self, guint position, guint page_size, guint n_items);
BwRowSpan *bw_row_map_carve      (BwRowMap *self, guint start, guint length);
void       bw_row_map_merge      (BwRowMap *self, guint position, guint max_span);
void       bw_row_map_insert     (BwRowMap *self, guint position, gpointer *rows, guint n_rows, guint max_span);
void       bw_row_map_remove     (BwRowMap *self, guint position, guint n_rows);
gboolean   bw_row_map_locate     (BwRowMap *self, gpointer row, guint *position);
gboolean   bw_row_map_place      (BwRowMap *self, guint n_items, gconstpointer row, GCompareDataFunc compare,
                                  gpointer user_data, guint *position, gint64 *revision);
void       bw_row_map_evict      (BwRowMap *self, guint max_rows);
guint      bw_row_map_count      (BwRowMap *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwRowMap, bw_row_map_free)

G_END_DECLS
