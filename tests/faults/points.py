# SPDX-License-Identifier: GPL-3.0-or-later
"""The named points at which points.c kills a server, and the memory through which a test names one."""

import mmap
import os
import struct

POINTS = ["none", "begun", "counting", "chunk", "removing", "before-commit", "before-sync", "after-sync",
          "checkpoint", "committed", "answer", "half-answer", "event", "migrating"]
# About how often a point is passed in a second of a round's load, so that each is met in its midst.
USUAL = {"begun": 60, "counting": 80, "chunk": 4, "removing": 6, "before-commit": 60, "before-sync": 60,
         "after-sync": 60, "checkpoint": 300, "committed": 60, "answer": 200, "half-answer": 200, "event": 200}


class Points:
    """What a server and its test have in common."""

    def __init__(self, folder):
        self.folder = folder
        self.path = os.path.join(folder, "points")
        size = 4 * (3 + len(POINTS))
        with open(self.path, "w+b") as file:
            file.write(bytes(size))
            file.flush()
            self.memory = mmap.mmap(file.fileno(), size)

    def environment(self, library):
        # LD_PRELOAD ends a name at a space, which the folder of a build may have in its own.
        loaded = os.path.join(self.folder, os.path.basename(library))
        if not os.path.islink(loaded):
            os.symlink(library, loaded)
        return {"LD_PRELOAD": loaded, "BATCHWORK_FAULT_POINTS": self.path}

    def arm(self, point, count):
        """The server dies when it passes the point for the count-th time from now."""
        self.memory[0:12] = struct.pack("iii", POINTS.index(point), count, 0)

    def disarm(self):
        self.memory[0:12] = bytes(12)

    def killed(self):
        """Where it died; "none" if not at a point."""
        return POINTS[struct.unpack("i", self.memory[8:12])[0]]

    def passed(self):
        """How often each point was passed."""
        return dict(zip(POINTS, struct.unpack(f"{len(POINTS)}i", self.memory[12:])))
