/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-new-file.h"
#include "bw-table.h"

G_BEGIN_DECLS

/*
 * Writes a table into a file, row by row, in bounded memory. A writer is used by one thread at a
 * time, and blocks.
 */
typedef struct _BwTableWriter BwTableWriter;

/** What a kind of file does. The first member of its writer. */
struct _BwTableWriter
{
  gboolean (*add_row) (BwTableWriter *self, const BwCell *cells, GError **error);
  gboolean (*finish)  (BwTableWriter *self, GError **error);
  void     (*free)    (BwTableWriter *self);
};

gboolean bw_table_writer_add_row (BwTableWriter *self, const BwCell *cells, GError **error);
gboolean bw_table_writer_finish  (BwTableWriter *self, GError **error);
void     bw_table_writer_free    (BwTableWriter *self);

/* For writers: */
gboolean bw_text_begins_formula  (const char *text);
char    *bw_text_replace_control (const char *text);
gint64   bw_time_to_local        (BwTime time, GTimeZone *zone);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTableWriter, bw_table_writer_free)

G_END_DECLS
