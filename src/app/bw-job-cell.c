/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-cell.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-jobs-view.h"
#include "bw-pause-words.h"
#include "bw-state-badge.h"
#include "bw-time-label.h"
#include "bw-tooltip.h"

struct _BwJobCell
{
  GtkWidget parent_instance;

  BwJobColumn column;
  BwJobLayout layout;
  BwJobEntry *entry;
  gulong job_handler;
  gboolean outdated; /* what it shows is to be updated when it comes on screen */

  GtkWidget *child;
  GtkWidget *label;    /* of all columns in words */
  GtkWidget *subtitle; /* of NAME: the line below, and in it */
  GtkWidget *subtitle_label;
  GtkWidget *time_label; /* of NAME, CREATED_AT and FINISHED_AT */
  GtkWidget *badge;      /* of STATE, as the rest */
  GtkWidget *progress_label;
  GtkWidget *progress_bar;
  GtkWidget *button; /* of OPEN */
};

G_DEFINE_ENUM_TYPE (BwJobLayout,
                    bw_job_layout,
                    G_DEFINE_ENUM_VALUE (BW_JOB_LAYOUT_WIDE, "wide"),
                    G_DEFINE_ENUM_VALUE (BW_JOB_LAYOUT_MEDIUM, "medium"),
                    G_DEFINE_ENUM_VALUE (BW_JOB_LAYOUT_COMPACT, "compact"),
                    G_DEFINE_ENUM_VALUE (BW_JOB_LAYOUT_NARROW, "narrow"))
G_DEFINE_FINAL_TYPE (BwJobCell, bw_job_cell, GTK_TYPE_WIDGET)

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  bw_tooltip_follow_label (label);

  return label;
}

static void
create_name (BwJobCell *self)
{
  self->child = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_set_valign (self->child, GTK_ALIGN_CENTER);
  self->label = new_label ("job-name");
  gtk_box_append (GTK_BOX (self->child), self->label);

  self->subtitle = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->subtitle, "caption");
  gtk_widget_add_css_class (self->subtitle, "dimmed");
  self->subtitle_label = new_label (NULL);
  gtk_box_append (GTK_BOX (self->subtitle), self->subtitle_label);
  self->time_label = bw_time_label_new ();
  gtk_box_append (GTK_BOX (self->subtitle), self->time_label);
  gtk_box_append (GTK_BOX (self->child), self->subtitle);
}

static char *
get_message (GtkWidget *badge)
{
  BwJobCell *self = BW_JOB_CELL (gtk_widget_get_ancestor (badge, BW_TYPE_JOB_CELL));
  GtkWidget *view = gtk_widget_get_ancestor (badge, BW_TYPE_JOBS_VIEW);
  BwBusiness *business = view != NULL ? bw_jobs_view_get_business (BW_JOBS_VIEW (view)) : NULL;
  BwJob *job = self->entry != NULL ? bw_job_entry_get_job (self->entry) : NULL;
  char *pauses = NULL;

  if (job == NULL)
    return NULL;
  if (business != NULL)
    pauses = bw_pause_explain_job (business, job);

  return pauses != NULL ? pauses : g_strdup (job->message);
}

static void
create_state (BwJobCell *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->child = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_valign (self->child, GTK_ALIGN_CENTER);
  self->badge = bw_state_badge_new ();
  bw_tooltip_set_func (self->badge, get_message);
  gtk_box_append (GTK_BOX (line), self->badge);

  self->progress_label = new_label ("caption");
  gtk_widget_add_css_class (self->progress_label, "dimmed");
  gtk_widget_add_css_class (self->progress_label, "numeric");
  gtk_label_set_xalign (GTK_LABEL (self->progress_label), 1);
  gtk_widget_set_hexpand (self->progress_label, TRUE);
  gtk_box_append (GTK_BOX (line), self->progress_label);
  gtk_box_append (GTK_BOX (self->child), line);

  self->progress_bar = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Progress"), -1);
  gtk_box_append (GTK_BOX (self->child), self->progress_bar);
}

static void
open_cb (BwJobCell *self)
{
  BwJob *job = self->entry != NULL ? bw_job_entry_get_job (self->entry) : NULL;

  if (job != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "jobs.open", "x", job->id);
}

static void
create_open (BwJobCell *self)
{
  self->child = self->button = gtk_button_new_from_icon_name ("bw-info-symbolic");
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->button, _ ("Show Details"));
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "circular");
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (open_cb), self);
}

static void
create_child (BwJobCell *self)
{
  switch (self->column)
    {
    case BW_JOB_COLUMN_NAME:
      create_name (self);
      break;
    case BW_JOB_COLUMN_STATE:
      create_state (self);
      break;
    case BW_JOB_COLUMN_CREATED_AT:
    case BW_JOB_COLUMN_FINISHED_AT:
      self->child = self->time_label = bw_time_label_new ();
      break;
    case BW_JOB_COLUMN_OPEN:
      create_open (self);
      break;
    case BW_JOB_COLUMN_ITEMS:
      self->child = self->label = new_label ("numeric");
      break;
    case BW_JOB_COLUMN_TYPE:
    case BW_JOB_COLUMN_CREATED_BY:
    default:
      self->child = self->label = new_label (NULL);
      break;
    }

  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
}

/* The line below the name; NULL for none. A narrow one has room for the items or the creator, and
 * how many items failed matters more. */
static char *
get_subtitle (BwJobCell *self, const BwJob *job)
{
  g_autofree char *items = NULL;

  gboolean same = g_strcmp0 (job->type_name, job->name) == 0;

  if (self->layout == BW_JOB_LAYOUT_MEDIUM)
    return same ? NULL : g_strdup (job->type_name);
  if (self->layout == BW_JOB_LAYOUT_COMPACT)
    return same ? g_strdup (job->created_by_name)
                : g_strdup_printf ("%s · %s", job->type_name, job->created_by_name);
  if (self->layout != BW_JOB_LAYOUT_NARROW)
    return NULL;

  items = job->state == BW_JOB_STATE_PROCESSING ? bw_format_progress (job) : bw_format_items (job);

  return g_strdup_printf ("%s · ", *items != 0 ? items : job->created_by_name);
}

static void
update_name (BwJobCell *self, const BwJob *job)
{
  g_autofree char *subtitle = get_subtitle (self, job);
  gboolean narrow = self->layout == BW_JOB_LAYOUT_NARROW;

  gtk_label_set_text (GTK_LABEL (self->label), job->name);
  gtk_label_set_text (GTK_LABEL (self->subtitle_label), subtitle != NULL ? subtitle : "");
  bw_time_label_set_time (BW_TIME_LABEL (self->time_label),
                          narrow ? job->created_at : BW_TIME_NONE);
  gtk_widget_set_visible (self->time_label, narrow);
  gtk_widget_set_visible (self->subtitle, subtitle != NULL);
}

static void
update_state (BwJobCell *self, const BwJob *job)
{
  gboolean runs = job->state == BW_JOB_STATE_PROCESSING;
  g_autofree char *progress = runs ? bw_format_progress (job) : NULL;

  bw_state_badge_set_job_state (BW_STATE_BADGE (self->badge), job->state, job->conditions);
  gtk_label_set_text (GTK_LABEL (self->progress_label), runs ? progress : "");
  gtk_widget_set_visible (self->progress_label, self->layout != BW_JOB_LAYOUT_NARROW);
  gtk_widget_set_visible (self->progress_bar, runs);
  if (runs)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress_bar),
                                   CLAMP (job->progress, 0, 1));
}

static void
update_words (BwJobCell *self, const BwJob *job)
{
  g_autofree char *items = NULL;

  switch (self->column)
    {
    case BW_JOB_COLUMN_TYPE:
      gtk_label_set_text (GTK_LABEL (self->label), job->type_name);
      break;
    case BW_JOB_COLUMN_CREATED_BY:
      gtk_label_set_text (GTK_LABEL (self->label), job->created_by_name);
      break;
    case BW_JOB_COLUMN_ITEMS:
      items = bw_format_items (job);
      gtk_label_set_text (GTK_LABEL (self->label), items);
      break;
    default:
      break;
    }
}

/* What a row shows until it is loaded: where its words will stand, without any. */
static void
clear (BwJobCell *self)
{
  if (self->label != NULL)
    gtk_label_set_text (GTK_LABEL (self->label), "");
  if (self->subtitle != NULL)
    gtk_widget_set_visible (self->subtitle, FALSE);
  if (self->time_label != NULL)
    bw_time_label_set_time (BW_TIME_LABEL (self->time_label), BW_TIME_NONE);
  if (self->badge != NULL)
    {
      bw_state_badge_clear (BW_STATE_BADGE (self->badge));
      gtk_label_set_text (GTK_LABEL (self->progress_label), "");
      gtk_widget_set_visible (self->progress_bar, FALSE);
    }
}

static void
show_job (BwJobCell *self, const BwJob *job)
{
  switch (self->column)
    {
    case BW_JOB_COLUMN_NAME:
      update_name (self, job);
      break;
    case BW_JOB_COLUMN_STATE:
      update_state (self, job);
      break;
    case BW_JOB_COLUMN_CREATED_AT:
      bw_time_label_set_time (BW_TIME_LABEL (self->time_label), job->created_at);
      break;
    case BW_JOB_COLUMN_FINISHED_AT:
      bw_time_label_set_time (BW_TIME_LABEL (self->time_label), job->finished_at);
      break;
    case BW_JOB_COLUMN_OPEN:
      gtk_widget_set_sensitive (self->button, TRUE);
      break;
    case BW_JOB_COLUMN_TYPE:
    case BW_JOB_COLUMN_ITEMS:
    case BW_JOB_COLUMN_CREATED_BY:
    default:
      update_words (self, job);
      break;
    }
}

/* GTK binds some 200 rows, of which a tenth is on screen: only that tenth is worth the work. */
static void
update (BwJobCell *self)
{
  const BwJob *job = self->entry != NULL ? bw_job_entry_get_job (self->entry) : NULL;

  self->outdated = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (self->outdated)
    return;

  if (job == NULL)
    {
      clear (self);
      gtk_widget_add_css_class (GTK_WIDGET (self), "waiting");
      if (self->button != NULL)
        gtk_widget_set_sensitive (self->button, FALSE);
      return;
    }

  gtk_widget_remove_css_class (GTK_WIDGET (self), "waiting");
  show_job (self, job);
}

static void
bw_job_cell_map (GtkWidget *widget)
{
  BwJobCell *self = BW_JOB_CELL (widget);

  GTK_WIDGET_CLASS (bw_job_cell_parent_class)->map (widget);
  if (self->outdated)
    update (self);
}

static void
bw_job_cell_dispose (GObject *object)
{
  BwJobCell *self = BW_JOB_CELL (object);

  g_clear_signal_handler (&self->job_handler, self->entry);
  g_clear_object (&self->entry);
  g_clear_pointer (&self->child, gtk_widget_unparent);

  G_OBJECT_CLASS (bw_job_cell_parent_class)->dispose (object);
}

static void
bw_job_cell_class_init (BwJobCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_job_cell_dispose;
  widget_class->map = bw_job_cell_map;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "jobcell");
}

static void
bw_job_cell_init (BwJobCell *self)
{
}

/**
 * bw_job_cell_new:
 * @column: what it shows
 *
 * Returns: (transfer floating): a cell without a row
 */
GtkWidget *
bw_job_cell_new (BwJobColumn column)
{
  BwJobCell *self = g_object_new (BW_TYPE_JOB_CELL, NULL);

  g_return_val_if_fail (column < BW_N_JOB_COLUMNS, GTK_WIDGET (self));

  self->column = column;
  create_child (self);

  return GTK_WIDGET (self);
}

/**
 * bw_job_cell_set_entry:
 * @self: a cell
 * @entry: (nullable): the row to show
 */
void
bw_job_cell_set_entry (BwJobCell *self, BwJobEntry *entry)
{
  g_return_if_fail (BW_IS_JOB_CELL (self));

  if (self->entry == entry)
    return;

  g_clear_signal_handler (&self->job_handler, self->entry);
  g_set_object (&self->entry, entry);
  if (entry == NULL)
    return;

  self->job_handler = g_signal_connect_swapped (entry, "notify::job", G_CALLBACK (update), self);
  update (self);
}

/**
 * bw_job_cell_get_entry:
 * @self: a cell
 *
 * Returns: (transfer none) (nullable): the row shown
 */
BwJobEntry *
bw_job_cell_get_entry (BwJobCell *self)
{
  g_return_val_if_fail (BW_IS_JOB_CELL (self), NULL);

  return self->entry;
}

/**
 * bw_job_cell_set_layout:
 * @self: a cell
 * @layout: how much room the list has
 */
void
bw_job_cell_set_layout (BwJobCell *self, BwJobLayout layout)
{
  g_return_if_fail (BW_IS_JOB_CELL (self));

  if (self->layout == layout)
    return;

  self->layout = layout;
  update (self);
}
