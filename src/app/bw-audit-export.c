/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-audit-export.h"

#include <glib/gi18n.h>

#include "bw-action-words.h"
#include "bw-export-dialog.h"

/* Entries fetched at once. */
#define PAGE 200

#define N_COLUMNS 6

/* An audit log on its way into a file, page by page. Counted by reference: a page that was asked
 * for may come when the export was given up. */
typedef struct
{
  BwBusiness *business;
  BwAuditFilter *filter;
  char *next;
  gboolean ended;
} Source;

static void
source_clear (gpointer data)
{
  Source *source = data;

  g_object_unref (source->business);
  bw_audit_filter_free (source->filter);
  g_free (source->next);
}

static void
source_unref (gpointer data)
{
  g_rc_box_release_full (data, source_clear);
}

static DexFuture *
new_for_table (BwTable *table)
{
  GValue value = G_VALUE_INIT;
  DexFuture *future;

  g_value_init (&value, BW_TYPE_TABLE);
  g_value_take_boxed (&value, table);
  future = dex_future_new_for_value (&value);
  g_value_unset (&value);

  return future;
}

static void
add_entry (BwTable *table, const BwAuditEntry *entry)
{
  bw_table_add_time (table, entry->at);
  bw_table_add_text (table, entry->actor);
  bw_table_add_text (table, bw_action_get_words (entry->action));
  if (entry->job > 0)
    bw_table_add_number (table, (double) entry->job);
  else
    bw_table_add_text (table, NULL);
  bw_table_add_text (table, entry->job_name);
  bw_table_add_text (table, entry->detail);
}

static DexFuture *
take_page (DexFuture *answer, gpointer user_data)
{
  Source *source = user_data;
  const BwAuditPage *page = g_value_get_boxed (dex_future_get_value (answer, NULL));
  BwTable *table = bw_table_new (N_COLUMNS);

  for (guint i = 0; i < page->entries->len; i++)
    add_entry (table, g_ptr_array_index (page->entries, i));
  bw_table_set_total (table, page->total, page->total_is_exact);
  g_set_str (&source->next, page->next);
  source->ended = page->next == NULL;

  return new_for_table (table);
}

static DexFuture *
next_page (BwTable *before, gpointer user_data)
{
  Source *source = user_data;

  if (before == NULL)
    {
      g_clear_pointer (&source->next, g_free);
      source->ended = FALSE;
    }
  if (source->ended)
    return new_for_table (bw_table_new (N_COLUMNS));

  return dex_future_then (
      bw_business_list_audit (source->business, source->filter, PAGE, source->next), take_page,
      g_rc_box_acquire (source), source_unref);
}

/**
 * bw_audit_export_present:
 * @parent: over which widget
 * @business: whose log
 * @filter: which entries
 *
 * Asks where to, and writes the entries there.
 */
void
bw_audit_export_present (GtkWidget *parent, BwBusiness *business, const BwAuditFilter *filter)
{
  const BwColumn columns[N_COLUMNS] = {
    { "when", _ ("When"), BW_COLUMN_TIME }, { "who", _ ("Who"), BW_COLUMN_TEXT },
    { "what", _ ("What"), BW_COLUMN_TEXT }, { "job", _ ("Job Number"), BW_COLUMN_NUMBER },
    { "name", _ ("Job"), BW_COLUMN_TEXT },  { "details", _ ("Details"), BW_COLUMN_TEXT },
  };
  Source *source = g_rc_box_new0 (Source);

  source->business = g_object_ref (business);
  source->filter = bw_audit_filter_copy (filter);
  bw_export_dialog_present_for_table (parent, "audit-log", _ ("Audit Log"), columns, N_COLUMNS,
                                      next_page, source, source_unref);
}
