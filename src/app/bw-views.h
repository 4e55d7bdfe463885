/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bw-rights.h"

G_BEGIN_DECLS

/** One of the views of a business that the sidebar offers. */
typedef struct
{
  const char *name;         /* of the window's action "win.view" */
  const char *title;        /* to be translated */
  const char *icon;
  guint group;              /* views of one group stand together */
  BwPermissions needs;      /* any one of these */
  GType (*get_type) (void); /* a widget with the property "business" */
} BwView;

const BwView *bw_views_get  (guint *n);
const BwView *bw_views_find (const char *name);

G_END_DECLS
