/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-list-filter-actions.h"

#include <string.h>

static const struct
{
  const char *name;
  BwJobStates states;
} pills[] = {
  { "all", 0 },
  { "active", BW_JOB_STATES_ACTIVE },
  { "completed", BW_JOB_STATES_COMPLETED },
  { "failed", BW_JOB_STATES_FAILED },
};

static char *
get_state_action (BwJobState state)
{
  return g_strdup_printf ("state-%s", bw_job_state_to_string (state));
}

static void
reset_action (GSimpleAction *action, GVariant *parameter, gpointer filter)
{
  bw_list_filter_reset (filter);
}

static void
show_states_action (GSimpleAction *action, GVariant *parameter, gpointer filter)
{
  BwJobStates states;

  if (bw_pill_to_states (g_variant_get_string (parameter, NULL), &states))
    bw_list_filter_set_states (filter, states);
}

static void
toggle_state_action (GSimpleAction *action, GVariant *parameter, gpointer filter)
{
  BwJobState state;

  if (bw_job_state_from_string (g_action_get_name (G_ACTION (action)) + strlen ("state-"), &state))
    bw_list_filter_set_states (filter, bw_list_filter_get_states (filter) ^ (1u << state));
}

static void
sort_action (GSimpleAction *action, GVariant *parameter, gpointer filter)
{
  const char *order = g_variant_get_string (parameter, NULL);
  gboolean descending = *order == '-';

  for (guint i = 0; i < BW_N_SORT_KEYS; i++)
    if (g_str_equal (order + descending, bw_sort_key_to_string ((BwSortKey) i)))
      bw_list_filter_set_sort (filter, (BwSortKey) i, descending);
}

static void
set_state (GSimpleActionGroup *actions, const char *name, GVariant *state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (actions), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), state);
}

static void
changed_cb (GSimpleActionGroup *actions, BwListFilter *filter)
{
  BwJobStates states = bw_list_filter_get_states (filter);
  gboolean descending;
  BwSortKey sort = bw_list_filter_get_sort (filter, &descending);
  g_autofree char *order =
      g_strdup_printf ("%s%s", descending ? "-" : "", bw_sort_key_to_string (sort));

  set_state (actions, "sort", g_variant_new_string (order));
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    {
      g_autofree char *name = get_state_action ((BwJobState) i);

      set_state (actions, name, g_variant_new_boolean ((states & (1u << i)) != 0));
    }
}

/**
 * bw_list_filter_actions_new:
 * @filter: the filter that the actions change and follow; it must outlive their use
 *
 * Returns: (transfer full): the actions
 */
GSimpleActionGroup *
bw_list_filter_actions_new (BwListFilter *filter)
{
  static const GActionEntry entries[] = {
    { "reset", reset_action },
    { "show-states", show_states_action, "s" },
    { "sort", sort_action, "s", "'-created_at'" },
  };
  GSimpleActionGroup *actions = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), filter);

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    {
      g_autofree char *name = get_state_action ((BwJobState) i);
      const GActionEntry entry = { name, toggle_state_action, NULL, "false" };

      g_action_map_add_action_entries (G_ACTION_MAP (actions), &entry, 1, filter);
    }

  g_signal_connect_object (filter, "changed", G_CALLBACK (changed_cb), actions, G_CONNECT_SWAPPED);
  changed_cb (actions, filter);

  return actions;
}

/**
 * bw_pill_to_states:
 * @pill: the name of a group of states
 * @states: (out): the states; 0 for all
 *
 * Returns: %FALSE if there is no such group
 */
gboolean
bw_pill_to_states (const char *pill, BwJobStates *states)
{
  for (guint i = 0; i < G_N_ELEMENTS (pills); i++)
    if (g_str_equal (pills[i].name, pill))
      {
        *states = pills[i].states;
        return TRUE;
      }

  return FALSE;
}

/**
 * bw_pill_from_states:
 * @states: states; 0 for all
 *
 * Returns: (transfer none) (nullable): the name of the group that they are, if they are one
 */
const char *
bw_pill_from_states (BwJobStates states)
{
  for (guint i = 0; i < G_N_ELEMENTS (pills); i++)
    if (pills[i].states == states)
      return pills[i].name;

  return NULL;
}
