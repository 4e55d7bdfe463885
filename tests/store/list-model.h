/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store-private.h"

G_BEGIN_DECLS

/*
 * What a list has to be, worked out the plain way: all rows of a business in an array, filtered and
 * sorted by nothing but comparisons. Shares no code with the lists that it judges.
 */
typedef struct
{
  gint64 id;
  gint64 type;
  char *type_slug;
  char *type_name;
  gint64 owner;
  char *owner_name;
  gboolean automated;
  int state;
  BwConditions conditions;
  char *name;
  gint64 items;
  BwTime created_at;
  BwTime finished_at;       /* the end of all times if it has not ended */
  GStrv relations;
  GStrv words;
} ListRow;

typedef struct
{
  GPtrArray *rows;          /* of ListRow */
} ListModel;

ListModel *list_model_new    (BwStore *store, gint64 business);
void       list_model_free   (ListModel *self);
GPtrArray *list_model_select (ListModel *self, const BwViewer *viewer, const BwFilter *filter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ListModel, list_model_free)

G_END_DECLS
