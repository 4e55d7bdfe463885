/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-log-lines.h"

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-dex.h"
#include "bw-log-index.h"
#include "bw-log-line-private.h"

/* The first piece is what is seen first; after it, fewer requests count for more. */
#define FIRST_PIECE (256 * 1024)
#define PIECE (1024 * 1024)
/* Lines may be written without any event of the job. */
#define FOLLOW_INTERVAL 2000
#define MIN_INTERVAL 250
#define FIRST_RETRY 500
#define MAX_RETRY (30 * 1000)

struct _BwLogLines
{
  GObject parent_instance;

  BwBusiness *business;
  gint64 job;

  GPtrArray *pieces;   /* of BwLogPiece; the last one may be made anew as the log grows */
  GArray *first_lines; /* of guint, one for each piece */
  guint n_lines;
  gint64 size; /* bytes fetched */
  gint64 total_size;
  gboolean loading;
  gboolean finished; /* the job is: nothing more is written */
  GError *error;
  GHashTable *lines; /* guint → BwLogLine, not owned: those that somebody holds */

  DexCancellable *cancellable;
  DexPromise *wake; /* ends the waiting for more */
  guint failures;
};

enum
{
  PROP_0,
  PROP_LOADING,
  PROP_SIZE,
  PROP_TOTAL_SIZE,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What the fetching fiber knows; it holds the model weakly. */
typedef struct
{
  BwTask task;
  GWeakRef lines;
  BwBusiness *business;
  gint64 job;
} Follow;

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BwLogLines,
                               bw_log_lines,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return BW_TYPE_LOG_LINE;
}

static guint
get_n_items (GListModel *model)
{
  return BW_LOG_LINES (model)->n_lines;
}

static guint
find_piece (BwLogLines *self, guint line)
{
  guint low = 0;
  guint high = self->first_lines->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->first_lines, guint, middle) <= line)
        low = middle;
      else
        high = middle;
    }
  return low;
}

static void
line_gone_cb (gpointer data, GObject *where_the_line_was)
{
  BwLogLines *self = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == where_the_line_was)
      {
        g_hash_table_iter_remove (&iter);
        return;
      }
}

/* One object for a line as long as anybody holds it, as a list model has to. */
static gpointer
get_item (GListModel *model, guint position)
{
  BwLogLines *self = BW_LOG_LINES (model);
  gpointer key = GUINT_TO_POINTER (position);
  BwLogLine *line;
  const char *text;
  gsize length;
  guint piece;

  if (position >= self->n_lines)
    return NULL;
  line = g_hash_table_lookup (self->lines, key);
  if (line != NULL)
    return g_object_ref (line);
  piece = find_piece (self, position);
  text =
      bw_log_piece_get_line (g_ptr_array_index (self->pieces, piece),
                             position - g_array_index (self->first_lines, guint, piece), &length);
  line = bw_log_line_new (text, length, position + 1);
  g_hash_table_insert (self->lines, key, line);
  g_object_weak_ref (G_OBJECT (line), line_gone_cb, self);
  return line;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
follow_free (gpointer data)
{
  Follow *follow = data;

  g_weak_ref_clear (&follow->lines);
  g_clear_object (&follow->business);
  g_free (follow);
}

static void
set_loading (BwLogLines *self, gboolean loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
take_error (BwLogLines *self, GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
set_total_size (BwLogLines *self, gint64 total_size)
{
  if (self->total_size >= total_size)
    return;
  self->total_size = total_size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL_SIZE]);
}

/* What was fetched but has to be in the next piece: the beginning of a line, or a short piece. */
static GBytes *
get_before (BwLogLines *self)
{
  BwLogPiece *last;

  if (self->pieces->len == 0)
    return NULL;
  last = g_ptr_array_index (self->pieces, self->pieces->len - 1);
  return last->all != NULL ? last->all : last->rest;
}

static void
add_piece (BwLogLines *self, BwLogPiece *piece, gint64 n_bytes)
{
  guint n_lines = self->n_lines;
  guint n_pieces = self->pieces->len;
  guint first = n_lines;

  if (n_pieces > 0 && ((BwLogPiece *) g_ptr_array_index (self->pieces, n_pieces - 1))->all != NULL)
    {
      first = g_array_index (self->first_lines, guint, n_pieces - 1);
      g_ptr_array_set_size (self->pieces, (int) n_pieces - 1);
      g_array_set_size (self->first_lines, n_pieces - 1);
    }
  g_ptr_array_add (self->pieces, bw_log_piece_ref (piece));
  g_array_append_val (self->first_lines, first);
  self->n_lines = first + piece->starts->len;
  self->size += n_bytes;
  set_total_size (self, self->size);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
  take_error (self, NULL);
  if (self->size < self->total_size)
    set_loading (self, TRUE);
  if (self->n_lines > n_lines)
    g_list_model_items_changed (G_LIST_MODEL (self), n_lines, 0, self->n_lines - n_lines);
}

/* Takes in the next piece; how many bytes that were, or -1. */
static gssize
await_piece (Follow *follow, GError **error)
{
  g_autoptr (BwLogLines) self = g_weak_ref_get (&follow->lines);
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (BwLogPiece) piece = NULL;
  gint64 offset;

  if (self == NULL)
    return -1;
  offset = self->size;
  g_clear_object (&self);
  bytes =
      dex_await_boxed (bw_dex_within (&follow->task,
                                      bw_business_read_log (follow->business, follow->job, offset,
                                                            offset == 0 ? FIRST_PIECE : PIECE),
                                      0),
                       error);
  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    return bytes == NULL ? -1 : 0;
  self = g_weak_ref_get (&follow->lines);
  if (self == NULL)
    return -1;
  if (get_before (self) != NULL)
    before = g_bytes_ref (get_before (self));
  g_clear_object (&self);
  piece = dex_await_boxed (bw_log_piece_make (before, bytes), error);
  self = g_weak_ref_get (&follow->lines);
  if (self == NULL || piece == NULL)
    return -1;
  add_piece (self, piece, (gint64) g_bytes_get_size (bytes));
  return (gssize) g_bytes_get_size (bytes);
}

/* Asks whether more is to be expected. */
static gboolean
await_job (Follow *follow, GError **error)
{
  g_autoptr (BwJobDetails) details = NULL;
  g_autoptr (BwLogLines) self = NULL;

  details = dex_await_boxed (
      bw_dex_within (&follow->task, bw_business_get_job (follow->business, follow->job), 0), error);
  self = g_weak_ref_get (&follow->lines);
  if (details == NULL || self == NULL)
    return FALSE;
  set_total_size (self, details->log_size);
  self->finished = bw_job_is_finished (details->job);
  return TRUE;
}

static DexFuture *
new_wait (Follow *follow, guint milliseconds)
{
  g_autoptr (BwLogLines) self = g_weak_ref_get (&follow->lines);
  DexFuture *wake;

  if (self == NULL)
    return NULL;
  dex_clear (&self->wake);
  self->wake = dex_promise_new ();
  wake = dex_ref (DEX_FUTURE (self->wake));
  return bw_dex_within (&follow->task, wake, milliseconds);
}

/* Says how things stand at the end of what there is, and for how long to wait; 0: until woken. */
static guint
note_end (Follow *follow)
{
  g_autoptr (BwLogLines) self = g_weak_ref_get (&follow->lines);

  if (self == NULL)
    return 0;
  self->failures = 0;
  take_error (self, NULL);
  set_loading (self, FALSE);
  return self->finished ? 0 : FOLLOW_INTERVAL;
}

static guint
note_failure (Follow *follow, GError *error)
{
  g_autoptr (BwLogLines) self = g_weak_ref_get (&follow->lines);
  guint wait = 0;

  if (self == NULL || error == NULL)
    {
      g_clear_error (&error);
      return 0;
    }
  if (bw_client_error_is_transient (error))
    {
      wait = MIN (MAX_RETRY, FIRST_RETRY << MIN (self->failures, 16));
      self->failures++;
    }
  set_loading (self, FALSE);
  take_error (self, error);
  return wait;
}

static guint
await_all (Follow *follow)
{
  GError *error = NULL;
  gssize n_bytes;

  if (!await_job (follow, &error))
    return note_failure (follow, error);
  do
    n_bytes = await_piece (follow, &error);
  while (n_bytes > 0);
  return n_bytes == 0 ? note_end (follow) : note_failure (follow, error);
}

static DexFuture *
follow_fiber (gpointer data)
{
  Follow *follow = data;

  for (;;)
    {
      DexFuture *wait = new_wait (follow, await_all (follow));
      g_autoptr (GError) error = NULL;

      if (wait == NULL)
        return dex_future_new_true ();
      dex_await (wait, &error);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return dex_future_new_true ();
      /* Many events in a row are one reason to look. */
      if (error == NULL)
        dex_await (bw_dex_within (&follow->task, dex_future_new_infinite (), MIN_INTERVAL), NULL);
    }
}

static void
wake (BwLogLines *self)
{
  g_autoptr (DexPromise) promise = g_steal_pointer (&self->wake);

  if (promise != NULL)
    dex_promise_resolve_boolean (promise, TRUE);
}

static void
event_cb (BwEventStream *stream, BwEvent *event, gpointer user_data)
{
  BwLogLines *self = BW_LOG_LINES (user_data);

  if (event->kind == BW_EVENT_RESET || event->kind == BW_EVENT_RIGHTS || event->job_id == self->job)
    wake (self);
}

static void
start (BwLogLines *self)
{
  Follow *follow = g_new0 (Follow, 1);

  g_weak_ref_init (&follow->lines, self);
  follow->business = g_object_ref (self->business);
  follow->job = self->job;
  self->loading = TRUE;
  self->cancellable = dex_cancellable_new ();
  g_signal_connect_object (bw_business_get_event_stream (self->business), "event",
                           G_CALLBACK (event_cb), self, G_CONNECT_DEFAULT);
  dex_future_disown (
      bw_dex_unless (bw_dex_spawn (follow_fiber, follow, follow_free), self->cancellable));
}

static void
bw_log_lines_dispose (GObject *object)
{
  BwLogLines *self = BW_LOG_LINES (object);
  GHashTableIter iter;
  gpointer line;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    {
      g_object_weak_unref (line, line_gone_cb, self);
      g_hash_table_iter_remove (&iter);
    }
  if (self->cancellable != NULL)
    {
      g_autoptr (DexCancellable) cancellable = g_steal_pointer (&self->cancellable);

      dex_cancellable_cancel (cancellable);
    }
  dex_clear (&self->wake);
  g_clear_object (&self->business);
  G_OBJECT_CLASS (bw_log_lines_parent_class)->dispose (object);
}

static void
bw_log_lines_finalize (GObject *object)
{
  BwLogLines *self = BW_LOG_LINES (object);

  g_clear_pointer (&self->pieces, g_ptr_array_unref);
  g_clear_pointer (&self->first_lines, g_array_unref);
  g_clear_pointer (&self->lines, g_hash_table_unref);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (bw_log_lines_parent_class)->finalize (object);
}

static void
bw_log_lines_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BwLogLines *self = BW_LOG_LINES (object);

  switch (id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_SIZE:
      g_value_set_int64 (value, self->size);
      break;
    case PROP_TOTAL_SIZE:
      g_value_set_int64 (value, self->total_size);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_log_lines_class_init (BwLogLinesClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = bw_log_lines_dispose;
  object_class->finalize = bw_log_lines_finalize;
  object_class->get_property = bw_log_lines_get_property;
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, TRUE, flags);
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_TOTAL_SIZE] =
      g_param_spec_int64 ("total-size", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_log_lines_init (BwLogLines *self)
{
  self->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) bw_log_piece_unref);
  self->first_lines = g_array_new (FALSE, FALSE, sizeof (guint));
  self->lines = g_hash_table_new (NULL, NULL);
}

/**
 * bw_log_lines_new:
 * @business: whose job
 * @job: the job's id
 *
 * Makes a model of a job's log and begins to load it, from its beginning.
 *
 * Returns: (transfer full): the model, empty until the first piece is here
 */
BwLogLines *
bw_log_lines_new (BwBusiness *business, gint64 job)
{
  BwLogLines *self = g_object_new (BW_TYPE_LOG_LINES, NULL);

  self->business = g_object_ref (business);
  self->job = job;
  start (self);
  return self;
}

/**
 * bw_log_lines_refresh:
 * @self: a log
 *
 * Looks at once whether there is more; also after an error, to try again.
 */
void
bw_log_lines_refresh (BwLogLines *self)
{
  g_return_if_fail (BW_IS_LOG_LINES (self));

  wake (self);
}

/**
 * bw_log_lines_get_loading:
 * @self: a log
 *
 * Returns: %TRUE while what is on the server is not all here
 */
gboolean
bw_log_lines_get_loading (BwLogLines *self)
{
  g_return_val_if_fail (BW_IS_LOG_LINES (self), FALSE);

  return self->loading;
}

/**
 * bw_log_lines_get_size:
 * @self: a log
 *
 * Returns: how many bytes are here
 */
gint64
bw_log_lines_get_size (BwLogLines *self)
{
  g_return_val_if_fail (BW_IS_LOG_LINES (self), 0);

  return self->size;
}

/**
 * bw_log_lines_get_error:
 * @self: a log
 *
 * Returns: (transfer none) (nullable): why the rest could not be loaded
 */
const GError *
bw_log_lines_get_error (BwLogLines *self)
{
  g_return_val_if_fail (BW_IS_LOG_LINES (self), NULL);

  return self->error;
}

/**
 * bw_log_lines_get_contents:
 * @self: a log
 *
 * Returns: (transfer full): all whole lines that are here, for copying and saving
 */
GBytes *
bw_log_lines_get_contents (BwLogLines *self)
{
  GByteArray *all;

  g_return_val_if_fail (BW_IS_LOG_LINES (self), NULL);

  all = g_byte_array_sized_new ((guint) self->size);
  for (guint i = 0; i < self->pieces->len; i++)
    {
      gsize size;
      const guint8 *bytes =
          g_bytes_get_data (((BwLogPiece *) g_ptr_array_index (self->pieces, i))->bytes, &size);

      if (size > 0)
        g_byte_array_append (all, bytes, (guint) size);
    }
  return g_byte_array_free_to_bytes (all);
}
