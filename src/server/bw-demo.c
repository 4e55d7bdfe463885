/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-demo.h"

#include <string.h>

#include "bw-error.h"
#include "bw-password.h"
#include "bw-token.h"

#define PASSWORD "batchwork-demo"
#define WORKER_LOGIN "demo-worker"

static const struct
{
  const char *slug;
  const char *name;
} businesses[] = {
  { "willems", "Willems Accountants" },
  { "harbour", "Harbour Warehouse" },
  { "heritage", "Heritage Archive" },
  { "riverside", "Riverside Classes" },
};

static const struct
{
  const char *login;
  const char *name;
  BwRole role;
} users[] = {
  { "olivia", "Olivia Willems", BW_ROLE_OWNER },
  { "adam", "Adam de Boer", BW_ROLE_ADMINISTRATOR },
  { "ines", "Ines Martens", BW_ROLE_INVOICE_USER },
  { "victor", "Victor Lang", BW_ROLE_VIEWER },
  { "sam", "Sam Visser", BW_ROLE_STAFF },
  { "stella", "Stella Novak", BW_ROLE_STAFF },
};

static const struct
{
  const char *kind;
  const char *url;
} references[] = {
  { "relation", "https://office.example/relations/{id}" },
  { "invoice", "https://office.example/invoices/{id}" },
  { "statement", "https://office.example/statements/{id}" },
  { "task", "https://office.example/tasks/{id}" },
  { "client", "https://warehouse.example/clients/{id}" },
  { "product", "https://warehouse.example/products/{id}" },
  { "order", "https://warehouse.example/orders/{id}" },
  { "record", "https://archive.example/records/{id}" },
  { "class", "https://classes.example/classes/{id}" },
  { "student", "https://classes.example/students/{id}" },
};

/* So that jobs can be handed in before a worker has said what it can do; a worker says it better. */
static const struct
{
  const char *business;
  BwJobType type;
} types[] = {
  { "willems", { (char *) "send-invoices", (char *) "Send invoices", BW_TIME_HOUR, 1, FALSE } },
  { "willems", { (char *) "send-statements", (char *) "Send statements", BW_TIME_HOUR, 1, FALSE } },
  { "willems", { (char *) "set-task-schedule", (char *) "Set task schedule", BW_TIME_HOUR, 1, FALSE } },
  { "willems", { (char *) "change-task-field", (char *) "Change task field", BW_TIME_HOUR, 1, FALSE } },
  { "harbour", { (char *) "upload-products", (char *) "Upload products", BW_TIME_HOUR, 1, FALSE } },
  { "harbour", { (char *) "delete-client", (char *) "Delete client", BW_TIME_HOUR, 1, FALSE } },
  { "heritage", { (char *) "export-archive", (char *) "Export archive", BW_TIME_HOUR, 1, TRUE } },
  { "heritage", { (char *) "check-fixity", (char *) "Check fixity", BW_TIME_HOUR, 1, FALSE } },
  { "riverside", { (char *) "assign-keywords", (char *) "Assign keywords", BW_TIME_HOUR, 1, FALSE } },
  { "riverside", { (char *) "mail-class", (char *) "Mail class", BW_TIME_HOUR, 1, FALSE } },
  { "riverside", { (char *) "cancel-classes", (char *) "Cancel classes", BW_TIME_HOUR, 1, FALSE } },
};

static gboolean
add_business (BwStore *store, const char *slug, const char *name, const gint64 *accounts,
              gint64 worker, GError **error)
{
  gint64 business = bw_store_add_business (store, slug, name, error);

  if (business <= 0 || !bw_store_set_membership (store, business, worker, BW_ROLE_STAFF, 0, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    if (!bw_store_set_membership (store, business, accounts[i], users[i].role, 0, error))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (references); i++)
    if (!bw_store_set_reference_url (store, business, references[i].kind, references[i].url, error))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].business, slug)
        && !bw_store_set_type (store, business, &types[i].type, error))
      return FALSE;
  return TRUE;
}

static gboolean
fill (BwStore *store, GError **error)
{
  gint64 accounts[G_N_ELEMENTS (users)];
  gint64 worker;

  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_autofree char *hash = bw_password_hash_public (PASSWORD, error);

      accounts[i] = hash != NULL ? bw_store_add_account (store, BW_ACCOUNT_PERSON, users[i].login,
                                                         users[i].name, hash, error)
                                 : 0;
      if (accounts[i] <= 0)
        return FALSE;
    }
  worker = bw_store_add_account (store, BW_ACCOUNT_WORKER, WORKER_LOGIN, "Demo worker", NULL, error);
  if (worker <= 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (businesses); i++)
    if (!add_business (store, businesses[i].slug, businesses[i].name, accounts, worker, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_token (BwStore *store, const char *path, GError **error)
{
  g_autofree char *token = bw_token_new ();
  g_autofree char *line = g_strconcat (token, "\n", NULL);
  g_autofree char *no_hash = NULL;
  g_autoptr (GBytes) hash = bw_token_hash (token);
  gint64 worker;

  if (!bw_store_find_account (store, WORKER_LOGIN, &worker, &no_hash, error))
    return FALSE;
  if (worker == 0)
    {
      bw_set_error (error, BW_ERROR_CONFLICT,
                    "The store is not a demo's, and only an empty one is made one. Name another store.");
      return FALSE;
    }
  return bw_store_add_session (store, hash, worker, BW_TIME_NONE, error)
         && g_file_set_contents_full (path, line, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/* Whether the file has a token that still works. */
static gboolean
has_token (BwStore *store, const char *path)
{
  g_autofree char *token = NULL;
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (BwSession) session = NULL;

  if (!g_file_get_contents (path, &token, NULL, NULL))
    return FALSE;
  hash = bw_token_hash (g_strstrip (token));
  session = hash != NULL ? bw_store_find_session (store, hash, NULL) : NULL;
  return session != NULL;
}

/**
 * bw_demo_prepare:
 * @store: an empty store, or one that was a demo's before
 * @token_path: where the workers' token goes
 * @error: set when the store is somebody's own
 *
 * Makes the demo's businesses, users and types, and a token for its workers. Its passwords are known
 * to everybody, so they are hashed in no time.
 *
 * Returns: whether it did
 */
gboolean
bw_demo_prepare (BwStore *store, const char *token_path, GError **error)
{
  gboolean is_empty;

  if (!bw_store_is_empty (store, &is_empty, error) || (is_empty && !fill (store, error)))
    return FALSE;
  return has_token (store, token_path) || write_token (store, token_path, error);
}
