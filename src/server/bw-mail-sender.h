/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-options.h"

G_BEGIN_DECLS

/** A connection to the mail server, kept between mails. Belongs to one thread. */
typedef struct _BwMailSender BwMailSender;

BwMailSender *bw_mail_sender_new     (const BwOptions *options, GError **error);
void          bw_mail_sender_free    (BwMailSender *self);
gboolean      bw_mail_sender_send    (BwMailSender *self, const char *address, const char *message, gboolean *hopeless, GError **error);
void          bw_mail_sender_cancel  (BwMailSender *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwMailSender, bw_mail_sender_free)

G_END_DECLS
