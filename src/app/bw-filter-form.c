/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-filter-form.h"

#include <glib/gi18n.h>

#include "bw-choice-button.h"
#include "bw-choice-sources.h"
#include "bw-date-entry.h"
#include "bw-format.h"
#include "bw-saved-filters-menu.h"

struct _BwFilterForm
{
  AdwBin parent_instance;

  BwChoiceButton *period_button;
  BwDateEntry *from_entry;
  BwDateEntry *until_entry;
  BwChoiceButton *users_button;
  BwChoiceButton *relations_button;
  BwChoiceButton *types_button;
  BwChoiceButton *states_button;
  BwSavedFiltersMenu *saved_menu;
  GtkWidget *reset_button;

  BwListFilter *filter;
  gulong changed_handler;
  GListStore *period; /* of BwChoice: the filter's period as the button has it */
  GListStore *states; /* the same of its states */
  gboolean fill;
  gboolean syncing; /* the form follows the filter, not the other way */
};

enum
{
  PROP_0,
  PROP_FILL,
  PROP_JUSTIFY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwFilterForm, bw_filter_form, ADW_TYPE_BIN)

static void
sync_states (BwFilterForm *self)
{
  BwJobStates states = bw_list_filter_get_states (self->filter);
  g_autoptr (GPtrArray) choices = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if (states & (1u << i))
      g_ptr_array_add (choices,
                       bw_choice_new (bw_job_state_to_string ((BwJobState) i),
                                      bw_format_job_state ((BwJobState) i, BW_CONDITION_NONE)));
  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    if (bw_list_filter_get_conditions (self->filter) & (1u << i))
      g_ptr_array_add (choices, bw_choice_of_condition ((BwConditions) (1u << i)));

  g_list_store_splice (self->states, 0, g_list_model_get_n_items (G_LIST_MODEL (self->states)),
                       choices->pdata, choices->len);
}

static void
sync_period (BwFilterForm *self)
{
  BwPeriod period = bw_list_filter_get_period (self->filter);
  g_autoptr (BwChoice) choice =
      bw_choice_new (bw_period_to_string (period), bw_period_get_label (period));
  gpointer addition = choice;

  g_list_store_splice (self->period, 0, g_list_model_get_n_items (G_LIST_MODEL (self->period)),
                       &addition, period != BW_PERIOD_ALL ? 1 : 0);
}

static void
follow (BwFilterForm *self)
{
  GDate first, last;

  if (self->filter == NULL)
    return;

  self->syncing = TRUE;
  sync_period (self);
  bw_list_filter_get_days (self->filter, &first, &last);
  bw_date_entry_set_date (self->from_entry, &first);
  bw_date_entry_set_date (self->until_entry, &last);
  sync_states (self);
  gtk_widget_set_visible (self->reset_button, !bw_list_filter_is_default (self->filter));
  self->syncing = FALSE;
}

static void
period_changed_cb (BwFilterForm *self)
{
  BwPeriod period = BW_PERIOD_ALL;
  g_autoptr (BwChoice) choice = NULL;

  if (self->filter == NULL || self->syncing)
    return;

  choice = g_list_model_get_item (G_LIST_MODEL (self->period), 0);
  if (choice != NULL)
    bw_period_from_string (bw_choice_get_id (choice), &period);
  bw_list_filter_set_period (self->filter, period);
}

static void
from_changed_cb (BwFilterForm *self)
{
  GDate date;

  bw_list_filter_set_first (self->filter,
                            bw_date_entry_get_date (self->from_entry, &date) ? &date : NULL);
}

static void
until_changed_cb (BwFilterForm *self)
{
  GDate date;

  bw_list_filter_set_last (self->filter,
                           bw_date_entry_get_date (self->until_entry, &date) ? &date : NULL);
}

static void
states_changed_cb (BwFilterForm *self)
{
  BwJobStates states = 0;
  guint conditions = 0;

  if (self->filter == NULL || self->syncing)
    return;

  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if (bw_choices_find (G_LIST_MODEL (self->states), bw_job_state_to_string ((BwJobState) i),
                         NULL))
      states |= 1u << i;

  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    if (bw_choices_find (G_LIST_MODEL (self->states),
                         bw_condition_to_string ((BwConditions) (1u << i)), NULL))
      conditions |= 1u << i;

  bw_list_filter_hold (self->filter);
  bw_list_filter_set_states (self->filter, states);
  bw_list_filter_set_conditions (self->filter, (BwConditions) conditions);
  bw_list_filter_release (self->filter);
}

static void
reset_cb (BwFilterForm *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->period_button));
  bw_list_filter_reset (self->filter);
}

static void
bw_filter_form_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwFilterForm *self = BW_FILTER_FORM (object);

  switch (prop_id)
    {
    case PROP_FILL:
      g_value_set_boolean (value, self->fill);
      break;
    case PROP_JUSTIFY:
      g_value_set_enum (value, self->fill ? ADW_JUSTIFY_FILL : ADW_JUSTIFY_NONE);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_filter_form_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  BwFilterForm *self = BW_FILTER_FORM (object);

  switch (prop_id)
    {
    case PROP_FILL:
      self->fill = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, properties[PROP_JUSTIFY]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_filter_form_dispose (GObject *object)
{
  BwFilterForm *self = BW_FILTER_FORM (object);

  g_clear_signal_handler (&self->changed_handler, self->filter);
  g_clear_object (&self->filter);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_FILTER_FORM);
  g_clear_object (&self->period);
  g_clear_object (&self->states);

  G_OBJECT_CLASS (bw_filter_form_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-filter-form.ui");
  gtk_widget_class_bind_template_child (widget_class, BwFilterForm, period_button);
  gtk_widget_class_bind_template_child (widget_class, BwFilterForm, from_entry);
  gtk_widget_class_bind_template_child (widget_class, BwFilterForm, until_entry);
  gtk_widget_class_bind_template_child (widget_class, BwFilterForm, users_button);
  gtk_widget_class_bind_template_child (widget_class, BwFilterForm, relations_button);
  gtk_widget_class_bind_template_child (widget_class, BwFilterForm, types_button);
  gtk_widget_class_bind_template_child (widget_class, BwFilterForm, states_button);
  gtk_widget_class_bind_template_child (widget_class, BwFilterForm, saved_menu);
  gtk_widget_class_bind_template_child (widget_class, BwFilterForm, reset_button);
  gtk_widget_class_bind_template_callback (widget_class, from_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, until_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
}

static void
bw_filter_form_class_init (BwFilterFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_filter_form_dispose;
  object_class->get_property = bw_filter_form_get_property;
  object_class->set_property = bw_filter_form_set_property;

  /**
   * BwFilterForm:fill:
   *
   * Whether the fields take all of the width, as in a dialog.
   */
  properties[PROP_FILL] =
      g_param_spec_boolean ("fill", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * BwFilterForm:justify:
   *
   * How the lines are filled; follows from #BwFilterForm:fill.
   */
  properties[PROP_JUSTIFY] =
      g_param_spec_enum ("justify", NULL, NULL, ADW_TYPE_JUSTIFY_MODE, ADW_JUSTIFY_NONE,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (BW_TYPE_CHOICE_BUTTON);
  g_type_ensure (BW_TYPE_DATE_ENTRY);
  g_type_ensure (BW_TYPE_SAVED_FILTERS_MENU);

  bind_template (widget_class);
}

static void
bw_filter_form_init (BwFilterForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->period = g_list_store_new (BW_TYPE_CHOICE);
  g_signal_connect_swapped (self->period, "items-changed", G_CALLBACK (period_changed_cb), self);
  bw_choice_button_set_selected (self->period_button, self->period);
  bw_choice_button_set_func (self->period_button, bw_choices_of_periods, NULL, NULL);

  self->states = g_list_store_new (BW_TYPE_CHOICE);
  g_signal_connect_swapped (self->states, "items-changed", G_CALLBACK (states_changed_cb), self);
  bw_choice_button_set_selected (self->states_button, self->states);
  bw_choice_button_set_func (self->states_button, bw_choices_of_states, NULL, NULL);
}

/**
 * bw_filter_form_new:
 *
 * Returns: (transfer floating): a form without a filter
 */
GtkWidget *
bw_filter_form_new (void)
{
  return g_object_new (BW_TYPE_FILTER_FORM, NULL);
}

/**
 * bw_filter_form_set_filter:
 * @self: a form
 * @filter: what it changes and follows
 */
void
bw_filter_form_set_filter (BwFilterForm *self, BwListFilter *filter)
{
  g_return_if_fail (BW_IS_FILTER_FORM (self));

  g_clear_signal_handler (&self->changed_handler, self->filter);
  g_set_object (&self->filter, filter);
  self->changed_handler = g_signal_connect_swapped (filter, "changed", G_CALLBACK (follow), self);
  bw_choice_button_set_selected (self->users_button, bw_list_filter_get_users (filter));
  bw_choice_button_set_selected (self->relations_button, bw_list_filter_get_relations (filter));
  bw_choice_button_set_selected (self->types_button, bw_list_filter_get_types (filter));
  bw_saved_filters_menu_set_filter (self->saved_menu, filter);
  follow (self);
}

/**
 * bw_filter_form_set_business:
 * @self: a form
 * @business: whose users, relations and types the form offers
 */
void
bw_filter_form_set_business (BwFilterForm *self, BwBusiness *business)
{
  g_return_if_fail (BW_IS_FILTER_FORM (self));

  bw_choice_button_set_func (self->users_button, bw_choices_of_users, g_object_ref (business),
                             g_object_unref);
  bw_choice_button_set_func (self->relations_button, bw_choices_of_relations,
                             g_object_ref (business), g_object_unref);
  bw_choice_button_set_func (self->types_button, bw_choices_of_types, g_object_ref (business),
                             g_object_unref);
  bw_saved_filters_menu_set_business (self->saved_menu, business);
}
