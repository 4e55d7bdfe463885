/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store-test.h"

G_BEGIN_DECLS

void random_act (StoreTest *test, GArray *claims, GRand *rand);

G_END_DECLS
