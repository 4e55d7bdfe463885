/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BW_TYPE_PEOPLE_VIEW (bw_people_view_get_type ())

/**
 * BwPeopleView:
 *
 * Who may do what in a business, and how it is set up.
 *
 * Properties:
 *   business      BwBusiness   whose; NULL for none
 */
G_DECLARE_FINAL_TYPE (BwPeopleView, bw_people_view, BW, PEOPLE_VIEW, AdwBin)

G_END_DECLS
