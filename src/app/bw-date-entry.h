/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BW_TYPE_DATE_ENTRY (bw_date_entry_get_type ())

/**
 * BwDateEntry:
 *
 * A day, typed or picked from a calendar, or none. What can't be understood is marked, with a
 * sentence that says how to write it, and leaves the day as it was.
 *
 * Signals:
 *   date-changed ()     the user gave another day, or none
 */
G_DECLARE_FINAL_TYPE (BwDateEntry, bw_date_entry, BW, DATE_ENTRY, GtkWidget)

GtkWidget *bw_date_entry_new      (void);
gboolean   bw_date_entry_get_date (BwDateEntry *self, GDate *date);
void       bw_date_entry_set_date (BwDateEntry *self, const GDate *date);

G_END_DECLS
