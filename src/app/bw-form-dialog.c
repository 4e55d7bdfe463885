/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-form-dialog.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"

typedef struct
{
  GtkWidget *save_button;
  AdwBanner *banner;
  AdwBin *form_bin;

  char *save_label;
  gboolean can_save;
  gboolean busy;
  BwFormDialogFunc confirmed;
} BwFormDialogPrivate;

enum
{
  PROP_0,
  PROP_FORM,
  PROP_SAVE_LABEL,
  PROP_CAN_SAVE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint saved_signal;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BwFormDialog, bw_form_dialog, ADW_TYPE_DIALOG)

#define PRIVATE(self) ((BwFormDialogPrivate *) bw_form_dialog_get_instance_private (self))

/* What is being sent. */
typedef struct
{
  BwFormDialog *self;
  DexFuture *future;
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->self);
  dex_clear (&sending->future);
  g_free (sending);
}

/* The form stays sensitive: what is insensitive loses the focus, and with it Escape. */
static void
update_busy (BwFormDialog *self)
{
  BwFormDialogPrivate *priv = PRIVATE (self);

  gtk_widget_set_sensitive (priv->save_button, priv->can_save && !priv->busy);
  gtk_widget_set_can_target (GTK_WIDGET (priv->form_bin), !priv->busy);
  adw_dialog_set_can_close (ADW_DIALOG (self), !priv->busy);
}

static void
set_busy (BwFormDialog *self, gboolean busy)
{
  PRIVATE (self)->busy = busy;
  update_busy (self);
}

static DexFuture *
send_fiber (gpointer data)
{
  Sending *sending = data;
  BwFormDialog *self = sending->self;
  BwFormDialogPrivate *priv = PRIVATE (self);
  BwFormDialogClass *class = BW_FORM_DIALOG_GET_CLASS (self);
  g_autoptr (GError) error = NULL;
  const GValue *answer;

  set_busy (self, TRUE);
  dex_await (dex_ref (sending->future), NULL);
  set_busy (self, FALSE);

  answer = dex_future_get_value (sending->future, &error);
  if (answer == NULL)
    {
      adw_banner_set_title (priv->banner, error->message);
      adw_banner_set_revealed (priv->banner, TRUE);
      return dex_future_new_true ();
    }

  adw_banner_set_revealed (priv->banner, FALSE);
  g_signal_emit (self, saved_signal, 0);
  if (class->saved == NULL || class->saved (self, answer))
    adw_dialog_close (ADW_DIALOG (self));

  return dex_future_new_true ();
}

static void
save_cb (BwFormDialog *self)
{
  if (PRIVATE (self)->can_save && !PRIVATE (self)->busy)
    bw_form_dialog_run (self, BW_FORM_DIALOG_GET_CLASS (self)->save (self));
}

static void
confirmed_cb (BwFormDialog *self)
{
  bw_form_dialog_run (self, PRIVATE (self)->confirmed (self));
}

static void
cancel_cb (BwFormDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
bw_form_dialog_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwFormDialogPrivate *priv = PRIVATE (BW_FORM_DIALOG (object));

  switch (prop_id)
    {
    case PROP_FORM:
      g_value_set_object (value, adw_bin_get_child (priv->form_bin));
      break;
    case PROP_SAVE_LABEL:
      g_value_set_string (value, priv->save_label);
      break;
    case PROP_CAN_SAVE:
      g_value_set_boolean (value, priv->can_save);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_form_dialog_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  BwFormDialogPrivate *priv = PRIVATE (BW_FORM_DIALOG (object));

  switch (prop_id)
    {
    case PROP_FORM:
      adw_bin_set_child (priv->form_bin, g_value_get_object (value));
      break;
    case PROP_SAVE_LABEL:
      g_set_str (&priv->save_label, g_value_get_string (value));
      break;
    case PROP_CAN_SAVE:
      bw_form_dialog_set_can_save (BW_FORM_DIALOG (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_form_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_FORM_DIALOG);

  G_OBJECT_CLASS (bw_form_dialog_parent_class)->dispose (object);
}

static void
bw_form_dialog_finalize (GObject *object)
{
  g_free (PRIVATE (BW_FORM_DIALOG (object))->save_label);

  G_OBJECT_CLASS (bw_form_dialog_parent_class)->finalize (object);
}

static void
bw_form_dialog_class_init (BwFormDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = bw_form_dialog_get_property;
  object_class->set_property = bw_form_dialog_set_property;
  object_class->dispose = bw_form_dialog_dispose;
  object_class->finalize = bw_form_dialog_finalize;

  properties[PROP_FORM] = g_param_spec_object ("form", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_SAVE_LABEL] = g_param_spec_string ("save-label", NULL, NULL, NULL, flags);
  properties[PROP_CAN_SAVE] = g_param_spec_boolean ("can-save", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  saved_signal = g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-form-dialog.ui");
  gtk_widget_class_bind_template_child_private (widget_class, BwFormDialog, save_button);
  gtk_widget_class_bind_template_child_private (widget_class, BwFormDialog, banner);
  gtk_widget_class_bind_template_child_private (widget_class, BwFormDialog, form_bin);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
}

static void
bw_form_dialog_init (BwFormDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_dialog_set_default_widget (ADW_DIALOG (self), PRIVATE (self)->save_button);
  update_busy (self);
}

/**
 * bw_form_dialog_set_can_save:
 * @self: a dialog
 * @can_save: whether enough is filled in
 */
void
bw_form_dialog_set_can_save (BwFormDialog *self, gboolean can_save)
{
  g_return_if_fail (BW_IS_FORM_DIALOG (self));

  if (PRIVATE (self)->can_save == can_save)
    return;

  PRIVATE (self)->can_save = can_save;
  update_busy (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_SAVE]);
}

/**
 * bw_form_dialog_run:
 * @self: a dialog
 * @future: (transfer full): what is being done
 *
 * Stays open until it is done; then says what went wrong, or closes. For Save and for what else a
 * form offers.
 */
void
bw_form_dialog_run (BwFormDialog *self, DexFuture *future)
{
  Sending *sending = g_new0 (Sending, 1);

  sending->self = g_object_ref (self);
  sending->future = future;
  dex_future_disown (bw_fiber_spawn (send_fiber, sending, sending_free));
}

/**
 * bw_form_dialog_ask:
 * @self: a dialog
 * @heading: the question
 * @body: what happens
 * @label: what the button says that does it, with an underline
 * @confirmed: does it: a future that rejects with what to tell the user
 *
 * Asks before something that isn't easily made good again, and runs it as bw_form_dialog_run()
 * does.
 */
void
bw_form_dialog_ask (BwFormDialog *self,
                    const char *heading,
                    const char *body,
                    const char *label,
                    BwFormDialogFunc confirmed)
{
  AdwDialog *alert = adw_alert_dialog_new (heading, body);

  PRIVATE (self)->confirmed = confirmed;
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (alert), "cancel", _ ("_Cancel"), "confirm",
                                  label, NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (alert), "confirm",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (alert), "cancel");
  g_signal_connect_object (alert, "response::confirm", G_CALLBACK (confirmed_cb), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (alert, GTK_WIDGET (self));
}
