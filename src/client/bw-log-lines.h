/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"

G_BEGIN_DECLS

/*
 * A line of a log. Properties:
 *   text         char *              without the time and the line's end, always valid UTF-8
 *   time         gint64              BwTime; BW_TIME_NONE if the line has none
 *   number       guint               from 1
 */
#define BW_TYPE_LOG_LINE (bw_log_line_get_type ())
G_DECLARE_FINAL_TYPE (BwLogLine, bw_log_line, BW, LOG_LINE, GObject)

const char *bw_log_line_get_text   (BwLogLine *self);
BwTime      bw_log_line_get_time   (BwLogLine *self);
guint       bw_log_line_get_number (BwLogLine *self);

/*
 * A GListModel of BwLogLine: a job's log, fetched in pieces, growing as the job writes.
 * Properties (read only, all notify):
 *   loading      gboolean            what is on the server is not all here yet
 *   size         gint64              bytes that are here
 *   total-size   gint64              bytes on the server, as far as known
 *   error        GError (boxed)
 *
 * Starts loading at once. Goes on following until the job is finished or the model is gone.
 */
#define BW_TYPE_LOG_LINES (bw_log_lines_get_type ())
G_DECLARE_FINAL_TYPE (BwLogLines, bw_log_lines, BW, LOG_LINES, GObject)

BwLogLines   *bw_log_lines_new          (BwBusiness *business, gint64 job);
void          bw_log_lines_refresh      (BwLogLines *self);
gboolean      bw_log_lines_get_loading  (BwLogLines *self);
gint64        bw_log_lines_get_size     (BwLogLines *self);
const GError *bw_log_lines_get_error    (BwLogLines *self);
GBytes       *bw_log_lines_get_contents (BwLogLines *self);

G_END_DECLS
