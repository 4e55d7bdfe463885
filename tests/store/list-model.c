/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "list-model.h"

#include <string.h>

#define SQL_ROWS                                                                                   \
  "SELECT j.id, j.type, t.type, t.name, j.owner, a.name, j.automated, j.state, j.due, j.stalled, " \
  "j.cancelling, j.name, j.items, j.created_at, j.finished_at, j.refs, "                           \
  "(SELECT COUNT(*) FROM pause p WHERE p.business = j.business AND (p.everything = 1 "             \
  "OR p.account = j.owner OR p.type = j.type)), "                                                  \
  "(SELECT STRING_AGG(r.relation, ' ') FROM job_relation r WHERE r.business = j.business AND "   \
  "r.job = j.id) "                                                                                 \
  "FROM job j JOIN job_type t ON t.business = j.business AND t.id = j.type "                       \
  "JOIN account a ON a.id = j.owner WHERE j.business = $1"

/* Without case and accents. */
static char *
plain (const char *text)
{
  g_autofree char *decomposed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (decomposed, -1);
  GString *bare = g_string_new (NULL);

  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_combining_class (g_utf8_get_char (at)) == 0)
      g_string_append_unichar (bare, g_utf8_get_char (at));
  return g_string_free (bare, FALSE);
}

static GStrv
split_words (const char *text)
{
  g_autofree char *folded = plain (text);
  GStrvBuilder *builder = g_strv_builder_new ();
  GString *word = g_string_new (NULL);
  GStrv words;

  for (const char *at = folded;; at = g_utf8_next_char (at))
    {
      if (*at != '\0' && g_unichar_isalnum (g_utf8_get_char (at)))
        {
          g_string_append_unichar (word, g_utf8_get_char (at));
          continue;
        }
      if (word->len > 0)
        g_strv_builder_add (builder, word->str);
      g_string_truncate (word, 0);
      if (*at == '\0')
        break;
    }
  words = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  g_string_free (word, TRUE);
  return words;
}

/* Labels and ids are all the words that stand between quotes, beside the members' names. */
static char *
strip_json (const char *refs)
{
  g_auto (GStrv) quoted = g_strsplit (refs != NULL ? refs : "", "\"", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 1; i < g_strv_length (quoted); i += 4)
    if (!g_str_equal (quoted[i], "kind") && quoted[i + 1] != NULL && quoted[i + 2] != NULL)
      g_string_append_printf (text, " %s", quoted[i + 2]);
  return g_string_free (text, FALSE);
}

static BwConditions
find_conditions (BwRows *rows, int state)
{
  BwConditions conditions = 0;

  if (state <= 1 && bw_rows_int (rows, 16) > 0)
    conditions |= BW_CONDITION_PAUSED;
  if (state == 0 && bw_rows_int (rows, 8) == 0)
    conditions |= BW_CONDITION_SCHEDULED;
  if (state == 1 && bw_rows_int (rows, 9) == 1)
    conditions |= BW_CONDITION_STALLED;
  if (state == 1 && bw_rows_int (rows, 10) == 1)
    conditions |= BW_CONDITION_CANCELLING;
  return conditions;
}

static ListRow *
read_row (BwRows *rows)
{
  ListRow *row = g_new0 (ListRow, 1);
  const char *relations = bw_rows_text (rows, 17);
  g_autofree char *labels = NULL;
  g_autofree char *text = NULL;

  row->id = bw_rows_int (rows, 0);
  row->type = bw_rows_int (rows, 1);
  row->type_slug = g_strdup (bw_rows_text (rows, 2));
  row->type_name = g_strdup (bw_rows_text (rows, 3));
  row->owner = bw_rows_int (rows, 4);
  row->owner_name = g_strdup (bw_rows_text (rows, 5));
  row->automated = bw_rows_int (rows, 6) != 0;
  row->state = (int) bw_rows_int (rows, 7);
  row->conditions = find_conditions (rows, row->state);
  row->name = g_strdup (bw_rows_text (rows, 11));
  row->items = bw_rows_int (rows, 12);
  row->created_at = bw_rows_int (rows, 13);
  row->finished_at = bw_rows_int (rows, 14);
  row->relations = g_strsplit (relations != NULL ? relations : "", " ", -1);
  labels = strip_json (bw_rows_text (rows, 15));
  text = g_strjoin (" ", row->name, row->type_name, row->automated ? "System" : row->owner_name,
                    labels, NULL);
  row->words = split_words (text);
  return row;
}

static void
row_free (gpointer data)
{
  ListRow *row = data;

  g_free (row->type_slug);
  g_free (row->type_name);
  g_free (row->owner_name);
  g_free (row->name);
  g_strfreev (row->relations);
  g_strfreev (row->words);
  g_free (row);
}

ListModel *
list_model_new (BwStore *store, gint64 business)
{
  ListModel *self = g_new0 (ListModel, 1);
  g_autoptr (GError) error = NULL;
  g_auto (BwReader) reader = bw_reader_begin (store, &error);
  g_autoptr (BwRows) rows = bw_db_query (reader.db, &error, SQL_ROWS, "i", business);

  g_assert_no_error (error);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  while (bw_rows_next (rows, &error))
    g_ptr_array_add (self->rows, read_row (rows));
  g_assert_no_error (error);
  return self;
}

void
list_model_free (ListModel *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static gboolean
sees (const BwViewer *viewer, const ListRow *row)
{
  if (viewer->permissions & BW_PERMISSION_VIEW_ALL)
    return TRUE;
  if ((viewer->permissions & BW_PERMISSION_VIEW_AUTOMATED) && row->automated)
    return TRUE;
  return (viewer->permissions & BW_PERMISSION_VIEW_OWN) && row->owner == viewer->user;
}

static gboolean
has_creator (const ListRow *row, GArray *creators)
{
  for (guint i = 0; i < creators->len; i++)
    if (g_array_index (creators, gint64, i) == (row->automated ? 0 : row->owner))
      return TRUE;
  return FALSE;
}

static gboolean
has_word (const ListRow *row, const char *beginning)
{
  for (guint i = 0; row->words[i] != NULL; i++)
    if (g_str_has_prefix (row->words[i], beginning))
      return TRUE;
  return FALSE;
}

static gboolean
has_words (const ListRow *row, const char *q)
{
  g_auto (GStrv) words = split_words (q);

  for (guint i = 0; words[i] != NULL; i++)
    if (!has_word (row, words[i]))
      return FALSE;
  return words[0] != NULL;
}

static gboolean
matches (const ListRow *row, const BwFilter *filter)
{
  if (filter->states != 0 && !(filter->states & (1u << row->state)))
    return FALSE;
  if (filter->types != NULL
      && !g_strv_contains ((const char *const *) filter->types, row->type_slug))
    return FALSE;
  if (filter->created_by != NULL && filter->created_by->len > 0
      && !has_creator (row, filter->created_by))
    return FALSE;
  if (filter->relation != NULL
      && !g_strv_contains ((const char *const *) row->relations, filter->relation))
    return FALSE;
  if (filter->from != BW_TIME_NONE && row->created_at < filter->from)
    return FALSE;
  if (filter->until != BW_TIME_NONE && row->created_at >= filter->until)
    return FALSE;
  if (filter->conditions != 0 && !(filter->conditions & row->conditions))
    return FALSE;
  return filter->q == NULL || has_words (row, filter->q);
}

static int
compare_numbers (gint64 a, gint64 b)
{
  return (a > b) - (a < b);
}

static int
compare_texts (const char *a, const char *b)
{
  g_autofree char *one = plain (a);
  g_autofree char *other = plain (b);

  return strcmp (one, other);
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer data)
{
  const ListRow *one = *(ListRow *const *) a;
  const ListRow *other = *(ListRow *const *) b;
  const BwFilter *filter = data;
  gboolean newest_first = filter->descending;
  int order = 0;

  if (filter->sort == BW_SORT_NAME)
    order = compare_texts (one->name, other->name);
  else if (filter->sort == BW_SORT_ITEMS)
    order = compare_numbers (one->items, other->items);
  else if (filter->sort == BW_SORT_FINISHED_AT)
    order = compare_numbers (one->finished_at, other->finished_at);
  else if (filter->sort != BW_SORT_CREATED_AT)
    newest_first = TRUE;

  if (filter->sort == BW_SORT_STATE)
    order = compare_numbers (one->state, other->state);
  else if (filter->sort == BW_SORT_TYPE)
    order = compare_texts (one->type_name, other->type_name);
  else if (filter->sort == BW_SORT_CREATED_BY)
    {
      order = compare_texts (one->automated ? "System" : one->owner_name,
                             other->automated ? "System" : other->owner_name);
      if (order == 0)
        order =
            compare_numbers (one->automated ? 0 : one->owner, other->automated ? 0 : other->owner);
    }

  if (order != 0)
    return filter->descending ? -order : order;
  return newest_first ? compare_numbers (other->id, one->id) : compare_numbers (one->id, other->id);
}

GPtrArray *
list_model_select (ListModel *self, const BwViewer *viewer, const BwFilter *filter)
{
  GPtrArray *selected = g_ptr_array_new ();

  for (guint i = 0; i < self->rows->len; i++)
    {
      ListRow *row = g_ptr_array_index (self->rows, i);

      if (sees (viewer, row) && matches (row, filter))
        g_ptr_array_add (selected, row);
    }
  g_ptr_array_sort_with_data (selected, compare_rows, (gpointer) filter);
  return selected;
}
