/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-insights.h"

#include "bw-submission.h"

G_DEFINE_BOXED_TYPE (BwInsights, bw_insights, bw_insights_ref, bw_insights_unref)

static const char *const by_names[] = {
  [BW_INSIGHTS_BY_NOTHING] = "nothing",
  [BW_INSIGHTS_BY_TYPE] = "type",
  [BW_INSIGHTS_BY_USER] = "user",
};

/* A member of the figures, and what it is where there is nothing to tell. */
static const struct
{
  const char *name;
  gsize offset;
  gint64 nothing;
} figures[] = {
  { "finished", G_STRUCT_OFFSET (BwInsightsFigures, finished), 0 },
  { "failed", G_STRUCT_OFFSET (BwInsightsFigures, failed), 0 },
  { "skipped", G_STRUCT_OFFSET (BwInsightsFigures, skipped), 0 },
  { "cancelled", G_STRUCT_OFFSET (BwInsightsFigures, cancelled), 0 },
  { "items", G_STRUCT_OFFSET (BwInsightsFigures, items), 0 },
  { "items_failed", G_STRUCT_OFFSET (BwInsightsFigures, items_failed), 0 },
  { "run_ms", G_STRUCT_OFFSET (BwInsightsFigures, run_ms), BW_NO_FIGURE },
  { "run_ms_p95", G_STRUCT_OFFSET (BwInsightsFigures, run_ms_p95), BW_NO_FIGURE },
  { "wait_ms", G_STRUCT_OFFSET (BwInsightsFigures, wait_ms), BW_NO_FIGURE },
};

static gint64
get_figure (const BwInsightsFigures *self, guint i)
{
  return G_STRUCT_MEMBER (gint64, self, figures[i].offset);
}

static void
set_figure (BwInsightsFigures *self, guint i, gint64 value)
{
  G_STRUCT_MEMBER (gint64, self, figures[i].offset) = value;
}

static void
row_free (gpointer data)
{
  BwInsightsRow *row = data;

  g_free (row->key);
  g_free (row->label);
  g_free (row->spans);
  g_free (row);
}

/**
 * bw_insights_by_to_string:
 * @by: what rows are made by
 *
 * Returns: (transfer none): its name in queries
 */
const char *
bw_insights_by_to_string (BwInsightsBy by)
{
  g_return_val_if_fail ((guint) by < G_N_ELEMENTS (by_names), NULL);

  return by_names[by];
}

/**
 * bw_insights_by_from_string:
 * @string: a name as in queries
 * @by: (out): what it names
 *
 * Returns: whether there is such a name
 */
gboolean
bw_insights_by_from_string (const char *string, BwInsightsBy *by)
{
  for (guint i = 0; i < G_N_ELEMENTS (by_names); i++)
    if (g_str_equal (string, by_names[i]))
      {
        *by = (BwInsightsBy) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * bw_insights_new:
 * @n_edges: how many edges it has, at least 2; they are the caller's to set
 *
 * Returns: (transfer full): insights without rows
 */
BwInsights *
bw_insights_new (gsize n_edges)
{
  BwInsights *self = g_atomic_rc_box_new0 (BwInsights);

  self->edges = g_new0 (BwTime, n_edges);
  self->n_edges = n_edges;
  self->rows = g_ptr_array_new_with_free_func (row_free);
  return self;
}

/**
 * bw_insights_ref:
 * @self: insights
 *
 * Returns: (transfer full): @self
 */
BwInsights *
bw_insights_ref (BwInsights *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwInsights *self = data;

  g_free (self->edges);
  g_ptr_array_unref (self->rows);
}

/**
 * bw_insights_unref:
 * @self: (transfer full): insights
 *
 * Lets go of them.
 */
void
bw_insights_unref (BwInsights *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * bw_insights_add_row:
 * @self: insights that are being made
 * @key: what the row is of
 * @label: its name for people
 *
 * Returns: (transfer none): a new last row, of zeros
 */
BwInsightsRow *
bw_insights_add_row (BwInsights *self, const char *key, const char *label)
{
  BwInsightsRow *row = g_new0 (BwInsightsRow, 1);

  row->key = g_strdup (key);
  row->label = g_strdup (label);
  row->spans = g_new0 (BwInsightsFigures, self->n_edges - 1);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
write_row (const BwInsights *self, const BwInsightsRow *row, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "key", row->key);
  bw_json_writer_string (writer, "label", row->label);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      bw_json_writer_begin_array (writer, figures[i].name);
      for (gsize span = 0; span + 1 < self->n_edges; span++)
        bw_figure_write (get_figure (&row->spans[span], i), writer, NULL);
      bw_json_writer_end_array (writer);
    }
  bw_json_writer_begin_object (writer, "total");
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    bw_figure_write (get_figure (&row->total, i), writer, figures[i].name);
  bw_json_writer_end_object (writer);
  bw_json_writer_end_object (writer);
}

/**
 * bw_insights_write:
 * @self: insights
 * @writer: a writer, at the top
 *
 * Writes {edges, rows: [{key, label, finished: […], …, total: {finished, …}}], more}, with one
 * number a span in each array, null where there is no figure.
 */
void
bw_insights_write (const BwInsights *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "edges");
  for (gsize i = 0; i < self->n_edges; i++)
    bw_json_writer_time (writer, NULL, self->edges[i]);
  bw_json_writer_end_array (writer);
  bw_json_writer_begin_array (writer, "rows");
  for (guint i = 0; i < self->rows->len; i++)
    write_row (self, g_ptr_array_index (self->rows, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_int (writer, "more", self->n_more);
  bw_json_writer_end_object (writer);
}

static void
read_spans (const BwInsights *self, BwInsightsRow *row, guint figure, BwJsonReader *reader)
{
  gsize length;

  if (!bw_json_reader_enter_array (reader, figures[figure].name, self->n_edges - 1, &length))
    return;
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      set_figure (&row->spans[i], figure,
                  bw_json_reader_int (reader, NULL, 0, G_MAXINT64, figures[figure].nothing));
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
}

static void
read_row (BwInsights *self, BwJsonReader *reader)
{
  const char *key = bw_json_reader_need_string (reader, "key", BW_MAX_TYPE);
  const char *label = bw_json_reader_need_string (reader, "label", BW_MAX_NAME);
  BwInsightsRow *row = bw_insights_add_row (self, key, label);

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    read_spans (self, row, i, reader);
  if (!bw_json_reader_enter_object (reader, "total"))
    {
      bw_json_reader_fail (reader, "total", "is missing");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    set_figure (&row->total, i,
                bw_json_reader_int (reader, figures[i].name, 0, G_MAXINT64, figures[i].nothing));
  bw_json_reader_leave (reader);
}

static BwInsights *
read_edges (BwJsonReader *reader)
{
  BwInsights *self;
  gsize length;

  if (!bw_json_reader_enter_array (reader, "edges", BW_INSIGHTS_MAX_EDGES, &length)
      || length < BW_INSIGHTS_MIN_EDGES)
    {
      bw_json_reader_fail (reader, NULL, "has no spans");
      return bw_insights_new (BW_INSIGHTS_MIN_EDGES);
    }
  self = bw_insights_new (length);
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      self->edges[i] = bw_json_reader_time (reader, NULL);
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
  return self;
}

/**
 * bw_insights_read:
 * @reader: a reader at an object as bw_insights_write() writes it
 *
 * What is wrong is the reader's to tell, at its end.
 *
 * Returns: (transfer full): insights
 */
BwInsights *
bw_insights_read (BwJsonReader *reader)
{
  BwInsights *self = read_edges (reader);
  gsize length;

  if (bw_json_reader_enter_array (reader, "rows", BW_INSIGHTS_MAX_ROWS, &length))
    {
      for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
        {
          read_row (self, reader);
          bw_json_reader_leave (reader);
        }
      bw_json_reader_leave (reader);
    }
  self->n_more = bw_json_reader_int (reader, "more", 0, G_MAXINT64, 0);
  return self;
}
