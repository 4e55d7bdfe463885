/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Holds thousands of event streams open and follows each against the truth: jobs are submitted at a
 * steady rate, and each stream must be told of each of them once, in the order of their revisions.
 * Streams can be stalled: they are opened and never read. One thread, one epoll.
 *
 *   streams --port P --token T --business A --business B --streams 5000 --stalled 1 --stall-in B
 * --seconds 5
 *
 * Says "open" when all are open, begins when it is given a line, and prints one line of JSON.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib-unix.h>

/* How long after the last submission its events may still be on the way. */
#define GRACE_US (30 * G_USEC_PER_SEC)

typedef struct
{
  int fd;
  guint business;
  gboolean stalled;
  gboolean accepted; /* the answer has begun */
  gint64 revision;   /* of the last event */
  guint n_events;
  char *rest; /* what came of a line that is not whole; NULL: nothing */
} Stream;

typedef struct
{
  int epoll;
  Stream *streams;
  guint n_streams;
  guint n_open;
  guint n_complete;
  guint *submitted; /* by business */
  gint64 disorder;  /* events that did not come after their forerunner */
  GArray *delays;   /* of gint64, microseconds from the submission to the event */
} Bench;

static int port;
static char **tokens;
static char **businesses;
static int n_streams = 5000;
static int n_stalled;
static char *stall_in;
static double seconds = 5;
static double rate = 1;

static const GOptionEntry options[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &port, "Port on 127.0.0.1", "PORT" },
  { "token", 0, 0, G_OPTION_ARG_STRING_ARRAY, &tokens, "Token of a session; repeats", "TOKEN" },
  { "business", 0, 0, G_OPTION_ARG_STRING_ARRAY, &businesses, "Business; repeats", "NAME" },
  { "streams", 0, 0, G_OPTION_ARG_INT, &n_streams, "Streams that are read", "N" },
  { "stalled", 0, 0, G_OPTION_ARG_INT, &n_stalled, "Streams that are not", "N" },
  { "stall-in", 0, 0, G_OPTION_ARG_STRING, &stall_in, "Business that those follow", "NAME" },
  { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &rate, "Submissions a second in each business", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "How long", "S" },
  { NULL },
};

static int
connect_to_server (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("Could not connect to port %d: %s", port, g_strerror (errno));
  return fd;
}

static void
send_all (int fd, const char *text, gsize length)
{
  if (write (fd, text, length) != (ssize_t) length)
    g_error ("Could not write to the server: %s", g_strerror (errno));
}

static void
open_stream (Bench *bench, Stream *stream, guint index)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = stream };
  guint n_businesses = g_strv_length (businesses);
  const int small = 4096;
  g_autofree char *request = NULL;

  stream->fd = connect_to_server ();
  stream->business = index % n_businesses;
  stream->stalled = index >= (guint) n_streams;
  request = g_strdup_printf ("GET /v1/businesses/%s/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                             "Authorization: Bearer %s\r\n\r\n",
                             stream->stalled ? stall_in : businesses[stream->business],
                             tokens[index % g_strv_length (tokens)]);
  if (stream->stalled)
    setsockopt (stream->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  send_all (stream->fd, request, strlen (request));
  g_unix_set_fd_nonblocking (stream->fd, TRUE, NULL);
  if (!stream->stalled)
    epoll_ctl (bench->epoll, EPOLL_CTL_ADD, stream->fd, &event);
}

/* The job's name is the time when it was submitted. */
static void
take_line (Bench *bench, Stream *stream, const char *line)
{
  const char *name;
  gint64 revision;
  gint64 delay;

  if (g_str_has_prefix (line, ": hello"))
    bench->n_open++;
  else if (g_str_has_prefix (line, "id: "))
    {
      revision = g_ascii_strtoll (line + strlen ("id: "), NULL, 10);
      bench->disorder += revision <= stream->revision;
      stream->revision = revision;
    }
  else if (g_str_has_prefix (line, "data: ") && (name = strstr (line, "\"name\":\"at ")) != NULL)
    {
      delay =
          g_get_monotonic_time () - g_ascii_strtoll (name + strlen ("\"name\":\"at "), NULL, 10);
      g_array_append_val (bench->delays, delay);
      stream->n_events++;
    }
}

static void
read_stream (Bench *bench, Stream *stream)
{
  static char buffer[1 << 16];
  ssize_t n = read (stream->fd, buffer, sizeof buffer - 1);
  g_autofree char *whole = NULL;
  char *line;
  char *end;

  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    g_error ("The server ended a stream");
  buffer[n] = '\0';
  whole = stream->rest != NULL ? g_strconcat (stream->rest, buffer, NULL) : NULL;
  line = whole != NULL ? whole : buffer;
  if (!stream->accepted && !g_str_has_prefix (line, "HTTP/1.1 200"))
    g_error ("The server answered: %s", line);
  stream->accepted = TRUE;
  for (; (end = strchr (line, '\n')) != NULL; line = end + 1)
    {
      *end = '\0';
      take_line (bench, stream, line);
    }
  g_free (stream->rest);
  stream->rest = line[0] != '\0' ? g_strdup (line) : NULL;
}

static void
poll_streams (Bench *bench, int timeout_ms)
{
  struct epoll_event events[256];
  int n = epoll_wait (bench->epoll, events, G_N_ELEMENTS (events), timeout_ms);

  for (int i = 0; i < n; i++)
    read_stream (bench, events[i].data.ptr);
}

static void
submit (Bench *bench, int fd, guint business)
{
  g_autofree char *body = g_strdup_printf (
      "{\"type\":\"send-invoices\",\"name\":\"at %" G_GINT64_FORMAT "\"}", g_get_monotonic_time ());
  g_autofree char *request = g_strdup_printf (
      "POST /v1/businesses/%s/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
      "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
      businesses[business], tokens[0], strlen (body), body);
  char answer[4096];
  ssize_t n;

  send_all (fd, request, strlen (request));
  n = read (fd, answer, sizeof answer - 1);
  if (n <= 0 || !g_str_has_prefix (answer, "HTTP/1.1 201"))
    g_error ("The server answered: %.*s", (int) MAX (n, 0), answer);
  bench->submitted[business]++;
}

static gboolean
is_complete (Bench *bench)
{
  for (guint i = 0; i < (guint) n_streams; i++)
    if (bench->streams[i].n_events < bench->submitted[bench->streams[i].business])
      return FALSE;
  return TRUE;
}

/* Submissions are spread over each second, one business after the other. */
static void
follow (Bench *bench)
{
  guint n = g_strv_length (businesses);
  gint64 step = (gint64) (G_USEC_PER_SEC / rate / n);
  gint64 begin = g_get_monotonic_time ();
  gint64 end = begin + (gint64) (seconds * G_USEC_PER_SEC);
  gint64 next = begin;
  int fd = connect_to_server ();

  for (guint i = 0; next < end; i++, next += step)
    {
      while (g_get_monotonic_time () < next)
        poll_streams (bench, (int) ((next - g_get_monotonic_time ()) / 1000));
      submit (bench, fd, i % n);
    }
  while (!is_complete (bench) && g_get_monotonic_time () < end + GRACE_US)
    poll_streams (bench, 100);
  /* None may be told of twice either. */
  for (int i = 0; i < 5; i++)
    poll_streams (bench, 20);
  close (fd);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
get_percentile (Bench *bench, guint percent)
{
  return bench->delays->len == 0
             ? 0
             : g_array_index (bench->delays, gint64, (bench->delays->len - 1) * percent / 100)
                   / 1000.0;
}

static void
report (Bench *bench)
{
  gint64 lost = 0;
  gint64 twice = 0;
  gint64 got = 0;

  for (guint i = 0; i < (guint) n_streams; i++)
    {
      gint64 missing =
          (gint64) bench->submitted[bench->streams[i].business] - bench->streams[i].n_events;

      lost += MAX (missing, 0);
      twice += MAX (-missing, 0);
      got += bench->streams[i].n_events;
    }
  g_array_sort (bench->delays, compare);
  g_print ("{\"events\": %" G_GINT64_FORMAT ", \"lost\": %" G_GINT64_FORMAT
           ", \"twice\": %" G_GINT64_FORMAT ", \"disorder\": %" G_GINT64_FORMAT
           ", \"median_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.2f}\n",
           got, lost, twice, bench->disorder, get_percentile (bench, 50),
           get_percentile (bench, 99), get_percentile (bench, 100));
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  Bench bench = { .delays = g_array_new (FALSE, FALSE, sizeof (gint64)) };
  char line[16];

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || tokens == NULL
      || businesses == NULL || (n_stalled > 0 && stall_in == NULL))
    g_error ("%s", error != NULL ? error->message : "Name a token and a business");
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);

  bench.epoll = epoll_create1 (EPOLL_CLOEXEC);
  bench.n_streams = n_streams + n_stalled;
  bench.streams = g_new0 (Stream, bench.n_streams);
  bench.submitted = g_new0 (guint, g_strv_length (businesses));
  for (guint i = 0; i < bench.n_streams; i++)
    {
      open_stream (&bench, &bench.streams[i], i);
      poll_streams (&bench, 0);
    }
  while (bench.n_open < (guint) n_streams)
    poll_streams (&bench, 1000);
  g_print ("open\n");
  fflush (stdout);
  if (fgets (line, sizeof line, stdin) != NULL)
    {
      follow (&bench);
      report (&bench);
    }
  return 0;
}
