/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-days-chooser.h"

#include "bw-choice-button.h"
#include "bw-choice-sources.h"
#include "bw-date-entry.h"

struct _BwDaysChooser
{
  AdwBin parent_instance;

  BwChoiceButton *period_button;
  AdwBin *beside_bin;
  BwDateEntry *from_entry;
  BwDateEntry *until_entry;

  BwListFilter *filter;
  GListStore *period; /* of BwChoice: the filter's period as the button has it */
  gboolean syncing;   /* the fields follow the filter, not the other way */
};

enum
{
  PROP_0,
  PROP_BESIDE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwDaysChooser, bw_days_chooser, ADW_TYPE_BIN)

static void
follow (BwDaysChooser *self)
{
  BwPeriod period = bw_list_filter_get_period (self->filter);
  g_autoptr (BwChoice) choice =
      bw_choice_new (bw_period_to_string (period), bw_period_get_label (period));
  gpointer addition = choice;
  GDate first, last;

  self->syncing = TRUE;
  g_list_store_splice (self->period, 0, g_list_model_get_n_items (G_LIST_MODEL (self->period)),
                       &addition, period != BW_PERIOD_ALL ? 1 : 0);
  bw_list_filter_get_days (self->filter, &first, &last);
  bw_date_entry_set_date (self->from_entry, &first);
  bw_date_entry_set_date (self->until_entry, &last);
  self->syncing = FALSE;
}

static void
period_changed_cb (BwDaysChooser *self)
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
from_changed_cb (BwDaysChooser *self)
{
  GDate date;

  bw_list_filter_set_first (self->filter,
                            bw_date_entry_get_date (self->from_entry, &date) ? &date : NULL);
}

static void
until_changed_cb (BwDaysChooser *self)
{
  GDate date;

  bw_list_filter_set_last (self->filter,
                           bw_date_entry_get_date (self->until_entry, &date) ? &date : NULL);
}

static void
bw_days_chooser_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwDaysChooser *self = BW_DAYS_CHOOSER (object);

  switch (id)
    {
    case PROP_BESIDE:
      adw_bin_set_child (self->beside_bin, g_value_get_object (value));
      gtk_widget_set_visible (GTK_WIDGET (self->beside_bin), g_value_get_object (value) != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_days_chooser_dispose (GObject *object)
{
  BwDaysChooser *self = BW_DAYS_CHOOSER (object);

  if (self->filter != NULL)
    g_signal_handlers_disconnect_by_data (self->filter, self);
  g_clear_object (&self->filter);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_DAYS_CHOOSER);
  g_clear_object (&self->period);

  G_OBJECT_CLASS (bw_days_chooser_parent_class)->dispose (object);
}

static void
bw_days_chooser_class_init (BwDaysChooserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_days_chooser_dispose;
  object_class->set_property = bw_days_chooser_set_property;

  properties[PROP_BESIDE] = g_param_spec_object ("beside", NULL, NULL, GTK_TYPE_WIDGET,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (BW_TYPE_CHOICE_BUTTON);
  g_type_ensure (BW_TYPE_DATE_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-days-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, BwDaysChooser, period_button);
  gtk_widget_class_bind_template_child (widget_class, BwDaysChooser, beside_bin);
  gtk_widget_class_bind_template_child (widget_class, BwDaysChooser, from_entry);
  gtk_widget_class_bind_template_child (widget_class, BwDaysChooser, until_entry);
  gtk_widget_class_bind_template_callback (widget_class, from_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, until_changed_cb);
}

static void
bw_days_chooser_init (BwDaysChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->period = g_list_store_new (BW_TYPE_CHOICE);
  g_signal_connect_swapped (self->period, "items-changed", G_CALLBACK (period_changed_cb), self);
  bw_choice_button_set_selected (self->period_button, self->period);
  bw_choice_button_set_func (self->period_button, bw_choices_of_periods, NULL, NULL);
}

/**
 * bw_days_chooser_new:
 *
 * Returns: (transfer floating): a chooser without a filter
 */
GtkWidget *
bw_days_chooser_new (void)
{
  return g_object_new (BW_TYPE_DAYS_CHOOSER, NULL);
}

/**
 * bw_days_chooser_set_filter:
 * @self: a chooser without a filter
 * @filter: whose days it changes and follows
 */
void
bw_days_chooser_set_filter (BwDaysChooser *self, BwListFilter *filter)
{
  g_return_if_fail (BW_IS_DAYS_CHOOSER (self));
  g_return_if_fail (self->filter == NULL);

  self->filter = g_object_ref (filter);
  g_signal_connect_swapped (filter, "changed", G_CALLBACK (follow), self);
  follow (self);
}
