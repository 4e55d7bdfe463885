/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-state-badge.h"

#include "bw-format.h"

struct _BwStateBadge
{
  GtkWidget parent_instance;

  GtkWidget *icon;
  GtkWidget *label;
  const char *style; /* the CSS class of the state shown, NULL at first */
};

G_DEFINE_FINAL_TYPE (BwStateBadge, bw_state_badge, GTK_TYPE_WIDGET)

static const char *const state_styles[BW_N_JOB_STATES] = {
  "queued", "processing", "success", "failed", "skipped", "cancelled",
};

static const char *const item_styles[BW_N_ITEM_STATES] = {
  "queued", "success", "failed", "skipped", "cancelled",
};

static const char *
get_style (BwJobState state, BwConditions conditions)
{
  if (!bw_job_state_is_finished (state))
    {
      if (conditions & BW_CONDITION_CANCELLING)
        return "cancelled";
      if (conditions & BW_CONDITION_PAUSED)
        return "paused";
      if (conditions & BW_CONDITION_STALLED)
        return "stalled";
      if (conditions & BW_CONDITION_SCHEDULED)
        return "scheduled";
    }

  return state_styles[state];
}

static void
show (BwStateBadge *self, const char *style, const char *words)
{
  g_autofree char *icon_name = g_strdup_printf ("bw-%s-symbolic", style);

  if (self->style != style)
    {
      if (self->style != NULL)
        gtk_widget_remove_css_class (GTK_WIDGET (self), self->style);
      gtk_widget_add_css_class (GTK_WIDGET (self), style);
      gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
      self->style = style;
    }

  gtk_label_set_text (GTK_LABEL (self->label), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_set_visible (self->icon, TRUE);
  gtk_widget_set_visible (self->label, TRUE);
}

static void
bw_state_badge_dispose (GObject *object)
{
  BwStateBadge *self = BW_STATE_BADGE (object);

  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (bw_state_badge_parent_class)->dispose (object);
}

static void
bw_state_badge_class_init (BwStateBadgeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_state_badge_dispose;

  gtk_widget_class_set_css_name (widget_class, "statebadge");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
bw_state_badge_init (BwStateBadge *self)
{
  self->icon = gtk_image_new ();
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));

  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));

  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  bw_state_badge_clear (self);
}

/**
 * bw_state_badge_new:
 *
 * Returns: (transfer floating): a badge that shows nothing yet
 */
GtkWidget *
bw_state_badge_new (void)
{
  return g_object_new (BW_TYPE_STATE_BADGE, NULL);
}

/**
 * bw_state_badge_set_job_state:
 * @self: a badge
 * @state: a job's state
 * @conditions: what stands beside it
 */
void
bw_state_badge_set_job_state (BwStateBadge *self, BwJobState state, BwConditions conditions)
{
  g_return_if_fail (BW_IS_STATE_BADGE (self));
  g_return_if_fail (state < BW_N_JOB_STATES);

  show (self, get_style (state, conditions), bw_format_job_state (state, conditions));
}

/**
 * bw_state_badge_set_item_state:
 * @self: a badge
 * @state: an item's state
 */
void
bw_state_badge_set_item_state (BwStateBadge *self, BwItemState state)
{
  g_return_if_fail (BW_IS_STATE_BADGE (self));
  g_return_if_fail (state < BW_N_ITEM_STATES);

  show (self, item_styles[state], bw_format_item_state (state));
}

/**
 * bw_state_badge_clear:
 * @self: a badge
 *
 * Shows nothing, as for a row that is not loaded yet.
 */
void
bw_state_badge_clear (BwStateBadge *self)
{
  g_return_if_fail (BW_IS_STATE_BADGE (self));

  if (self->style != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->style);
  self->style = NULL;
  gtk_widget_set_visible (self->icon, FALSE);
  gtk_widget_set_visible (self->label, FALSE);
}

/**
 * bw_state_badge_get_icon_name:
 * @state: a job's state
 * @conditions: what stands beside it
 *
 * Returns: (transfer full): the name of the symbolic icon that stands for it
 */
char *
bw_state_badge_get_icon_name (BwJobState state, BwConditions conditions)
{
  return g_strdup_printf ("bw-%s-symbolic", get_style (state, conditions));
}
