/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-office-schema.h"

G_BEGIN_DECLS

/**
 * BwTableReader:
 *
 * Goes through a table in the order of its key, a page at a time, so that an engine which hands
 * over whole answers needs memory for a page only.
 */
typedef struct _BwTableReader BwTableReader;

BwTableReader *bw_table_reader_new (BwDb *db, const BwTable *table);
void bw_table_reader_free (BwTableReader *self);
gboolean bw_table_reader_next (BwTableReader *self, GError **error);
BwRows *bw_table_reader_row (BwTableReader *self);
gsize bw_table_reader_size (BwTableReader *self);

int bw_row_compare_keys (const BwTable *table, BwRows *a, BwRows *b);
int bw_row_find_difference (const BwTable *table, BwRows *a, BwRows *b);
char *bw_row_name (const BwTable *table, BwRows *row);
gboolean bw_row_insert (const BwTable *table, BwRows *row, BwDb *target, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTableReader, bw_table_reader_free)

G_END_DECLS
