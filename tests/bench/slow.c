/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A crowd of hostile clients: thousands of connections that send a byte a second, or never read.
 * Each that the server ends is opened again, until standard input ends. One thread.
 *
 *   slow header|body|answer|events --port P --token T --business B --connections 10000
 *
 * Says "open" when all were opened, and prints one line of JSON at the end.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>

/* The crowd sends in this many groups, one after the other, so that its own load is even. */
#define GROUPS 20

typedef struct
{
  int fd;
  gsize sent; /* bytes of the request */
} Client;

typedef struct
{
  Client *clients;
  GString *request;
  gsize at_once;  /* bytes that are sent at first; the others a byte a second */
  gboolean reads; /* whether it can hear why it is ended */
  gint64 ended;   /* connections that the server ended */
  gint64 told;    /* those that were told why */
} Crowd;

static int port;
static char *token;
static char *business;
static int n_connections = 10000;

static const GOptionEntry options[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &port, "Port on 127.0.0.1", "PORT" },
  { "token", 0, 0, G_OPTION_ARG_STRING, &token, "Token of the session", "TOKEN" },
  { "business", 0, 0, G_OPTION_ARG_STRING, &business, "Business", "NAME" },
  { "connections", 0, 0, G_OPTION_ARG_INT, &n_connections, "Connections", "N" },
  { NULL },
};

static void
make_request (Crowd *crowd, const char *kind)
{
  g_string_printf (crowd->request, "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n",
                   g_str_equal (kind, "body") ? "POST /v1/claims" : "GET /v1/me", token);
  if (g_str_equal (kind, "header"))
    {
      crowd->at_once = crowd->request->len;
      crowd->reads = TRUE;
      g_string_append (crowd->request, "X-Slow: ");
      for (int i = 0; i < 1000; i++)
        g_string_append_c (crowd->request, 'x');
    }
  else if (g_str_equal (kind, "body"))
    {
      g_string_append (crowd->request,
                       "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
      crowd->at_once = crowd->request->len;
      crowd->reads = TRUE;
      for (int i = 0; i < 999; i++)
        g_string_append_c (crowd->request, ' ');
    }
  else
    {
      g_string_printf (crowd->request,
                       "GET /v1/businesses/%s/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: "
                       "Bearer %s\r\n\r\n",
                       business, g_str_equal (kind, "events") ? "events" : "jobs?limit=100", token);
      crowd->at_once = crowd->request->len;
    }
}

static void
open_client (Crowd *crowd, Client *client)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  const int small = 2048;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  client->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client->fd < 0)
    g_error ("No socket: %s", g_strerror (errno));
  if (!crowd->reads)
    setsockopt (client->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  if (connect (client->fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("The listener is gone: %s", g_strerror (errno));
  g_unix_set_fd_nonblocking (client->fd, TRUE, NULL);
  client->sent = 0;
  if (send (client->fd, crowd->request->str, crowd->at_once, MSG_NOSIGNAL) > 0)
    client->sent = crowd->at_once;
}

/* Whether the server ended it; looks without reading where nothing is to be read. */
static gboolean
is_ended (Crowd *crowd, Client *client)
{
  struct pollfd poll_fd = { .fd = client->fd, .events = POLLRDHUP };
  char buffer[512];
  ssize_t n;

  if (poll (&poll_fd, 1, 0) <= 0 || (poll_fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0)
    return FALSE;
  n = crowd->reads ? read (client->fd, buffer, sizeof buffer - 1) : 0;
  if (n > 0)
    {
      buffer[n] = '\0';
      crowd->told += g_str_has_prefix (buffer, "HTTP/1.1 408");
    }
  return TRUE;
}

static void
turn (Crowd *crowd, Client *client)
{
  if (is_ended (crowd, client))
    {
      close (client->fd);
      crowd->ended++;
      open_client (crowd, client);
    }
  else if (client->sent < crowd->request->len
           && send (client->fd, crowd->request->str + client->sent, 1, MSG_NOSIGNAL | MSG_DONTWAIT)
                  == 1)
    client->sent++;
}

static void
go_on (Crowd *crowd)
{
  struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

  for (int group = 0; poll (&input, 1, 1000 / GROUPS) == 0; group = (group + 1) % GROUPS)
    for (int i = group; i < n_connections; i += GROUPS)
      turn (crowd, &crowd->clients[i]);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("header|body|answer|events");
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  Crowd crowd = { .request = g_string_new (NULL) };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2)
    g_error ("%s", error != NULL ? error->message : "Say header, body, answer or events");
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  make_request (&crowd, argv[1]);
  crowd.clients = g_new0 (Client, n_connections);
  for (int i = 0; i < n_connections; i++)
    open_client (&crowd, &crowd.clients[i]);
  g_print ("open\n");
  fflush (stdout);
  go_on (&crowd);
  g_print ("{\"ended\": %" G_GINT64_FORMAT ", \"told\": %" G_GINT64_FORMAT "}\n", crowd.ended,
           crowd.told);
  return 0;
}
