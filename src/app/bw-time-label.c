/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-time-label.h"

#include "bw-format.h"
#include "bw-tooltip.h"

/* How late a label may be, in seconds. */
#define REFRESH_INTERVAL 10

struct _BwTimeLabel
{
  GtkWidget parent_instance;

  GtkWidget *label;
  BwTime time;
};

enum
{
  PROP_0,
  PROP_TIME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* The labels on screen, and the timer that serves them while there are any. */
static GHashTable *mapped_labels;
static guint refresh_source;

G_DEFINE_FINAL_TYPE (BwTimeLabel, bw_time_label, GTK_TYPE_WIDGET)

static void
refresh (BwTimeLabel *self)
{
  g_autofree char *text = bw_format_time_human (self->time, bw_time_now ());

  if (g_strcmp0 (text, gtk_label_get_text (GTK_LABEL (self->label))) != 0)
    gtk_label_set_text (GTK_LABEL (self->label), text);
}

static gboolean
refresh_all_cb (gpointer user_data)
{
  GHashTableIter iter;
  gpointer label;

  g_hash_table_iter_init (&iter, mapped_labels);
  while (g_hash_table_iter_next (&iter, &label, NULL))
    refresh (label);

  return G_SOURCE_CONTINUE;
}

static void
bw_time_label_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bw_time_label_parent_class)->map (widget);

  if (mapped_labels == NULL)
    mapped_labels = g_hash_table_new (NULL, NULL);
  g_hash_table_add (mapped_labels, widget);
  if (refresh_source == 0)
    refresh_source = g_timeout_add_seconds (REFRESH_INTERVAL, refresh_all_cb, NULL);

  refresh (BW_TIME_LABEL (widget));
}

static void
bw_time_label_unmap (GtkWidget *widget)
{
  g_hash_table_remove (mapped_labels, widget);
  if (g_hash_table_size (mapped_labels) == 0)
    g_clear_handle_id (&refresh_source, g_source_remove);

  GTK_WIDGET_CLASS (bw_time_label_parent_class)->unmap (widget);
}

static void
bw_time_label_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwTimeLabel *self = BW_TIME_LABEL (object);

  switch (prop_id)
    {
    case PROP_TIME:
      g_value_set_int64 (value, self->time);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_time_label_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_TIME:
      bw_time_label_set_time (BW_TIME_LABEL (object), g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_time_label_dispose (GObject *object)
{
  BwTimeLabel *self = BW_TIME_LABEL (object);

  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (bw_time_label_parent_class)->dispose (object);
}

static void
bw_time_label_class_init (BwTimeLabelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_time_label_dispose;
  object_class->get_property = bw_time_label_get_property;
  object_class->set_property = bw_time_label_set_property;
  widget_class->map = bw_time_label_map;
  widget_class->unmap = bw_time_label_unmap;

  /**
   * BwTimeLabel:time:
   *
   * The moment shown, as BwTime.
   */
  properties[PROP_TIME] =
      g_param_spec_int64 ("time", NULL, NULL, G_MININT64, G_MAXINT64, BW_TIME_NONE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "timelabel");
}

static char *
get_exact_time (GtkWidget *widget)
{
  return bw_format_time_exact (BW_TIME_LABEL (widget)->time);
}

static void
bw_time_label_init (BwTimeLabel *self)
{
  self->time = BW_TIME_NONE;
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  bw_tooltip_set_func (GTK_WIDGET (self), get_exact_time);
}

/**
 * bw_time_label_new:
 *
 * Returns: (transfer floating): a label without a time
 */
GtkWidget *
bw_time_label_new (void)
{
  return g_object_new (BW_TYPE_TIME_LABEL, NULL);
}

/**
 * bw_time_label_set_time:
 * @self: a label
 * @time: the moment to show, or %BW_TIME_NONE for nothing
 */
void
bw_time_label_set_time (BwTimeLabel *self, BwTime time)
{
  g_autofree char *exact = NULL;

  g_return_if_fail (BW_IS_TIME_LABEL (self));

  if (self->time == time)
    return;

  self->time = time;
  exact = bw_format_time_exact (time);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, exact,
                                  -1);
  refresh (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIME]);
}

/**
 * bw_time_label_get_time:
 * @self: a label
 *
 * Returns: the moment shown, or %BW_TIME_NONE
 */
BwTime
bw_time_label_get_time (BwTimeLabel *self)
{
  g_return_val_if_fail (BW_IS_TIME_LABEL (self), BW_TIME_NONE);

  return self->time;
}

/**
 * bw_time_label_set_xalign:
 * @self: a label
 * @xalign: 0 for the start, 1 for the end
 */
void
bw_time_label_set_xalign (BwTimeLabel *self, float xalign)
{
  g_return_if_fail (BW_IS_TIME_LABEL (self));

  gtk_label_set_xalign (GTK_LABEL (self->label), xalign);
}
