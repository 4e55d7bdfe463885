/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which pages of a list are asked for, and when: those that were looked at last, two at a time.
 */
#include "bw-paged-list-private.h"

#include "bw-dex.h"

#define MAX_REQUESTS 2
/* A list view holds some 200 rows: that and what is about to be seen, in pages of whatever size. */
#define RECENT_SPANS 6
#define RECENT_ROWS 600
#define DISPATCH_DELAY 4
#define MAX_REPEATS 3
#define RECONCILE_DELAY 50
#define FIRST_RETRY 500
#define MAX_RETRY (30 * 1000)

static void
request_clear (gpointer data)
{
  BwPagedRequest *request = data;

  g_weak_ref_clear (&request->list);
  dex_clear (&request->answer);
  dex_clear (&request->cancellable);
  g_array_unref (request->moves);
  g_ptr_array_unref (request->events);
}

static void
request_unref (gpointer data)
{
  g_rc_box_release_full (data, request_clear);
}

static BwRowSpan *
find_span_of (BwPagedListPrivate *priv, guint serial)
{
  for (guint i = 0; i < priv->map->spans->len; i++)
    {
      BwRowSpan *span = g_ptr_array_index (priv->map->spans, i);

      if (span->request == serial)
        return span;
    }
  return NULL;
}

/* Takes a request off the list's books. */
static void
end_request (BwPagedListPrivate *priv, BwPagedRequest *request)
{
  BwRowSpan *span;

  while ((span = find_span_of (priv, request->serial)) != NULL)
    span->request = 0;
  request->over = TRUE;
  if (g_ptr_array_remove (priv->requests, request))
    request_unref (request);
}

static void
cancel_request (BwPagedListPrivate *priv, BwPagedRequest *request)
{
  g_autoptr (DexCancellable) cancellable = dex_ref (request->cancellable);

  end_request (priv, request);
  dex_cancellable_cancel (cancellable);
}

/**
 * bw_paged_list_cancel_all:
 * @self: a list
 *
 * Drops every request that is under way.
 */
void
bw_paged_list_cancel_all (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  while (priv->requests->len > 0)
    cancel_request (priv, g_ptr_array_index (priv->requests, 0));
}

static void
update_loading (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  gboolean loading = priv->starting && !priv->holding;

  for (guint i = 0; i < priv->requests->len && !loading; i++)
    loading = !((BwPagedRequest *) g_ptr_array_index (priv->requests, i))->quiet;
  bw_paged_list_set_loading (self, loading);
}

static gboolean
retry_cb (gpointer user_data)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (BW_PAGED_LIST (user_data));

  priv->retry_source = 0;
  bw_paged_list_release (BW_PAGED_LIST (user_data));
  return G_SOURCE_REMOVE;
}

static void
schedule_retry (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint delay = MIN (MAX_RETRY, FIRST_RETRY << MIN (priv->failures, 16));

  priv->failures++;
  g_clear_handle_id (&priv->retry_source, g_source_remove);
  priv->retry_source =
      g_timeout_add ((guint) (delay * g_random_double_range (0.75, 1.25)), retry_cb, self);
}

static void
take_failure (BwPagedList *self, GError *error)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint n_items = priv->n_items;

  priv->holding = TRUE;
  if (bw_client_error_is_transient (error))
    schedule_retry (self);
  /* What was shown of another filter must not be taken for what this one lets through. */
  if (priv->starting && n_items > 0)
    {
      bw_row_map_clear (priv->map);
      priv->n_items = 0;
      bw_paged_list_emit (self, 0, n_items, 0);
    }
  bw_paged_list_take_error (self, error);
  bw_paged_list_update_stale (self);
}

/* Where the answer's rows are by now: events may have moved them since the server read them. */
static gboolean
translate (BwPagedList *self, BwPagedRequest *request, BwPagedPage *page, guint *offset)
{
  guint n = page->rows->len;
  gint64 position = request->offset;
  gboolean is_torn = FALSE;
  BwPagedEntry *anchor;
  guint anchored;

  for (guint i = 0; i < request->moves->len; i++)
    {
      const BwRowMove *move = &g_array_index (request->moves, BwRowMove, i);

      if (move->revision <= page->revision)
        continue;
      page->total += move->delta;
      if (move->position < position || (move->position == position && move->delta > 0))
        position += move->delta;
      else if (move->position < position + n)
        is_torn = TRUE;
    }
  *offset = (guint) MAX (position, 0);
  anchor = request->anchor != 0 ? bw_paged_list_lookup (self, request->anchor) : NULL;
  if (anchor != NULL
      && bw_row_map_locate (bw_paged_list_get_private (self)->map, anchor, &anchored))
    *offset = anchored + 1;
  return !is_torn;
}

/* What happened after the server read the page, and may have been of no use before it came. */
static void
apply_again (BwPagedList *self, BwPagedRequest *request, gint64 revision)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_unref);

  for (guint i = 0; i < request->events->len; i++)
    {
      BwEvent *event = g_ptr_array_index (request->events, i);

      if (event->revision > revision
          && (event->kind == BW_EVENT_JOB || event->kind == BW_EVENT_DELETED))
        g_ptr_array_add (events, bw_event_ref (event));
    }
  if (events->len > 0)
    BW_PAGED_LIST_GET_CLASS (self)->apply_events (self, events);
}

static void
send_request (BwPagedList *self, guint offset, guint limit, BwRowSpan *span, guint repeats);

static void
take_page (BwPagedList *self, BwPagedRequest *request, const GValue *value)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedPage page = { 0 };
  gboolean is_torn;
  guint offset;

  BW_PAGED_LIST_GET_CLASS (self)->read_page (self, value, &page);
  priv->failures = 0;
  bw_paged_list_take_error (self, NULL);
  is_torn = !translate (self, request, &page, &offset);
  if (is_torn && request->repeats < MAX_REPEATS)
    send_request (self, request->offset, request->limit,
                  bw_row_map_find (priv->map, request->offset), request->repeats + 1);
  else if (bw_paged_list_apply (self, offset, &page))
    {
      /* Rows may be back where an event has taken them away. */
      if (is_torn)
        bw_paged_list_reconcile (self);
      apply_again (self, request, page.revision);
      bw_row_map_evict (priv->map, BW_PAGED_MAX_ROWS);
      bw_event_stream_start (priv->stream, page.revision);
      bw_paged_list_set_loaded (self, TRUE);
      bw_paged_list_update_stale (self);
    }
  g_free (page.next);
}

static DexFuture *
request_fiber (gpointer data)
{
  BwPagedRequest *request = data;
  g_autoptr (DexFuture) answer =
      bw_dex_unless (g_steal_pointer (&request->answer), request->cancellable);
  g_autoptr (BwPagedList) self = NULL;
  GError *error = NULL;

  dex_await (dex_ref (answer), &error);
  self = g_weak_ref_get (&request->list);
  /* As long as the request is on the books, it is told how its rows move. */
  if (self != NULL && !request->over)
    bw_paged_list_flush (self);
  if (self == NULL || request->over)
    {
      g_clear_error (&error);
      return dex_future_new_true ();
    }
  end_request (bw_paged_list_get_private (self), request);
  if (error == NULL)
    take_page (self, request, dex_future_get_value (answer, NULL));
  else
    take_failure (self, error);
  update_loading (self);
  bw_paged_list_want (self);
  return dex_future_new_true ();
}

/* What comes after rows that are known is cheaper for the server to find by their cursor. But what
 * is read again is read to find out whether rows are where they are thought to be. */
static const char *
find_cursor (BwPagedListPrivate *priv, BwRowSpan *span, guint offset, gint64 *anchor)
{
  BwRowSpan *before = offset > 0 ? bw_row_map_find (priv->map, offset - 1) : NULL;

  if (span == NULL || span->requested || before == NULL || !before->complete || before->next == NULL
      || before->generation != priv->generation || before->start + before->slots->len != offset)
    return NULL;
  *anchor = bw_paged_entry_get_id (g_ptr_array_index (before->slots, before->slots->len - 1));
  return before->next;
}

static void
send_request (BwPagedList *self, guint offset, guint limit, BwRowSpan *span, guint repeats)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedRequest *request = g_rc_box_new0 (BwPagedRequest);
  const char *cursor;

  g_weak_ref_init (&request->list, self);
  request->serial = ++priv->last_serial;
  request->epoch = priv->epoch;
  request->offset = offset;
  request->limit = limit;
  request->repeats = repeats;
  request->sent_clock = priv->map->clock;
  request->quiet = !priv->starting && (span == NULL || span->complete);
  request->cancellable = dex_cancellable_new ();
  request->moves = g_array_new (FALSE, FALSE, sizeof (BwRowMove));
  request->events = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_event_unref);
  cursor = find_cursor (priv, span, offset, &request->anchor);
  if (span != NULL)
    {
      span->request = request->serial;
      span->requested = TRUE;
    }
  request->answer = BW_PAGED_LIST_GET_CLASS (self)->fetch (self, offset, limit, cursor);
  g_ptr_array_add (priv->requests, request);
  dex_future_disown (bw_dex_spawn (request_fiber, g_rc_box_acquire (request), request_unref));
}

static gboolean
is_needed (BwPagedListPrivate *priv, BwRowSpan *span)
{
  return !span->complete || span->generation != priv->generation;
}

static int
compare_touched (gconstpointer a, gconstpointer b)
{
  const BwRowSpan *first = *(BwRowSpan *const *) a;
  const BwRowSpan *second = *(BwRowSpan *const *) b;

  return (second->touched > first->touched) - (second->touched < first->touched);
}

/* The spans that were looked at last, the latest first. */
static GPtrArray *
get_recent (BwPagedListPrivate *priv)
{
  GPtrArray *recent = g_ptr_array_new ();
  guint n = MAX (RECENT_SPANS, RECENT_ROWS / priv->page_size);

  g_ptr_array_extend (recent, priv->map->spans, NULL, NULL);
  g_ptr_array_sort (recent, compare_touched);
  if (recent->len > n)
    g_ptr_array_set_size (recent, (int) n);
  return recent;
}

static guint
count_waiting (BwPagedListPrivate *priv, GPtrArray *recent)
{
  guint waiting = 0;

  for (guint i = 0; i < recent->len; i++)
    {
      BwRowSpan *span = g_ptr_array_index (recent, i);

      waiting += is_needed (priv, span) && span->request == 0;
    }
  return waiting;
}

/* Whether it is for what was looked at last, or was looked at again since it was sent. */
static gboolean
is_wanted (BwPagedListPrivate *priv, BwPagedRequest *request, GPtrArray *recent)
{
  for (guint i = 0; i < priv->map->spans->len; i++)
    {
      BwRowSpan *span = g_ptr_array_index (priv->map->spans, i);

      if (span->request == request->serial
          && (span->touched > request->sent_clock || g_ptr_array_find (recent, span, NULL)))
        return TRUE;
    }
  return FALSE;
}

/* Makes room for what is looked at now by dropping what was scrolled past. */
static void
drop_unwanted (BwPagedListPrivate *priv, GPtrArray *recent)
{
  guint waiting = count_waiting (priv, recent);

  for (guint i = priv->requests->len; i > 0 && waiting > 0; i--)
    {
      BwPagedRequest *request = g_ptr_array_index (priv->requests, i - 1);

      if (priv->requests->len >= MAX_REQUESTS && !is_wanted (priv, request, recent))
        cancel_request (priv, request);
    }
}

/* Asks for a span and, as far as a page reaches, for what has to be asked for right after it: so
 * spans that events and other pages have cut up become whole again. */
static void
send_for_span (BwPagedList *self, BwRowSpan *span)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint page_size = priv->page_size;
  guint length = span->slots->len;
  guint end = span->start + length;
  BwRowSpan *next;

  while ((next = bw_row_map_find (priv->map, end)) != NULL && is_needed (priv, next)
         && next->request == 0 && length + next->slots->len <= page_size)
    {
      next->request = priv->last_serial + 1;
      length += next->slots->len;
      end += next->slots->len;
    }
  send_request (self, span->start, length, span, 0);
}

/* A span of which rows were shown, even if some of them turned out to belong elsewhere. */
static gboolean
was_loaded (const BwRowSpan *span)
{
  return span->complete || span->revision != 0;
}

/* What is shown and may be wrong, but is not among the spans looked at last. */
static BwRowSpan *
find_outdated (BwPagedListPrivate *priv)
{
  BwRowSpan *found = NULL;

  for (guint i = 0; i < priv->map->spans->len; i++)
    {
      BwRowSpan *span = g_ptr_array_index (priv->map->spans, i);

      if (was_loaded (span) && is_needed (priv, span) && span->request == 0
          && span->touched > priv->refresh_clock
          && (found == NULL || span->touched > found->touched))
        found = span;
    }
  return found;
}

static void
send_wanted (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  guint page_size = priv->page_size;
  g_autoptr (GPtrArray) recent = get_recent (priv);
  BwRowSpan *outdated;

  if (recent->len == 0 && priv->empty_generation != priv->generation && priv->requests->len == 0)
    send_request (self, 0, page_size, NULL, 0);
  drop_unwanted (priv, recent);
  for (guint i = 0; i < recent->len && priv->requests->len < MAX_REQUESTS; i++)
    {
      BwRowSpan *span = g_ptr_array_index (recent, i);

      if (is_needed (priv, span) && span->request == 0)
        send_for_span (self, span);
    }
  while (priv->requests->len < MAX_REQUESTS && (outdated = find_outdated (priv)) != NULL)
    send_for_span (self, outdated);
}

static gboolean
dispatch_cb (gpointer user_data)
{
  BwPagedList *self = BW_PAGED_LIST (user_data);
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  priv->dispatch_source = 0;
  if (priv->holding)
    return G_SOURCE_REMOVE;
  if (!priv->starting)
    send_wanted (self);
  else if (priv->requests->len == 0)
    send_request (self, 0, priv->page_size, NULL, 0);
  update_loading (self);
  return G_SOURCE_REMOVE;
}

/**
 * bw_paged_list_want:
 * @self: a list
 *
 * Says that something may have to be asked for. What exactly is decided in a moment: who jumps over
 * many rows looks at each of them on the way.
 */
void
bw_paged_list_want (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  if (priv->business == NULL || priv->holding || priv->dispatch_source != 0)
    return;
  priv->dispatch_source = g_timeout_add (DISPATCH_DELAY, dispatch_cb, self);
}

/**
 * bw_paged_list_release:
 * @self: a list
 *
 * Says that there is a reason to try again, if a request failed.
 */
void
bw_paged_list_release (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  if (!priv->holding)
    return;
  priv->holding = FALSE;
  g_clear_handle_id (&priv->retry_source, g_source_remove);
  bw_paged_list_want (self);
}

/**
 * bw_paged_list_restart:
 * @self: a list
 *
 * Says that another list is meant from now on. The rows of before stay until its first page is
 * here.
 */
void
bw_paged_list_restart (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  bw_paged_list_cancel_all (self);
  priv->epoch++;
  priv->starting = TRUE;
  priv->holding = FALSE;
  priv->failures = 0;
  g_clear_handle_id (&priv->retry_source, g_source_remove);
  bw_paged_list_set_loaded (self, FALSE);
  bw_paged_list_take_error (self, NULL);
  update_loading (self);
  bw_paged_list_want (self);
}

/**
 * bw_paged_list_refresh:
 * @self: a list
 *
 * Asks anew, at once, for what was looked at last; the rest when it is looked at.
 */
void
bw_paged_list_refresh (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);

  priv->generation++;
  priv->refresh_clock = priv->map->clock;
  priv->reconciled_at = g_get_monotonic_time ();
  g_clear_handle_id (&priv->reconcile_source, g_source_remove);
  priv->holding = FALSE;
  g_clear_handle_id (&priv->retry_source, g_source_remove);
  bw_paged_list_want (self);
}

static gboolean
reconcile_cb (gpointer user_data)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (BW_PAGED_LIST (user_data));

  priv->reconcile_source = 0;
  bw_paged_list_refresh (BW_PAGED_LIST (user_data));
  return G_SOURCE_REMOVE;
}

/**
 * bw_paged_list_reconcile:
 * @self: a list
 *
 * Says that something changed of which it can't be known here where it belongs. What was looked at
 * last is read again, soon, but not more often than the class says.
 */
void
bw_paged_list_reconcile (BwPagedList *self)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  gint64 wait;

  if (priv->starting || priv->reconcile_source != 0)
    return;
  wait = priv->reconciled_at - g_get_monotonic_time ()
         + BW_PAGED_LIST_GET_CLASS (self)->reconcile_interval * G_TIME_SPAN_MILLISECOND;
  priv->reconcile_source =
      g_timeout_add (MAX (RECONCILE_DELAY, (guint) (MAX (wait, 0) / 1000)), reconcile_cb, self);
}

/**
 * bw_paged_list_get_entry:
 * @self: a list
 * @position: a row's position
 *
 * Looks at a row: it is loaded if it is not known, or may be wrong.
 *
 * Returns: (transfer none) (nullable): its entry, maybe a placeholder; %NULL past the end
 */
BwPagedEntry *
bw_paged_list_get_entry (BwPagedList *self, guint position)
{
  BwPagedListPrivate *priv = bw_paged_list_get_private (self);
  BwPagedListClass *class = BW_PAGED_LIST_GET_CLASS (self);
  BwRowSpan *span;

  if (position >= priv->n_items)
    return NULL;
  span = bw_row_map_find (priv->map, position);
  if (span == NULL)
    {
      /* Who runs through all rows leaves nothing but placeholders behind. */
      bw_row_map_evict (priv->map, BW_PAGED_MAX_ROWS);
      span = bw_row_map_open (priv->map, position, priv->page_size, priv->n_items);
    }
  bw_row_map_touch (priv->map, span);
  if (bw_row_map_get (priv->map, position) == NULL)
    {
      g_autoptr (BwPagedEntry) placeholder = bw_paged_entry_new (class->entry_type);

      bw_row_map_set (priv->map, position, placeholder);
    }
  if (is_needed (priv, span))
    bw_paged_list_want (self);
  return bw_row_map_get (priv->map, position);
}
