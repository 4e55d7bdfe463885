/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-clock.h"
#include "bw-cube.h"
#include "bw-db.h"
#include "bw-finish-cube.h"
#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

/* Writing: runs on the writer's thread, returns when it is durable. Never from the writer's thread. */
gboolean bw_store_write (BwStore *self, BwWriteFunc func, gpointer data, GError **error);

/* Reading: a connection of the pool, in a transaction that sees one moment. */
BwDb    *bw_store_begin_read (BwStore *self, GError **error);
void     bw_store_end_read   (BwStore *self, BwDb *db);

/** A read connection that is given back at the end of the block. */
typedef struct
{
  BwStore *store;
  BwDb *db; /* NULL: none could be had */
} BwReader;

static inline BwReader
bw_reader_begin (BwStore *store, GError **error)
{
  return (BwReader) { store, bw_store_begin_read (store, error) };
}

static inline void
bw_reader_clear (BwReader *self)
{
  if (self->db != NULL)
    bw_store_end_read (self->store, self->db);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BwReader, bw_reader_clear)

BwTime   bw_store_now       (BwStore *self);
void     bw_store_set_clock (BwStore *self, const BwClockSource *source);
BwCube  *bw_store_get_cube  (BwStore *self);
BwFinishCube *bw_store_get_finish_cube (BwStore *self);

G_END_DECLS
