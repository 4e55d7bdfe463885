/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-store.h"
#include "bw-tx.h"

G_BEGIN_DECLS

gboolean bw_submit_one (BwTx *tx, const BwViewer *viewer, const BwSubmission *submission, BwSubmitted *submitted, GError **error);

G_END_DECLS
