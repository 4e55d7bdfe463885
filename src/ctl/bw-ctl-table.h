/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  BW_ALIGN_START,
  BW_ALIGN_END,             /* numbers */
  BW_ALIGN_FILL,            /* cut where the terminal is too narrow */
} BwAlign;

/** A table of words for a terminal: columns as wide as what stands in them. */
typedef struct _BwCtlTable BwCtlTable;

BwCtlTable *bw_ctl_table_new    (void);
void        bw_ctl_table_free   (BwCtlTable *self);
void        bw_ctl_table_column (BwCtlTable *self, const char *title, BwAlign align);
void        bw_ctl_table_add    (BwCtlTable *self, const char *text);
void        bw_ctl_table_add_int (BwCtlTable *self, gint64 number);
void        bw_ctl_table_colour (BwCtlTable *self, const char *sequence);
void        bw_ctl_table_print  (BwCtlTable *self);

char       *bw_ctl_make_printable (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwCtlTable, bw_ctl_table_free)

G_END_DECLS
