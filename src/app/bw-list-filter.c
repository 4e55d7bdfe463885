/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-list-filter.h"

struct _BwListFilter
{
  GObject parent_instance;

  BwJobStates states;
  BwConditions conditions; /* any of them; 0: regardless */
  char *words; /* never NULL */
  BwPeriod period;
  GDate first;       /* with BW_PERIOD_CUSTOM; cleared: no bound */
  GDate last;        /* inclusive */
  GListStore *types; /* of BwChoice, as the next two */
  GListStore *users;
  GListStore *relations; /* one at most */
  BwSortKey sort;
  gboolean descending;
  GTimeZone *zone;
  GDate today; /* as of the last "changed" */
  guint midnight_source;
  guint hold; /* changes are not told while above 0 */
  gboolean changed_on_hold;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwListFilter, bw_list_filter, G_TYPE_OBJECT)

static void
emit_changed (BwListFilter *self)
{
  self->changed_on_hold = self->hold > 0;
  if (self->hold == 0)
    g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
midnight_cb (gpointer user_data)
{
  BwListFilter *self = user_data;
  GDate today;

  bw_date_today (&today, self->zone);
  if (g_date_compare (&today, &self->today) != 0)
    {
      self->today = today;
      if (self->period != BW_PERIOD_ALL && self->period != BW_PERIOD_CUSTOM)
        emit_changed (self);
    }

  return G_SOURCE_CONTINUE;
}

static void
bw_list_filter_finalize (GObject *object)
{
  BwListFilter *self = BW_LIST_FILTER (object);

  g_clear_handle_id (&self->midnight_source, g_source_remove);
  g_clear_object (&self->types);
  g_clear_object (&self->users);
  g_clear_object (&self->relations);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_free (self->words);

  G_OBJECT_CLASS (bw_list_filter_parent_class)->finalize (object);
}

static void
bw_list_filter_class_init (BwListFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bw_list_filter_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bw_list_filter_init (BwListFilter *self)
{
  GListStore **stores[] = { &self->types, &self->users, &self->relations };

  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    {
      *stores[i] = g_list_store_new (BW_TYPE_CHOICE);
      g_signal_connect_swapped (*stores[i], "items-changed", G_CALLBACK (emit_changed), self);
    }

  self->words = g_strdup ("");
  self->sort = BW_SORT_CREATED_AT;
  self->descending = TRUE;
  self->zone = g_time_zone_new_local ();
  bw_date_today (&self->today, self->zone);
  self->midnight_source = g_timeout_add_seconds (20, midnight_cb, self);
}

/**
 * bw_list_filter_new:
 *
 * Returns: (transfer full): a filter that lets everything through, newest first
 */
BwListFilter *
bw_list_filter_new (void)
{
  return g_object_new (BW_TYPE_LIST_FILTER, NULL);
}

static void
set_choices (BwFilter *filter, GListStore *types, GListStore *users, GListStore *relations)
{
  guint n_types = g_list_model_get_n_items (G_LIST_MODEL (types));
  guint n_users = g_list_model_get_n_items (G_LIST_MODEL (users));

  if (n_types > 0)
    filter->types = g_new0 (char *, n_types + 1);
  for (guint i = 0; i < n_types; i++)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (G_LIST_MODEL (types), i);

      filter->types[i] = g_strdup (bw_choice_get_id (choice));
    }

  if (n_users > 0)
    filter->created_by = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < n_users; i++)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (G_LIST_MODEL (users), i);
      gint64 id = g_ascii_strtoll (bw_choice_get_id (choice), NULL, 10);

      g_array_append_val (filter->created_by, id);
    }

  if (g_list_model_get_n_items (G_LIST_MODEL (relations)) > 0)
    {
      g_autoptr (BwChoice) choice = g_list_model_get_item (G_LIST_MODEL (relations), 0);

      filter->relation = g_strdup (bw_choice_get_id (choice));
    }
}

/**
 * bw_list_filter_to_filter:
 * @self: a filter as the user sets it
 *
 * The last day is meant inclusively by people and exclusively by the server, so what is asked for
 * ends where the next day begins.
 *
 * Returns: (transfer full): the filter in the server's terms
 */
BwFilter *
bw_list_filter_to_filter (BwListFilter *self)
{
  BwFilter *filter = bw_filter_new ();
  GDate first, last;

  g_return_val_if_fail (BW_IS_LIST_FILTER (self), filter);

  filter->states = self->states;
  filter->conditions = self->conditions;
  if (*self->words != 0)
    filter->q = g_strdup (self->words);
  filter->sort = self->sort;
  filter->descending = self->descending;
  set_choices (filter, self->types, self->users, self->relations);

  bw_list_filter_get_days (self, &first, &last);
  if (g_date_valid (&first))
    filter->from = bw_date_get_start (&first, self->zone);
  if (g_date_valid (&last))
    {
      g_date_add_days (&last, 1);
      filter->until = bw_date_get_start (&last, self->zone);
    }

  return filter;
}

/**
 * bw_list_filter_is_default:
 * @self: a filter
 *
 * Returns: whether it lets everything through, in whatever order
 */
gboolean
bw_list_filter_is_default (BwListFilter *self)
{
  g_return_val_if_fail (BW_IS_LIST_FILTER (self), TRUE);

  return self->states == 0 && self->conditions == 0 && *self->words == 0
         && self->period == BW_PERIOD_ALL
         && g_list_model_get_n_items (G_LIST_MODEL (self->types)) == 0
         && g_list_model_get_n_items (G_LIST_MODEL (self->users)) == 0
         && g_list_model_get_n_items (G_LIST_MODEL (self->relations)) == 0;
}

/**
 * bw_list_filter_reset:
 * @self: a filter
 *
 * Lets everything through again. The order stays: it hides nothing.
 */
void
bw_list_filter_reset (BwListFilter *self)
{
  g_return_if_fail (BW_IS_LIST_FILTER (self));

  if (bw_list_filter_is_default (self))
    return;

  bw_list_filter_hold (self);
  self->states = 0;
  self->conditions = 0;
  g_set_str (&self->words, "");
  self->period = BW_PERIOD_ALL;
  g_date_clear (&self->first, 1);
  g_date_clear (&self->last, 1);
  g_list_store_remove_all (self->types);
  g_list_store_remove_all (self->users);
  g_list_store_remove_all (self->relations);
  emit_changed (self);
  bw_list_filter_release (self);
}

/**
 * bw_list_filter_hold:
 * @self: a filter
 *
 * Keeps "changed" back until bw_list_filter_release(), so that several changes are told as one.
 */
void
bw_list_filter_hold (BwListFilter *self)
{
  g_return_if_fail (BW_IS_LIST_FILTER (self));

  self->hold++;
}

/**
 * bw_list_filter_release:
 * @self: a filter
 *
 * Ends bw_list_filter_hold() and tells of what changed meanwhile.
 */
void
bw_list_filter_release (BwListFilter *self)
{
  g_return_if_fail (BW_IS_LIST_FILTER (self));
  g_return_if_fail (self->hold > 0);

  self->hold--;
  if (self->hold == 0 && self->changed_on_hold)
    emit_changed (self);
}

/**
 * bw_list_filter_get_states:
 * @self: a filter
 *
 * Returns: the states let through; 0 for all
 */
BwJobStates
bw_list_filter_get_states (BwListFilter *self)
{
  g_return_val_if_fail (BW_IS_LIST_FILTER (self), 0);

  return self->states;
}

/**
 * bw_list_filter_set_states:
 * @self: a filter
 * @states: the states to let through; 0 for all
 */
void
bw_list_filter_set_states (BwListFilter *self, BwJobStates states)
{
  g_return_if_fail (BW_IS_LIST_FILTER (self));

  if (states == BW_JOB_STATES_ALL)
    states = 0;
  if (self->states == states)
    return;

  self->states = states;
  emit_changed (self);
}

/**
 * bw_list_filter_get_conditions:
 * @self: a filter
 *
 * Returns: the conditions of which a job needs one to be let through; 0: it needs none
 */
BwConditions
bw_list_filter_get_conditions (BwListFilter *self)
{
  g_return_val_if_fail (BW_IS_LIST_FILTER (self), 0);

  return self->conditions;
}

/**
 * bw_list_filter_set_conditions:
 * @self: a filter
 * @conditions: the conditions of which a job needs one; 0: it needs none
 */
void
bw_list_filter_set_conditions (BwListFilter *self, BwConditions conditions)
{
  g_return_if_fail (BW_IS_LIST_FILTER (self));

  if (self->conditions == conditions)
    return;

  self->conditions = conditions;
  emit_changed (self);
}

/**
 * bw_list_filter_get_words:
 * @self: a filter
 *
 * Returns: (transfer none): the words searched for; empty for none
 */
const char *
bw_list_filter_get_words (BwListFilter *self)
{
  g_return_val_if_fail (BW_IS_LIST_FILTER (self), "");

  return self->words;
}

/**
 * bw_list_filter_set_words:
 * @self: a filter
 * @words: what to search for; surrounding space is dropped, and what the server would refuse as
 *   too long is cut off
 */
void
bw_list_filter_set_words (BwListFilter *self, const char *words)
{
  g_autofree char *stripped = NULL;
  g_autofree char *cut = NULL;

  g_return_if_fail (BW_IS_LIST_FILTER (self));

  stripped = g_strstrip (g_strdup (words));
  cut = g_utf8_strlen (stripped, -1) > BW_FILTER_MAX_TEXT
            ? g_utf8_substring (stripped, 0, BW_FILTER_MAX_TEXT)
            : g_steal_pointer (&stripped);
  if (g_set_str (&self->words, cut))
    emit_changed (self);
}

/**
 * bw_list_filter_get_period:
 * @self: a filter
 *
 * Returns: the period let through
 */
BwPeriod
bw_list_filter_get_period (BwListFilter *self)
{
  g_return_val_if_fail (BW_IS_LIST_FILTER (self), BW_PERIOD_ALL);

  return self->period;
}

/**
 * bw_list_filter_set_period:
 * @self: a filter
 * @period: the period to let through. With %BW_PERIOD_CUSTOM the days stay as they are.
 */
void
bw_list_filter_set_period (BwListFilter *self, BwPeriod period)
{
  GDate first, last;

  g_return_if_fail (BW_IS_LIST_FILTER (self));

  if (self->period == period)
    return;

  bw_list_filter_get_days (self, &first, &last);
  self->first = first;
  self->last = last;
  self->period = period;
  emit_changed (self);
}

/**
 * bw_list_filter_get_days:
 * @self: a filter
 * @first: (out): the first day let through; cleared without one
 * @last: (out): the last day let through, inclusive; cleared without one
 */
void
bw_list_filter_get_days (BwListFilter *self, GDate *first, GDate *last)
{
  g_return_if_fail (BW_IS_LIST_FILTER (self));

  if (self->period == BW_PERIOD_CUSTOM)
    {
      *first = self->first;
      *last = self->last;
    }
  else
    {
      bw_period_get_days (self->period, &self->today, bw_date_get_week_start (), first, last);
    }
}

static gboolean
same_day (const GDate *a, const GDate *b)
{
  return g_date_valid (a) == g_date_valid (b) && (!g_date_valid (a) || g_date_compare (a, b) == 0);
}

static void
set_days (BwListFilter *self, const GDate *first, const GDate *last)
{
  GDate old_first, old_last;

  bw_list_filter_get_days (self, &old_first, &old_last);
  if (same_day (&old_first, first) && same_day (&old_last, last))
    return;

  self->first = *first;
  self->last = *last;
  self->period = g_date_valid (first) || g_date_valid (last) ? BW_PERIOD_CUSTOM : BW_PERIOD_ALL;
  emit_changed (self);
}

/**
 * bw_list_filter_set_first:
 * @self: a filter
 * @first: (nullable): the first day to let through. If the last one lies before it, that becomes
 *   the same day: an empty span is never what is meant.
 */
void
bw_list_filter_set_first (BwListFilter *self, const GDate *first)
{
  GDate none, last;

  g_return_if_fail (BW_IS_LIST_FILTER (self));

  bw_list_filter_get_days (self, &none, &last);
  g_date_clear (&none, 1);
  if (first != NULL && g_date_valid (&last) && g_date_compare (&last, first) < 0)
    last = *first;
  set_days (self, first != NULL ? first : &none, &last);
}

/**
 * bw_list_filter_set_last:
 * @self: a filter
 * @last: (nullable): the last day to let through, inclusive. See bw_list_filter_set_first().
 */
void
bw_list_filter_set_last (BwListFilter *self, const GDate *last)
{
  GDate none, first;

  g_return_if_fail (BW_IS_LIST_FILTER (self));

  bw_list_filter_get_days (self, &first, &none);
  g_date_clear (&none, 1);
  if (last != NULL && g_date_valid (&first) && g_date_compare (&first, last) > 0)
    first = *last;
  set_days (self, &first, last != NULL ? last : &none);
}

/**
 * bw_list_filter_get_types:
 * @self: a filter
 *
 * Returns: (transfer none): the types let through, of BwChoice; empty for all. Change it to filter.
 */
GListStore *
bw_list_filter_get_types (BwListFilter *self)
{
  g_return_val_if_fail (BW_IS_LIST_FILTER (self), NULL);

  return self->types;
}

/**
 * bw_list_filter_get_users:
 * @self: a filter
 *
 * Returns: (transfer none): the creators let through, of BwChoice with users' ids; empty for all
 */
GListStore *
bw_list_filter_get_users (BwListFilter *self)
{
  g_return_val_if_fail (BW_IS_LIST_FILTER (self), NULL);

  return self->users;
}

/**
 * bw_list_filter_get_relations:
 * @self: a filter
 *
 * Returns: (transfer none): the relation let through, as a list of one BwChoice at most
 */
GListStore *
bw_list_filter_get_relations (BwListFilter *self)
{
  g_return_val_if_fail (BW_IS_LIST_FILTER (self), NULL);

  return self->relations;
}

/**
 * bw_list_filter_get_sort:
 * @self: a filter
 * @descending: (out) (optional): the direction
 *
 * Returns: what the list is in order of
 */
BwSortKey
bw_list_filter_get_sort (BwListFilter *self, gboolean *descending)
{
  g_return_val_if_fail (BW_IS_LIST_FILTER (self), BW_SORT_CREATED_AT);

  if (descending != NULL)
    *descending = self->descending;

  return self->sort;
}

/**
 * bw_list_filter_set_sort:
 * @self: a filter
 * @sort: what to order the list by
 * @descending: the direction
 */
void
bw_list_filter_set_sort (BwListFilter *self, BwSortKey sort, gboolean descending)
{
  g_return_if_fail (BW_IS_LIST_FILTER (self));

  if (self->sort == sort && self->descending == descending)
    return;

  self->sort = sort;
  self->descending = descending;
  emit_changed (self);
}
