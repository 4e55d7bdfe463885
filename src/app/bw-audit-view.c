/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-audit-view.h"

#include <glib/gi18n.h>

#include "bw-action-words.h"
#include "bw-application.h"
#include "bw-audit-export.h"
#include "bw-audit-log.h"
#include "bw-choice-button.h"
#include "bw-choice-sources.h"
#include "bw-days-chooser.h"
#include "bw-figure-table.h"
#include "bw-format.h"

/* Entries fetched at once. */
#define PAGE 100

struct _BwAuditView
{
  BwLiveView parent_instance;

  GtkWidget *search_entry;
  GtkWidget *export_button;
  BwDaysChooser *days;
  BwChoiceButton *users_button;
  BwChoiceButton *actions_button;
  GtkWidget *reset_button;
  GtkLabel *count_label;
  GtkStack *stack;
  BwFigureTable *table;

  BwListFilter *days_filter; /* of which only the days and the person count */
  GListStore *actions;       /* of BwChoice */
  BwAuditLog *log;
  guint serial;      /* of the filter: pages of others come too late */
  gboolean fetching; /* the next page is on its way */
  gboolean renewed;  /* what is asked for is another: the log begins anew */
};

G_DEFINE_FINAL_TYPE (BwAuditView, bw_audit_view, BW_TYPE_LIVE_VIEW)

/* The next page on its way. */
typedef struct
{
  BwAuditView *self;
  guint serial;
} NextPage;

static void
next_page_free (gpointer data)
{
  NextPage *next = data;

  g_object_unref (next->self);
  g_free (next);
}

/* The columns */

static BwTime
get_at (gconstpointer row)
{
  return bw_audit_row_get_entry (row)->at;
}

static char *
get_actor (gconstpointer row, const BwFigureColumn *column)
{
  return g_strdup (bw_audit_row_get_entry (row)->actor);
}

static char *
get_what (gconstpointer row, const BwFigureColumn *column)
{
  return g_strdup (bw_action_get_words (bw_audit_row_get_entry (row)->action));
}

static char *
get_job (gconstpointer row, const BwFigureColumn *column)
{
  const BwAuditEntry *entry = bw_audit_row_get_entry (row);

  return g_strdup (entry->job_name != NULL ? entry->job_name : "");
}

static const char *
get_job_style (gconstpointer row)
{
  return bw_audit_row_get_entry (row)->job_exists ? NULL : "zero";
}

static char *
get_detail (gconstpointer row, const BwFigureColumn *column)
{
  const BwAuditEntry *entry = bw_audit_row_get_entry (row);

  return g_strdup (entry->detail != NULL ? entry->detail : "");
}

/* "Retried the job · Send invoices" */
static char *
get_subtitle (gconstpointer row)
{
  const BwAuditEntry *entry = bw_audit_row_get_entry (row);
  const char *what = bw_action_get_words (entry->action);
  const char *more = entry->job_name != NULL ? entry->job_name : entry->detail;

  return more != NULL ? g_strdup_printf ("%s · %s", what, more) : g_strdup (what);
}

static char *
get_key (gconstpointer row)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, bw_audit_row_get_entry (row)->id);
}

static const BwFigureColumn columns[] = {
  { .title = N_ ("When"), .flags = BW_FIGURE_NARROW, .width = 140, .get_time = get_at },
  { .title = N_ ("Who"),
    .flags = BW_FIGURE_NAME | BW_FIGURE_NARROW | BW_FIGURE_EXPAND,
    .get_text = get_actor,
    .get_subtitle = get_subtitle },
  { .title = N_ ("What"), .width = 220, .get_text = get_what },
  { .title = N_ ("Job"),
    .flags = BW_FIGURE_EXPAND,
    .get_text = get_job,
    .get_style = get_job_style },
  { .title = N_ ("Details"), .flags = BW_FIGURE_EXPAND | BW_FIGURE_DIMMED, .get_text = get_detail },
};

/* The filter */

static BwAuditFilter *
create_filter (BwAuditView *self)
{
  BwAuditFilter *filter = bw_audit_filter_new ();
  g_autoptr (BwFilter) days = bw_list_filter_to_filter (self->days_filter);
  g_autofree char *words =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry))));
  guint n_actions = g_list_model_get_n_items (G_LIST_MODEL (self->actions));

  filter->from = days->from;
  filter->until = days->until;
  filter->q = *words != '\0' ? g_steal_pointer (&words) : NULL;
  if (days->created_by != NULL && days->created_by->len > 0)
    filter->user = g_array_index (days->created_by, gint64, 0);
  if (n_actions > 0)
    {
      filter->actions = g_new0 (char *, n_actions + 1);
      for (guint i = 0; i < n_actions; i++)
        {
          g_autoptr (BwChoice) choice = g_list_model_get_item (G_LIST_MODEL (self->actions), i);

          filter->actions[i] = g_strdup (bw_choice_get_id (choice));
        }
    }

  return filter;
}

static gboolean
is_filtered (BwAuditView *self)
{
  return !bw_list_filter_is_default (self->days_filter)
         || g_list_model_get_n_items (G_LIST_MODEL (self->actions)) > 0
         || *gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0';
}

static void
filter_changed_cb (BwAuditView *self)
{
  self->renewed = TRUE;
  self->fetching = FALSE;
  self->serial++;
  gtk_widget_set_visible (self->reset_button, is_filtered (self));
  bw_live_view_reload (BW_LIVE_VIEW (self));
}

static void
search_changed_cb (BwAuditView *self)
{
  filter_changed_cb (self);
}

static void
reset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwAuditView *self = BW_AUDIT_VIEW (widget);

  gtk_widget_grab_focus (self->search_entry);
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  g_list_store_remove_all (self->actions);
  bw_list_filter_reset (self->days_filter);
  filter_changed_cb (self);
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_grab_focus (BW_AUDIT_VIEW (widget)->search_entry);
}

static DexFuture *
take_actions (DexFuture *answer, gpointer query)
{
  GStrv actions = g_value_get_boxed (dex_future_get_value (answer, NULL));
  GListStore *store = g_list_store_new (BW_TYPE_CHOICE);

  for (guint i = 0; actions != NULL && actions[i] != NULL; i++)
    {
      g_autoptr (BwChoice) choice = bw_choice_new (actions[i], bw_action_get_words (actions[i]));

      g_list_store_append (store, choice);
    }

  return dex_future_new_take_object (store);
}

static DexFuture *
choices_of_actions (const char *query, gpointer business)
{
  return dex_future_then (bw_business_list_audit_actions (business), take_actions, NULL, NULL);
}

/* What is shown */

static void
update (BwAuditView *self)
{
  g_autofree char *count = bw_format_count (self->log->total, self->log->total_is_exact);
  g_autofree char *words =
      g_strdup_printf (ngettext ("%s entry", "%s entries", (gulong) self->log->total), count);

  bw_figure_table_take (self->table, self->log->rows);
  gtk_label_set_text (self->count_label, words);
  gtk_widget_set_visible (GTK_WIDGET (self->count_label), self->log->rows->len > 0);
  if (self->log->rows->len > 0)
    gtk_stack_set_visible_child_name (self->stack, "table");
  else
    gtk_stack_set_visible_child_name (self->stack, is_filtered (self) ? "no-match" : "empty");
}

static void
update_export (BwAuditView *self)
{
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));

  gtk_widget_set_visible (self->export_button,
                          business != NULL && bw_business_may (business, BW_PERMISSION_EXPORT));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "audit.export", self->log->rows->len > 0);
}

static DexFuture *
take_more (DexFuture *answer, gpointer user_data)
{
  NextPage *next = user_data;
  BwAuditView *self = next->self;
  g_autoptr (GError) error = NULL;
  const GValue *page = dex_future_get_value (answer, &error);

  if (next->serial != self->serial)
    return dex_future_new_true ();

  /* What failed is tried again the next time that the end is in sight. */
  self->fetching = FALSE;
  if (page != NULL)
    {
      bw_audit_log_append (self->log, g_value_get_boxed (page));
      update (self);
    }
  else
    {
      bw_live_view_toast (BW_LIVE_VIEW (self), error->message);
    }

  return dex_future_new_true ();
}

static void
end_reached_cb (BwAuditView *self)
{
  g_autoptr (BwAuditFilter) filter = NULL;
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));
  NextPage *next;

  if (business == NULL || self->fetching || self->renewed || self->log->next == NULL)
    return;

  self->fetching = TRUE;
  filter = create_filter (self);
  next = g_new0 (NextPage, 1);
  next->self = g_object_ref (self);
  next->serial = self->serial;
  dex_future_disown (
      dex_future_finally (bw_business_list_audit (business, filter, PAGE, self->log->next),
                          take_more, next, next_page_free));
}

static void
activate_cb (BwAuditView *self, BwLiveRow *row)
{
  const BwAuditEntry *entry = bw_audit_row_get_entry (bw_live_row_get_value (row));

  if (entry->job > 0 && entry->job_exists)
    bw_application_open_job (BW_APPLICATION (g_application_get_default ()),
                             bw_live_view_get_business (BW_LIVE_VIEW (self)), entry->job);
  else if (entry->job > 0)
    bw_live_view_toast (BW_LIVE_VIEW (self), _ ("This job has been removed."));
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BwAuditView *self = BW_AUDIT_VIEW (widget);
  BwBusiness *business = bw_live_view_get_business (BW_LIVE_VIEW (self));
  g_autoptr (BwAuditFilter) filter = create_filter (self);

  if (business != NULL)
    bw_audit_export_present (widget, business, filter);
}

/* The view */

static DexFuture *
bw_audit_view_load (BwLiveView *view, BwBusiness *business)
{
  g_autoptr (BwAuditFilter) filter = create_filter (BW_AUDIT_VIEW (view));

  return bw_business_list_audit (business, filter, PAGE, NULL);
}

static void
bw_audit_view_take (BwLiveView *view, const GValue *answer)
{
  BwAuditView *self = BW_AUDIT_VIEW (view);

  if (self->renewed)
    {
      bw_audit_log_free (self->log);
      self->log = bw_audit_log_new ();
      self->renewed = FALSE;
    }

  bw_audit_log_take_newest (self->log, g_value_get_boxed (answer));
  update (self);
  update_export (self);
}

/* Nobody is told of progress here. */
static gboolean
bw_audit_view_concerns (BwLiveView *view, const BwEvent *event)
{
  return event->job == NULL || event->job->state != BW_JOB_STATE_PROCESSING
         || (event->job->conditions & BW_CONDITION_CANCELLING) != 0;
}

static void
bw_audit_view_forget (BwLiveView *view)
{
  BwAuditView *self = BW_AUDIT_VIEW (view);
  BwBusiness *business = bw_live_view_get_business (view);

  self->fetching = FALSE;
  self->serial++;
  bw_audit_log_free (self->log);
  self->log = bw_audit_log_new ();
  bw_figure_table_take (self->table, self->log->rows);
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  g_list_store_remove_all (self->actions);
  bw_list_filter_reset (self->days_filter);
  update_export (self);
  if (business == NULL)
    return;

  bw_choice_button_set_func (self->users_button, bw_choices_of_people, g_object_ref (business),
                             g_object_unref);
  bw_choice_button_set_func (self->actions_button, choices_of_actions, g_object_ref (business),
                             g_object_unref);
}

static void
bw_audit_view_dispose (GObject *object)
{
  BwAuditView *self = BW_AUDIT_VIEW (object);

  self->serial++;
  g_clear_object (&self->days_filter);
  g_clear_object (&self->actions);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_AUDIT_VIEW);

  G_OBJECT_CLASS (bw_audit_view_parent_class)->dispose (object);
}

static void
bw_audit_view_finalize (GObject *object)
{
  bw_audit_log_free (BW_AUDIT_VIEW (object)->log);

  G_OBJECT_CLASS (bw_audit_view_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (BW_TYPE_CHOICE_BUTTON);
  g_type_ensure (BW_TYPE_DAYS_CHOOSER);
  g_type_ensure (BW_TYPE_FIGURE_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-audit-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BwAuditView, search_entry);
  gtk_widget_class_bind_template_child (widget_class, BwAuditView, export_button);
  gtk_widget_class_bind_template_child (widget_class, BwAuditView, days);
  gtk_widget_class_bind_template_child (widget_class, BwAuditView, users_button);
  gtk_widget_class_bind_template_child (widget_class, BwAuditView, actions_button);
  gtk_widget_class_bind_template_child (widget_class, BwAuditView, reset_button);
  gtk_widget_class_bind_template_child (widget_class, BwAuditView, count_label);
  gtk_widget_class_bind_template_child (widget_class, BwAuditView, stack);
  gtk_widget_class_bind_template_child (widget_class, BwAuditView, table);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, end_reached_cb);
}

static void
bw_audit_view_class_init (BwAuditViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  BwLiveViewClass *view_class = BW_LIVE_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_audit_view_dispose;
  object_class->finalize = bw_audit_view_finalize;
  view_class->load = bw_audit_view_load;
  view_class->take = bw_audit_view_take;
  view_class->forget = bw_audit_view_forget;
  view_class->concerns = bw_audit_view_concerns;

  gtk_widget_class_install_action (widget_class, "view.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "audit.reset", NULL, reset_action);
  gtk_widget_class_install_action (widget_class, "audit.export", NULL, export_action);
  bind_template (widget_class);
}

static void
bw_audit_view_init (BwAuditView *self)
{
  self->log = bw_audit_log_new ();
  self->days_filter = bw_list_filter_new ();
  self->actions = g_list_store_new (BW_TYPE_CHOICE);
  gtk_widget_init_template (GTK_WIDGET (self));
  bw_figure_table_set_columns (self->table, columns, G_N_ELEMENTS (columns), get_key);
  bw_days_chooser_set_filter (self->days, self->days_filter);
  bw_choice_button_set_selected (self->users_button, bw_list_filter_get_users (self->days_filter));
  bw_choice_button_set_selected (self->actions_button, self->actions);
  g_signal_connect_object (self->days_filter, "changed", G_CALLBACK (filter_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->actions, "items-changed", G_CALLBACK (filter_changed_cb), self,
                           G_CONNECT_SWAPPED);
}
