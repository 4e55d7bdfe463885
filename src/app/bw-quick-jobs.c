/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-quick-jobs.h"

#include "bw-job-list.h"

/* Some rows are kept for what was done last, however much runs. */
#define MIN_RECENT 3

/* How long news wait for more, in milliseconds: longer than a list takes to apply them. */
#define UPDATE_DELAY 150

/* The two lists of a business. */
typedef struct
{
  BwBusiness *business;
  BwJobList *active;
  BwJobList *recent;
} Lists;

struct _BwQuickJobs
{
  GObject parent_instance;

  GPtrArray *lists; /* of Lists */
  GListStore *rows; /* of BwQuickJob */
  guint update_source;
  gboolean loaded;
};

enum
{
  PROP_0,
  PROP_LOADED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwQuickJobs, bw_quick_jobs, G_TYPE_OBJECT)

static void
collect (GPtrArray *rows, BwBusiness *business, BwJobList *list)
{
  guint n = MIN (g_list_model_get_n_items (G_LIST_MODEL (list)), BW_QUICK_JOBS_MAX);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BwJobEntry) entry = g_list_model_get_item (G_LIST_MODEL (list), i);
      BwJob *job = bw_job_entry_get_job (entry);

      if (job != NULL)
        g_ptr_array_add (rows, bw_quick_job_new (business, job));
    }
}

/* What is being worked on before what waits, later ones first. */
static int
compare_active (gconstpointer a, gconstpointer b)
{
  const BwJob *x = bw_quick_job_get_job ((BwQuickJob *) a);
  const BwJob *y = bw_quick_job_get_job ((BwQuickJob *) b);

  if (x->state != y->state)
    return y->state > x->state ? 1 : -1;

  return (y->created_at > x->created_at) - (y->created_at < x->created_at);
}

static int
compare_recent (gconstpointer a, gconstpointer b)
{
  const BwJob *x = bw_quick_job_get_job ((BwQuickJob *) a);
  const BwJob *y = bw_quick_job_get_job ((BwQuickJob *) b);

  return (y->finished_at > x->finished_at) - (y->finished_at < x->finished_at);
}

static GPtrArray *
choose_rows (BwQuickJobs *self)
{
  g_autoptr (GPtrArray) recent = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_recent;

  for (guint i = 0; i < self->lists->len; i++)
    {
      const Lists *lists = g_ptr_array_index (self->lists, i);

      collect (rows, lists->business, lists->active);
      collect (recent, lists->business, lists->recent);
    }
  g_ptr_array_sort_values (rows, compare_active);
  g_ptr_array_sort_values (recent, compare_recent);

  n_recent = MIN (recent->len, MIN_RECENT);
  if (rows->len > BW_QUICK_JOBS_MAX - n_recent)
    g_ptr_array_set_size (rows, (int) (BW_QUICK_JOBS_MAX - n_recent));
  if (recent->len > BW_QUICK_JOBS_MAX - rows->len)
    g_ptr_array_set_size (recent, (int) (BW_QUICK_JOBS_MAX - rows->len));
  g_ptr_array_extend_and_steal (rows, g_steal_pointer (&recent));

  return rows;
}

/* A job that ends may be in both lists for a moment, or in none. */
static void
remove_doubles (GPtrArray *rows)
{
  for (guint i = 1; i < rows->len; i++)
    for (guint j = 0; j < i; j++)
      if (bw_quick_job_is_same (rows->pdata[i], rows->pdata[j]))
        {
          bw_quick_job_set_job (rows->pdata[j], bw_quick_job_get_job (rows->pdata[i]));
          g_ptr_array_remove_index (rows, i--);
          break;
        }
}

static gboolean
find_row (BwQuickJobs *self, BwQuickJob *row, guint from, guint *position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  for (guint i = from; i < n; i++)
    {
      g_autoptr (BwQuickJob) other = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      if (!bw_quick_job_is_same (row, other))
        continue;
      *position = i;
      return TRUE;
    }

  return FALSE;
}

/* Rows that stay where they are stay the same, and with them the focus. */
static void
place_row (BwQuickJobs *self, BwQuickJob *row, guint position)
{
  g_autoptr (BwQuickJob) known = NULL;
  guint old;

  if (!find_row (self, row, position, &old))
    {
      g_list_store_insert (self->rows, position, row);
      return;
    }

  known = g_list_model_get_item (G_LIST_MODEL (self->rows), old);
  bw_quick_job_set_job (known, bw_quick_job_get_job (row));
  if (old != position)
    {
      g_list_store_remove (self->rows, old);
      g_list_store_insert (self->rows, position, known);
    }
}

static void
apply (BwQuickJobs *self, GPtrArray *rows)
{
  guint n_left;

  for (guint i = 0; i < rows->len; i++)
    place_row (self, g_ptr_array_index (rows, i), i);

  n_left = g_list_model_get_n_items (G_LIST_MODEL (self->rows)) - rows->len;
  if (n_left > 0)
    g_list_store_splice (self->rows, rows->len, n_left, NULL, 0);
}

static void
update_loaded (BwQuickJobs *self)
{
  gboolean loaded = TRUE;

  for (guint i = 0; i < self->lists->len; i++)
    {
      const Lists *lists = g_ptr_array_index (self->lists, i);

      loaded &= bw_paged_list_get_loaded (BW_PAGED_LIST (lists->active))
                && bw_paged_list_get_loaded (BW_PAGED_LIST (lists->recent));
    }
  if (loaded == self->loaded)
    return;

  self->loaded = loaded;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
}

static gboolean
update_cb (gpointer user_data)
{
  BwQuickJobs *self = user_data;
  g_autoptr (GPtrArray) rows = choose_rows (self);

  self->update_source = 0;
  remove_doubles (rows);
  apply (self, rows);
  update_loaded (self);

  return G_SOURCE_REMOVE;
}

static void
schedule_update (BwQuickJobs *self)
{
  if (self->update_source == 0)
    self->update_source = g_timeout_add (self->loaded ? UPDATE_DELAY : 0, update_cb, self);
}

static BwJobList *
follow (BwQuickJobs *self, BwBusiness *business, BwJobStates states, BwSortKey sort)
{
  g_autoptr (BwFilter) filter = bw_filter_new ();
  BwJobList *list;

  filter->states = states;
  filter->sort = sort;
  filter->descending = TRUE;
  list = bw_job_list_new (business, filter);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (schedule_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "notify::loaded", G_CALLBACK (schedule_update), self,
                           G_CONNECT_SWAPPED);

  return list;
}

static void
lists_free (gpointer data)
{
  Lists *lists = data;

  g_object_unref (lists->business);
  g_object_unref (lists->active);
  g_object_unref (lists->recent);
  g_free (lists);
}

static void
bw_quick_jobs_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_LOADED:
      g_value_set_boolean (value, BW_QUICK_JOBS (object)->loaded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_quick_jobs_finalize (GObject *object)
{
  BwQuickJobs *self = BW_QUICK_JOBS (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  g_ptr_array_unref (self->lists);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (bw_quick_jobs_parent_class)->finalize (object);
}

static void
bw_quick_jobs_class_init (BwQuickJobsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bw_quick_jobs_finalize;
  object_class->get_property = bw_quick_jobs_get_property;

  properties[PROP_LOADED] =
      g_param_spec_boolean ("loaded", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_quick_jobs_init (BwQuickJobs *self)
{
  self->lists = g_ptr_array_new_with_free_func (lists_free);
  self->rows = g_list_store_new (BW_TYPE_QUICK_JOB);
}

/**
 * bw_quick_jobs_new:
 * @businesses: (element-type BwBusiness): of which to list jobs
 *
 * Returns: (transfer full): the list
 */
BwQuickJobs *
bw_quick_jobs_new (GPtrArray *businesses)
{
  BwQuickJobs *self = g_object_new (BW_TYPE_QUICK_JOBS, NULL);

  for (guint i = 0; i < businesses->len; i++)
    {
      BwBusiness *business = g_ptr_array_index (businesses, i);
      Lists *lists = g_new0 (Lists, 1);

      lists->business = g_object_ref (business);
      lists->active = follow (self, business, BW_JOB_STATES_ACTIVE, BW_SORT_STATE);
      lists->recent = follow (self, business, BW_JOB_STATES_FINISHED, BW_SORT_FINISHED_AT);
      /* Rows that change without moving are told of by the stream only. */
      g_signal_connect_object (bw_business_get_event_stream (business), "event",
                               G_CALLBACK (schedule_update), self, G_CONNECT_SWAPPED);
      g_ptr_array_add (self->lists, lists);
    }
  schedule_update (self);

  return self;
}

/**
 * bw_quick_jobs_get_model:
 * @self: the list
 *
 * Returns: (transfer none): its rows, BwQuickJob each
 */
GListModel *
bw_quick_jobs_get_model (BwQuickJobs *self)
{
  g_return_val_if_fail (BW_IS_QUICK_JOBS (self), NULL);

  return G_LIST_MODEL (self->rows);
}

/**
 * bw_quick_jobs_get_loaded:
 * @self: the list
 *
 * Returns: whether every business was heard of
 */
gboolean
bw_quick_jobs_get_loaded (BwQuickJobs *self)
{
  g_return_val_if_fail (BW_IS_QUICK_JOBS (self), FALSE);

  return self->loaded;
}
