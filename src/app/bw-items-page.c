/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-items-page.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-item-cell.h"
#include "bw-item-dialog.h"
#include "bw-items-retry.h"
#include "bw-row-selection.h"

struct _BwItemsPage
{
  AdwBin parent_instance;

  GtkSearchEntry *info_search;
  GtkSearchEntry *relation_search;
  GtkDropDown *state_drop_down;
  GtkStringList *state_names;
  GtkWidget *export_button;
  GtkStack *stack;
  GtkColumnView *view;
  AdwStatusPage *empty_page;
  AdwStatusPage *error_page;
  GtkActionBar *bar;
  GtkLabel *count_label;
  GtkWidget *retry_button;
  BwRowSelection *selection;

  BwBusiness *business;
  BwJob *job; /* NULL: nothing can be done with it */
  BwItemList *items;
  GHashTable *cells; /* of BwItemCell */
  gboolean narrow;
  gboolean renaming; /* the drop-down's entries are being replaced */
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
  BW_ITEM_STATE_FAILED,  BW_ITEM_STATE_SKIPPED,   BW_ITEM_STATE_SUCCESS,
  BW_ITEM_STATE_PENDING, BW_ITEM_STATE_CANCELLED,
};

/* Cells */

static void
setup_cell (BwItemsPage *self, GtkColumnViewCell *column_cell, BwItemColumn column)
{
  GtkWidget *cell = bw_item_cell_new (column);

  bw_item_cell_set_narrow (BW_ITEM_CELL (cell), self->narrow);
  g_hash_table_add (self->cells, cell);
  gtk_column_view_cell_set_child (column_cell, cell);
}

static void
setup_number_cb (BwItemsPage *self, GtkColumnViewCell *column_cell)
{
  setup_cell (self, column_cell, BW_ITEM_COLUMN_NUMBER);
}

static void
setup_name_cb (BwItemsPage *self, GtkColumnViewCell *column_cell)
{
  setup_cell (self, column_cell, BW_ITEM_COLUMN_NAME);
}

static void
setup_state_cb (BwItemsPage *self, GtkColumnViewCell *column_cell)
{
  setup_cell (self, column_cell, BW_ITEM_COLUMN_STATE);
}

static void
setup_info_cb (BwItemsPage *self, GtkColumnViewCell *column_cell)
{
  setup_cell (self, column_cell, BW_ITEM_COLUMN_INFO);
}

static void
teardown_cb (BwItemsPage *self, GtkColumnViewCell *column_cell)
{
  if (self->cells != NULL)
    g_hash_table_remove (self->cells, gtk_column_view_cell_get_child (column_cell));
}

static void
bind_cb (BwItemsPage *self, GtkColumnViewCell *column_cell)
{
  bw_item_cell_set_entry (BW_ITEM_CELL (gtk_column_view_cell_get_child (column_cell)),
                          gtk_column_view_cell_get_item (column_cell));
}

static void
unbind_cb (BwItemsPage *self, GtkColumnViewCell *column_cell)
{
  bw_item_cell_set_entry (BW_ITEM_CELL (gtk_column_view_cell_get_child (column_cell)), NULL);
}

/* Items chosen */

static void
update_bar (BwItemsPage *self)
{
  gint64 n_chosen = bw_row_selection_get_size (self->selection);
  gboolean may = self->job != NULL && bw_business_may (self->business, BW_PERMISSION_RETRY);
  g_autofree char *refusal = NULL;
  g_autofree char *number = bw_format_number (n_chosen);
  /* Translators: how many items are selected */
  g_autofree char *count =
      g_strdup_printf (ngettext ("%s selected", "%s selected", (gulong) n_chosen), number);

  gtk_action_bar_set_revealed (self->bar, may && n_chosen > 0);
  if (!may || n_chosen == 0)
    {
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "items.retry", FALSE);
      return;
    }

  refusal = bw_items_retry_get_refusal (self->business, self->job, self->selection);
  gtk_label_set_text (self->count_label, count);
  gtk_widget_set_tooltip_text (self->retry_button, refusal);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "items.retry", refusal == NULL);
}

static DexFuture *
retry_fiber (gpointer user_data)
{
  BwItemsPage *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = dex_await_boolean (
      bw_items_retry (GTK_WIDGET (self), self->business, self->job, self->selection), &error);

  if (error != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "job.say", "s", error->message);
  else if (done)
    gtk_widget_activate_action (GTK_WIDGET (self), "job.say", "s",
                                _ ("The job waits to be done again."));

  return dex_future_new_true ();
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  dex_future_disown (bw_fiber_spawn (retry_fiber, g_object_ref (widget), g_object_unref));
}

static void
select_none_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bw_row_selection_clear (BW_ITEMS_PAGE (widget)->selection);
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  BwItemsPage *self = BW_ITEMS_PAGE (widget);

  if (bw_row_selection_get_size (self->selection) == 0)
    return FALSE;

  bw_row_selection_clear (self->selection);

  return TRUE;
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

      adw_status_page_set_title (self->empty_page,
                                 filtered ? _ ("No Item Matches") : _ ("No Items"));
      adw_status_page_set_description (
          self->empty_page, filtered ? _ ("Try other words, or another state.")
                                     : _ ("This job has no items: it is one piece of work."));
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
    {
      bw_row_selection_clear (self->selection);
      bw_item_list_set_filter (self->items, filter);
    }
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
  const char *state =
      position == 0 ? _ ("All") : bw_format_item_state (offered_states[position - 1]);
  gint64 count = position == 0 ? bw_item_counts_total (counts)
                               : counts->in_state[offered_states[position - 1]];
  g_autofree char *number = bw_format_number (count);

  /* Translators: a state and how many items are in it: "Failed (3)" */
  return g_strdup_printf (_ ("%s (%s)"), state, number);
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
  gtk_drop_down_set_selected (self->state_drop_down,
                              selected != GTK_INVALID_LIST_POSITION ? selected : 0);
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

static void
set_narrow (BwItemsPage *self, gboolean narrow)
{
  GHashTableIter iter;
  gpointer cell;

  if (self->narrow == narrow)
    return;

  self->narrow = narrow;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &cell, NULL))
    bw_item_cell_set_narrow (cell, narrow);
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

  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), BW_TYPE_ITEMS_PAGE);
  g_clear_pointer (&self->cells, g_hash_table_unref);
  g_clear_object (&self->items);
  g_clear_object (&self->business);
  g_clear_pointer (&self->job, bw_job_unref);

  G_OBJECT_CLASS (bw_items_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (BW_TYPE_ROW_SELECTION);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-items-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, info_search);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, relation_search);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, state_drop_down);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, state_names);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, export_button);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, view);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, bar);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, count_label);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, retry_button);
  gtk_widget_class_bind_template_child (widget_class, BwItemsPage, selection);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_number_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_name_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_state_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_info_cb);
  gtk_widget_class_bind_template_callback (widget_class, teardown_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_bar);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, refresh_cb);
}

static void
bw_items_page_class_init (BwItemsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_items_page_dispose;
  object_class->get_property = bw_items_page_get_property;
  object_class->set_property = bw_items_page_set_property;

  properties[PROP_NARROW] =
      g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "items.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "items.select-none", NULL, select_none_action);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
bw_items_page_init (BwItemsPage *self)
{
  self->cells = g_hash_table_new (NULL, NULL);
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
  g_return_if_fail (BW_IS_ITEMS_PAGE (self));
  g_return_if_fail (self->items == NULL);

  self->business = g_object_ref (business);
  self->items = bw_item_list_new (business, job);
  g_signal_connect_object (self->items, "counts-changed", G_CALLBACK (counts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->items, "notify", G_CALLBACK (update_page), self,
                           G_CONNECT_SWAPPED);

  bw_row_selection_set_list (self->selection, BW_PAGED_LIST (self->items));
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

/**
 * bw_items_page_set_job:
 * @self: a page
 * @job: (nullable): the job as it now is; %NULL if nothing can be done with it any more
 */
void
bw_items_page_set_job (BwItemsPage *self, BwJob *job)
{
  g_return_if_fail (BW_IS_ITEMS_PAGE (self));

  if (job != NULL)
    bw_job_ref (job);
  g_clear_pointer (&self->job, bw_job_unref);
  self->job = job;
  if (self->items == NULL)
    return;

  gtk_widget_set_visible (self->export_button,
                          bw_business_may (self->business, BW_PERMISSION_EXPORT));
  update_bar (self);
}

/**
 * bw_items_page_get_filter:
 * @self: a page that was opened
 *
 * Returns: (transfer none): which items it shows
 */
const BwItemFilter *
bw_items_page_get_filter (BwItemsPage *self)
{
  g_return_val_if_fail (BW_IS_ITEMS_PAGE (self), NULL);

  return bw_item_list_get_filter (self->items);
}
