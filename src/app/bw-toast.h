/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What is said after something was done, and what can be done about it. */
void bw_toast_say   (AdwToastOverlay *overlay, const char *text);
void bw_toast_offer (AdwToastOverlay *overlay, const char *text, const char *label, GCallback clicked,
                     gpointer user_data, GDestroyNotify notify);
void bw_toast_offer_two (AdwToastOverlay *overlay, const char *text, const char *first, GCallback first_clicked,
                         const char *second, GCallback second_clicked, gpointer user_data, GDestroyNotify notify);

G_END_DECLS
