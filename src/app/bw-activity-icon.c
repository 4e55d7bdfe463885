/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-activity-icon.h"

#include <adwaita.h>
#include <math.h>

/* In pixels: the widget's size, the icon's, and the circle on which the arrow runs. */
#define SIZE 26
#define ICON_SIZE 14
#define RADIUS 11.5
#define STROKE 1.6

/* Of a turn, in milliseconds. */
#define TURN 1400

struct _BwActivityIcon
{
  GtkWidget parent_instance;

  GtkWidget *image;
  AdwAnimation *animation;
  double angle;
  gboolean active;
};

enum
{
  PROP_0,
  PROP_ACTIVE,
  PROP_ANGLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwActivityIcon, bw_activity_icon, GTK_TYPE_WIDGET)

static void
animate_cb (double value, gpointer user_data)
{
  BwActivityIcon *self = user_data;

  self->angle = value;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ANGLE]);
}

static void
update_animation (BwActivityIcon *self)
{
  if (self->active && gtk_widget_get_mapped (GTK_WIDGET (self))
      && adw_get_enable_animations (GTK_WIDGET (self)))
    adw_animation_play (self->animation);
  else
    adw_animation_pause (self->animation);

  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Two thirds of a circle from the top on, and the arrow's head at its end. */
static GskPath *
make_arc (void)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  double end = 150 * G_PI / 180;

  gsk_path_builder_move_to (builder, 0, -RADIUS);
  gsk_path_builder_svg_arc_to (builder, RADIUS, RADIUS, 0, TRUE, TRUE, (float) (RADIUS * cos (end)),
                               (float) (RADIUS * sin (end)));

  return gsk_path_builder_free_to_path (builder);
}

static GskPath *
make_head (void)
{
  GskPathBuilder *builder = gsk_path_builder_new ();

  gsk_path_builder_move_to (builder, -3.5, -0.5);
  gsk_path_builder_line_to (builder, 3.5, -0.5);
  gsk_path_builder_line_to (builder, 0, 4);
  gsk_path_builder_close (builder);

  return gsk_path_builder_free_to_path (builder);
}

static void
snapshot_arrow (BwActivityIcon *self, GtkSnapshot *snapshot)
{
  g_autoptr (GskPath) arc = make_arc ();
  g_autoptr (GskPath) head = make_head ();
  GskStroke *stroke = gsk_stroke_new (STROKE);
  double end = 150 * G_PI / 180;
  GdkRGBA color;

  gtk_widget_get_color (GTK_WIDGET (self), &color);
  gsk_stroke_set_line_cap (stroke, GSK_LINE_CAP_ROUND);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float) gtk_widget_get_width (GTK_WIDGET (self)) / 2,
                                      (float) gtk_widget_get_height (GTK_WIDGET (self)) / 2));
  gtk_snapshot_rotate (snapshot, (float) self->angle);
  gtk_snapshot_append_stroke (snapshot, arc, stroke, &color);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float) (RADIUS * cos (end)), (float) (RADIUS * sin (end))));
  gtk_snapshot_rotate (snapshot, 150);
  gtk_snapshot_append_fill (snapshot, head, GSK_FILL_RULE_WINDING, &color);
  gtk_snapshot_restore (snapshot);

  gsk_stroke_free (stroke);
}

static void
bw_activity_icon_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  BwActivityIcon *self = BW_ACTIVITY_ICON (widget);

  gtk_widget_snapshot_child (widget, self->image, snapshot);
  if (self->active)
    snapshot_arrow (self, snapshot);
}

static void
bw_activity_icon_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bw_activity_icon_parent_class)->map (widget);
  update_animation (BW_ACTIVITY_ICON (widget));
}

static void
bw_activity_icon_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bw_activity_icon_parent_class)->unmap (widget);
  update_animation (BW_ACTIVITY_ICON (widget));
}

static void
bw_activity_icon_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwActivityIcon *self = BW_ACTIVITY_ICON (object);

  switch (prop_id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, self->active);
      break;
    case PROP_ANGLE:
      g_value_set_double (value, self->angle);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_activity_icon_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      bw_activity_icon_set_active (BW_ACTIVITY_ICON (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_activity_icon_dispose (GObject *object)
{
  BwActivityIcon *self = BW_ACTIVITY_ICON (object);

  g_clear_object (&self->animation);
  g_clear_pointer (&self->image, gtk_widget_unparent);

  G_OBJECT_CLASS (bw_activity_icon_parent_class)->dispose (object);
}

static void
bw_activity_icon_class_init (BwActivityIconClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_activity_icon_dispose;
  object_class->get_property = bw_activity_icon_get_property;
  object_class->set_property = bw_activity_icon_set_property;
  widget_class->snapshot = bw_activity_icon_snapshot;
  widget_class->map = bw_activity_icon_map;
  widget_class->unmap = bw_activity_icon_unmap;

  /**
   * BwActivityIcon:active:
   *
   * Whether the arrow is there.
   */
  properties[PROP_ACTIVE] =
      g_param_spec_boolean ("active", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * BwActivityIcon:angle:
   *
   * How far the arrow has turned, in degrees.
   */
  properties[PROP_ANGLE] = g_param_spec_double ("angle", NULL, NULL, 0, 360, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "activityicon");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
bw_activity_icon_init (BwActivityIcon *self)
{
  AdwAnimationTarget *target;

  self->image = gtk_image_new_from_icon_name ("bw-server-symbolic");
  gtk_image_set_pixel_size (GTK_IMAGE (self->image), ICON_SIZE);
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));
  gtk_widget_set_size_request (GTK_WIDGET (self), SIZE, SIZE);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);

  target = adw_callback_animation_target_new (animate_cb, self, NULL);
  self->animation = adw_timed_animation_new (GTK_WIDGET (self), 0, 360, TURN, target);
  adw_timed_animation_set_easing (ADW_TIMED_ANIMATION (self->animation), ADW_LINEAR);
  adw_timed_animation_set_repeat_count (ADW_TIMED_ANIMATION (self->animation), 0);
}

/**
 * bw_activity_icon_new:
 *
 * Returns: (transfer floating): an icon without the arrow
 */
GtkWidget *
bw_activity_icon_new (void)
{
  return g_object_new (BW_TYPE_ACTIVITY_ICON, NULL);
}

/**
 * bw_activity_icon_set_active:
 * @self: an icon
 * @active: whether the arrow is there
 */
void
bw_activity_icon_set_active (BwActivityIcon *self, gboolean active)
{
  g_return_if_fail (BW_IS_ACTIVITY_ICON (self));

  active = !!active;
  if (self->active == active)
    return;

  self->active = active;
  update_animation (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

/**
 * bw_activity_icon_get_active:
 * @self: an icon
 *
 * Returns: whether the arrow is there
 */
gboolean
bw_activity_icon_get_active (BwActivityIcon *self)
{
  g_return_val_if_fail (BW_IS_ACTIVITY_ICON (self), FALSE);

  return self->active;
}

/**
 * bw_activity_icon_get_angle:
 * @self: an icon
 *
 * Returns: how far the arrow has turned, in degrees from 0 to 360
 */
double
bw_activity_icon_get_angle (BwActivityIcon *self)
{
  g_return_val_if_fail (BW_IS_ACTIVITY_ICON (self), 0);

  return self->angle;
}
