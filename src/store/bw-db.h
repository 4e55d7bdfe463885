/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * A connection to the database, whichever engine keeps it. Nothing above this header knows which.
 *
 * SQL is written once for both engines, with $1-style parameters, as many as the format has letters.
 * A statement is prepared on first use and kept by the text's address; text made at run time may be
 * passed too, and is prepared anew when its address last held another.
 *
 * Values are handed over by a format string, one letter a parameter:
 *   i gint64    d double    s const char * (NULL is SQL's NULL)    b GBytes * (NULL likewise)
 *   t BwTime (BW_TIME_NONE is NULL)
 *
 * A connection belongs to one thread at a time.
 */
typedef struct _BwDb BwDb;
typedef struct _BwRows BwRows;

typedef enum
{
  BW_DB_READ,
  BW_DB_WRITE,
} BwDbMode;

char    *bw_db_get_name  (const char *uri);
BwDb    *bw_db_open      (const char *uri, BwDbMode mode, GError **error);
void     bw_db_close     (BwDb *self);
gboolean bw_db_begin     (BwDb *self, GError **error);
gboolean bw_db_commit    (BwDb *self, GError **error);
void     bw_db_rollback  (BwDb *self);
gboolean bw_db_savepoint (BwDb *self, GError **error);
gboolean bw_db_release   (BwDb *self, GError **error);
void     bw_db_rollback_to (BwDb *self);
gboolean bw_db_script    (BwDb *self, const char *script, GError **error);
void     bw_db_interrupt (BwDb *self);
gboolean bw_db_in_transaction    (BwDb *self);
gboolean bw_db_has_table         (BwDb *self, const char *table, gboolean *has, GError **error);
gboolean bw_db_changed_elsewhere (BwDb *self, gboolean *changed, GError **error);
gboolean bw_db_get_time          (BwDb *self, gint64 *now);
gboolean bw_db_check             (BwDb *self, GError **error);

gboolean bw_db_exec      (BwDb *self, GError **error, const char *sql, const char *format, ...);
gint64   bw_db_exec_count (BwDb *self, GError **error, const char *sql, const char *format, ...);
BwRows  *bw_db_query     (BwDb *self, GError **error, const char *sql, const char *format, ...);
BwRows  *bw_db_stream    (BwDb *self, GError **error, const char *sql, const char *format, ...);
BwRows  *bw_db_query_values (BwDb *self, GError **error, const char *sql, const GValue *values, guint n_values);
gboolean bw_db_get_int   (BwDb *self, gint64 *value, GError **error, const char *sql, const char *format, ...);

/* FALSE at the end and on an error; *error tells which. What is read is valid until the next row. */
gboolean    bw_rows_next    (BwRows *self, GError **error);
gint64      bw_rows_int     (BwRows *self, guint column);
gint64      bw_rows_time    (BwRows *self, guint column);
double      bw_rows_double  (BwRows *self, guint column);
const char *bw_rows_text    (BwRows *self, guint column);
gconstpointer bw_rows_blob  (BwRows *self, guint column, gsize *length);
gboolean    bw_rows_is_null (BwRows *self, guint column);
void        bw_rows_free    (BwRows *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwDb, bw_db_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwRows, bw_rows_free)

G_END_DECLS
