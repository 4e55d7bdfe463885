/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything of the client at once. */
#include "bw-business-bulk.h"
#include "bw-business.h"
#include "bw-business-admin.h"
#include "bw-connection.h"
#include "bw-event-stream.h"
#include "bw-filter-match.h"
#include "bw-item-list.h"
#include "bw-job-list.h"
#include "bw-keyring.h"
#include "bw-log-lines.h"
