/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-jobs-view.h"

#include <glib/gi18n.h>

#include "bw-application.h"
#include "bw-filter-dialog.h"
#include "bw-filter-form.h"
#include "bw-filter-store.h"
#include "bw-format.h"
#include "bw-job-actions.h"
#include "bw-job-table.h"
#include "bw-jobs-view-menu.h"
#include "bw-list-filter-actions.h"
#include "bw-summary-strip.h"

/* Quicker loading shows no spinner: one that only flashes up disturbs. In milliseconds. */
#define SPINNER_DELAY 200

struct _BwJobsView
{
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  BwSummaryStrip *summary_strip;
  GtkWidget *controls;
  AdwToggleGroup *pills;
  GtkWidget *search_entry;
  GtkWidget *filters_button;
  BwFilterForm *form;
  GtkRevealer *unseen_revealer;
  GtkButton *unseen_button;
  GtkStack *stack;
  BwJobTable *table;
  AdwStatusPage *error_page;

  GSimpleActionGroup *actions;
  BwBusiness *business;
  BwListFilter *filter;
  BwJobList *list;
  guint spinner_source;
  BwJobLayout layout;
  gboolean syncing; /* the widgets follow the filter, not the other way */
  gboolean typing;  /* the filter follows the search entry */
};

enum
{
  PROP_0,
  PROP_LAYOUT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwJobsView, bw_jobs_view, ADW_TYPE_BIN)

/* What is shown */

static gboolean
spinner_cb (gpointer user_data)
{
  BwJobsView *self = user_data;

  self->spinner_source = 0;
  gtk_stack_set_visible_child_name (self->stack, "loading");

  return G_SOURCE_REMOVE;
}

static void
show_page (BwJobsView *self, const char *name)
{
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  gtk_stack_set_visible_child_name (self->stack, name);
}

static void
update_page (BwJobsView *self)
{
  BwPagedList *paged = BW_PAGED_LIST (self->list);
  const GError *error = self->list != NULL ? bw_paged_list_get_error (paged) : NULL;

  if (self->list == NULL)
    {
      show_page (self, "blank");
    }
  else if (bw_paged_list_get_loaded (paged))
    {
      if (g_list_model_get_n_items (G_LIST_MODEL (self->list)) > 0)
        show_page (self, "list");
      else
        show_page (self, bw_list_filter_is_default (self->filter) ? "empty" : "no-match");
    }
  else if (error != NULL)
    {
      adw_status_page_set_description (self->error_page, error->message);
      show_page (self, "error");
    }
  else if (self->spinner_source == 0)
    {
      self->spinner_source = g_timeout_add (SPINNER_DELAY, spinner_cb, self);
    }
}

static void
update_summary (BwJobsView *self)
{
  bw_summary_strip_set_summary (self->summary_strip,
                                self->list != NULL ? bw_job_list_get_summary (self->list) : NULL);
}

static void
unseen_cb (BwJobsView *self)
{
  guint n = bw_job_table_get_n_unseen (self->table);
  g_autofree char *figure = bw_format_number (n);
  g_autofree char *label = g_strdup_printf (ngettext ("%s new job", "%s new jobs", n), figure);

  if (n > 0)
    gtk_button_set_label (self->unseen_button, label);
  gtk_revealer_set_reveal_child (self->unseen_revealer, n > 0);
}

static void
unseen_clicked_cb (BwJobsView *self)
{
  bw_job_table_scroll_to_top (self->table);
}

/* The filter */

static void
sync_widgets (BwJobsView *self)
{
  const char *words = bw_list_filter_get_words (self->filter);
  const char *pill = bw_pill_from_states (bw_list_filter_get_states (self->filter));

  self->syncing = TRUE;
  if (pill != NULL)
    adw_toggle_group_set_active_name (self->pills, pill);
  else
    adw_toggle_group_set_active (self->pills, GTK_INVALID_LIST_POSITION);
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)), words) != 0
      && !self->typing)
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), words);
  if (bw_list_filter_is_default (self->filter))
    gtk_widget_remove_css_class (self->filters_button, "suggested-action");
  else
    gtk_widget_add_css_class (self->filters_button, "suggested-action");
  self->syncing = FALSE;
}

static void
filter_changed_cb (BwJobsView *self)
{
  g_autoptr (BwFilter) filter = bw_list_filter_to_filter (self->filter);

  sync_widgets (self);
  if (self->list == NULL)
    return;

  if (!bw_filter_equal (filter, bw_job_list_get_filter (self->list)))
    bw_job_list_set_filter (self->list, filter);
  bw_filter_store_save (bw_connection_get_url (bw_business_get_connection (self->business)),
                        bw_business_get_id (self->business), self->filter);
  update_page (self);
}

static void
pill_cb (BwJobsView *self)
{
  const char *name = adw_toggle_group_get_active_name (self->pills);
  BwJobStates states;

  if (!self->syncing && name != NULL && bw_pill_to_states (name, &states))
    bw_list_filter_set_states (self->filter, states);
}

/* The filter drops surrounding space; what the user is typing must keep it. */
static void
take_words (BwJobsView *self)
{
  if (self->syncing)
    return;

  self->typing = TRUE;
  bw_list_filter_set_words (self->filter,
                            gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  self->typing = FALSE;
}

static void
search_changed_cb (BwJobsView *self)
{
  take_words (self);
}

static void
search_activate_cb (BwJobsView *self)
{
  take_words (self);
  gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

static void
stop_search_cb (BwJobsView *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  take_words (self);
}

/* Rows */

static void
open_entry (BwJobsView *self, BwJobEntry *entry)
{
  BwJob *job = entry != NULL ? bw_job_entry_get_job (entry) : NULL;

  if (job != NULL)
    bw_application_open_job (BW_APPLICATION (g_application_get_default ()), self->business,
                             job->id);
}

static void
row_activated_cb (BwJobsView *self, BwJobEntry *entry)
{
  open_entry (self, entry);
}

static BwJob *
get_selected_job (BwJobsView *self)
{
  BwJobEntry *entry = self->table != NULL ? bw_job_table_get_selected (self->table) : NULL;

  return entry != NULL ? bw_job_entry_get_job (entry) : NULL;
}

static void
selected_cb (BwJobsView *self)
{
  BwJob *job = get_selected_job (self);

  if (job != NULL)
    bw_job_actions_update (GTK_WIDGET (self), self->business, job);
}

static void
prepare_menu_cb (BwJobsView *self)
{
  BwJob *job = get_selected_job (self);
  g_autoptr (GMenuModel) menu = NULL;

  if (job == NULL)
    return;

  selected_cb (self);
  menu = bw_jobs_view_create_menu (self->business, job);
  bw_job_table_set_row_menu (self->table, menu);
}

static void
job_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwJobsView *self = BW_JOBS_VIEW (widget);
  BwJob *job = get_selected_job (self);

  if (job != NULL)
    bw_job_actions_run (widget, self->toasts, self->business, job, g_intern_string (name));
}

/* Actions */

static void
open_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwJobsView *self = user_data;

  if (self->business != NULL)
    bw_application_open_job (BW_APPLICATION (g_application_get_default ()), self->business,
                             g_variant_get_int64 (parameter));
}

static void
open_selected_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwJobsView *self = user_data;

  open_entry (self, bw_job_table_get_selected (self->table));
}

static void
filters_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwJobsView *self = user_data;

  if (self->business == NULL)
    return;

  if (self->layout == BW_JOB_LAYOUT_NARROW)
    adw_dialog_present (bw_filter_dialog_new (self->filter, self->business), GTK_WIDGET (self));
  else
    gtk_widget_child_focus (GTK_WIDGET (self->form), GTK_DIR_TAB_FORWARD);
}

static void
create_actions (BwJobsView *self)
{
  static const GActionEntry entries[] = {
    { "open", open_action, "x" },
    { "open-selected", open_selected_action },
    { "filters", filters_action },
  };

  self->actions = bw_list_filter_actions_new (self->filter);
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "jobs", G_ACTION_GROUP (self->actions));
}

/* The object */

static void
set_layout (BwJobsView *self, BwJobLayout layout)
{
  gboolean narrow = layout == BW_JOB_LAYOUT_NARROW;

  if (self->layout == layout)
    return;

  self->layout = layout;
  bw_job_table_set_layout (self->table, layout);
  adw_toggle_group_set_homogeneous (self->pills, !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->form), !narrow);
  gtk_widget_set_visible (self->filters_button, narrow);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->controls),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAYOUT]);
}

static void
bw_jobs_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LAYOUT:
      g_value_set_enum (value, BW_JOBS_VIEW (object)->layout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_jobs_view_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LAYOUT:
      set_layout (BW_JOBS_VIEW (object), g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
disconnect_list (BwJobsView *self)
{
  if (self->list == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->list, self);
  bw_job_table_set_list (self->table, NULL);
  g_clear_object (&self->list);
}

static void
bw_jobs_view_dispose (GObject *object)
{
  BwJobsView *self = BW_JOBS_VIEW (object);

  g_clear_handle_id (&self->spinner_source, g_source_remove);
  if (self->table != NULL)
    disconnect_list (self);
  if (self->filter != NULL)
    g_signal_handlers_disconnect_by_data (self->filter, self);
  g_clear_object (&self->filter);
  g_clear_object (&self->business);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "jobs", NULL);
  if (self->actions != NULL)
    g_clear_object (&self->actions);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_JOBS_VIEW);

  G_OBJECT_CLASS (bw_jobs_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (BW_TYPE_FILTER_FORM);
  g_type_ensure (BW_TYPE_JOB_TABLE);
  g_type_ensure (BW_TYPE_SUMMARY_STRIP);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-jobs-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, toasts);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, summary_strip);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, controls);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, pills);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, search_entry);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, filters_button);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, form);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, unseen_revealer);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, unseen_button);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, stack);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, table);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, error_page);
  gtk_widget_class_bind_template_callback (widget_class, pill_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, prepare_menu_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, unseen_cb);
  gtk_widget_class_bind_template_callback (widget_class, unseen_clicked_cb);
}

static void
bw_jobs_view_class_init (BwJobsViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_jobs_view_dispose;
  object_class->get_property = bw_jobs_view_get_property;
  object_class->set_property = bw_jobs_view_set_property;

  /**
   * BwJobsView:layout:
   *
   * How much room there is; set by the window's breakpoints.
   */
  properties[PROP_LAYOUT] =
      g_param_spec_enum ("layout", NULL, NULL, BW_TYPE_JOB_LAYOUT, BW_JOB_LAYOUT_WIDE,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  bind_template (widget_class);
  for (guint i = 0; bw_job_action_names[i] != NULL; i++)
    gtk_widget_class_install_action (widget_class, bw_job_action_names[i], NULL, job_action);
}

static void
bw_jobs_view_init (BwJobsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->filter = bw_list_filter_new ();
  create_actions (self);
  g_signal_connect_swapped (self->filter, "changed", G_CALLBACK (filter_changed_cb), self);
  bw_filter_form_set_filter (self->form, self->filter);
  bw_job_table_set_filter (self->table, self->filter);
  sync_widgets (self);
}

/**
 * bw_jobs_view_set_business:
 * @self: a view
 * @business: (nullable): whose jobs to show, with the filter that was last set for it
 */
void
bw_jobs_view_set_business (BwJobsView *self, BwBusiness *business)
{
  g_autoptr (BwFilter) filter = NULL;

  g_return_if_fail (BW_IS_JOBS_VIEW (self));

  if (self->business == business)
    return;

  disconnect_list (self);
  g_set_object (&self->business, business);

  if (business != NULL)
    {
      bw_filter_store_load (bw_connection_get_url (bw_business_get_connection (business)),
                            bw_business_get_id (business), self->filter);
      bw_filter_form_set_business (self->form, business);

      filter = bw_list_filter_to_filter (self->filter);
      self->list = bw_job_list_new (business, filter);
      g_signal_connect_swapped (self->list, "items-changed", G_CALLBACK (update_page), self);
      g_signal_connect_swapped (self->list, "notify::loaded", G_CALLBACK (update_page), self);
      g_signal_connect_swapped (self->list, "notify::error", G_CALLBACK (update_page), self);
      g_signal_connect_swapped (self->list, "notify::summary", G_CALLBACK (update_summary), self);
      bw_job_table_set_list (self->table, self->list);
    }

  update_page (self);
  update_summary (self);
}

/**
 * bw_jobs_view_get_business:
 * @self: a view
 *
 * Returns: (transfer none) (nullable): whose jobs are shown
 */
BwBusiness *
bw_jobs_view_get_business (BwJobsView *self)
{
  g_return_val_if_fail (BW_IS_JOBS_VIEW (self), NULL);

  return self->business;
}

/**
 * bw_jobs_view_get_list:
 * @self: a view
 *
 * Returns: (transfer none) (nullable): the jobs shown
 */
BwJobList *
bw_jobs_view_get_list (BwJobsView *self)
{
  g_return_val_if_fail (BW_IS_JOBS_VIEW (self), NULL);

  return self->list;
}

/**
 * bw_jobs_view_get_actions:
 * @self: a view
 *
 * Returns: (transfer none): its actions, for menus outside of it. Their prefix is "jobs".
 */
GActionGroup *
bw_jobs_view_get_actions (BwJobsView *self)
{
  g_return_val_if_fail (BW_IS_JOBS_VIEW (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

/**
 * bw_jobs_view_is_filled:
 * @self: a view
 *
 * Returns: whether everything that was asked for is here and shown
 */
gboolean
bw_jobs_view_is_filled (BwJobsView *self)
{
  g_return_val_if_fail (BW_IS_JOBS_VIEW (self), FALSE);

  return self->list != NULL && bw_paged_list_get_loaded (BW_PAGED_LIST (self->list))
         && !bw_paged_list_get_loading (BW_PAGED_LIST (self->list))
         && bw_job_list_get_summary (self->list) != NULL;
}

/**
 * bw_jobs_view_refresh:
 * @self: a view
 *
 * Asks the server again, without waiting for events.
 */
void
bw_jobs_view_refresh (BwJobsView *self)
{
  g_return_if_fail (BW_IS_JOBS_VIEW (self));

  if (self->list != NULL)
    bw_job_list_refresh (self->list);
}

/**
 * bw_jobs_view_focus_search:
 * @self: a view
 */
void
bw_jobs_view_focus_search (BwJobsView *self)
{
  g_return_if_fail (BW_IS_JOBS_VIEW (self));

  gtk_widget_grab_focus (self->search_entry);
}
