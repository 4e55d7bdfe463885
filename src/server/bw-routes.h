/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-reply.h"
#include "bw-request.h"

G_BEGIN_DECLS

/* bw-auth.c */
BwReply *bw_route_sign_in        (BwRequest *request, GError **error);
BwReply *bw_route_sign_out       (BwRequest *request, GError **error);
BwReply *bw_route_get_me         (BwRequest *request, GError **error);
BwReply *bw_route_change_password (BwRequest *request, GError **error);

/* bw-routes-jobs.c */
BwReply *bw_route_list_jobs      (BwRequest *request, GError **error);
BwReply *bw_route_get_summary    (BwRequest *request, GError **error);
BwReply *bw_route_submit         (BwRequest *request, GError **error);
BwReply *bw_route_clear          (BwRequest *request, GError **error);

/* bw-routes-job.c */
BwReply *bw_route_get_job        (BwRequest *request, GError **error);
BwReply *bw_route_edit_job       (BwRequest *request, GError **error);
BwReply *bw_route_delete_job     (BwRequest *request, GError **error);
BwReply *bw_route_retry          (BwRequest *request, GError **error);
BwReply *bw_route_cancel         (BwRequest *request, GError **error);
BwReply *bw_route_copy           (BwRequest *request, GError **error);
BwReply *bw_route_list_items     (BwRequest *request, GError **error);
BwReply *bw_route_answer_items   (const BwItemPage *page);
BwReply *bw_route_get_history    (BwRequest *request, GError **error);

/* bw-routes-bulk.c */
BwReply *bw_route_act            (BwRequest *request, GError **error);

/* bw-routes-export.c */
BwReply *bw_route_export_jobs    (BwRequest *request, GError **error);
BwReply *bw_route_export_items   (BwRequest *request, GError **error);

/* bw-routes-files.c */
BwReply *bw_route_get_log        (BwRequest *request, GError **error);
BwReply *bw_route_get_result     (BwRequest *request, GError **error);

/* bw-routes-pauses.c */
BwReply *bw_route_list_pauses    (BwRequest *request, GError **error);
BwReply *bw_route_pause          (BwRequest *request, GError **error);
BwReply *bw_route_resume         (BwRequest *request, GError **error);
BwReply *bw_route_resume_all     (BwRequest *request, GError **error);

/* bw-routes-suggest.c */
BwReply *bw_route_list_types     (BwRequest *request, GError **error);
BwReply *bw_route_set_type       (BwRequest *request, GError **error);
BwReply *bw_route_list_users     (BwRequest *request, GError **error);
BwReply *bw_route_list_relations (BwRequest *request, GError **error);

/* bw-routes-members.c */
BwReply *bw_route_list_members   (BwRequest *request, GError **error);
BwReply *bw_route_add_member     (BwRequest *request, GError **error);
BwReply *bw_route_edit_member    (BwRequest *request, GError **error);
BwReply *bw_route_remove_member  (BwRequest *request, GError **error);

/* bw-routes-roles.c */
BwReply *bw_route_list_roles     (BwRequest *request, GError **error);
BwReply *bw_route_add_role       (BwRequest *request, GError **error);
BwReply *bw_route_edit_role      (BwRequest *request, GError **error);
BwReply *bw_route_remove_role    (BwRequest *request, GError **error);

/* bw-routes-tokens.c */
BwReply *bw_route_list_tokens    (BwRequest *request, GError **error);
BwReply *bw_route_add_token      (BwRequest *request, GError **error);
BwReply *bw_route_renew_token    (BwRequest *request, GError **error);
BwReply *bw_route_remove_token   (BwRequest *request, GError **error);

/* bw-routes-settings.c */
BwReply *bw_route_get_settings   (BwRequest *request, GError **error);
BwReply *bw_route_edit_settings  (BwRequest *request, GError **error);

/* bw-routes-views.c */
BwReply *bw_route_list_queues    (BwRequest *request, GError **error);
BwReply *bw_route_get_queue      (BwRequest *request, GError **error);
BwReply *bw_route_list_batches   (BwRequest *request, GError **error);
BwReply *bw_route_list_workers   (BwRequest *request, GError **error);

/* bw-routes-insights.c, bw-routes-audit.c */
BwReply *bw_route_get_insights   (BwRequest *request, GError **error);
BwReply *bw_route_list_audit     (BwRequest *request, GError **error);
BwReply *bw_route_list_audit_actions (BwRequest *request, GError **error);

/* bw-routes-work.c */
BwReply *bw_route_claim          (BwRequest *request, GError **error);
BwReply *bw_route_report         (BwRequest *request, GError **error);

/* bw-routes-mail.c */
BwReply *bw_route_get_mail       (BwRequest *request, GError **error);
BwReply *bw_route_set_mail       (BwRequest *request, GError **error);

/* bw-events-route.c */
BwReply *bw_route_events         (BwRequest *request, GError **error);

/* bw-routes-meta.c */
BwReply *bw_route_get_health     (BwRequest *request, GError **error);
BwReply *bw_route_get_metrics    (BwRequest *request, GError **error);
BwReply *bw_route_get_openapi    (BwRequest *request, GError **error);

G_END_DECLS
