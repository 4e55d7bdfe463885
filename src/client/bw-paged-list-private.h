/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"
#include "bw-dex.h"
#include "bw-paged-list.h"
#include "bw-row-map.h"

G_BEGIN_DECLS

/** A request under way. */
typedef struct
{
  BwTask task;
  GWeakRef list;
  guint serial;
  guint epoch;
  guint offset;
  guint limit;
  gint64 anchor;            /* with a cursor: the row after which the answer belongs; 0: none */
  gboolean quiet;           /* nobody sees a placeholder because of it */
  gboolean over;            /* what it brings is no longer wanted */
  guint64 sent_clock;       /* of the map, when it was sent */
  guint repeats;            /* how often its rows moved while it was under way */
  DexFuture *answer;
  DexCancellable *cancellable;
  GArray *moves;            /* of BwRowMove, since it was sent */
  GPtrArray *events;        /* of BwEvent, since it was sent */
} BwPagedRequest;

/** Rows that came or went, by an event or by another page. */
typedef struct
{
  gint64 revision;
  guint position;
  gint64 delta;
} BwRowMove;

typedef struct
{
  BwBusiness *business;
  BwEventStream *stream;
  BwRowMap *map;
  GHashTable *ids;          /* gint64 → BwPagedEntry that the map holds */
  guint n_items;

  guint epoch;              /* grows when another list is meant, as by a new filter */
  guint generation;         /* grows when what is known may be wrong */
  guint64 refresh_clock;    /* of the map, when what is shown was last called in doubt */
  guint empty_generation;   /* as of which nothing is known to be there, where nothing is */
  gint64 revision;          /* of the newest page */
  gboolean total_is_exact;
  gboolean starting;        /* the first page of this epoch has not come yet */
  gboolean loaded;
  gboolean loading;
  gboolean stale;
  gboolean was_away;        /* the stream was lost and is not live again */
  gboolean resting;         /* events are not followed for now */
  gboolean outdated;        /* something may have happened meanwhile */
  guint page_size;          /* how many rows are asked for at once */
  GError *error;

  GPtrArray *requests;      /* of BwPagedRequest */
  guint last_serial;
  gboolean holding;         /* a request failed: none is sent until there is a reason */
  guint failures;
  guint dispatch_source;
  guint retry_source;
  guint reconcile_source;
  gint64 reconciled_at;

  GPtrArray *queue;         /* of BwEvent, to be applied */
  guint flush_source;
  gint64 flushed_at;
} BwPagedListPrivate;

#define BW_PAGED_MAX_ROWS 4000

/* bw-paged-list.c */
BwPagedListPrivate *bw_paged_list_get_private (BwPagedList *self);
void          bw_paged_list_emit       (BwPagedList *self, guint position, guint removed, guint added);
void          bw_paged_list_flush (BwPagedList *self);
void          bw_paged_list_set_loading (BwPagedList *self, gboolean loading);
void          bw_paged_list_set_loaded (BwPagedList *self, gboolean loaded);
void          bw_paged_list_take_error (BwPagedList *self, GError *error);
void          bw_paged_list_update_stale (BwPagedList *self);
void          bw_paged_list_seed       (BwPagedList *self, GPtrArray *rows);
BwBusiness   *bw_paged_list_get_business (BwPagedList *self);

/* bw-paged-entry.c */
BwPagedEntry *bw_paged_entry_new       (GType type);
void          bw_paged_entry_set_row   (BwPagedEntry *self, GType row_type, gconstpointer row, gint64 id);

/* bw-paged-requests.c */
void          bw_paged_list_restart    (BwPagedList *self);
void          bw_paged_list_refresh    (BwPagedList *self);
void          bw_paged_list_want       (BwPagedList *self);
void          bw_paged_list_release    (BwPagedList *self);
void          bw_paged_list_reconcile  (BwPagedList *self);
void          bw_paged_list_cancel_all (BwPagedList *self);
BwPagedEntry *bw_paged_list_get_entry  (BwPagedList *self, guint position);

/* bw-paged-apply.c */
gboolean      bw_paged_list_is_whole   (BwPagedList *self);
gboolean      bw_paged_list_apply      (BwPagedList *self, guint offset, const BwPagedPage *page);
BwPagedEntry *bw_paged_list_lookup     (BwPagedList *self, gint64 id);
void          bw_paged_list_update     (BwPagedList *self, BwPagedEntry *entry, gconstpointer row);
void          bw_paged_list_remove     (BwPagedList *self, BwPagedEntry *entry, gint64 revision);
void          bw_paged_list_insert     (BwPagedList *self, GPtrArray *rows, GHashTable *entries, GCompareDataFunc compare, gint64 revision);
gboolean      bw_paged_list_can_place  (BwPagedList *self, gconstpointer row, GCompareDataFunc compare);
gboolean      bw_paged_list_is_placed  (BwPagedList *self, BwPagedEntry *entry, gconstpointer row, GCompareDataFunc compare);
void          bw_paged_list_note_move  (BwPagedList *self, gint64 revision, guint position, gint64 delta);

G_END_DECLS
