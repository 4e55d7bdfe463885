/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

typedef enum
{
  BW_STEP_ERROR,
  BW_STEP_DONE,
  BW_STEP_ROW,
} BwStep;

/** A word of the migrations, written @name@ there, and what the engine says for it. */
typedef struct
{
  const char *name;
  const char *text;
} BwDriverWord;

/** What a node hears of the others that write to its database. Told on a thread of the watch's own. */
typedef struct
{
  void (*changed)    (gint64 business, gint64 revision, gpointer data);
  void (*work_ready) (gint64 business, gpointer data);
  /* Somebody's rights changed. Not @known: until told again, they may at any time. */
  void (*rights)     (gboolean known, gpointer data);
} BwWatchEvents;

/**
 * BwDriver:
 *
 * What one database engine does in its own way. An engine joins by filling in one of these; a
 * connection and a prepared statement are the engine's own pointers. Parameters and columns count
 * from 0.
 *
 * @bind_text and @bind_bytes are told with @keep whether the value may go away before the statement
 * is reset, and must be copied. Text may be NULL.
 */
typedef struct
{
  const char *name;           /* also in the names of the engine's own migrations */
  const char *prefix;         /* of the addresses of its stores */
  const BwDriverWord *words;  /* up to one with a NULL name */
  gboolean fails_later;       /* whether what @execute began may be told to have failed by a later call */

  /* Full text search over the table job_text. */
  const char *search_add;     /* $1: job id, $2: scope, $3: text */
  const char *search_remove;  /* $1: job id */
  const char *search_oldest;  /* the ids that match $1 from $2 to before $3, upwards */
  const char *search_newest;  /* downwards */

  /* Full text search over the table action_text. */
  const char *audit_add;      /* $1: row, $2: scope, $3: text */
  const char *audit_forget;   /* the rows from $1 to $2 */
  const char *audit_newest;   /* the rows that match $1 from $2 to before $3, downwards, $4 at most */
  const char *audit_count;    /* how many those are */

  /* Copying a store (bw-office-copy.c). The indexes of words are no tables here. */
  const char *begin_copying;  /* what to run first in the transactions of copies; NULL: nothing */
  const char *count_users;    /* how many servers have the store open; NULL: a file beside it tells */
  const char *list_columns;   /* table, column, type, place in the primary key or 0; in the tables' order */
  const char *list_indexes;   /* name, statement that makes it: those that are no constraint's */
  const char *list_drops;     /* statements that remove all that the migrations made */
  const char *list_settles;   /* statements to run after many rows were written; NULL: none */

  /* What is written here for SQLite's FTS5 in the engine's own terms; NULL where they are the same. */
  const char *announce_rights; /* run by each write that changes somebody's rights, $1: get_node() */

  char     *(*search_scope)      (const char *scope);
  char     *(*search_text)       (const char *text);
  char     *(*search_expression) (const char *expression);

  gpointer  (*open)              (const char *address, BwDbMode mode, GError **error);
  void      (*close)             (gpointer connection);
  gboolean  (*begin)             (gpointer connection, GError **error);
  gboolean  (*commit)            (gpointer connection, GError **error);
  gboolean  (*rollback)          (gpointer connection, GError **error);
  gboolean  (*script)            (gpointer connection, const char *script, GError **error);
  void      (*interrupt)         (gpointer connection);
  gboolean  (*in_transaction)    (gpointer connection);
  gboolean  (*has_table)         (gpointer connection, const char *table, gboolean *has, GError **error);
  gboolean  (*changed_elsewhere) (gpointer connection, gboolean *changed, GError **error);
  gboolean  (*check)             (gpointer connection, GError **error);
  gint64    (*get_time)          (gpointer connection); /* of the last changed_elsewhere(), by a clock that all nodes have; or NULL */

  /* Where several nodes share a database; or NULL. */
  gpointer  (*watch)             (const char *address, const BwWatchEvents *events, gpointer data, GError **error);
  const char *(*get_node)        (gpointer watch);
  void      (*announce)          (gpointer watch, const char *work); /* a commit; in which businesses there is work: "3,12" */
  gboolean  (*is_current)        (gpointer watch); /* whether nobody's rights can have changed unheard of */
  void      (*tell_all)          (gpointer watch); /* waits until all have heard whose rights changed */
  void      (*unwatch)           (gpointer watch);

  gpointer  (*prepare)           (gpointer connection, const char *sql, GError **error);
  void      (*stream)            (gpointer statement); /* before the first step: it may be left early */
  void      (*finalize)          (gpointer statement);
  guint     (*n_parameters)      (gpointer statement);
  void      (*bind_null)         (gpointer statement, guint parameter, char type); /* as in bw-db.h */
  void      (*bind_int)          (gpointer statement, guint parameter, gint64 value);
  void      (*bind_double)       (gpointer statement, guint parameter, double value);
  void      (*bind_text)         (gpointer statement, guint parameter, const char *value, gboolean keep);
  void      (*bind_bytes)        (gpointer statement, guint parameter, gconstpointer data, gsize length, gboolean keep);
  BwStep    (*step)              (gpointer statement, GError **error);
  gboolean  (*execute)           (gpointer statement, GError **error);
  void      (*reset)             (gpointer statement);
  gint64    (*n_changed)         (gpointer statement);

  gint64        (*column_int)    (gpointer statement, guint column);
  double        (*column_double) (gpointer statement, guint column);
  const char   *(*column_text)   (gpointer statement, guint column);
  gconstpointer (*column_bytes)  (gpointer statement, guint column, gsize *length);
  gboolean      (*column_is_null) (gpointer statement, guint column);
} BwDriver;

extern const BwDriver bw_driver_sqlite;
extern const BwDriver bw_driver_postgresql;

const BwDriver *bw_db_get_driver (BwDb *self);

G_END_DECLS
