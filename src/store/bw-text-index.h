/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-db.h"

G_BEGIN_DECLS

gboolean bw_text_index_add_job      (BwDb *db, gint64 job, const char *scope, const char *text, GError **error);
gboolean bw_text_index_remove_job   (BwDb *db, gint64 job, GError **error);
BwRows  *bw_text_index_find_jobs    (BwDb *db, const char *expression, gint64 first, gint64 end, gboolean descending, GError **error);
gboolean bw_text_index_add_action   (BwDb *db, gint64 row, const char *scope, const char *text, GError **error);
gboolean bw_text_index_forget_actions (BwDb *db, gint64 first, gint64 last, GError **error);
BwRows  *bw_text_index_find_actions (BwDb *db, const char *expression, gint64 first, gint64 end, gint64 limit, GError **error);
BwRows  *bw_text_index_count_actions (BwDb *db, const char *expression, gint64 first, gint64 end, gint64 limit, GError **error);

G_END_DECLS
