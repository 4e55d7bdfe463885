/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-permission-rows.h"

#include <glib/gi18n.h>

#include "bw-permission-words.h"

struct _BwPermissionRows
{
  AdwPreferencesGroup parent_instance;

  AdwSwitchRow *rows[BW_N_PERMISSIONS];
  BwPermissions chosen;
  BwPermissions given; /* by something else, such as a role: shown on, and not to be switched */
  BwPermissions limit; /* what whoever looks at this may grant */
  gboolean syncing;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (BwPermissionRows, bw_permission_rows, ADW_TYPE_PREFERENCES_GROUP)

static const char *
explain (BwPermissionRows *self, BwPermissions permission)
{
  if ((self->given & permission) != 0)
    return _ ("Comes with the role");
  if ((self->limit & permission) == 0)
    return _ ("You don’t have this right yourself, so you can’t grant it");

  return "";
}

static void
sync_rows (BwPermissionRows *self)
{
  self->syncing = TRUE;
  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    {
      BwPermissions permission = 1u << i;
      const char *reason = explain (self, permission);

      adw_switch_row_set_active (self->rows[i], ((self->chosen | self->given) & permission) != 0);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[i]), reason);
      gtk_widget_set_sensitive (GTK_WIDGET (self->rows[i]), reason[0] == '\0');
    }
  self->syncing = FALSE;
}

static void
active_cb (BwPermissionRows *self)
{
  if (self->syncing)
    return;

  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    {
      if ((self->given & (1u << i)) != 0)
        continue;
      if (adw_switch_row_get_active (self->rows[i]))
        self->chosen |= 1u << i;
      else
        self->chosen &= ~(1u << i);
    }
  g_signal_emit (self, changed_signal, 0);
}

static void
bw_permission_rows_class_init (BwPermissionRowsClass *klass)
{
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
bw_permission_rows_init (BwPermissionRows *self)
{
  self->limit = BW_PERMISSIONS_ALL;
  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    {
      GtkWidget *row = adw_switch_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), bw_permission_get_words (1u << i));
      g_signal_connect_swapped (row, "notify::active", G_CALLBACK (active_cb), self);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      self->rows[i] = ADW_SWITCH_ROW (row);
    }
}

/**
 * bw_permission_rows_get:
 * @self: rows
 *
 * Returns: what is switched on here, beside what is given
 */
BwPermissions
bw_permission_rows_get (BwPermissionRows *self)
{
  g_return_val_if_fail (BW_IS_PERMISSION_ROWS (self), 0);

  return self->chosen & ~self->given;
}

/**
 * bw_permission_rows_set:
 * @self: rows
 * @permissions: what is to be switched on
 */
void
bw_permission_rows_set (BwPermissionRows *self, BwPermissions permissions)
{
  g_return_if_fail (BW_IS_PERMISSION_ROWS (self));

  self->chosen = permissions;
  sync_rows (self);
}

/**
 * bw_permission_rows_set_given:
 * @self: rows
 * @given: what something else gives, such as a role
 */
void
bw_permission_rows_set_given (BwPermissionRows *self, BwPermissions given)
{
  g_return_if_fail (BW_IS_PERMISSION_ROWS (self));

  self->given = given;
  sync_rows (self);
}

/**
 * bw_permission_rows_set_limit:
 * @self: rows
 * @limit: what may be granted
 */
void
bw_permission_rows_set_limit (BwPermissionRows *self, BwPermissions limit)
{
  g_return_if_fail (BW_IS_PERMISSION_ROWS (self));

  self->limit = limit;
  sync_rows (self);
}
