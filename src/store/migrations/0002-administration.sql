-- SPDX-License-Identifier: GPL-3.0-or-later
-- Roles that a business makes itself, and what its administrators look at.

CREATE TABLE role (
  business BIGINT NOT NULL,
  id BIGINT NOT NULL,                          -- from 100 upwards; those below are shipped (bw-rights.h)
  slug @text@ NOT NULL,
  name @text@ NOT NULL,
  permissions BIGINT NOT NULL,
  PRIMARY KEY (business, id),
  UNIQUE (business, slug)
) @clustered@;

ALTER TABLE membership ADD COLUMN last_seen_at BIGINT;
ALTER TABLE account ADD COLUMN created_by @text@;  -- NULL: on the server's command line

CREATE INDEX session_account ON session (account);
