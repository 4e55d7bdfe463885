/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-audit.h"

#include "bw-submission.h"

#define MAX_TEXT 65536

G_DEFINE_BOXED_TYPE (BwAuditPage, bw_audit_page, bw_audit_page_ref, bw_audit_page_unref)
G_DEFINE_BOXED_TYPE (BwAuditFilter, bw_audit_filter, bw_audit_filter_copy, bw_audit_filter_free)

static void
entry_free (gpointer data)
{
  BwAuditEntry *entry = data;

  g_free (entry->actor);
  g_free (entry->action);
  g_free (entry->job_name);
  g_free (entry->detail);
  g_free (entry);
}

/**
 * bw_audit_page_new:
 *
 * Returns: (transfer full): a page without entries, to be filled in by its maker
 */
BwAuditPage *
bw_audit_page_new (void)
{
  BwAuditPage *self = g_atomic_rc_box_new0 (BwAuditPage);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->total_is_exact = TRUE;
  return self;
}

/**
 * bw_audit_page_ref:
 * @self: a page
 *
 * Returns: (transfer full): @self
 */
BwAuditPage *
bw_audit_page_ref (BwAuditPage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwAuditPage *self = data;

  g_ptr_array_unref (self->entries);
  g_free (self->next);
}

/**
 * bw_audit_page_unref:
 * @self: (transfer full): a page
 *
 * Lets go of it.
 */
void
bw_audit_page_unref (BwAuditPage *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
write_entry (const BwAuditEntry *entry, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_int (writer, "id", entry->id);
  bw_json_writer_time (writer, "at", entry->at);
  bw_json_writer_int (writer, "user_id", entry->user_id);
  bw_json_writer_string (writer, "actor", entry->actor);
  bw_json_writer_string (writer, "action", entry->action);
  if (entry->job != 0)
    bw_json_writer_int (writer, "job", entry->job);
  else
    bw_json_writer_null (writer, "job");
  bw_json_writer_string (writer, "job_name", entry->job_name);
  bw_json_writer_boolean (writer, "job_exists", entry->job_exists);
  bw_json_writer_string (writer, "detail", entry->detail);
  bw_json_writer_end_object (writer);
}

/**
 * bw_audit_page_write:
 * @self: a page
 * @writer: a writer, at the top
 *
 * Writes {entries: [{id, at, user_id, actor, action, job, job_name, job_exists, detail}], total,
 * total_is_exact, next}.
 */
void
bw_audit_page_write (const BwAuditPage *self, BwJsonWriter *writer)
{
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "entries");
  for (guint i = 0; i < self->entries->len; i++)
    write_entry (g_ptr_array_index (self->entries, i), writer);
  bw_json_writer_end_array (writer);
  bw_json_writer_int (writer, "total", self->total);
  bw_json_writer_boolean (writer, "total_is_exact", self->total_is_exact);
  bw_json_writer_string (writer, "next", self->next);
  bw_json_writer_end_object (writer);
}

static BwAuditEntry *
read_entry (BwJsonReader *reader)
{
  BwAuditEntry *entry = g_new0 (BwAuditEntry, 1);

  entry->id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
  entry->at = bw_json_reader_time (reader, "at");
  entry->user_id = bw_json_reader_int (reader, "user_id", 0, G_MAXINT64, 0);
  entry->actor = g_strdup (bw_json_reader_need_string (reader, "actor", BW_MAX_NAME));
  entry->action = g_strdup (bw_json_reader_need_string (reader, "action", BW_MAX_NAME));
  entry->job = bw_json_reader_int (reader, "job", 1, G_MAXINT64, 0);
  entry->job_name = bw_json_reader_dup_string (reader, "job_name", MAX_TEXT);
  entry->job_exists = bw_json_reader_boolean (reader, "job_exists", FALSE);
  entry->detail = bw_json_reader_dup_string (reader, "detail", MAX_TEXT);
  return entry;
}

/**
 * bw_audit_page_read:
 * @reader: a reader at an object as bw_audit_page_write() writes it
 *
 * What is wrong is the reader's to tell, at its end.
 *
 * Returns: (transfer full): a page
 */
BwAuditPage *
bw_audit_page_read (BwJsonReader *reader)
{
  BwAuditPage *self = bw_audit_page_new ();
  gsize length;

  if (bw_json_reader_enter_array (reader, "entries", BW_AUDIT_MAX_PAGE, &length))
    {
      for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
        {
          g_ptr_array_add (self->entries, read_entry (reader));
          bw_json_reader_leave (reader);
        }
      bw_json_reader_leave (reader);
    }
  self->total = bw_json_reader_need_int (reader, "total", 0, G_MAXINT64);
  self->total_is_exact = bw_json_reader_boolean (reader, "total_is_exact", TRUE);
  self->next = bw_json_reader_dup_string (reader, "next", MAX_TEXT);
  return self;
}

/**
 * bw_audit_filter_new:
 *
 * Returns: (transfer full): a filter that lets all entries through
 */
BwAuditFilter *
bw_audit_filter_new (void)
{
  BwAuditFilter *self = g_new0 (BwAuditFilter, 1);

  self->user = -1;
  self->from = BW_TIME_NONE;
  self->until = BW_TIME_NONE;
  return self;
}

/**
 * bw_audit_filter_copy:
 * @self: a filter
 *
 * Returns: (transfer full): a copy
 */
BwAuditFilter *
bw_audit_filter_copy (const BwAuditFilter *self)
{
  BwAuditFilter *copy = g_memdup2 (self, sizeof *self);

  copy->q = g_strdup (self->q);
  copy->actions = g_strdupv (self->actions);
  return copy;
}

/**
 * bw_audit_filter_free:
 * @self: (transfer full) (nullable): a filter
 *
 * Frees it.
 */
void
bw_audit_filter_free (BwAuditFilter *self)
{
  if (self == NULL)
    return;
  g_free (self->q);
  g_strfreev (self->actions);
  g_free (self);
}

static void
add_parameter (GString *query, const char *name, const char *value)
{
  if (value == NULL || value[0] == '\0')
    return;
  if (query->len > 0)
    g_string_append_c (query, '&');
  g_string_append_printf (query, "%s=", name);
  g_string_append_uri_escaped (query, value, NULL, FALSE);
}

static void
add_number (GString *query, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  add_parameter (query, name, text);
}

/**
 * bw_audit_filter_to_query:
 * @self: a filter
 *
 * Writes a filter as the query of an address, percent-encoded, without what lets everything
 * through.
 *
 * Returns: (transfer full): the query, without '?'
 */
char *
bw_audit_filter_to_query (const BwAuditFilter *self)
{
  g_autofree char *from = self->from != BW_TIME_NONE ? bw_time_to_string (self->from) : NULL;
  g_autofree char *until = self->until != BW_TIME_NONE ? bw_time_to_string (self->until) : NULL;
  GString *query = g_string_new (NULL);

  add_parameter (query, "q", self->q);
  for (guint i = 0; self->actions != NULL && self->actions[i] != NULL; i++)
    add_parameter (query, "action", self->actions[i]);
  if (self->user >= 0)
    add_number (query, "user", self->user);
  if (self->job != 0)
    add_number (query, "job", self->job);
  add_parameter (query, "from", from);
  add_parameter (query, "until", until);
  return g_string_free_and_steal (query);
}
