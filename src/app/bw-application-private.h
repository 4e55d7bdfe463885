/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-application.h"

#include "bw-background.h"
#include "bw-notifier.h"
#include "bw-tray.h"
#include "bw-window.h"

G_BEGIN_DECLS

struct _BwApplication
{
  AdwApplication parent_instance;

  BwSession *session;
  BwJobWatch *watch;
  BwNotifier *notifier;
  BwTray *tray;
  BwBackground *background;  /* NULL for one that ends with its window */
  BwWindow *window;          /* weak: the main window while there is one */
  GtkWindow *quick_window;   /* weak: the quick tool while it has a window */
  AdwDialog *sign_in_dialog; /* weak: while the user is asked to sign in again */
  DexFuture *start;          /* signing in as the last time; NULL until it was begun */
  int status;                /* to exit with */

  /* From the command line */
  char *server;
  char *user;
  char *password_file;
  char *business;
  char *screenshot;
  gint64 job;
  int width;
  int height;
  gboolean dark;
  gboolean in_background; /* no window until one is asked for */
};

/* bw-application.c */
void bw_application_begin       (BwApplication *self);
void bw_application_spawn       (BwApplication *self, DexFiberFunc func);

/* bw-application-actions.c */
void bw_application_add_actions (BwApplication *self);

G_END_DECLS
