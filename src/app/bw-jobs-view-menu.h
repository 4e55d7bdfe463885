/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"

G_BEGIN_DECLS

/* The menu of one row of the list of jobs. */
GMenuModel *bw_jobs_view_create_menu (BwBusiness *business, const BwJob *job);

G_END_DECLS
