/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BwEventPort BwEventPort;
typedef struct _BwEventStream BwEventStream;

BwEventPort *bw_event_port_new   (void);
void         bw_event_port_free  (BwEventPort *self);
void         bw_event_port_add   (BwEventPort *self, BwEventStream *stream, int fd);
void         bw_event_port_wake  (BwEventPort *self, BwEventStream *stream);
guint        bw_event_port_count (BwEventPort *self);

G_END_DECLS
