/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-ctl.h"

G_BEGIN_DECLS

#define BW_USAGE_ERROR (bw_usage_error_quark ())
GQuark bw_usage_error_quark (void);

typedef enum
{
  BW_COMMAND_DEFAULT = 0,
  BW_COMMAND_ALONE = 1 << 0,       /* needs no sign-in */
  BW_COMMAND_NO_BUSINESS = 1 << 1, /* needs a sign-in, but no business */
} BwCommandFlags;

/**
 * BwCommandFunc:
 * @ctl: the run
 * @arguments: what stands behind the command's name, without options; %NULL-terminated
 * @error: set on failure
 *
 * Runs in a fiber.
 *
 * Returns: whether it did what it was asked to
 */
typedef gboolean (*BwCommandFunc) (BwCtl *ctl, char **arguments, GError **error);

/**
 * BwCommand:
 * @name: its name
 * @arguments: what it takes, for the help: "JOB…"
 * @summary: to be translated: one line, what it does
 * @options: (nullable): its own options
 * @filters: whether it also takes the options that choose jobs
 * @min: how many arguments it takes at least
 * @max: and at most; -1: any number
 * @flags: what it needs
 * @run: does it
 *
 * One command.
 */
typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  const GOptionEntry *options;
  gboolean filters;
  int min;
  int max;
  BwCommandFlags flags;
  BwCommandFunc run;
} BwCommand;

const BwCommand *bw_ctl_find_command   (const char *name);
const BwCommand *bw_ctl_get_commands   (guint *n);
void             bw_ctl_print_commands (void);

/* The commands, by room. The options of each are file-wide: a run has one command. */
extern const GOptionEntry bw_ctl_login_options[];
gboolean bw_ctl_login     (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_logout    (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_whoami    (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_use       (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_list_options[];
gboolean bw_ctl_list      (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_summary   (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_show_options[];
extern const GOptionEntry bw_ctl_items_options[];
extern const GOptionEntry bw_ctl_result_options[];
gboolean bw_ctl_show      (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_items     (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_log       (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_history   (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_result    (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_retry_options[];
extern const GOptionEntry bw_ctl_act_options[];
gboolean bw_ctl_retry     (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_cancel    (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_delete    (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_clear_finished (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_submit_options[];
extern const GOptionEntry bw_ctl_edit_options[];
extern const GOptionEntry bw_ctl_copy_options[];
gboolean bw_ctl_submit    (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_edit      (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_copy      (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_pause_options[];
extern const GOptionEntry bw_ctl_resume_options[];
gboolean bw_ctl_list_pauses (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_pause     (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_resume    (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_export_options[];
gboolean bw_ctl_export    (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_export_items (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_insights_options[];
extern const GOptionEntry bw_ctl_audit_options[];
gboolean bw_ctl_queues    (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_batches   (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_workers   (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_insights  (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_audit     (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_mail_options[];
gboolean bw_ctl_mail      (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_member_options[];
gboolean bw_ctl_members   (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_add_member (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_change_member (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_remove_member (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_role_options[];
extern const GOptionEntry bw_ctl_token_options[];
extern const GOptionEntry bw_ctl_settings_options[];
gboolean bw_ctl_roles     (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_add_role  (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_change_role (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_remove_role (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_tokens    (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_add_token (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_renew_token (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_remove_token (BwCtl *ctl, char **arguments, GError **error);
gboolean bw_ctl_settings  (BwCtl *ctl, char **arguments, GError **error);

extern const GOptionEntry bw_ctl_store_options[];
gboolean bw_ctl_store     (BwCtl *ctl, char **arguments, GError **error);

G_END_DECLS
