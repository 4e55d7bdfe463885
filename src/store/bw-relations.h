/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

/** Remembers which relations are known already, so that they are not written with every job. */
typedef struct _BwRelations BwRelations;

BwRelations *bw_relations_new    (void);
void         bw_relations_free   (BwRelations *self);
void         bw_relations_forget (BwRelations *self);
gboolean     bw_relations_add    (BwRelations *self, BwDb *db, gint64 business, const char *id, const char *label, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwRelations, bw_relations_free)

G_END_DECLS
