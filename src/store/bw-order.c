/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-order.h"

#include <string.h>

#include "bw-fold.h"
#include "bw-job-row.h"
#include "bw-read.h"

#define SQL_TYPES "SELECT id, name FROM job_type WHERE business = $1"
#define SQL_OWNER "SELECT id, name FROM account WHERE id = $1"

/* The groups of the sort by end. */
#define GROUP_ENDED 0
#define GROUP_UNFINISHED 1

typedef struct
{
  gint64 group;
  char *folded;
} Label;

static void
clear_label (gpointer data)
{
  g_free (((Label *) data)->folded);
}

/* Two users of one name are still two groups. */
static int
compare_labels (gconstpointer a, gconstpointer b)
{
  const Label *one = a;
  const Label *other = b;
  int order = strcmp (one->folded, other->folded);

  return order != 0 ? order : (one->group > other->group) - (one->group < other->group);
}

static gboolean
read_labels (GArray *labels, BwRows *rows, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (rows == NULL)
    return FALSE;
  while (bw_rows_next (rows, &local))
    {
      Label label = { bw_rows_int (rows, 0), bw_fold (bw_rows_text (rows, 1)) };

      g_array_append_val (labels, label);
    }
  return bw_read_finish (g_steal_pointer (&local), error);
}

static gboolean
read_types (GArray *labels, BwDb *db, gint64 business, GError **error)
{
  g_autoptr (BwRows) rows = bw_db_query (db, error, SQL_TYPES, "i", business);

  return read_labels (labels, rows, error);
}

static gboolean
read_owners (GArray *labels, BwDb *db, GArray *owners, GError **error)
{
  Label automation = { 0, bw_fold ("System") };

  g_array_append_val (labels, automation);
  for (guint i = 0; i < owners->len; i++)
    {
      g_autoptr (BwRows) rows =
          bw_db_query (db, error, SQL_OWNER, "i", g_array_index (owners, gint64, i));

      if (!read_labels (labels, rows, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * bw_order_new:
 * @db: a connection within a read transaction
 * @business: whose jobs are listed
 * @filter: says by what and which way
 * @owners: (element-type gint64): whose jobs may be met; only looked at in the sort by creator
 * @error: return location
 *
 * Looks up what the sort needs: the names by which types and creators are put in order, regardless
 * of case and accents.
 *
 * Returns: (transfer full) (nullable): the order
 */
BwOrder *
bw_order_new (BwDb *db, gint64 business, const BwFilter *filter, GArray *owners, GError **error)
{
  g_autoptr (BwOrder) self = g_new0 (BwOrder, 1);
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (Label));

  self->sort = filter->sort;
  self->descending = filter->descending;
  self->ranks = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_array_set_clear_func (labels, clear_label);
  if (self->sort == BW_SORT_TYPE && !read_types (labels, db, business, error))
    return NULL;
  if (self->sort == BW_SORT_CREATED_BY && !read_owners (labels, db, owners, error))
    return NULL;

  g_array_sort (labels, compare_labels);
  for (guint i = 0; i < labels->len; i++)
    {
      gint64 group = g_array_index (labels, Label, i).group;

      g_hash_table_insert (self->ranks, g_memdup2 (&group, sizeof group), GUINT_TO_POINTER (i));
    }
  return g_steal_pointer (&self);
}

/**
 * bw_order_free:
 * @self: an order
 *
 * Frees it.
 */
void
bw_order_free (BwOrder *self)
{
  g_hash_table_unref (self->ranks);
  g_free (self);
}

/**
 * bw_order_get_group:
 * @self: an order
 * @key: a kind of job
 *
 * Returns: the group that its jobs are in
 */
gint64
bw_order_get_group (const BwOrder *self, const BwCounterKey *key)
{
  switch (self->sort)
    {
    case BW_SORT_TYPE:
      return key->type;
    case BW_SORT_STATE:
      return key->state;
    case BW_SORT_CREATED_BY:
      return key->automated ? 0 : key->owner;
    case BW_SORT_FINISHED_AT:
      return bw_job_state_is_finished (key->state) ? GROUP_ENDED : GROUP_UNFINISHED;
    case BW_SORT_CREATED_AT:
    case BW_SORT_NAME:
    case BW_SORT_ITEMS:
    default:
      return 0;
    }
}

/**
 * bw_order_get_group_at:
 * @self: an order
 * @cursor: a place in a list of this order
 *
 * Returns: the group that the place is in
 */
gint64
bw_order_get_group_at (const BwOrder *self, const BwCursor *cursor)
{
  switch (self->sort)
    {
    case BW_SORT_TYPE:
    case BW_SORT_STATE:
    case BW_SORT_CREATED_BY:
      return cursor->number;
    case BW_SORT_FINISHED_AT:
      return cursor->number == BW_JOB_UNFINISHED ? GROUP_UNFINISHED : GROUP_ENDED;
    case BW_SORT_CREATED_AT:
    case BW_SORT_NAME:
    case BW_SORT_ITEMS:
    default:
      return 0;
    }
}

/* A group without a name, such as a type that is gone, comes last. */
static gint64
get_rank (const BwOrder *self, gint64 group)
{
  gpointer rank;

  if (self->sort != BW_SORT_TYPE && self->sort != BW_SORT_CREATED_BY)
    return group;
  if (g_hash_table_lookup_extended (self->ranks, &group, NULL, &rank))
    return GPOINTER_TO_UINT (rank);
  return G_MAXUINT + MAX (group, 0);
}

static int
compare_numbers (gint64 a, gint64 b)
{
  return (a > b) - (a < b);
}

/**
 * bw_order_compare_ranks:
 * @self: an order
 * @a: a group
 * @b: another
 *
 * Returns: below 0 if @a comes before @b, above 0 if after
 */
int
bw_order_compare_ranks (const BwOrder *self, gint64 a, gint64 b)
{
  int order = compare_numbers (get_rank (self, a), get_rank (self, b));

  return self->descending ? -order : order;
}

/**
 * bw_order_get_within:
 * @self: an order
 * @group: a group
 *
 * Returns: by what the group's jobs are sorted
 */
BwWithin
bw_order_get_within (const BwOrder *self, gint64 group)
{
  switch (self->sort)
    {
    case BW_SORT_NAME:
      return BW_WITHIN_NAME;
    case BW_SORT_ITEMS:
      return BW_WITHIN_ITEMS;
    case BW_SORT_FINISHED_AT:
      return group == GROUP_ENDED ? BW_WITHIN_END : BW_WITHIN_ID;
    case BW_SORT_CREATED_AT:
    case BW_SORT_TYPE:
    case BW_SORT_STATE:
    case BW_SORT_CREATED_BY:
    default:
      return BW_WITHIN_ID;
    }
}

/**
 * bw_order_is_descending_within:
 * @self: an order
 *
 * Returns: whether larger keys and ids come first within a group
 */
gboolean
bw_order_is_descending_within (const BwOrder *self)
{
  return self->descending || self->sort == BW_SORT_TYPE || self->sort == BW_SORT_STATE
         || self->sort == BW_SORT_CREATED_BY;
}

/**
 * bw_order_compare:
 * @self: an order
 * @a: a place in a list
 * @b: another
 *
 * The whole order in one function, for lists that are sorted in memory.
 *
 * Returns: below 0 if @a comes before @b, above 0 if after, 0 if they are the same
 */
int
bw_order_compare (const BwOrder *self, const BwCursor *a, const BwCursor *b)
{
  int order = bw_order_compare_ranks (self, bw_order_get_group_at (self, a),
                                      bw_order_get_group_at (self, b));

  if (order != 0)
    return order;
  if (self->sort == BW_SORT_NAME)
    order = strcmp (a->text, b->text);
  else if (self->sort == BW_SORT_ITEMS || self->sort == BW_SORT_FINISHED_AT)
    order = compare_numbers (a->number, b->number);
  if (order == 0)
    order = compare_numbers (a->id, b->id);
  return bw_order_is_descending_within (self) ? -order : order;
}

static void
free_group (gpointer data)
{
  BwGroup *group = data;

  bw_selection_free (group->selection);
  g_free (group);
}

static int
compare_groups (gconstpointer a, gconstpointer b, gpointer order)
{
  const BwGroup *one = *(BwGroup *const *) a;
  const BwGroup *other = *(BwGroup *const *) b;

  return bw_order_compare_ranks (order, one->group, other->group);
}

/**
 * bw_order_split:
 * @self: an order
 * @tally: what a list has
 *
 * Splits what matches into the groups of the order. Their sizes are known, so a place far down the
 * list is found without walking there.
 *
 * Returns: (transfer full) (element-type BwGroup): the groups in order
 */
GPtrArray *
bw_order_split (const BwOrder *self, const BwTally *tally)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (free_group);
  g_autoptr (GHashTable) by_group = g_hash_table_new (g_int64_hash, g_int64_equal);
  const GArray *kinds = bw_tally_get_selection (tally)->kinds;

  for (guint i = 0; i < kinds->len; i++)
    {
      guint kind = g_array_index (kinds, guint, i);
      gint64 number = bw_order_get_group (self, bw_tally_get_key (tally, kind));
      BwGroup *group = g_hash_table_lookup (by_group, &number);

      if (group == NULL)
        {
          group = g_new0 (BwGroup, 1);
          group->group = number;
          group->selection = bw_selection_new (tally);
          g_ptr_array_add (groups, group);
          g_hash_table_insert (by_group, &group->group, group);
        }
      bw_selection_add (group->selection, tally, kind);
    }
  g_ptr_array_sort_with_data (groups, compare_groups, (gpointer) self);
  return groups;
}
