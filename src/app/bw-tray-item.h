/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** An entry of a tray's menu. Without label it is a line between others. */
typedef struct
{
  char *key;                /* the same for what is the same entry as before */
  char *label;              /* with underscores for mnemonics; NULL for a line */
  char *action;             /* of the menu's group, without prefix; NULL for a mere heading */
  GVariant *target;         /* nullable */
  GPtrArray *children;      /* of BwTrayItem, nullable */

  /* The menu's own */
  int id;
  gboolean outdated;        /* changed since the tray was last told */
} BwTrayItem;

BwTrayItem *bw_tray_item_new  (const char *key, const char *label, const char *action, GVariant *target);
void        bw_tray_item_free (BwTrayItem *self);

G_END_DECLS
