#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a program in a session of its own that has an unlocked keyring.
set -eu
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME="$home" XDG_DATA_HOME="$home/data" XDG_RUNTIME_DIR="$home" BATCHWORK_TEST_KEYRING=1
dbus-run-session -- sh -c '
  echo test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
  "$@"' sh "$@"
