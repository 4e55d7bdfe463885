/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-request.h"

G_BEGIN_DECLS

typedef struct _BwUpload BwUpload;

BwUpload *bw_upload_begin   (BwRequest *request, GError **error);
void      bw_upload_free    (BwUpload *self);
void      bw_upload_add     (BwUpload *self, const char *data, gsize length);
gboolean  bw_upload_would_fill (BwUpload *self, gsize length);
gboolean  bw_upload_store   (BwUpload *self, GError **error);
gboolean  bw_upload_finish  (BwUpload *self, GError **error);

G_END_DECLS
