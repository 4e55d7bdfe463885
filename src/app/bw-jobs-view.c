/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-jobs-view.h"

#include <glib/gi18n.h>

#include "bw-application.h"
#include "bw-filter-dialog.h"
#include "bw-filter-form.h"
#include "bw-filter-store.h"
#include "bw-bulk-actions.h"
#include "bw-clearer.h"
#include "bw-export-dialog.h"
#include "bw-job-actions.h"
#include "bw-jobs-pages.h"
#include "bw-jobs-view-menu.h"
#include "bw-list-filter-actions.h"
#include "bw-list-settings.h"
#include "bw-selection-bar.h"
#include "bw-summary-strip.h"

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
  BwJobsPages *pages;
  GtkBox *progress_box;
  BwSelectionBar *selection_bar;

  GSimpleActionGroup *actions;
  BwBusiness *business;
  BwListFilter *filter;
  BwJobList *list;
  BwJobTable *table; /* of the pages */
  BwClearer *clearer;
  BwJobLayout layout;
  gboolean syncing; /* the widgets follow the filter, not the other way */
  gboolean typing;  /* the filter follows the search entry */
};

enum
{
  PROP_0,
  PROP_BUSINESS,
  PROP_LAYOUT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwJobsView, bw_jobs_view, ADW_TYPE_BIN)

static void
update_summary (BwJobsView *self)
{
  bw_summary_strip_set_summary (self->summary_strip,
                                self->list != NULL ? bw_job_list_get_summary (self->list) : NULL);
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
  gtk_widget_child_focus (GTK_WIDGET (self->pages), GTK_DIR_TAB_FORWARD);
}

static void
stop_search_cb (BwJobsView *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  take_words (self);
}

/* Rows */

static void
row_activated_cb (BwJobsView *self, BwJobEntry *entry)
{
  BwJob *job = bw_job_entry_get_job (entry);

  if (job != NULL)
    bw_application_open_job (BW_APPLICATION (g_application_get_default ()), self->business,
                             job->id);
}

/* The one job that is chosen; NULL if there are several or none. */
static BwJob *
get_selected_job (BwJobsView *self)
{
  return self->list != NULL ? bw_row_selection_get_only (bw_job_table_get_selection (self->table))
                            : NULL;
}

static void
update_actions (BwJobsView *self)
{
  BwRowSelection *selection = bw_job_table_get_selection (self->table);
  gint64 n_selected = self->list != NULL ? bw_row_selection_get_size (selection) : 0;

  if (n_selected > 1)
    {
      g_autoptr (BwJobSet) jobs = bw_job_set_new (selection);

      bw_bulk_actions_update (GTK_WIDGET (self), jobs);
    }
  else
    {
      bw_job_actions_update (GTK_WIDGET (self), self->business, get_selected_job (self));
    }
  bw_selection_bar_update (self->selection_bar);
}

/* Rights that came or went, and a server that is away or there again. */
static void
possible_cb (BwJobsView *self)
{
  GAction *export = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "export");
  gboolean may_export =
      self->business != NULL && bw_business_may (self->business, BW_PERMISSION_EXPORT);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (export), may_export);
  update_actions (self);
}

static void
prepare_menu_cb (BwJobsView *self)
{
  g_autoptr (GMenuModel) menu = NULL;

  update_actions (self);
  menu = bw_jobs_view_create_menu (bw_job_table_get_selection (self->table));
  bw_job_table_set_row_menu (self->table, menu);
}

static void
job_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwJobsView *self = BW_JOBS_VIEW (widget);
  BwJob *job = get_selected_job (self);
  BwRowSelection *selection = bw_job_table_get_selection (self->table);

  if (job != NULL)
    bw_job_actions_run (widget, self->toasts, self->business, job, g_intern_string (name));
  else if (self->list != NULL && bw_row_selection_get_size (selection) > 1)
    bw_bulk_actions_run (widget, self->toasts, self->progress_box, bw_job_set_new (selection),
                         name);
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

  BwJob *job = get_selected_job (self);

  if (job != NULL)
    bw_application_open_job (BW_APPLICATION (g_application_get_default ()), self->business,
                             job->id);
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
select_all_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwJobsView *self = user_data;

  gtk_selection_model_select_all (GTK_SELECTION_MODEL (bw_job_table_get_selection (self->table)));
}

static void
select_none_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwJobsView *self = user_data;

  bw_row_selection_clear (bw_job_table_get_selection (self->table));
}

static void
export_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BwJobsView *self = user_data;
  BwRowSelection *selection = bw_job_table_get_selection (self->table);
  g_autoptr (BwJobSet) jobs = NULL;

  if (self->list == NULL)
    return;

  jobs = bw_job_set_new (selection);
  bw_export_dialog_present_for_jobs (GTK_WIDGET (self), self->business, jobs->filter,
                                     jobs->ids != NULL && jobs->ids->len > 0 ? jobs->ids : NULL);
}

static void
create_actions (BwJobsView *self)
{
  static const GActionEntry entries[] = {
    { "open", open_action, "x" },          { "open-selected", open_selected_action },
    { "filters", filters_action },         { "select-all", select_all_action },
    { "select-none", select_none_action }, { "export", export_action },
  };

  self->actions = bw_list_filter_actions_new (self->filter);
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  self->clearer = bw_clearer_new (G_ACTION_MAP (self->actions), GTK_WIDGET (self), self->toasts);
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
  g_object_set (self->selection_bar, "narrow", narrow, NULL);
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
    case PROP_BUSINESS:
      g_value_set_object (value, BW_JOBS_VIEW (object)->business);
      break;
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
    case PROP_BUSINESS:
      bw_jobs_view_set_business (BW_JOBS_VIEW (object), g_value_get_object (value));
      break;
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
  g_signal_handlers_disconnect_by_data (self->business, self);
  g_signal_handlers_disconnect_by_data (bw_business_get_connection (self->business), self);
  g_clear_object (&self->list);
  bw_jobs_pages_set_list (self->pages, NULL);
}

static void
bw_jobs_view_dispose (GObject *object)
{
  BwJobsView *self = BW_JOBS_VIEW (object);

  if (self->pages != NULL)
    disconnect_list (self);
  g_clear_object (&self->clearer);
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
  g_type_ensure (BW_TYPE_JOBS_PAGES);
  g_type_ensure (BW_TYPE_SELECTION_BAR);
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
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, pages);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, progress_box);
  gtk_widget_class_bind_template_child (widget_class, BwJobsView, selection_bar);
  gtk_widget_class_bind_template_callback (widget_class, pill_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
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
   * BwJobsView:business:
   *
   * Whose jobs are shown.
   */
  properties[PROP_BUSINESS] =
      g_param_spec_object ("business", NULL, NULL, BW_TYPE_BUSINESS,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

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

  self->table = bw_jobs_pages_get_table (self->pages);
  g_signal_connect_object (self->table, "activate", G_CALLBACK (row_activated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "prepare-menu", G_CALLBACK (prepare_menu_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  bw_selection_bar_set_selection (self->selection_bar, bw_job_table_get_selection (self->table));

  self->filter = bw_list_filter_new ();
  create_actions (self);
  g_signal_connect_swapped (self->filter, "changed", G_CALLBACK (filter_changed_cb), self);
  bw_filter_form_set_filter (self->form, self->filter);
  bw_jobs_pages_set_filter (self->pages, self->filter);
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
      bw_list_settings_bind (GTK_WIDGET (self), self->list);
      g_signal_connect_swapped (self->list, "notify::summary", G_CALLBACK (update_summary), self);
      g_signal_connect_swapped (business, "notify::permissions", G_CALLBACK (possible_cb), self);
      g_signal_connect_swapped (bw_business_get_connection (business), "notify::state",
                                G_CALLBACK (possible_cb), self);
      bw_jobs_pages_set_list (self->pages, self->list);
    }

  bw_clearer_set_business (self->clearer, business);
  possible_cb (self);
  update_summary (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSINESS]);
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
