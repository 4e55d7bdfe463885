/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-list-filter.h"

/* How the filter of a list is kept in a key file: one group each. */

static void
save_choices (GListStore *store, GKeyFile *file, const char *group, const char *key)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_ptr_array_add (strings, g_strdup (bw_choice_get_id (choice)));
      g_ptr_array_add (strings, g_strdup (bw_choice_get_label (choice)));
    }

  if (n > 0)
    g_key_file_set_string_list (file, group, key, (const char *const *) strings->pdata,
                                strings->len);
}

static void
load_choices (GListStore *store, guint max, GKeyFile *file, const char *group, const char *key)
{
  g_auto (GStrv) strings = g_key_file_get_string_list (file, group, key, NULL, NULL);

  for (guint i = 0; strings != NULL && strings[i] != NULL && strings[i + 1] != NULL && i / 2 < max;
       i += 2)
    {
      g_autoptr (BwChoice) choice = bw_choice_new (strings[i], strings[i + 1]);

      g_list_store_append (store, choice);
    }
}

static void
save_day (const GDate *day, GKeyFile *file, const char *group, const char *key)
{
  g_autofree char *text = NULL;

  if (!g_date_valid (day))
    return;

  text = bw_date_to_iso (day);
  g_key_file_set_string (file, group, key, text);
}

static gboolean
load_day (GDate *day, GKeyFile *file, const char *group, const char *key)
{
  g_autofree char *text = g_key_file_get_string (file, group, key, NULL);
  GDate any;

  g_date_clear (&any, 1);
  g_date_set_dmy (&any, 1, G_DATE_JANUARY, 2000);

  return text != NULL && bw_date_parse (text, &any, day);
}

/**
 * bw_list_filter_save:
 * @self: a filter
 * @file: where to write it
 * @group: the group of @file, replaced as a whole
 */
void
bw_list_filter_save (BwListFilter *self, GKeyFile *file, const char *group)
{
  BwPeriod period = bw_list_filter_get_period (self);
  BwJobStates states = bw_list_filter_get_states (self);
  gboolean descending;
  BwSortKey sort = bw_list_filter_get_sort (self, &descending);
  GDate first, last;

  g_key_file_remove_group (file, group, NULL);
  g_key_file_set_string (file, group, "Period", bw_period_to_string (period));
  if (period == BW_PERIOD_CUSTOM)
    {
      bw_list_filter_get_days (self, &first, &last);
      save_day (&first, file, group, "From");
      save_day (&last, file, group, "Until");
    }
  if (*bw_list_filter_get_words (self) != 0)
    g_key_file_set_string (file, group, "Words", bw_list_filter_get_words (self));

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if (states & (1u << i))
      g_key_file_set_boolean (file, group, bw_job_state_to_string ((BwJobState) i), TRUE);

  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    if (bw_list_filter_get_conditions (self) & (1u << i))
      g_key_file_set_boolean (file, group, bw_condition_to_string ((BwConditions) (1u << i)), TRUE);

  save_choices (bw_list_filter_get_types (self), file, group, "Types");
  save_choices (bw_list_filter_get_users (self), file, group, "CreatedBy");
  save_choices (bw_list_filter_get_relations (self), file, group, "Relation");
  g_key_file_set_string (file, group, "Sort", bw_sort_key_to_string (sort));
  g_key_file_set_boolean (file, group, "Descending", descending);
}

static void
load_sort (BwListFilter *self, GKeyFile *file, const char *group)
{
  g_autofree char *sort = g_key_file_get_string (file, group, "Sort", NULL);

  for (guint i = 0; i < BW_N_SORT_KEYS; i++)
    if (g_strcmp0 (sort, bw_sort_key_to_string ((BwSortKey) i)) == 0)
      {
        bw_list_filter_set_sort (self, (BwSortKey) i,
                                 g_key_file_get_boolean (file, group, "Descending", NULL));
        return;
      }

  bw_list_filter_set_sort (self, BW_SORT_CREATED_AT, TRUE);
}

static void
load_days (BwListFilter *self, GKeyFile *file, const char *group)
{
  g_autofree char *name = g_key_file_get_string (file, group, "Period", NULL);
  BwPeriod period = BW_PERIOD_ALL;
  GDate day;

  if (name == NULL || !bw_period_from_string (name, &period))
    return;

  if (period != BW_PERIOD_CUSTOM)
    {
      bw_list_filter_set_period (self, period);
      return;
    }
  if (load_day (&day, file, group, "From"))
    bw_list_filter_set_first (self, &day);
  if (load_day (&day, file, group, "Until"))
    bw_list_filter_set_last (self, &day);
}

/**
 * bw_list_filter_load:
 * @self: a filter
 * @file: where it was written
 * @group: the group of @file; without it the default is loaded
 *
 * What can't be understood is left at its default. Changes are told once.
 */
void
bw_list_filter_load (BwListFilter *self, GKeyFile *file, const char *group)
{
  g_autofree char *words = g_key_file_get_string (file, group, "Words", NULL);
  BwJobStates states = 0;
  guint conditions = 0;

  bw_list_filter_hold (self);
  bw_list_filter_reset (self);
  load_days (self, file, group);
  if (words != NULL)
    bw_list_filter_set_words (self, words);

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if (g_key_file_get_boolean (file, group, bw_job_state_to_string ((BwJobState) i), NULL))
      states |= 1u << i;
  bw_list_filter_set_states (self, states);
  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    if (g_key_file_get_boolean (file, group, bw_condition_to_string ((BwConditions) (1u << i)), NULL))
      conditions |= 1u << i;
  bw_list_filter_set_conditions (self, (BwConditions) conditions);

  load_choices (bw_list_filter_get_types (self), BW_FILTER_MAX_VALUES, file, group, "Types");
  load_choices (bw_list_filter_get_users (self), BW_FILTER_MAX_VALUES, file, group, "CreatedBy");
  load_choices (bw_list_filter_get_relations (self), 1, file, group, "Relation");
  load_sort (self, file, group);
  bw_list_filter_release (self);
}
