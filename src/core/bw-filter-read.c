/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-filter-private.h"

#include <string.h>

#include "bw-error.h"
#include "bw-submission.h"
#include "bw-text.h"

static gboolean
set_state (BwFilter *self, const char *value, GError **error)
{
  BwJobState state;

  if (!bw_job_state_from_string (value, &state))
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "state",
                          "state: must be queued, processing, success, failed, skipped or "
                          "cancelled, not '%s'",
                          value);
      return FALSE;
    }
  self->states |= 1u << state;
  return TRUE;
}

static gboolean
refuse_more (const char *name, GError **error)
{
  bw_set_error_field (error, BW_ERROR_INVALID, name, "%s: at most %d values are taken", name,
                      BW_FILTER_MAX_VALUES);
  return FALSE;
}

static gboolean
set_type (BwFilter *self, const char *value, GError **error)
{
  guint n_types = bw_filter_count_types (self);

  if (!bw_text_is_type_name (value))
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "type",
                          "type: must be the name of a job type such as 'send-invoices'");
      return FALSE;
    }
  if (bw_filter_has_type (self, value))
    return TRUE;
  if (n_types >= BW_FILTER_MAX_VALUES)
    return refuse_more ("type", error);
  self->types = g_renew (char *, self->types, n_types + 2);
  self->types[n_types] = g_strdup (value);
  self->types[n_types + 1] = NULL;
  return TRUE;
}

static gboolean
add_user (BwFilter *self, gint64 user, GError **error)
{
  if (bw_filter_has_user (self, user))
    return TRUE;
  if (bw_filter_count_users (self) >= BW_FILTER_MAX_VALUES)
    return refuse_more ("created_by", error);
  if (self->created_by == NULL)
    self->created_by = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (self->created_by, user);
  return TRUE;
}

static gboolean
set_created_by (BwFilter *self, const char *value, GError **error)
{
  gint64 user;

  if (!g_ascii_string_to_signed (value, 10, 0, G_MAXINT64, &user, NULL))
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "created_by",
                          "created_by: must be a user's id, or 0 for automation");
      return FALSE;
    }
  return add_user (self, user, error);
}

static gboolean
check_text (const char *name, const char *value, GError **error)
{
  if (!g_utf8_validate (value, -1, NULL) || bw_text_has_control (value))
    bw_set_error_field (error, BW_ERROR_INVALID, name,
                        "%s: must be UTF-8 without control characters", name);
  else if (g_utf8_strlen (value, -1) > BW_FILTER_MAX_TEXT)
    bw_set_error_field (error, BW_ERROR_INVALID, name, "%s: must be at most %d characters long",
                        name, BW_FILTER_MAX_TEXT);
  else
    return TRUE;
  return FALSE;
}

static gboolean
set_text (char **text, const char *name, const char *value, GError **error)
{
  g_autofree char *stripped = NULL;

  if (!check_text (name, value, error))
    return FALSE;
  stripped = g_strstrip (g_strdup (value));
  g_clear_pointer (text, g_free);
  if (stripped[0] != '\0')
    *text = g_steal_pointer (&stripped);
  return TRUE;
}

static gboolean
set_relation (BwFilter *self, const char *value, GError **error)
{
  return set_text (&self->relation, "relation", value, error);
}

static gboolean
set_q (BwFilter *self, const char *value, GError **error)
{
  return set_text (&self->q, "q", value, error);
}

static gboolean
set_time (BwTime *time, const char *name, const char *value, GError **error)
{
  if (value[0] == '\0')
    *time = BW_TIME_NONE;
  else if (!bw_time_parse (value, time))
    {
      bw_set_error_field (error, BW_ERROR_INVALID, name,
                          "%s: must be a time as RFC 3339 has it, '2026-11-21T23:50:00.000Z'",
                          name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
set_from (BwFilter *self, const char *value, GError **error)
{
  return set_time (&self->from, "from", value, error);
}

static gboolean
set_until (BwFilter *self, const char *value, GError **error)
{
  return set_time (&self->until, "until", value, error);
}

static gboolean
set_condition (BwFilter *self, const char *value, GError **error)
{
  BwConditions condition;

  if (!bw_condition_from_string (value, &condition))
    {
      bw_set_error_field (error, BW_ERROR_INVALID, "condition",
                          "condition: must be paused, scheduled, stalled or cancelling, not '%s'",
                          value);
      return FALSE;
    }
  self->conditions |= condition;
  return TRUE;
}

static gboolean
set_sort (BwFilter *self, const char *value, GError **error)
{
  gboolean descending = value[0] == '-';

  for (guint i = 0; i < BW_N_SORT_KEYS; i++)
    if (g_str_equal (bw_sort_key_to_string ((BwSortKey) i), value + (descending ? 1 : 0)))
      {
        self->sort = (BwSortKey) i;
        self->descending = descending;
        return TRUE;
      }
  bw_set_error_field (error, BW_ERROR_INVALID, "sort",
                      "sort: must be created_at, finished_at, name, type, state, created_by or "
                      "items, with '-' before it for the reverse order");
  return FALSE;
}

/**
 * bw_filter_set_parameter:
 * @self: a filter
 * @name: state, type, created_by, relation, q, from, until, condition or sort
 * @value: one value, decoded
 * @error: (out) (optional): %BW_ERROR_INVALID naming the parameter
 *
 * Takes up one parameter of a query. For state, type, created_by and condition each call adds an
 * alternative; for the others the last one holds, and an empty value is none. A '-' before what to
 * sort by asks for descending order.
 *
 * Returns: %FALSE, with @self unchanged, if there is no such parameter or the value is wrong
 */
gboolean
bw_filter_set_parameter (BwFilter *self, const char *name, const char *value, GError **error)
{
  static const struct
  {
    const char *name;
    gboolean (*set) (BwFilter *self, const char *value, GError **error);
  } parameters[] = {
    { "state", set_state },
    { "type", set_type },
    { "created_by", set_created_by },
    { "relation", set_relation },
    { "q", set_q },
    { "from", set_from },
    { "until", set_until },
    { "condition", set_condition },
    { "sort", set_sort },
  };

  g_return_val_if_fail (self != NULL && name != NULL && value != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (parameters); i++)
    if (g_str_equal (parameters[i].name, name))
      return parameters[i].set (self, value, error);
  bw_set_error_field (error, BW_ERROR_INVALID, name, "%s: there is no such parameter", name);
  return FALSE;
}

static void
read_value (BwFilter *self, BwJsonReader *reader, const char *member, const char *value)
{
  g_autoptr (GError) error = NULL;
  const char *message;

  if (value == NULL || bw_filter_set_parameter (self, member, value, &error))
    return;
  /* The reader puts the whole path before the message, in place of the bare name. */
  message = error->message + strlen (member) + strlen (": ");
  bw_json_reader_fail (reader, member, "%s", message);
}

static void
read_strings (BwFilter *self, BwJsonReader *reader, const char *member)
{
  gsize length;
  g_auto (GStrv) values = NULL;

  if (!bw_json_reader_has (reader, member))
    return;
  values = bw_json_reader_strv (reader, member, BW_FILTER_MAX_VALUES, BW_MAX_TYPE);
  length = values != NULL ? g_strv_length (values) : 0;
  if (values != NULL && length == 0)
    bw_json_reader_fail (reader, member, "must not be empty; leave it out for all");
  for (gsize i = 0; i < length; i++)
    read_value (self, reader, member, values[i]);
}

static void
read_users (BwFilter *self, BwJsonReader *reader)
{
  gsize length;

  if (!bw_json_reader_enter_array (reader, "created_by", BW_FILTER_MAX_VALUES, &length))
    return;
  if (length == 0)
    bw_json_reader_fail (reader, NULL, "must not be empty; leave it out for all");
  for (gsize i = 0; i < length; i++)
    add_user (self, bw_json_reader_element_int (reader, i, 0, G_MAXINT64), NULL);
  bw_json_reader_leave (reader);
}

/**
 * bw_filter_read:
 * @reader: a reader at an object as bw_filter_write() writes it
 *
 * Reads a filter. An unknown member is a failure, and so is an empty array: a filter that was
 * understood as wider than it was meant could have the wrong jobs deleted.
 *
 * Returns: (transfer full) (nullable): the filter, or %NULL if anything was wrong
 */
BwFilter *
bw_filter_read (BwJsonReader *reader)
{
  static const char *const members[] = { "state", "type",  "created_by", "relation", "q",
                                         "from",  "until", "condition",  "sort",     NULL };
  static const char *const arrays[] = { "state", "type", "condition" };
  static const char *const strings[] = { "relation", "q", "from", "until", "sort" };
  g_autoptr (BwFilter) self = bw_filter_new ();

  bw_json_reader_only (reader, members);
  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    read_strings (self, reader, arrays[i]);
  read_users (self, reader);
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    read_value (self, reader, strings[i],
                bw_json_reader_string (reader, strings[i], BW_FILTER_MAX_TEXT));
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&self) : NULL;
}
