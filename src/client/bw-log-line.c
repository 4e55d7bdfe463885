/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-log-line-private.h"

struct _BwLogLine
{
  GObject parent_instance;

  char *text;
  BwTime time;
  guint number;
};

enum
{
  PROP_0,
  PROP_TEXT,
  PROP_TIME,
  PROP_NUMBER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwLogLine, bw_log_line, G_TYPE_OBJECT)

static void
bw_log_line_finalize (GObject *object)
{
  g_free (BW_LOG_LINE (object)->text);
  G_OBJECT_CLASS (bw_log_line_parent_class)->finalize (object);
}

static void
bw_log_line_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwLogLine *self = BW_LOG_LINE (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_TIME:
      g_value_set_int64 (value, self->time);
      break;
    case PROP_NUMBER:
      g_value_set_uint (value, self->number);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_log_line_class_init (BwLogLineClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = bw_log_line_finalize;
  object_class->get_property = bw_log_line_get_property;
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_TIME] =
      g_param_spec_int64 ("time", NULL, NULL, G_MININT64, G_MAXINT64, BW_TIME_NONE, flags);
  properties[PROP_NUMBER] = g_param_spec_uint ("number", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_log_line_init (BwLogLine *self)
{
  self->time = BW_TIME_NONE;
}

/**
 * bw_log_line_new:
 * @bytes: the line as it is in the log, without its line feed
 * @length: of it in bytes
 * @number: from 1
 *
 * Takes a line apart. What is not valid UTF-8 is replaced.
 *
 * Returns: (transfer full): the line
 */
BwLogLine *
bw_log_line_new (const char *bytes, gsize length, guint number)
{
  BwLogLine *self = g_object_new (BW_TYPE_LOG_LINE, NULL);
  const char *space = memchr (bytes, ' ', MIN (length, BW_TIME_STRING_SIZE));

  if (length > 0 && bytes[length - 1] == '\r')
    length--;
  if (space != NULL && space < bytes + length)
    {
      g_autofree char *time = g_strndup (bytes, (gsize) (space - bytes));

      if (bw_time_parse (time, &self->time))
        {
          length -= (gsize) (space + 1 - bytes);
          bytes = space + 1;
        }
    }
  self->text = g_utf8_make_valid (bytes, (gssize) length);
  self->number = number;
  return self;
}

/**
 * bw_log_line_get_text:
 * @self: a line
 *
 * Returns: (transfer none): what it says, without the time and the line's end
 */
const char *
bw_log_line_get_text (BwLogLine *self)
{
  g_return_val_if_fail (BW_IS_LOG_LINE (self), NULL);

  return self->text;
}

/**
 * bw_log_line_get_time:
 * @self: a line
 *
 * Returns: when it was written; %BW_TIME_NONE if it does not say
 */
BwTime
bw_log_line_get_time (BwLogLine *self)
{
  g_return_val_if_fail (BW_IS_LOG_LINE (self), BW_TIME_NONE);

  return self->time;
}

/**
 * bw_log_line_get_number:
 * @self: a line
 *
 * Returns: which line of the log it is, from 1
 */
guint
bw_log_line_get_number (BwLogLine *self)
{
  g_return_val_if_fail (BW_IS_LOG_LINE (self), 0);

  return self->number;
}
