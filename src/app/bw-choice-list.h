/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <libdex.h>

#include "bw-choice.h"

G_BEGIN_DECLS

/**
 * BwChoiceFunc:
 * @query: what the user searches for; empty for everything
 *
 * Returns: (transfer full): a future of a GListModel of BwChoice
 */
typedef DexFuture *(*BwChoiceFunc) (const char *query, gpointer user_data);

/**
 * BwChoiceNoteFunc:
 * @choice: a choice
 *
 * Returns: (transfer full) (nullable): why it can't be chosen; %NULL if it can
 */
typedef char *(*BwChoiceNoteFunc) (BwChoice *choice, gpointer user_data);

#define BW_TYPE_CHOICE_LIST (bw_choice_list_get_type ())

/**
 * BwChoiceList:
 *
 * A list to choose from, one or several, with a search entry where there may be many.
 *
 * Properties:
 *   searchable        whether the list has a search entry
 *   multiple          whether several may be chosen at once
 *   placeholder-text  what the search entry says while it is empty
 * Signals:
 *   chosen ()         one of those that exclude each other was taken
 *   stop-search ()    Escape was pressed while nothing was searched for
 */
G_DECLARE_FINAL_TYPE (BwChoiceList, bw_choice_list, BW, CHOICE_LIST, GtkWidget)

void bw_choice_list_set_func      (BwChoiceList *self, BwChoiceFunc func, gpointer user_data, GDestroyNotify notify);
void bw_choice_list_set_note_func (BwChoiceList *self, BwChoiceNoteFunc func, gpointer user_data);
void bw_choice_list_set_selected  (BwChoiceList *self, GListStore *selected);
void bw_choice_list_load          (BwChoiceList *self);

G_END_DECLS
