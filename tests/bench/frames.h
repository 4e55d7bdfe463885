/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** What a window's frames cost while it is recorded. */
typedef struct _BwFrames BwFrames;

BwFrames *bw_frames_begin     (GtkWidget *widget);
void      bw_frames_end       (BwFrames *self, const char *name, JsonBuilder *result);
void      bw_frames_add_memory (JsonBuilder *result, const char *name);

G_END_DECLS
