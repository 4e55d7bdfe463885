/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-business-admin.h"
#include "bw-form-dialog.h"

G_BEGIN_DECLS

#define BW_TYPE_LINK_DIALOG (bw_link_dialog_get_type ())

/**
 * BwLinkDialog:
 *
 * Says where the references of one kind lead.
 */
G_DECLARE_FINAL_TYPE (BwLinkDialog, bw_link_dialog, BW, LINK_DIALOG, BwFormDialog)

BwFormDialog *bw_link_dialog_new (BwBusiness *business, const BwSettings *settings, const BwReferenceUrl *link);

G_END_DECLS
