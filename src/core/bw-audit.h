/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-json-reader.h"
#include "bw-json-writer.h"

G_BEGIN_DECLS

/** Who did what, and to which job. */
typedef struct
{
  gint64 id;
  BwTime at;
  gint64 user_id;           /* 0: on the server's own command line */
  char *actor;              /* the user's name at the time */
  char *action;             /* "retry", "cancel", "pause" … */
  gint64 job;               /* 0: not about one job */
  char *job_name;           /* nullable; kept when the job is gone */
  gboolean job_exists;      /* it can still be opened */
  char *detail;             /* nullable: one line of English for the record */
} BwAuditEntry;

/**
 * BwAuditPage:
 *
 * A slice of the audit log, newest first. Immutable once made, counted by reference.
 */
typedef struct
{
  GPtrArray *entries;       /* of BwAuditEntry, never NULL */
  gint64 total;             /* how many match */
  gboolean total_is_exact;  /* FALSE: the count stopped at a bound */
  char *next;               /* to give as "after" for what comes next; NULL at the end */
} BwAuditPage;

#define BW_AUDIT_MAX_PAGE 10000
#define BW_TYPE_AUDIT_PAGE (bw_audit_page_get_type ())

GType        bw_audit_page_get_type (void);
BwAuditPage *bw_audit_page_new   (void);
BwAuditPage *bw_audit_page_ref   (BwAuditPage *self);
void         bw_audit_page_unref (BwAuditPage *self);
void         bw_audit_page_write (const BwAuditPage *self, BwJsonWriter *writer);
BwAuditPage *bw_audit_page_read  (BwJsonReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwAuditPage, bw_audit_page_unref)

/** Which entries of the audit log. Values of one field are alternatives; fields narrow each other. */
typedef struct
{
  char *q;                  /* words of the actor, the job's name or the detail; NULL: all */
  GStrv actions;            /* NULL or empty: all */
  gint64 user;              /* a user's id; -1: all */
  gint64 job;               /* a job's id; 0: all */
  BwTime from;              /* not before; BW_TIME_NONE: from the beginning */
  BwTime until;             /* before; BW_TIME_NONE: up to now */
} BwAuditFilter;

#define BW_TYPE_AUDIT_FILTER (bw_audit_filter_get_type ())

GType          bw_audit_filter_get_type (void);
BwAuditFilter *bw_audit_filter_new   (void);
BwAuditFilter *bw_audit_filter_copy  (const BwAuditFilter *self);
void           bw_audit_filter_free  (BwAuditFilter *self);
char          *bw_audit_filter_to_query (const BwAuditFilter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwAuditFilter, bw_audit_filter_free)

G_END_DECLS
