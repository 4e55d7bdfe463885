/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-reply.h"
#include "bw-request.h"

G_BEGIN_DECLS

/* bw-auth.c */
BwReply *bw_route_sign_in        (BwRequest *request, GError **error);
BwReply *bw_route_sign_out       (BwRequest *request, GError **error);
BwReply *bw_route_get_me         (BwRequest *request, GError **error);

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
BwReply *bw_route_list_items     (BwRequest *request, GError **error);
BwReply *bw_route_get_history    (BwRequest *request, GError **error);

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

/* bw-routes-work.c */
BwReply *bw_route_claim          (BwRequest *request, GError **error);
BwReply *bw_route_report         (BwRequest *request, GError **error);

/* bw-events-route.c */
BwReply *bw_route_events         (BwRequest *request, GError **error);

/* bw-routes-meta.c */
BwReply *bw_route_get_health     (BwRequest *request, GError **error);
BwReply *bw_route_get_metrics    (BwRequest *request, GError **error);
BwReply *bw_route_get_openapi    (BwRequest *request, GError **error);

G_END_DECLS
