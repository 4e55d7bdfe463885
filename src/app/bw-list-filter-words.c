/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-list-filter.h"

#include <glib/gi18n.h>

#include "bw-format.h"

static void
take (GPtrArray *parts, char *words)
{
  if (words != NULL && *words != '\0')
    g_ptr_array_add (parts, words);
  else
    g_free (words);
}

static char *
describe_days (BwListFilter *self)
{
  BwPeriod period = bw_list_filter_get_period (self);
  g_autofree char *from = NULL;
  g_autofree char *until = NULL;
  GDate first, last;

  if (period == BW_PERIOD_ALL)
    return NULL;
  if (period != BW_PERIOD_CUSTOM)
    return g_strdup (bw_period_get_label (period));

  bw_list_filter_get_days (self, &first, &last);
  from = g_date_valid (&first) ? bw_date_to_iso (&first) : g_strdup ("");
  until = g_date_valid (&last) ? bw_date_to_iso (&last) : g_strdup ("");

  /* Translators: the first and the last day of a span, either of which may be missing */
  return g_strdup_printf (_ ("%s – %s"), from, until);
}

static char *
describe_states (BwListFilter *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if (bw_list_filter_get_states (self) & (1u << i))
      g_strv_builder_add (builder, bw_format_job_state ((BwJobState) i, BW_CONDITION_NONE));
  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    if (bw_list_filter_get_conditions (self) & (1u << i))
      g_strv_builder_add (builder, bw_format_job_state (BW_JOB_STATE_PROCESSING, (BwConditions) (1u << i)));
  words = g_strv_builder_end (builder);

  return g_strjoinv (", ", words);
}

/**
 * bw_list_filter_describe:
 * @self: a filter
 *
 * Returns: (transfer full): what it lets through, in one line: "This week · Send invoices · Failed"
 */
char *
bw_list_filter_describe (BwListFilter *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *words = bw_list_filter_get_words (self);

  take (parts, describe_days (self));
  take (parts, bw_choices_describe (G_LIST_MODEL (bw_list_filter_get_users (self))));
  take (parts, bw_choices_describe (G_LIST_MODEL (bw_list_filter_get_relations (self))));
  take (parts, bw_choices_describe (G_LIST_MODEL (bw_list_filter_get_types (self))));
  take (parts, describe_states (self));
  if (*words != '\0')
    take (parts, g_strdup_printf (_ ("“%s”"), words));
  if (parts->len == 0)
    return g_strdup (_ ("All jobs"));

  g_ptr_array_add (parts, NULL);

  return g_strjoinv (" · ", (char **) parts->pdata);
}
