/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-quick-job.h"

struct _BwQuickJob
{
  GObject parent_instance;

  BwBusiness *business;
  BwJob *job;
};

enum
{
  PROP_0,
  PROP_JOB,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BwQuickJob, bw_quick_job, G_TYPE_OBJECT)

static void
bw_quick_job_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_JOB:
      g_value_set_boxed (value, BW_QUICK_JOB (object)->job);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bw_quick_job_finalize (GObject *object)
{
  BwQuickJob *self = BW_QUICK_JOB (object);

  g_clear_object (&self->business);
  g_clear_pointer (&self->job, bw_job_unref);

  G_OBJECT_CLASS (bw_quick_job_parent_class)->finalize (object);
}

static void
bw_quick_job_class_init (BwQuickJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bw_quick_job_finalize;
  object_class->get_property = bw_quick_job_get_property;

  properties[PROP_JOB] =
      g_param_spec_boxed ("job", NULL, NULL, BW_TYPE_JOB,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bw_quick_job_init (BwQuickJob *self)
{
}

/**
 * bw_quick_job_new:
 * @business: the job's business
 * @job: the job as it is
 *
 * Returns: (transfer full): a row
 */
BwQuickJob *
bw_quick_job_new (BwBusiness *business, BwJob *job)
{
  BwQuickJob *self = g_object_new (BW_TYPE_QUICK_JOB, NULL);

  self->business = g_object_ref (business);
  self->job = bw_job_ref (job);

  return self;
}

/**
 * bw_quick_job_get_business:
 * @self: a row
 *
 * Returns: (transfer none): the job's business
 */
BwBusiness *
bw_quick_job_get_business (BwQuickJob *self)
{
  g_return_val_if_fail (BW_IS_QUICK_JOB (self), NULL);

  return self->business;
}

/**
 * bw_quick_job_get_job:
 * @self: a row
 *
 * Returns: (transfer none): the job as last known
 */
BwJob *
bw_quick_job_get_job (BwQuickJob *self)
{
  g_return_val_if_fail (BW_IS_QUICK_JOB (self), NULL);

  return self->job;
}

/**
 * bw_quick_job_set_job:
 * @self: a row
 * @job: the same job as it now is; an older state of it is passed over
 */
void
bw_quick_job_set_job (BwQuickJob *self, BwJob *job)
{
  g_return_if_fail (BW_IS_QUICK_JOB (self));

  if (job == self->job || job->revision < self->job->revision || bw_job_equal (job, self->job))
    return;

  bw_job_ref (job);
  bw_job_unref (self->job);
  self->job = job;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JOB]);
}

/**
 * bw_quick_job_is_same:
 * @self: a row
 * @other: another
 *
 * Returns: whether both are of the same job
 */
gboolean
bw_quick_job_is_same (BwQuickJob *self, BwQuickJob *other)
{
  return self->business == other->business && self->job->id == other->job->id;
}
