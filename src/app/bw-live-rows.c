/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-live-rows.h"

struct _BwLiveRow
{
  GObject parent_instance;

  char *key;
  gpointer value;
  GPtrArray *owner; /* what keeps the value alive */
};

enum
{
  PROP_0,
  PROP_VALUE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwLiveRow, bw_live_row, G_TYPE_OBJECT)

static void
bw_live_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_VALUE:
      g_value_set_pointer (value, BW_LIVE_ROW (object)->value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_live_row_finalize (GObject *object)
{
  BwLiveRow *self = BW_LIVE_ROW (object);

  g_free (self->key);
  g_clear_pointer (&self->owner, g_ptr_array_unref);

  G_OBJECT_CLASS (bw_live_row_parent_class)->finalize (object);
}

static void
bw_live_row_class_init (BwLiveRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bw_live_row_get_property;
  object_class->finalize = bw_live_row_finalize;

  properties[PROP_VALUE] =
      g_param_spec_pointer ("value", NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_live_row_init (BwLiveRow *self)
{
}

static void
set_value (BwLiveRow *self, GPtrArray *values, guint i)
{
  gpointer value = g_ptr_array_index (values, i);
  g_autoptr (GPtrArray) old = self->owner;

  self->owner = g_ptr_array_ref (values);
  if (self->value == value)
    return;

  self->value = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

/**
 * bw_live_row_get_value:
 * @self: a row
 *
 * Returns: (transfer none): its newest values
 */
gconstpointer
bw_live_row_get_value (BwLiveRow *self)
{
  g_return_val_if_fail (BW_IS_LIVE_ROW (self), NULL);

  return self->value;
}

/**
 * bw_live_row_get_key:
 * @self: a row
 *
 * Returns: (transfer none): what it is
 */
const char *
bw_live_row_get_key (BwLiveRow *self)
{
  g_return_val_if_fail (BW_IS_LIVE_ROW (self), NULL);

  return self->key;
}

/**
 * bw_live_rows_new:
 *
 * Returns: (transfer full): a list of BwLiveRow without any
 */
GListStore *
bw_live_rows_new (void)
{
  return g_list_store_new (BW_TYPE_LIVE_ROW);
}

/* The rows that will be, in their order: known ones with their newer values, and new ones. */
static GPtrArray *
make_rows (GListModel *rows, GPtrArray *values, BwKeyFunc get_key)
{
  g_autoptr (GHashTable) known =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  GPtrArray *wanted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      BwLiveRow *row = g_list_model_get_item (rows, i);

      g_hash_table_insert (known, row->key, row);
    }

  for (guint i = 0; i < values->len; i++)
    {
      g_autofree char *key = get_key (g_ptr_array_index (values, i));
      BwLiveRow *row = g_hash_table_lookup (known, key);

      row = row != NULL ? g_object_ref (row) : g_object_new (BW_TYPE_LIVE_ROW, NULL);
      if (row->key == NULL)
        row->key = g_steal_pointer (&key);
      set_value (row, values, i);
      g_ptr_array_add (wanted, row);
    }

  return wanted;
}

static gboolean
stands_at (GListModel *rows, guint position, gpointer row)
{
  g_autoptr (BwLiveRow) other = g_list_model_get_item (rows, position);

  return other == row;
}

/**
 * bw_live_rows_take:
 * @rows: a list of BwLiveRow
 * @values: what the rows are to show, in their order; it owns them
 * @get_key: says what a value is of
 *
 * Brings the rows up to date. Rows of what was there before stay, with newer values, so that focus,
 * selection and place in a list stay too; only what moved, came or went is told as a change of the
 * list.
 */
void
bw_live_rows_take (GListStore *rows, GPtrArray *values, BwKeyFunc get_key)
{
  GListModel *model = G_LIST_MODEL (rows);
  g_autoptr (GPtrArray) wanted = make_rows (model, values, get_key);
  guint n = g_list_model_get_n_items (model);
  guint shared = MIN (n, wanted->len);
  guint head = 0;
  guint tail = 0;

  while (head < shared && stands_at (model, head, wanted->pdata[head]))
    head++;
  while (tail < shared - head
         && stands_at (model, n - tail - 1, wanted->pdata[wanted->len - tail - 1]))
    tail++;

  if (n - head - tail > 0 || wanted->len - head - tail > 0)
    g_list_store_splice (rows, head, n - head - tail, wanted->pdata + head,
                         wanted->len - head - tail);
}
