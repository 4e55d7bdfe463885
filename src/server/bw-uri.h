/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BW_URI_MAX_PARAMETERS 600

/** A request's target, taken apart and decoded. */
typedef struct
{
  GStrv segments;           /* of the path, without the first slash */
  GPtrArray *names;         /* of the query's parameters, in order */
  GPtrArray *values;        /* beside them */
} BwUri;

BwUri *bw_uri_parse (const char *target, GError **error);
void   bw_uri_free  (BwUri *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BwUri, bw_uri_free)

G_END_DECLS
