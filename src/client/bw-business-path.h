/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business.h"

G_BEGIN_DECLS

char *bw_business_make_path     (BwBusiness *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
char *bw_business_make_job_path (BwBusiness *self, gint64 job, const char *rest);

G_END_DECLS
