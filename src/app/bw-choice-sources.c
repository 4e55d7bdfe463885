/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-choice-sources.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-dates.h"
#include "bw-format.h"

static void
add (GListStore *store, const char *id, const char *label)
{
  g_autoptr (BwChoice) choice = bw_choice_new (id, label);

  g_list_store_append (store, choice);
}

static DexFuture *
take_users (DexFuture *answer, gpointer user_data)
{
  GPtrArray *users = g_value_get_boxed (dex_future_get_value (answer, NULL));
  GListStore *store = g_list_store_new (BW_TYPE_CHOICE);

  for (guint i = 0; i < users->len; i++)
    {
      const BwUserInfo *user = g_ptr_array_index (users, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, user->id);

      add (store, id, user->name);
    }

  return dex_future_new_take_object (store);
}

/* "System" is nobody whose jobs could be held back. */
static DexFuture *
take_people (DexFuture *answer, gpointer user_data)
{
  GPtrArray *users = g_value_get_boxed (dex_future_get_value (answer, NULL));
  GListStore *store = g_list_store_new (BW_TYPE_CHOICE);

  for (guint i = 0; i < users->len; i++)
    {
      const BwUserInfo *user = g_ptr_array_index (users, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, user->id);

      if (user->id != 0)
        add (store, id, user->name);
    }

  return dex_future_new_take_object (store);
}

static DexFuture *
take_relations (DexFuture *answer, gpointer user_data)
{
  GPtrArray *relations = g_value_get_boxed (dex_future_get_value (answer, NULL));
  GListStore *store = g_list_store_new (BW_TYPE_CHOICE);

  for (guint i = 0; i < relations->len; i++)
    {
      const BwRelationInfo *relation = g_ptr_array_index (relations, i);

      add (store, relation->id, relation->label);
    }

  return dex_future_new_take_object (store);
}

static DexFuture *
take_types (DexFuture *answer, gpointer query)
{
  GPtrArray *types = g_value_get_boxed (dex_future_get_value (answer, NULL));
  GListStore *store = g_list_store_new (BW_TYPE_CHOICE);

  for (guint i = 0; i < types->len; i++)
    {
      const BwTypeInfo *type = g_ptr_array_index (types, i);
      g_autofree char *name = g_utf8_casefold (type->name, -1);

      if (strstr (name, query) != NULL)
        add (store, type->type, type->name);
    }

  return dex_future_new_take_object (store);
}

/**
 * bw_choices_of_users:
 * @query: what to search for
 * @business: a BwBusiness
 *
 * Returns: (transfer full): a future of a GListModel: who has jobs that the user may see
 */
DexFuture *
bw_choices_of_users (const char *query, gpointer business)
{
  return dex_future_then (bw_business_list_users (business, query), take_users, NULL, NULL);
}

/**
 * bw_choices_of_people:
 * @query: what to search for
 * @business: a BwBusiness
 *
 * Returns: (transfer full): a future of a GListModel: as bw_choices_of_users(), but only those who
 *   have an account, without "System"
 */
DexFuture *
bw_choices_of_people (const char *query, gpointer business)
{
  return dex_future_then (bw_business_list_users (business, query), take_people, NULL, NULL);
}

/**
 * bw_choices_of_relations:
 * @query: what to search for
 * @business: a BwBusiness
 *
 * Returns: (transfer full): a future of a GListModel: relations that visible jobs refer to
 */
DexFuture *
bw_choices_of_relations (const char *query, gpointer business)
{
  return dex_future_then (bw_business_list_relations (business, query), take_relations, NULL, NULL);
}

/**
 * bw_choices_of_types:
 * @query: what to search for; the server gives all types, few as they are
 * @business: a BwBusiness
 *
 * Returns: (transfer full): a future of a GListModel: the types of jobs
 */
DexFuture *
bw_choices_of_types (const char *query, gpointer business)
{
  return dex_future_then (bw_business_list_types (business), take_types,
                          g_utf8_casefold (query, -1), g_free);
}

/**
 * bw_choices_of_periods:
 * @query: not used
 * @unused: not used
 *
 * Returns: (transfer full): a future of a GListModel: the periods with a name
 */
DexFuture *
bw_choices_of_periods (const char *query, gpointer unused)
{
  GListStore *store = g_list_store_new (BW_TYPE_CHOICE);

  for (guint i = BW_PERIOD_ALL + 1; i < BW_PERIOD_CUSTOM; i++)
    add (store, bw_period_to_string ((BwPeriod) i), bw_period_get_label ((BwPeriod) i));

  return dex_future_new_take_object (store);
}

/**
 * bw_choice_of_condition:
 * @condition: one condition
 *
 * Conditions stand in a section of their own: they narrow what the states let through.
 *
 * Returns: (transfer full): the choice of jobs that are in that condition
 */
BwChoice *
bw_choice_of_condition (BwConditions condition)
{
  /* A finished job has no condition: any active state gives its word. */
  return bw_choice_new_in_section (_ ("Only Those That Are"), bw_condition_to_string (condition),
                                   bw_format_job_state (BW_JOB_STATE_PROCESSING, condition));
}

/**
 * bw_choices_of_states:
 * @query: not used
 * @unused: not used
 *
 * Returns: (transfer full): a future of a GListModel: the states of jobs, and the conditions that
 *   stand beside them
 */
DexFuture *
bw_choices_of_states (const char *query, gpointer unused)
{
  GListStore *store = g_list_store_new (BW_TYPE_CHOICE);

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    add (store, bw_job_state_to_string ((BwJobState) i),
         bw_format_job_state ((BwJobState) i, BW_CONDITION_NONE));
  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    {
      g_autoptr (BwChoice) choice = bw_choice_of_condition ((BwConditions) (1u << i));

      g_list_store_append (store, choice);
    }

  return dex_future_new_take_object (store);
}
