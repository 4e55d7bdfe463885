/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-business-path.h"

/**
 * bw_business_make_path:
 * @self: a business
 * @format: what comes after the business in the path, as for printf(): "pauses/%d"
 * @...: its arguments
 *
 * Returns: (transfer full): the path of something that belongs to the business
 */
char *
bw_business_make_path (BwBusiness *self, const char *format, ...)
{
  g_autofree char *id = g_uri_escape_string (bw_business_get_id (self), NULL, FALSE);
  g_autofree char *rest = NULL;
  va_list arguments;

  va_start (arguments, format);
  rest = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return g_strconcat ("/v1/businesses/", id, "/", rest, NULL);
}

/**
 * bw_business_make_job_path:
 * @self: a business
 * @job: a job's id
 * @rest: what comes after it: "", or "/items"
 *
 * Returns: (transfer full): the path of something that belongs to a job
 */
char *
bw_business_make_job_path (BwBusiness *self, gint64 job, const char *rest)
{
  return bw_business_make_path (self, "jobs/%" G_GINT64_FORMAT "%s", job, rest);
}
