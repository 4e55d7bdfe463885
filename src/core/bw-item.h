/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-reference.h"
#include "bw-state.h"

G_BEGIN_DECLS

/**
 * BwItem:
 *
 * One thing that a job works on. An immutable snapshot, counted by reference.
 */
typedef struct
{
  gint64 item;              /* from 1 within the job */
  char *label;
  BwItemState state;
  char *message;            /* nullable: the error, or why it was left out */
  BwReference *reference;   /* nullable */
  char *parameters;         /* JSON text, nullable; only in claims */
  int attempt;              /* the attempt that finished it; 0 while pending */
  BwTime updated_at;        /* BW_TIME_NONE while pending */
} BwItem;

#define BW_TYPE_ITEM (bw_item_get_type ())

GType   bw_item_get_type (void);
BwItem *bw_item_new      (void);
BwItem *bw_item_ref      (BwItem *self);
void    bw_item_unref    (BwItem *self);
BwItem *bw_item_read     (BwJsonReader *reader);
void    bw_item_write    (const BwItem *self, BwJsonWriter *writer, const char *member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwItem, bw_item_unref)

G_END_DECLS
