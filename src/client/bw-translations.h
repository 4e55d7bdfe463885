/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

void bw_translations_init (void);
