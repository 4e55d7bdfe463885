/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-filter-private.h"

#include <stdlib.h>
#include <string.h>

static const char *const sort_keys[BW_N_SORT_KEYS] = {
  [BW_SORT_CREATED_AT] = "created_at",
  [BW_SORT_FINISHED_AT] = "finished_at",
  [BW_SORT_NAME] = "name",
  [BW_SORT_TYPE] = "type",
  [BW_SORT_STATE] = "state",
  [BW_SORT_CREATED_BY] = "created_by",
  [BW_SORT_ITEMS] = "items",
};

/**
 * bw_sort_key_to_string:
 * @key: what a list is sorted by
 *
 * Returns: (transfer none): its name in queries and JSON
 */
const char *
bw_sort_key_to_string (BwSortKey key)
{
  g_return_val_if_fail ((guint) key < BW_N_SORT_KEYS, NULL);

  return sort_keys[key];
}

/**
 * bw_filter_new:
 *
 * Makes the default filter: everything, the newest first.
 *
 * Returns: (transfer full): the filter
 */
BwFilter *
bw_filter_new (void)
{
  BwFilter *self = g_new0 (BwFilter, 1);

  self->from = BW_TIME_NONE;
  self->until = BW_TIME_NONE;
  self->sort = BW_SORT_CREATED_AT;
  self->descending = TRUE;
  return self;
}

/**
 * bw_filter_copy:
 * @self: a filter
 *
 * Returns: (transfer full): a copy that shares nothing with @self
 */
BwFilter *
bw_filter_copy (const BwFilter *self)
{
  BwFilter *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->types = g_strdupv (self->types);
  copy->created_by = self->created_by != NULL ? g_array_copy (self->created_by) : NULL;
  copy->relation = g_strdup (self->relation);
  copy->q = g_strdup (self->q);
  return copy;
}

/**
 * bw_filter_free:
 * @self: (transfer full) (nullable): a filter
 *
 * Frees a filter.
 */
void
bw_filter_free (BwFilter *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->types);
  g_clear_pointer (&self->created_by, g_array_unref);
  g_free (self->relation);
  g_free (self->q);
  g_free (self);
}

/**
 * bw_filter_count_types:
 * @self: a filter
 *
 * Returns: how many types it names; 0 for all
 */
guint
bw_filter_count_types (const BwFilter *self)
{
  return self->types != NULL ? g_strv_length (self->types) : 0;
}

/**
 * bw_filter_count_users:
 * @self: a filter
 *
 * Returns: how many users it names; 0 for all
 */
guint
bw_filter_count_users (const BwFilter *self)
{
  return self->created_by != NULL ? self->created_by->len : 0;
}

/**
 * bw_filter_has_user:
 * @self: a filter
 * @user: a user's id
 *
 * Returns: whether it names the user
 */
gboolean
bw_filter_has_user (const BwFilter *self, gint64 user)
{
  for (guint i = 0; i < bw_filter_count_users (self); i++)
    if (g_array_index (self->created_by, gint64, i) == user)
      return TRUE;
  return FALSE;
}

/**
 * bw_filter_has_type:
 * @self: a filter
 * @type: a job type's name
 *
 * Returns: whether it names the type
 */
gboolean
bw_filter_has_type (const BwFilter *self, const char *type)
{
  return self->types != NULL && g_strv_contains ((const char *const *) self->types, type);
}

/* Whether all the alternatives of @a are among those of @b. */
static gboolean
is_among (const BwFilter *a, const BwFilter *b)
{
  for (guint i = 0; i < bw_filter_count_types (a); i++)
    if (!bw_filter_has_type (b, a->types[i]))
      return FALSE;
  for (guint i = 0; i < bw_filter_count_users (a); i++)
    if (!bw_filter_has_user (b, g_array_index (a->created_by, gint64, i)))
      return FALSE;
  return TRUE;
}

/* No states and all states are the same scope, and so are no types and an empty array of them. */
static BwJobStates
get_states (const BwFilter *self)
{
  return self->states == BW_JOB_STATES_ALL ? 0 : self->states;
}

/**
 * bw_filter_same_scope:
 * @a: a filter
 * @b: another
 *
 * Returns: whether both match the same jobs, in whatever order
 */
gboolean
bw_filter_same_scope (const BwFilter *a, const BwFilter *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return get_states (a) == get_states (b) && a->conditions == b->conditions && a->from == b->from
         && a->until == b->until && g_strcmp0 (a->relation, b->relation) == 0
         && g_strcmp0 (a->q, b->q) == 0 && is_among (a, b) && is_among (b, a);
}

/**
 * bw_filter_equal:
 * @a: a filter
 * @b: another
 *
 * Returns: whether both match the same jobs in the same order
 */
gboolean
bw_filter_equal (const BwFilter *a, const BwFilter *b)
{
  return bw_filter_same_scope (a, b) && a->sort == b->sort && !a->descending == !b->descending;
}

/**
 * bw_filter_is_default:
 * @self: a filter
 *
 * Returns: whether it is as bw_filter_new() makes it
 */
gboolean
bw_filter_is_default (const BwFilter *self)
{
  g_autoptr (BwFilter) standard = bw_filter_new ();

  return bw_filter_equal (self, standard);
}

static int
compare_strings (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static int
compare_users (const void *a, const void *b)
{
  gint64 one = *(const gint64 *) a;
  gint64 other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

/* A copy in the one form in which equal filters are written alike. */
static BwFilter *
make_canonical (const BwFilter *self)
{
  BwFilter *copy = bw_filter_copy (self);

  copy->states = get_states (self);
  if (copy->types != NULL)
    qsort (copy->types, bw_filter_count_types (copy), sizeof *copy->types, compare_strings);
  if (copy->created_by != NULL)
    g_array_sort (copy->created_by, compare_users);
  return copy;
}

static char *
make_sort (const BwFilter *self)
{
  return g_strconcat (self->descending ? "-" : "", sort_keys[self->sort], NULL);
}

static gboolean
has_default_sort (const BwFilter *self)
{
  return self->sort == BW_SORT_CREATED_AT && self->descending;
}

static void
add_parameter (GString *query, const char *name, const char *value)
{
  if (value == NULL)
    return;
  if (query->len > 0)
    g_string_append_c (query, '&');
  g_string_append (query, name);
  g_string_append_c (query, '=');
  g_string_append_uri_escaped (query, value, NULL, FALSE);
}

static void
add_alternatives (const BwFilter *self, GString *query)
{
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if ((self->states & (1u << i)) != 0)
      add_parameter (query, "state", bw_job_state_to_string ((BwJobState) i));
  for (guint i = 0; i < bw_filter_count_types (self); i++)
    add_parameter (query, "type", self->types[i]);
  for (guint i = 0; i < bw_filter_count_users (self); i++)
    {
      g_autofree char *id =
          g_strdup_printf ("%" G_GINT64_FORMAT, g_array_index (self->created_by, gint64, i));

      add_parameter (query, "created_by", id);
    }
}

/**
 * bw_filter_to_query:
 * @self: a filter
 *
 * Writes a filter as the query of an address, percent-encoded, without what is as in the default
 * filter. Equal filters give the same text; the default one gives the empty text.
 *
 * Returns: (transfer full): the query, without '?'
 */
char *
bw_filter_to_query (const BwFilter *self)
{
  g_autoptr (BwFilter) canonical = make_canonical (self);
  g_autofree char *from = bw_time_to_string (self->from);
  g_autofree char *until = bw_time_to_string (self->until);
  g_autofree char *sort = has_default_sort (self) ? NULL : make_sort (self);
  GString *query = g_string_new (NULL);

  add_alternatives (canonical, query);
  add_parameter (query, "relation", canonical->relation);
  add_parameter (query, "q", canonical->q);
  add_parameter (query, "from", from);
  add_parameter (query, "until", until);
  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    if ((canonical->conditions & (1u << i)) != 0)
      add_parameter (query, "condition", bw_condition_to_string ((BwConditions) (1u << i)));
  add_parameter (query, "sort", sort);
  return g_string_free_and_steal (query);
}

static void
write_states (const BwFilter *self, BwJsonWriter *writer)
{
  if (self->states == 0)
    return;
  bw_json_writer_begin_array (writer, "state");
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    if ((self->states & (1u << i)) != 0)
      bw_json_writer_string (writer, NULL, bw_job_state_to_string ((BwJobState) i));
  bw_json_writer_end_array (writer);
}

static void
write_users (const BwFilter *self, BwJsonWriter *writer)
{
  if (bw_filter_count_users (self) == 0)
    return;
  bw_json_writer_begin_array (writer, "created_by");
  for (guint i = 0; i < bw_filter_count_users (self); i++)
    bw_json_writer_int (writer, NULL, g_array_index (self->created_by, gint64, i));
  bw_json_writer_end_array (writer);
}

static void
write_conditions (const BwFilter *self, BwJsonWriter *writer)
{
  if (self->conditions == 0)
    return;
  bw_json_writer_begin_array (writer, "condition");
  for (guint i = 0; i < BW_N_CONDITIONS; i++)
    if ((self->conditions & (1u << i)) != 0)
      bw_json_writer_string (writer, NULL, bw_condition_to_string ((BwConditions) (1u << i)));
  bw_json_writer_end_array (writer);
}

/**
 * bw_filter_write:
 * @self: a filter
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes a filter as an object with the names of bw_filter_set_parameter(): state, type, created_by
 * and condition as arrays. What is as in the default filter is left out.
 */
void
bw_filter_write (const BwFilter *self, BwJsonWriter *writer, const char *member)
{
  g_autoptr (BwFilter) canonical = make_canonical (self);
  g_autofree char *sort = make_sort (self);

  bw_json_writer_begin_object (writer, member);
  write_states (canonical, writer);
  if (bw_filter_count_types (canonical) > 0)
    bw_json_writer_strv (writer, "type", (const char *const *) canonical->types);
  write_users (canonical, writer);
  if (canonical->relation != NULL)
    bw_json_writer_string (writer, "relation", canonical->relation);
  if (canonical->q != NULL)
    bw_json_writer_string (writer, "q", canonical->q);
  if (canonical->from != BW_TIME_NONE)
    bw_json_writer_time (writer, "from", canonical->from);
  if (canonical->until != BW_TIME_NONE)
    bw_json_writer_time (writer, "until", canonical->until);
  write_conditions (canonical, writer);
  if (!has_default_sort (self))
    bw_json_writer_string (writer, "sort", sort);
  bw_json_writer_end_object (writer);
}
