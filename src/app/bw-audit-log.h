/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-views.h"

G_BEGIN_DECLS

/**
 * BwAuditLog:
 *
 * The part of an audit log that was fetched so far, newest first. Pages are added at its end, and
 * what is new at its beginning.
 */
typedef struct
{
  GPtrArray *rows;          /* of what bw_audit_row_get_entry() takes */
  char *next;               /* where the next page begins; NULL at the end of the log */
  gint64 total;
  gboolean total_is_exact;
} BwAuditLog;

BwAuditLog         *bw_audit_log_new      (void);
void                bw_audit_log_free     (BwAuditLog *self);
void                bw_audit_log_take_newest (BwAuditLog *self, BwAuditPage *page);
void                bw_audit_log_append   (BwAuditLog *self, BwAuditPage *page);
const BwAuditEntry *bw_audit_row_get_entry (gconstpointer row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwAuditLog, bw_audit_log_free)

G_END_DECLS
