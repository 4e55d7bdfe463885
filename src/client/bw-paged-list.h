/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libdex.h>

G_BEGIN_DECLS

/*
 * A row of a BwPagedList: a placeholder until its page is loaded, then what the server says.
 */
#define BW_TYPE_PAGED_ENTRY (bw_paged_entry_get_type ())
G_DECLARE_DERIVABLE_TYPE (BwPagedEntry, bw_paged_entry, BW, PAGED_ENTRY, GObject)

struct _BwPagedEntryClass
{
  GObjectClass parent_class;

  /* The row changed (NULL: a placeholder): notify the property that holds it. */
  void (*row_changed) (BwPagedEntry *self);
};

gint64   bw_paged_entry_get_id     (BwPagedEntry *self);
gboolean bw_paged_entry_is_loaded  (BwPagedEntry *self);
gpointer bw_paged_entry_get_row    (BwPagedEntry *self);

/*
 * A GListModel over a list on the server that may hold any number of rows.
 * Properties (read only, all notify):
 *   n-items       guint
 *   loading       gboolean           something that was asked for is not here yet
 *   loaded        gboolean           at least one page arrived since the filter was set
 *   error         GError (boxed)     why the last page could not be loaded; NULL when it could
 *   stale         gboolean           the server is away: the rows are the last known ones
 */
#define BW_TYPE_PAGED_LIST (bw_paged_list_get_type ())
G_DECLARE_DERIVABLE_TYPE (BwPagedList, bw_paged_list, BW, PAGED_LIST, GObject)

/** A slice of a list, whatever its rows are. */
typedef struct
{
  GPtrArray *rows;          /* of the class's row type; borrowed from the answer */
  gint64 total;
  gboolean total_is_exact;
  gint64 revision;          /* -1 where the list has none */
  char *next;               /* cursor, nullable; owned */
} BwPagedPage;

struct _BwPagedListClass
{
  GObjectClass parent_class;

  GType entry_type;
  GType row_type;           /* boxed */
  guint page_size;
  guint reconcile_interval; /* milliseconds */

  /* Asks for rows by offset or, where @after is given, for what comes after a cursor. */
  DexFuture *(*fetch)        (BwPagedList *self, guint offset, guint limit, const char *after);
  /* Reads what fetch resolved to. */
  void       (*read_page)    (BwPagedList *self, const GValue *value, BwPagedPage *page);
  gint64     (*get_id)       (gconstpointer row);
  gint64     (*get_revision) (gconstpointer row);
  gboolean   (*is_equal)     (gconstpointer a, gconstpointer b);
  /* Events that may concern the list, in order; some of them for the second time. */
  void       (*apply_events) (BwPagedList *self, GPtrArray *events);
};

gboolean      bw_paged_list_get_loading (BwPagedList *self);
gboolean      bw_paged_list_get_loaded  (BwPagedList *self);
const GError *bw_paged_list_get_error   (BwPagedList *self);
gboolean      bw_paged_list_get_stale   (BwPagedList *self);
guint         bw_paged_list_get_n_loaded (BwPagedList *self);
gboolean      bw_paged_list_get_following (BwPagedList *self);
gboolean      bw_paged_list_set_following (BwPagedList *self, gboolean following);
void          bw_paged_list_set_page_size (BwPagedList *self, guint page_size);

/** Is told of a row that is loaded, and where it is. */
typedef void (*BwPagedRowFunc) (BwPagedEntry *entry, guint position, gpointer user_data);

void          bw_paged_list_foreach      (BwPagedList *self, BwPagedRowFunc func, gpointer user_data);
BwPagedEntry *bw_paged_list_peek         (BwPagedList *self, guint position);

G_END_DECLS
