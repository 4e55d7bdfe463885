/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "bw-ctl-command.h"
#include "bw-ctl-filter.h"
#include "bw-ctl-text.h"

static char **users;
static char **types;
static gboolean everything;
static char *reason;

/** bw_ctl_pause_options: of "pause" */
const GOptionEntry bw_ctl_pause_options[] = {
  { "user", 'u', 0, G_OPTION_ARG_STRING_ARRAY, &users, N_ ("Pause this user’s jobs"),
    N_ ("USER") },
  { "type", 't', 0, G_OPTION_ARG_STRING_ARRAY, &types, N_ ("Pause the jobs of this type"),
    N_ ("TYPE") },
  { "all", 'a', 0, G_OPTION_ARG_NONE, &everything, N_ ("Pause all jobs of the business"), NULL },
  { "reason", 'r', 0, G_OPTION_ARG_STRING, &reason, N_ ("Why, for others to read"),
    N_ ("REASON") },
  { NULL },
};

/** bw_ctl_resume_options: of "resume" */
const GOptionEntry bw_ctl_resume_options[] = {
  { "all", 'a', 0, G_OPTION_ARG_NONE, &everything, N_ ("Resume everything that is paused"), NULL },
  { NULL },
};

static char *
describe_pause (const BwPause *pause)
{
  if (pause->all)
    return g_strdup (_ ("Everything"));
  if (pause->type != NULL)
    return g_strdup (pause->type_name);

  return g_strdup (pause->user_name);
}

static void
print_pauses (GPtrArray *pauses)
{
  g_autoptr (BwCtlTable) table = bw_ctl_table_new ();

  if (pauses->len == 0)
    g_print ("%s\n", _ ("Nothing is paused."));
  bw_ctl_table_column (table, _ ("Pause"), BW_ALIGN_END);
  bw_ctl_table_column (table, _ ("What"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Since"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("By"), BW_ALIGN_START);
  bw_ctl_table_column (table, _ ("Why"), BW_ALIGN_FILL);
  for (guint i = 0; i < pauses->len; i++)
    {
      const BwPause *pause = g_ptr_array_index (pauses, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, pause->id);
      g_autofree char *what = describe_pause (pause);
      g_autofree char *since = bw_ctl_text_time (pause->since);

      bw_ctl_table_add (table, id);
      bw_ctl_table_add (table, what);
      bw_ctl_table_add (table, since);
      bw_ctl_table_add (table, pause->paused_by);
      bw_ctl_table_add (table, pause->reason);
    }
  bw_ctl_table_print (table);
}

/** bw_ctl_list_pauses: pauses */
gboolean
bw_ctl_list_pauses (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) pauses = NULL;
  g_autofree char *path = bw_ctl_make_path (ctl, "pauses");

  if (ctl->json)
    return bw_ctl_print_request (ctl, "GET", path, NULL, error);
  pauses = dex_await_boxed (bw_business_list_pauses (ctl->business), error);
  if (pauses == NULL)
    return FALSE;
  print_pauses (pauses);

  return TRUE;
}

/** bw_ctl_pause: pause */
gboolean
bw_ctl_pause (BwCtl *ctl, char **arguments, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) pauses = NULL;

  if (users == NULL && types == NULL && !everything)
    {
      g_set_error (error, BW_USAGE_ERROR, 0, _ ("Say what to pause: --user, --type or --all."));
      return FALSE;
    }
  for (guint i = 0; users != NULL && users[i] != NULL; i++)
    {
      gint64 id;

      if (!bw_ctl_find_user (ctl, users[i], &id, error))
        return FALSE;
      g_array_append_val (ids, id);
    }

  pauses = dex_await_boxed (bw_business_pause (ctl->business, ids, (const char *const *) types,
                                               everything, reason),
                            error);
  if (pauses == NULL)
    return FALSE;
  if (!ctl->json)
    print_pauses (pauses);

  return TRUE;
}

/** bw_ctl_resume: resume PAUSE… */
gboolean
bw_ctl_resume (BwCtl *ctl, char **arguments, GError **error)
{
  gint64 resumed = 0;

  if ((arguments[0] != NULL) == everything)
    {
      g_set_error (error, BW_USAGE_ERROR, 0,
                   _ ("Name the pauses by their numbers (“batchworkctl pauses”), or say --all."));
      return FALSE;
    }
  if (everything)
    resumed = dex_await_int64 (bw_business_resume (ctl->business, 0), error);
  for (guint i = 0; *error == NULL && arguments[i] != NULL; i++)
    {
      gint64 id;

      if (bw_ctl_read_id (arguments[i], &id, error))
        resumed += dex_await_int64 (bw_business_resume (ctl->business, id), error);
    }
  if (*error != NULL)
    return FALSE;

  if (ctl->json)
    g_print ("{\"resumed\":%" G_GINT64_FORMAT "}\n", resumed);
  else
    g_print (ngettext ("%" PRId64 " pause was ended.\n",
                       "%" PRId64 " pauses were ended.\n", resumed),
             resumed);

  return TRUE;
}
