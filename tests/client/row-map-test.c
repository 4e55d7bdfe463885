/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The map of known rows against a plain array.
 */
#include "bw-row-map.h"

#define PAGE 10

typedef struct
{
  BwRowMap *map;
  GPtrArray *rows;          /* of GObject or NULL, one for each position */
} Model;

static void
kept_cb (gpointer row, gpointer data)
{
}

static void
dropped_cb (gpointer row, gpointer data)
{
  g_object_set_data (row, "known", NULL);
}

static void
slot_free (gpointer row)
{
  if (row != NULL)
    g_object_unref (row);
}

static void
model_init (Model *model, guint n)
{
  model->map = bw_row_map_new (kept_cb, dropped_cb, NULL);
  model->rows = g_ptr_array_new_with_free_func (slot_free);
  g_ptr_array_set_size (model->rows, (int) n);
}

static void
model_clear (Model *model)
{
  bw_row_map_free (model->map);
  g_ptr_array_unref (model->rows);
}

static GObject *
new_row (guint key)
{
  GObject *row = g_object_new (G_TYPE_OBJECT, NULL);

  g_object_set_data (row, "known", GINT_TO_POINTER (1));
  g_object_set_data (row, "key", GUINT_TO_POINTER (key));
  return row;
}

static void
check (Model *model)
{
  guint end = 0;
  guint known = 0;

  for (guint i = 0; i < model->map->spans->len; i++)
    {
      BwRowSpan *span = g_ptr_array_index (model->map->spans, i);

      g_assert_cmpuint (span->start, >=, end);
      g_assert_cmpuint (span->slots->len, >, 0);
      end = span->start + span->slots->len;
      known += span->slots->len;
    }
  g_assert_cmpuint (end, <=, model->rows->len);
  g_assert_cmpuint (known, ==, bw_row_map_count (model->map));
  for (guint i = 0; i < model->rows->len; i++)
    g_assert_true (bw_row_map_get (model->map, i) == model->rows->pdata[i]);
}

static void
open_page (Model *model, guint position)
{
  BwRowSpan *span = bw_row_map_find (model->map, position);

  if (span == NULL)
    span = bw_row_map_open (model->map, position, PAGE, model->rows->len);
  g_assert_true (bw_row_map_find (model->map, position) == span);
  g_assert_cmpuint (span->slots->len, <=, PAGE * 2);
  bw_row_map_touch (model->map, span);
}

static void
set_row (Model *model, guint position)
{
  g_autoptr (GObject) row = new_row (0);

  open_page (model, position);
  bw_row_map_set (model->map, position, row);
  slot_free (model->rows->pdata[position]);
  model->rows->pdata[position] = g_steal_pointer (&row);
}

static void
carve (Model *model, guint start, guint length)
{
  BwRowSpan *span = bw_row_map_carve (model->map, start, length);

  g_assert_cmpuint (span->start, ==, start);
  g_assert_cmpuint (span->slots->len, ==, length);
  for (guint i = 0; i < length; i++)
    if (span->slots->pdata[i] == NULL)
      {
        model->rows->pdata[start + i] = new_row (0);
        bw_row_map_set (model->map, start + i, model->rows->pdata[start + i]);
      }
  span->complete = TRUE;
}

static void
insert (Model *model, guint position, guint n)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (rows, new_row (0));
      g_ptr_array_insert (model->rows, (int) (position + i), g_object_ref (rows->pdata[i]));
    }
  bw_row_map_insert (model->map, position, rows->pdata, n, 2 * PAGE);
}

static void
remove_rows (Model *model, guint position, guint n)
{
  bw_row_map_remove (model->map, position, n);
  for (guint i = position; i < position + n; i++)
    if (model->rows->pdata[i] != NULL)
      g_assert_null (g_object_get_data (model->rows->pdata[i], "known"));
  if (n > 0)
    g_ptr_array_remove_range (model->rows, position, n);
}

static guint
random_below (guint n)
{
  return n == 0 ? 0 : (guint) g_test_rand_int_range (0, (gint32) n);
}

static void
step (Model *model)
{
  guint n = model->rows->len;
  guint position = random_below (n);

  switch (random_below (6))
    {
    case 0:
      if (n > 0)
        set_row (model, position);
      break;
    case 1:
      if (n > 0)
        carve (model, position, 1 + random_below (MIN (n - position, 2 * PAGE)));
      break;
    case 2:
      insert (model, random_below (n + 1), 1 + random_below (3));
      break;
    case 3:
      remove_rows (model, position, random_below (MIN (n - position, 5) + 1));
      break;
    case 4:
      if (n > 0 && bw_row_map_find (model->map, position) != NULL)
        bw_row_map_merge (model->map, position, PAGE);
      break;
    default:
      if (n > 0)
        open_page (model, position);
    }
}

static void
test_random (void)
{
  for (guint round = 0; round < 50; round++)
    {
      Model model;

      model_init (&model, random_below (200));
      for (guint i = 0; i < 200; i++)
        {
          step (&model);
          check (&model);
        }
      model_clear (&model);
    }
}

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  int first = GPOINTER_TO_INT (a);
  int second = GPOINTER_TO_INT (g_object_get_data ((GObject *) b, "key"));

  return (first > second) - (first < second);
}

static void
fill (BwRowMap *map, guint start, guint length)
{
  BwRowSpan *span = bw_row_map_carve (map, start, length);

  for (guint i = 0; i < length; i++)
    span->slots->pdata[i] = new_row (10 * (start + i));
  span->complete = TRUE;
  span->revision = start + 1;
}

static void
assert_place (BwRowMap *map, guint n_items, int key, int expected)
{
  guint position;
  gint64 revision;
  gboolean known = bw_row_map_place (map, n_items, GINT_TO_POINTER (key), compare_keys, NULL,
                                     &position, &revision);

  g_assert_cmpint (known ? (int) position : -1, ==, expected);
}

static void
test_place (void)
{
  g_autoptr (BwRowMap) map = bw_row_map_new (kept_cb, dropped_cb, NULL);

  assert_place (map, 0, 5, 0);
  assert_place (map, 7, 5, -1);
  fill (map, 0, 10);
  fill (map, 10, 10);
  fill (map, 50, 10);
  assert_place (map, 100, -5, 0);
  assert_place (map, 100, 5, 1);
  assert_place (map, 100, 95, 10);
  assert_place (map, 100, 185, 19);
  assert_place (map, 100, 195, -1);
  assert_place (map, 100, 300, -1);
  assert_place (map, 100, 495, -1);
  assert_place (map, 100, 505, 51);
  assert_place (map, 100, 595, -1);
  assert_place (map, 60, 595, 60);
  bw_row_map_clear (map);
}

static void
test_evict (void)
{
  g_autoptr (BwRowMap) map = bw_row_map_new (kept_cb, dropped_cb, NULL);
  g_autoptr (GObject) held = NULL;
  gpointer gone;

  for (guint i = 0; i < 10; i++)
    fill (map, i * PAGE, PAGE);
  held = g_object_ref (bw_row_map_get (map, 25));
  gone = bw_row_map_get (map, 26);
  g_object_add_weak_pointer (gone, &gone);
  bw_row_map_touch (map, bw_row_map_find (map, 30));
  bw_row_map_evict (map, 3 * PAGE + 1);
  /* The beginning, what is held, and what was looked at last. */
  g_assert_nonnull (bw_row_map_get (map, 0));
  g_assert_nonnull (bw_row_map_get (map, 30));
  g_assert_true (bw_row_map_get (map, 25) == held);
  g_assert_null (gone);
  g_assert_null (bw_row_map_get (map, 50));
  g_assert_cmpuint (bw_row_map_count (map), <=, 4 * PAGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/row-map/random", test_random);
  g_test_add_func ("/client/row-map/place", test_place);
  g_test_add_func ("/client/row-map/evict", test_evict);
  return g_test_run ();
}
