/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-connection.h"
#include "bw-event-stream.h"
#include "bw-submission.h"

G_BEGIN_DECLS

#define BW_TYPE_BUSINESS (bw_business_get_type ())
G_DECLARE_FINAL_TYPE (BwBusiness, bw_business, BW, BUSINESS, GObject)

/*
 * Properties:
 *   connection   BwConnection        construct only
 *   id           char *              construct only: the short name in paths
 *   name         char *              for people; follows what the connection learns
 *   permissions  guint               a set of BwPermissions; notifies when rights change
 *   role         char *              the role's id: "full-user", or one that the business made
 *   role-name    char *              what people call it
 */
BwBusiness    *bw_business_new             (BwConnection *connection, const char *id);
BwBusiness    *bw_business_obtain          (BwConnection *connection, const char *id);
BwConnection  *bw_business_get_connection  (BwBusiness *self);
const char    *bw_business_get_id          (BwBusiness *self);
const char    *bw_business_get_name        (BwBusiness *self);
BwPermissions  bw_business_get_permissions (BwBusiness *self);
gboolean       bw_business_may             (BwBusiness *self, BwPermissions permissions);
BwEventStream *bw_business_get_event_stream (BwBusiness *self);

/* Each returns a future of the type named; all reject with an error that says what was tried. */
DexFuture *bw_business_list_jobs      (BwBusiness *self, const BwFilter *filter, guint limit,
                                       const char *after, gint64 offset);          /* BwJobPage */
DexFuture *bw_business_get_summary    (BwBusiness *self, const BwFilter *filter);  /* BwSummary */
DexFuture *bw_business_get_job        (BwBusiness *self, gint64 job);              /* BwJobDetails */
DexFuture *bw_business_list_items     (BwBusiness *self, gint64 job, const BwItemFilter *filter,
                                       guint limit, gint64 after, gint64 offset);  /* BwItemPage */
DexFuture *bw_business_get_history    (BwBusiness *self, gint64 job);              /* BwJobHistory */
DexFuture *bw_business_retry          (BwBusiness *self, gint64 job, gboolean all);/* BwJob */
DexFuture *bw_business_cancel         (BwBusiness *self, gint64 job);              /* BwJob */
DexFuture *bw_business_delete         (BwBusiness *self, gint64 job);              /* TRUE */
DexFuture *bw_business_clear          (BwBusiness *self);                          /* gint64: how many */
DexFuture *bw_business_edit           (BwBusiness *self, gint64 job, GBytes *changes); /* BwJobDetails */
DexFuture *bw_business_submit         (BwBusiness *self, GPtrArray *submissions);  /* GPtrArray of BwSubmissionResult */
DexFuture *bw_business_list_pauses    (BwBusiness *self);                          /* GPtrArray of BwPause */
DexFuture *bw_business_pause          (BwBusiness *self, GArray *users, const char *const *types,
                                       gboolean all, const char *reason);          /* GPtrArray of BwPause */
DexFuture *bw_business_resume         (BwBusiness *self, gint64 pause);            /* gint64: how many */
DexFuture *bw_business_list_types     (BwBusiness *self);                          /* GPtrArray of BwTypeInfo */
DexFuture *bw_business_list_users     (BwBusiness *self, const char *q);           /* GPtrArray of BwUserInfo */
DexFuture *bw_business_list_relations (BwBusiness *self, const char *q);           /* GPtrArray of BwRelationInfo */
DexFuture *bw_business_read_log       (BwBusiness *self, gint64 job, goffset offset, gsize length); /* GBytes */
DexFuture *bw_business_download_result (BwBusiness *self, gint64 job, GFile *file,
                                        BwProgressFunc progress, gpointer user_data,
                                        GDestroyNotify notify);                    /* gint64: bytes */

G_END_DECLS
