/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "bw-json-reader.h"
#include "bw-json-writer.h"

G_BEGIN_DECLS

#define BW_MAX_ADDRESS 254

/** Whether and when a user wants mail from a business. */
typedef struct
{
  gboolean available;       /* the server can send mail */
  gboolean enabled;
  char *address;            /* "" while none was given */
  gboolean everyone;        /* for all jobs that the user sees; else for their own */
  gboolean only_failures;
  char *language;           /* as in RFC 5646: "nl", "de-AT" */
} BwMailWish;

#define BW_TYPE_MAIL_WISH (bw_mail_wish_get_type ())

GType       bw_mail_wish_get_type (void);
BwMailWish *bw_mail_wish_new      (void);
BwMailWish *bw_mail_wish_copy     (const BwMailWish *self);
void        bw_mail_wish_free     (BwMailWish *self);
BwMailWish *bw_mail_wish_read     (BwJsonReader *reader);
void        bw_mail_wish_write    (const BwMailWish *self, BwJsonWriter *writer);
gboolean    bw_mail_address_is_plausible (const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwMailWish, bw_mail_wish_free)

G_END_DECLS
