/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include <string.h>

#include "bw-action.h"
#include "bw-error.h"
#include "bw-read.h"
#include "bw-text-index.h"
#include "bw-search-words.h"
#include "bw-store-views.h"
#include "bw-viewer.h"
#include "bw-visibility.h"

#define SQL_ENTRY                                                                                  \
  "SELECT a.id, a.at, a.account, a.actor, a.action, a.job, a.job_name, j.id, a.detail"             \
  " FROM action a LEFT JOIN job j ON j.business = a.business AND j.id = a.job"                     \
  " WHERE a.business = $1 AND a.id = $2"
#define SQL_NEWEST                                                                                 \
  "SELECT id FROM action WHERE business = $1 AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT $4"
#define SQL_COUNT "SELECT COUNT(*) FROM (" SQL_NEWEST ") AS newest"
#define SQL_NEXT "SELECT id, at FROM action WHERE business = $1 AND id >= $2 ORDER BY id LIMIT 1"
#define SQL_NEXT_ACTION                                                                            \
  "SELECT action FROM action WHERE business = $1 AND action > $2 ORDER BY action LIMIT 1"

/** Which entries are looked for. */
typedef struct
{
  BwDb *db;
  gint64 business;
  char *words;  /* nullable: what the text index shall match */
  gint64 first; /* first <= id < end */
  gint64 end;
} Search;

static void
search_clear (Search *self)
{
  g_free (self->words);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

/* Both keep their value where no entry follows. */
static gboolean
find_next (const Search *self, gint64 *id, BwTime *at, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (self->db, error, SQL_NEXT, "ii", self->business, *id);

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      *id = bw_rows_int (rows, 0);
      *at = bw_rows_int (rows, 1);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* Ids grow with time, so a moment is found by bisection: the first id from then on. */
static gboolean
find_moment (const Search *self, BwTime time, gint64 *first, GError **error)
{
  gint64 end = 0;

  *first = 0;
  if (!bw_db_get_int (self->db, &end, error, "SELECT MAX(id) + 1 FROM action WHERE business = $1",
                      "i", self->business))
    return FALSE;
  while (*first < end)
    {
      gint64 middle = *first + (end - *first) / 2;
      gint64 id = middle;
      BwTime at = G_MAXINT64;

      if (!find_next (self, &id, &at, error))
        return FALSE;
      if (at >= time)
        end = middle;
      else
        *first = id + 1;
    }
  return TRUE;
}

static void
append_actions (GString *expression, GStrv actions)
{
  for (guint i = 0; actions != NULL && actions[i] != NULL; i++)
    {
      g_autofree char *token = bw_action_get_token (actions[i]);

      g_string_append_printf (expression, "%s%s", i == 0 ? " AND (" : " OR ", token);
    }
  if (actions != NULL && actions[0] != NULL)
    g_string_append_c (expression, ')');
}

/* An entry about a job is seen by who may see the job; any other by all who may read the log. */
static void
append_visibility (GString *expression, const BwViewer *viewer)
{
  BwVisibility visibility = bw_visibility_get (viewer);

  if (visibility.everything == 1)
    return;
  g_string_append_printf (expression, " AND (o0 OR o%" G_GINT64_FORMAT "%s)",
                          MAX (visibility.own, 0), visibility.automation == 1 ? " OR a1" : "");
}

/* Sets @words to NULL when every entry matches. Returns FALSE if none can. */
static gboolean
make_words (const BwViewer *viewer, const BwAuditFilter *filter, char **words)
{
  g_autoptr (GString) scope = g_string_new (NULL);
  g_autoptr (GString) expression = g_string_new (NULL);

  *words = NULL;
  if (filter->user >= 0)
    g_string_append_printf (scope, " AND u%" G_GINT64_FORMAT, filter->user);
  if (filter->job != 0)
    g_string_append_printf (scope, " AND j%" G_GINT64_FORMAT, filter->job);
  append_actions (scope, filter->actions);
  append_visibility (scope, viewer);
  if (scope->len > 0)
    g_string_append_printf (expression, "scope : (%s)", scope->str + strlen (" AND "));
  if (filter->q != NULL && filter->q[0] != '\0')
    {
      g_string_append (expression, scope->len > 0 ? " AND " : "");
      if (!bw_search_append_words (expression, filter->q))
        return FALSE;
    }
  if (expression->len > 0)
    *words = g_string_free_and_steal (g_steal_pointer (&expression));
  return TRUE;
}

static BwRows *
query (const Search *self, gboolean count, gint64 limit, GError **error)
{
  gint64 first = BW_ACTION_ROW (self->business, self->first);
  gint64 end = BW_ACTION_ROW (self->business, self->end);

  if (self->words == NULL)
    return bw_db_query (self->db, error, count ? SQL_COUNT : SQL_NEWEST, "iiii", self->business,
                        self->first, self->end, limit);
  return count ? bw_text_index_count_actions (self->db, self->words, first, end, limit, error)
               : bw_text_index_find_actions (self->db, self->words, first, end, limit, error);
}

static gboolean
count (const Search *self, BwAuditPage *page, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = query (self, TRUE, BW_COUNT_BOUND + 1, error);

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    page->total = bw_rows_int (rows, 0);
  page->total_is_exact = page->total <= BW_COUNT_BOUND;
  page->total = MIN (page->total, BW_COUNT_BOUND);
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
list_ids (const Search *self, gint64 limit, GArray *ids, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = query (self, FALSE, limit, error);

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      gint64 id = bw_rows_int (rows, 0) & (BW_ACTION_ROW (1, 0) - 1);

      g_array_append_val (ids, id);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
read_entry (const Search *self, gint64 id, BwAuditPage *page, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = bw_db_query (self->db, error, SQL_ENTRY, "ii", self->business, id);

  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      BwAuditEntry *entry = g_new0 (BwAuditEntry, 1);

      entry->id = bw_rows_int (rows, 0);
      entry->at = bw_rows_int (rows, 1);
      entry->user_id = bw_rows_int (rows, 2);
      entry->actor = g_strdup (bw_rows_text (rows, 3));
      entry->action = g_strdup (bw_rows_text (rows, 4));
      entry->job = bw_rows_int (rows, 5);
      entry->job_name = g_strdup (bw_rows_text (rows, 6));
      entry->job_exists = entry->job != 0 && !bw_rows_is_null (rows, 7);
      entry->detail = g_strdup (bw_rows_text (rows, 8));
      g_ptr_array_add (page->entries, entry);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
fill_page (const Search *self, BwAuditPage *page, guint limit, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!list_ids (self, (gint64) limit + 1, ids, error))
    return FALSE;
  for (guint i = 0; i < MIN (ids->len, limit); i++)
    if (!read_entry (self, g_array_index (ids, gint64, i), page, error))
      return FALSE;
  if (ids->len > limit)
    page->next = g_strdup_printf ("%" G_GINT64_FORMAT, g_array_index (ids, gint64, limit - 1));
  return TRUE;
}

static gboolean
set_times (Search *self, const BwAuditFilter *filter, GError **error)
{
  self->end = BW_ACTION_ROW (1, 0);
  return (filter->from == BW_TIME_NONE || find_moment (self, filter->from, &self->first, error))
         && (filter->until == BW_TIME_NONE || find_moment (self, filter->until, &self->end, error));
}

/**
 * bw_store_list_audit:
 * @self: a store
 * @viewer: who asks; needs the permission to read the audit log
 * @filter: which entries
 * @limit: how many at most
 * @after: (nullable): "next" of the page before
 * @error: (out) (optional): what went wrong
 *
 * Reads a page of the audit log, newest first: what people did, but for the submission of jobs, of
 * which the jobs themselves are the record. Entries are kept for a year, those about a job also
 * when the job is gone. The total is exact up to 10,000.
 *
 * Returns: (transfer full) (nullable): the page
 */
BwAuditPage *
bw_store_list_audit (BwStore *self,
                     const BwViewer *viewer,
                     const BwAuditFilter *filter,
                     guint limit,
                     const char *after,
                     GError **error)
{
  g_auto (BwReader) reader = { NULL, NULL };
  g_auto (Search) search = { 0 };
  g_autoptr (BwAuditPage) page = bw_audit_page_new ();
  gint64 last = G_MAXINT64;

  g_return_val_if_fail (limit > 0, NULL);

  if (!bw_viewer_need (viewer, BW_PERMISSION_VIEW_AUDIT, error))
    return NULL;
  if (after != NULL
      && !g_ascii_string_to_signed (after, 10, 1, BW_ACTION_ROW (1, 0) - 1, &last, NULL))
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "after",
                          "after: this is no place in the audit log. Give the “next” of a page.");
      return NULL;
    }
  if (!make_words (viewer, filter, &search.words))
    return g_steal_pointer (&page);
  reader = bw_reader_begin (self, error);
  search.db = reader.db;
  search.business = viewer->business;
  if (reader.db == NULL || !set_times (&search, filter, error) || !count (&search, page, error))
    return NULL;
  search.end = MIN (search.end, last);
  return fill_page (&search, page, limit, error) ? g_steal_pointer (&page) : NULL;
}

/**
 * bw_store_list_audit_actions:
 * @self: a store
 * @viewer: who asks; needs the permission to read the audit log
 * @error: (out) (optional): what went wrong
 *
 * Returns: (transfer full) (nullable) (element-type utf8): what was done so far, each kind once
 */
GPtrArray *
bw_store_list_audit_actions (BwStore *self, const BwViewer *viewer, GError **error)
{
  g_auto (BwReader) reader = { NULL, NULL };
  g_autoptr (GPtrArray) actions = g_ptr_array_new_with_free_func (g_free);
  const char *last = "";
  gboolean found;

  if (!bw_viewer_need (viewer, BW_PERMISSION_VIEW_AUDIT, error))
    return NULL;
  reader = bw_reader_begin (self, error);
  if (reader.db == NULL)
    return NULL;
  do
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (BwRows) rows =
          bw_db_query (reader.db, error, SQL_NEXT_ACTION, "is", viewer->business, last);

      if (rows == NULL)
        return NULL;
      found = bw_rows_next (rows, &local);
      if (found)
        g_ptr_array_add (actions, g_strdup (bw_rows_text (rows, 0)));
      if (!bw_read_finish (g_steal_pointer (&local), error))
        return NULL;
      last = found ? g_ptr_array_index (actions, actions->len - 1) : NULL;
    }
  while (found);
  return g_steal_pointer (&actions);
}
