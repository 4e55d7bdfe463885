/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Puts load on a batchworkd over HTTP, as lean as can be, so that on a small machine the server is
 * measured and not its client: one thread, one epoll, kept-alive connections, one request under way
 * on each, prepared bytes.
 *
 *   load submit --port P --token T --business B --connections 32 --batch 1 --seconds 5
 *   load work   --port P --token T --business B --connections 8 --batch 100 --seconds 5
 *
 * Prints one line of JSON.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <glib-unix.h>

typedef enum
{
  STEP_SUBMIT,
  STEP_CLAIM,
  STEP_REPORT,
} Step;

typedef struct
{
  int fd;
  Step step;
  GString *request;
  gsize sent;
  GString *answer;
  gint64 asked_at;
  int claimed;
} Connection;

typedef struct
{
  GArray *latencies;  /* of gint64, microseconds */
  GString *submission;
  gint64 jobs;
  gint64 requests;
  gint64 all;       /* jobs, those before and after the time that counts too */
  gint64 begin;     /* of the time that counts */
  double took;      /* seconds until the time was over or no work was left */
  int n_under_way;  /* requests without an answer */
  gboolean empty;
} Load;

static gboolean work_mode;
static int port;
static char *token;
static char *business;
static int n_connections = 32;
static int batch = 1;
static double seconds = 5;
static double warm;
static char *parameters;

static const GOptionEntry options[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &port, "Port on 127.0.0.1", "PORT" },
  { "token", 0, 0, G_OPTION_ARG_STRING, &token, "Token of the session", "TOKEN" },
  { "business", 0, 0, G_OPTION_ARG_STRING, &business, "Business", "NAME" },
  { "connections", 0, 0, G_OPTION_ARG_INT, &n_connections, "Connections", "N" },
  { "batch", 0, 0, G_OPTION_ARG_INT, &batch, "Jobs a request", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "How long", "S" },
  { "warm", 0, 0, G_OPTION_ARG_DOUBLE, &warm, "How long before that, not counted", "S" },
  { "parameters", 0, 0, G_OPTION_ARG_STRING, &parameters, "Parameters of each job", "JSON" },
  { NULL },
};

static void
set_request (Connection *connection, const char *path, const char *body, gsize length)
{
  g_string_printf (connection->request,
                   "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
                   "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                   path, port, token, length);
  g_string_append_len (connection->request, body, length);
  connection->sent = 0;
  g_string_truncate (connection->answer, 0);
  connection->asked_at = g_get_monotonic_time ();
}

static GString *
make_submission (void)
{
  GString *body = g_string_new (batch > 1 ? "[" : NULL);

  for (int i = 0; i < batch; i++)
    g_string_append_printf (body,
                            "%s{\"type\":\"send-invoices\",\"name\":\"Invoices of November, part %d\","
                            "\"parameters\":%s}",
                            i > 0 ? "," : "", i,
                            parameters != NULL ? parameters : "{\"period\":\"2026-11\",\"copies\":1}");
  if (batch > 1)
    g_string_append_c (body, ']');
  return body;
}

static void
ask_submit (Load *load, Connection *connection)
{
  g_autofree char *path = g_strdup_printf ("/v1/businesses/%s/jobs", business);

  connection->step = STEP_SUBMIT;
  set_request (connection, path, load->submission->str, load->submission->len);
}

static void
ask_claim (Connection *connection)
{
  g_autofree char *body = g_strdup_printf ("{\"worker\":\"bench-%d\",\"max\":%d,\"lease_s\":60,\"wait_s\":0}",
                                           connection->fd, batch);

  connection->step = STEP_CLAIM;
  set_request (connection, "/v1/claims", body, strlen (body));
}

/* Finishes every claim of the answer to a claim request. */
static gboolean
ask_report (Connection *connection)
{
  g_autoptr (GString) body = g_string_new ("{\"reports\":[");
  const char *at = connection->answer->str;

  connection->claimed = 0;
  while ((at = strstr (at, "\"claim\":")) != NULL)
    {
      at += strlen ("\"claim\":");
      g_string_append_printf (body, "%s{\"claim\":%" G_GINT64_FORMAT ",\"finish\":{}}",
                              connection->claimed > 0 ? "," : "", g_ascii_strtoll (at, NULL, 10));
      connection->claimed++;
    }
  g_string_append (body, "]}");
  if (connection->claimed == 0)
    return FALSE;

  connection->step = STEP_REPORT;
  set_request (connection, "/v1/reports", body->str, body->len);
  return TRUE;
}

/* Whether the whole answer has come; ends the program on one that isn't a success. */
static gboolean
is_complete (GString *answer)
{
  const char *end = strstr (answer->str, "\r\n\r\n");
  const char *length;

  if (end == NULL)
    return FALSE;
  if (!g_str_has_prefix (answer->str, "HTTP/1.1 20"))
    g_error ("The server answered: %s", answer->str);
  length = strcasestr (answer->str, "\r\nContent-Length:");
  g_assert (length != NULL && length < end);
  return answer->len >= (gsize) (end + 4 - answer->str)
                          + (gsize) g_ascii_strtoull (length + strlen ("\r\nContent-Length:"), NULL, 10);
}

static gboolean
is_over (Load *load)
{
  double took = (double) (g_get_monotonic_time () - load->begin) / G_USEC_PER_SEC;

  if (load->took == 0 && (load->empty || (load->requests > 0 && took >= seconds)))
    load->took = MAX (took, 0.001);
  return load->took > 0;
}

static void
count (Load *load, Connection *connection)
{
  gint64 now = g_get_monotonic_time ();
  gint64 took = now - connection->asked_at;
  int n = connection->step == STEP_SUBMIT   ? batch
          : connection->step == STEP_REPORT ? connection->claimed
                                            : 0;

  if (connection->step == STEP_REPORT && strstr (connection->answer->str, "\"status\":409") != NULL)
    g_error ("A report was refused: %s", connection->answer->str);
  load->all += n;
  if (now < load->begin || load->took > 0)
    return;
  g_array_append_val (load->latencies, took);
  load->requests++;
  load->jobs += n;
}

/* Puts the next question after a complete answer. FALSE: this connection has nothing left to do. */
static gboolean
go_on (Load *load, Connection *connection)
{
  switch (connection->step)
    {
    case STEP_SUBMIT:
      ask_submit (load, connection);
      return TRUE;
    case STEP_CLAIM:
      load->empty = !ask_report (connection);
      return !load->empty;
    case STEP_REPORT:
    default:
      ask_claim (connection);
      return TRUE;
    }
}

static void
write_some (Connection *connection)
{
  while (connection->sent < connection->request->len)
    {
      ssize_t n = write (connection->fd, connection->request->str + connection->sent,
                         connection->request->len - connection->sent);

      if (n < 0 && errno == EAGAIN)
        return;
      if (n < 0)
        g_error ("Could not write to the server: %s", g_strerror (errno));
      connection->sent += n;
    }
}

static void
read_some (Connection *connection)
{
  static char buffer[1 << 18];
  ssize_t n;

  while ((n = read (connection->fd, buffer, sizeof buffer)) > 0)
    g_string_append_len (connection->answer, buffer, n);
  if (n == 0)
    g_error ("The server closed the connection");
  if (errno != EAGAIN)
    g_error ("Could not read from the server: %s", g_strerror (errno));
}

/* Takes an answer, if it is complete by now. */
static void
take_answer (Load *load, Connection *connection)
{
  read_some (connection);
  if (!is_complete (connection->answer))
    return;
  count (load, connection);
  if (is_over (load) || !go_on (load, connection))
    load->n_under_way--;
}

static Connection *
connection_new (int epoll)
{
  Connection *connection = g_new0 (Connection, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection };
  int one = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  connection->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect (connection->fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("Could not connect to port %d: %s", port, g_strerror (errno));
  setsockopt (connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  g_unix_set_fd_nonblocking (connection->fd, TRUE, NULL);
  connection->request = g_string_new (NULL);
  connection->answer = g_string_new (NULL);
  epoll_ctl (epoll, EPOLL_CTL_ADD, connection->fd, &event);
  return connection;
}

static void
begin (Load *load, int epoll)
{
  load->begin = g_get_monotonic_time () + (gint64) (warm * G_USEC_PER_SEC);
  for (int i = 0; i < n_connections; i++)
    {
      Connection *connection = connection_new (epoll);

      if (work_mode)
        ask_claim (connection);
      else
        ask_submit (load, connection);
      write_some (connection);
      load->n_under_way++;
    }
}

static void
run (Load *load)
{
  int epoll = epoll_create1 (EPOLL_CLOEXEC);
  struct epoll_event events[64];

  begin (load, epoll);
  while (load->n_under_way > 0)
    {
      int n = epoll_wait (epoll, events, G_N_ELEMENTS (events), 1000);

      for (int i = 0; i < n; i++)
        {
          Connection *connection = events[i].data.ptr;

          if (events[i].events & EPOLLIN)
            take_answer (load, connection);
          write_some (connection);
        }
    }
  is_over (load);
}

static int
compare_latencies (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("submit|work");
  g_autoptr (GError) error = NULL;
  Load load = { .latencies = g_array_new (FALSE, FALSE, sizeof (gint64)) };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2)
    g_error ("%s", error != NULL ? error->message : "Say submit or work");
  work_mode = g_str_equal (argv[1], "work");
  load.submission = make_submission ();

  run (&load);
  if (load.latencies->len == 0)
    g_error ("Nothing was answered within %g s", seconds);

  g_array_sort (load.latencies, compare_latencies);
  g_print ("{\"jobs\": %" G_GINT64_FORMAT ", \"all\": %" G_GINT64_FORMAT ", \"requests\": %" G_GINT64_FORMAT ", \"seconds\": %.3f, "
           "\"median_ms\": %.3f, \"p99_ms\": %.3f, \"ran_dry\": %s}\n",
           load.jobs, load.all, load.requests, load.took,
           g_array_index (load.latencies, gint64, load.latencies->len / 2) / 1000.0,
           g_array_index (load.latencies, gint64, load.latencies->len * 99 / 100) / 1000.0,
           load.empty ? "true" : "false");
  g_string_free (load.submission, TRUE);
  g_array_unref (load.latencies);
  return 0;
}
