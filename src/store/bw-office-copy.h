/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  BW_OFFICE_ROWS,
  BW_OFFICE_INDEXES,
  BW_OFFICE_WORDS,
  BW_OFFICE_COMPARISON,
  BW_OFFICE_CHECK,
} BwOfficeStage;

/** Told now and then how far a copy or a comparison is; @table is NULL where it is about no one
 * table. */
typedef void (*BwOfficeProgress) (BwOfficeStage stage,
                                  const char *table,
                                  gint64 done,
                                  gint64 total,
                                  gpointer user_data);

/** How many rows of a table were found the same. */
typedef struct
{
  char *table;
  gint64 rows;
} BwOfficeCount;

GArray *bw_office_copy (const char *from,
                        const char *to,
                        gboolean live,
                        BwOfficeProgress progress,
                        gpointer user_data,
                        GError **error);
GArray *bw_office_compare (const char *from,
                           const char *to,
                           gboolean live,
                           BwOfficeProgress progress,
                           gpointer user_data,
                           GError **error);

G_END_DECLS
