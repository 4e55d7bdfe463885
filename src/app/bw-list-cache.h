/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-list.h"

G_BEGIN_DECLS

/*
 * The last known list, for when the server is away, also after a restart: per server, user and
 * business, the first rows of what was shown, their counts, and who the user was. Files in the
 * user's cache folder that nobody else may read, written rarely and never in the main thread; only
 * for sign-ins that the user has had remembered, and gone with them.
 */
void       bw_list_cache_enable   (BwConnection *connection, const char *user);
DexFuture *bw_list_cache_load_me  (BwConnection *connection);
void       bw_list_cache_follow   (BwJobList *list);
void       bw_list_cache_clear    (BwConnection *connection);
BwTime     bw_list_cache_get_time (BwConnection *connection);

G_END_DECLS
