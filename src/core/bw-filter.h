/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-json-reader.h"
#include "bw-json-writer.h"
#include "bw-state.h"

G_BEGIN_DECLS

typedef enum
{
  BW_SORT_CREATED_AT = 0,
  BW_SORT_FINISHED_AT,
  BW_SORT_NAME,
  BW_SORT_TYPE,
  BW_SORT_STATE,
  BW_SORT_CREATED_BY,
  BW_SORT_ITEMS,
} BwSortKey;
#define BW_N_SORT_KEYS 7

/**
 * BwFilter:
 *
 * What a list shows and in which order. Values of one field are alternatives; fields narrow each
 * other. A plain mutable value: copy it to keep it.
 */
typedef struct
{
  BwJobStates states;       /* 0: all */
  GStrv types;              /* NULL: all */
  GArray *created_by;       /* of gint64 user ids, 0 for "System"; NULL: all */
  char *relation;           /* a relation's id; NULL: all */
  char *q;                  /* words; NULL: all */
  BwTime from;              /* created at or after; BW_TIME_NONE: no bound */
  BwTime until;             /* created before (exclusive); BW_TIME_NONE: no bound */
  BwConditions conditions;  /* any of them; 0: regardless */
  BwSortKey sort;
  gboolean descending;
} BwFilter;

#define BW_FILTER_MAX_VALUES 100
#define BW_FILTER_MAX_TEXT 200

BwFilter *bw_filter_new        (void);
BwFilter *bw_filter_copy       (const BwFilter *self);
void      bw_filter_free       (BwFilter *self);
gboolean  bw_filter_equal      (const BwFilter *a, const BwFilter *b);
gboolean  bw_filter_same_scope (const BwFilter *a, const BwFilter *b);
gboolean  bw_filter_is_default (const BwFilter *self);
gboolean  bw_filter_set_parameter (BwFilter *self, const char *name, const char *value, GError **error);
char     *bw_filter_to_query   (const BwFilter *self);
void      bw_filter_write      (const BwFilter *self, BwJsonWriter *writer, const char *member);
BwFilter *bw_filter_read       (BwJsonReader *reader);
const char *bw_sort_key_to_string (BwSortKey key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwFilter, bw_filter_free)

G_END_DECLS
