/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BW_TYPE_JSON_EDITOR (bw_json_editor_get_type ())

/**
 * BwJsonEditor:
 *
 * A JSON object as text to change, with what is wrong with it said as one types.
 *
 * Properties:
 *   valid         gboolean           read only
 */
G_DECLARE_FINAL_TYPE (BwJsonEditor, bw_json_editor, BW, JSON_EDITOR, AdwBin)

void     bw_json_editor_set_text  (BwJsonEditor *self, const char *text);
char    *bw_json_editor_dup_text  (BwJsonEditor *self);
gboolean bw_json_editor_get_valid (BwJsonEditor *self);

G_END_DECLS
