/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-item-list.h"

#include "bw-paged-list-private.h"

#define PAGE_SIZE 500
#define RECONCILE_INTERVAL 500

struct _BwItemEntry
{
  BwPagedEntry parent_instance;
};

enum
{
  ENTRY_PROP_0,
  ENTRY_PROP_ITEM,
  N_ENTRY_PROPS
};

static GParamSpec *entry_properties[N_ENTRY_PROPS];

G_DEFINE_FINAL_TYPE (BwItemEntry, bw_item_entry, BW_TYPE_PAGED_ENTRY)

struct _BwItemList
{
  BwPagedList parent_instance;

  gint64 job;
  BwItemFilter *filter;
  BwItemCounts counts;
};

enum
{
  PROP_0,
  PROP_JOB_ID,
  PROP_FILTER,
  N_PROPS
};

enum
{
  COUNTS_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwItemList, bw_item_list, BW_TYPE_PAGED_LIST)

static void
bw_item_entry_row_changed (BwPagedEntry *entry)
{
  g_object_notify_by_pspec (G_OBJECT (entry), entry_properties[ENTRY_PROP_ITEM]);
}

static void
bw_item_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == ENTRY_PROP_ITEM)
    g_value_set_boxed (value, bw_item_entry_get_item (BW_ITEM_ENTRY (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bw_item_entry_class_init (BwItemEntryClass *class)
{
  G_OBJECT_CLASS (class)->get_property = bw_item_entry_get_property;
  BW_PAGED_ENTRY_CLASS (class)->row_changed = bw_item_entry_row_changed;
  entry_properties[ENTRY_PROP_ITEM] =
      g_param_spec_boxed ("item", NULL, NULL, BW_TYPE_ITEM,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_ENTRY_PROPS, entry_properties);
}

static void
bw_item_entry_init (BwItemEntry *self)
{
}

static DexFuture *
bw_item_list_fetch (BwPagedList *list, guint offset, guint limit, const char *after)
{
  BwItemList *self = BW_ITEM_LIST (list);
  gint64 item = after != NULL ? g_ascii_strtoll (after, NULL, 10) : 0;

  return bw_business_list_items (bw_paged_list_get_business (list), self->job, self->filter, limit,
                                 item, offset);
}

static void
bw_item_list_read_page (BwPagedList *list, const GValue *value, BwPagedPage *page)
{
  BwItemList *self = BW_ITEM_LIST (list);
  BwItemPage *items = g_value_get_boxed (value);

  page->rows = items->items;
  page->total = items->total;
  page->total_is_exact = TRUE;
  page->revision = -1;
  if (items->next > 0)
    page->next = g_strdup_printf ("%" G_GINT64_FORMAT, items->next);
  if (memcmp (&self->counts, &items->counts, sizeof self->counts) == 0)
    return;
  self->counts = items->counts;
  g_signal_emit (self, signals[COUNTS_CHANGED], 0);
}

static gint64
bw_item_list_get_id (gconstpointer row)
{
  return ((const BwItem *) row)->item;
}

static gint64
bw_item_list_get_revision (gconstpointer row)
{
  return 0;
}

static gboolean
bw_item_list_is_equal (gconstpointer a, gconstpointer b)
{
  const BwItem *first = a;
  const BwItem *second = b;

  return first->state == second->state && first->attempt == second->attempt
         && first->updated_at == second->updated_at
         && g_strcmp0 (first->message, second->message) == 0
         && g_strcmp0 (first->label, second->label) == 0;
}

static void
bw_item_list_apply_events (BwPagedList *list, GPtrArray *events)
{
  BwItemList *self = BW_ITEM_LIST (list);

  for (guint i = 0; i < events->len; i++)
    {
      BwEvent *event = g_ptr_array_index (events, i);

      if (event->kind == BW_EVENT_RIGHTS || event->kind == BW_EVENT_RESET
          || event->job_id == self->job)
        bw_paged_list_reconcile (list);
    }
}

static void
bw_item_list_constructed (GObject *object)
{
  G_OBJECT_CLASS (bw_item_list_parent_class)->constructed (object);
  bw_paged_list_want (BW_PAGED_LIST (object));
}

static void
bw_item_list_finalize (GObject *object)
{
  BwItemList *self = BW_ITEM_LIST (object);

  g_clear_pointer (&self->filter, bw_item_filter_free);
  G_OBJECT_CLASS (bw_item_list_parent_class)->finalize (object);
}

static void
bw_item_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwItemList *self = BW_ITEM_LIST (object);

  switch (id)
    {
    case PROP_JOB_ID:
      g_value_set_int64 (value, self->job);
      break;
    case PROP_FILTER:
      g_value_set_boxed (value, self->filter);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_item_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BwItemList *self = BW_ITEM_LIST (object);

  switch (id)
    {
    case PROP_JOB_ID:
      self->job = g_value_get_int64 (value);
      break;
    case PROP_FILTER:
      bw_item_list_set_filter (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_item_list_class_init (BwItemListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  BwPagedListClass *list_class = BW_PAGED_LIST_CLASS (class);

  object_class->constructed = bw_item_list_constructed;
  object_class->finalize = bw_item_list_finalize;
  object_class->get_property = bw_item_list_get_property;
  object_class->set_property = bw_item_list_set_property;
  list_class->entry_type = BW_TYPE_ITEM_ENTRY;
  list_class->row_type = BW_TYPE_ITEM;
  list_class->page_size = PAGE_SIZE;
  list_class->reconcile_interval = RECONCILE_INTERVAL;
  list_class->fetch = bw_item_list_fetch;
  list_class->read_page = bw_item_list_read_page;
  list_class->get_id = bw_item_list_get_id;
  list_class->get_revision = bw_item_list_get_revision;
  list_class->is_equal = bw_item_list_is_equal;
  list_class->apply_events = bw_item_list_apply_events;

  properties[PROP_JOB_ID] =
      g_param_spec_int64 ("job-id", NULL, NULL, 0, G_MAXINT64, 0,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_FILTER] =
      g_param_spec_boxed ("filter", NULL, NULL, BW_TYPE_ITEM_FILTER,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * BwItemList::counts-changed:
   * @self: the list
   *
   * How many items of the job are in each state has changed.
   */
  signals[COUNTS_CHANGED] = g_signal_new ("counts-changed", BW_TYPE_ITEM_LIST, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bw_item_list_init (BwItemList *self)
{
  self->filter = bw_item_filter_new ();
}

/**
 * bw_item_entry_get_item:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): the item as it is known; %NULL for a placeholder
 */
BwItem *
bw_item_entry_get_item (BwItemEntry *self)
{
  g_return_val_if_fail (BW_IS_ITEM_ENTRY (self), NULL);

  return bw_paged_entry_get_row (BW_PAGED_ENTRY (self));
}

/**
 * bw_item_list_new:
 * @business: whose job
 * @job: the job's id
 *
 * Makes a list of all items of a job and begins to load it.
 *
 * Returns: (transfer full): the list, empty until its first page is here
 */
BwItemList *
bw_item_list_new (BwBusiness *business, gint64 job)
{
  return g_object_new (BW_TYPE_ITEM_LIST, "business", business, "job-id", job, NULL);
}

/**
 * bw_item_list_get_filter:
 * @self: a list
 *
 * Returns: (transfer none): which items it shows
 */
const BwItemFilter *
bw_item_list_get_filter (BwItemList *self)
{
  g_return_val_if_fail (BW_IS_ITEM_LIST (self), NULL);

  return self->filter;
}

/**
 * bw_item_list_set_filter:
 * @self: a list
 * @filter: (nullable): which items to show; %NULL: all
 *
 * Shows other items. The rows of before stay until the first page of the new filter is here.
 */
void
bw_item_list_set_filter (BwItemList *self, const BwItemFilter *filter)
{
  g_autoptr (BwItemFilter) copy =
      filter != NULL ? bw_item_filter_copy (filter) : bw_item_filter_new ();

  g_return_if_fail (BW_IS_ITEM_LIST (self));

  if (bw_item_filter_equal (self->filter, copy))
    return;
  g_clear_pointer (&self->filter, bw_item_filter_free);
  self->filter = g_steal_pointer (&copy);
  bw_paged_list_restart (BW_PAGED_LIST (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILTER]);
}

/**
 * bw_item_list_refresh:
 * @self: a list
 *
 * Asks the server again, at once, for what is shown; also after an error, to try again.
 */
void
bw_item_list_refresh (BwItemList *self)
{
  g_return_if_fail (BW_IS_ITEM_LIST (self));

  bw_paged_list_refresh (BW_PAGED_LIST (self));
}

/**
 * bw_item_list_get_counts:
 * @self: a list
 *
 * Returns: (transfer none): how many items of the job are in each state, whatever the filter; all 0
 *   until that is known
 */
const BwItemCounts *
bw_item_list_get_counts (BwItemList *self)
{
  g_return_val_if_fail (BW_IS_ITEM_LIST (self), NULL);

  return &self->counts;
}
