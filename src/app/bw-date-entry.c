/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-date-entry.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bw-dates.h"

struct _BwDateEntry
{
  GtkWidget parent_instance;

  GtkEntry *entry;
  GtkMenuButton *button;
  GtkPopover *popover;
  GtkCalendar *calendar;
  GtkButton *clear_button;
  GtkLabel *error_label;

  GDate date; /* cleared: none */
  char *title;
  gboolean filling; /* the program, not the user, sets the calendar */
};

enum
{
  PROP_0,
  PROP_TITLE,
  N_PROPS
};

enum
{
  DATE_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BwDateEntry, bw_date_entry, GTK_TYPE_WIDGET)

static void
show_error (BwDateEntry *self, const char *sentence)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (self->entry);

  gtk_label_set_text (self->error_label, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), sentence != NULL);

  if (sentence != NULL)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
      gtk_accessible_update_state (accessible, GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_accessible_update_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence,
                                      -1);
      gtk_accessible_announce (accessible, sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
      gtk_accessible_reset_state (accessible, GTK_ACCESSIBLE_STATE_INVALID);
      gtk_accessible_reset_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
    }
}

static void
show_date (BwDateEntry *self)
{
  g_autofree char *text = g_date_valid (&self->date) ? bw_date_format (&self->date) : g_strdup ("");

  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->clear_button), g_date_valid (&self->date));
  show_error (self, NULL);
}

static void
take_date (BwDateEntry *self, const GDate *date)
{
  gboolean same = g_date_valid (date) == g_date_valid (&self->date)
                  && (!g_date_valid (date) || g_date_compare (date, &self->date) == 0);

  self->date = *date;
  show_date (self);
  if (!same)
    g_signal_emit (self, signals[DATE_CHANGED], 0);
}

static void
read_entry (BwDateEntry *self)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  GDate today, date;

  g_date_clear (&date, 1);
  bw_date_today (&today, zone);

  if (text[strspn (text, " \t")] == 0 || bw_date_parse (text, &today, &date))
    {
      take_date (self, &date);
    }
  else
    {
      g_autofree char *example = bw_date_format (&today);
      g_autofree char *iso = bw_date_to_iso (&today);
      g_autofree char *sentence = NULL;

      sentence = g_str_equal (example, iso)
                     ? g_strdup_printf (_ ("Not a date. Write it as in %s."), example)
                     : g_strdup_printf (_ ("Not a date. Write it as in %s or %s."), example, iso);
      show_error (self, sentence);
    }
}

static void
activate_cb (BwDateEntry *self)
{
  read_entry (self);
}

static void
focus_leave_cb (BwDateEntry *self)
{
  read_entry (self);
}

static gboolean
key_pressed_cb (BwDateEntry *self, guint keyval, guint keycode, GdkModifierType state)
{
  switch (keyval)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      gtk_menu_button_popup (self->button);
      return GDK_EVENT_STOP;

    case GDK_KEY_Escape:
      if (!gtk_widget_get_visible (GTK_WIDGET (self->error_label)))
        return GDK_EVENT_PROPAGATE;
      show_date (self);
      return GDK_EVENT_STOP;

    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
popover_show_cb (BwDateEntry *self)
{
  g_autoptr (GDateTime) shown = NULL;

  if (g_date_valid (&self->date))
    shown =
        g_date_time_new_local (g_date_get_year (&self->date), (int) g_date_get_month (&self->date),
                               g_date_get_day (&self->date), 12, 0, 0);
  else
    shown = g_date_time_new_now_local ();

  self->filling = TRUE;
  gtk_calendar_select_day (self->calendar, shown);
  self->filling = FALSE;
  gtk_widget_grab_focus (GTK_WIDGET (self->calendar));
}

static void
take_calendar (BwDateEntry *self)
{
  g_autoptr (GDateTime) selected = gtk_calendar_get_date (self->calendar);
  int year, month, day;
  GDate date;

  g_date_time_get_ymd (selected, &year, &month, &day);
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  gtk_popover_popdown (self->popover);
  take_date (self, &date);
}

/* The day that a key leads to from @day; NULL for keys that lead nowhere. */
static GDateTime *
move_by_key (BwDateEntry *self, GDateTime *day, guint keyval)
{
  int ahead = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? -1 : 1;
  int of_month = g_date_time_get_day_of_month (day);

  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return g_date_time_add_days (day, -ahead);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return g_date_time_add_days (day, ahead);
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return g_date_time_add_days (day, -7);
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return g_date_time_add_days (day, 7);
    case GDK_KEY_Page_Up:
      return g_date_time_add_months (day, -1);
    case GDK_KEY_Page_Down:
      return g_date_time_add_months (day, 1);
    case GDK_KEY_Home:
      return g_date_time_add_days (day, 1 - of_month);
    case GDK_KEY_End:
      {
        GDateMonth month = (GDateMonth) g_date_time_get_month (day);
        GDateYear year = (GDateYear) g_date_time_get_year (day);

        return g_date_time_add_days (day, g_date_get_days_in_month (month, year) - of_month);
      }
    default:
      return NULL;
    }
}

/* GTK's own keys move a mark that starts in a corner. These start from the day that is shown. */
static gboolean
calendar_key_cb (BwDateEntry *self, guint keyval, guint keycode, GdkModifierType state)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autoptr (GDateTime) other = NULL;
  g_autofree char *spoken = NULL;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0
      || !gtk_widget_is_focus (GTK_WIDGET (self->calendar)))
    return GDK_EVENT_PROPAGATE;

  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_space)
    {
      take_calendar (self);
      return GDK_EVENT_STOP;
    }

  other = move_by_key (self, day, keyval);
  if (other == NULL)
    return GDK_EVENT_PROPAGATE;

  self->filling = TRUE;
  gtk_calendar_select_day (self->calendar, other);
  self->filling = FALSE;

  /* Translators: a day as a screen reader says it, in g_date_time_format()'s terms */
  spoken = g_date_time_format (other, _ ("%A, %-d %B %Y"));
  gtk_accessible_announce (GTK_ACCESSIBLE (self->calendar), spoken,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);

  return GDK_EVENT_STOP;
}

static void
day_selected_cb (BwDateEntry *self)
{
  if (!self->filling)
    take_calendar (self);
}

static void
clear_cb (BwDateEntry *self)
{
  GDate none;

  g_date_clear (&none, 1);
  gtk_popover_popdown (self->popover);
  take_date (self, &none);
}

static gboolean
bw_date_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (BW_DATE_ENTRY (widget)->entry));
}

static void
set_title (BwDateEntry *self, const char *title)
{
  g_autofree char *button_label = g_strdup_printf (_ ("%s: choose from a calendar"), title);

  if (!g_set_str (&self->title, title))
    return;

  gtk_entry_set_placeholder_text (self->entry, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  button_label, -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

static void
bw_date_entry_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  BwDateEntry *self = BW_DATE_ENTRY (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_date_entry_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_TITLE:
      set_title (BW_DATE_ENTRY (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_date_entry_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_DATE_ENTRY);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (bw_date_entry_parent_class)->dispose (object);
}

static void
bw_date_entry_finalize (GObject *object)
{
  g_free (BW_DATE_ENTRY (object)->title);

  G_OBJECT_CLASS (bw_date_entry_parent_class)->finalize (object);
}

static void
bw_date_entry_class_init (BwDateEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = bw_date_entry_dispose;
  object_class->finalize = bw_date_entry_finalize;
  object_class->get_property = bw_date_entry_get_property;
  object_class->set_property = bw_date_entry_set_property;
  widget_class->grab_focus = bw_date_entry_grab_focus;

  /**
   * BwDateEntry:title:
   *
   * What the day is for, shown while there is none and told to screen readers.
   */
  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DATE_CHANGED] = g_signal_new ("date-changed", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-date-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, BwDateEntry, entry);
  gtk_widget_class_bind_template_child (widget_class, BwDateEntry, button);
  gtk_widget_class_bind_template_child (widget_class, BwDateEntry, popover);
  gtk_widget_class_bind_template_child (widget_class, BwDateEntry, calendar);
  gtk_widget_class_bind_template_child (widget_class, BwDateEntry, clear_button);
  gtk_widget_class_bind_template_child (widget_class, BwDateEntry, error_label);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, focus_leave_cb);
  gtk_widget_class_bind_template_callback (widget_class, popover_show_cb);
  gtk_widget_class_bind_template_callback (widget_class, calendar_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, day_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
}

static void
bw_date_entry_init (BwDateEntry *self)
{
  g_date_clear (&self->date, 1);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bw_date_entry_new:
 *
 * Returns: (transfer floating): an entry without a day
 */
GtkWidget *
bw_date_entry_new (void)
{
  return g_object_new (BW_TYPE_DATE_ENTRY, NULL);
}

/**
 * bw_date_entry_get_date:
 * @self: an entry
 * @date: (out): the day; cleared without one
 *
 * Returns: whether there is a day
 */
gboolean
bw_date_entry_get_date (BwDateEntry *self, GDate *date)
{
  g_return_val_if_fail (BW_IS_DATE_ENTRY (self), FALSE);

  *date = self->date;

  return g_date_valid (date);
}

/**
 * bw_date_entry_set_date:
 * @self: an entry
 * @date: the day to show; a cleared one for none
 *
 * Does not emit "date-changed".
 */
void
bw_date_entry_set_date (BwDateEntry *self, const GDate *date)
{
  g_return_if_fail (BW_IS_DATE_ENTRY (self));

  if (g_date_valid (date) == g_date_valid (&self->date)
      && (!g_date_valid (date) || g_date_compare (date, &self->date) == 0))
    return;

  self->date = *date;
  show_date (self);
}
