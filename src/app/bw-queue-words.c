/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-queue-words.h"

#include <glib/gi18n.h>

#include "bw-figure-words.h"

typedef enum
{
  PAUSED,
  DESERTED, /* jobs wait, and no worker asks for them */
  STALLED,
  PROCESSING,
  WAITING,
  SCHEDULED,
  IDLE,
} QueueState;

static const struct
{
  const char *words;
  const char *style;
  const char *icon;
} states[] = {
  [PAUSED] = { N_ ("Paused"), "warning", "bw-paused-symbolic" },
  [DESERTED] = { N_ ("No Worker"), "error", "bw-failed-symbolic" },
  [STALLED] = { N_ ("Stalled"), "warning", "bw-stalled-symbolic" },
  [PROCESSING] = { N_ ("Processing"), "accent", "bw-processing-symbolic" },
  [WAITING] = { N_ ("Waiting"), NULL, "bw-queued-symbolic" },
  [SCHEDULED] = { N_ ("Scheduled"), NULL, "bw-scheduled-symbolic" },
  [IDLE] = { N_ ("Idle"), "zero", "bw-success-symbolic" },
};

static QueueState
get_state (const BwQueueInfo *queue)
{
  if (queue->paused != NULL)
    return PAUSED;
  if (queue->queued > 0 && queue->workers == 0)
    return DESERTED;
  if (queue->stalled > 0)
    return STALLED;
  if (queue->processing > 0)
    return PROCESSING;

  if (queue->queued > 0)
    return WAITING;

  return queue->scheduled > 0 ? SCHEDULED : IDLE;
}

/**
 * bw_queue_get_state_words:
 * @queue: a queue
 *
 * Returns: (transfer none): what state it is in, in the user's language
 */
const char *
bw_queue_get_state_words (const BwQueueInfo *queue)
{
  return _ (states[get_state (queue)].words);
}

/**
 * bw_queue_get_state_style:
 * @queue: a queue
 *
 * Returns: (transfer none) (nullable): the CSS class for its state
 */
const char *
bw_queue_get_state_style (const BwQueueInfo *queue)
{
  return states[get_state (queue)].style;
}

/**
 * bw_queue_get_state_icon:
 * @queue: a queue
 *
 * Returns: (transfer none): the name of the symbolic icon for its state
 */
const char *
bw_queue_get_state_icon (const BwQueueInfo *queue)
{
  return states[get_state (queue)].icon;
}

/**
 * bw_queue_describe:
 * @queue: a queue
 *
 * Returns: (transfer full): its figures in a line, "12 waiting · 3 processing · 1 failed"; those
 *   that are 0 are left out
 */
char *
bw_queue_describe (const BwQueueInfo *queue)
{
  GString *text = g_string_new (NULL);

  /* Translators: how many jobs of a queue wait, and so on */
  bw_figure_words_append (text, queue->queued, _ ("%s waiting"));
  bw_figure_words_append (text, queue->scheduled, _ ("%s scheduled"));
  bw_figure_words_append (text, queue->processing, _ ("%s processing"));
  bw_figure_words_append (text, queue->failed_day, _ ("%s failed in 24 h"));

  return g_string_free_and_steal (text);
}
