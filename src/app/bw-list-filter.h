/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-choice.h"
#include "bw-dates.h"
#include "bw-filter.h"

G_BEGIN_DECLS

#define BW_TYPE_LIST_FILTER (bw_list_filter_get_type ())

/**
 * BwListFilter:
 *
 * The filter of a list as the user sets it: a period or days of the user's calendar, and choices
 * with their names. bw_list_filter_to_filter() says it in the server's terms.
 *
 * Signals:
 *   changed ()      any of it; the days too when a new day begins
 */
G_DECLARE_FINAL_TYPE (BwListFilter, bw_list_filter, BW, LIST_FILTER, GObject)

BwListFilter *bw_list_filter_new           (void);
BwFilter     *bw_list_filter_to_filter     (BwListFilter *self);
gboolean      bw_list_filter_is_default    (BwListFilter *self);
void          bw_list_filter_reset         (BwListFilter *self);
void          bw_list_filter_hold          (BwListFilter *self);
void          bw_list_filter_release       (BwListFilter *self);
void          bw_list_filter_save          (BwListFilter *self, GKeyFile *file, const char *group);
void          bw_list_filter_load          (BwListFilter *self, GKeyFile *file, const char *group);
char         *bw_list_filter_describe      (BwListFilter *self);

BwJobStates   bw_list_filter_get_states    (BwListFilter *self);
void          bw_list_filter_set_states    (BwListFilter *self, BwJobStates states);
BwConditions  bw_list_filter_get_conditions (BwListFilter *self);
void          bw_list_filter_set_conditions (BwListFilter *self, BwConditions conditions);
const char   *bw_list_filter_get_words     (BwListFilter *self);
void          bw_list_filter_set_words     (BwListFilter *self, const char *words);
BwPeriod      bw_list_filter_get_period    (BwListFilter *self);
void          bw_list_filter_set_period    (BwListFilter *self, BwPeriod period);
void          bw_list_filter_get_days      (BwListFilter *self, GDate *first, GDate *last);
void          bw_list_filter_set_first     (BwListFilter *self, const GDate *first);
void          bw_list_filter_set_last      (BwListFilter *self, const GDate *last);
GListStore   *bw_list_filter_get_types     (BwListFilter *self);
GListStore   *bw_list_filter_get_users     (BwListFilter *self);
GListStore   *bw_list_filter_get_relations (BwListFilter *self);
BwSortKey     bw_list_filter_get_sort      (BwListFilter *self, gboolean *descending);
void          bw_list_filter_set_sort      (BwListFilter *self, BwSortKey sort, gboolean descending);

G_END_DECLS
