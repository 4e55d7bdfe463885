/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-business-views.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bw-business-path.h"
#include "bw-connection-private.h"
#include "bw-submission.h"

#define MAX_BATCHES 200
#define MAX_WORKERS 1000
#define MAX_QUEUES 2000
#define MAX_ACTIONS 1000

typedef gpointer (*ReadFunc) (BwJsonReader *reader);

static DexFuture *
get (BwBusiness *self, const char *tried, const char *path, GType type, BwParseFunc parse)
{
  g_autofree char *whole = bw_business_make_path (self, "%s", path);

  return bw_connection_call (bw_business_get_connection (self), g_strdup (tried), "GET", whole,
                             NULL, type, parse);
}

static BwJsonReader *
open_body (GBytes *body, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  return bw_json_reader_new_for_text (text, length, error);
}

static gpointer
read_list (GBytes *body,
           const char *member,
           gsize max,
           ReadFunc read,
           GDestroyNotify free,
           GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free);
  gsize length;

  if (reader == NULL)
    return NULL;
  if (bw_json_reader_enter_array (reader, member, max, &length))
    {
      for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
        {
          g_ptr_array_add (list, read (reader));
          bw_json_reader_leave (reader);
        }
      bw_json_reader_leave (reader);
    }
  else
    bw_json_reader_fail (reader, member, "is missing");
  return bw_json_reader_finish (reader, error) ? g_steal_pointer (&list) : NULL;
}

/* A value that is wrong is let go of. */
static gpointer
read_one (GBytes *body, ReadFunc read, GDestroyNotify free, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  gpointer value;

  if (reader == NULL)
    return NULL;
  value = read (reader);
  if (bw_json_reader_finish (reader, error))
    return value;
  free (value);
  return NULL;
}

static gpointer
read_queues (GBytes *body, GError **error)
{
  return read_list (body, "queues", MAX_QUEUES, (ReadFunc) bw_queue_info_read,
                    (GDestroyNotify) bw_queue_info_unref, error);
}

static gpointer
read_queue (GBytes *body, GError **error)
{
  return read_one (body, (ReadFunc) bw_queue_info_read, (GDestroyNotify) bw_queue_info_unref,
                   error);
}

static gpointer
read_batches (GBytes *body, GError **error)
{
  return read_list (body, "batches", MAX_BATCHES, (ReadFunc) bw_batch_read,
                    (GDestroyNotify) bw_batch_unref, error);
}

static gpointer
read_workers (GBytes *body, GError **error)
{
  return read_list (body, "workers", MAX_WORKERS, (ReadFunc) bw_worker_info_read,
                    (GDestroyNotify) bw_worker_info_unref, error);
}

static gpointer
read_insights (GBytes *body, GError **error)
{
  return read_one (body, (ReadFunc) bw_insights_read, (GDestroyNotify) bw_insights_unref, error);
}

static gpointer
read_audit (GBytes *body, GError **error)
{
  return read_one (body, (ReadFunc) bw_audit_page_read, (GDestroyNotify) bw_audit_page_unref,
                   error);
}

static gpointer
read_actions (GBytes *body, GError **error)
{
  g_autoptr (BwJsonReader) reader = open_body (body, error);
  g_auto (GStrv) actions = NULL;

  if (reader == NULL)
    return NULL;
  actions = bw_json_reader_strv (reader, "actions", MAX_ACTIONS, BW_MAX_NAME);
  if (actions == NULL)
    bw_json_reader_fail (reader, "actions", "is missing");
  return bw_json_reader_finish (reader, error) ? g_steal_pointer (&actions) : NULL;
}

/* Times without what is nought, so that 400 of them fit into an address. */
static void
append_edge (GString *path, BwTime edge)
{
  g_autofree char *text = bw_time_to_string (edge);
  char *dot = strrchr (text, '.');

  if (dot != NULL && g_str_equal (dot, ".000Z"))
    g_string_append_printf (path, "edge=%.*sZ", (int) (dot - text), text);
  else
    g_string_append_printf (path, "edge=%s", text);
}

/**
 * bw_business_list_queues:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwQueueInfo, in the order in which the types
 *   were made
 */
DexFuture *
bw_business_list_queues (BwBusiness *self)
{
  g_autofree char *tried =
      g_strdup_printf (_ ("Could not load the queues of %s"), bw_business_get_name (self));

  return get (self, tried, "queues", G_TYPE_PTR_ARRAY, read_queues);
}

/**
 * bw_business_get_queue:
 * @self: a business
 * @type: a job type
 *
 * Returns: (transfer full): resolves to a BwQueueInfo with its quarters; rejects with
 *   %BW_ERROR_NOT_FOUND if there is no such type, for this user at least
 */
DexFuture *
bw_business_get_queue (BwBusiness *self, const char *type)
{
  g_autofree char *escaped = g_uri_escape_string (type, NULL, FALSE);
  g_autofree char *path = g_strconcat ("queues/", escaped, NULL);
  g_autofree char *tried =
      g_strdup_printf (_ ("Could not load a queue of %s"), bw_business_get_name (self));

  return get (self, tried, path, BW_TYPE_QUEUE_INFO, read_queue);
}

/**
 * bw_business_list_batches:
 * @self: a business
 * @limit: how many at most, 1 to 200
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwBatch: those that run, wait, ended lately
 */
DexFuture *
bw_business_list_batches (BwBusiness *self, guint limit)
{
  g_autofree char *path = g_strdup_printf ("batches?limit=%u", limit);
  g_autofree char *tried =
      g_strdup_printf (_ ("Could not load the batches of %s"), bw_business_get_name (self));

  return get (self, tried, path, G_TYPE_PTR_ARRAY, read_batches);
}

/**
 * bw_business_list_workers:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a GPtrArray of BwWorkerInfo, those heard of last first
 */
DexFuture *
bw_business_list_workers (BwBusiness *self)
{
  g_autofree char *tried =
      g_strdup_printf (_ ("Could not load the workers of %s"), bw_business_get_name (self));

  return get (self, tried, "workers", G_TYPE_PTR_ARRAY, read_workers);
}

/**
 * bw_business_get_insights:
 * @self: a business
 * @query: what to count; not needed after the call
 *
 * Returns: (transfer full): resolves to a BwInsights
 */
DexFuture *
bw_business_get_insights (BwBusiness *self, const BwInsightsQuery *query)
{
  g_autoptr (GString) path = g_string_new ("insights?by=");
  g_autofree char *tried =
      g_strdup_printf (_ ("Could not load the insights of %s"), bw_business_get_name (self));

  g_string_append (path, bw_insights_by_to_string (query->by));
  for (gsize i = 0; i < query->n_edges; i++)
    {
      g_string_append_c (path, '&');
      append_edge (path, query->edges[i]);
    }
  for (gsize i = 0; query->types != NULL && query->types[i] != NULL; i++)
    {
      g_string_append (path, "&type=");
      g_string_append_uri_escaped (path, query->types[i], NULL, FALSE);
    }
  return get (self, tried, path->str, BW_TYPE_INSIGHTS, read_insights);
}

/**
 * bw_business_list_audit:
 * @self: a business
 * @filter: (nullable): which entries; %NULL: all
 * @limit: how many at most, 1 to 10000
 * @after: (nullable): the "next" of an earlier page of the same filter: what comes after it
 *
 * Returns: (transfer full): resolves to a BwAuditPage
 */
DexFuture *
bw_business_list_audit (BwBusiness *self,
                        const BwAuditFilter *filter,
                        guint limit,
                        const char *after)
{
  g_autofree char *query = filter != NULL ? bw_audit_filter_to_query (filter) : NULL;
  g_autoptr (GString) path = g_string_new (NULL);
  g_autofree char *tried =
      g_strdup_printf (_ ("Could not load the audit log of %s"), bw_business_get_name (self));

  g_string_append_printf (path, "audit?limit=%u", limit);
  if (query != NULL && query[0] != '\0')
    g_string_append_printf (path, "&%s", query);
  if (after != NULL)
    {
      g_string_append (path, "&after=");
      g_string_append_uri_escaped (path, after, NULL, FALSE);
    }
  return get (self, tried, path->str, BW_TYPE_AUDIT_PAGE, read_audit);
}

/**
 * bw_business_list_audit_actions:
 * @self: a business
 *
 * Returns: (transfer full): resolves to a GStrv: the kinds of act that the log has so far
 */
DexFuture *
bw_business_list_audit_actions (BwBusiness *self)
{
  g_autofree char *tried =
      g_strdup_printf (_ ("Could not load the audit log of %s"), bw_business_get_name (self));

  return get (self, tried, "audit/actions", G_TYPE_STRV, read_actions);
}
