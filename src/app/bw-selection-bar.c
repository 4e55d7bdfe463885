/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-selection-bar.h"

#include <glib/gi18n.h>

#include "bw-bulk-actions.h"
#include "bw-format.h"
#include "bw-job-list.h"
#include "bw-jobs-view-menu.h"

struct _BwSelectionBar
{
  AdwBin parent_instance;

  GtkActionBar *bar;
  GtkLabel *count_label;
  GtkButton *all_button;
  GtkMenuButton *menu_button;
  GtkBox *buttons;

  BwRowSelection *selection;
  gboolean narrow;
};

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwSelectionBar, bw_selection_bar, ADW_TYPE_BIN)

static const struct
{
  const char *action;
  const char *label;
  BwPermissions permission;
} offers[] = {
  { "job.retry-failed", N_ ("_Retry Failed…"), BW_PERMISSION_RETRY },
  { "job.cancel", N_ ("_Cancel…"), BW_PERMISSION_CANCEL },
  { "job.delete", N_ ("_Delete…"), BW_PERMISSION_DELETE },
  { "jobs.export", N_ ("_Export…"), BW_PERMISSION_EXPORT },
};

static void
update_count (BwSelectionBar *self, BwPagedList *list)
{
  gint64 n_chosen = bw_row_selection_get_size (self->selection);
  gint64 n_all = g_list_model_get_n_items (G_LIST_MODEL (list));
  gboolean is_all = bw_row_selection_is_all (self->selection);
  gboolean is_exact = TRUE;
  g_autofree char *chosen = NULL;
  g_autofree char *all = NULL;
  g_autofree char *count = NULL;
  g_autofree char *label = NULL;

  g_object_get (list, "total-is-exact", &is_exact, NULL);
  chosen = bw_format_count (n_chosen, is_exact || !is_all);
  all = bw_format_count (n_all, is_exact);
  /* Translators: how many jobs are selected */
  count = g_strdup_printf (ngettext ("%s selected", "%s selected", (gulong) n_chosen), chosen);
  /* Translators: how many jobs there are in the list */
  label = g_strdup_printf (self->narrow ? ngettext ("All %s", "All %s", (gulong) n_all)
                                        : ngettext ("Select All %s That Match",
                                                    "Select All %s That Match", (gulong) n_all),
                           all);
  gtk_label_set_text (self->count_label, count);
  gtk_button_set_label (self->all_button, label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->all_button), _ ("Select All That Match (Ctrl+A)"));
  gtk_widget_set_visible (GTK_WIDGET (self->all_button), !is_all && n_chosen < n_all);
}

static char *
get_refusal (const BwJobSet *jobs, const char *action)
{
  return g_str_has_prefix (action, "job.") ? bw_bulk_action_get_refusal (jobs, action) : NULL;
}

/* What the user has no right to is not there; what can't be done now says why. */
static void
update_buttons (BwSelectionBar *self, const BwJobSet *jobs)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self->buttons));
  g_autoptr (GMenuModel) menu = bw_jobs_view_create_bulk_menu (jobs);

  for (guint i = 0; i < G_N_ELEMENTS (offers); i++, button = gtk_widget_get_next_sibling (button))
    {
      g_autofree char *refusal = get_refusal (jobs, offers[i].action);

      gtk_widget_set_visible (button, bw_business_may (jobs->business, offers[i].permission));
      gtk_widget_set_tooltip_text (button, refusal);
    }
  gtk_menu_button_set_menu_model (self->menu_button, menu);
}

static void
create_buttons (BwSelectionBar *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_ (offers[i].label));

      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), offers[i].action);
      gtk_box_append (self->buttons, button);
    }
}

static void
bw_selection_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwSelectionBar *self = BW_SELECTION_BAR (object);

  switch (id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_selection_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwSelectionBar *self = BW_SELECTION_BAR (object);

  switch (id)
    {
    case PROP_NARROW:
      if (self->narrow == g_value_get_boolean (value))
        break;
      self->narrow = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
      bw_selection_bar_update (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_selection_bar_dispose (GObject *object)
{
  BwSelectionBar *self = BW_SELECTION_BAR (object);

  g_clear_object (&self->selection);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_SELECTION_BAR);

  G_OBJECT_CLASS (bw_selection_bar_parent_class)->dispose (object);
}

static void
bw_selection_bar_class_init (BwSelectionBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_selection_bar_dispose;
  object_class->get_property = bw_selection_bar_get_property;
  object_class->set_property = bw_selection_bar_set_property;

  properties[PROP_NARROW] =
      g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-selection-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, BwSelectionBar, bar);
  gtk_widget_class_bind_template_child (widget_class, BwSelectionBar, count_label);
  gtk_widget_class_bind_template_child (widget_class, BwSelectionBar, all_button);
  gtk_widget_class_bind_template_child (widget_class, BwSelectionBar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, BwSelectionBar, buttons);
}

static void
bw_selection_bar_init (BwSelectionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  create_buttons (self);
}

/**
 * bw_selection_bar_set_selection:
 * @self: a bar
 * @selection: the jobs chosen
 */
void
bw_selection_bar_set_selection (BwSelectionBar *self, BwRowSelection *selection)
{
  g_return_if_fail (BW_IS_SELECTION_BAR (self));

  g_set_object (&self->selection, selection);
}

/**
 * bw_selection_bar_update:
 * @self: a bar
 *
 * Shows what is chosen now, and what may be done with it.
 */
void
bw_selection_bar_update (BwSelectionBar *self)
{
  BwPagedList *list;
  g_autoptr (BwJobSet) jobs = NULL;

  g_return_if_fail (BW_IS_SELECTION_BAR (self));

  list = self->selection != NULL ? bw_row_selection_get_list (self->selection) : NULL;
  gtk_action_bar_set_revealed (self->bar,
                               list != NULL && bw_row_selection_get_size (self->selection) > 1);
  if (!gtk_action_bar_get_revealed (self->bar))
    return;

  jobs = bw_job_set_new (self->selection);
  update_count (self, list);
  update_buttons (self, jobs);
}
