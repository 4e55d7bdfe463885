/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-time.h"

G_BEGIN_DECLS

#define BW_TYPE_TIME_LABEL (bw_time_label_get_type ())

/**
 * BwTimeLabel:
 *
 * A moment as people say it ("2 minutes ago"), with the exact time as tooltip. It keeps itself up
 * to date while it is on screen: one timer serves all labels of the program.
 */
G_DECLARE_FINAL_TYPE (BwTimeLabel, bw_time_label, BW, TIME_LABEL, GtkWidget)

GtkWidget *bw_time_label_new      (void);
void       bw_time_label_set_time (BwTimeLabel *self, BwTime time);
BwTime     bw_time_label_get_time (BwTimeLabel *self);
void       bw_time_label_set_xalign (BwTimeLabel *self, float xalign);

G_END_DECLS
