/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-report.h"

#include "bw-submission.h"

static const char *const directives[] = {
  [BW_DIRECTIVE_CONTINUE] = "continue",
  [BW_DIRECTIVE_PAUSE] = "pause",
  [BW_DIRECTIVE_CANCEL] = "cancel",
};

/**
 * bw_directive_to_string:
 * @directive: what a worker is to do
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
bw_directive_to_string (BwDirective directive)
{
  g_return_val_if_fail ((guint) directive < G_N_ELEMENTS (directives), NULL);

  return directives[directive];
}

/**
 * bw_directive_from_string:
 * @string: a name in JSON
 * @directive: (out): the directive; set only on success
 *
 * Returns: %FALSE if no directive has that name
 */
gboolean
bw_directive_from_string (const char *string, BwDirective *directive)
{
  g_return_val_if_fail (string != NULL && directive != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (directives); i++)
    if (g_str_equal (directives[i], string))
      {
        *directive = (BwDirective) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * bw_item_result_new:
 * @item: the item's number within the job, from 1
 * @state: what became of it, never pending
 * @message: (nullable): the error, or why it was left out
 *
 * Returns: (transfer full): what became of one item
 */
BwItemResult *
bw_item_result_new (gint64 item, BwItemState state, const char *message)
{
  BwItemResult *self = g_new0 (BwItemResult, 1);

  self->item = item;
  self->state = state;
  self->message = g_strdup (message);
  return self;
}

/**
 * bw_item_result_free:
 * @self: (transfer full) (nullable): what became of one item
 *
 * Frees it.
 */
void
bw_item_result_free (BwItemResult *self)
{
  if (self == NULL)
    return;
  g_free (self->message);
  g_free (self);
}

/**
 * bw_report_new:
 * @claim: the claim's fencing number
 *
 * Makes a report that says nothing, which renews the lease.
 *
 * Returns: (transfer full): the report
 */
BwReport *
bw_report_new (gint64 claim)
{
  BwReport *self = g_new0 (BwReport, 1);

  self->claim = claim;
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_item_result_free);
  self->progress = -1;
  return self;
}

/**
 * bw_report_free:
 * @self: (transfer full) (nullable): a report
 *
 * Frees a report.
 */
void
bw_report_free (BwReport *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_strfreev (self->log);
  g_free (self->message);
  g_free (self->error);
  g_free (self);
}

static BwItemResult *
read_item_result (BwJsonReader *reader)
{
  static const char *const members[] = { "item", "state", "message", NULL };
  BwItemResult *self = g_new0 (BwItemResult, 1);
  const char *state;

  bw_json_reader_only (reader, members);
  self->item = bw_json_reader_need_int (reader, "item", 1, G_MAXINT64);
  state = bw_json_reader_need_string (reader, "state", BW_MAX_TYPE);
  if (state != NULL
      && (!bw_item_state_from_string (state, &self->state) || self->state == BW_ITEM_STATE_PENDING))
    bw_json_reader_fail (reader, "state", "must be success, failed, skipped or cancelled, not '%s'",
                         state);
  self->message = bw_json_reader_dup_string (reader, "message", BW_MAX_MESSAGE);
  return self;
}

static void
read_item_results (BwReport *self, BwJsonReader *reader)
{
  gsize length;

  if (!bw_json_reader_enter_array (reader, "items", BW_REPORT_MAX_ITEMS, &length))
    return;
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      g_ptr_array_add (self->items, read_item_result (reader));
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
}

static void
read_finish (BwReport *self, BwJsonReader *reader)
{
  static const char *const members[] = { "error", "released", NULL };

  if (!bw_json_reader_enter_object (reader, "finish"))
    return;
  bw_json_reader_only (reader, members);
  self->finish = TRUE;
  self->error = bw_json_reader_dup_string (reader, "error", BW_MAX_MESSAGE);
  self->released = bw_json_reader_boolean (reader, "released", FALSE);
  if (self->error != NULL && self->released)
    bw_json_reader_fail (reader, "released", "a job that failed can't be handed back as well");
  bw_json_reader_leave (reader);
}

static BwReport *
read_report (BwJsonReader *reader)
{
  static const char *const members[] = { "claim",   "items",  "log", "progress",
                                         "message", "finish", NULL };
  BwReport *self = bw_report_new (0);

  bw_json_reader_only (reader, members);
  self->claim = bw_json_reader_need_int (reader, "claim", 1, G_MAXINT64);
  read_item_results (self, reader);
  self->log = bw_json_reader_strv (reader, "log", BW_REPORT_MAX_LINES, BW_MAX_LOG_LINE);
  self->progress = bw_json_reader_double (reader, "progress", 0, 1, -1);
  self->message = bw_json_reader_dup_string (reader, "message", BW_MAX_MESSAGE);
  read_finish (self, reader);
  return self;
}

/**
 * bw_reports_parse:
 * @text: the body of a request: {reports: [{claim, items: [{item, state, message}], log, progress,
 *   message, finish: {error, released}}]}, of which in each report only the claim is needed
 * @length: its length in bytes
 * @error: (out) (optional): %BW_ERROR_INVALID with the path of the field at fault, or
 *   %BW_ERROR_TOO_LARGE if there are more than %BW_REPORTS_MAX reports, %BW_REPORT_MAX_ITEMS items
 *   or %BW_REPORT_MAX_LINES lines in one
 *
 * Reads what workers report. An unknown member is a failure, so that a misspelt one is noticed.
 * finish {} says that the job's state follows from its items.
 *
 * Returns: (transfer full) (element-type BwReport) (nullable): the reports in the order sent, or
 *   %NULL
 */
GPtrArray *
bw_reports_parse (const char *text, gsize length, GError **error)
{
  static const char *const members[] = { "reports", NULL };
  g_autoptr (BwJsonReader) reader = bw_json_reader_new_for_text (text, length, error);
  g_autoptr (GPtrArray) reports = NULL;
  gsize n_reports;

  if (reader == NULL)
    return NULL;
  reports = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_report_free);
  bw_json_reader_only (reader, members);
  if (!bw_json_reader_enter_array (reader, "reports", BW_REPORTS_MAX, &n_reports))
    bw_json_reader_fail (reader, "reports", "is missing");
  for (gsize i = 0; i < n_reports && bw_json_reader_enter_element (reader, i); i++)
    {
      g_ptr_array_add (reports, read_report (reader));
      bw_json_reader_leave (reader);
    }
  return bw_json_reader_finish (reader, error) ? g_steal_pointer (&reports) : NULL;
}

static void
write_item_results (GPtrArray *items, BwJsonWriter *writer)
{
  bw_json_writer_begin_array (writer, "items");
  for (guint i = 0; i < items->len; i++)
    {
      const BwItemResult *result = g_ptr_array_index (items, i);

      bw_json_writer_begin_object (writer, NULL);
      bw_json_writer_int (writer, "item", result->item);
      bw_json_writer_string (writer, "state", bw_item_state_to_string (result->state));
      if (result->message != NULL)
        bw_json_writer_string (writer, "message", result->message);
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_array (writer);
}

/**
 * bw_report_write:
 * @self: a report
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes a report as an object, leaving out what is not said.
 */
void
bw_report_write (const BwReport *self, BwJsonWriter *writer, const char *member)
{
  g_return_if_fail (self != NULL);

  bw_json_writer_begin_object (writer, member);
  bw_json_writer_int (writer, "claim", self->claim);
  if (self->items != NULL && self->items->len > 0)
    write_item_results (self->items, writer);
  if (self->log != NULL)
    bw_json_writer_strv (writer, "log", (const char *const *) self->log);
  if (self->progress >= 0)
    bw_json_writer_double (writer, "progress", self->progress);
  if (self->message != NULL)
    bw_json_writer_string (writer, "message", self->message);
  if (self->finish)
    {
      bw_json_writer_begin_object (writer, "finish");
      if (self->error != NULL)
        bw_json_writer_string (writer, "error", self->error);
      if (self->released)
        bw_json_writer_boolean (writer, "released", TRUE);
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_object (writer);
}

/**
 * bw_report_result_new:
 * @claim: the claim's fencing number
 * @status: 200, or 409 if the claim has lapsed or been superseded
 * @directive: what the worker is to do next
 *
 * Returns: (transfer full): what the server says of one report; free it with g_free()
 */
BwReportResult *
bw_report_result_new (gint64 claim, guint status, BwDirective directive)
{
  BwReportResult *self = g_new0 (BwReportResult, 1);

  self->claim = claim;
  self->status = status;
  self->directive = directive;
  return self;
}

/**
 * bw_report_results_write:
 * @results: (element-type BwReportResult): what the server says, in the order of the reports
 * @writer: a writer
 * @member: (nullable): the member's name
 *
 * Writes an array of {claim, status, directive}.
 */
void
bw_report_results_write (GPtrArray *results, BwJsonWriter *writer, const char *member)
{
  g_return_if_fail (results != NULL);

  bw_json_writer_begin_array (writer, member);
  for (guint i = 0; i < results->len; i++)
    {
      const BwReportResult *result = g_ptr_array_index (results, i);

      bw_json_writer_begin_object (writer, NULL);
      bw_json_writer_int (writer, "claim", result->claim);
      bw_json_writer_int (writer, "status", result->status);
      bw_json_writer_string (writer, "directive", bw_directive_to_string (result->directive));
      bw_json_writer_end_object (writer);
    }
  bw_json_writer_end_array (writer);
}

static BwReportResult *
read_result (BwJsonReader *reader)
{
  BwReportResult *self = bw_report_result_new (0, 0, BW_DIRECTIVE_CONTINUE);
  const char *directive;

  self->claim = bw_json_reader_need_int (reader, "claim", 1, G_MAXINT64);
  self->status = (guint) bw_json_reader_need_int (reader, "status", 100, 599);
  directive = bw_json_reader_string (reader, "directive", BW_MAX_TYPE);
  if (directive != NULL && !bw_directive_from_string (directive, &self->directive))
    bw_json_reader_fail (reader, "directive", "must be continue, pause or cancel, not '%s'",
                         directive);
  return self;
}

/**
 * bw_report_results_read:
 * @reader: a reader at an object
 * @member: (nullable): the member that is an array of {claim, status, directive}
 *
 * Reads what the server says of reports. Unknown members are ignored.
 *
 * Returns: (transfer full) (element-type BwReportResult) (nullable): what it says, in the order of
 *   the reports, or %NULL if anything was wrong
 */
GPtrArray *
bw_report_results_read (BwJsonReader *reader, const char *member)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (g_free);
  gsize length;

  if (!bw_json_reader_enter_array (reader, member, BW_REPORTS_MAX, &length))
    {
      bw_json_reader_fail (reader, member, "is missing");
      return NULL;
    }
  for (gsize i = 0; i < length && bw_json_reader_enter_element (reader, i); i++)
    {
      g_ptr_array_add (results, read_result (reader));
      bw_json_reader_leave (reader);
    }
  bw_json_reader_leave (reader);
  return bw_json_reader_is_valid (reader) ? g_steal_pointer (&results) : NULL;
}
