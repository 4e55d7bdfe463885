/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-reply.h"
#include "bw-request.h"

G_BEGIN_DECLS

typedef enum
{
  BW_METHOD_GET = 1 << 0,
  BW_METHOD_POST = 1 << 1,
  BW_METHOD_PUT = 1 << 2,
  BW_METHOD_PATCH = 1 << 3,
  BW_METHOD_DELETE = 1 << 4,
} BwMethod;

/** What kind of body a route takes. */
typedef enum
{
  BW_BODY_NONE,
  BW_BODY_JSON,
  BW_BODY_UPLOAD,           /* streamed to where it is kept: bw-upload.c */
} BwBodyKind;

typedef enum
{
  BW_ROUTE_DEFAULT = 0,
  BW_ROUTE_PUBLIC = 1 << 0, /* nobody need be signed in */
  BW_ROUTE_SLOW = 1 << 1,   /* takes a core for long: run few at a time */
  BW_ROUTE_NO_HEAD = 1 << 2,
} BwRouteFlags;

/**
 * BwHandler:
 * @request: the request; authenticated unless the route is public, and with the viewer filled in for
 *   a route inside a business
 * @error: set on failure, and answered as a problem
 *
 * A plain synchronous function, called on a thread of the pool.
 *
 * Returns: (transfer full) (nullable): the answer
 */
typedef BwReply *(*BwHandler) (BwRequest *request, GError **error);

/** One operation of the API. */
struct _BwRoute
{
  BwMethod method;
  const char *path;         /* "/v1/businesses/{business}/jobs/{id}" */
  BwHandler handler;
  BwBodyKind body;
  BwRouteFlags flags;
  BwPermissions needs;      /* any one of these in the business; 0: membership is enough */
};

const BwRoute *bw_router_find   (const char *method, BwRequest *request, char **allow, GError **error);
const BwRoute *bw_router_get    (guint index);
guint          bw_router_get_index (const BwRoute *route);
guint          bw_router_count  (void);
gboolean       bw_route_is_inside_business (const BwRoute *route);
const char    *bw_method_to_string (BwMethod method);

G_END_DECLS
