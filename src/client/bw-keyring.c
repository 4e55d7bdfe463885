/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-keyring.h"

#include <libsecret/secret.h>

#include "bw-config.h"

#include <glib/gi18n-lib.h>

#include "bw-dex.h"

#define PATIENCE (20 * 1000)

/* Used where there is no keyring; lives as long as the process. */
static GHashTable *memory;

typedef struct
{
  BwTask task;
  char *url;
  char *user;
  char *token;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->url);
  g_free (entry->user);
  secret_password_free (entry->token);
  g_free (entry);
}

static Entry *
entry_new (const char *url, const char *user, const char *token)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->url = g_strdup (url);
  entry->user = g_strdup (user);
  entry->token = g_strdup (token);
  return entry;
}

static const SecretSchema *
get_schema (void)
{
  static const SecretSchema schema = {
    "io.github.batchwork.Batchwork",
    SECRET_SCHEMA_NONE,
    { { "url", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "user", SECRET_SCHEMA_ATTRIBUTE_STRING } },
  };

  return &schema;
}

static void
remember (const Entry *entry, const char *token)
{
  g_autofree char *key = g_strdup_printf ("%s %s", entry->user, entry->url);

  if (memory == NULL)
    memory = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                    (GDestroyNotify) secret_password_free);
  if (token != NULL)
    g_hash_table_replace (memory, g_steal_pointer (&key), g_strdup (token));
  else
    g_hash_table_remove (memory, key);
}

static const char *
recall (const Entry *entry)
{
  g_autofree char *key = g_strdup_printf ("%s %s", entry->user, entry->url);

  return memory != NULL ? g_hash_table_lookup (memory, key) : NULL;
}

static void
store_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;

  if (!secret_password_store_finish (result, &error))
    dex_promise_reject (promise, error);
  else
    dex_promise_resolve_boolean (promise, TRUE);
}

static void
lookup_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;
  char *token = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    dex_promise_reject (promise, error);
  else
    dex_promise_resolve_string (promise, token);
}

static void
clear_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error != NULL)
    dex_promise_reject (promise, error);
  else
    dex_promise_resolve_boolean (promise, TRUE);
}

static gboolean
await_store (Entry *entry, GError **error)
{
  DexPromise *promise = dex_promise_new_cancellable ();
  g_autofree char *label =
      g_strdup_printf (_ ("Batchwork sign-in of %s at %s"), entry->user, entry->url);

  secret_password_store (get_schema (), SECRET_COLLECTION_DEFAULT, label, entry->token,
                         dex_promise_get_cancellable (promise), store_cb, dex_ref (promise), "url",
                         entry->url, "user", entry->user, NULL);
  return dex_await (bw_dex_within (&entry->task, DEX_FUTURE (promise), PATIENCE), error);
}

static DexFuture *
store_fiber (gpointer data)
{
  Entry *entry = data;
  g_autoptr (GError) error = NULL;

  if (await_store (entry, &error))
    {
      remember (entry, NULL);
      return dex_future_new_true ();
    }
  g_message ("The sign-in is kept until Batchwork ends: there is no keyring (%s)", error->message);
  remember (entry, entry->token);
  return dex_future_new_false ();
}

static DexFuture *
lookup_fiber (gpointer data)
{
  Entry *entry = data;
  DexPromise *promise = dex_promise_new_cancellable ();
  g_autoptr (GError) error = NULL;
  char *token;

  secret_password_lookup (get_schema (), dex_promise_get_cancellable (promise), lookup_cb,
                          dex_ref (promise), "url", entry->url, "user", entry->user, NULL);
  token = dex_await_string (bw_dex_within (&entry->task, DEX_FUTURE (promise), PATIENCE), &error);
  if (token == NULL)
    token = g_strdup (recall (entry));
  return dex_future_new_take_string (token);
}

static DexFuture *
clear_fiber (gpointer data)
{
  Entry *entry = data;
  DexPromise *promise = dex_promise_new_cancellable ();

  remember (entry, NULL);
  secret_password_clear (get_schema (), dex_promise_get_cancellable (promise), clear_cb,
                         dex_ref (promise), "url", entry->url, "user", entry->user, NULL);
  /* Without a keyring there is nothing in it. */
  dex_await (bw_dex_within (&entry->task, DEX_FUTURE (promise), PATIENCE), NULL);
  return dex_future_new_true ();
}

/**
 * bw_keyring_store:
 * @url: the server's address
 * @user: the login name
 * @token: what to keep
 *
 * Keeps a sign-in, in place of an older one of the same user there. Call in the main thread.
 *
 * Returns: (transfer full): resolves to %TRUE if it is kept beyond this session, to %FALSE if there
 *   is no keyring, so that it is kept in memory only; never rejects
 */
DexFuture *
bw_keyring_store (const char *url, const char *user, const char *token)
{
  return bw_dex_spawn (store_fiber, entry_new (url, user, token), entry_free);
}

/**
 * bw_keyring_lookup:
 * @url: the server's address
 * @user: the login name
 *
 * Looks for a sign-in. May ask the user to unlock the keyring.
 *
 * Returns: (transfer full): resolves to the token, or to a %NULL string where none is kept; never
 *   rejects
 */
DexFuture *
bw_keyring_lookup (const char *url, const char *user)
{
  return bw_dex_spawn (lookup_fiber, entry_new (url, user, NULL), entry_free);
}

/**
 * bw_keyring_clear:
 * @url: the server's address
 * @user: the login name
 *
 * Forgets a sign-in.
 *
 * Returns: (transfer full): resolves to %TRUE; never rejects
 */
DexFuture *
bw_keyring_clear (const char *url, const char *user)
{
  return bw_dex_spawn (clear_fiber, entry_new (url, user, NULL), entry_free);
}
