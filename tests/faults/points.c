/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kills a server at a named point. It is put in front of the libraries that batchworkd uses
 * (LD_PRELOAD), so that the server under test is the very one that is installed: a point is where a
 * call into SQLite or the C library comes by. The test names a point and how many times it is still
 * to be passed, in a file that both have in memory; see points.py, which has the same names.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

typedef enum
{
  POINT_NONE,
  POINT_BEGUN,         /* a write transaction has begun */
  POINT_COUNTING,      /* the jobs are written, their counters in part */
  POINT_CHUNK,         /* a piece of a result file is written and not committed */
  POINT_REMOVING,      /* a job's row is deleted, word of it is not left yet */
  POINT_BEFORE_COMMIT, /* all is written */
  POINT_BEFORE_SYNC,   /* the commit has reached the kernel */
  POINT_AFTER_SYNC,    /* and the disk */
  POINT_CHECKPOINT,    /* pages go from the log into the database */
  POINT_COMMITTED,     /* nobody knows yet */
  POINT_ANSWER,        /* an answer is about to be sent */
  POINT_HALF_ANSWER,   /* half of it has gone */
  POINT_EVENT,         /* half of an event has gone */
  POINT_MIGRATING,     /* a migration has run and is not committed */
  N_POINTS,
} Point;

typedef struct
{
  int point;  /* where to die */
  int left;   /* after how many times */
  int killed; /* where it died */
  int passed[N_POINTS];
} Control;

static Control *control;
static __thread bool is_committing;
static __thread bool is_synced;
/* On PostgreSQL: whether this thread writes, and which of its statements lead past a point. */
static __thread bool is_writing;
static __thread struct
{
  char name[16];
  Point point;
} prepared[32];
static __thread unsigned n_prepared;

__attribute__ ((constructor)) static void
open_control (void)
{
  const char *path = getenv ("BATCHWORK_FAULT_POINTS");
  int file = path != NULL ? open (path, O_RDWR | O_CLOEXEC) : -1;
  void *memory;

  if (file < 0)
    return;
  memory = mmap (NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close (file);
  if (memory != MAP_FAILED)
    control = memory;
}

static bool
is_time (Point point)
{
  if (control == NULL || point == POINT_NONE)
    return false;
  __atomic_add_fetch (&control->passed[point], 1, __ATOMIC_RELAXED);
  return __atomic_load_n (&control->point, __ATOMIC_ACQUIRE) == (int) point
         && __atomic_sub_fetch (&control->left, 1, __ATOMIC_ACQ_REL) == 0;
}

static void
die (Point point)
{
  control->killed = point;
  kill (getpid (), SIGKILL);
  for (;;)
    pause ();
}

static void
pass (Point point)
{
  if (is_time (point))
    die (point);
}

static bool
begins (const char *text, const char *with)
{
  return strncmp (text, with, strlen (with)) == 0;
}

/* The point behind a statement. */
static Point
find_point (const char *sql)
{
  static const struct
  {
    const char *begin;
    Point point;
  } points[] = {
    { "BEGIN IMMEDIATE", POINT_BEGUN },        { "COMMIT", POINT_COMMITTED },
    { "INSERT INTO counter", POINT_COUNTING }, { "INSERT INTO result_chunk", POINT_CHUNK },
    { "DELETE FROM job ", POINT_REMOVING },
  };

  for (unsigned i = 0; i < sizeof points / sizeof points[0]; i++)
    if (begins (sql, points[i].begin))
      return points[i].point;
  return POINT_NONE;
}

int
sqlite3_step (sqlite3_stmt *statement)
{
  static int (*next) (sqlite3_stmt *);
  const char *sql = sqlite3_sql (statement);
  int result;

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "sqlite3_step");
  is_committing = sql != NULL && begins (sql, "COMMIT");
  is_synced = false;
  if (is_committing)
    pass (POINT_BEFORE_COMMIT);
  result = next (statement);
  is_committing = false;
  if (sql != NULL && (result == SQLITE_DONE || result == SQLITE_ROW))
    pass (find_point (sql));
  return result;
}

int
sqlite3_exec (sqlite3 *db,
              const char *sql,
              int (*callback) (void *, int, char **, char **),
              void *data,
              char **message)
{
  static int (*next) (sqlite3 *, const char *, int (*) (void *, int, char **, char **), void *,
                      char **);
  int result;

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "sqlite3_exec");
  result = next (db, sql, callback, data, message);
  if (strstr (sql, "CREATE TABLE") != NULL || strstr (sql, "ALTER TABLE") != NULL)
    pass (POINT_MIGRATING);
  return result;
}

int
fdatasync (int file)
{
  static int (*next) (int);
  int result;

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "fdatasync");
  if (is_committing && !is_synced)
    pass (POINT_BEFORE_SYNC);
  result = next (file);
  if (is_committing && !is_synced)
    pass (POINT_AFTER_SYNC);
  is_synced = true;
  return result;
}

/* What a commit writes behind its sync goes into the database itself. */
ssize_t
pwrite64 (int file, const void *data, size_t size, off64_t offset)
{
  static ssize_t (*next) (int, const void *, size_t, off64_t);

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "pwrite64");
  if (is_committing && is_synced)
    pass (POINT_CHECKPOINT);
  return next (file, data, size, offset);
}

static bool
is_half_time (const char *data, size_t size, Point *point)
{
  if (size >= 10 && memcmp (data, "HTTP/1.1 2", 10) == 0)
    {
      pass (POINT_ANSWER);
      *point = POINT_HALF_ANSWER;
      return is_time (*point);
    }
  /* Streams come in chunks: a size in a line of its own goes first. */
  if (size >= 16 && memmem (data, 16, "id: ", 4) != NULL)
    {
      *point = POINT_EVENT;
      return is_time (*point);
    }
  return false;
}

/* To PostgreSQL; what happens between the two points happens there. */
static ssize_t
send_commit (ssize_t (*next) (int, const void *, size_t, int),
             int connection,
             const void *data,
             size_t size,
             int flags)
{
  ssize_t sent;

  pass (POINT_BEFORE_SYNC);
  sent = next (connection, data, size, flags);
  pass (POINT_AFTER_SYNC);
  return sent;
}

ssize_t
send (int connection, const void *data, size_t size, int flags)
{
  static ssize_t (*next) (int, const void *, size_t, int);
  Point point;

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "send");
  if (is_committing)
    return send_commit (next, connection, data, size, flags);
  if (is_half_time (data, size, &point))
    {
      next (connection, data, size / 2, flags);
      die (point);
    }
  return next (connection, data, size, flags);
}

/* Where head and body are sent together, half is the head. */
ssize_t
sendmsg (int connection, const struct msghdr *message, int flags)
{
  static ssize_t (*next) (int, const struct msghdr *, int);
  const struct iovec *first = message->msg_iov;
  Point point;

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "sendmsg");
  if (message->msg_iovlen > 0 && is_half_time (first->iov_base, first->iov_len, &point))
    {
      send (connection, first->iov_base, first->iov_len, flags);
      die (point);
    }
  return next (connection, message, flags);
}

int
PQsendQueryParams (PGconn *connection,
                   const char *sql,
                   int n,
                   const Oid *types,
                   const char *const *values,
                   const int *lengths,
                   const int *formats,
                   int format)
{
  static int (*next) (PGconn *, const char *, int, const Oid *, const char *const *, const int *,
                      const int *, int);
  int result;

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "PQsendQueryParams");
  if (begins (sql, "BEGIN"))
    is_writing = strcmp (sql, "BEGIN") == 0;
  is_committing = is_writing && strcmp (sql, "COMMIT") == 0;
  if (is_committing)
    pass (POINT_BEFORE_COMMIT);
  result = next (connection, sql, n, types, values, lengths, formats, format);
  if (is_writing && strcmp (sql, "BEGIN") == 0)
    pass (POINT_BEGUN);
  return result;
}

/* Asked for the answer to a commit only. */
char *
PQcmdStatus (PGresult *answer)
{
  static char *(*next) (PGresult *);
  bool is_committed = is_committing;

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "PQcmdStatus");
  is_committing = false;
  if (is_committed)
    pass (POINT_COMMITTED);
  return next (answer);
}

int
PQsendPrepare (PGconn *connection, const char *name, const char *sql, int n, const Oid *types)
{
  static int (*next) (PGconn *, const char *, const char *, int, const Oid *);
  Point point = find_point (sql);

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "PQsendPrepare");
  if (point != POINT_NONE && n_prepared < sizeof prepared / sizeof prepared[0]
      && strlen (name) < sizeof prepared[0].name)
    {
      strcpy (prepared[n_prepared].name, name);
      prepared[n_prepared++].point = point;
    }
  return next (connection, name, sql, n, types);
}

int
PQsendQueryPrepared (PGconn *connection,
                     const char *name,
                     int n,
                     const char *const *values,
                     const int *lengths,
                     const int *formats,
                     int format)
{
  static int (*next) (PGconn *, const char *, int, const char *const *, const int *, const int *,
                      int);
  int result;

  if (next == NULL)
    next = dlsym (RTLD_NEXT, "PQsendQueryPrepared");
  result = next (connection, name, n, values, lengths, formats, format);
  for (unsigned i = 0; i < n_prepared; i++)
    if (strcmp (prepared[i].name, name) == 0)
      pass (prepared[i].point);
  return result;
}
