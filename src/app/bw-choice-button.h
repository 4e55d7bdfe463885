/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-choice-list.h"

G_BEGIN_DECLS

#define BW_TYPE_CHOICE_BUTTON (bw_choice_button_get_type ())

/**
 * BwChoiceButton:
 *
 * A button with what is chosen of a field, and a popover to choose in: a searchable list with one
 * or several choices.
 *
 * Properties:
 *   title         what the field is
 *   searchable    whether the list has a search entry
 *   multiple      whether several may be chosen at once
 */
G_DECLARE_FINAL_TYPE (BwChoiceButton, bw_choice_button, BW, CHOICE_BUTTON, GtkWidget)

GtkWidget *bw_choice_button_new          (void);
void       bw_choice_button_set_func     (BwChoiceButton *self, BwChoiceFunc func, gpointer user_data,
                                          GDestroyNotify notify);
void       bw_choice_button_set_selected (BwChoiceButton *self, GListStore *selected);

G_END_DECLS
