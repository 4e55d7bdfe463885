/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-audit-log.h"

/* An entry, and the page that keeps it alive. */
typedef struct
{
  BwAuditPage *page;
  const BwAuditEntry *entry;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  bw_audit_page_unref (row->page);
  g_free (row);
}

static Row *
row_new (BwAuditPage *page, guint i)
{
  Row *row = g_new0 (Row, 1);

  row->page = bw_audit_page_ref (page);
  row->entry = g_ptr_array_index (page->entries, i);

  return row;
}

/**
 * bw_audit_log_new:
 *
 * Returns: (transfer full): a log of which nothing was fetched
 */
BwAuditLog *
bw_audit_log_new (void)
{
  BwAuditLog *self = g_new0 (BwAuditLog, 1);

  self->rows = g_ptr_array_new_with_free_func (row_free);

  return self;
}

/**
 * bw_audit_log_free:
 * @self: (transfer full): a log
 */
void
bw_audit_log_free (BwAuditLog *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self->next);
  g_free (self);
}

/**
 * bw_audit_log_append:
 * @self: a log
 * @page: what follows what it has
 */
void
bw_audit_log_append (BwAuditLog *self, BwAuditPage *page)
{
  for (guint i = 0; i < page->entries->len; i++)
    g_ptr_array_add (self->rows, row_new (page, i));

  g_set_str (&self->next, page->next);
  self->total = page->total;
  self->total_is_exact = page->total_is_exact;
}

/**
 * bw_audit_log_take_newest:
 * @self: a log
 * @page: its first page as it now is
 *
 * Entries never change, so only those newer than the newest known are added. If there are more of
 * them than a page holds, what was known is dropped rather than left with a gap.
 */
void
bw_audit_log_take_newest (BwAuditLog *self, BwAuditPage *page)
{
  gint64 newest = self->rows->len > 0 ? bw_audit_row_get_entry (self->rows->pdata[0])->id : 0;
  guint n_new = 0;

  while (n_new < page->entries->len
         && ((const BwAuditEntry *) page->entries->pdata[n_new])->id > newest)
    n_new++;

  if (n_new == page->entries->len)
    {
      g_ptr_array_unref (self->rows);
      self->rows = g_ptr_array_new_with_free_func (row_free);
      bw_audit_log_append (self, page);
      return;
    }

  for (guint i = n_new; i > 0; i--)
    g_ptr_array_insert (self->rows, 0, row_new (page, i - 1));
  self->total = page->total;
  self->total_is_exact = page->total_is_exact;
}

/**
 * bw_audit_row_get_entry:
 * @row: one of the rows of a log
 *
 * Returns: (transfer none): its entry
 */
const BwAuditEntry *
bw_audit_row_get_entry (gconstpointer row)
{
  return ((const Row *) row)->entry;
}
