/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-sidebar.h"

#include <glib/gi18n.h>

#include "bw-views.h"

struct _BwSidebar
{
  AdwBin parent_instance;

  GtkListBox *list;

  BwBusiness *business;
  char *view;
  guint n_views;
};

enum
{
  PROP_0,
  PROP_BUSINESS,
  PROP_VIEW,
  PROP_N_VIEWS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwSidebar, bw_sidebar, ADW_TYPE_BIN)

static const BwView *
get_row_view (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "bw-view");
}

static void
update_selected (BwSidebar *self)
{
  GtkListBoxRow *row = NULL;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (g_strcmp0 (get_row_view (row)->name, self->view) == 0)
      break;

  gtk_list_box_select_row (self->list, row);
}

static GtkWidget *
create_row (const BwView *view)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (_ (view->title));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (view->icon));
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (view->title), -1);
  g_object_set_data (G_OBJECT (row), "bw-view", (gpointer) view);

  return row;
}

static void
update_views (BwSidebar *self)
{
  guint n_all;
  guint n = 0;
  const BwView *views = bw_views_get (&n_all);

  gtk_list_box_remove_all (self->list);
  for (guint i = 0; self->business != NULL && i < n_all; i++)
    if ((bw_business_get_permissions (self->business) & views[i].needs) != 0)
      {
        gtk_list_box_append (self->list, create_row (&views[i]));
        n++;
      }

  update_selected (self);
  if (n == self->n_views)
    return;

  self->n_views = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_VIEWS]);
}

static void
row_activated_cb (BwSidebar *self, GtkListBoxRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.view", "s", get_row_view (row)->name);
}

static void
header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  gboolean separate = before != NULL && get_row_view (before)->group != get_row_view (row)->group;

  gtk_list_box_row_set_header (row, separate ? gtk_separator_new (GTK_ORIENTATION_HORIZONTAL)
                                             : NULL);
}

static void
set_business (BwSidebar *self, BwBusiness *business)
{
  if (self->business != NULL)
    g_signal_handlers_disconnect_by_data (self->business, self);
  g_set_object (&self->business, business);
  if (business != NULL)
    g_signal_connect_swapped (business, "notify::permissions", G_CALLBACK (update_views), self);
  update_views (self);
}

static void
bw_sidebar_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwSidebar *self = BW_SIDEBAR (object);

  switch (prop_id)
    {
    case PROP_BUSINESS:
      g_value_set_object (value, self->business);
      break;
    case PROP_VIEW:
      g_value_set_string (value, self->view);
      break;
    case PROP_N_VIEWS:
      g_value_set_uint (value, self->n_views);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_sidebar_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  BwSidebar *self = BW_SIDEBAR (object);

  switch (prop_id)
    {
    case PROP_BUSINESS:
      set_business (self, g_value_get_object (value));
      break;
    case PROP_VIEW:
      g_set_str (&self->view, g_value_get_string (value));
      update_selected (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_sidebar_dispose (GObject *object)
{
  BwSidebar *self = BW_SIDEBAR (object);

  if (self->business != NULL)
    g_signal_handlers_disconnect_by_data (self->business, self);
  g_clear_object (&self->business);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_SIDEBAR);

  G_OBJECT_CLASS (bw_sidebar_parent_class)->dispose (object);
}

static void
bw_sidebar_finalize (GObject *object)
{
  g_free (BW_SIDEBAR (object)->view);

  G_OBJECT_CLASS (bw_sidebar_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * BwSidebar:business:
   *
   * Whose views there are to choose from.
   */
  properties[PROP_BUSINESS] = g_param_spec_object ("business", NULL, NULL, BW_TYPE_BUSINESS,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * BwSidebar:view:
   *
   * The name of the view shown.
   */
  properties[PROP_VIEW] = g_param_spec_string ("view", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  /**
   * BwSidebar:n-views:
   *
   * How many views there are to choose from.
   */
  properties[PROP_N_VIEWS] = g_param_spec_uint ("n-views", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_sidebar_class_init (BwSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_sidebar_dispose;
  object_class->finalize = bw_sidebar_finalize;
  object_class->get_property = bw_sidebar_get_property;
  object_class->set_property = bw_sidebar_set_property;
  install_properties (object_class);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, BwSidebar, list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
bw_sidebar_init (BwSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_list_box_set_header_func (self->list, header_cb, NULL, NULL);
}

/**
 * bw_sidebar_get_n_views:
 * @self: a sidebar
 *
 * Returns: how many views there are to choose from
 */
guint
bw_sidebar_get_n_views (BwSidebar *self)
{
  g_return_val_if_fail (BW_IS_SIDEBAR (self), 0);

  return self->n_views;
}
