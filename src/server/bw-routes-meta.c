/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-routes.h"

#include <gio/gio.h>

#include "bw-error.h"
#include "bw-server.h"

/** bw_route_get_health: GET /healthz */
BwReply *
bw_route_get_health (BwRequest *request, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean is_empty;
  BwJsonWriter *writer;

  if (bw_server_is_stopping (request->server)
      || !bw_store_is_empty (bw_server_get_store (request->server), &is_empty, &local_error))
    {
      bw_set_error (error, BW_ERROR_UNAVAILABLE, "%s",
                    local_error != NULL ? "The store can't be read. The server's log says why."
                                        : "The server is stopping.");
      if (local_error != NULL)
        g_warning ("The store can't be read: %s", local_error->message);
      return NULL;
    }
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_string (writer, "status", "ok");
  bw_json_writer_string (writer, "version", PACKAGE_VERSION);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

static gboolean
may_manage (BwRequest *request)
{
  const BwMe *me = request->sign_in != NULL ? request->sign_in->session->me : NULL;

  for (guint i = 0; me != NULL && i < me->businesses->len; i++)
    if ((((BwMembership *) g_ptr_array_index (me->businesses, i))->permissions & BW_PERMISSION_MANAGE) != 0)
      return TRUE;
  return FALSE;
}

static void
write_commits (BwStore *store, GString *text)
{
  BwCommits commits;

  bw_store_get_commits (store, &commits);
  g_string_append_printf (
    text,
    "# HELP batchwork_commit_seconds How long commits took, from the first write to the disk.\n"
    "# TYPE batchwork_commit_seconds summary\n"
    "batchwork_commit_seconds_sum %.6f\n"
    "batchwork_commit_seconds_count %" G_GINT64_FORMAT "\n"
    "# HELP batchwork_commit_writes How many writes were committed together.\n"
    "# TYPE batchwork_commit_writes summary\n"
    "batchwork_commit_writes_sum %" G_GINT64_FORMAT "\n"
    "batchwork_commit_writes_count %" G_GINT64_FORMAT "\n"
    "# HELP batchwork_failed_commits_total Commits that could not be made.\n"
    "# TYPE batchwork_failed_commits_total counter\n"
    "batchwork_failed_commits_total %" G_GINT64_FORMAT "\n",
    (double) commits.microseconds / 1e6, commits.commits, commits.writes, commits.commits,
    commits.failed);
}

static gboolean
write_jobs_of (BwStore *store, const BwSuggestion *business, GString *text, GError **error)
{
  const BwViewer everybody = { .business = business->id, .permissions = BW_PERMISSIONS_ALL };
  g_autoptr (BwFilter) all = bw_filter_new ();
  BwSummary summary = { 0 };

  if (!bw_store_summary (store, &everybody, all, &summary, error))
    return FALSE;
  for (guint i = 0; i < BW_N_JOB_STATES; i++)
    g_string_append_printf (text, "batchwork_jobs{business=\"%s\",state=\"%s\"} %" G_GINT64_FORMAT "\n",
                            business->key, bw_job_state_to_string ((BwJobState) i), summary.in_state[i]);
  return TRUE;
}

/* The counters that lists show, so that asking for them costs next to nothing. */
static gboolean
write_jobs (BwStore *store, GString *text, GError **error)
{
  g_autoptr (GPtrArray) businesses = bw_store_list_businesses (store, error);

  g_string_append (text, "# HELP batchwork_jobs Jobs kept, by business and state.\n"
                         "# TYPE batchwork_jobs gauge\n");
  for (guint i = 0; businesses != NULL && i < businesses->len; i++)
    if (!write_jobs_of (store, g_ptr_array_index (businesses, i), text, error))
      return FALSE;
  return businesses != NULL;
}

/** bw_route_get_metrics: GET /metrics */
BwReply *
bw_route_get_metrics (BwRequest *request, GError **error)
{
  g_autoptr (GString) text = NULL;
  g_autoptr (GBytes) body = NULL;

  if (!bw_request_is_local (request) && !may_manage (request))
    {
      bw_set_error (error, request->sign_in != NULL ? BW_ERROR_FORBIDDEN : BW_ERROR_UNAUTHORIZED,
                    "Figures are for this machine, and for a token with the permission “manage”.");
      return NULL;
    }
  text = g_string_sized_new (8192);
  bw_metrics_write (bw_server_get_metrics (request->server), text);
  bw_metrics_write_gauge (text, "batchwork_connections", "Open connections.",
                          bw_server_count_connections (request->server));
  bw_metrics_write_gauge (text, "batchwork_event_streams", "Open event streams.",
                          bw_event_hub_count (bw_server_get_hub (request->server)));
  bw_metrics_write_gauge (text, "batchwork_waiting_claims", "Claims that wait for work.",
                          bw_claim_wait_count (bw_server_get_claim_wait (request->server)));
  write_commits (bw_server_get_store (request->server), text);
  if (!write_jobs (bw_server_get_store (request->server), text, error))
    return NULL;
  body = g_bytes_new (text->str, text->len);
  return bw_reply_new_text ("text/plain; version=0.0.4; charset=utf-8", body);
}

/** bw_route_get_openapi: GET /v1/openapi.yaml */
BwReply *
bw_route_get_openapi (BwRequest *request, GError **error)
{
  g_autoptr (GBytes) body = g_resources_lookup_data ("/io/github/batchwork/server/openapi.yaml",
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  return body != NULL ? bw_reply_new_text ("application/yaml", body) : NULL;
}
