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

/**
 * BwDriver:
 *
 * What one database engine does in its own way. An engine joins by filling in one of these; a
 * connection and a prepared statement are the engine's own pointers. Parameters and columns count
 * from 0.
 *
 * @bind_text and @bind_bytes are told with @keep whether the value may go away before the statement
 * is reset, and must be copied.
 */
typedef struct
{
  const char *name;           /* also in the names of the engine's own migrations */
  const char *prefix;         /* of the addresses of its stores */
  const BwDriverWord *words;  /* up to one with a NULL name */
  const char *begin_read;
  const char *begin_write;

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

  gpointer  (*open)              (const char *address, BwDbMode mode, GError **error);
  void      (*close)             (gpointer connection);
  gboolean  (*script)            (gpointer connection, const char *script, GError **error);
  void      (*interrupt)         (gpointer connection);
  gboolean  (*in_transaction)    (gpointer connection);
  gboolean  (*has_table)         (gpointer connection, const char *table, gboolean *has, GError **error);
  gboolean  (*changed_elsewhere) (gpointer connection, gboolean *changed, GError **error);
  gboolean  (*check)             (gpointer connection, GError **error);

  gpointer  (*prepare)           (gpointer connection, const char *sql, GError **error);
  void      (*finalize)          (gpointer statement);
  guint     (*n_parameters)      (gpointer statement);
  void      (*bind_null)         (gpointer statement, guint parameter);
  void      (*bind_int)          (gpointer statement, guint parameter, gint64 value);
  void      (*bind_double)       (gpointer statement, guint parameter, double value);
  void      (*bind_text)         (gpointer statement, guint parameter, const char *value, gboolean keep);
  void      (*bind_bytes)        (gpointer statement, guint parameter, gconstpointer data, gsize length, gboolean keep);
  BwStep    (*step)              (gpointer statement, GError **error);
  void      (*reset)             (gpointer statement);
  gint64    (*n_changed)         (gpointer statement);

  gint64        (*column_int)    (gpointer statement, guint column);
  double        (*column_double) (gpointer statement, guint column);
  const char   *(*column_text)   (gpointer statement, guint column);
  gconstpointer (*column_bytes)  (gpointer statement, guint column, gsize *length);
  gboolean      (*column_is_null) (gpointer statement, guint column);
} BwDriver;

extern const BwDriver bw_driver_sqlite;

const BwDriver *bw_db_get_driver (BwDb *self);

G_END_DECLS
