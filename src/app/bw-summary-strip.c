/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-summary-strip.h"

#include "bw-format.h"

/* The four cards, in their order. */
enum
{
  TOTAL,
  ACTIVE,
  COMPLETED,
  FAILED,
  N_CARDS
};

struct _BwSummaryStrip
{
  AdwBin parent_instance;

  GtkWidget *cards[N_CARDS];
  GtkLabel *figures[N_CARDS];
  GtkLabel *captions[N_CARDS];
};

G_DEFINE_FINAL_TYPE (BwSummaryStrip, bw_summary_strip, ADW_TYPE_BIN)

static const char *const card_names[N_CARDS] = { "total", "active", "completed", "failed" };

static const BwJobStates card_states[N_CARDS] = {
  BW_JOB_STATES_ALL,
  BW_JOB_STATES_ACTIVE,
  BW_JOB_STATES_COMPLETED,
  BW_JOB_STATES_FAILED,
};

static void
bw_summary_strip_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_SUMMARY_STRIP);

  G_OBJECT_CLASS (bw_summary_strip_parent_class)->dispose (object);
}

static void
bw_summary_strip_class_init (BwSummaryStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_summary_strip_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/batchwork/Batchwork/bw-summary-strip.ui");

  for (guint i = 0; i < N_CARDS; i++)
    {
      g_autofree char *card = g_strdup_printf ("%s_card", card_names[i]);
      g_autofree char *figure = g_strdup_printf ("%s_label", card_names[i]);
      g_autofree char *caption = g_strdup_printf ("%s_caption", card_names[i]);

      gtk_widget_class_bind_template_child_full (widget_class, card, FALSE,
                                                 G_STRUCT_OFFSET (BwSummaryStrip, cards[i]));
      gtk_widget_class_bind_template_child_full (widget_class, figure, FALSE,
                                                 G_STRUCT_OFFSET (BwSummaryStrip, figures[i]));
      gtk_widget_class_bind_template_child_full (widget_class, caption, FALSE,
                                                 G_STRUCT_OFFSET (BwSummaryStrip, captions[i]));
    }
}

static void
bw_summary_strip_init (BwSummaryStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  bw_summary_strip_set_summary (self, NULL);
}

/**
 * bw_summary_strip_new:
 *
 * Returns: (transfer floating): a strip without figures
 */
GtkWidget *
bw_summary_strip_new (void)
{
  return g_object_new (BW_TYPE_SUMMARY_STRIP, NULL);
}

/**
 * bw_summary_strip_set_summary:
 * @self: a strip
 * @summary: (nullable): the figures; %NULL while they are not known
 */
void
bw_summary_strip_set_summary (BwSummaryStrip *self, const BwSummary *summary)
{
  g_return_if_fail (BW_IS_SUMMARY_STRIP (self));

  for (guint i = 0; i < N_CARDS; i++)
    {
      g_autofree char *figure = NULL;
      g_autofree char *spoken = NULL;
      gint64 count = summary != NULL ? bw_summary_count (summary, card_states[i]) : 0;

      figure = summary != NULL ? bw_format_count (count, summary->is_exact || count == 0)
                               : g_strdup ("–");
      gtk_label_set_text (self->figures[i], figure);

      spoken = g_strdup_printf ("%s: %s", gtk_label_get_text (self->captions[i]), figure);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->cards[i]),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);

      if (i == FAILED && count > 0)
        gtk_widget_add_css_class (GTK_WIDGET (self->figures[i]), "error");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (self->figures[i]), "error");
    }
}
