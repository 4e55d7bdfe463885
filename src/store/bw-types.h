/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

#define BW_MAX_TYPES 1000
#define BW_MAX_STALLED_AFTER (24 * BW_TIME_HOUR)

/** A job type as the writer keeps it in memory. */
typedef struct
{
  gint64 business;
  gint64 id;
  char *type;
  char *name;
  gint64 stalled_after;
  int max_attempts;
} BwTypeRow;

typedef struct _BwTypes BwTypes;

BwTypes         *bw_types_new    (void);
void             bw_types_free   (BwTypes *self);
void             bw_types_forget (BwTypes *self);
const BwTypeRow *bw_types_find   (BwTypes *self, BwDb *db, gint64 business, const char *type, GError **error);
const BwTypeRow *bw_types_get    (BwTypes *self, BwDb *db, gint64 business, gint64 id, GError **error);
const BwTypeRow *bw_types_need   (BwTypes *self, BwDb *db, gint64 business, const char *type, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwTypes, bw_types_free)

G_END_DECLS
