/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-workers-view.h"

#include <glib/gi18n.h>

#include "bw-application.h"
#include "bw-business-views.h"
#include "bw-figure-table.h"
#include "bw-format.h"

/* That a worker falls silent makes no event. In seconds. */
#define LOOK_INTERVAL 15

struct _BwWorkersView
{
  BwLiveView parent_instance;

  BwFigureTable *table;
};

G_DEFINE_FINAL_TYPE (BwWorkersView, bw_workers_view, BW_TYPE_LIVE_VIEW)

static const struct
{
  const char *words;
  const char *style;
  const char *icon;
} states[] = {
  [BW_WORKER_STATE_BUSY] = { N_ ("Busy"), "accent", "bw-processing-symbolic" },
  [BW_WORKER_STATE_IDLE] = { N_ ("Idle"), "success", "bw-success-symbolic" },
  [BW_WORKER_STATE_SILENT] = { N_ ("Silent"), "warning", "bw-stalled-symbolic" },
};

/* The columns */

static char *
get_name (gconstpointer value, const BwFigureColumn *column)
{
  return g_strdup (((const BwWorkerInfo *) value)->name);
}

static char *
get_account (gconstpointer value, const BwFigureColumn *column)
{
  return g_strdup (((const BwWorkerInfo *) value)->account_name);
}

static char *
get_state (gconstpointer value, const BwFigureColumn *column)
{
  return g_strdup (_ (states[((const BwWorkerInfo *) value)->state].words));
}

static const char *
get_state_style (gconstpointer value)
{
  return states[((const BwWorkerInfo *) value)->state].style;
}

static const char *
get_state_icon (gconstpointer value)
{
  return states[((const BwWorkerInfo *) value)->state].icon;
}

static char *
describe_work (gconstpointer value)
{
  const BwWorkerInfo *worker = value;
  const BwWorkerJob *job = worker->jobs->len > 0 ? g_ptr_array_index (worker->jobs, 0) : NULL;
  g_autofree char *more = NULL;

  if (job == NULL)
    return g_strdup ("");
  if (worker->jobs->len == 1)
    /* Translators: a job's name, and how much of it is done */
    return g_strdup_printf (_ ("%s · %d%%"), job->name, (int) (CLAMP (job->progress, 0, 1) * 100));

  more = bw_format_number (worker->jobs->len - 1);

  /* Translators: a job's name, and how many other jobs there are beside it */
  return g_strdup_printf (ngettext ("%s, and %s more", "%s, and %s more", worker->jobs->len - 1),
                          job->name, more);
}

static char *
get_work (gconstpointer value, const BwFigureColumn *column)
{
  return describe_work (value);
}

static BwTime
get_since (gconstpointer value)
{
  const BwWorkerInfo *worker = value;
  const BwWorkerJob *job = worker->jobs->len > 0 ? g_ptr_array_index (worker->jobs, 0) : NULL;

  return job != NULL ? job->claimed_at : BW_TIME_NONE;
}

static BwTime
get_last_seen (gconstpointer value)
{
  return ((const BwWorkerInfo *) value)->last_seen_at;
}

static double
get_done (gconstpointer value)
{
  return (double) ((const BwWorkerInfo *) value)->finished_day;
}

static double
get_failed (gconstpointer value)
{
  return (double) ((const BwWorkerInfo *) value)->failed_day;
}

static const char *
get_failed_style (gconstpointer value)
{
  return get_failed (value) > 0 ? "error" : NULL;
}

static char *
get_key (gconstpointer value)
{
  const BwWorkerInfo *worker = value;

  return g_strdup_printf ("%" G_GINT64_FORMAT " %s", worker->account_id, worker->name);
}

static const BwFigureColumn columns[] = {
  { .title = N_ ("Worker"),
    .flags = BW_FIGURE_NAME | BW_FIGURE_EXPAND | BW_FIGURE_NARROW,
    .get_text = get_name,
    .get_subtitle = describe_work },
  { .title = N_ ("Account"), .flags = BW_FIGURE_DIMMED, .width = 140, .get_text = get_account },
  { .title = N_ ("State"),
    .flags = BW_FIGURE_NARROW,
    .width = 110,
    .get_text = get_state,
    .get_style = get_state_style,
    .get_icon = get_state_icon },
  { .title = N_ ("Works On"), .flags = BW_FIGURE_EXPAND, .get_text = get_work },
  { .title = N_ ("Since"), .width = 130, .get_time = get_since },
  { .title = N_ ("Last Seen"), .width = 130, .get_time = get_last_seen },
  { .title = N_ ("Done in 24 h"), .flags = BW_FIGURE_NUMBER, .width = 115, .get_number = get_done },
  { .title = N_ ("Failed in 24 h"),
    .flags = BW_FIGURE_NUMBER,
    .width = 125,
    .get_number = get_failed,
    .get_style = get_failed_style },
};

static void
activate_cb (BwWorkersView *self, BwLiveRow *row)
{
  const BwWorkerInfo *worker = bw_live_row_get_value (row);
  const BwWorkerJob *job = worker->jobs->len > 0 ? g_ptr_array_index (worker->jobs, 0) : NULL;

  if (job != NULL)
    bw_application_open_job (BW_APPLICATION (g_application_get_default ()),
                             bw_live_view_get_business (BW_LIVE_VIEW (self)), job->id);
}

/* The view */

static DexFuture *
bw_workers_view_load (BwLiveView *view, BwBusiness *business)
{
  return bw_business_list_workers (business);
}

static void
bw_workers_view_take (BwLiveView *view, const GValue *answer)
{
  GPtrArray *workers = g_value_get_boxed (answer);

  bw_figure_table_take (BW_WORKERS_VIEW (view)->table, workers);
  bw_live_view_set_empty (view, workers->len == 0);
}

static void
bw_workers_view_forget (BwLiveView *view)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

  bw_figure_table_take (BW_WORKERS_VIEW (view)->table, nothing);
}

static void
bw_workers_view_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_WORKERS_VIEW);

  G_OBJECT_CLASS (bw_workers_view_parent_class)->dispose (object);
}

static void
bw_workers_view_class_init (BwWorkersViewClass *klass)
{
  BwLiveViewClass *view_class = BW_LIVE_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_workers_view_dispose;
  view_class->load = bw_workers_view_load;
  view_class->take = bw_workers_view_take;
  view_class->forget = bw_workers_view_forget;

  g_type_ensure (BW_TYPE_FIGURE_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-workers-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BwWorkersView, table);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
bw_workers_view_init (BwWorkersView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  bw_figure_table_set_columns (self->table, columns, G_N_ELEMENTS (columns), get_key);
  bw_live_view_set_interval (BW_LIVE_VIEW (self), LOOK_INTERVAL);
}
