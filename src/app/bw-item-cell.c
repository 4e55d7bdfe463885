/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-item-cell.h"

#include "bw-format.h"
#include "bw-reference-label.h"
#include "bw-state-badge.h"
#include "bw-tooltip.h"

struct _BwItemCell
{
  GtkWidget parent_instance;

  BwItemColumn column;
  gboolean narrow;
  BwItemEntry *entry;
  gulong item_handler;
  gboolean outdated; /* what it shows is to be updated when it comes on screen */

  GtkWidget *child;
  GtkWidget *label;         /* of all but STATE */
  GtkWidget *link;          /* of NAME */
  GtkWidget *message_label; /* of NAME: where there is no room for a column of its own */
};

G_DEFINE_FINAL_TYPE (BwItemCell, bw_item_cell, GTK_TYPE_WIDGET)

static GtkWidget *
new_label (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  bw_tooltip_follow_label (label);

  return label;
}

static GtkWidget *
new_message_label (void)
{
  GtkWidget *label = new_label ();

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), 3);
  gtk_label_set_width_chars (GTK_LABEL (label), 8);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 50);

  return label;
}

static void
create_name (BwItemCell *self)
{
  self->child = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_valign (self->child, GTK_ALIGN_CENTER);
  self->label = new_label ();
  gtk_box_append (GTK_BOX (self->child), self->label);
  self->link = bw_reference_label_new ();
  gtk_widget_add_css_class (self->link, "caption");
  gtk_box_append (GTK_BOX (self->child), self->link);
  self->message_label = new_message_label ();
  gtk_box_append (GTK_BOX (self->child), self->message_label);
}

static void
create_child (BwItemCell *self)
{
  switch (self->column)
    {
    case BW_ITEM_COLUMN_NAME:
      create_name (self);
      break;
    case BW_ITEM_COLUMN_STATE:
      self->child = bw_state_badge_new ();
      break;
    case BW_ITEM_COLUMN_INFO:
      self->child = self->label = new_message_label ();
      break;
    case BW_ITEM_COLUMN_NUMBER:
    default:
      self->child = self->label = new_label ();
      gtk_widget_add_css_class (self->label, "numeric");
      gtk_widget_add_css_class (self->label, "dimmed");
      break;
    }

  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
}

static void
show_number (BwItemCell *self, const BwItem *item)
{
  g_autofree char *number = item != NULL ? bw_format_number (item->item) : NULL;

  gtk_label_set_label (GTK_LABEL (self->label), number != NULL ? number : "");
}

/* The name of an item is mostly that of the record that it is about: then it is said once. */
static void
show_name (BwItemCell *self, const BwItem *item)
{
  const char *text = item != NULL && item->label != NULL ? item->label : "";
  const BwReference *reference = item != NULL ? item->reference : NULL;
  gboolean once = reference != NULL && g_str_equal (text, bw_reference_get_words (reference));
  const char *message = self->narrow && item != NULL && item->message != NULL ? item->message : "";

  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_widget_set_visible (self->label, *text != '\0' && !once);
  gtk_widget_set_visible (self->link, reference != NULL);
  if (once)
    gtk_widget_remove_css_class (self->link, "caption");
  else
    gtk_widget_add_css_class (self->link, "caption");
  bw_reference_label_set_reference (BW_REFERENCE_LABEL (self->link), reference);
  gtk_label_set_text (GTK_LABEL (self->message_label), message);
  gtk_widget_set_visible (self->message_label, *message != '\0');
}

static void
show_state (BwItemCell *self, const BwItem *item)
{
  if (item != NULL)
    bw_state_badge_set_item_state (BW_STATE_BADGE (self->child), item->state);
  else
    bw_state_badge_clear (BW_STATE_BADGE (self->child));
}

static void
show_info (BwItemCell *self, const BwItem *item)
{
  const char *message = item != NULL ? item->message : NULL;

  gtk_label_set_text (GTK_LABEL (self->label), message != NULL ? message : "");
  if (item != NULL && item->state == BW_ITEM_STATE_FAILED)
    gtk_widget_remove_css_class (self->label, "dimmed");
  else
    gtk_widget_add_css_class (self->label, "dimmed");
}

/* As with the cells of jobs: most of the rows that GTK binds are not on screen, and wait. */
static void
update (BwItemCell *self)
{
  const BwItem *item = self->entry != NULL ? bw_item_entry_get_item (self->entry) : NULL;

  self->outdated = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (self->outdated)
    return;

  switch (self->column)
    {
    case BW_ITEM_COLUMN_NAME:
      show_name (self, item);
      break;
    case BW_ITEM_COLUMN_STATE:
      show_state (self, item);
      break;
    case BW_ITEM_COLUMN_INFO:
      show_info (self, item);
      break;
    case BW_ITEM_COLUMN_NUMBER:
    default:
      show_number (self, item);
      break;
    }
}

static void
bw_item_cell_map (GtkWidget *widget)
{
  BwItemCell *self = BW_ITEM_CELL (widget);

  GTK_WIDGET_CLASS (bw_item_cell_parent_class)->map (widget);
  if (self->outdated)
    update (self);
}

static void
bw_item_cell_dispose (GObject *object)
{
  BwItemCell *self = BW_ITEM_CELL (object);

  g_clear_signal_handler (&self->item_handler, self->entry);
  g_clear_object (&self->entry);
  g_clear_pointer (&self->child, gtk_widget_unparent);

  G_OBJECT_CLASS (bw_item_cell_parent_class)->dispose (object);
}

static void
bw_item_cell_class_init (BwItemCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_item_cell_dispose;
  widget_class->map = bw_item_cell_map;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "itemcell");
}

static void
bw_item_cell_init (BwItemCell *self)
{
}

/**
 * bw_item_cell_new:
 * @column: what it shows
 *
 * Returns: (transfer floating): a cell without a row
 */
GtkWidget *
bw_item_cell_new (BwItemColumn column)
{
  BwItemCell *self = g_object_new (BW_TYPE_ITEM_CELL, NULL);

  self->column = column;
  create_child (self);

  return GTK_WIDGET (self);
}

/**
 * bw_item_cell_set_entry:
 * @self: a cell
 * @entry: (nullable): the row to show
 */
void
bw_item_cell_set_entry (BwItemCell *self, BwItemEntry *entry)
{
  g_return_if_fail (BW_IS_ITEM_CELL (self));

  if (self->entry == entry)
    return;

  g_clear_signal_handler (&self->item_handler, self->entry);
  g_set_object (&self->entry, entry);
  if (entry == NULL)
    return;

  self->item_handler = g_signal_connect_swapped (entry, "notify::item", G_CALLBACK (update), self);
  update (self);
}

/**
 * bw_item_cell_get_entry:
 * @self: a cell
 *
 * Returns: (transfer none) (nullable): the row shown
 */
BwItemEntry *
bw_item_cell_get_entry (BwItemCell *self)
{
  g_return_val_if_fail (BW_IS_ITEM_CELL (self), NULL);

  return self->entry;
}

/**
 * bw_item_cell_set_narrow:
 * @self: a cell
 * @narrow: whether there is no room for a column of messages
 */
void
bw_item_cell_set_narrow (BwItemCell *self, gboolean narrow)
{
  g_return_if_fail (BW_IS_ITEM_CELL (self));

  if (self->narrow == narrow)
    return;

  self->narrow = narrow;
  update (self);
}
