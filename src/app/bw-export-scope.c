/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-export-scope.h"

#include <glib/gi18n.h>

#include "bw-format.h"

struct _BwExportScope
{
  GObject parent_instance;

  const char *title;
  char *count;
  DexFuture *counting; /* nullable */

  BwBusiness *business; /* NULL: a table */
  GArray *ids;          /* of gint64: jobs that were picked */
  BwFilter *filter;     /* jobs that match */
  BwJob *job;           /* whose items */
  BwItemFilter *items;  /* NULL: all of them */

  GArray *columns; /* of BwColumn: a table's */
  BwTableSource source;
  gpointer user_data;
  GDestroyNotify notify;
};

enum
{
  PROP_0,
  PROP_COUNT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwExportScope, bw_export_scope, G_TYPE_OBJECT)

static void
set_count (BwExportScope *self, gint64 count, gboolean is_exact, gboolean of_items)
{
  g_autofree char *number = bw_format_count (count, is_exact);

  g_free (self->count);
  self->count = g_strdup_printf (of_items ? ngettext ("%s item", "%s items", (gulong) count)
                                          : ngettext ("%s job", "%s jobs", (gulong) count),
                                 number);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}

static DexFuture *
jobs_counted_cb (DexFuture *future, gpointer user_data)
{
  const BwJobPage *page = g_value_get_boxed (dex_future_get_value (future, NULL));

  set_count (user_data, page->total, page->total_is_exact, FALSE);
  return NULL;
}

static DexFuture *
items_counted_cb (DexFuture *future, gpointer user_data)
{
  const BwItemPage *page = g_value_get_boxed (dex_future_get_value (future, NULL));

  set_count (user_data, page->total, TRUE, TRUE);
  return NULL;
}

/* Where it can't be counted, exporting will say why. */
static void
begin_count (BwExportScope *self, DexFuture *page, DexFutureCallback counted)
{
  self->count = g_strdup (_ ("Counting…"));
  self->counting = dex_future_then (page, counted, self, NULL);
}

static void
bw_export_scope_dispose (GObject *object)
{
  BwExportScope *self = BW_EXPORT_SCOPE (object);

  dex_clear (&self->counting);
  g_clear_object (&self->business);
  if (self->notify != NULL)
    g_steal_pointer (&self->notify) (self->user_data);

  G_OBJECT_CLASS (bw_export_scope_parent_class)->dispose (object);
}

static void
bw_export_scope_finalize (GObject *object)
{
  BwExportScope *self = BW_EXPORT_SCOPE (object);

  g_free (self->count);
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->filter, bw_filter_free);
  g_clear_pointer (&self->job, bw_job_unref);
  g_clear_pointer (&self->items, bw_item_filter_free);
  for (guint i = 0; self->columns != NULL && i < self->columns->len; i++)
    g_free ((char *) g_array_index (self->columns, BwColumn, i).title);
  g_clear_pointer (&self->columns, g_array_unref);

  G_OBJECT_CLASS (bw_export_scope_parent_class)->finalize (object);
}

static void
bw_export_scope_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_COUNT:
      g_value_set_string (value, BW_EXPORT_SCOPE (object)->count);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_export_scope_class_init (BwExportScopeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bw_export_scope_dispose;
  object_class->finalize = bw_export_scope_finalize;
  object_class->get_property = bw_export_scope_get_property;

  properties[PROP_COUNT] =
      g_param_spec_string ("count", NULL, NULL, NULL,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_export_scope_init (BwExportScope *self)
{
}

static BwExportScope *
scope_new (BwBusiness *business, const char *title)
{
  BwExportScope *self = g_object_new (BW_TYPE_EXPORT_SCOPE, NULL);

  g_set_object (&self->business, business);
  self->title = title;
  return self;
}

/**
 * bw_export_scope_new_selected:
 * @business: a business
 * @ids: (element-type gint64): ids of jobs, in order; copied
 *
 * Returns: (transfer full): these jobs
 */
BwExportScope *
bw_export_scope_new_selected (BwBusiness *business, const GArray *ids)
{
  BwExportScope *self = scope_new (business, _ ("Selected jobs"));

  self->ids = g_array_copy ((GArray *) ids);
  set_count (self, ids->len, TRUE, FALSE);
  return self;
}

/**
 * bw_export_scope_new_filtered:
 * @business: a business
 * @filter: which jobs in which order; copied
 * @all: whether that is all of them
 *
 * Returns: (transfer full): the jobs that match; they are being counted
 */
BwExportScope *
bw_export_scope_new_filtered (BwBusiness *business, const BwFilter *filter, gboolean all)
{
  BwExportScope *self =
      scope_new (business, all ? _ ("All jobs") : _ ("All jobs that match the filter"));

  self->filter = bw_filter_copy (filter);
  begin_count (self, bw_business_list_jobs (business, filter, 1, NULL, 0), jobs_counted_cb);
  return self;
}

/**
 * bw_export_scope_new_items:
 * @business: a business
 * @job: a job of it
 * @filter: (nullable): which of its items; copied; %NULL: all
 *
 * Returns: (transfer full): these items; they are being counted
 */
BwExportScope *
bw_export_scope_new_items (BwBusiness *business, BwJob *job, const BwItemFilter *filter)
{
  BwExportScope *self = scope_new (
      business, filter == NULL ? _ ("All items") : _ ("All items that match the filter"));

  self->job = bw_job_ref (job);
  self->items = filter != NULL ? bw_item_filter_copy (filter) : NULL;
  begin_count (self, bw_business_list_items (business, job->id, filter, 1, 0, 0), items_counted_cb);
  return self;
}

/**
 * bw_export_scope_new_table:
 * @columns: (array length=n_columns): the columns; copied
 * @n_columns: how many
 * @source: asked for the rows
 * @user_data: its argument
 * @notify: (nullable): frees @user_data
 *
 * Returns: (transfer full): a table of the caller's
 */
BwExportScope *
bw_export_scope_new_table (const BwColumn *columns,
                           guint n_columns,
                           BwTableSource source,
                           gpointer user_data,
                           GDestroyNotify notify)
{
  BwExportScope *self = scope_new (NULL, NULL);

  self->columns = g_array_new (FALSE, FALSE, sizeof (BwColumn));
  for (guint i = 0; i < n_columns; i++)
    {
      BwColumn column = columns[i];

      column.title = g_strdup (column.title);
      g_array_append_val (self->columns, column);
    }
  self->source = source;
  self->user_data = user_data;
  self->notify = notify;
  return self;
}

/**
 * bw_export_scope_get_title:
 * @self: a scope
 *
 * Returns: (transfer none): what it is called
 */
const char *
bw_export_scope_get_title (BwExportScope *self)
{
  return self->title;
}

/**
 * bw_export_scope_start:
 * @self: a scope
 * @how: the columns, the format, and where to
 *
 * Returns: (transfer full): resolves to a gint64: how many rows were written
 */
DexFuture *
bw_export_scope_start (BwExportScope *self, const BwExport *how)
{
  if (self->columns != NULL)
    return bw_table_export ((const BwColumn *) (gpointer) self->columns->data, self->columns->len,
                            self->source, self->user_data, NULL, how);
  if (self->job != NULL)
    return bw_business_export_items (self->business, self->job->id, self->items, how);
  return bw_business_export_jobs (self->business, self->filter, self->ids, how);
}
