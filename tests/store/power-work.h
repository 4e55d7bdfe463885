/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store-test.h"

G_BEGIN_DECLS

/*
 * Work on a store that may end at any moment, and what is known of it then: what was acknowledged,
 * and the one write that was under way. A thread works on jobs of a type of its own, so that it knows
 * all that happens to them.
 */
typedef struct _PowerWork PowerWork;

PowerWork *power_work_new   (const char *type);
void       power_work_free  (PowerWork *self);
gboolean   power_work_run   (PowerWork *self, StoreTest *test, guint n_rounds, guint32 seed);
char      *power_work_check (PowerWork *self, StoreTest *test);
guint      power_work_count (PowerWork *self);
const char *power_work_get_path (StoreTest *test);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PowerWork, power_work_free)

G_END_DECLS
