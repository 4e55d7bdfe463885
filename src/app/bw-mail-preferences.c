/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-mail-preferences.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-business-mail.h"
#include "bw-fiber.h"

struct _BwMailPreferences
{
  AdwPreferencesPage parent_instance;

  GtkWidget *business_group;
  AdwComboRow *business_row;
  AdwPreferencesGroup *wish_group;
  AdwSwitchRow *enabled_row;
  GtkEditable *address_row;
  AdwComboRow *jobs_row;
  AdwSwitchRow *failures_row;
  AdwComboRow *language_row;
  GtkWidget *again_button;

  BwConnection *connection;
  BwBusiness *business;
  BwMailWish *wish; /* as it is shown; NULL while it isn't known */
  gboolean sending;
  gboolean changed; /* since what is being sent */
  gboolean syncing;
};

G_DEFINE_FINAL_TYPE (BwMailPreferences, bw_mail_preferences, ADW_TYPE_PREFERENCES_PAGE)

/* Those that the server writes in, by the name that each has for itself. */
static const struct
{
  const char *code;
  const char *name;
} languages[] = {
  { "en", "English" },
  { "nl", "Nederlands" },
  { "de", "Deutsch" },
  { "fr", "Français" },
};

/* Returns: its place among the languages; "nl-BE" is Dutch, and what is unknown is English */
static guint
find_language (const char *code)
{
  gsize length = strcspn (code, "-_.@");

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (strlen (languages[i].code) == length && strncmp (code, languages[i].code, length) == 0)
      return i;

  return 0;
}

/* What is shown */

static void
sync_availability (BwMailPreferences *self)
{
  gboolean usable = self->wish != NULL && self->wish->available;
  GtkWidget *const rows[] = { GTK_WIDGET (self->enabled_row), GTK_WIDGET (self->address_row),
                              GTK_WIDGET (self->jobs_row), GTK_WIDGET (self->failures_row),
                              GTK_WIDGET (self->language_row) };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_set_sensitive (rows[i], usable);
}

/* What is on without an address has not begun. */
static void
sync_address (BwMailPreferences *self)
{
  gboolean missing = adw_switch_row_get_active (self->enabled_row) && self->wish != NULL
                     && !bw_mail_address_is_plausible (self->wish->address);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->enabled_row),
                               missing ? _ ("Begins as soon as you give an address") : "");
}

static void
sync_rows (BwMailPreferences *self)
{
  BwPermissions others = BW_PERMISSION_VIEW_ALL | BW_PERMISSION_VIEW_AUTOMATED;
  g_autoptr (BwMailWish) none = bw_mail_wish_new ();
  const BwMailWish *wish = self->wish != NULL ? self->wish : none;

  self->syncing = TRUE;
  adw_switch_row_set_active (self->enabled_row, wish->enabled);
  if (!g_str_equal (gtk_editable_get_text (self->address_row), wish->address))
    gtk_editable_set_text (self->address_row, wish->address);
  adw_combo_row_set_selected (self->jobs_row, wish->everyone ? 1 : 0);
  adw_switch_row_set_active (self->failures_row, wish->only_failures);
  adw_combo_row_set_selected (self->language_row, find_language (wish->language));
  gtk_widget_set_visible (GTK_WIDGET (self->jobs_row),
                          (bw_business_get_permissions (self->business) & others) != 0);
  gtk_widget_remove_css_class (GTK_WIDGET (self->address_row), "error");
  self->syncing = FALSE;

  sync_address (self);
  sync_availability (self);
}

static void
say (BwMailPreferences *self, const char *text)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);
  AdwToast *toast;

  if (dialog == NULL)
    return;

  toast = adw_toast_new (text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (dialog), toast);
}

/* Asking and sending */

typedef struct
{
  BwMailPreferences *self;
  BwBusiness *business;
} Task;

static Task *
task_new (BwMailPreferences *self)
{
  Task *task = g_new0 (Task, 1);

  task->self = g_object_ref (self);
  task->business = g_object_ref (self->business);

  return task;
}

static void
task_free (gpointer data)
{
  Task *task = data;

  g_object_unref (task->self);
  g_object_unref (task->business);
  g_free (task);
}

/* Whoever has never asked for mail is offered the language of this desktop. */
static void
take_wish (BwMailPreferences *self, BwMailWish *wish)
{
  g_clear_pointer (&self->wish, bw_mail_wish_free);
  self->wish = wish;
  if (!wish->enabled && wish->address[0] == '\0')
    g_set_str (&wish->language, languages[find_language (g_get_language_names ()[0])].code);

  adw_preferences_group_set_description (
      self->wish_group,
      wish->available ? NULL
                      : _ ("This server sends no mail: its administrator has set up no mail."));
  sync_rows (self);
}

/* What becomes insensitive or goes away loses the focus, which would leave the keyboard, Escape
 * too, to the window behind the dialog. */
static void
keep_focus (BwMailPreferences *self, GtkWidget *next)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (dialog != NULL && gtk_widget_get_mapped (GTK_WIDGET (self))
      && (focus == NULL || !gtk_widget_is_sensitive (focus) || !gtk_widget_get_mapped (focus)
          || !gtk_widget_is_ancestor (focus, dialog)))
    gtk_widget_grab_focus (next);
}

static DexFuture *
load_fiber (gpointer data)
{
  Task *task = data;
  BwMailPreferences *self = task->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (BwMailWish) wish =
      dex_await_boxed (bw_business_get_mail_wish (task->business), &error);

  if (self->business != task->business)
    return dex_future_new_true ();

  if (wish != NULL)
    take_wish (self, g_steal_pointer (&wish));
  else
    adw_preferences_group_set_description (self->wish_group, error->message);
  gtk_widget_set_visible (self->again_button, error != NULL);
  keep_focus (self, error != NULL ? self->again_button : GTK_WIDGET (self->enabled_row));

  return dex_future_new_true ();
}

static void
load_cb (BwMailPreferences *self)
{
  g_clear_pointer (&self->wish, bw_mail_wish_free);
  gtk_widget_set_visible (self->again_button, FALSE);
  adw_preferences_group_set_description (self->wish_group, NULL);
  sync_rows (self);
  dex_future_disown (bw_fiber_spawn (load_fiber, task_new (self), task_free));
}

/* One after the other, so that the last change is the one that stays. */
static DexFuture *
send_fiber (gpointer data)
{
  Task *task = data;
  BwMailPreferences *self = task->self;

  while (self->changed && self->business == task->business && self->wish != NULL)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BwMailWish) kept = NULL;

      self->changed = FALSE;
      kept = dex_await_boxed (bw_business_set_mail_wish (task->business, self->wish), &error);
      if (self->business != task->business)
        break;
      if (error != NULL)
        {
          say (self, error->message);
          load_cb (self);
          break;
        }
      if (!self->changed)
        take_wish (self, g_steal_pointer (&kept));
    }
  if (self->business == task->business)
    self->sending = FALSE;

  return dex_future_new_true ();
}

static void
send_wish (BwMailPreferences *self)
{
  self->changed = TRUE;
  if (self->sending)
    return;

  self->sending = TRUE;
  dex_future_disown (bw_fiber_spawn (send_fiber, task_new (self), task_free));
}

/* What the user does */

static void
changed_cb (BwMailPreferences *self)
{
  if (self->syncing || self->wish == NULL)
    return;

  self->wish->enabled = adw_switch_row_get_active (self->enabled_row);
  self->wish->everyone = adw_combo_row_get_selected (self->jobs_row) == 1;
  self->wish->only_failures = adw_switch_row_get_active (self->failures_row);
  sync_address (self);
  if (self->wish->enabled && !bw_mail_address_is_plausible (self->wish->address))
    gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
  else
    send_wish (self);
}

static void
language_cb (BwMailPreferences *self)
{
  if (self->syncing || self->wish == NULL)
    return;

  g_set_str (&self->wish->language,
             languages[adw_combo_row_get_selected (self->language_row)].code);
  changed_cb (self);
}

static void
address_cb (BwMailPreferences *self)
{
  g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (self->address_row)));
  gboolean possible = bw_mail_address_is_plausible (address)
                      || (address[0] == '\0' && !adw_switch_row_get_active (self->enabled_row));

  if (self->wish == NULL)
    return;
  if (!possible)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->address_row), "error");
      say (self, address[0] == '\0' ? _ ("Mail needs an address. Switch it off if you want none.")
                                    : _ ("This is not an email address."));
      return;
    }

  g_set_str (&self->wish->address, address);
  gtk_widget_remove_css_class (GTK_WIDGET (self->address_row), "error");
  changed_cb (self);
}

static void
set_business (BwMailPreferences *self, const char *id)
{
  g_autoptr (BwBusiness) business = bw_business_obtain (self->connection, id);

  if (g_set_object (&self->business, business))
    {
      self->sending = FALSE;
      self->changed = FALSE;
      load_cb (self);
    }
}

static void
business_cb (BwMailPreferences *self)
{
  const BwMe *me = self->connection != NULL ? bw_connection_get_me (self->connection) : NULL;
  guint selected = adw_combo_row_get_selected (self->business_row);

  if (!self->syncing && me != NULL && selected < me->businesses->len)
    set_business (self, ((BwMembership *) g_ptr_array_index (me->businesses, selected))->id);
}

/* The object */

static void
bw_mail_preferences_dispose (GObject *object)
{
  BwMailPreferences *self = BW_MAIL_PREFERENCES (object);

  g_clear_object (&self->connection);
  g_clear_object (&self->business);
  g_clear_pointer (&self->wish, bw_mail_wish_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_MAIL_PREFERENCES);

  G_OBJECT_CLASS (bw_mail_preferences_parent_class)->dispose (object);
}

static void
bw_mail_preferences_class_init (BwMailPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_mail_preferences_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-mail-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, BwMailPreferences, business_group);
  gtk_widget_class_bind_template_child (widget_class, BwMailPreferences, business_row);
  gtk_widget_class_bind_template_child (widget_class, BwMailPreferences, wish_group);
  gtk_widget_class_bind_template_child (widget_class, BwMailPreferences, enabled_row);
  gtk_widget_class_bind_template_child (widget_class, BwMailPreferences, address_row);
  gtk_widget_class_bind_template_child (widget_class, BwMailPreferences, jobs_row);
  gtk_widget_class_bind_template_child (widget_class, BwMailPreferences, failures_row);
  gtk_widget_class_bind_template_child (widget_class, BwMailPreferences, language_row);
  gtk_widget_class_bind_template_child (widget_class, BwMailPreferences, again_button);
  gtk_widget_class_bind_template_callback (widget_class, business_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_cb);
  gtk_widget_class_bind_template_callback (widget_class, language_cb);
  gtk_widget_class_bind_template_callback (widget_class, load_cb);
}

static void
bw_mail_preferences_init (BwMailPreferences *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->syncing = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    gtk_string_list_append (names, languages[i].name);
  adw_combo_row_set_model (self->language_row, G_LIST_MODEL (names));
  self->syncing = FALSE;
}

/**
 * bw_mail_preferences_set_connection:
 * @self: the page, new
 * @connection: where somebody is signed in who is a member of a business
 * @business: (nullable): the id of the business to begin with
 */
void
bw_mail_preferences_set_connection (BwMailPreferences *self,
                                    BwConnection *connection,
                                    const char *business)
{
  const BwMe *me = bw_connection_get_me (connection);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  g_return_if_fail (BW_IS_MAIL_PREFERENCES (self));
  g_return_if_fail (me != NULL && me->businesses->len > 0);

  for (guint i = 0; i < me->businesses->len; i++)
    {
      const BwMembership *membership = g_ptr_array_index (me->businesses, i);

      gtk_string_list_append (names, membership->name);
      if (g_strcmp0 (membership->id, business) == 0)
        selected = i;
    }

  self->connection = g_object_ref (connection);
  self->syncing = TRUE;
  adw_combo_row_set_model (self->business_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->business_row, selected);
  self->syncing = FALSE;
  gtk_widget_set_visible (self->business_group, me->businesses->len > 1);
  business_cb (self);
}
