/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bw-live-view.h"

G_BEGIN_DECLS

/** What a page of the people's view lists. */
typedef enum
{
  BW_PEOPLE_MEMBERS,
  BW_PEOPLE_ROLES,
  BW_PEOPLE_PROGRAMS,
} BwPeopleKind;

#define BW_TYPE_PEOPLE_KIND (bw_people_kind_get_type ())
GType bw_people_kind_get_type (void);

#define BW_TYPE_PEOPLE_PAGE (bw_people_page_get_type ())

/**
 * BwPeoplePage:
 *
 * The members, the roles or the programs of a business: one a row, and a dialog for each.
 *
 * Properties:
 *   kind          BwPeopleKind   construct only: what is listed
 */
G_DECLARE_FINAL_TYPE (BwPeoplePage, bw_people_page, BW, PEOPLE_PAGE, BwLiveView)

G_END_DECLS
