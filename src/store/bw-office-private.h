/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-office-rows.h"
#include "bw-office-copy.h"

G_BEGIN_DECLS

/** Two stores of one schema, the first as it is at one moment. */
typedef struct
{
  const char *from_uri;
  const char *to_uri;
  char *from_name;        /* their addresses, for messages */
  char *to_name;
  gboolean live; /* whether the first may be in use meanwhile */
  BwDb *from;
  BwDb *to;
  GPtrArray *from_tables; /* of BwTable, by name */
  GPtrArray *to_tables;   /* the same tables */
  BwOfficeProgress progress;
  gpointer user_data;
} BwOfficeCopy;

void bw_office_tell (BwOfficeCopy *self,
                     BwOfficeStage stage,
                     const char *table,
                     gint64 done,
                     gint64 total);
gboolean bw_office_begin (BwDb *db, GError **error);
gboolean bw_office_check_unused (BwDb *db, const char *name, GError **error);
gboolean bw_office_count (BwDb *db, const BwTable *table, gint64 *n, GError **error);
gboolean bw_office_run_listed (BwDb *db, const char *query, GError **error);
gboolean bw_office_is_own (const BwTable *table, BwRows *row, gboolean finished);

gboolean bw_office_prepare (BwOfficeCopy *self, GError **error);
gboolean bw_office_write (BwOfficeCopy *self, GError **error);
gboolean
bw_office_compare_rows (BwOfficeCopy *self, gboolean finished, GArray *counts, GError **error);

G_END_DECLS
