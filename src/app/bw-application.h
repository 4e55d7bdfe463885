/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-job-watch.h"
#include "bw-job-window.h"
#include "bw-session.h"

G_BEGIN_DECLS

#define BW_TYPE_APPLICATION (bw_application_get_type ())

/**
 * BwApplication:
 *
 * The desktop application: its command line, its actions, its session and its windows.
 */
G_DECLARE_FINAL_TYPE (BwApplication, bw_application, BW, APPLICATION, AdwApplication)

BwApplication *bw_application_new         (void);
BwSession     *bw_application_get_session (BwApplication *self);
BwJobWatch    *bw_application_get_watch   (BwApplication *self);
int            bw_application_get_status  (BwApplication *self);
BwJobWindow   *bw_application_open_job    (BwApplication *self, BwBusiness *business, gint64 id);

G_END_DECLS
