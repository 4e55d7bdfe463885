/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-detach.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bw-error.h"

/**
 * bw_detach_socket:
 * @fd: the socket of a suspended connection of libmicrohttpd, without TLS
 * @error: set when there are no descriptors left
 *
 * Takes a client's socket away from libmicrohttpd, which lets go of one only for an answer with
 * status 101. A suspended connection is in no epoll set, so the number can be given to another
 * socket: a dead one, which libmicrohttpd finds dead and puts away when the connection is resumed.
 *
 * Returns: the client's socket under another number, or -1
 */
int
bw_detach_socket (int fd, GError **error)
{
  int own = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  int dead = own >= 0 ? socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
  gboolean done = dead >= 0 && dup3 (dead, fd, O_CLOEXEC) == fd;

  if (!done)
    bw_set_error (error, BW_ERROR_UNAVAILABLE, "A connection can't be taken over: %s",
                  g_strerror (errno));
  if (dead >= 0)
    close (dead);
  if (!done && own >= 0)
    close (own);
  return done ? own : -1;
}
