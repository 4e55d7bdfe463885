/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-job-record.h"

G_BEGIN_DECLS

gint64 bw_job_remove (const BwJobRecord *job, BwTx *tx, GError **error);

G_END_DECLS
