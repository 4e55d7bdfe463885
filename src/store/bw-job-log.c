/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-record.h"

#include <string.h>

/* A log that never ends must not fill the disk. */
#define MAX_LOG (64 * 1024 * 1024)
#define END_LINE "The log ends here: it has reached 64 MiB."
#define MAX_TEXT (MAX_LOG - 128)
/* Readers take a chunk at a time. */
#define MAX_CHUNK (64 * 1024)

static gboolean
write_chunk (BwJobRecord *self, BwDb *db, const char *text, gsize length, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length);

  if (!bw_db_exec (db, error,
                   "INSERT INTO log_chunk (business, job, start, text) VALUES ($1, $2, $3, $4)",
                   "iiib", self->business, self->id, self->log_size, bytes))
    return FALSE;
  self->log_size += (gint64) length;
  return TRUE;
}

/* Cuts the text where the log is full, and says so; once, since the log is longer than that then.
 */
static void
end_log (BwJobRecord *self)
{
  gsize room = (gsize) (MAX_TEXT - self->log_size);
  const char *end = g_utf8_find_prev_char (self->log->str, self->log->str + room + 1);
  char at[BW_TIME_STRING_SIZE];

  memcpy (at, self->log->str, BW_TIME_STRING_SIZE - 1);
  at[24] = '\0';
  g_string_truncate (self->log, end != NULL ? (gsize) (end - self->log->str) : 0);
  g_string_append_printf (self->log, "\n%s " END_LINE "\n", at);
}

/**
 * bw_job_record_log:
 * @self: a record
 * @at: when it was said
 * @line: one line; what would end it early becomes a space
 *
 * Adds a line to the job's log, to be written by bw_job_record_write_log().
 */
void
bw_job_record_log (BwJobRecord *self, BwTime at, const char *line)
{
  char time[BW_TIME_STRING_SIZE];
  gsize start;

  if (self->log == NULL)
    self->log = g_string_new (NULL);
  g_string_append_len (self->log, time, (gssize) bw_time_format (at, time));
  g_string_append_c (self->log, ' ');
  start = self->log->len;
  g_string_append (self->log, line);
  g_strdelimit (self->log->str + start, "\r\n", ' ');
  g_string_append_c (self->log, '\n');
}

/**
 * bw_job_record_logf:
 * @self: a record
 * @at: when it was said
 * @format: one line
 *
 * Adds a line of the server's own to the job's log.
 */
void
bw_job_record_logf (BwJobRecord *self, BwTime at, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  bw_job_record_log (self, at, line);
}

/**
 * bw_job_record_write_log:
 * @self: a record
 * @db: the writer's connection
 * @error: (out) (optional): what went wrong
 *
 * Writes the lines that gathered. The row's log_size is the caller's to write.
 *
 * Returns: whether they were written
 */
gboolean
bw_job_record_write_log (BwJobRecord *self, BwDb *db, GError **error)
{
  const char *at;
  gsize left;

  if (self->log == NULL || self->log->len == 0)
    return TRUE;
  if (self->log_size > MAX_TEXT)
    g_string_truncate (self->log, 0);
  else if (self->log_size + (gint64) self->log->len > MAX_TEXT)
    end_log (self);

  at = self->log->str;
  for (left = self->log->len; left > 0;)
    {
      gsize length = MIN (left, MAX_CHUNK);

      if (!write_chunk (self, db, at, length, error))
        return FALSE;
      at += length;
      left -= length;
    }
  g_string_truncate (self->log, 0);
  return TRUE;
}
