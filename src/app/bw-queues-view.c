/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-queues-view.h"

#include <glib/gi18n.h>

#include "bw-business-views.h"
#include "bw-figure-table.h"
#include "bw-format.h"
#include "bw-queue-view.h"
#include "bw-queue-words.h"

struct _BwQueuesView
{
  BwLiveView parent_instance;

  AdwNavigationView *navigation;
  BwFigureTable *table;
};

G_DEFINE_FINAL_TYPE (BwQueuesView, bw_queues_view, BW_TYPE_LIVE_VIEW)

/* The columns */

static char *
get_name (gconstpointer value, const BwFigureColumn *column)
{
  return g_strdup (((const BwQueueInfo *) value)->type_name);
}

static double
get_waiting (gconstpointer value)
{
  return (double) ((const BwQueueInfo *) value)->queued;
}

static double
get_processing (gconstpointer value)
{
  return (double) ((const BwQueueInfo *) value)->processing;
}

static double
get_done (gconstpointer value)
{
  return (double) ((const BwQueueInfo *) value)->finished_day;
}

static double
get_failed (gconstpointer value)
{
  return (double) ((const BwQueueInfo *) value)->failed_day;
}

static double
get_workers (gconstpointer value)
{
  return (double) ((const BwQueueInfo *) value)->workers;
}

static BwTime
get_oldest (gconstpointer value)
{
  return ((const BwQueueInfo *) value)->oldest_queued_at;
}

static char *
get_state (gconstpointer value, const BwFigureColumn *column)
{
  return g_strdup (bw_queue_get_state_words (value));
}

static const char *
get_state_style (gconstpointer value)
{
  return bw_queue_get_state_style (value);
}

static const char *
get_state_icon (gconstpointer value)
{
  return bw_queue_get_state_icon (value);
}

static const char *
get_failed_style (gconstpointer value)
{
  return get_failed (value) > 0 ? "error" : NULL;
}

static char *
get_subtitle (gconstpointer value)
{
  return bw_queue_describe (value);
}

static char *
get_key (gconstpointer value)
{
  return g_strdup (((const BwQueueInfo *) value)->type);
}

static const BwFigureColumn columns[] = {
  { .title = N_ ("Type"),
    .flags = BW_FIGURE_NAME | BW_FIGURE_EXPAND | BW_FIGURE_NARROW,
    .get_text = get_name,
    .get_subtitle = get_subtitle },
  { .title = N_ ("State"),
    .flags = BW_FIGURE_NARROW,
    .width = 140,
    .get_text = get_state,
    .get_style = get_state_style,
    .get_icon = get_state_icon },
  { .title = N_ ("Waiting"), .flags = BW_FIGURE_NUMBER, .width = 100, .get_number = get_waiting },
  { .title = N_ ("Waiting Since"), .width = 150, .get_time = get_oldest },
  { .title = N_ ("Processing"),
    .flags = BW_FIGURE_NUMBER,
    .width = 110,
    .get_number = get_processing },
  { .title = N_ ("Workers"), .flags = BW_FIGURE_NUMBER, .width = 100, .get_number = get_workers },
  { .title = N_ ("Done in 24 h"), .flags = BW_FIGURE_NUMBER, .width = 120, .get_number = get_done },
  { .title = N_ ("Failed in 24 h"),
    .flags = BW_FIGURE_NUMBER,
    .width = 130,
    .get_number = get_failed,
    .get_style = get_failed_style },
};

/* One queue */

static BwQueueView *
get_open_queue (BwQueuesView *self)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->navigation);
  GtkWidget *child = page != NULL ? adw_navigation_page_get_child (page) : NULL;

  return BW_IS_QUEUE_VIEW (child) ? BW_QUEUE_VIEW (child) : NULL;
}

static void
activate_cb (BwQueuesView *self, BwLiveRow *row)
{
  const BwQueueInfo *queue = bw_live_row_get_value (row);
  GtkWidget *view =
      bw_queue_view_new (bw_live_view_get_business (BW_LIVE_VIEW (self)), queue->type);

  adw_navigation_view_push (self->navigation, adw_navigation_page_new (view, queue->type_name));
}

static void
popped_cb (BwQueuesView *self, AdwNavigationPage *page)
{
  gtk_widget_child_focus (GTK_WIDGET (self->table), GTK_DIR_TAB_FORWARD);
}

/* The view */

static DexFuture *
bw_queues_view_load (BwLiveView *view, BwBusiness *business)
{
  return bw_business_list_queues (business);
}

static void
bw_queues_view_take (BwLiveView *view, const GValue *answer)
{
  BwQueuesView *self = BW_QUEUES_VIEW (view);
  GPtrArray *queues = g_value_get_boxed (answer);

  bw_figure_table_take (self->table, queues);
  bw_live_view_set_empty (view, queues->len == 0 && get_open_queue (self) == NULL);
}

static void
bw_queues_view_forget (BwLiveView *view)
{
  BwQueuesView *self = BW_QUEUES_VIEW (view);
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  bw_figure_table_take (self->table, nothing);
  adw_navigation_view_pop_to_tag (self->navigation, "queues");
}

static void
bw_queues_view_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_QUEUES_VIEW);

  G_OBJECT_CLASS (bw_queues_view_parent_class)->dispose (object);
}

static void
bw_queues_view_class_init (BwQueuesViewClass *klass)
{
  BwLiveViewClass *view_class = BW_LIVE_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_queues_view_dispose;
  view_class->load = bw_queues_view_load;
  view_class->take = bw_queues_view_take;
  view_class->forget = bw_queues_view_forget;

  g_type_ensure (BW_TYPE_FIGURE_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-queues-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BwQueuesView, navigation);
  gtk_widget_class_bind_template_child (widget_class, BwQueuesView, table);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, popped_cb);
}

static void
bw_queues_view_init (BwQueuesView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  bw_figure_table_set_columns (self->table, columns, G_N_ELEMENTS (columns), get_key);
}
