/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"
#include "bw-choice-button.h"

G_BEGIN_DECLS

/* What the fields of a filter offer, as BwChoiceFunc. Those of users, relations and types take a
 * BwBusiness. */
DexFuture *bw_choices_of_users     (const char *query, gpointer business);
DexFuture *bw_choices_of_people    (const char *query, gpointer business);
DexFuture *bw_choices_of_relations (const char *query, gpointer business);
DexFuture *bw_choices_of_types     (const char *query, gpointer business);
DexFuture *bw_choices_of_periods   (const char *query, gpointer unused);
DexFuture *bw_choices_of_states    (const char *query, gpointer unused);

BwChoice  *bw_choice_of_condition  (BwConditions condition);

G_END_DECLS
