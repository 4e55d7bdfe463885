/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-admin.h"

#include <string.h>
#include <unistd.h>

#include "bw-error.h"
#include "bw-options.h"
#include "bw-password-prompt.h"
#include "bw-password.h"
#include "bw-store-lock.h"
#include "bw-store.h"
#include "bw-token.h"

#define EXIT_USAGE 2

/* What the commands' options say. */
typedef struct
{
  char *config;
  char *store;
  char *business;
  char *business_name;
  char *login;
  char *name;
  char *role;
  char *password_file;
  char **businesses;
} Arguments;

typedef gboolean (*Action) (BwStore *store, const Arguments *arguments, GError **error);

static void
arguments_clear (Arguments *self)
{
  g_free (self->config);
  g_free (self->store);
  g_free (self->business);
  g_free (self->business_name);
  g_free (self->login);
  g_free (self->name);
  g_free (self->role);
  g_free (self->password_file);
  g_strfreev (self->businesses);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

static gboolean
need (const char *value, const char *option, GError **error)
{
  if (value != NULL)
    return TRUE;
  bw_set_error (error, BW_ERROR_INVALID, "--%s is missing. --help says what is needed.", option);
  return FALSE;
}

static gint64
add_person (BwStore *store, const Arguments *arguments, GError **error)
{
  g_autofree char *password = bw_password_ask (arguments->password_file, arguments->login, error);
  g_autofree char *hash = NULL;

  if (password == NULL || !bw_password_check_strength (password, error))
    return 0;
  hash = bw_password_hash (password, error);
  if (hash == NULL)
    return 0;
  return bw_store_add_account (store, BW_ACCOUNT_PERSON, arguments->login, arguments->name, hash, error);
}

static gboolean
run_init (BwStore *store, const Arguments *arguments, GError **error)
{
  gboolean is_empty;
  gint64 account;
  gint64 business;

  if (!need (arguments->business, "business", error)
      || !need (arguments->business_name, "business-name", error)
      || !need (arguments->login, "owner", error) || !need (arguments->name, "owner-name", error)
      || !bw_store_is_empty (store, &is_empty, error))
    return FALSE;
  if (!is_empty)
    {
      bw_set_error (error, BW_ERROR_CONFLICT,
                    "The store has users already. Add more with “batchworkd add-user”.");
      return FALSE;
    }
  account = add_person (store, arguments, error);
  if (account <= 0)
    return FALSE;
  business = bw_store_add_business (store, arguments->business, arguments->business_name, error);
  if (business <= 0 || !bw_store_set_membership (store, business, account, BW_ROLE_OWNER, 0, error))
    return FALSE;
  g_print ("The store is ready: business “%s”, owner “%s”.\n\nNext:\n"
           "  batchworkd --store %s\n      starts the server on 127.0.0.1:8420, for this machine;\n"
           "      batchworkd.conf says how to reach it from others, with TLS.\n"
           "  batchworkd add-worker --store %s --name NAME --business %s\n"
           "      makes a token for a batchwork-worker, while the server is stopped.\n",
           arguments->business, arguments->login, arguments->store, arguments->store,
           arguments->business);
  return TRUE;
}

static gboolean
find_businesses (BwStore *store, char **slugs, GArray *ids, GError **error)
{
  if (slugs == NULL)
    {
      bw_set_error (error, BW_ERROR_INVALID, "--business is missing: name one or more.");
      return FALSE;
    }
  for (guint i = 0; slugs[i] != NULL; i++)
    {
      gint64 id;

      if (!bw_store_find_business (store, slugs[i], &id, error))
        return FALSE;
      if (id == 0)
        {
          bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no business “%s”.", slugs[i]);
          return FALSE;
        }
      g_array_append_val (ids, id);
    }
  return TRUE;
}

static gboolean
join (BwStore *store, gint64 account, GArray *ids, BwRole role, GError **error)
{
  for (guint i = 0; i < ids->len; i++)
    if (!bw_store_set_membership (store, g_array_index (ids, gint64, i), account, role, 0, error))
      return FALSE;
  return TRUE;
}

static gboolean
run_add_business (BwStore *store, const Arguments *arguments, GError **error)
{
  g_autofree char *no_hash = NULL;
  gint64 business;
  gint64 account;

  if (!need (arguments->business, "business", error)
      || !need (arguments->business_name, "business-name", error)
      || !need (arguments->login, "owner", error)
      || !bw_store_find_account (store, arguments->login, &account, &no_hash, error))
    return FALSE;
  if (account == 0)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no user “%s”.", arguments->login);
      return FALSE;
    }
  business = bw_store_add_business (store, arguments->business, arguments->business_name, error);
  if (business <= 0 || !bw_store_set_membership (store, business, account, BW_ROLE_OWNER, 0, error))
    return FALSE;
  g_print ("Business “%s” is there, and “%s” owns it.\n", arguments->business, arguments->login);
  return TRUE;
}

static gboolean
run_add_user (BwStore *store, const Arguments *arguments, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  BwRole role = BW_ROLE_STAFF;
  gint64 account;

  if (!need (arguments->login, "user", error) || !need (arguments->name, "name", error)
      || !find_businesses (store, arguments->businesses, ids, error))
    return FALSE;
  if (arguments->role != NULL && !bw_role_from_string (arguments->role, &role))
    {
      bw_set_error (error, BW_ERROR_INVALID, "There is no role “%s”. There are:", arguments->role);
      for (guint i = 0; error != NULL && i < BW_N_ROLES; i++)
        {
          g_autofree char *message = g_strconcat ((*error)->message, i > 0 ? ", " : " ",
                                                  bw_role_to_string ((BwRole) i), NULL);

          g_free ((*error)->message);
          (*error)->message = g_steal_pointer (&message);
        }
      return FALSE;
    }
  account = add_person (store, arguments, error);
  if (account <= 0 || !join (store, account, ids, role, error))
    return FALSE;
  g_print ("User “%s” can sign in.\n", arguments->login);
  return TRUE;
}

static gboolean
run_add_worker (BwStore *store, const Arguments *arguments, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *token = bw_token_new ();
  g_autoptr (GBytes) hash = bw_token_hash (token);
  gint64 account;

  if (!need (arguments->name, "name", error)
      || !find_businesses (store, arguments->businesses, ids, error))
    return FALSE;
  account = bw_store_add_account (store, BW_ACCOUNT_WORKER, arguments->name, arguments->name, NULL, error);
  if (account <= 0 || !join (store, account, ids, BW_ROLE_STAFF, error)
      || !bw_store_add_session (store, hash, account, BW_TIME_NONE, error))
    return FALSE;
  /* The token alone on standard output, so that it can go straight into a file. */
  g_printerr ("The worker's token follows. It is shown this once: keep it in a file that only the "
              "worker can read.\n");
  g_print ("%s\n", token);
  return TRUE;
}

static gboolean
open_and_run (const Arguments *arguments, Action action, GError **error)
{
  BwStore *store;
  gboolean done;
  int lock;

  if (!need (arguments->store, "store", error))
    return FALSE;
  lock = bw_store_lock (arguments->store, error);
  if (lock == -1)
    return FALSE;
  store = bw_store_open (arguments->store, error);
  done = store != NULL && action (store, arguments, error);
  g_clear_pointer (&store, bw_store_close);
  if (lock >= 0)
    close (lock);
  return done;
}

static gboolean
take_store_from_config (Arguments *arguments, GError **error)
{
  g_autoptr (BwOptions) options = bw_options_new ();

  if (arguments->store != NULL || arguments->config == NULL)
    return TRUE;
  if (!bw_options_load (options, arguments->config, error))
    return FALSE;
  arguments->store = g_strdup (options->store);
  return TRUE;
}

/* One command: its options beside those that all have, and what it does. */
static int
run_command (const char *summary, const GOptionEntry *own, Arguments *arguments, Action action, int argc,
             char **argv)
{
  const GOptionEntry common[] = {
    { "store", 0, 0, G_OPTION_ARG_STRING, &arguments->store, "The store", "sqlite:PATH" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &arguments->config, "Or the file that names it", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, own, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("batchworkd: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (take_store_from_config (arguments, &error) && open_and_run (arguments, action, &error))
    return 0;
  g_printerr ("batchworkd: %s\n", error->message);
  return 1;
}

/**
 * bw_admin_run:
 * @name: a command
 * @argc: how many arguments
 * @argv: the arguments, the first being the program's name
 *
 * Runs a command that works on a store without a server.
 *
 * Returns: an exit status; -1 if there is no such command
 */
int
bw_admin_run (const char *name, int argc, char **argv)
{
  g_auto (Arguments) arguments = { 0 };
  const GOptionEntry business[] = {
    { "business", 0, 0, G_OPTION_ARG_STRING, &arguments.business, "Its short name, as in addresses", "SHORT" },
    { "business-name", 0, 0, G_OPTION_ARG_STRING, &arguments.business_name, "Its name", "NAME" },
    { "owner", 0, 0, G_OPTION_ARG_STRING, &arguments.login, "The owner's user name", "USER" },
    { "owner-name", 0, 0, G_OPTION_ARG_STRING, &arguments.name, "The owner's full name", "NAME" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &arguments.password_file,
      "Where the password is; - for standard input", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry user[] = {
    { "user", 0, 0, G_OPTION_ARG_STRING, &arguments.login, "The user name", "USER" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &arguments.name, "The full name", "NAME" },
    { "business", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments.businesses, "Where; can be repeated", "SHORT" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &arguments.role, "As what; staff by default", "ROLE" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &arguments.password_file,
      "Where the password is; - for standard input", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry worker[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &arguments.name, "What the worker is called", "NAME" },
    { "business", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments.businesses, "Whose jobs it does; can be repeated", "SHORT" },
    G_OPTION_ENTRY_NULL,
  };

  if (g_str_equal (name, "init"))
    return run_command ("Makes a store, its first business and that one's owner.", business, &arguments,
                        run_init, argc, argv);
  if (g_str_equal (name, "add-business"))
    return run_command ("Adds a business, owned by a user who is there already.", business, &arguments,
                        run_add_business, argc, argv);
  if (g_str_equal (name, "add-user"))
    return run_command ("Adds a user.", user, &arguments, run_add_user, argc, argv);
  if (g_str_equal (name, "add-worker"))
    return run_command ("Adds a worker and prints its token.", worker, &arguments, run_add_worker, argc,
                        argv);
  return -1;
}
