/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/*
 * Where sign-ins are kept: the desktop's keyring or, where there is none, this process's memory.
 */
DexFuture *bw_keyring_store  (const char *url, const char *user, const char *token);  /* gboolean: kept beyond this session */
DexFuture *bw_keyring_lookup (const char *url, const char *user);                     /* string, or NULL when none is kept */
DexFuture *bw_keyring_clear  (const char *url, const char *user);                     /* TRUE */

G_END_DECLS
