/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-items-page.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-item-dialog.h"
#include "bw-item-list.h"
#include "bw-reference-label.h"
#include "bw-state-badge.h"
#include "bw-tooltip.h"

struct _BwItemsPage
{
  AdwBin parent_instance;

  GtkSearchEntry *info_search;
  GtkSearchEntry *relation_search;
  GtkDropDown *state_drop_down;
  GtkStringList *state_names;
  GtkStack *stack;
  GtkColumnView *view;
  AdwStatusPage *empty_page;
  AdwStatusPage *error_page;

  BwItemList *items;
  gboolean narrow;
  gboolean renaming;        /* the drop-down's entries are being replaced */
};

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwItemsPage, bw_items_page, ADW_TYPE_BIN)

/* What the drop-down offers, from its second entry on. The first is "all". */
static const BwItemState offered_states[] = {
  BW_ITEM_STATE_FAILED,
  BW_ITEM_STATE_SKIPPED,
  BW_ITEM_STATE_SUCCESS,
  BW_ITEM_STATE_PENDING,
  BW_ITEM_STATE_CANCELLED,
};

/* Shows an item in one cell; NULL where it is not loaded yet. */
typedef void (*ShowFunc) (GtkWidget *cell, BwItem *item);

static void
show_number (GtkWidget *cell, BwItem *item)
{
  g_autofree char *number = item != NULL ? bw_format_number (item->item) : NULL;

  gtk_label_set_label (GTK_LABEL (cell), number != NULL ? number : "");
}

/* Where there is no room for a column of its own, the message stands below the name. */
static void
show_message_below (GtkWidget *label, BwItem *item)
{
  GtkWidget *page = gtk_widget_get_ancestor (label, BW_TYPE_ITEMS_PAGE);
  gboolean narrow = page != NULL && BW_ITEMS_PAGE (page)->narrow;
  const char *message = narrow && item != NULL && item->message != NULL ? item->message : "";

  gtk_label_set_text (GTK_LABEL (label), message);
  gtk_widget_set_visible (label, *message != '\0');
}

static void
show_name (GtkWidget *cell, BwItem *item)
{
  GtkWidget *label = gtk_widget_get_first_child (cell);
  GtkWidget *link = gtk_widget_get_next_sibling (label);
  const char *text = item != NULL && item->label != NULL ? item->label : "";

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
  gtk_widget_set_visible (link, item != NULL && item->reference != NULL);
  bw_reference_label_set_reference (BW_REFERENCE_LABEL (link), item != NULL ? item->reference : NULL);
  show_message_below (gtk_widget_get_last_child (cell), item);
}

static void
show_state (GtkWidget *cell, BwItem *item)
{
  if (item != NULL)
    bw_state_badge_set_item_state (BW_STATE_BADGE (cell), item->state);
  else
    bw_state_badge_clear (BW_STATE_BADGE (cell));
}

static void
show_info (GtkWidget *cell, BwItem *item)
{
  const char *message = item != NULL ? item->message : NULL;

  gtk_label_set_text (GTK_LABEL (cell), message != NULL ? message : "");
  if (item != NULL && item->state == BW_ITEM_STATE_FAILED)
    gtk_widget_remove_css_class (cell, "dimmed");
  else
    gtk_widget_add_css_class (cell, "dimmed");
}

static void
set_cell (GtkColumnViewCell *column_cell, GtkWidget *cell, ShowFunc show)
{
  g_object_set_data (G_OBJECT (cell), "bw-show", show);
  gtk_column_view_cell_set_child (column_cell, cell);
}

static GtkWidget *
create_text_cell (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  bw_tooltip_follow_label (label);
  return label;
}

static GtkWidget *
create_message_label (void)
{
  GtkWidget *label = create_text_cell ();

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), 3);
  gtk_label_set_width_chars (GTK_LABEL (label), 8);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 50);

  return label;
}

static void
setup_number_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *column_cell)
{
  GtkWidget *label = create_text_cell ();

  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "dimmed");
  set_cell (column_cell, label, show_number);
}

static void
setup_name_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *column_cell)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *link = bw_reference_label_new ();

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (link, "caption");
  gtk_box_append (GTK_BOX (box), create_text_cell ());
  gtk_box_append (GTK_BOX (box), link);
  gtk_box_append (GTK_BOX (box), create_message_label ());
  set_cell (column_cell, box, show_name);
}

static void
setup_state_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *column_cell)
{
  set_cell (column_cell, bw_state_badge_new (), show_state);
}

static void
setup_info_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *column_cell)
{
  set_cell (column_cell, create_message_label (), show_info);
}

static void
entry_changed_cb (GtkWidget *cell, GParamSpec *pspec, BwItemEntry *entry)
{
  ShowFunc show = (ShowFunc) g_object_get_data (G_OBJECT (cell), "bw-show");

  show (cell, bw_item_entry_get_item (entry));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *column_cell)
{
  BwItemEntry *entry = gtk_column_view_cell_get_item (column_cell);
  GtkWidget *cell = gtk_column_view_cell_get_child (column_cell);

  g_signal_connect_object (entry, "notify::item", G_CALLBACK (entry_changed_cb), cell, G_CONNECT_SWAPPED);
  entry_changed_cb (cell, NULL, entry);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkColumnViewCell *column_cell)
{
  BwItemEntry *entry = gtk_column_view_cell_get_item (column_cell);

  g_signal_handlers_disconnect_by_data (entry, gtk_column_view_cell_get_child (column_cell));
}

static gboolean
is_filtered (BwItemsPage *self)
{
  const BwItemFilter *filter = bw_item_list_get_filter (self->items);

  return filter->states != 0 || filter->q != NULL || filter->relation != NULL;
}

static void
update_page (BwItemsPage *self)
{
  BwPagedList *list = BW_PAGED_LIST (self->items);
  const GError *error = bw_paged_list_get_error (list);
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (list)) == 0;

  if (empty && error != NULL)
    {
      adw_status_page_set_description (self->error_page, error->message);
      gtk_stack_set_visible_child_name (self->stack, "error");
    }
  else if (empty && bw_paged_list_get_loaded (list))
    {
      gboolean filtered = is_filtered (self);

      adw_status_page_set_title (self->empty_page, filtered ? _("No Item Matches") : _("No Items"));
      adw_status_page_set_description (self->empty_page,
                                       filtered ? _("Try other words, or another state.")
                                                : _("This job has no items: it is one piece of work."));
      gtk_widget_set_visible (adw_status_page_get_child (self->empty_page), filtered);
      gtk_stack_set_visible_child_name (self->stack, "empty");
    }
  else
    gtk_stack_set_visible_child_name (self->stack, "items");
}

static char *
get_words (GtkSearchEntry *search)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (search));

  return *text != '\0' ? g_strdup (text) : NULL;
}

static void
filter_changed_cb (BwItemsPage *self)
{
  g_autoptr (BwItemFilter) filter = NULL;
  guint selected = gtk_drop_down_get_selected (self->state_drop_down);

  if (self->items == NULL || self->renaming)
    return;

  filter = bw_item_filter_new ();
  filter->q = get_words (self->info_search);
  filter->relation = get_words (self->relation_search);
  if (selected > 0 && selected <= G_N_ELEMENTS (offered_states))
    filter->states = 1u << offered_states[selected - 1];
  if (!bw_item_filter_equal (filter, bw_item_list_get_filter (self->items)))
    bw_item_list_set_filter (self->items, filter);
}

static void
show_all_cb (BwItemsPage *self)
{
  gtk_drop_down_set_selected (self->state_drop_down, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->info_search), "");
  gtk_editable_set_text (GTK_EDITABLE (self->relation_search), "");
  filter_changed_cb (self);
}

static void
refresh_cb (BwItemsPage *self)
{
  bw_item_list_refresh (self->items);
}

static void
activate_cb (BwItemsPage *self, guint position)
{
  g_autoptr (BwItemEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  if (bw_item_entry_get_item (entry) != NULL)
    adw_dialog_present (bw_item_dialog_new (entry), GTK_WIDGET (self));
}

static char *
describe_state (guint position, const BwItemCounts *counts)
{
  const char *state = position == 0 ? _("All") : bw_format_item_state (offered_states[position - 1]);
  gint64 count = position == 0 ? bw_item_counts_total (counts) : counts->in_state[offered_states[position - 1]];
  g_autofree char *number = bw_format_number (count);

  /* Translators: a state and how many items are in it: "Failed (3)" */
  return g_strdup_printf (_("%s (%s)"), state, number);
}

/* The drop-down says how many items are in each state. */
static void
counts_changed_cb (BwItemsPage *self)
{
  const BwItemCounts *counts = bw_item_list_get_counts (self->items);
  guint selected = gtk_drop_down_get_selected (self->state_drop_down);
  guint n_names = g_list_model_get_n_items (G_LIST_MODEL (self->state_names));

  self->renaming = TRUE;
  for (guint i = 0; i <= G_N_ELEMENTS (offered_states); i++)
    {
      g_autofree char *name = describe_state (i, counts);
      const char *names[] = { name, NULL };

      if (g_strcmp0 (gtk_string_list_get_string (self->state_names, i), name) != 0)
        gtk_string_list_splice (self->state_names, i, i < n_names ? 1 : 0, names);
    }
  gtk_drop_down_set_selected (self->state_drop_down, selected != GTK_INVALID_LIST_POSITION ? selected : 0);
  self->renaming = FALSE;
}

static void
bw_items_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwItemsPage *self = BW_ITEMS_PAGE (object);

  switch (id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Cells look at it when they are bound, so they are bound anew. */
static void
set_narrow (BwItemsPage *self, gboolean narrow)
{
  g_autoptr (GtkSelectionModel) model = NULL;

  if (self->narrow == narrow)
    return;

  self->narrow = narrow;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
  g_set_object (&model, gtk_column_view_get_model (self->view));
  gtk_column_view_set_model (self->view, NULL);
  gtk_column_view_set_model (self->view, model);
}

static void
bw_items_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NARROW:
      set_narrow (BW_ITEMS_PAGE (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_items_page_dispose (GObject *object)
{
  BwItemsPage *self = BW_ITEMS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_ITEMS_PAGE);
  g_clear_object (&self->items);

  G_OBJECT_CLASS (bw_items_page_parent_class)->dispose (object);
}

static void
bw_items_page_class_init (BwItemsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_items_page_dispose;
  object_class->get_property = bw_items_page_get_property;
  object_class->set_property = bw_items_page_set_property;

  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/batchwork/Batchwork/bw-items-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, info_search);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, relation_search);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, state_drop_down);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, state_names);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, view);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, error_page);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_number_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_name_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_state_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_info_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, refresh_cb);
}

static void
bw_items_page_init (BwItemsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_items_page_open:
 * @self: a page
 * @business: the business of the job
 * @job: the job's id
 *
 * Begins to load the items, and follows them. Once for each page.
 */
void
bw_items_page_open (BwItemsPage *self, BwBusiness *business, gint64 job)
{
  g_autoptr (GtkSingleSelection) selection = NULL;

  g_return_if_fail (BW_IS_ITEMS_PAGE (self));
  g_return_if_fail (self->items == NULL);

  self->items = bw_item_list_new (business, job);
  g_signal_connect_object (self->items, "counts-changed", G_CALLBACK (counts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->items, "notify", G_CALLBACK (update_page), self, G_CONNECT_SWAPPED);

  selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->items)));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  counts_changed_cb (self);
}

/**
 * bw_items_page_show_failed:
 * @self: a page
 *
 * Shows all items that failed, and only these.
 */
void
bw_items_page_show_failed (BwItemsPage *self)
{
  g_return_if_fail (BW_IS_ITEMS_PAGE (self));

  gtk_editable_set_text (GTK_EDITABLE (self->info_search), "");
  gtk_editable_set_text (GTK_EDITABLE (self->relation_search), "");
  gtk_drop_down_set_selected (self->state_drop_down, 1);
  filter_changed_cb (self);
}

/**
 * bw_items_page_focus_search:
 * @self: a page
 *
 * Puts the cursor into the field that searches in info.
 */
void
bw_items_page_focus_search (BwItemsPage *self)
{
  g_return_if_fail (BW_IS_ITEMS_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->info_search));
}
