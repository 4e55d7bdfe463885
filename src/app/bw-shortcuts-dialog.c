/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-shortcuts-dialog.h"

#include <glib/gi18n.h>

#include "bw-help.h"

/* GtkShortcutsWindow is deprecated, and libadwaita has a dialog of its own for this from 1.8 on only. */

typedef struct
{
  const char *title;        /* NULL: ends the group */
  const char *accelerators[2];
} Shortcut;

static const struct
{
  const char *title;
  Shortcut shortcuts[9];
} groups[] = {
  { N_("Jobs"),
    { { N_("Search"), { "<Control>f" } },
      { N_("Filters"), { "<Control>l" } },
      { N_("All, active, completed or failed jobs"), { "<Alt>1", "<Alt>4" } },
      { N_("Save the filter"), { "<Control>s" } },
      { N_("Saved filters"), { "<Control>1", "<Control>9" } },
      { N_("Standing pauses"), { "<Control><Shift>p" } },
      { N_("Refresh"), { "F5" } },
      { N_("Clear finished jobs"), { "<Control><Shift>Delete" } } } },
  { N_("Selected Jobs"),
    { { N_("Open"), { "Return" } },
      { N_("Menu"), { "<Shift>F10" } },
      { N_("Delete"), { "Delete" } },
      { N_("Edit before it starts"), { "<Control>e" } },
      { N_("Run again with changes"), { "<Control><Shift>e" } },
      { N_("Select one more"), { "<Control>space" } },
      { N_("Select all that match"), { "<Control>a" } },
      { N_("Select none"), { "Escape" } } } },
  { N_("Dates"), { { N_("Choose from the calendar"), { "Down" } } } },
  { N_("General"),
    { { N_("Main menu"), { "F10" } },
      { N_("Preferences"), { "<Control>comma" } },
      { N_("Views"), { "F9" } },
      { N_("Running and Recent Jobs"), { "<Control>j" } },
      { N_("Help"), { "F1" } },
      { N_("Keyboard shortcuts"), { "<Control>question" } },
      { N_("Close the window"), { "<Control>w" } },
      { N_("Quit"), { "<Control>q" } } } },
};

/* What is written on the keys, "Ctrl+F"; a first and a last one are a range. */
static char *
describe (const Shortcut *shortcut)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (shortcut->accelerators) && shortcut->accelerators[i] != NULL; i++)
    {
      g_autofree char *label = NULL;
      GdkModifierType modifiers;
      guint key;

      gtk_accelerator_parse (shortcut->accelerators[i], &key, &modifiers);
      label = gtk_accelerator_get_label (key, modifiers);
      if (i > 0)
        g_string_append (text, " – ");
      g_string_append (text, label);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GtkWidget *
create_row (const Shortcut *shortcut)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *keys = describe (shortcut);
  GtkWidget *label = gtk_label_new (keys);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(shortcut->title));
  gtk_widget_add_css_class (label, "dimmed");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  return row;
}

static GtkWidget *
create_page (void)
{
  GtkWidget *page = adw_preferences_page_new ();

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      GtkWidget *group = adw_preferences_group_new ();

      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _(groups[i].title));
      for (const Shortcut *shortcut = groups[i].shortcuts; shortcut->title != NULL; shortcut++)
        adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), create_row (shortcut));
      adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
    }
  return page;
}

/**
 * bw_shortcuts_dialog_new:
 *
 * Returns: (transfer floating): a dialog that lists the keyboard shortcuts
 */
AdwDialog *
bw_shortcuts_dialog_new (void)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();

  adw_dialog_set_title (dialog, _("Keyboard Shortcuts"));
  bw_help_set_page (GTK_WIDGET (dialog), "keyboard");
  adw_dialog_set_content_width (dialog, 480);
  adw_dialog_set_content_height (dialog, 560);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), create_page ());
  adw_dialog_set_child (dialog, view);
  return dialog;
}
