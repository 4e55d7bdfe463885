/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-log.h"

#include <stdio.h>

#include "bw-error.h"

/* The least serious level that is still written. Set once, before any thread is started. */
static GLogLevelFlags least = G_LOG_LEVEL_INFO;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  g_autofree char *line = NULL;

  /* A more serious level is a smaller flag. */
  if ((level & G_LOG_LEVEL_MASK) > least)
    return G_LOG_WRITER_HANDLED;
  if (g_log_writer_is_journald (fileno (stderr)))
    return g_log_writer_journald (level, fields, n_fields, user_data);
  line = g_log_writer_format_fields (level, fields, n_fields,
                                     g_log_writer_supports_color (fileno (stderr)));
  fprintf (stderr, "%s\n", line);
  return G_LOG_WRITER_HANDLED;
}

/**
 * bw_log_init:
 * @level: "error", "warning", "info" or "debug"
 * @error: set when there is no such level
 *
 * Sends everything logged to the journal with its fields when standard error is connected to it, or
 * as lines to standard error. To be called once, before any thread is started.
 *
 * Returns: whether the level is known
 */
gboolean
bw_log_init (const char *level, GError **error)
{
  static const struct
  {
    const char *name;
    GLogLevelFlags level;
  } levels[] = {
    { "error", G_LOG_LEVEL_CRITICAL },
    { "warning", G_LOG_LEVEL_WARNING },
    { "info", G_LOG_LEVEL_INFO },
    { "debug", G_LOG_LEVEL_DEBUG },
  };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (g_strcmp0 (level, levels[i].name) == 0)
      {
        least = levels[i].level;
        g_log_set_writer_func (write_log, NULL, NULL);
        return TRUE;
      }
  bw_set_error (error, BW_ERROR_INVALID,
                "There is no log level “%s”; choose error, warning, info or debug.", level);
  return FALSE;
}
