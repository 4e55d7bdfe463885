/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-job-list.h"

struct _BwJobEntry
{
  BwPagedEntry parent_instance;
};

enum
{
  PROP_0,
  PROP_JOB,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwJobEntry, bw_job_entry, BW_TYPE_PAGED_ENTRY)

static void
bw_job_entry_row_changed (BwPagedEntry *entry)
{
  g_object_notify_by_pspec (G_OBJECT (entry), properties[PROP_JOB]);
}

static void
bw_job_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_JOB)
    g_value_set_boxed (value, bw_job_entry_get_job (BW_JOB_ENTRY (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bw_job_entry_class_init (BwJobEntryClass *class)
{
  G_OBJECT_CLASS (class)->get_property = bw_job_entry_get_property;
  BW_PAGED_ENTRY_CLASS (class)->row_changed = bw_job_entry_row_changed;
  properties[PROP_JOB] =
      g_param_spec_boxed ("job", NULL, NULL, BW_TYPE_JOB,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPS, properties);
}

static void
bw_job_entry_init (BwJobEntry *self)
{
}

/**
 * bw_job_entry_get_job:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): the job as it is known; %NULL for a placeholder
 */
BwJob *
bw_job_entry_get_job (BwJobEntry *self)
{
  g_return_val_if_fail (BW_IS_JOB_ENTRY (self), NULL);

  return bw_paged_entry_get_row (BW_PAGED_ENTRY (self));
}
