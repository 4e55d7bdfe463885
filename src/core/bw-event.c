/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-event.h"

static const char *const kinds[] = {
  [BW_EVENT_JOB] = "job",       [BW_EVENT_DELETED] = "deleted", [BW_EVENT_PAUSES] = "pauses",
  [BW_EVENT_RIGHTS] = "rights", [BW_EVENT_RESET] = "reset",
};

/**
 * bw_event_kind_to_string:
 * @kind: a kind of event
 *
 * Returns: (transfer none): its name in the stream's "event:" line
 */
const char *
bw_event_kind_to_string (BwEventKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kinds), NULL);

  return kinds[kind];
}

/**
 * bw_event_kind_from_string:
 * @string: a name
 * @kind: (out): the kind; set only on success
 *
 * Returns: %FALSE if no kind of event has that name, as of an event of a newer server
 */
gboolean
bw_event_kind_from_string (const char *string, BwEventKind *kind)
{
  g_return_val_if_fail (string != NULL && kind != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i], string))
      {
        *kind = (BwEventKind) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * bw_event_new:
 * @kind: its kind
 * @revision: the revision that a reader has reached with it
 *
 * Makes an event. For %BW_EVENT_JOB its maker sets job and job_id, for %BW_EVENT_DELETED job_id,
 * before anybody else sees it.
 *
 * Returns: (transfer full): the event
 */
BwEvent *
bw_event_new (BwEventKind kind, gint64 revision)
{
  BwEvent *self = g_atomic_rc_box_new0 (BwEvent);

  self->kind = kind;
  self->revision = revision;
  return self;
}

/**
 * bw_event_ref:
 * @self: an event
 *
 * Takes a reference. May be called from any thread.
 *
 * Returns: (transfer full): @self
 */
BwEvent *
bw_event_ref (BwEvent *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  BwEvent *self = data;

  bw_job_unref (self->job);
}

/**
 * bw_event_unref:
 * @self: (transfer full) (nullable): an event
 *
 * Gives a reference back. May be called from any thread.
 */
void
bw_event_unref (BwEvent *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear);
}

/**
 * bw_event_to_data:
 * @self: an event
 *
 * Writes what stands in the stream's "data:" line: the revision, and the job or the id of the one
 * deleted. There are no line ends in it.
 *
 * Returns: (transfer full): JSON text
 */
char *
bw_event_to_data (const BwEvent *self)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();

  g_return_val_if_fail (self != NULL, NULL);

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_int (writer, "revision", self->revision);
  if (self->kind == BW_EVENT_JOB)
    bw_job_write (self->job, writer, "job");
  else if (self->kind == BW_EVENT_DELETED)
    bw_json_writer_int (writer, "id", self->job_id);
  bw_json_writer_end_object (writer);
  return bw_json_writer_free_to_string (g_steal_pointer (&writer));
}

/**
 * bw_event_parse:
 * @kind: what the "event:" line says
 * @data: what the "data:" line says
 * @length: its length in bytes
 * @error: (out) (optional): %BW_ERROR_INVALID
 *
 * Reads an event from a stream. An unknown kind is an error: a client leaves such an event out, and
 * asks bw_event_kind_from_string() beforehand if it wants to tell that from damage.
 *
 * Returns: (transfer full) (nullable): the event, or %NULL
 */
BwEvent *
bw_event_parse (const char *kind, const char *data, gsize length, GError **error)
{
  g_autoptr (BwJsonReader) reader = NULL;
  g_autoptr (BwEvent) self = NULL;
  BwEventKind known;

  g_return_val_if_fail (kind != NULL && data != NULL, NULL);

  if (!bw_event_kind_from_string (kind, &known))
    {
      bw_set_error (error, BW_ERROR_INVALID, "No kind of event is called '%s'", kind);
      return NULL;
    }
  reader = bw_json_reader_new_for_text (data, length, error);
  if (reader == NULL)
    return NULL;

  self = bw_event_new (known, bw_json_reader_need_int (reader, "revision", 0, G_MAXINT64));
  if (known == BW_EVENT_DELETED)
    self->job_id = bw_json_reader_need_int (reader, "id", 1, G_MAXINT64);
  else if (known == BW_EVENT_JOB && bw_json_reader_enter_object (reader, "job"))
    {
      self->job = bw_job_read (reader);
      self->job_id = self->job != NULL ? self->job->id : 0;
      bw_json_reader_leave (reader);
    }
  if (known == BW_EVENT_JOB && self->job == NULL)
    bw_json_reader_fail (reader, "job", "is missing");
  return bw_json_reader_finish (reader, error) ? g_steal_pointer (&self) : NULL;
}
