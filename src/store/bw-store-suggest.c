/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bw-fold.h"
#include "bw-read.h"
#include "bw-store-private.h"
#include "bw-visibility.h"

#define SQL_TYPES                                                                                  \
  "SELECT id, type, name, stalled_after, max_attempts, makes_result FROM job_type WHERE business " \
  "= $1"
#define SQL_ACCOUNT "SELECT name, login FROM account WHERE id = $1"
#define SQL_RELATIONS "SELECT id, label, folded FROM relation WHERE business = $1 ORDER BY id"
#define SQL_VISIBLE                                                                                \
  "SELECT 1 FROM job_relation l JOIN job j ON j.business = l.business AND j.id = l.job "           \
  "WHERE l.business = $1 AND l.relation = $2 AND " BW_VISIBLE_SQL ("j.owner", "j.automated", "$3", \
                                                                   "$4", "$5") " LIMIT 1"

static void
suggestion_free (gpointer data)
{
  BwSuggestion *suggestion = data;

  g_free (suggestion->key);
  g_free (suggestion->label);
  g_free (suggestion);
}

static BwSuggestion *
suggestion_new (gint64 id, const char *key, const char *label)
{
  BwSuggestion *suggestion = g_new0 (BwSuggestion, 1);

  suggestion->id = id;
  suggestion->key = g_strdup (key);
  suggestion->label = g_strdup (label);
  return suggestion;
}

/** A label that may be suggested. */
typedef struct
{
  BwSuggestion *suggestion;
  char *folded;
  gboolean begins; /* with what was typed */
} Candidate;

static void
candidate_clear (gpointer data)
{
  Candidate *self = data;

  g_clear_pointer (&self->suggestion, suggestion_free);
  g_clear_pointer (&self->folded, g_free);
}

/* What begins with the words typed comes before what has them elsewhere. */
static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *one = a;
  const Candidate *other = b;
  int order = (other->begins ? 1 : 0) - (one->begins ? 1 : 0);

  if (order == 0)
    order = strcmp (one->folded, other->folded);
  return order != 0 ? order : g_strcmp0 (one->suggestion->key, other->suggestion->key);
}

static GArray *
candidates_new (void)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));

  g_array_set_clear_func (candidates, candidate_clear);
  return candidates;
}

static void
candidates_add (GArray *candidates,
                gint64 id,
                const char *key,
                const char *label,
                const char *typed)
{
  Candidate candidate = { NULL, bw_fold (label), FALSE };

  candidate.suggestion = suggestion_new (id, key, label);
  candidate.begins = typed != NULL && g_str_has_prefix (candidate.folded, typed);
  g_array_append_val (candidates, candidate);
}

static GPtrArray *
candidates_take (GArray *candidates, guint limit)
{
  GPtrArray *suggestions = g_ptr_array_new_with_free_func (suggestion_free);

  for (guint i = 0; i < MIN (limit, candidates->len); i++)
    g_ptr_array_add (suggestions,
                     g_steal_pointer (&g_array_index (candidates, Candidate, i).suggestion));
  return suggestions;
}

static int
compare_types (gconstpointer a, gconstpointer b)
{
  g_autofree char *one = bw_fold (((const BwJobType *) a)->name);
  g_autofree char *other = bw_fold (((const BwJobType *) b)->name);

  return strcmp (one, other);
}

/* Calls @func for each kind of job that @viewer may see and that there is at least one of. */
static gboolean
each_visible_kind (BwStore *self,
                   BwDb *db,
                   const BwViewer *viewer,
                   void (*func) (const BwCounterKey *key, gpointer data),
                   gpointer data,
                   GError **error)
{
  g_autoptr (BwCubeView) view =
      bw_cube_read (bw_store_get_cube (self), db, viewer->business, error);

  if (view == NULL)
    return FALSE;
  for (guint i = 0; i < view->days->len; i++)
    {
      const BwCubeDay *day = view->days->pdata[i];

      for (guint cell = 0; cell < day->n_cells; cell++)
        {
          const BwCounterKey *key = &g_array_index (view->keys, BwCounterKey, day->cells[cell].key);

          if (day->cells[cell].n > 0 && bw_viewer_may_see (viewer, key->owner, key->automated))
            func (key, data);
        }
    }
  return TRUE;
}

static void
add_id (GHashTable *ids, gint64 id)
{
  if (!g_hash_table_contains (ids, &id))
    g_hash_table_add (ids, g_memdup2 (&id, sizeof id));
}

static void
add_type (const BwCounterKey *key, gpointer ids)
{
  add_id (ids, key->type);
}

/* 0 stands for "System", which jobs started by automation show as their creator. */
static void
add_creator (const BwCounterKey *key, gpointer ids)
{
  add_id (ids, key->automated ? 0 : key->owner);
}

/**
 * bw_store_suggest_types:
 * @self: a store
 * @viewer: who asks
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type BwJobType): the business's job types by name;
 * for a viewer who neither sees all jobs nor may submit any, those of the jobs seen
 */
GPtrArray *
bw_store_suggest_types (BwStore *self, const BwViewer *viewer, GError **error)
{
  g_auto (BwReader) read = bw_reader_begin (self, error);
  g_autoptr (GPtrArray) types = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_job_type_free);
  g_autoptr (GHashTable) visible =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  gboolean all = (viewer->permissions & (BW_PERMISSION_VIEW_ALL | BW_PERMISSION_SUBMIT)) != 0;
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (read.db == NULL
      || (!all && !each_visible_kind (self, read.db, viewer, add_type, visible, error)))
    return NULL;
  rows = bw_db_query (read.db, error, SQL_TYPES, "i", viewer->business);
  if (rows == NULL)
    return NULL;
  while (bw_rows_next (rows, &local))
    {
      gint64 id = bw_rows_int (rows, 0);
      BwJobType *type;

      if (!all && !g_hash_table_contains (visible, &id))
        continue;
      type = g_new0 (BwJobType, 1);
      type->type = g_strdup (bw_rows_text (rows, 1));
      type->name = g_strdup (bw_rows_text (rows, 2));
      type->stalled_after = bw_rows_int (rows, 3);
      type->max_attempts = bw_rows_int (rows, 4);
      type->makes_result = bw_rows_int (rows, 5) != 0;
      g_ptr_array_add (types, type);
    }
  g_ptr_array_sort_values (types, compare_types);
  return bw_read_finish (g_steal_pointer (&local), error) ? g_steal_pointer (&types) : NULL;
}

static gboolean
add_user (BwDb *db, gint64 id, const char *typed, GArray *users, GError **error)
{
  g_autoptr (BwRows) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (id == 0)
    {
      if (typed == NULL || bw_fold_contains ("System", typed))
        candidates_add (users, 0, "", "System", typed);
      return TRUE;
    }
  rows = bw_db_query (db, error, SQL_ACCOUNT, "i", id);
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local)
      && (typed == NULL || bw_fold_contains (bw_rows_text (rows, 0), typed)
          || bw_fold_contains (bw_rows_text (rows, 1), typed)))
    candidates_add (users, id, bw_rows_text (rows, 1), bw_rows_text (rows, 0), typed);
  return bw_read_finish (g_steal_pointer (&local), error);
}

static char *
fold_typed (const char *q)
{
  return q != NULL && q[0] != '\0' ? bw_fold (q) : NULL;
}

/**
 * bw_store_suggest_users:
 * @self: a store
 * @viewer: who asks
 * @q: (nullable): part of a name or login; %NULL for all
 * @limit: how many at most
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type BwSuggestion): the creators of the jobs that
 *   @viewer may see, by name; those whose name begins with @q first
 */
GPtrArray *
bw_store_suggest_users (BwStore *self,
                        const BwViewer *viewer,
                        const char *q,
                        guint limit,
                        GError **error)
{
  g_auto (BwReader) read = bw_reader_begin (self, error);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GArray) users = candidates_new ();
  g_autofree char *typed = fold_typed (q);
  GHashTableIter iter;
  gpointer id;

  if (read.db == NULL || !each_visible_kind (self, read.db, viewer, add_creator, ids, error))
    return NULL;
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!add_user (read.db, *(gint64 *) id, typed, users, error))
      return NULL;
  g_array_sort (users, compare_candidates);
  return candidates_take (users, limit);
}

static gboolean
read_relations (BwDb *db,
                gint64 business,
                const char *typed,
                const char *q,
                GArray *relations,
                GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_RELATIONS, "i", business);
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      const char *id = bw_rows_text (rows, 0);

      if (typed == NULL || strstr (bw_rows_text (rows, 2), typed) != NULL
          || g_str_has_prefix (id, q))
        candidates_add (relations, 0, id, bw_rows_text (rows, 1), typed);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

/* A relation without a job to be seen, be it that retention took the last, doesn't exist. */
static gboolean
keep_visible (BwDb *db, const BwViewer *viewer, guint limit, GArray *relations, GError **error)
{
  BwVisibility visibility = bw_visibility_get (viewer);
  guint n = 0;

  for (guint i = 0; n < limit && i < relations->len; i++)
    {
      Candidate *candidate = &g_array_index (relations, Candidate, i);
      gint64 found = 0;

      if (!bw_db_get_int (db, &found, error, SQL_VISIBLE, "isiii", viewer->business,
                          candidate->suggestion->key, visibility.everything, visibility.own,
                          visibility.automation))
        return FALSE;
      if (found == 0)
        continue;
      if (n != i)
        {
          candidate_clear (&g_array_index (relations, Candidate, n));
          g_array_index (relations, Candidate, n) = *candidate;
          *candidate = (Candidate) { NULL, NULL, FALSE };
        }
      n++;
    }
  g_array_set_size (relations, n);
  return TRUE;
}

/**
 * bw_store_suggest_relations:
 * @self: a store
 * @viewer: who asks
 * @q: (nullable): part of a label, or the beginning of an id; %NULL for all
 * @limit: how many at most
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type BwSuggestion): relations that jobs which
 * @viewer may see refer to, by label; those whose label begins with @q first
 */
GPtrArray *
bw_store_suggest_relations (BwStore *self,
                            const BwViewer *viewer,
                            const char *q,
                            guint limit,
                            GError **error)
{
  g_auto (BwReader) read = bw_reader_begin (self, error);
  g_autoptr (GArray) relations = candidates_new ();
  g_autofree char *typed = fold_typed (q);

  if (read.db == NULL || !read_relations (read.db, viewer->business, typed, q, relations, error))
    return NULL;
  g_array_sort (relations, compare_candidates);
  if (!keep_visible (read.db, viewer, limit, relations, error))
    return NULL;
  return candidates_take (relations, limit);
}
