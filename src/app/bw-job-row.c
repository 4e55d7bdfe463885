/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-job-row.h"

#include <glib/gi18n.h>

#include "bw-format.h"
#include "bw-job-list.h"

/* What a screen reader says of the row as a whole. */
static void
update_row (BwJobEntry *entry, GParamSpec *pspec, GtkColumnViewRow *row)
{
  const BwJob *job = bw_job_entry_get_job (entry);
  g_autofree char *progress = NULL;
  g_autofree char *created = NULL;
  g_autofree char *description = NULL;

  if (job == NULL)
    {
      gtk_column_view_row_set_accessible_label (row, _ ("Loading…"));
      return;
    }

  progress =
      job->state == BW_JOB_STATE_PROCESSING ? bw_format_progress (job) : bw_format_items (job);
  created = bw_format_time_human (job->created_at, bw_time_now ());
  /* Translators: what a screen reader says of a job: state, progress or items, creator, time */
  description = g_strdup_printf (_ ("%s, %s, created by %s, %s"),
                                 bw_format_job_state (job->state, job->conditions), progress,
                                 job->created_by_name, created);
  gtk_column_view_row_set_accessible_label (row, job->name);
  gtk_column_view_row_set_accessible_description (row, description);
}

static void
row_bind_cb (GtkSignalListItemFactory *factory, GtkColumnViewRow *row)
{
  BwJobEntry *entry = gtk_column_view_row_get_item (row);

  g_signal_connect_object (entry, "notify::job", G_CALLBACK (update_row), row, G_CONNECT_DEFAULT);
  update_row (entry, NULL, row);
}

static void
row_unbind_cb (GtkSignalListItemFactory *factory, GtkColumnViewRow *row)
{
  g_signal_handlers_disconnect_by_func (gtk_column_view_row_get_item (row), update_row, row);
}

/**
 * bw_job_row_factory_new:
 *
 * Returns: (transfer full): a factory for the rows of a column view of BwJobEntry, which says to
 *   screen readers what each of them is
 */
GtkListItemFactory *
bw_job_row_factory_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "bind", G_CALLBACK (row_bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (row_unbind_cb), NULL);

  return factory;
}
