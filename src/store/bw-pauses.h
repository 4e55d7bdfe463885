/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

/** The standing pauses, kept in memory by the writer. */
typedef struct _BwPauses BwPauses;

BwPauses *bw_pauses_new    (void);
void      bw_pauses_free   (BwPauses *self);
void      bw_pauses_forget (BwPauses *self);
gboolean  bw_pauses_match  (BwPauses *self, BwDb *db, gint64 business, gint64 type, gint64 owner, gboolean *match, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwPauses, bw_pauses_free)

G_END_DECLS
