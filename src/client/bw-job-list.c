/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-list-private.h"

#include "bw-filter-match.h"
#include "bw-job-order.h"

#define PAGE_SIZE 100
#define RECONCILE_INTERVAL 2000
#define NEW_FOR (1 * BW_TIME_MINUTE)

enum
{
  PROP_0,
  PROP_FILTER,
  PROP_SUMMARY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwJobList, bw_job_list, BW_TYPE_PAGED_LIST)

/* The news of a number of events, sorted out. */
typedef struct
{
  GHashTable *latest;  /* gint64 → BwEvent: the last one of each job */
  GPtrArray *arrivals; /* of BwJob */
  GHashTable *moving;  /* gint64 → BwPagedEntry: arrivals that only change their place */
  gint64 revision;     /* the least of the arrivals' */
} News;

static DexFuture *
bw_job_list_fetch (BwPagedList *list, guint offset, guint limit, const char *after)
{
  BwJobList *self = BW_JOB_LIST (list);

  return bw_business_list_jobs (bw_paged_list_get_business (list), self->filter, limit, after,
                                offset);
}

static void
note_created (BwJobList *self, const BwJob *job)
{
  self->newest = MAX (self->newest, job->created_at);
}

/* Whether the list may never have held a job, so that it is longer now. News of jobs that were
 * created together may come in any order. */
static gboolean
may_be_new (BwJobList *self, const BwJob *job)
{
  return job->created_at > self->newest - NEW_FOR;
}

static void
bw_job_list_read_page (BwPagedList *list, const GValue *value, BwPagedPage *page)
{
  BwJobList *self = BW_JOB_LIST (list);
  BwJobPage *jobs = g_value_get_boxed (value);

  page->rows = jobs->jobs;
  page->total = jobs->total;
  page->total_is_exact = jobs->total_is_exact;
  page->revision = jobs->revision;
  page->next = g_strdup (jobs->next);
  for (guint i = 0; i < jobs->jobs->len; i++)
    note_created (self, g_ptr_array_index (jobs->jobs, i));
}

static gint64
bw_job_list_get_id (gconstpointer row)
{
  return ((const BwJob *) row)->id;
}

static gboolean
bw_job_list_is_equal (gconstpointer a, gconstpointer b)
{
  return bw_job_equal (a, b);
}

static gint64
bw_job_list_get_revision (gconstpointer row)
{
  return ((const BwJob *) row)->revision;
}

static int
compare_with_entry (gconstpointer row, gconstpointer entry, gpointer user_data)
{
  return bw_job_order_compare (BW_JOB_LIST (user_data)->filter, row,
                               bw_paged_entry_get_row ((BwPagedEntry *) entry));
}

static int
compare_arrivals (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return bw_job_order_compare (user_data, a, b);
}

static void
add_arrival (News *news, BwJob *job)
{
  news->revision = news->arrivals->len == 0 ? job->revision : MIN (news->revision, job->revision);
  g_ptr_array_add (news->arrivals, bw_job_ref (job));
}

/* A job that is shown, and may have to go, or to another place. */
static void
apply_to_entry (BwJobList *self, News *news, BwPagedEntry *entry, BwJob *job)
{
  BwPagedList *list = BW_PAGED_LIST (self);
  const BwJob *old = bw_paged_entry_get_row (entry);
  gboolean known = bw_job_order_is_known (self->filter);

  if (job->revision <= old->revision)
    return;
  if (!bw_filter_matches (self->filter, job))
    {
      bw_paged_list_remove (list, entry, job->revision);
      return;
    }
  if (!bw_filter_is_decidable (self->filter))
    bw_paged_list_reconcile (list);
  if (!known || bw_job_order_is_lasting (self->filter)
      || bw_paged_list_is_placed (list, entry, job, compare_with_entry))
    {
      bw_paged_list_update (list, entry, job);
      return;
    }
  g_hash_table_insert (news->moving, &job->id, g_object_ref (entry));
  bw_paged_list_remove (list, entry, job->revision);
  add_arrival (news, job);
}

/* A job that the filter does not let through, and that is not shown: it may have left a part that
 * is not loaded. */
static void
apply_absent (BwJobList *self)
{
  BwPagedList *list = BW_PAGED_LIST (self);

  if (!bw_filter_is_lasting (self->filter) && !bw_paged_list_is_whole (list))
    bw_paged_list_reconcile (list);
}

/* A job that belongs into the list, and is not shown: it may be new to it, or in a part that is not
 * loaded. */
static void
apply_unseen (BwJobList *self, News *news, BwJob *job, gboolean is_new)
{
  BwPagedList *list = BW_PAGED_LIST (self);
  gboolean keeps_place =
      bw_filter_is_lasting (self->filter) && bw_job_order_is_lasting (self->filter);
  gboolean is_placed = bw_filter_is_decidable (self->filter) && bw_job_order_is_known (self->filter)
                       && bw_paged_list_can_place (list, job, compare_with_entry);

  /* Where it is in the list, or was until now, is of no consequence if that is where it stays. */
  if (!is_placed && keeps_place && !is_new)
    return;
  if (!is_placed || (!keeps_place && !is_new && !bw_paged_list_is_whole (list)))
    bw_paged_list_reconcile (list);
  if (is_placed)
    add_arrival (news, job);
}

static void
apply_job (BwJobList *self, News *news, BwJob *job)
{
  BwPagedEntry *entry = bw_paged_list_lookup (BW_PAGED_LIST (self), job->id);
  gboolean is_new = may_be_new (self, job);

  note_created (self, job);
  if (entry != NULL)
    apply_to_entry (self, news, entry, job);
  else if (bw_filter_matches (self->filter, job))
    apply_unseen (self, news, job, is_new);
  else
    apply_absent (self);
}

static void
apply_deletion (BwJobList *self, const BwEvent *event)
{
  BwPagedList *list = BW_PAGED_LIST (self);
  BwPagedEntry *entry = bw_paged_list_lookup (list, event->job_id);

  if (entry != NULL)
    bw_paged_list_remove (list, entry, event->revision);
  else if (!bw_paged_list_is_whole (list))
    bw_paged_list_reconcile (list);
}

static void
sort_out (BwJobList *self, News *news, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      BwEvent *event = g_ptr_array_index (events, i);

      switch (event->kind)
        {
        case BW_EVENT_JOB:
        case BW_EVENT_DELETED:
          g_hash_table_replace (news->latest, &event->job_id, event);
          break;
        case BW_EVENT_PAUSES:
          bw_paged_list_reconcile (BW_PAGED_LIST (self));
          break;
        case BW_EVENT_RIGHTS:
        case BW_EVENT_RESET:
        default:
          bw_paged_list_refresh (BW_PAGED_LIST (self));
        }
    }
}

static void
bw_job_list_apply_events (BwPagedList *list, GPtrArray *events)
{
  BwJobList *self = BW_JOB_LIST (list);
  g_autoptr (GHashTable) latest = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GPtrArray) arrivals = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_job_unref);
  g_autoptr (GHashTable) moving =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_object_unref);
  News news = { .latest = latest, .arrivals = arrivals, .moving = moving };

  sort_out (self, &news, events);
  for (guint i = 0; i < events->len; i++)
    {
      BwEvent *event = g_ptr_array_index (events, i);

      if (event->job_id == 0 || g_hash_table_lookup (latest, &event->job_id) != event)
        continue;
      if (event->kind == BW_EVENT_JOB)
        apply_job (self, &news, event->job);
      else if (event->kind == BW_EVENT_DELETED)
        apply_deletion (self, event);
    }
  g_ptr_array_sort_values_with_data (arrivals, compare_arrivals, self->filter);
  bw_paged_list_insert (list, arrivals, moving, compare_with_entry, news.revision);
  bw_job_list_ask_for_summary (self);
}

static void
poll_cb (BwJobList *self)
{
  if (bw_paged_list_get_following (BW_PAGED_LIST (self)))
    bw_job_list_ask_for_summary (self);
}

static void
bw_job_list_constructed (GObject *object)
{
  BwJobList *self = BW_JOB_LIST (object);

  G_OBJECT_CLASS (bw_job_list_parent_class)->constructed (object);
  if (self->filter == NULL)
    self->filter = bw_filter_new ();
  g_signal_connect_object (bw_business_get_event_stream (bw_job_list_get_business (self)), "poll",
                           G_CALLBACK (poll_cb), self, G_CONNECT_SWAPPED);
  bw_job_list_ask_for_summary (self);
  bw_paged_list_want (BW_PAGED_LIST (self));
}

static void
bw_job_list_dispose (GObject *object)
{
  bw_job_list_cancel_summary (BW_JOB_LIST (object));
  G_OBJECT_CLASS (bw_job_list_parent_class)->dispose (object);
}

static void
bw_job_list_finalize (GObject *object)
{
  BwJobList *self = BW_JOB_LIST (object);

  g_clear_pointer (&self->filter, bw_filter_free);
  g_clear_pointer (&self->summary, bw_summary_free);
  G_OBJECT_CLASS (bw_job_list_parent_class)->finalize (object);
}

static void
bw_job_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwJobList *self = BW_JOB_LIST (object);

  switch (id)
    {
    case PROP_FILTER:
      g_value_set_boxed (value, self->filter);
      break;
    case PROP_SUMMARY:
      g_value_set_boxed (value, self->summary);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_job_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwJobList *self = BW_JOB_LIST (object);

  switch (id)
    {
    case PROP_FILTER:
      if (self->filter == NULL)
        self->filter = g_value_dup_boxed (value);
      else
        bw_job_list_set_filter (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_job_list_class_init (BwJobListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  BwPagedListClass *list_class = BW_PAGED_LIST_CLASS (class);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = bw_job_list_constructed;
  object_class->dispose = bw_job_list_dispose;
  object_class->finalize = bw_job_list_finalize;
  object_class->get_property = bw_job_list_get_property;
  object_class->set_property = bw_job_list_set_property;
  list_class->entry_type = BW_TYPE_JOB_ENTRY;
  list_class->row_type = BW_TYPE_JOB;
  list_class->page_size = PAGE_SIZE;
  list_class->fetch = bw_job_list_fetch;
  list_class->read_page = bw_job_list_read_page;
  list_class->get_id = bw_job_list_get_id;
  list_class->get_revision = bw_job_list_get_revision;
  list_class->is_equal = bw_job_list_is_equal;
  list_class->reconcile_interval = RECONCILE_INTERVAL;
  list_class->apply_events = bw_job_list_apply_events;

  properties[PROP_FILTER] = g_param_spec_boxed ("filter", NULL, NULL, BW_TYPE_FILTER,
                                                readable | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT);
  properties[PROP_SUMMARY] = g_param_spec_boxed ("summary", NULL, NULL, BW_TYPE_SUMMARY, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_job_list_init (BwJobList *self)
{
}

/**
 * bw_job_list_new:
 * @business: whose jobs
 * @filter: (nullable): which, in which order; %NULL: all, newest first
 *
 * Makes a list and begins to load it.
 *
 * Returns: (transfer full): the list, empty until its first page is here
 */
BwJobList *
bw_job_list_new (BwBusiness *business, const BwFilter *filter)
{
  return g_object_new (BW_TYPE_JOB_LIST, "business", business, "filter", filter, NULL);
}

/**
 * bw_job_list_get_business:
 * @self: a list
 *
 * Returns: (transfer none): whose jobs it shows
 */
BwBusiness *
bw_job_list_get_business (BwJobList *self)
{
  g_return_val_if_fail (BW_IS_JOB_LIST (self), NULL);

  return bw_paged_list_get_business (BW_PAGED_LIST (self));
}

/**
 * bw_job_list_get_filter:
 * @self: a list
 *
 * Returns: (transfer none): which jobs it shows, in which order
 */
const BwFilter *
bw_job_list_get_filter (BwJobList *self)
{
  g_return_val_if_fail (BW_IS_JOB_LIST (self), NULL);

  return self->filter;
}

/**
 * bw_job_list_set_filter:
 * @self: a list
 * @filter: (nullable): which jobs to show, in which order; %NULL: all, newest first
 *
 * Shows other jobs. The rows of before stay until the first page of the new filter is here;
 * "loaded" tells.
 */
void
bw_job_list_set_filter (BwJobList *self, const BwFilter *filter)
{
  g_autoptr (BwFilter) copy = filter != NULL ? bw_filter_copy (filter) : bw_filter_new ();
  BwJobStates states;
  gboolean same_scope;

  g_return_if_fail (BW_IS_JOB_LIST (self));

  if (bw_filter_equal (self->filter, copy))
    return;
  /* The summary is of all states, whichever are shown. */
  states = copy->states;
  copy->states = self->filter->states;
  same_scope = bw_filter_same_scope (self->filter, copy);
  copy->states = states;
  g_clear_pointer (&self->filter, bw_filter_free);
  self->filter = g_steal_pointer (&copy);
  if (!same_scope)
    {
      bw_job_list_cancel_summary (self);
      self->summary_at = 0;
      bw_job_list_ask_for_summary (self);
    }
  bw_paged_list_restart (BW_PAGED_LIST (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILTER]);
}

/**
 * bw_job_list_refresh:
 * @self: a list
 *
 * Asks the server again, at once, for what is shown; also after an error, to try again.
 */
void
bw_job_list_refresh (BwJobList *self)
{
  g_return_if_fail (BW_IS_JOB_LIST (self));

  bw_paged_list_refresh (BW_PAGED_LIST (self));
  bw_job_list_ask_for_summary (self);
}

/**
 * bw_job_list_get_summary:
 * @self: a list
 *
 * Returns: (transfer none) (nullable): how many jobs there are of each state, with the filter's
 *   other fields; %NULL until that is known
 */
const BwSummary *
bw_job_list_get_summary (BwJobList *self)
{
  g_return_val_if_fail (BW_IS_JOB_LIST (self), NULL);

  return self->summary;
}

/**
 * bw_job_list_get_is_live:
 * @self: a list
 *
 * Returns: %TRUE if events arrive as they happen
 */
gboolean
bw_job_list_get_is_live (BwJobList *self)
{
  BwEventStream *stream;

  g_return_val_if_fail (BW_IS_JOB_LIST (self), FALSE);

  stream = bw_business_get_event_stream (bw_job_list_get_business (self));
  return bw_event_stream_get_state (stream) == BW_EVENT_STREAM_STATE_LIVE;
}

/**
 * bw_job_list_find:
 * @self: a list
 * @job: a job's id
 * @position: (out) (optional): where it is
 *
 * Finds a job among the rows that are loaded.
 *
 * Returns: %FALSE if it is not among them
 */
gboolean
bw_job_list_find (BwJobList *self, gint64 job, guint *position)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (BW_PAGED_LIST (self));
  BwPagedEntry *entry = bw_paged_list_lookup (BW_PAGED_LIST (self), job);
  guint found;

  if (entry == NULL || !bw_row_map_locate (priv->map, entry, &found))
    return FALSE;
  if (position != NULL)
    *position = found;
  return TRUE;
}
