/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection on its bad days: each server here misbehaves in one way.
 */
#include "client-test.h"
#include "raw-server.h"

#include <string.h>

#include <glib/gstdio.h>

#include "bw-error.h"

typedef struct
{
  BwRawServer *server;
  BwConnection *connection;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer handler)
{
  g_autofree char *url = NULL;

  fixture->server = bw_raw_server_new ((BwRawHandler) handler, NULL);
  url = bw_raw_server_get_url (fixture->server);
  fixture->connection = bw_connection_new (url);
  bw_connection_set_token (fixture->connection, "bw_token");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer connection = fixture->connection;

  g_object_add_weak_pointer (connection, &connection);
  g_clear_object (&fixture->connection);
  bw_test_await_gone (&connection);
  bw_raw_server_free (fixture->server);
}

static GError *
fail_request (Fixture *fixture)
{
  return bw_test_await_error (bw_connection_request (fixture->connection, "GET", "/v1/me", NULL));
}

static gboolean
answer_me (BwRawRequest *request, gpointer data)
{
  const char *authorization = g_hash_table_lookup (request->headers, "authorization");

  g_assert_cmpstr (authorization, ==, "Bearer bw_token");
  return bw_raw_answer_json (request, "{\"user\":{\"id\":1,\"name\":\"Olivia\"},\"businesses\":[]}");
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BwMe) me = bw_test_await_boxed (bw_connection_refresh_me (fixture->connection), NULL);
  g_autoptr (JsonNode) node
    = bw_test_await_boxed (bw_connection_request (fixture->connection, "GET", "/v1/me", NULL), NULL);

  g_assert_cmpstr (me->name, ==, "Olivia");
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  g_assert_cmpint (bw_connection_get_state (fixture->connection), ==, BW_CONNECTION_STATE_ONLINE);
  g_assert_true (bw_connection_get_me (fixture->connection) == me);
}

static gboolean
answer_html (BwRawRequest *request, gpointer data)
{
  return bw_raw_answer (request, 200, "text/html", "<html>Welcome to the hotel</html>");
}

static void
test_html (Fixture *fixture, gconstpointer data)
{
  bw_test_assert_says (fail_request (fixture), BW_ERROR, BW_ERROR_INTERNAL,
                       "Could not do GET /v1/me: what answers at http://* is no Batchwork "
                       "server*text/html.");
}

static gboolean
answer_broken_json (BwRawRequest *request, gpointer data)
{
  return bw_raw_answer_json (request, "{\"user\":");
}

static void
test_broken_json (Fixture *fixture, gconstpointer data)
{
  bw_test_assert_says (fail_request (fixture), BW_ERROR, BW_ERROR_INTERNAL,
                       "Could not do GET /v1/me: the answer of the server at * can’t be read: *");
}

static gboolean
answer_wrong_shape (BwRawRequest *request, gpointer data)
{
  return bw_raw_answer_json (request, "{\"user\":{\"id\":\"one\",\"name\":\"x\"},\"businesses\":[]}");
}

static void
test_wrong_shape (Fixture *fixture, gconstpointer data)
{
  bw_test_assert_says (bw_test_await_error (bw_connection_refresh_me (fixture->connection)),
                       BW_ERROR, BW_ERROR_INTERNAL, "Could not sign in to *can’t be read: *user.id*");
}

static gboolean
answer_deep (BwRawRequest *request, gpointer data)
{
  g_autofree char *deep = g_strnfill (1000, '[');

  return bw_raw_answer_json (request, deep);
}

static void
test_deep (Fixture *fixture, gconstpointer data)
{
  bw_test_assert_says (fail_request (fixture), BW_ERROR, BW_ERROR_INTERNAL, "*can’t be read: *");
}

static gboolean
answer_cut_off (BwRawRequest *request, gpointer data)
{
  bw_raw_write (request, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         "Content-Length: 1000\r\n\r\n{\"user\":");
  return FALSE;
}

static gboolean
answer_cut_off_chunked (BwRawRequest *request, gpointer data)
{
  bw_raw_write (request, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n100\r\n{\"user\":");
  return FALSE;
}

static void
test_cut_off (Fixture *fixture, gconstpointer data)
{
  bw_test_assert_says (fail_request (fixture), BW_ERROR, BW_ERROR_UNAVAILABLE,
                       "Could not do GET /v1/me: the answer of the server at http://* was cut off.");
  g_assert_cmpint (bw_connection_get_state (fixture->connection), ==, BW_CONNECTION_STATE_OFFLINE);
  g_assert_nonnull (bw_connection_get_error (fixture->connection));
}

static gboolean
answer_huge (BwRawRequest *request, gpointer data)
{
  g_autofree char *megabyte = g_strnfill (1024 * 1024, ' ');

  bw_raw_write (request, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         "Content-Length: 104857600\r\n\r\n");
  for (guint i = 0; i < 100; i++)
    if (!bw_raw_write_bytes (request, megabyte, 1024 * 1024))
      return FALSE;
  return TRUE;
}

static void
test_huge (Fixture *fixture, gconstpointer data)
{
  bw_test_assert_says (fail_request (fixture), BW_ERROR, BW_ERROR_INTERNAL,
                       "Could not do GET /v1/me: the answer of the server at * is larger than 64 "
                       "MiB.");
}

static gboolean
answer_redirect (BwRawRequest *request, gpointer data)
{
  return bw_raw_write (request, "HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n"
                                "Content-Length: 0\r\n\r\n");
}

static void
test_redirect (Fixture *fixture, gconstpointer data)
{
  bw_test_assert_says (fail_request (fixture), BW_ERROR, BW_ERROR_INTERNAL,
                       "*sends the request on to “http://login.example/”*");
  /* The token went nowhere else. */
  g_assert_cmpuint (bw_raw_server_count (fixture->server), ==, 1);
}

static gboolean
answer_500 (BwRawRequest *request, gpointer data)
{
  return bw_raw_answer (request, 500, "application/problem+json",
                        "{\"status\":500,\"detail\":\"The store can't be read.\"}");
}

static void
test_500 (Fixture *fixture, gconstpointer data)
{
  bw_test_assert_says (fail_request (fixture), BW_ERROR, BW_ERROR_INTERNAL,
                       "Could not do GET /v1/me: The store can't be read.");
}

static gboolean
answer_gateway (BwRawRequest *request, gpointer data)
{
  return bw_raw_answer (request, 502, "text/html", "<h1>Bad Gateway</h1>");
}

static void
test_gateway (Fixture *fixture, gconstpointer data)
{
  bw_test_assert_says (fail_request (fixture), BW_ERROR, BW_ERROR_UNAVAILABLE, "*502 Bad Gateway.");
  g_assert_cmpint (bw_connection_get_state (fixture->connection), ==, BW_CONNECTION_STATE_OFFLINE);
}

static gboolean
answer_field (BwRawRequest *request, gpointer data)
{
  return bw_raw_answer (request, 400, "application/problem+json",
                        "{\"status\":400,\"detail\":\"Too long\",\"field\":\"name\"}");
}

static void
test_field (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = fail_request (fixture);

  g_assert_error (error, BW_ERROR, BW_ERROR_INVALID);
  g_assert_cmpstr (bw_error_get_field (error), ==, "name");
}

static gboolean
answer_nothing (BwRawRequest *request, gpointer data)
{
  bw_raw_wait_closed (request);
  return FALSE;
}

static gboolean
answer_and_hang (BwRawRequest *request, gpointer data)
{
  bw_raw_write (request, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         "Content-Length: 1000\r\n\r\n{");
  bw_raw_wait_closed (request);
  return FALSE;
}

static void
test_hangs (Fixture *fixture, gconstpointer data)
{
  bw_connection_set_timeout (fixture->connection, 1);
  bw_test_assert_says (fail_request (fixture), BW_ERROR, BW_ERROR_UNAVAILABLE,
                       "Could not do GET /v1/me: the server at http://* did not answer in 1 "
                       "seconds.");
}

static gboolean
answer_lapsed (BwRawRequest *request, gpointer data)
{
  return bw_raw_answer (request, 401, "application/problem+json",
                        "{\"status\":401,\"detail\":\"The sign-in has lapsed.\"}");
}

static void
count_cb (BwConnection *connection, GError *error, guint *n)
{
  g_assert_error (error, BW_ERROR, BW_ERROR_UNAUTHORIZED);
  (*n)++;
}

static void
test_lapsed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DexFuture) first = NULL;
  g_autoptr (DexFuture) second = NULL;
  guint n = 0;

  g_signal_connect (fixture->connection, "sign-in-needed", G_CALLBACK (count_cb), &n);
  first = bw_connection_request (fixture->connection, "GET", "/v1/me", NULL);
  second = bw_connection_request (fixture->connection, "GET", "/v1/me", NULL);
  bw_test_assert_says (bw_test_await_error (g_steal_pointer (&first)), BW_ERROR,
                       BW_ERROR_UNAUTHORIZED, "*The sign-in has lapsed.");
  g_error_free (bw_test_await_error (g_steal_pointer (&second)));
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (bw_connection_get_state (fixture->connection), ==,
                   BW_CONNECTION_STATE_SIGNED_OUT);
}

static void
test_nobody_there (void)
{
  g_autoptr (BwRawServer) server = bw_raw_server_new (answer_nothing, NULL);
  g_autofree char *url = bw_raw_server_get_url (server);
  g_autoptr (BwConnection) connection = bw_connection_new (url);

  g_clear_pointer (&server, bw_raw_server_free);
  bw_connection_set_token (connection, "bw_token");
  bw_test_assert_says (bw_test_await_error (bw_connection_refresh_me (connection)), BW_ERROR,
                       BW_ERROR_UNAVAILABLE,
                       "Could not sign in to http://*: nothing answers at http://*. The server may "
                       "be stopped or starting.");
  g_assert_cmpint (bw_connection_get_state (connection), ==, BW_CONNECTION_STATE_OFFLINE);
}

static void
test_address (void)
{
  static const struct
  {
    const char *url;
    const char *words;
  } cases[] = {
    { "", "Could not sign in to : “” is no address of a server.*" },
    { "ftp://example.com", "*is no address of a server.*" },
    { "http://jobs.example.com", "*http://jobs.example.com is not encrypted*" },
    { "https://", "*is no address of a server.*" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BwConnection) connection = bw_connection_new (cases[i].url);

      bw_test_assert_says (bw_test_await_error (bw_connection_refresh_me (connection)),
                           BW_CLIENT_ERROR, BW_CLIENT_ERROR_ADDRESS, cases[i].words);
    }
}

static void
test_address_forms (void)
{
  g_autoptr (BwConnection) bare = bw_connection_new (" jobs.example.com/ ");
  g_autoptr (BwConnection) path = bw_connection_new ("https://example.com/jobs//");

  g_assert_cmpstr (bw_connection_get_url (bare), ==, "https://jobs.example.com");
  g_assert_cmpstr (bw_connection_get_url (path), ==, "https://example.com/jobs");
}

static GTlsCertificate *
make_certificate (void)
{
  g_autofree char *directory = g_dir_make_tmp ("batchwork-tls-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (directory, "key.pem", NULL);
  g_autofree char *file = g_build_filename (directory, "certificate.pem", NULL);
  const char *arguments[]
    = { "openssl",    "req", "-x509", "-newkey", "ec",  "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes",     "-keyout", key, "-out",    file,  "-days",    "2",
        "-subj",      "/CN=other.example", NULL };
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;

  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  certificate = g_tls_certificate_new_from_files (file, key, &error);
  g_assert_no_error (error);
  g_unlink (key);
  g_unlink (file);
  g_rmdir (directory);
  return certificate;
}

static void
test_certificate (void)
{
  g_autoptr (GTlsCertificate) certificate = make_certificate ();
  g_autoptr (BwRawServer) server = bw_raw_server_new_tls (answer_me, NULL, certificate);
  g_autofree char *url = bw_raw_server_get_url (server);
  g_autoptr (BwConnection) connection = bw_connection_new (url);
  g_autofree char *fingerprint = bw_certificate_get_fingerprint (certificate);
  g_autofree char *refused = NULL;
  GTlsCertificateFlags reasons = 0;

  bw_connection_set_token (connection, "bw_token");
  bw_test_assert_says (bw_test_await_error (bw_connection_refresh_me (connection)),
                       BW_CLIENT_ERROR, BW_CLIENT_ERROR_CERTIFICATE,
                       "Could not sign in to https://*: the certificate of the server at https://* "
                       "is not trusted: it was issued for another name*nobody whom this computer "
                       "knows*Nothing was sent to it.");
  /* Not even the request. */
  g_assert_cmpuint (bw_raw_server_count (server), ==, 0);
  refused = bw_certificate_get_fingerprint (
    bw_connection_get_refused_certificate (connection, &reasons));
  g_assert_cmpstr (refused, ==, fingerprint);
  g_assert_cmpuint (strlen (fingerprint), ==, 32 * 3 - 1);
  g_assert_true (reasons & G_TLS_CERTIFICATE_UNKNOWN_CA);

  bw_connection_set_trusted_certificate (connection, "00:11");
  g_error_free (bw_test_await_error (bw_connection_refresh_me (connection)));
  bw_connection_set_trusted_certificate (connection, fingerprint);
  g_assert_true (bw_test_await (bw_connection_refresh_me (connection), NULL));
  g_assert_cmpint (bw_connection_get_state (connection), ==, BW_CONNECTION_STATE_ONLINE);
}

static gboolean
answer_date (BwRawRequest *request, gpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) ahead = g_date_time_add_hours (now, 1);
  g_autofree char *date = g_date_time_format (ahead, "%a, %d %b %Y %H:%M:%S GMT");

  return bw_raw_write (request,
                       "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Type: application/json\r\n"
                       "Content-Length: 2\r\n\r\n{}",
                       date);
}

static void
test_clock (Fixture *fixture, gconstpointer data)
{
  gint64 offset;

  g_assert_true (
    bw_test_await (bw_connection_request (fixture->connection, "GET", "/v1/me", NULL), NULL));
  offset = bw_connection_get_server_time_offset (fixture->connection);
  g_assert_cmpint (ABS (offset - BW_TIME_HOUR), <, 5 * BW_TIME_SECOND);
}

/* Serves a file of 1,000,000 bytes, by ranges; "/cut" ends in the middle. */
static gboolean
answer_file (BwRawRequest *request, gpointer data)
{
  const char *range = g_hash_table_lookup (request->headers, "range");
  g_autofree char *contents = g_malloc (1000000);
  guint first = 0;
  guint last = 999999;

  for (guint i = 0; i < 1000000; i++)
    contents[i] = (char) ('a' + i % 26);
  if (range != NULL && sscanf (range, "bytes=%u-%u", &first, &last) == 2)
    {
      if (first >= 1000000)
        return bw_raw_answer (request, 416, "application/problem+json", "{}");
      last = MIN (last, 999999);
      bw_raw_write (request, "HTTP/1.1 206 Partial\r\nContent-Range: bytes %u-%u/1000000\r\n"
                             "Content-Type: text/plain\r\nContent-Length: %u\r\n\r\n",
                    first, last, last - first + 1);
      return bw_raw_write_bytes (request, contents + first, last - first + 1);
    }
  bw_raw_write (request, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                         "Content-Length: 1000000\r\n\r\n");
  if (g_str_has_suffix (request->path, "/cut"))
    {
      bw_raw_write_bytes (request, contents, 500000);
      return FALSE;
    }
  return bw_raw_write_bytes (request, contents, 1000000);
}

static void
test_download_range (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) middle
    = bw_test_await_boxed (bw_connection_download (fixture->connection, "/v1/file", 26, 3), NULL);
  g_autoptr (GBytes) end
    = bw_test_await_boxed (bw_connection_download (fixture->connection, "/v1/file", 999999, 50), NULL);
  g_autoptr (GBytes) past
    = bw_test_await_boxed (bw_connection_download (fixture->connection, "/v1/file", 1000000, 5), NULL);

  g_assert_cmpmem (g_bytes_get_data (middle, NULL), g_bytes_get_size (middle), "abc", 3);
  g_assert_cmpuint (g_bytes_get_size (end), ==, 1);
  g_assert_cmpuint (g_bytes_get_size (past), ==, 0);
}

static void
progress_cb (gint64 done, gint64 total, gpointer data)
{
  gint64 *last = data;

  g_assert_cmpint (done, >=, *last);
  g_assert_cmpint (total, ==, 1000000);
  *last = done;
}

static guint
count_files (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_download_to (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("batchwork-download-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "result.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/nonexistent/folder/x");
  g_autofree char *contents = NULL;
  gint64 last = 0;
  gsize length;

  /* What fails leaves what was there, and nothing else. */
  g_assert_true (g_file_set_contents (path, "old", 3, NULL));
  bw_test_assert_says (bw_test_await_error (bw_connection_download_to (fixture->connection, "/v1/cut",
                                                                       file, NULL, NULL, NULL)),
                       BW_ERROR, BW_ERROR_UNAVAILABLE, "Could not download /v1/cut: *cut off.");
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "old");
  bw_test_settle (100);
  g_assert_cmpuint (count_files (directory), ==, 1);

  g_assert_cmpint (bw_test_await_int64 (bw_connection_download_to (fixture->connection, "/v1/file",
                                                                   file, progress_cb, &last, NULL),
                                        NULL),
                   ==, 1000000);
  g_assert_cmpint (last, ==, 1000000);
  g_clear_pointer (&contents, g_free);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_cmpuint (length, ==, 1000000);
  g_assert_cmpuint (count_files (directory), ==, 1);
  g_unlink (path);
  bw_test_assert_says (bw_test_await_error (bw_connection_download_to (
                         fixture->connection, "/v1/file", nowhere, NULL, NULL, NULL)),
                       BW_ERROR, BW_ERROR_INVALID, "*can’t be written*");
  g_rmdir (directory);
}

static gboolean
answer_upload (BwRawRequest *request, gpointer data)
{
  const char *disposition = g_hash_table_lookup (request->headers, "content-disposition");

  if (!g_str_equal (request->method, "PUT") || g_bytes_get_size (request->body) != 300000
      || strstr (disposition, "attachment") == NULL || strstr (disposition, "%C3%A9") == NULL)
    return bw_raw_answer (request, 400, "application/problem+json", "{\"detail\":\"wrong\"}");
  return bw_raw_write (request, "HTTP/1.1 204 No Content\r\n\r\n");
}

static void
test_upload (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GInputStream) stream
    = g_memory_input_stream_new_from_data (g_strnfill (300000, 'x'), 300000, g_free);
  g_autoptr (GError) error = NULL;

  bw_test_await (bw_connection_upload (fixture->connection, "/v1/claims/1/result", "été.csv", stream,
                                       300000),
                 &error);
  g_assert_no_error (error);
}

/* What nobody waits for any longer is not waited for. */
static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DexCancellable) cancellable = dex_cancellable_new ();
  DexFuture *future = dex_future_first (
    bw_connection_request (fixture->connection, "GET", "/v1/me", NULL),
    dex_ref (DEX_FUTURE (cancellable)), NULL);
  g_autoptr (GError) error = NULL;

  bw_test_settle (50);
  dex_cancellable_cancel (cancellable);
  error = bw_test_await_error (future);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(path, handler, test) \
  g_test_add ("/client/connection/" path, Fixture, handler, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("good", answer_me, test_good);
  ADD ("not-json", answer_html, test_html);
  ADD ("broken-json", answer_broken_json, test_broken_json);
  ADD ("wrong-shape", answer_wrong_shape, test_wrong_shape);
  ADD ("deep-json", answer_deep, test_deep);
  ADD ("cut-off", answer_cut_off, test_cut_off);
  ADD ("cut-off-chunked", answer_cut_off_chunked, test_cut_off);
  ADD ("100-megabytes", answer_huge, test_huge);
  ADD ("redirect", answer_redirect, test_redirect);
  ADD ("500", answer_500, test_500);
  ADD ("bad-gateway", answer_gateway, test_gateway);
  ADD ("field-at-fault", answer_field, test_field);
  ADD ("silent", answer_nothing, test_hangs);
  ADD ("hangs-in-the-middle", answer_and_hang, test_hangs);
  ADD ("token-lapsed", answer_lapsed, test_lapsed);
  ADD ("clock-ahead", answer_date, test_clock);
  ADD ("dropped", answer_nothing, test_dropped);
  ADD ("download-range", answer_file, test_download_range);
  ADD ("download-to", answer_file, test_download_to);
  ADD ("upload", answer_upload, test_upload);
  g_test_add_func ("/client/connection/nobody-there", test_nobody_there);
  g_test_add_func ("/client/connection/address", test_address);
  g_test_add_func ("/client/connection/address-forms", test_address_forms);
  g_test_add_func ("/client/connection/certificate", test_certificate);
  return g_test_run ();
}
