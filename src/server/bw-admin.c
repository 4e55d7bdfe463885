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

static char *
hash_password (const Arguments *arguments, GError **error)
{
  g_autofree char *password = bw_password_ask (arguments->password_file, arguments->login, error);

  if (password == NULL || !bw_password_check_strength (password, "password", error))
    return NULL;
  return bw_password_hash (password, error);
}

/* A person in the first business; then what is there already in the others. */
static gboolean
join (BwStore *store, const BwNewMember *member, GArray *ids, GError **error)
{
  BwNewMember again = *member;

  for (guint i = 0; i < ids->len; i++)
    {
      const BwViewer viewer = bw_viewer_server (g_array_index (ids, gint64, i));
      g_autoptr (BwMember) added = bw_store_add_member (store, &viewer, i == 0 ? member : &again, error);

      if (added == NULL)
        return FALSE;
      again.name = NULL;
      again.password_hash = NULL;
    }
  return TRUE;
}

/* The business, and a member who owns it. */
static gboolean
make_business (BwStore *store, const Arguments *arguments, const BwNewMember *owner, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 business
    = bw_store_add_business (store, arguments->business, arguments->business_name, error);

  if (business <= 0)
    return FALSE;
  g_array_append_val (ids, business);
  return join (store, owner, ids, error);
}

static gboolean
run_init (BwStore *store, const Arguments *arguments, GError **error)
{
  g_autofree char *hash = NULL;
  BwNewMember owner;
  gboolean is_empty;

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
  hash = hash_password (arguments, error);
  if (hash == NULL)
    return FALSE;
  owner = (BwNewMember) { arguments->login, arguments->name, hash, bw_role_to_string (BW_ROLE_OWNER), 0 };
  if (!make_business (store, arguments, &owner, error))
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
run_add_business (BwStore *store, const Arguments *arguments, GError **error)
{
  const BwNewMember owner = { arguments->login, NULL, NULL, bw_role_to_string (BW_ROLE_OWNER), 0 };
  g_autofree char *no_hash = NULL;
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
  if (!make_business (store, arguments, &owner, error))
    return FALSE;
  g_print ("Business “%s” is there, and “%s” owns it.\n", arguments->business, arguments->login);
  return TRUE;
}

/* Each business has roles of its own: before anything is made, all must know this one. */
static gboolean
check_role (BwStore *store, const char *role, GArray *ids, GError **error)
{
  for (guint i = 0; i < ids->len; i++)
    {
      const BwViewer viewer = bw_viewer_server (g_array_index (ids, gint64, i));
      g_autoptr (GPtrArray) roles = bw_store_list_roles (store, &viewer, error);
      g_autoptr (GString) names = g_string_new (NULL);
      gboolean found = FALSE;

      if (roles == NULL)
        return FALSE;
      for (guint k = 0; k < roles->len; k++)
        {
          const BwRoleInfo *info = g_ptr_array_index (roles, k);

          g_string_append_printf (names, "%s%s", k > 0 ? ", " : "", info->id);
          found = found || g_str_equal (info->id, role);
        }
      if (!found)
        {
          bw_set_error (error, BW_ERROR_INVALID, "There is no role “%s”. There are: %s", role, names->str);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
run_add_user (BwStore *store, const Arguments *arguments, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  const char *role = arguments->role != NULL ? arguments->role : bw_role_to_string (BW_ROLE_STAFF);
  g_autofree char *hash = NULL;
  BwNewMember member;

  if (!need (arguments->login, "user", error) || !need (arguments->name, "name", error)
      || !find_businesses (store, arguments->businesses, ids, error)
      || !check_role (store, role, ids, error))
    return FALSE;
  hash = hash_password (arguments, error);
  member = (BwNewMember) { arguments->login, arguments->name, hash, role, 0 };
  if (hash == NULL || !join (store, &member, ids, error))
    return FALSE;
  g_print ("User “%s” can sign in.\n", arguments->login);
  return TRUE;
}

static gboolean
run_set_password (BwStore *store, const Arguments *arguments, GError **error)
{
  g_autofree char *old_hash = NULL;
  g_autofree char *new_hash = NULL;
  gint64 account = 0;

  if (!need (arguments->login, "user", error)
      || !bw_store_find_account (store, arguments->login, &account, &old_hash, error))
    return FALSE;
  if (account == 0 || old_hash == NULL)
    {
      bw_set_error (error, BW_ERROR_NOT_FOUND, "There is no user “%s” who signs in with a password.",
                    arguments->login);
      return FALSE;
    }
  new_hash = hash_password (arguments, error);
  if (new_hash == NULL || !bw_store_change_password (store, account, old_hash, new_hash, NULL, error))
    return FALSE;
  g_print ("User “%s” has the new password, and is signed out everywhere.\n", arguments->login);
  return TRUE;
}

static gboolean
run_add_worker (BwStore *store, const Arguments *arguments, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *token = bw_token_new ();
  g_autoptr (GBytes) hash = bw_token_hash (token);
  const BwNewMember member = { arguments->name, NULL, NULL, bw_role_to_string (BW_ROLE_STAFF), 0 };
  gint64 account;

  if (!need (arguments->name, "name", error)
      || !find_businesses (store, arguments->businesses, ids, error))
    return FALSE;
  account = bw_store_add_account (store, BW_ACCOUNT_WORKER, arguments->name, arguments->name, NULL, error);
  if (account <= 0 || !join (store, &member, ids, error)
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

/* What makes a business, and says who owns it. */
static int
run_business_command (const char *summary, Action action, int argc, char **argv)
{
  g_auto (Arguments) arguments = { 0 };
  const GOptionEntry entries[] = {
    { "business", 0, 0, G_OPTION_ARG_STRING, &arguments.business, "Its short name, as in addresses", "SHORT" },
    { "business-name", 0, 0, G_OPTION_ARG_STRING, &arguments.business_name, "Its name", "NAME" },
    { "owner", 0, 0, G_OPTION_ARG_STRING, &arguments.login, "The owner's user name", "USER" },
    { "owner-name", 0, 0, G_OPTION_ARG_STRING, &arguments.name, "The owner's full name", "NAME" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &arguments.password_file,
      "Where the password is; - for standard input", "FILE" },
    G_OPTION_ENTRY_NULL,
  };

  return run_command (summary, entries, &arguments, action, argc, argv);
}

static int
run_user_command (const char *summary, Action action, int argc, char **argv)
{
  g_auto (Arguments) arguments = { 0 };
  const GOptionEntry entries[] = {
    { "user", 0, 0, G_OPTION_ARG_STRING, &arguments.login, "The user name", "USER" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &arguments.name, "The full name", "NAME" },
    { "business", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments.businesses, "Where; can be repeated", "SHORT" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &arguments.role, "As what, by the role's id; staff by default", "ROLE" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &arguments.password_file,
      "Where the password is; - for standard input", "FILE" },
    G_OPTION_ENTRY_NULL,
  };

  return run_command (summary, entries, &arguments, action, argc, argv);
}

static int
run_password_command (const char *summary, Action action, int argc, char **argv)
{
  g_auto (Arguments) arguments = { 0 };
  const GOptionEntry entries[] = {
    { "user", 0, 0, G_OPTION_ARG_STRING, &arguments.login, "The user name", "USER" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &arguments.password_file,
      "Where the password is; - for standard input", "FILE" },
    G_OPTION_ENTRY_NULL,
  };

  return run_command (summary, entries, &arguments, action, argc, argv);
}

static int
run_worker_command (const char *summary, Action action, int argc, char **argv)
{
  g_auto (Arguments) arguments = { 0 };
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &arguments.name, "What the worker is called", "NAME" },
    { "business", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments.businesses, "Whose jobs it does; can be repeated", "SHORT" },
    G_OPTION_ENTRY_NULL,
  };

  return run_command (summary, entries, &arguments, action, argc, argv);
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
  static const struct
  {
    const char *name;
    int (*run) (const char *summary, Action action, int argc, char **argv);
    const char *summary;
    Action action;
  } commands[] = {
    { "init", run_business_command, "Makes a store, its first business and that one's owner.", run_init },
    { "add-business", run_business_command, "Adds a business, owned by a user who is there already.",
      run_add_business },
    { "add-user", run_user_command, "Adds a user.", run_add_user },
    { "add-worker", run_worker_command, "Adds a worker and prints its token.", run_add_worker },
    { "set-password", run_password_command,
      "Gives a user another password, and ends all of that user's sessions.", run_set_password },
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return commands[i].run (commands[i].summary, commands[i].action, argc, argv);
  return -1;
}
