/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-client-types.h"

G_BEGIN_DECLS

/* The answers of the API, each as the value that a call resolves to (BwParseFunc). All may be called
 * from any thread. */
gpointer bw_read_token       (GBytes *body, GError **error);  /* GStrv of one token */
gpointer bw_read_me          (GBytes *body, GError **error);  /* BwMe */
gpointer bw_read_job_page    (GBytes *body, GError **error);  /* BwJobPage */
gpointer bw_read_summary     (GBytes *body, GError **error);  /* BwSummary */
gpointer bw_read_job         (GBytes *body, GError **error);  /* BwJob */
gpointer bw_read_job_details (GBytes *body, GError **error);  /* BwJobDetails */
gpointer bw_read_item_page   (GBytes *body, GError **error);  /* BwItemPage */
gpointer bw_read_history     (GBytes *body, GError **error);  /* BwJobHistory */
gpointer bw_read_submitted   (GBytes *body, GError **error);  /* GPtrArray of BwSubmissionResult */
gpointer bw_read_pauses      (GBytes *body, GError **error);  /* GPtrArray of BwPause */
gpointer bw_read_types       (GBytes *body, GError **error);  /* GPtrArray of BwTypeInfo */
gpointer bw_read_users       (GBytes *body, GError **error);  /* GPtrArray of BwUserInfo */
gpointer bw_read_relations   (GBytes *body, GError **error);  /* GPtrArray of BwRelationInfo */
gpointer bw_read_cleared     (GBytes *body, GError **error);  /* gint64, from the heap */
gpointer bw_read_resumed     (GBytes *body, GError **error);  /* gint64, from the heap */

G_END_DECLS
