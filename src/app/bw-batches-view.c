/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-batches-view.h"

#include <glib/gi18n.h>

#include "bw-application.h"
#include "bw-batch-row.h"
#include "bw-business-views.h"
#include "bw-live-rows.h"

/* As many as the server gives at once. */
#define MAX_BATCHES 200

struct _BwBatchesView
{
  BwLiveView parent_instance;

  GtkWidget *running_group;
  GtkListBox *running_list;
  GtkWidget *waiting_group;
  GtkListBox *waiting_list;
  GtkWidget *done_group;
  GtkListBox *done_list;

  GListStore *running; /* of BwLiveRow of BwBatch, as the next two */
  GListStore *waiting;
  GListStore *done;
};

G_DEFINE_FINAL_TYPE (BwBatchesView, bw_batches_view, BW_TYPE_LIVE_VIEW)

static char *
get_key (gconstpointer value)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, ((const BwBatch *) value)->job->id);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  return bw_batch_row_new (item);
}

static void
row_activated_cb (BwBatchesView *self, BwBatchRow *row)
{
  bw_application_open_job (BW_APPLICATION (g_application_get_default ()),
                           bw_live_view_get_business (BW_LIVE_VIEW (self)),
                           bw_batch_row_get_job (row)->id);
}

/* The view */

static DexFuture *
bw_batches_view_load (BwLiveView *view, BwBusiness *business)
{
  return bw_business_list_batches (business, MAX_BATCHES);
}

static gboolean
is_running (const BwJob *job)
{
  return job->state == BW_JOB_STATE_PROCESSING;
}

static gboolean
is_waiting (const BwJob *job)
{
  return job->state == BW_JOB_STATE_QUEUED;
}

static void
show_some (GPtrArray *batches,
           gboolean (*belongs) (const BwJob *),
           GListStore *rows,
           GtkWidget *group)
{
  g_autoptr (GPtrArray) some = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_batch_unref);

  for (guint i = 0; i < batches->len; i++)
    {
      BwBatch *batch = g_ptr_array_index (batches, i);

      if (belongs (batch->job))
        g_ptr_array_add (some, bw_batch_ref (batch));
    }

  bw_live_rows_take (rows, some, get_key);
  gtk_widget_set_visible (group, some->len > 0);
}

static void
show (BwBatchesView *self, GPtrArray *batches)
{
  show_some (batches, is_running, self->running, self->running_group);
  show_some (batches, is_waiting, self->waiting, self->waiting_group);
  show_some (batches, bw_job_is_finished, self->done, self->done_group);
}

static void
bw_batches_view_take (BwLiveView *view, const GValue *answer)
{
  GPtrArray *batches = g_value_get_boxed (answer);

  show (BW_BATCHES_VIEW (view), batches);
  bw_live_view_set_empty (view, batches->len == 0);
}

static void
bw_batches_view_forget (BwLiveView *view)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  show (BW_BATCHES_VIEW (view), nothing);
}

static void
bw_batches_view_dispose (GObject *object)
{
  BwBatchesView *self = BW_BATCHES_VIEW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_BATCHES_VIEW);
  g_clear_object (&self->running);
  g_clear_object (&self->waiting);
  g_clear_object (&self->done);

  G_OBJECT_CLASS (bw_batches_view_parent_class)->dispose (object);
}

static void
bw_batches_view_class_init (BwBatchesViewClass *klass)
{
  BwLiveViewClass *view_class = BW_LIVE_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_batches_view_dispose;
  view_class->load = bw_batches_view_load;
  view_class->take = bw_batches_view_take;
  view_class->forget = bw_batches_view_forget;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-batches-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BwBatchesView, running_group);
  gtk_widget_class_bind_template_child (widget_class, BwBatchesView, running_list);
  gtk_widget_class_bind_template_child (widget_class, BwBatchesView, waiting_group);
  gtk_widget_class_bind_template_child (widget_class, BwBatchesView, waiting_list);
  gtk_widget_class_bind_template_child (widget_class, BwBatchesView, done_group);
  gtk_widget_class_bind_template_child (widget_class, BwBatchesView, done_list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
bw_batches_view_init (BwBatchesView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->running = bw_live_rows_new ();
  self->waiting = bw_live_rows_new ();
  self->done = bw_live_rows_new ();
  gtk_list_box_bind_model (self->waiting_list, G_LIST_MODEL (self->waiting), create_row, NULL,
                           NULL);
  gtk_list_box_bind_model (self->running_list, G_LIST_MODEL (self->running), create_row, NULL,
                           NULL);
  gtk_list_box_bind_model (self->done_list, G_LIST_MODEL (self->done), create_row, NULL, NULL);
}
