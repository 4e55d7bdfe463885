/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"

#define PATIENCE 30

static gint64
get_deadline (void)
{
  const char *patience = g_getenv ("BATCHWORK_TEST_PATIENCE");
  gint64 seconds = patience != NULL ? g_ascii_strtoll (patience, NULL, 10) : PATIENCE;

  return g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/**
 * bw_test_until_at:
 * @where: the place in the test
 * @what: the condition's name
 * @condition: what has to become true
 * @data: its argument
 *
 * Runs the main loop until something is so. How long it may take bounds a failure, not a success.
 */
void
bw_test_until_at (const char *where, const char *what, BwTestCondition condition, gpointer data)
{
  gint64 deadline = get_deadline ();
  guint tick = g_timeout_add (20, tick_cb, NULL);

  while (!condition (data))
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("%s: not so in time: %s", where, what);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (tick);
}

static gboolean
expire_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/**
 * bw_test_settle:
 * @milliseconds: for how long
 *
 * Runs the main loop for a while: to see that something does not happen.
 *
 * Returns: %TRUE
 */
gboolean
bw_test_settle (guint milliseconds)
{
  gboolean expired = FALSE;

  g_timeout_add (milliseconds, expire_cb, &expired);
  while (!expired)
    g_main_context_iteration (NULL, TRUE);
  return TRUE;
}

static gboolean
is_null (gpointer *pointer)
{
  return *pointer == NULL;
}

/**
 * bw_test_await_gone:
 * @weak: a weak pointer
 *
 * Waits until an object is finalized: who holds it for a moment may let go of it in the main loop.
 */
void
bw_test_await_gone (gpointer *weak)
{
  bw_test_until (is_null, weak);
}

static gboolean
is_settled (DexFuture *future)
{
  return !dex_future_is_pending (future);
}

/**
 * bw_test_await:
 * @future: (transfer full): a future
 * @error: (out) (optional): why it rejected
 *
 * Waits for a future in the main loop.
 *
 * Returns: %TRUE if it resolved
 */
gboolean
bw_test_await (DexFuture *future, GError **error)
{
  g_autoptr (DexFuture) owned = future;

  bw_test_until (is_settled, owned);
  return dex_future_get_value (owned, error) != NULL;
}

/**
 * bw_test_await_boxed:
 * @future: (transfer full): a future
 * @error: (out) (optional): why it rejected; %NULL: it must not
 *
 * Returns: (transfer full) (nullable): the boxed value that it resolved to
 */
gpointer
bw_test_await_boxed (DexFuture *future, GError **error)
{
  g_autoptr (DexFuture) owned = future;
  GError *failure = NULL;
  const GValue *value;

  bw_test_until (is_settled, owned);
  value = dex_future_get_value (owned, &failure);
  if (error == NULL)
    g_assert_no_error (failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return value != NULL ? g_value_dup_boxed (value) : NULL;
}

/**
 * bw_test_await_int64:
 * @future: (transfer full): a future
 * @error: (out) (optional): why it rejected; %NULL: it must not
 *
 * Returns: the number that it resolved to, or -1
 */
gint64
bw_test_await_int64 (DexFuture *future, GError **error)
{
  g_autoptr (DexFuture) owned = future;
  GError *failure = NULL;
  const GValue *value;

  bw_test_until (is_settled, owned);
  value = dex_future_get_value (owned, &failure);
  if (error == NULL)
    g_assert_no_error (failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return value != NULL ? g_value_get_int64 (value) : -1;
}

/**
 * bw_test_await_error:
 * @future: (transfer full): a future that has to reject
 *
 * Returns: (transfer full): why it rejected
 */
GError *
bw_test_await_error (DexFuture *future)
{
  GError *error = NULL;

  g_assert_false (bw_test_await (future, &error));
  g_assert_nonnull (error);
  return error;
}

/**
 * bw_test_assert_says_at:
 * @where: the place in the test
 * @error: (transfer full): an error
 * @domain: what it has to be of
 * @code: and which
 * @words: what its message has to match, with "*" for anything
 *
 * Checks an error as a user reads it, and frees it.
 */
void
bw_test_assert_says_at (const char *where, GError *error, GQuark domain, int code,
                        const char *words)
{
  if (!g_error_matches (error, domain, code) || !g_pattern_match_simple (words, error->message))
    g_error ("%s: expected “%s” (%s %d), got “%s” (%s %d)", where, words,
             g_quark_to_string (domain), code, error->message, g_quark_to_string (error->domain),
             error->code);
  g_error_free (error);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  BwTestShadow *self = data;

  self->changes++;
  g_assert_cmpuint (position + removed, <=, self->items->len);
  if (removed > 0)
    g_ptr_array_remove_range (self->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->items, (int) (position + i), NULL);
  g_assert_cmpuint (self->items->len, ==, g_list_model_get_n_items (model));
}

static void
slot_free (gpointer item)
{
  if (item != NULL)
    g_object_unref (item);
}

/**
 * bw_test_shadow_new:
 * @model: a list model
 *
 * Returns: (transfer full): a copy of it that follows its signal
 */
BwTestShadow *
bw_test_shadow_new (gpointer model)
{
  BwTestShadow *self = g_new0 (BwTestShadow, 1);

  self->model = g_object_ref (model);
  self->items = g_ptr_array_new_with_free_func (slot_free);
  g_ptr_array_set_size (self->items, (int) g_list_model_get_n_items (self->model));
  self->handler
    = g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), self);
  return self;
}

/**
 * bw_test_shadow_free:
 * @self: (transfer full): a shadow
 *
 * Frees it.
 */
void
bw_test_shadow_free (BwTestShadow *self)
{
  g_signal_handler_disconnect (self->model, self->handler);
  g_object_unref (self->model);
  g_ptr_array_unref (self->items);
  g_free (self);
}

/**
 * bw_test_shadow_check:
 * @self: a shadow
 *
 * Checks the contract of a list model: what it gives out for a row that it has not told of a change
 * of is what it gave out before.
 */
void
bw_test_shadow_check (BwTestShadow *self)
{
  g_assert_cmpuint (self->items->len, ==, g_list_model_get_n_items (self->model));
  for (guint i = 0; i < self->items->len; i++)
    {
      if (self->items->pdata[i] != NULL)
        {
          g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

          g_assert_true (self->items->pdata[i] == item);
        }
    }
}
