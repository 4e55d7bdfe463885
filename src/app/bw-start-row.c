/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-start-row.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "bw-date-entry.h"

struct _BwStartRow
{
  AdwExpanderRow parent_instance;

  BwDateEntry *date_entry;
  GtkEditable *time_entry;
  GtkLabel *error_label;

  BwTime time; /* as it was set: it may have passed meanwhile, and yet stand */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwStartRow, bw_start_row, ADW_TYPE_EXPANDER_ROW)

static gboolean
parse_time (const char *text, int *hour, int *minute)
{
  char rest;

  if (sscanf (text, " %2d : %2d %c", hour, minute, &rest) != 2
      && sscanf (text, " %2d . %2d %c", hour, minute, &rest) != 2)
    return FALSE;

  return *hour >= 0 && *hour < 24 && *minute >= 0 && *minute < 60;
}

/* What is wrong with it, a sentence; NULL if nothing is. */
static const char *
read_time (BwStartRow *self, BwTime *time)
{
  GDate date;
  int hour, minute;
  g_autoptr (GDateTime) moment = NULL;

  if (!bw_date_entry_get_date (self->date_entry, &date))
    return _ ("Say on which day.");
  if (!parse_time (gtk_editable_get_text (self->time_entry), &hour, &minute))
    return _ ("Not a time. Write it as in 14:30.");

  moment = g_date_time_new_local (g_date_get_year (&date), g_date_get_month (&date),
                                  g_date_get_day (&date), hour, minute, 0);
  if (moment == NULL)
    return _ ("There is no such time on this day.");

  *time = g_date_time_to_unix (moment) * BW_TIME_SECOND;
  if (self->time != BW_TIME_NONE && *time == self->time - self->time % BW_TIME_MINUTE)
    *time = self->time;
  else if (*time <= bw_time_now ())
    return _ ("This time has passed.");

  return NULL;
}

static void
changed_cb (BwStartRow *self)
{
  BwTime time;
  const char *fault = adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self))
                          ? read_time (self, &time)
                          : NULL;

  gtk_label_set_text (self->error_label, fault != NULL ? fault : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), fault != NULL);
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self->time_entry), GTK_ACCESSIBLE_STATE_INVALID,
      fault != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
bw_start_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_START_ROW);

  G_OBJECT_CLASS (bw_start_row_parent_class)->dispose (object);
}

static void
bw_start_row_class_init (BwStartRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bw_start_row_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (BW_TYPE_DATE_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-start-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BwStartRow, date_entry);
  gtk_widget_class_bind_template_child (widget_class, BwStartRow, time_entry);
  gtk_widget_class_bind_template_child (widget_class, BwStartRow, error_label);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
bw_start_row_init (BwStartRow *self)
{
  self->time = BW_TIME_NONE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_start_row_set_time:
 * @self: a row
 * @time: when to start; %BW_TIME_NONE: as soon as possible, and the next full hour is proposed
 */
void
bw_start_row_set_time (BwStartRow *self, BwTime time)
{
  BwTime shown =
      time != BW_TIME_NONE ? time : bw_time_now () / BW_TIME_HOUR * BW_TIME_HOUR + BW_TIME_HOUR;
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (shown / BW_TIME_SECOND);
  g_autofree char *clock = g_date_time_format (moment, "%H:%M");
  GDate date;

  g_return_if_fail (BW_IS_START_ROW (self));

  self->time = time;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) g_date_time_get_day_of_month (moment),
                  (GDateMonth) g_date_time_get_month (moment),
                  (GDateYear) g_date_time_get_year (moment));
  bw_date_entry_set_date (self->date_entry, &date);
  gtk_editable_set_text (self->time_entry, clock);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), time != BW_TIME_NONE);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), time != BW_TIME_NONE);
}

/**
 * bw_start_row_get_time:
 * @self: a row
 * @time: (out): when to start; %BW_TIME_NONE: as soon as possible
 *
 * Returns: %FALSE if what was typed can't be used; the row says why
 */
gboolean
bw_start_row_get_time (BwStartRow *self, BwTime *time)
{
  g_return_val_if_fail (BW_IS_START_ROW (self), FALSE);

  *time = BW_TIME_NONE;

  return !adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self))
         || read_time (self, time) == NULL;
}
