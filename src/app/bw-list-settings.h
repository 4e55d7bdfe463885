/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-job-list.h"

G_BEGIN_DECLS

void bw_list_settings_bind (GtkWidget *view, BwJobList *list);

G_END_DECLS
