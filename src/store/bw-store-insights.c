/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-store-private.h"

#include <string.h>

#include "bw-error.h"
#include "bw-finish-sums.h"
#include "bw-read.h"
#include "bw-store-views.h"

#define SQL_TYPE_NAMES "SELECT id, type, name FROM job_type WHERE business = $1"
#define SQL_NAME "SELECT name FROM account WHERE id = $1"

/** Figures of one type, or user, on their way. */
typedef struct
{
  gint64 number; /* a type's, or an account's, 0 for "System" */
  BwInsightsFigures *spans;
  BwFinishSums span; /* of the span that is being summed up */
  BwFinishSums total;
  gboolean is_touched; /* whether @span has anything */
} Row;

typedef struct
{
  const BwViewer *viewer;
  BwVisibility visibility;
  BwInsightsBy by;
  gsize n_edges;
  gint64 *edges;      /* quarters since 1970 */
  gboolean *is_asked; /* by type's number; NULL: all are */
  guint n_types;
  GPtrArray *rows;    /* of Row */
  GPtrArray *touched; /* of Row: those that the present span has */
  Row **by_number;    /* by type's or account's number */
  guint n_numbers;
} Summing;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->spans);
  g_free (row);
}

static void
summing_clear (Summing *self)
{
  g_free (self->edges);
  g_free (self->is_asked);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->touched, g_ptr_array_unref);
  g_free (self->by_number);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Summing, summing_clear)

static guint
get_number (const Summing *self, const BwFinishCell *cell)
{
  if (self->by == BW_INSIGHTS_BY_NOTHING)
    return 0;
  if (self->by == BW_INSIGHTS_BY_TYPE)
    return cell->type;
  return cell->automated ? 0 : cell->owner;
}

static Row *
get_row (Summing *self, guint number)
{
  Row *row;

  if (number >= self->n_numbers)
    {
      guint n = MAX (number + 1, 2 * self->n_numbers);

      self->by_number = g_renew (Row *, self->by_number, n);
      memset (self->by_number + self->n_numbers, 0, (n - self->n_numbers) * sizeof (Row *));
      self->n_numbers = n;
    }
  if (self->by_number[number] != NULL)
    return self->by_number[number];
  row = g_new0 (Row, 1);
  row->number = number;
  row->spans = g_new0 (BwInsightsFigures, self->n_edges - 1);
  for (gsize i = 0; i + 1 < self->n_edges; i++)
    bw_finish_sums_get_figures (&row->span, &row->spans[i]);
  g_ptr_array_add (self->rows, row);
  return self->by_number[number] = row;
}

static gboolean
is_wanted (const Summing *self, const BwFinishCell *cell)
{
  if (self->is_asked != NULL && (cell->type >= self->n_types || !self->is_asked[cell->type]))
    return FALSE;
  return bw_finish_cell_is_seen (cell, &self->visibility);
}

static void
end_span (Summing *self, gsize span)
{
  for (guint i = 0; i < self->touched->len; i++)
    {
      Row *row = g_ptr_array_index (self->touched, i);

      bw_finish_sums_get_figures (&row->span, &row->spans[span]);
      bw_finish_sums_add_sums (&row->total, &row->span);
      memset (&row->span, 0, sizeof row->span);
      row->is_touched = FALSE;
    }
  g_ptr_array_set_size (self->touched, 0);
}

static void
add_cell (Summing *self, const BwFinishCell *cell)
{
  Row *row;

  if (!is_wanted (self, cell))
    return;
  row = get_row (self, get_number (self, cell));
  bw_finish_sums_add (&row->span, cell);
  if (row->is_touched)
    return;
  row->is_touched = TRUE;
  g_ptr_array_add (self->touched, row);
}

/* Cells come in the order of time, so one span is summed up after the other. */
static void
sum_up (Summing *self, GPtrArray *hours)
{
  gsize span = 0;

  for (guint i = 0; i < hours->len; i++)
    {
      const BwFinishHour *hour = g_ptr_array_index (hours, i);

      for (guint j = 0; j < hour->n_cells; j++)
        {
          const BwFinishCell *cell = &hour->cells[j];

          while (span + 1 < self->n_edges && cell->quarter >= self->edges[span + 1])
            end_span (self, span++);
          if (span + 1 == self->n_edges)
            return;
          if (cell->quarter >= self->edges[span])
            add_cell (self, cell);
        }
    }
  end_span (self, span);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *one = *(Row *const *) a;
  const Row *other = *(Row *const *) b;
  gint64 n = bw_finish_sums_count (&one->total);
  gint64 m = bw_finish_sums_count (&other->total);

  if (n != m)
    return n > m ? -1 : 1;
  return (one->number > other->number) - (one->number < other->number);
}

/* A type's or a user's key and label. Both stay NULL for one that is gone. */
static gboolean
read_label (const Summing *self, BwDb *db, gint64 number, char **key, char **label, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = NULL;

  if (self->by == BW_INSIGHTS_BY_NOTHING)
    *key = g_strdup ("");
  else if (self->by == BW_INSIGHTS_BY_USER)
    *key = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  if (number == 0)
    {
      *label = g_strdup (self->by == BW_INSIGHTS_BY_USER ? "System" : "");
      return TRUE;
    }
  rows = self->by == BW_INSIGHTS_BY_USER ? bw_db_query (db, error, SQL_NAME, "i", number)
                                         : bw_db_query (db, error, SQL_TYPE_NAMES " AND id = $2",
                                                        "ii", self->viewer->business, number);
  if (rows == NULL)
    return FALSE;
  if (bw_rows_next (rows, &local))
    {
      if (*key == NULL)
        *key = g_strdup (bw_rows_text (rows, 1));
      *label = g_strdup (bw_rows_text (rows, self->by == BW_INSIGHTS_BY_USER ? 0 : 2));
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
add_row (const Summing *self, BwDb *db, const Row *sums, BwInsights *insights, GError **error)
{
  g_autofree char *key = NULL;
  g_autofree char *label = NULL;
  BwInsightsRow *row;

  if (!read_label (self, db, sums->number, &key, &label, error))
    return FALSE;
  row = bw_insights_add_row (insights, key != NULL ? key : "", label != NULL ? label : key);
  memcpy (row->spans, sums->spans, (self->n_edges - 1) * sizeof *row->spans);
  bw_finish_sums_get_figures (&sums->total, &row->total);
  return TRUE;
}

static BwInsights *
make_insights (Summing *self, BwDb *db, GError **error)
{
  g_autoptr (BwInsights) insights = bw_insights_new (self->n_edges);

  for (gsize i = 0; i < self->n_edges; i++)
    insights->edges[i] = self->edges[i] * BW_SPAN_QUARTER;
  g_ptr_array_sort (self->rows, compare_rows);
  for (guint i = 0; i < MIN (self->rows->len, BW_INSIGHTS_MAX_ROWS); i++)
    if (!add_row (self, db, g_ptr_array_index (self->rows, i), insights, error))
      return NULL;
  insights->n_more = self->rows->len - insights->rows->len;
  return g_steal_pointer (&insights);
}

/* A name that is no type of this business matches nothing, which is no error. */
static gboolean
find_types (Summing *self, BwDb *db, const char *const *names, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (BwRows) rows = NULL;

  if (names == NULL || names[0] == NULL)
    return TRUE;
  self->is_asked = g_new0 (gboolean, 1);
  rows = bw_db_query (db, error, SQL_TYPE_NAMES " ORDER BY id", "i", self->viewer->business);
  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      guint number = (guint) bw_rows_int (rows, 0);

      self->is_asked = g_renew (gboolean, self->is_asked, number + 1);
      while (self->n_types <= number)
        self->is_asked[self->n_types++] = FALSE;
      self->is_asked[number] = g_strv_contains (names, bw_rows_text (rows, 1));
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
set_edges (Summing *self, const BwInsightsQuery *query, GError **error)
{
  self->n_edges = query->n_edges;
  self->edges = g_new (gint64, query->n_edges);
  for (gsize i = 0; i < query->n_edges; i++)
    {
      self->edges[i] = MAX (query->edges[i], 0) / BW_SPAN_QUARTER;
      if (i > 0 && query->edges[i] <= query->edges[i - 1])
        {
          bw_set_error_field (error, BW_ERROR_INVALID, "edge",
                              "edge: times must ascend, and number %" G_GSIZE_FORMAT
                              " is not after the one before it.",
                              i + 1);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * bw_store_get_insights:
 * @self: a store
 * @viewer: who asks
 * @query: for what
 * @error: (out) (optional): what went wrong
 *
 * Sums up what ended, by spans of time. The figures are kept when jobs are removed: by quarter of
 * an hour for 92 days, by hour for 400 days and by UTC day after that, and those of a longer
 * stretch belong to the span in which it begins.
 *
 * Returns: (transfer full) (nullable): the figures
 */
BwInsights *
bw_store_get_insights (BwStore *self,
                       const BwViewer *viewer,
                       const BwInsightsQuery *query,
                       GError **error)
{
  g_auto (BwReader) reader = { NULL, NULL };
  g_auto (Summing)
      summing = { .viewer = viewer, .visibility = bw_visibility_get (viewer), .by = query->by };
  g_autoptr (GPtrArray) hours = NULL;
  gint64 last;

  g_return_val_if_fail (query->n_edges >= BW_INSIGHTS_MIN_EDGES, NULL);

  summing.rows = g_ptr_array_new_with_free_func (row_free);
  summing.touched = g_ptr_array_new ();
  if (!set_edges (&summing, query, error))
    return NULL;
  last = summing.edges[summing.n_edges - 1] + BW_QUARTERS_PER_HOUR - 1;
  reader = bw_reader_begin (self, error);
  if (reader.db == NULL || !find_types (&summing, reader.db, query->types, error))
    return NULL;
  hours = bw_finish_cube_read (bw_store_get_finish_cube (self), reader.db, viewer->business,
                               summing.edges[0] / BW_QUARTERS_PER_HOUR, last / BW_QUARTERS_PER_HOUR,
                               error);
  if (hours == NULL)
    return NULL;
  if (query->by == BW_INSIGHTS_BY_NOTHING)
    get_row (&summing, 0);
  sum_up (&summing, hours);
  return make_insights (&summing, reader.db, error);
}
