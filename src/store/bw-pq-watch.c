/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-pq-watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <glib-unix.h>

#include "bw-error.h"
#include "bw-pq-connect.h"
#include "bw-pq-heard.h"

/*
 * How nodes hear of each other's commits. NOTIFY within a job's transaction would have all of them
 * wait for one lock at their commits, so a thread with a connection of its own announces what was
 * committed: once for all commits meanwhile, and without waiting for a disk. A node that dies
 * between its commit and the announcement leaves none; so everybody also looks by themselves, each
 * second that they hear nothing. Revisions are read from the database, whatever was announced: news
 * that comes twice or late does no harm.
 *
 * That somebody's rights changed must not come late. It is announced by the transaction itself, of
 * which there are few, and not answered before every node has heard (bw-pq-heard.c), or trusts its
 * memory no more because for some time it has heard nothing at all: it is cut off, or was stopped.
 *
 * The payload of an announcement is the node that committed, and where there is new work: "a1b2
 * 3,12".
 */
#define LOOK_MS 1000
/* Announcements are gathered for so long, which bounds their number under load. */
#define GATHER_MS 4
#define RETRY_MS 250
/* For so long after it heard from the database, a node trusts that it would have heard of changes.
 */
#define TRUST_MS 3000
/* How often is looked whether all have heard. */
#define HEARD_MS 3
/* PostgreSQL takes payloads of less than 8,000 bytes; beyond this each node looks for work by
 * itself. */
#define MAX_WORK 7000

#define SESSION                                                                                    \
  "SET synchronous_commit = off; LISTEN " BW_PQ_COMMITS "; LISTEN " BW_PQ_RIGHTS                   \
  "; LISTEN " BW_PQ_HEARD ";"                                                                      \
  "SELECT pg_advisory_lock_shared(" BW_PQ_IN_USE ");"
#define SQL_REVISIONS "SELECT id, revision FROM business"

typedef struct
{
  char *uri;
  char *node;
  BwWatchEvents events;
  gpointer data;
  GThread *thread;
  PGconn *conn;          /* NULL: none at present */
  GHashTable *revisions; /* by business: what was told last */
  int wake[2];           /* a pipe */
  gint64 announced_at;   /* by the monotonic clock */
  gint64 looked_at;      /* likewise */
  gint64 heard_at;       /* atomic; likewise: all that was announced before was acted upon */
  guint64 said;          /* see bw-pq-heard.c */
  guint64 question;      /* that this node waits for; 0: none */
  guint n_asking;        /* whom it is asked for */

  GMutex lock;          /* of the rest */
  GString *work;        /* to be announced */
  gboolean has_commits; /* likewise */
  gboolean is_stopping;
  guint n_to_tell; /* changes of rights that all shall hear of, ever */
  guint n_told;    /* of which all have heard */
  GCond told;
} Watch;

static void
wake (Watch *self)
{
  /* When the pipe is full, the thread is about to look anyway. */
  while (write (self->wake[1], "", 1) < 0 && errno == EINTR)
    ;
}

static void
drain (Watch *self)
{
  char buffer[256];

  while (read (self->wake[0], buffer, sizeof buffer) > 0)
    ;
}

static gboolean
is_stopping (Watch *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->is_stopping;
}

static void
lose (Watch *self)
{
  g_clear_pointer (&self->conn, PQfinish);
  self->said = 0;
  self->question = 0;
  self->events.rights (FALSE, self->data);
}

/* Tells of each business whose revision grew; with @find_work, that there may be work in it. */
static gboolean
look (Watch *self, gboolean find_work)
{
  g_autoptr (PGresult) result = PQexec (self->conn, SQL_REVISIONS);

  self->looked_at = g_get_monotonic_time ();
  if (PQresultStatus (result) != PGRES_TUPLES_OK)
    return FALSE;
  for (int i = 0; i < PQntuples (result); i++)
    {
      gint64 business = g_ascii_strtoll (PQgetvalue (result, i, 0), NULL, 10);
      gint64 revision = g_ascii_strtoll (PQgetvalue (result, i, 1), NULL, 10);
      gint64 *known = g_hash_table_lookup (self->revisions, &business);

      if (known != NULL && *known == revision)
        continue;
      g_hash_table_replace (self->revisions, g_memdup2 (&business, sizeof business),
                            g_memdup2 (&revision, sizeof revision));
      self->events.changed (business, revision, self->data);
      if (find_work)
        self->events.work_ready (business, self->data);
    }
  return TRUE;
}

static void
tell_work (Watch *self, const char *businesses)
{
  g_auto (GStrv) each = g_strsplit (businesses, ",", -1);

  for (guint i = 0; each[i] != NULL; i++)
    if (each[i][0] != '\0')
      self->events.work_ready (g_ascii_strtoll (each[i], NULL, 10), self->data);
}

static void
act_upon (Watch *self, const PGnotify *news)
{
  const char *work = strchr (news->extra, ' ');

  if (strcmp (news->relname, BW_PQ_RIGHTS) == 0)
    self->events.rights (TRUE, self->data);
  tell_work (self, work != NULL ? work + 1 : "");
}

/* *@has_changed becomes TRUE if another node committed. Returns FALSE when the connection is lost.
 */
static gboolean
read_news (Watch *self, gboolean *has_changed)
{
  guint64 question = 0;
  PGnotify *news;

  for (; (news = PQnotifies (self->conn)) != NULL; PQfreemem (news))
    if (strcmp (news->relname, BW_PQ_HEARD) == 0)
      question = MAX (question, g_ascii_strtoull (news->extra, NULL, 10));
    else if (!g_str_has_prefix (news->extra, self->node))
      {
        act_upon (self, news);
        *has_changed = TRUE;
      }
  return question == 0 || bw_pq_heard_say (self->conn, &self->said, question);
}

/* Returns FALSE when the connection is lost. */
static gboolean
announce_gathered (Watch *self)
{
  const char *values[2] = { BW_PQ_COMMITS, NULL };
  g_autofree char *payload = NULL;
  g_autoptr (PGresult) result = NULL;

  g_mutex_lock (&self->lock);
  if (self->has_commits)
    payload = g_strdup_printf ("%s %s", self->node, self->work->str);
  g_string_truncate (self->work, 0);
  self->has_commits = FALSE;
  g_mutex_unlock (&self->lock);
  if (payload == NULL)
    return TRUE;
  self->announced_at = g_get_monotonic_time ();
  values[1] = payload;
  result = PQexecParams (self->conn, "SELECT pg_notify($1, $2)", 2, NULL, values, NULL, NULL, 0);
  return PQresultStatus (result) == PGRES_TUPLES_OK;
}

/* Sleeps until something is to be announced, or was, or for the time. */
static void
sleep_until_news (Watch *self, int milliseconds)
{
  struct pollfd descriptors[] = {
    { .fd = self->wake[0], .events = POLLIN },
    { .fd = self->conn != NULL ? PQsocket (self->conn) : -1, .events = POLLIN },
  };
  int n;

  do
    n = poll (descriptors, G_N_ELEMENTS (descriptors), milliseconds);
  while (n < 0 && errno == EINTR);
  drain (self);
}

/* Whoever commits often is announced in groups. */
static void
gather (Watch *self)
{
  gint64 left = self->announced_at + GATHER_MS * 1000 - g_get_monotonic_time ();

  if (left > 0)
    g_usleep ((gulong) left);
}

/* Asks whether all have heard whose rights changed, when somebody waits for it who didn't before.
 */
static gboolean
ask_all (Watch *self)
{
  gboolean is_waited_for;

  g_mutex_lock (&self->lock);
  self->n_asking = self->n_to_tell;
  is_waited_for = self->n_told != self->n_asking;
  g_mutex_unlock (&self->lock);
  if (!is_waited_for)
    return TRUE;
  self->question = bw_pq_heard_ask (self->conn);
  return self->question != 0;
}

/* Sees to it that all hear whose rights changed. Returns FALSE when the connection is lost. */
static gboolean
tell_rights (Watch *self)
{
  gboolean by_all = FALSE;

  if (self->question != 0 && !bw_pq_heard_check (self->conn, self->question, &by_all))
    return FALSE;
  if (by_all)
    {
      g_mutex_lock (&self->lock);
      self->n_told = self->n_asking;
      g_cond_broadcast (&self->told);
      g_mutex_unlock (&self->lock);
      self->question = 0;
    }
  return self->question != 0 || ask_all (self);
}

/* What comes with the answer is heard too, and looked at as well. */
static gboolean
look_at_all (Watch *self, gboolean find_work)
{
  gint64 now = g_get_monotonic_time ();
  gboolean has_changed;

  do
    {
      has_changed = FALSE;
      if (!look (self, find_work) || !read_news (self, &has_changed))
        return FALSE;
      find_work = FALSE;
    }
  while (has_changed);
  __atomic_store_n (&self->heard_at, now, __ATOMIC_SEQ_CST);
  return TRUE;
}

static gboolean
serve (Watch *self)
{
  gboolean has_changed = FALSE;
  gboolean is_due;

  sleep_until_news (self, self->question != 0 ? HEARD_MS : LOOK_MS);
  if (is_stopping (self))
    return FALSE;
  gather (self);
  if (PQconsumeInput (self->conn) == 0 || !announce_gathered (self) || !tell_rights (self)
      || !read_news (self, &has_changed))
    return FALSE;
  is_due = g_get_monotonic_time () >= self->looked_at + LOOK_MS * 1000;
  return has_changed || is_due ? look_at_all (self, is_due) : TRUE;
}

/* What is announced from now on is heard; what was before is not in anybody's memory. */
static gboolean
open_session (Watch *self, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  self->conn = bw_pq_connect (self->uri, SESSION, error);
  if (self->conn == NULL)
    return FALSE;
  self->said = bw_pq_heard_begin (self->conn);
  if (self->said == 0)
    {
      bw_set_error (error, BW_ERROR_UNAVAILABLE, "The database can't be watched: %s",
                    PQerrorMessage (self->conn));
      g_clear_pointer (&self->conn, PQfinish);
      return FALSE;
    }
  __atomic_store_n (&self->heard_at, now, __ATOMIC_SEQ_CST);
  return TRUE;
}

static gboolean
connect_anew (Watch *self)
{
  g_autoptr (GError) error = NULL;

  if (!open_session (self, &error))
    {
      g_info ("The database can't be watched at present. %s", error->message);
      return FALSE;
    }
  self->events.rights (TRUE, self->data);
  return look_at_all (self, TRUE);
}

static gpointer
run (gpointer data)
{
  Watch *self = data;

  while (!is_stopping (self))
    {
      if (self->conn == NULL && !connect_anew (self))
        sleep_until_news (self, RETRY_MS);
      while (self->conn != NULL && serve (self))
        ;
      if (!is_stopping (self))
        lose (self);
    }
  return NULL;
}

/**
 * bw_pq_watch_new:
 * @address: of the database, without its prefix
 * @events: what to call, on the watch's thread
 * @data: what to give it
 * @error: (out) (optional): what went wrong
 *
 * Begins to watch a database that other nodes may write to. Goes on while it can't be reached.
 *
 * Returns: (transfer full) (nullable): the watch
 */
gpointer
bw_pq_watch_new (const char *address, const BwWatchEvents *events, gpointer data, GError **error)
{
  Watch *self = g_new0 (Watch, 1);

  self->uri = g_strconcat (BW_PQ_PREFIX, address, NULL);
  self->node = g_uuid_string_random ();
  self->events = *events;
  self->data = data;
  self->work = g_string_new (NULL);
  self->revisions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_mutex_init (&self->lock);
  g_cond_init (&self->told);
  if (!open_session (self, error) || !g_unix_open_pipe (self->wake, O_CLOEXEC | O_NONBLOCK, error))
    {
      self->wake[0] = self->wake[1] = -1;
      g_clear_pointer (&self->conn, PQfinish);
      bw_pq_watch_free (self);
      return NULL;
    }
  self->thread = g_thread_new ("bw-watch", run, self);
  return self;
}

/**
 * bw_pq_watch_get_node:
 * @watch: a watch
 *
 * Returns: (transfer none): what this node is called in announcements
 */
const char *
bw_pq_watch_get_node (gpointer watch)
{
  return ((Watch *) watch)->node;
}

/**
 * bw_pq_watch_announce:
 * @watch: a watch
 * @work: the businesses in which there is new work, with commas between
 *
 * Tells the other nodes that this one committed. From any thread, and quick.
 */
void
bw_pq_watch_announce (gpointer watch, const char *work)
{
  Watch *self = watch;
  gboolean is_first;

  g_mutex_lock (&self->lock);
  is_first = !self->has_commits;
  self->has_commits = TRUE;
  if (work[0] != '\0' && self->work->len < MAX_WORK)
    g_string_append_printf (self->work, "%s%s", self->work->len > 0 ? "," : "", work);
  g_mutex_unlock (&self->lock);
  if (is_first)
    wake (self);
}

/**
 * bw_pq_watch_is_current:
 * @watch: a watch
 *
 * From any thread, and quick.
 *
 * Returns: whether all rights that changed until now were told of, or their changes not answered
 * yet
 */
gboolean
bw_pq_watch_is_current (gpointer watch)
{
  Watch *self = watch;

  return g_get_monotonic_time ()
         < __atomic_load_n (&self->heard_at, __ATOMIC_SEQ_CST) + TRUST_MS * 1000;
}

/**
 * bw_pq_watch_tell_all:
 * @watch: a watch
 *
 * Waits until all nodes have heard of the rights that this one changed, or trust their memory no
 * more. From any thread but the watch's and the writer's.
 */
void
bw_pq_watch_tell_all (gpointer watch)
{
  Watch *self = watch;
  gint64 deadline = g_get_monotonic_time () + TRUST_MS * 1000;
  guint number;

  g_mutex_lock (&self->lock);
  number = ++self->n_to_tell;
  wake (self);
  while ((gint) (self->n_told - number) < 0)
    if (!g_cond_wait_until (&self->told, &self->lock, deadline))
      break;
  g_mutex_unlock (&self->lock);
}

/**
 * bw_pq_watch_free:
 * @watch: (transfer full): a watch
 *
 * Stops watching. Nothing is told any more when it returns.
 */
void
bw_pq_watch_free (gpointer watch)
{
  Watch *self = watch;

  if (self->thread != NULL)
    {
      g_mutex_lock (&self->lock);
      self->is_stopping = TRUE;
      g_mutex_unlock (&self->lock);
      wake (self);
      g_thread_join (self->thread);
    }
  for (guint i = 0; i < G_N_ELEMENTS (self->wake); i++)
    if (self->wake[i] >= 0)
      close (self->wake[i]);
  g_clear_pointer (&self->conn, PQfinish);
  g_hash_table_unref (self->revisions);
  g_string_free (self->work, TRUE);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->told);
  g_free (self->node);
  g_free (self->uri);
  g_free (self);
}
