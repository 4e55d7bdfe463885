/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-help.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define PAGE_KEY "bw-help-page"
#define KEY_KEY "bw-help-key"

/* Which page of help/C speaks of which widget. Of several around the focus the innermost counts. */
static const struct
{
  const char *type;
  const char *page;
} pages[] = {
  { "BwConnectPage", "first-steps" },
  { "BwSignInDialog", "first-steps" },
  { "BwPasswordDialog", "first-steps" },
  { "BwJobsView", "overview" },
  { "BwFilterForm", "find-job" },
  { "BwFilterDialog", "find-job" },
  { "BwSavedFiltersDialog", "saved-filters" },
  { "BwSelectionBar", "act-on-many" },
  { "BwBulkProgress", "act-on-many" },
  { "BwJobWindow", "job-details" },
  { "BwItemDialog", "job-details" },
  { "BwEditDialog", "edit-job" },
  { "BwExportDialog", "export" },
  { "BwPauseIndicator", "pause" },
  { "BwPauseDialog", "pause" },
  { "BwPausesDialog", "pause" },
  { "BwQuickList", "background" },
  { "BwBatchesView", "queues" },
  { "BwQueuesView", "queues" },
  { "BwQueueView", "queues" },
  { "BwWorkersView", "queues" },
  { "BwInsightsView", "insights" },
  { "BwReportView", "insights" },
  { "BwAuditView", "audit" },
  { "BwPeopleView", "people" },
  { "BwMemberDialog", "people" },
  { "BwRoleDialog", "roles" },
  { "BwTokenDialog", "programs" },
  { "BwBusinessPage", "business-settings" },
  { "BwLinkDialog", "business-settings" },
  { "BwPreferencesDialog", "notifications" },
  { "BwMailPreferences", "mail" },
};

static const char *
get_page (GtkWidget *widget)
{
  const char *page = g_object_get_data (G_OBJECT (widget), PAGE_KEY);

  for (guint i = 0; page == NULL && i < G_N_ELEMENTS (pages); i++)
    if (g_str_equal (G_OBJECT_TYPE_NAME (widget), pages[i].type))
      page = pages[i].page;

  return page;
}

/* The innermost around a widget, @top included. */
static const char *
find_around (GtkWidget *widget, GtkWidget *top)
{
  const char *page = NULL;

  while (widget != NULL && page == NULL)
    {
      page = get_page (widget);
      widget = widget != top ? gtk_widget_get_parent (widget) : NULL;
    }

  return page;
}

/* The first that is on screen. */
static const char *
find_inside (GtkWidget *widget)
{
  const char *page = get_page (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && page == NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_mapped (child))
      page = find_inside (child);

  return page;
}

static GtkWidget *
get_visible_dialog (GtkWindow *window)
{
  AdwDialog *dialog = NULL;

  if (ADW_IS_APPLICATION_WINDOW (window))
    dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window));
  else if (ADW_IS_WINDOW (window))
    dialog = adw_window_get_visible_dialog (ADW_WINDOW (window));

  return dialog != NULL ? GTK_WIDGET (dialog) : NULL;
}

/**
 * bw_help_set_page:
 * @widget: a widget of a type that speaks of many things, such as an alert dialog
 * @page: (transfer none): the page of the help about it, in static memory
 *
 * Says what the help key shows while the focus is in @widget.
 */
void
bw_help_set_page (GtkWidget *widget, const char *page)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  g_object_set_data (G_OBJECT (widget), PAGE_KEY, (gpointer) page);
}

/**
 * bw_help_add_key:
 * @widget_class: a class of widgets that are shown in a popover
 *
 * Makes the help key work in them: while a popover is open, keys don't get to the window.
 */
void
bw_help_add_key (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F1, 0, "app.help", NULL);
}

static gboolean
key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  bw_help_show (GTK_WINDOW (gtk_widget_get_root (widget)));

  return GDK_EVENT_STOP;
}

/* Once for each dialog, however often it comes to the front. */
static void
visible_dialog_cb (GtkWindow *window)
{
  GtkWidget *dialog = get_visible_dialog (window);
  GtkEventController *keys;

  if (dialog == NULL || g_object_get_data (G_OBJECT (dialog), KEY_KEY) != NULL)
    return;

  keys = gtk_shortcut_controller_new ();
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_F1, 0),
                        gtk_callback_action_new (key_cb, NULL, NULL)));
  gtk_widget_add_controller (dialog, keys);
  g_object_set_data (G_OBJECT (dialog), KEY_KEY, keys);
}

static void
window_added_cb (GtkApplication *application, GtkWindow *window)
{
  if (ADW_IS_APPLICATION_WINDOW (window) || ADW_IS_WINDOW (window))
    g_signal_connect (window, "notify::visible-dialog", G_CALLBACK (visible_dialog_cb), NULL);
}

/**
 * bw_help_attach:
 * @application: the application
 *
 * Makes the help key work in the dialogs of all its windows: libadwaita keeps the keys of the
 * application from them.
 */
void
bw_help_attach (GtkApplication *application)
{
  g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb), NULL);
}

/**
 * bw_help_find_page:
 * @window: (nullable): a window
 *
 * Finds what the user has before them: what is around the focus, else the first thing shown that
 * there is a page about. A dialog hides what is behind it.
 *
 * Returns: (transfer none): the page's id; "index" where there is none about it
 */
const char *
bw_help_find_page (GtkWindow *window)
{
  GtkWidget *dialog = window != NULL ? get_visible_dialog (window) : NULL;
  GtkWidget *top = dialog != NULL ? dialog : GTK_WIDGET (window);
  GtkWidget *focus = window != NULL ? gtk_window_get_focus (window) : NULL;
  const char *page = NULL;

  if (focus != NULL && gtk_widget_get_mapped (focus)
      && (focus == top || gtk_widget_is_ancestor (focus, top)))
    page = find_around (focus, top);
  if (page == NULL && top != NULL)
    page = find_inside (top);

  return page != NULL ? page : "index";
}

static void
launch_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  AdwDialog *dialog;

  if (gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error)
      || g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    return;

  g_message ("The help could not be opened: %s", error->message);
  dialog = adw_alert_dialog_new (
      _ ("The Help Can’t Be Opened"),
      _ ("There is no program on this computer that shows it. Install “Help” (Yelp), then try again."));
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, window != NULL ? GTK_WIDGET (window) : NULL);
}

/**
 * bw_help_show:
 * @window: (nullable): the window in use
 *
 * Opens the page of the help about what @window shows, in the desktop's help viewer. Says so in
 * the window if there is none.
 */
void
bw_help_show (GtkWindow *window)
{
  g_autofree char *uri = g_strconcat ("help:batchwork/", bw_help_find_page (window), NULL);
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);

  gtk_uri_launcher_launch (launcher, window, NULL, launch_cb,
                           window != NULL ? g_object_ref (window) : NULL);
}
