/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-quick-list.h"

#include "bw-application.h"
#include "bw-help.h"
#include "bw-job-actions.h"
#include "bw-quick-row.h"

struct _BwQuickList
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkListBox *list_box;

  AdwToastOverlay *toasts; /* weak */
  GPtrArray *businesses;   /* of BwBusiness; NULL: none yet */
  BwQuickJobs *jobs;       /* while on screen */
};

static guint left_signal;

G_DEFINE_FINAL_TYPE (BwQuickList, bw_quick_list, ADW_TYPE_BIN)

static void
update_page (BwQuickList *self)
{
  GListModel *rows = self->jobs != NULL ? bw_quick_jobs_get_model (self->jobs) : NULL;
  gboolean has_rows = rows != NULL && g_list_model_get_n_items (rows) > 0;
  gboolean is_first = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "jobs") != 0;

  if (has_rows)
    {
      gtk_stack_set_visible_child_name (self->stack, "jobs");
      /* When it popped up there was nothing yet to have the focus. */
      if (is_first)
        gtk_widget_child_focus (GTK_WIDGET (self->list_box), GTK_DIR_TAB_FORWARD);
    }
  else if (self->jobs != NULL && bw_quick_jobs_get_loaded (self->jobs))
    gtk_stack_set_visible_child_name (self->stack, "empty");
  else
    gtk_stack_set_visible_child_name (self->stack, "loading");
}

/* Questions are asked over the window, not over what pops up from it. */
static void
act_cb (BwQuickList *self, const char *action, BwQuickRow *row)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  BwQuickJob *job = bw_quick_row_get_job (row);

  if (self->toasts == NULL)
    return;

  bw_job_actions_run (window, self->toasts, bw_quick_job_get_business (job),
                      bw_quick_job_get_job (job), g_intern_string (action));
  g_signal_emit (self, left_signal, 0);
}

static void
row_activated_cb (BwQuickList *self, BwQuickRow *row)
{
  GApplication *application = g_application_get_default ();
  BwQuickJob *job = bw_quick_row_get_job (row);

  if (BW_IS_APPLICATION (application))
    bw_application_open_job (BW_APPLICATION (application), bw_quick_job_get_business (job),
                             bw_quick_job_get_job (job)->id);
  g_signal_emit (self, left_signal, 0);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  BwQuickList *self = user_data;
  GtkWidget *row = bw_quick_row_new (item, self->businesses->len > 1);

  g_signal_connect_object (row, "act", G_CALLBACK (act_cb), self, G_CONNECT_SWAPPED);

  return row;
}

static void
update_jobs (BwQuickList *self)
{
  gboolean follow = self->businesses != NULL && gtk_widget_get_mapped (GTK_WIDGET (self));

  gtk_list_box_bind_model (self->list_box, NULL, NULL, NULL, NULL);
  if (self->jobs != NULL)
    {
      g_signal_handlers_disconnect_by_data (bw_quick_jobs_get_model (self->jobs), self);
      g_signal_handlers_disconnect_by_data (self->jobs, self);
    }
  g_clear_object (&self->jobs);
  if (follow)
    {
      GListModel *rows;

      self->jobs = bw_quick_jobs_new (self->businesses);
      rows = bw_quick_jobs_get_model (self->jobs);
      gtk_list_box_bind_model (self->list_box, rows, create_row, self, NULL);
      g_signal_connect_swapped (rows, "items-changed", G_CALLBACK (update_page), self);
      g_signal_connect_swapped (self->jobs, "notify::loaded", G_CALLBACK (update_page), self);
    }
  update_page (self);
}

static void
bw_quick_list_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bw_quick_list_parent_class)->map (widget);
  update_jobs (BW_QUICK_LIST (widget));
}

static void
bw_quick_list_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bw_quick_list_parent_class)->unmap (widget);
  update_jobs (BW_QUICK_LIST (widget));
}

static void
bw_quick_list_dispose (GObject *object)
{
  BwQuickList *self = BW_QUICK_LIST (object);

  g_clear_pointer (&self->businesses, g_ptr_array_unref);
  if (self->list_box != NULL)
    update_jobs (self);
  g_clear_weak_pointer (&self->toasts);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_QUICK_LIST);

  G_OBJECT_CLASS (bw_quick_list_parent_class)->dispose (object);
}

static void
bw_quick_list_class_init (BwQuickListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_quick_list_dispose;
  widget_class->map = bw_quick_list_map;
  widget_class->unmap = bw_quick_list_unmap;
  bw_help_add_key (widget_class);

  left_signal = g_signal_new ("left", BW_TYPE_QUICK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-quick-list.ui");
  gtk_widget_class_bind_template_child (widget_class, BwQuickList, stack);
  gtk_widget_class_bind_template_child (widget_class, BwQuickList, list_box);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
bw_quick_list_init (BwQuickList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_quick_list_new:
 *
 * Returns: (transfer floating): a list of nothing yet
 */
GtkWidget *
bw_quick_list_new (void)
{
  return g_object_new (BW_TYPE_QUICK_LIST, NULL);
}

/**
 * bw_quick_list_set_toasts:
 * @self: a list
 * @toasts: (nullable): where the outcome of what is done is said
 */
void
bw_quick_list_set_toasts (BwQuickList *self, AdwToastOverlay *toasts)
{
  g_return_if_fail (BW_IS_QUICK_LIST (self));

  g_set_weak_pointer (&self->toasts, toasts);
}

/**
 * bw_quick_list_set_businesses:
 * @self: a list
 * @businesses: (nullable) (element-type BwBusiness): of which to list jobs
 */
void
bw_quick_list_set_businesses (BwQuickList *self, GPtrArray *businesses)
{
  g_return_if_fail (BW_IS_QUICK_LIST (self));

  if (businesses != NULL)
    g_ptr_array_ref (businesses);
  g_clear_pointer (&self->businesses, g_ptr_array_unref);
  self->businesses = businesses;
  update_jobs (self);
}
