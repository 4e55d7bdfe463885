/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-reference.h"

G_BEGIN_DECLS

#define BW_TYPE_REFERENCE_LABEL (bw_reference_label_get_type ())

/**
 * BwReferenceLabel:
 *
 * The name of a record elsewhere, as a link that opens it in the program for its address
 * (GtkUriLauncher), or as plain text where the business has no address for its kind.
 *
 * Properties:
 *   copyable      gboolean           where there is no address, a button copies the record's id
 *
 * It activates the action "job.say".
 */
G_DECLARE_FINAL_TYPE (BwReferenceLabel, bw_reference_label, BW, REFERENCE_LABEL, GtkWidget)

GtkWidget  *bw_reference_label_new           (void);
void        bw_reference_label_set_reference (BwReferenceLabel *self, const BwReference *reference);
const char *bw_reference_get_words           (const BwReference *reference);

G_END_DECLS
