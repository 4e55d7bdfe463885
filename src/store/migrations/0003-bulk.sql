-- SPDX-License-Identifier: GPL-3.0-or-later
-- Jobs that act on other jobs, and are run by the server itself.

CREATE TABLE bulk (
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  action BIGINT NOT NULL,
  total BIGINT NOT NULL,                       -- how many jobs it is for, items yet or not
  PRIMARY KEY (business, job)
) @clustered@;

-- The jobs to act upon that are no items of the bulk job yet, in the order of their ids. A million of
-- them are handed in within one short write, and become items slice by slice.
CREATE TABLE bulk_target (
  business BIGINT NOT NULL,
  job BIGINT NOT NULL,
  first_item BIGINT NOT NULL,                  -- the number of the item that the first one becomes
  ids @bytes@ NOT NULL,                        -- see bw-targets.c
  PRIMARY KEY (business, job, first_item)
) @clustered@;
