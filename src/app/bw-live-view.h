/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "bw-business.h"

G_BEGIN_DECLS

#define BW_TYPE_LIVE_VIEW (bw_live_view_get_type ())

/**
 * BwLiveView:
 *
 * What the views of a business have in common. It asks the server when it comes on screen, again
 * after events, at most once a second and only while it is on screen; shows a spinner if that takes
 * long, what is wrong if it fails, and what belongs here if there is nothing to show.
 *
 * Properties:
 *   business      BwBusiness  whose; NULL for none
 *   content       GtkWidget   what shows the answer
 *   empty-icon-name, empty-title, empty-description   what stands in place of an empty answer
 *   narrow        gboolean    read only: there is room for one column only
 * Actions:
 *   view.refresh              asks the server now
 */
G_DECLARE_DERIVABLE_TYPE (BwLiveView, bw_live_view, BW, LIVE_VIEW, AdwBin)

/**
 * BwLiveViewClass:
 * @load: asks for what is shown: a future of what @take is given
 * @take: shows the answer
 * @forget: what is shown is another business's: forget all that was known
 * @concerns: whether an event changes what is shown; without it every event does
 */
struct _BwLiveViewClass
{
  AdwBinClass parent_class;

  DexFuture *(*load)     (BwLiveView *self, BwBusiness *business);
  void       (*take)     (BwLiveView *self, const GValue *answer);
  void       (*forget)   (BwLiveView *self);
  gboolean   (*concerns) (BwLiveView *self, const BwEvent *event);
};

BwBusiness *bw_live_view_get_business (BwLiveView *self);
void        bw_live_view_set_business (BwLiveView *self, BwBusiness *business);
gboolean    bw_live_view_get_narrow   (BwLiveView *self);
void        bw_live_view_set_interval (BwLiveView *self, guint seconds);
void        bw_live_view_set_empty    (BwLiveView *self, gboolean empty);
void        bw_live_view_reload       (BwLiveView *self);
void        bw_live_view_toast        (BwLiveView *self, const char *text);

G_END_DECLS
