/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"
#include "bw-driver.h"

G_BEGIN_DECLS

/* A prepared statement, with its rows while it runs. */
struct _BwRows
{
  BwDb *db;
  char *sql;
  gpointer statement;
  gboolean in_use;
  gboolean is_cached;
};

struct _BwDb
{
  const BwDriver *driver;
  gpointer connection;
  BwDbMode mode;
  GHashTable *statements; /* from address to BwRows */
};

BwRows  *bw_rows_take        (BwDb *db, const char *sql, GError **error);
void     bw_rows_destroy     (BwRows *self);
void     bw_rows_bind_valist (BwRows *self, const char *format, gboolean keep, va_list values);
void     bw_rows_bind_value  (BwRows *self, guint parameter, const GValue *value);

G_END_DECLS
