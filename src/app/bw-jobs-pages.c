/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-jobs-pages.h"

#include <glib/gi18n.h>

#include "bw-format.h"

/* Quicker loading shows no spinner: one that only flashes up disturbs. In milliseconds. */
#define SPINNER_DELAY 200

struct _BwJobsPages
{
  AdwBin parent_instance;

  GtkRevealer *unseen_revealer;
  GtkButton *unseen_button;
  GtkStack *stack;
  BwJobTable *table;
  AdwStatusPage *error_page;

  BwListFilter *filter;
  BwJobList *list;
  guint spinner_source;
};

G_DEFINE_FINAL_TYPE (BwJobsPages, bw_jobs_pages, ADW_TYPE_BIN)

static gboolean
spinner_cb (gpointer user_data)
{
  BwJobsPages *self = user_data;

  self->spinner_source = 0;
  gtk_stack_set_visible_child_name (self->stack, "loading");

  return G_SOURCE_REMOVE;
}

static void
show_page (BwJobsPages *self, const char *name)
{
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  gtk_stack_set_visible_child_name (self->stack, name);
}

static void
update_page (BwJobsPages *self)
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
unseen_cb (BwJobsPages *self)
{
  guint n = bw_job_table_get_n_unseen (self->table);
  g_autofree char *figure = bw_format_number (n);
  g_autofree char *label = g_strdup_printf (ngettext ("%s new job", "%s new jobs", n), figure);

  if (n > 0)
    gtk_button_set_label (self->unseen_button, label);
  gtk_revealer_set_reveal_child (self->unseen_revealer, n > 0);
}

static void
unseen_clicked_cb (BwJobsPages *self)
{
  bw_job_table_scroll_to_top (self->table);
}

static gboolean
bw_jobs_pages_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (gtk_widget_get_first_child (widget), direction);
}

static void
disconnect_list (BwJobsPages *self)
{
  if (self->list == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->list, self);
  bw_job_table_set_list (self->table, NULL);
  g_clear_object (&self->list);
}

static void
bw_jobs_pages_dispose (GObject *object)
{
  BwJobsPages *self = BW_JOBS_PAGES (object);

  g_clear_handle_id (&self->spinner_source, g_source_remove);
  disconnect_list (self);
  if (self->filter != NULL)
    g_signal_handlers_disconnect_by_data (self->filter, self);
  g_clear_object (&self->filter);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_JOBS_PAGES);

  G_OBJECT_CLASS (bw_jobs_pages_parent_class)->dispose (object);
}

static void
bw_jobs_pages_class_init (BwJobsPagesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_jobs_pages_dispose;
  widget_class->focus = bw_jobs_pages_focus;

  g_type_ensure (BW_TYPE_JOB_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-jobs-pages.ui");
  gtk_widget_class_bind_template_child (widget_class, BwJobsPages, unseen_revealer);
  gtk_widget_class_bind_template_child (widget_class, BwJobsPages, unseen_button);
  gtk_widget_class_bind_template_child (widget_class, BwJobsPages, stack);
  gtk_widget_class_bind_template_child (widget_class, BwJobsPages, table);
  gtk_widget_class_bind_template_child (widget_class, BwJobsPages, error_page);
  gtk_widget_class_bind_template_callback (widget_class, unseen_cb);
  gtk_widget_class_bind_template_callback (widget_class, unseen_clicked_cb);
}

static void
bw_jobs_pages_init (BwJobsPages *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_jobs_pages_get_table:
 * @self: the pages
 *
 * Returns: (transfer none): the list of jobs
 */
BwJobTable *
bw_jobs_pages_get_table (BwJobsPages *self)
{
  g_return_val_if_fail (BW_IS_JOBS_PAGES (self), NULL);

  return self->table;
}

/**
 * bw_jobs_pages_set_filter:
 * @self: the pages
 * @filter: what the list is narrowed by; once
 */
void
bw_jobs_pages_set_filter (BwJobsPages *self, BwListFilter *filter)
{
  g_return_if_fail (BW_IS_JOBS_PAGES (self));
  g_return_if_fail (self->filter == NULL);

  self->filter = g_object_ref (filter);
  g_signal_connect_swapped (filter, "changed", G_CALLBACK (update_page), self);
  bw_job_table_set_filter (self->table, filter);
}

/**
 * bw_jobs_pages_set_list:
 * @self: the pages
 * @list: (nullable): the jobs to show
 */
void
bw_jobs_pages_set_list (BwJobsPages *self, BwJobList *list)
{
  g_return_if_fail (BW_IS_JOBS_PAGES (self));

  disconnect_list (self);
  if (list != NULL)
    {
      self->list = g_object_ref (list);
      g_signal_connect_swapped (list, "items-changed", G_CALLBACK (update_page), self);
      g_signal_connect_swapped (list, "notify::loaded", G_CALLBACK (update_page), self);
      g_signal_connect_swapped (list, "notify::error", G_CALLBACK (update_page), self);
      bw_job_table_set_list (self->table, list);
    }
  update_page (self);
}
