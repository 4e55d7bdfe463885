/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-people-view.h"

#include "bw-business-page.h"
#include "bw-people-page.h"

struct _BwPeopleView
{
  AdwBin parent_instance;

  BwBusiness *business;
};

enum
{
  PROP_0,
  PROP_BUSINESS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwPeopleView, bw_people_view, ADW_TYPE_BIN)

static void
bw_people_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_BUSINESS:
      g_value_set_object (value, BW_PEOPLE_VIEW (object)->business);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_people_view_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  BwPeopleView *self = BW_PEOPLE_VIEW (object);

  switch (prop_id)
    {
    case PROP_BUSINESS:
      if (g_set_object (&self->business, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_people_view_dispose (GObject *object)
{
  g_clear_object (&BW_PEOPLE_VIEW (object)->business);
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_PEOPLE_VIEW);

  G_OBJECT_CLASS (bw_people_view_parent_class)->dispose (object);
}

static void
bw_people_view_class_init (BwPeopleViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bw_people_view_get_property;
  object_class->set_property = bw_people_view_set_property;
  object_class->dispose = bw_people_view_dispose;

  /**
   * BwPeopleView:business:
   *
   * Whose people are shown.
   */
  properties[PROP_BUSINESS] = g_param_spec_object (
      "business", NULL, NULL, BW_TYPE_BUSINESS,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (BW_TYPE_BUSINESS_PAGE);
  g_type_ensure (BW_TYPE_PEOPLE_KIND);
  g_type_ensure (BW_TYPE_PEOPLE_PAGE);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/io/github/batchwork/Batchwork/bw-people-view.ui");
}

static void
bw_people_view_init (BwPeopleView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
