/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-routes.h"

#include "bw-error.h"
#include "bw-routes-work.h"
#include "bw-server.h"

/** bw_claims_reply_empty: Returns: (transfer full): the answer that there is no work */
BwReply *
bw_claims_reply_empty (void)
{
  static const char text[] = "{\"claims\":[]}";
  g_autoptr (GBytes) body = g_bytes_new_static (text, sizeof text - 1);

  return bw_reply_new_text ("application/json", body);
}

static gboolean
may_work (const BwSession *session, const BwMembership *membership)
{
  return session->kind == BW_ACCOUNT_WORKER || (membership->permissions & BW_PERMISSION_MANAGE) != 0;
}

/* The businesses asked for, each of which must be open to who asks; or all that are. */
static GArray *
find_businesses (BwRequest *request, const BwClaimRequest *claim, GError **error)
{
  const BwSession *session = request->sign_in->session;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint n_wanted = claim->businesses != NULL ? g_strv_length (claim->businesses) : 0;

  for (guint i = 0; i < session->me->businesses->len; i++)
    {
      const BwMembership *membership = g_ptr_array_index (session->me->businesses, i);

      if (may_work (session, membership)
          && (claim->businesses == NULL
              || g_strv_contains ((const char *const *) claim->businesses, membership->id)))
        g_array_append_val (ids, g_array_index (session->business_ids, gint64, i));
    }
  for (guint i = 0; i < n_wanted; i++)
    {
      const BwMembership *membership = bw_me_find (session->me, claim->businesses[i]);

      if (membership == NULL)
        {
          bw_set_error_field (error, BW_ERROR_NOT_FOUND, "businesses", "There is no business “%.64s”.",
                              claim->businesses[i]);
          return NULL;
        }
      if (!may_work (session, membership))
        {
          bw_set_error_field (error, BW_ERROR_FORBIDDEN, "businesses",
                              "Work is given to a worker's token, or to who has the permission "
                              "“manage” in “%s”.", claim->businesses[i]);
          return NULL;
        }
    }
  if (ids->len > 0)
    return g_steal_pointer (&ids);
  bw_set_error (error, BW_ERROR_FORBIDDEN,
                "Work is given to a worker's token, or to who has the permission “manage”.");
  return NULL;
}

/* Equal for claims that could be answered with the same jobs. */
static char *
make_key (BwRequest *request, const BwClaimRequest *claim)
{
  g_autofree char *businesses
    = claim->businesses != NULL ? g_strjoinv (",", claim->businesses) : g_strdup ("");
  g_autofree char *types = claim->types != NULL ? g_strjoinv (",", claim->types) : g_strdup ("");

  return g_strdup_printf ("%" G_GINT64_FORMAT ";%s;%s", request->sign_in->session->user, businesses,
                          types);
}

static BwReply *
answer_claims (GPtrArray *claims)
{
  BwJsonWriter *writer = bw_json_writer_new ();

  bw_json_writer_begin_object (writer, NULL);
  bw_json_writer_begin_array (writer, "claims");
  for (guint i = 0; i < claims->len; i++)
    bw_claim_write (g_ptr_array_index (claims, i), writer, NULL);
  bw_json_writer_end_array (writer);
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}

static BwReply *
claim_or_wait (BwRequest *request, const BwClaimRequest *claim, GArray *businesses, GError **error)
{
  BwClaimWait *wait = bw_server_get_claim_wait (request->server);
  g_autofree char *key = make_key (request, claim);
  guint64 serial = bw_claim_wait_get_serial (wait);
  g_autoptr (GPtrArray) claims
    = bw_store_claim (bw_server_get_store (request->server), request->sign_in->session->user, claim,
                      (const gint64 *) (gpointer) businesses->data, businesses->len, error);

  if (claims == NULL)
    return NULL;
  bw_claim_wait_tried (wait, key, serial, claims->len >= (guint) claim->max);
  if (request->wait_until == 0)
    request->wait_until = g_get_monotonic_time () + claim->wait * 1000;
  if (claims->len > 0 || g_get_monotonic_time () >= request->wait_until
      || bw_server_is_stopping (request->server))
    return answer_claims (claims);
  return bw_reply_new_parked (key, businesses, serial, request->wait_until);
}

/** bw_route_claim: POST /v1/claims */
BwReply *
bw_route_claim (BwRequest *request, GError **error)
{
  BwClaimRequest *claim
    = bw_claim_request_parse ((const char *) request->body->data, request->body->len, error);
  g_autoptr (BwClaimRequest) owned = claim;
  g_autoptr (GArray) businesses = NULL;

  if (claim == NULL)
    return NULL;
  businesses = find_businesses (request, claim, error);
  return businesses != NULL ? claim_or_wait (request, claim, businesses, error) : NULL;
}

/** bw_route_report: POST /v1/reports */
BwReply *
bw_route_report (BwRequest *request, GError **error)
{
  g_autoptr (GPtrArray) reports = NULL;
  g_autoptr (GPtrArray) results = NULL;
  BwJsonWriter *writer;

  reports = bw_reports_parse ((const char *) request->body->data, request->body->len, error);
  if (reports == NULL)
    return NULL;
  results = bw_store_report (bw_server_get_store (request->server), request->sign_in->session->user,
                             reports, error);
  if (results == NULL)
    return NULL;
  writer = bw_json_writer_new ();
  bw_json_writer_begin_object (writer, NULL);
  bw_report_results_write (results, writer, "results");
  bw_json_writer_end_object (writer);
  return bw_reply_new_json (200, writer);
}
