/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-error.h"
#include "bw-json-reader.h"
#include "bw-json-writer.h"

/* What a problem body may say at most, so that a hostile server can't fill a dialog. */
#define MAX_DETAIL 4000

typedef struct
{
  char *field; /* nullable */
} BwErrorPrivate;

typedef struct
{
  guint status;
  const char *title;
} Answer;

/* In the order of BwErrorCode; statuses and titles as RFC 9110 and RFC 4918 (507) register them. */
static const Answer answers[] = {
  [BW_ERROR_INVALID] = { 400, "Bad Request" },
  [BW_ERROR_UNAUTHORIZED] = { 401, "Unauthorized" },
  [BW_ERROR_FORBIDDEN] = { 403, "Forbidden" },
  [BW_ERROR_NOT_FOUND] = { 404, "Not Found" },
  [BW_ERROR_METHOD_NOT_ALLOWED] = { 405, "Method Not Allowed" },
  [BW_ERROR_TIMEOUT] = { 408, "Request Timeout" },
  [BW_ERROR_CONFLICT] = { 409, "Conflict" },
  [BW_ERROR_TOO_LARGE] = { 413, "Content Too Large" },
  [BW_ERROR_UNSUPPORTED_TYPE] = { 415, "Unsupported Media Type" },
  [BW_ERROR_RANGE] = { 416, "Range Not Satisfiable" },
  [BW_ERROR_TOO_MANY] = { 429, "Too Many Requests" },
  [BW_ERROR_HEADER_TOO_LARGE] = { 431, "Request Header Fields Too Large" },
  [BW_ERROR_INTERNAL] = { 500, "Internal Server Error" },
  [BW_ERROR_UNAVAILABLE] = { 503, "Service Unavailable" },
  [BW_ERROR_NO_SPACE] = { 507, "Insufficient Storage" },
};

/* Answers that batchworkd never gives, but something between it and a client may. */
static const Answer other_answers[] = {
  { 300, "Multiple Choices" },
  { 301, "Moved Permanently" },
  { 302, "Found" },
  { 303, "See Other" },
  { 307, "Temporary Redirect" },
  { 308, "Permanent Redirect" },
  { 402, "Payment Required" },
  { 406, "Not Acceptable" },
  { 410, "Gone" },
  { 407, "Proxy Authentication Required" },
  { 411, "Length Required" },
  { 412, "Precondition Failed" },
  { 414, "URI Too Long" },
  { 417, "Expectation Failed" },
  { 421, "Misdirected Request" },
  { 426, "Upgrade Required" },
  { 501, "Not Implemented" },
  { 502, "Bad Gateway" },
  { 504, "Gateway Timeout" },
  { 505, "HTTP Version Not Supported" },
};

static void
bw_error_private_init (BwErrorPrivate *priv)
{
}

static void
bw_error_private_copy (const BwErrorPrivate *source, BwErrorPrivate *copy)
{
  copy->field = g_strdup (source->field);
}

static void
bw_error_private_clear (BwErrorPrivate *priv)
{
  g_clear_pointer (&priv->field, g_free);
}

G_DEFINE_EXTENDED_ERROR (BwError, bw_error)

static GError *
new_valist (BwErrorCode code, const char *field, const char *format, va_list arguments)
    G_GNUC_PRINTF (3, 0);

static GError *
new_valist (BwErrorCode code, const char *field, const char *format, va_list arguments)
{
  GError *error = g_error_new_valist (BW_ERROR, (int) code, format, arguments);

  bw_error_get_private (error)->field = g_strdup (field);
  return error;
}

static const char *
find_title (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    if (answers[i].status == status)
      return answers[i].title;
  for (guint i = 0; i < G_N_ELEMENTS (other_answers); i++)
    if (other_answers[i].status == status)
      return other_answers[i].title;
  return NULL;
}

/**
 * bw_error_new_field:
 * @code: what went wrong
 * @field: (nullable): the name or path of the field at fault, such as "items[3].label"
 * @format: the message, an English sentence that says what was tried, on what, and what to do
 *
 * Makes an error of the domain BW_ERROR.
 *
 * Returns: (transfer full): the error
 */
GError *
bw_error_new_field (BwErrorCode code, const char *field, const char *format, ...)
{
  GError *error;
  va_list arguments;

  va_start (arguments, format);
  error = new_valist (code, field, format, arguments);
  va_end (arguments);
  return error;
}

/**
 * bw_set_error:
 * @error: (out) (optional): where to put the error; nothing is done when it is %NULL
 * @code: what went wrong
 * @format: the message
 *
 * Sets an error of the domain BW_ERROR that no single field is to blame for.
 */
void
bw_set_error (GError **error, BwErrorCode code, const char *format, ...)
{
  va_list arguments;

  if (error == NULL)
    return;
  va_start (arguments, format);
  g_propagate_error (error, new_valist (code, NULL, format, arguments));
  va_end (arguments);
}

/**
 * bw_set_error_field:
 * @error: (out) (optional): where to put the error; nothing is done when it is %NULL
 * @code: what went wrong
 * @field: (nullable): the name or path of the field at fault
 * @format: the message
 *
 * Sets an error of the domain BW_ERROR that names the field at fault.
 */
void
bw_set_error_field (GError **error, BwErrorCode code, const char *field, const char *format, ...)
{
  va_list arguments;

  if (error == NULL)
    return;
  va_start (arguments, format);
  g_propagate_error (error, new_valist (code, field, format, arguments));
  va_end (arguments);
}

/**
 * bw_error_get_field:
 * @error: any error
 *
 * Returns: (nullable) (transfer none): the name or path of the field at fault; %NULL where there is
 *   none, and for errors of other domains
 */
const char *
bw_error_get_field (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  return error->domain == BW_ERROR ? bw_error_get_private (error)->field : NULL;
}

/**
 * bw_error_code_to_status:
 * @code: what went wrong
 *
 * Returns: the HTTP status that says so
 */
guint
bw_error_code_to_status (BwErrorCode code)
{
  g_return_val_if_fail ((guint) code < G_N_ELEMENTS (answers), 500);

  return answers[code].status;
}

/**
 * bw_error_code_from_status:
 * @status: an HTTP status from 300 on, or 0 where no answer came
 *
 * The code for a status. One that Batchwork does not use itself gets the nearest code: what a
 * gateway says of a server that is away (502, 504) and no answer at all are
 * %BW_ERROR_UNAVAILABLE, any other 4xx is %BW_ERROR_INVALID, everything else %BW_ERROR_INTERNAL.
 *
 * Returns: the code
 */
BwErrorCode
bw_error_code_from_status (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    if (answers[i].status == status)
      return (BwErrorCode) i;
  if (status == 0 || status == 502 || status == 504)
    return BW_ERROR_UNAVAILABLE;
  if (status == 410)
    return BW_ERROR_NOT_FOUND;
  return status >= 400 && status < 500 ? BW_ERROR_INVALID : BW_ERROR_INTERNAL;
}

/**
 * bw_error_code_get_title:
 * @code: what went wrong
 *
 * Returns: (transfer none): the registered name of its HTTP status, "Not Found"
 */
const char *
bw_error_code_get_title (BwErrorCode code)
{
  g_return_val_if_fail ((guint) code < G_N_ELEMENTS (answers), NULL);

  return answers[code].title;
}

/**
 * bw_error_to_problem:
 * @error: an error; one of another domain is told as %BW_ERROR_INTERNAL without its message, since
 *   that may hold what is not for strangers
 *
 * Writes the body of an answer of type application/problem+json (RFC 9457): type, title, status,
 * detail, and "field" where a field is at fault.
 *
 * Returns: (transfer full): JSON text
 */
char *
bw_error_to_problem (const GError *error)
{
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  BwErrorCode code = BW_ERROR_INTERNAL;
  const char *detail = "Something went wrong in the server. Its log says what.";

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == BW_ERROR)
    {
      code = (BwErrorCode) error->code;
      detail = error->message;
    }
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "type", "about:blank");
  bw_json_writer_string (writer, "title", bw_error_code_get_title (code));
  bw_json_writer_int (writer, "status", bw_error_code_to_status (code));
  bw_json_writer_string (writer, "detail", detail);
  if (bw_error_get_field (error) != NULL)
    bw_json_writer_string (writer, "field", bw_error_get_field (error));
  bw_json_writer_end_object (writer);
  return bw_json_writer_free_to_string (g_steal_pointer (&writer));
}

static GError *
new_for_status (guint status)
{
  BwErrorCode code = bw_error_code_from_status (status);
  const char *title = find_title (status);

  if (status == 0)
    return bw_error_new_field (code, NULL, "%s", _ ("The server did not answer"));
  if (title == NULL)
    return bw_error_new_field (code, NULL, _ ("The server answered with status %u"), status);
  /* Translators: status number and name of an HTTP answer, as in "502 Bad Gateway". */
  return bw_error_new_field (code, NULL, _ ("The server answered %u %s"), status, title);
}

/**
 * bw_error_from_problem:
 * @status: the HTTP status of the answer, which decides the code; 0 where no answer came
 * @body: (nullable): the body of the answer
 * @length: its length in bytes, or -1 if it ends with a NUL
 *
 * Reads the body of an error answer. A body that is no problem of RFC 9457, as one from a proxy in
 * between, gives a message made of the status. Never fails.
 *
 * Returns: (transfer full): an error of the domain BW_ERROR
 */
GError *
bw_error_from_problem (guint status, const char *body, gssize length)
{
  g_autoptr (BwJsonReader) reader = NULL;
  const char *detail = NULL;
  const char *field = NULL;

  if (body != NULL)
    reader = bw_json_reader_new_for_text (body, length < 0 ? strlen (body) : (gsize) length, NULL);
  if (reader != NULL)
    {
      detail = bw_json_reader_string (reader, "detail", MAX_DETAIL);
      if (detail == NULL || detail[0] == '\0')
        detail = bw_json_reader_string (reader, "title", MAX_DETAIL);
      field = bw_json_reader_string (reader, "field", MAX_DETAIL);
    }
  if (detail == NULL || detail[0] == '\0')
    return new_for_status (status);
  return bw_error_new_field (bw_error_code_from_status (status), field, "%s", detail);
}
