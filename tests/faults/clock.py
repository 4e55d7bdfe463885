# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that a test can set, for one program: by libfaketime, which reads how far it is off from a file."""

import glob
import os

LIBRARIES = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
HOUR = 3600


class Clock:
    def __init__(self, folder):
        self.path = os.path.join(folder, "clock")
        self.set(0)

    def set(self, seconds):
        """How far it is off from now on. Time that passes is not touched, only the time of day."""
        with open(self.path + ".new", "w", encoding="ascii") as file:
            file.write(f"{seconds:+}")
        os.replace(self.path + ".new", self.path)

    def environment(self):
        return {"LD_PRELOAD": LIBRARIES[0], "FAKETIME_TIMESTAMP_FILE": self.path, "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
