/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-tray-item.h"

/**
 * bw_tray_item_new:
 * @key: tells the entry from others, and knows it again
 * @label: (nullable): what it says; %NULL for a line
 * @action: (nullable): what it does
 * @target: (nullable): to what; a floating reference is taken
 *
 * Returns: (transfer full): an entry
 */
BwTrayItem *
bw_tray_item_new (const char *key, const char *label, const char *action, GVariant *target)
{
  BwTrayItem *self = g_new0 (BwTrayItem, 1);

  self->key = g_strdup (key);
  self->label = g_strdup (label);
  self->action = g_strdup (action);
  self->target = target != NULL ? g_variant_ref_sink (target) : NULL;

  return self;
}

/**
 * bw_tray_item_free:
 * @self: (transfer full): an entry
 */
void
bw_tray_item_free (BwTrayItem *self)
{
  g_free (self->key);
  g_free (self->label);
  g_free (self->action);
  g_clear_pointer (&self->target, g_variant_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}
