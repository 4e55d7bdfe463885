/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-listener.h"

#include <errno.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "bw-address.h"
#include "bw-connections.h"
#include "bw-error.h"
#include "bw-exchange.h"

#define BACKLOG 1024

/* A connection's memory: its header, with a record of 56 bytes for each parameter of the query (insights take
 * hundreds), and a part of its body and its answer. Pages that are not used are not there. */
#define CONNECTION_MEMORY (64 * 1024)

/* TLS 1.2 with forward secrecy and authenticated encryption, and 1.3. */
#define TLS_PRIORITIES \
  "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:" \
  "+CHACHA20-POLY1305"

/* What the kernel keeps of an answer beyond what it may send at once: not the megabytes that it would take
 * for a client that never reads. */
#define MOST_UNSENT (128 * 1024)

struct _BwListener
{
  const BwOptions *options;
  BwServer *server;
  BwConnections *connections;
  struct MHD_Daemon *daemon;
  int fd;
  struct sockaddr_storage address;
  gboolean is_quiet;
  char *certificate;        /* PEM text; NULL: plain HTTP */
  char *key;
};

/* Callbacks of libmicrohttpd, on its threads */

static void *
on_target (void *cls, const char *target, struct MHD_Connection *connection)
{
  BwListener *self = cls;

  return bw_exchange_new (self->server, self->connections, connection, target);
}

static enum MHD_Result
on_access (void *cls, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *data, size_t *length, void **request)
{
  return bw_exchange_proceed (*request, method, data, length);
}

static void
on_completed (void *cls, struct MHD_Connection *connection, void **request,
              enum MHD_RequestTerminationCode code)
{
  bw_exchange_free (*request);
  *request = NULL;
}

static void
on_connection (void *cls, struct MHD_Connection *connection, void **context,
               enum MHD_ConnectionNotificationCode code)
{
  BwListener *self = cls;
  const int unsent = MOST_UNSENT;
  int fd;

  if (code != MHD_CONNECTION_NOTIFY_STARTED)
    {
      bw_connections_remove (self->connections, *context);
      return;
    }
  fd = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  if (setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent) != 0)
    g_debug ("The kernel does not bound what it keeps of an answer: %s", g_strerror (errno));
  *context = bw_connections_add (self->connections, fd, self->options->header_timeout);
}

static void
on_log (void *cls, const char *format, va_list arguments)
{
  g_autofree char *text = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_vprintf (format, arguments);
#pragma GCC diagnostic pop
  g_debug ("HTTP: %s", g_strchomp (text));
}

/* The socket */

static int
make_socket (const char *text, GError **error)
{
  struct sockaddr_storage address;
  socklen_t length;
  const int on = 1;
  const int off = 0;
  int fd;

  if (!bw_address_parse (text, &address, &length, error))
    return -1;
  fd = socket (address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0 && setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
      && (address.ss_family != AF_INET6
          || setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0)
      && bind (fd, (struct sockaddr *) &address, length) == 0 && listen (fd, BACKLOG) == 0)
    return fd;
  bw_set_error (error, BW_ERROR_UNAVAILABLE, "Can't listen on %s: %s", text, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/*
 * A peer whose machine or network is gone sends nothing, not even an end. Of such a one it is heard
 * within a minute, by what is sent and not acknowledged, or by a question after half a minute of
 * silence. Connections have this of the socket that they come in by.
 */
static void
notice_lost_peers (int fd)
{
  const int on = 1;
  const int idle = 30;
  const int interval = 10;
  const int unacknowledged = 60 * 1000;

  if (setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) != 0
      || setsockopt (fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle) != 0
      || setsockopt (fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval) != 0
      || setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged, sizeof unacknowledged) != 0)
    g_message ("Connections keep the system's time-outs: %s", g_strerror (errno));
}

/* The one that systemd opened for the service, or a new one. */
static int
find_socket (const BwOptions *options, GError **error)
{
  int n = sd_listen_fds (TRUE);

  if (n == 0)
    return make_socket (options->listen, error);
  if (n == 1 && sd_is_socket (SD_LISTEN_FDS_START, AF_UNSPEC, SOCK_STREAM, TRUE) > 0
      && g_unix_set_fd_nonblocking (SD_LISTEN_FDS_START, TRUE, error))
    return SD_LISTEN_FDS_START;
  bw_set_error (error, BW_ERROR_INVALID,
                "systemd passed %d sockets; exactly one listening stream socket is needed.", n);
  return -1;
}

/* What would put passwords or data on the network in the clear. */
static gboolean
check_exposure (BwListener *self, GError **error)
{
  const BwOptions *options = self->options;

  if (bw_address_is_loopback ((struct sockaddr *) &self->address))
    return TRUE;
  if (options->demo)
    {
      bw_set_error (error, BW_ERROR_INVALID,
                    "The demo's password is known to everybody, so it listens on this machine alone: "
                    "use an address such as 127.0.0.1:8420.");
      return FALSE;
    }
  if (self->certificate == NULL && !options->behind_proxy)
    {
      bw_set_error (error, BW_ERROR_INVALID,
                    "Plain HTTP is only for this machine; %s can be reached from others. Name a "
                    "certificate and its key in [tls], or, where a proxy in front does TLS, set "
                    "“behind-proxy=true” in [server].", options->listen);
      return FALSE;
    }
  return TRUE;
}

static gboolean
load_tls (BwListener *self, GError **error)
{
  if (self->options->certificate == NULL)
    return TRUE;
  return g_file_get_contents (self->options->certificate, &self->certificate, NULL, error)
         && g_file_get_contents (self->options->key, &self->key, NULL, error);
}

/**
 * bw_listener_open:
 * @options: address, certificate and bounds; outlive the listener
 * @error: set when the address can't be had, or would be exposed without encryption
 *
 * Opens the socket, or takes the one that systemd passes. Clients can connect from now on, and are
 * answered once bw_listener_start() was called.
 *
 * Returns: (transfer full) (nullable): a listener
 */
BwListener *
bw_listener_open (const BwOptions *options, GError **error)
{
  g_autoptr (BwListener) self = g_new0 (BwListener, 1);
  socklen_t length = sizeof self->address;

  self->options = options;
  self->fd = -1;
  if (!load_tls (self, error))
    return NULL;
  self->fd = find_socket (options, error);
  if (self->fd < 0)
    return NULL;
  notice_lost_peers (self->fd);
  if (getsockname (self->fd, (struct sockaddr *) &self->address, &length) != 0)
    {
      bw_set_error (error, BW_ERROR_UNAVAILABLE, "The socket has no address: %s", g_strerror (errno));
      return NULL;
    }
  if (!check_exposure (self, error))
    return NULL;
  self->connections = bw_connections_new (self->certificate != NULL);
  return g_steal_pointer (&self);
}

/**
 * bw_listener_start:
 * @self: a listener
 * @server: who answers
 * @error: set when libmicrohttpd does not start, for instance with a certificate that does not fit
 *
 * Returns: whether requests are answered now
 */
gboolean
bw_listener_start (BwListener *self, BwServer *server, GError **error)
{
  const BwOptions *options = self->options;
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG
                       | (self->certificate != NULL ? MHD_USE_TLS : 0);
  struct MHD_OptionItem tls[] = {
    { MHD_OPTION_HTTPS_MEM_CERT, 0, self->certificate },
    { MHD_OPTION_HTTPS_MEM_KEY, 0, self->key },
    { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *) TLS_PRIORITIES },
    { MHD_OPTION_END, 0, NULL },
  };
  struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

  self->server = server;
  self->daemon = MHD_start_daemon (
    flags, 0, NULL, NULL, on_access, self, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
    MHD_OPTION_LISTEN_SOCKET, self->fd, MHD_OPTION_URI_LOG_CALLBACK, on_target, self,
    MHD_OPTION_NOTIFY_COMPLETED, on_completed, self, MHD_OPTION_NOTIFY_CONNECTION, on_connection, self,
    MHD_OPTION_THREAD_POOL_SIZE, options->http_threads > 1 ? (unsigned int) options->http_threads : 0u,
    MHD_OPTION_CONNECTION_LIMIT, (unsigned int) options->connections,
    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned int) options->connections_per_address,
    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int) options->idle_timeout,
    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) MAX (CONNECTION_MEMORY, 2 * options->max_header),
    MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1, MHD_OPTION_ARRAY, self->certificate != NULL ? tls : none,
    MHD_OPTION_END);
  if (self->daemon != NULL)
    return TRUE;
  bw_set_error (error, BW_ERROR_INVALID, "The HTTP server does not start. %s",
                self->certificate != NULL
                  ? "Check that certificate and key are PEM files and belong together."
                  : "The log says more with the log level “debug”.");
  return FALSE;
}

/** bw_listener_quiesce: @self: a listener. Accepts no more connections; those open go on. */
void
bw_listener_quiesce (BwListener *self)
{
  if (self->daemon == NULL || self->is_quiet)
    return;
  MHD_quiesce_daemon (self->daemon);
  self->is_quiet = TRUE;
}

/**
 * bw_listener_free:
 * @self: (nullable) (transfer full): a listener
 *
 * Ends every connection. None may be suspended by now.
 */
void
bw_listener_free (BwListener *self)
{
  if (self == NULL)
    return;
  bw_listener_quiesce (self);
  g_clear_pointer (&self->daemon, MHD_stop_daemon);
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->connections, bw_connections_free);
  g_free (self->certificate);
  g_free (self->key);
  g_free (self);
}

/** bw_listener_get_url: @self: a listener. Returns: (transfer full): where it is reached */
char *
bw_listener_get_url (BwListener *self)
{
  g_autofree char *host = bw_address_to_string ((struct sockaddr *) &self->address);
  gboolean is_v6 = self->address.ss_family == AF_INET6;

  return g_strdup_printf ("%s://%s%s%s:%u", self->certificate != NULL ? "https" : "http",
                          is_v6 ? "[" : "", host, is_v6 ? "]" : "",
                          bw_address_get_port ((struct sockaddr *) &self->address));
}

/** bw_listener_count_connections: @self: a listener. Returns: how many are open */
guint
bw_listener_count_connections (BwListener *self)
{
  return bw_connections_count (self->connections);
}
