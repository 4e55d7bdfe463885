/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-options.h"
#include "bw-store.h"

G_BEGIN_DECLS

/** The thread that mails users when jobs are done. */
typedef struct _BwMailer BwMailer;

BwMailer *bw_mailer_start   (BwStore *store, const BwOptions *options, GError **error);
void      bw_mailer_stop    (BwMailer *self);
void      bw_mailer_changed (BwMailer *self);

G_END_DECLS
