/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BwErrorCode:
 *
 * What went wrong, in the terms in which the HTTP API answers. Every code has exactly one HTTP
 * status (bw_error_code_to_status()), so that store, server and client speak of the same failures.
 */
typedef enum
{
  BW_ERROR_INVALID,           /* 400: the request can't be understood, or a value is out of range */
  BW_ERROR_UNAUTHORIZED,      /* 401: no sign-in, or it has lapsed */
  BW_ERROR_FORBIDDEN,         /* 403: visible, but this user may not do it */
  BW_ERROR_NOT_FOUND,         /* 404: does not exist for this user */
  BW_ERROR_METHOD_NOT_ALLOWED,/* 405 */
  BW_ERROR_TIMEOUT,           /* 408: the request took too long to arrive */
  BW_ERROR_CONFLICT,          /* 409: not possible in the present state, or a superseded claim */
  BW_ERROR_TOO_LARGE,         /* 413: a bound on what comes in was passed; the message names it */
  BW_ERROR_UNSUPPORTED_TYPE,  /* 415: the body is not JSON */
  BW_ERROR_RANGE,             /* 416: the byte range lies outside of the file */
  BW_ERROR_TOO_MANY,          /* 429: throttled; try again later */
  BW_ERROR_HEADER_TOO_LARGE,  /* 431 */
  BW_ERROR_INTERNAL,          /* 500 */
  BW_ERROR_UNAVAILABLE,       /* 503: stopping, or the server can't be reached */
  BW_ERROR_NO_SPACE,          /* 507: the disk is full; nothing was changed */
} BwErrorCode;

#define BW_ERROR (bw_error_quark ())

GQuark      bw_error_quark          (void);
GError     *bw_error_new_field      (BwErrorCode code, const char *field, const char *format, ...) G_GNUC_PRINTF (3, 4);
void        bw_set_error            (GError **error, BwErrorCode code, const char *format, ...) G_GNUC_PRINTF (3, 4);
void        bw_set_error_field      (GError **error, BwErrorCode code, const char *field, const char *format, ...) G_GNUC_PRINTF (4, 5);
const char *bw_error_get_field      (const GError *error);
guint       bw_error_code_to_status (BwErrorCode code);
BwErrorCode bw_error_code_from_status (guint status);
const char *bw_error_code_get_title (BwErrorCode code);
char       *bw_error_to_problem     (const GError *error);
GError     *bw_error_from_problem   (guint status, const char *body, gssize length);

G_END_DECLS
