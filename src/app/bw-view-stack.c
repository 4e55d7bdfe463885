/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-view-stack.h"

#include "bw-rights-notice.h"

struct _BwViewStack
{
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  BwBusiness *business;
  BwPermissions permissions; /* the last known in the business */
};

enum
{
  PROP_0,
  PROP_BUSINESS,
  PROP_VIEW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwViewStack, bw_view_stack, ADW_TYPE_BIN)

static void
say_rights (BwViewStack *self, BwPermissions now)
{
  g_autofree char *text =
      bw_rights_notice_describe (bw_business_get_name (self->business), self->permissions, now);
  AdwToast *toast;

  if (text == NULL)
    return;

  toast = adw_toast_new (text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* A right that is taken away takes its view with it. */
static void
leave_forbidden_view (BwViewStack *self)
{
  const BwView *view = bw_views_find (bw_view_stack_get_view (self));
  guint n;

  if (view != NULL && (self->permissions & view->needs) == 0)
    bw_view_stack_set_view (self, bw_views_get (&n)[0].name);
}

/* Nobody is told of rights while it isn't known who is signed in. */
static void
permissions_cb (BwViewStack *self)
{
  if (bw_connection_get_me (bw_business_get_connection (self->business)) == NULL)
    return;

  say_rights (self, bw_business_get_permissions (self->business));
  self->permissions = bw_business_get_permissions (self->business);
  leave_forbidden_view (self);
}

/* The business that was shown went away under the user's eyes. */
static void
say_lost (BwViewStack *self)
{
  const BwMe *me = bw_connection_get_me (bw_business_get_connection (self->business));

  if (me != NULL && bw_me_find (me, bw_business_get_id (self->business)) == NULL)
    say_rights (self, 0);
}

static void
visible_child_cb (BwViewStack *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEW]);
}

static void
bw_view_stack_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwViewStack *self = BW_VIEW_STACK (object);

  switch (prop_id)
    {
    case PROP_BUSINESS:
      g_value_set_object (value, self->business);
      break;
    case PROP_VIEW:
      g_value_set_string (value, bw_view_stack_get_view (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_view_stack_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  BwViewStack *self = BW_VIEW_STACK (object);

  switch (prop_id)
    {
    case PROP_BUSINESS:
      bw_view_stack_set_business (self, g_value_get_object (value));
      break;
    case PROP_VIEW:
      bw_view_stack_set_view (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_view_stack_dispose (GObject *object)
{
  BwViewStack *self = BW_VIEW_STACK (object);

  if (self->business != NULL)
    g_signal_handlers_disconnect_by_data (self->business, self);
  g_clear_object (&self->business);
  if (self->stack != NULL)
    g_signal_handlers_disconnect_by_data (self->stack, self);
  self->stack = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (bw_view_stack_parent_class)->dispose (object);
}

static void
bw_view_stack_class_init (BwViewStackClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bw_view_stack_dispose;
  object_class->get_property = bw_view_stack_get_property;
  object_class->set_property = bw_view_stack_set_property;

  /**
   * BwViewStack:business:
   *
   * What the views are about; %NULL for none.
   */
  properties[PROP_BUSINESS] = g_param_spec_object (
      "business", NULL, NULL, BW_TYPE_BUSINESS,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * BwViewStack:view:
   *
   * The name of the view shown.
   */
  properties[PROP_VIEW] = g_param_spec_string ("view", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                   | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_view_stack_init (BwViewStack *self)
{
  guint n;

  self->stack = GTK_STACK (gtk_stack_new ());
  g_signal_connect_swapped (self->stack, "notify::visible-child", G_CALLBACK (visible_child_cb),
                            self);
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  adw_toast_overlay_set_child (self->toasts, GTK_WIDGET (self->stack));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->toasts));
  bw_view_stack_set_view (self, bw_views_get (&n)[0].name);
}

/**
 * bw_view_stack_set_business:
 * @self: a stack of views
 * @business: (nullable): what they are about
 */
void
bw_view_stack_set_business (BwViewStack *self, BwBusiness *business)
{
  guint n;
  const BwView *views = bw_views_get (&n);

  g_return_if_fail (BW_IS_VIEW_STACK (self));

  if (self->business == business)
    return;

  if (self->business != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->business, self);
      say_lost (self);
    }
  g_set_object (&self->business, business);
  self->permissions = business != NULL ? bw_business_get_permissions (business) : 0;
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *child = gtk_stack_get_child_by_name (self->stack, views[i].name);

      if (child != NULL)
        g_object_set (child, "business", business, NULL);
    }

  if (business != NULL)
    {
      g_signal_connect_swapped (business, "notify::permissions", G_CALLBACK (permissions_cb), self);
      leave_forbidden_view (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSINESS]);
}

/**
 * bw_view_stack_get_business:
 * @self: a stack of views
 *
 * Returns: (transfer none) (nullable): what they are about
 */
BwBusiness *
bw_view_stack_get_business (BwViewStack *self)
{
  g_return_val_if_fail (BW_IS_VIEW_STACK (self), NULL);

  return self->business;
}

/**
 * bw_view_stack_get_widget:
 * @self: a stack of views
 * @name: a view's name
 *
 * Returns: (transfer none): the view, made if it hasn't been shown yet
 */
GtkWidget *
bw_view_stack_get_widget (BwViewStack *self, const char *name)
{
  const BwView *view = bw_views_find (name);
  GtkWidget *child;

  g_return_val_if_fail (BW_IS_VIEW_STACK (self), NULL);
  g_return_val_if_fail (view != NULL, NULL);

  child = gtk_stack_get_child_by_name (self->stack, name);
  if (child == NULL)
    {
      child = g_object_new (view->get_type (), "business", self->business, NULL);
      gtk_stack_add_named (self->stack, child, name);
    }

  return child;
}

/**
 * bw_view_stack_set_view:
 * @self: a stack of views
 * @name: the name of the one to show
 */
void
bw_view_stack_set_view (BwViewStack *self, const char *name)
{
  GtkWidget *child = bw_view_stack_get_widget (self, name);

  if (child != NULL)
    gtk_stack_set_visible_child (self->stack, child);
}

/**
 * bw_view_stack_get_view:
 * @self: a stack of views
 *
 * Returns: (transfer none): the name of the view shown
 */
const char *
bw_view_stack_get_view (BwViewStack *self)
{
  g_return_val_if_fail (BW_IS_VIEW_STACK (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}
