/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BW_TYPE_CHOICE (bw_choice_get_type ())

/**
 * BwChoice:
 *
 * One value that a filter can take: what the server calls it, and what people do. Immutable.
 */
G_DECLARE_FINAL_TYPE (BwChoice, bw_choice, BW, CHOICE, GObject)

BwChoice   *bw_choice_new       (const char *id, const char *label);
BwChoice   *bw_choice_new_in_section (const char *section, const char *id, const char *label);
const char *bw_choice_get_section (BwChoice *self);
const char *bw_choice_get_id    (BwChoice *self);
const char *bw_choice_get_label (BwChoice *self);

gboolean    bw_choices_find     (GListModel *choices, const char *id, guint *position);
char       *bw_choices_describe (GListModel *choices);

G_END_DECLS
