# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts with a network of their own each, joined by wires that can be cut, slow, or deaf one way.

A host is a network namespace, which goes with the test. A wire is a pair of tunnel devices, and a thread that
carries packets from one to the other: those at a cut are lost, as where a cable is pulled elsewhere, and neither
end is told. (Kernels of test machines have no netem; and a device that is taken down tells its own end.)
"""

import contextlib
import fcntl
import heapq
import ipaddress
import itertools
import os
import select
import struct
import subprocess
import threading
import time

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
NETWORK = ipaddress.ip_network("10.213.0.0/24")
MTU = 1500


def find_obstacle():
    """Why there can be no networks of one's own here; None when there can."""
    error = []

    def attempt():
        try:
            Host("attempt", "10.213.0.250").close()
        except (OSError, subprocess.CalledProcessError) as reason:
            error.append(f"no networks of one's own here: {reason}")

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    return error[0] if error else None


class Host:
    """A network with an address, and nobody to speak to yet. Programs run there that are started inside()."""

    def __init__(self, name, address):
        self.name, self.address = name, address
        with self.keep_own():
            os.unshare(os.CLONE_NEWNET)
            self.space = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            self.ip("link", "set", "lo", "up")
            self.ip("address", "add", f"{address}/32", "dev", "lo")

    @staticmethod
    @contextlib.contextmanager
    def keep_own():
        """The calling thread's network is the same again afterwards."""
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            yield
        finally:
            os.setns(own, os.CLONE_NEWNET)
            os.close(own)

    @contextlib.contextmanager
    def inside(self):
        """What the calling thread connects, listens on and starts meanwhile is of this host."""
        with self.keep_own():
            os.setns(self.space, os.CLONE_NEWNET)
            yield

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)

    def make_device(self, name, to):
        with self.inside():
            device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN_NO_PI))
            self.ip("link", "set", name, "mtu", str(MTU), "up")
            self.ip("route", "add", to.address, "dev", name, "src", self.address)
        return device

    def close(self):
        os.close(self.space)


class Wire(threading.Thread):
    """Joins two hosts. Directions are told by the host that sends."""

    numbers = itertools.count()

    def __init__(self, one, other):
        super().__init__(name=f"{one.name}-{other.name}", daemon=True)
        name = f"wire{next(self.numbers)}"
        self.hosts = (one, other)
        self.devices = (one.make_device(name, other), other.make_device(name, one))
        self.is_cut = [False, False]
        self.delay = [0.0, 0.0]       # seconds
        self.rate = [0, 0]            # bytes a second; 0: any
        self.free_at = [0.0, 0.0]     # when the packets before are through, at that rate
        self.n_lost = 0
        self.flying = []              # (due, number, direction, packet)
        self.counter = itertools.count()
        self.end_reader, self.end_writer = os.pipe()
        self.start()

    def cut(self, sender=None):
        """Loses all packets from now on, those under way too; or just what one host sends."""
        for direction, host in enumerate(self.hosts):
            if sender in (None, host):
                self.is_cut[direction] = True

    def heal(self):
        self.is_cut = [False, False]

    def slow_down(self, delay=0.0, rate=0):
        self.delay, self.rate = [delay, delay], [rate, rate]

    def run(self):
        while True:
            wait = max(0, self.flying[0][0] - time.monotonic()) if self.flying else None
            ready, _, _ = select.select([*self.devices, self.end_reader], [], [], wait)
            if self.end_reader in ready:
                return
            for direction, device in enumerate(self.devices):
                if device in ready:
                    self.take(direction, device)
            self.give()

    def take(self, direction, device):
        try:
            packet = os.read(device, MTU)
        except OSError:
            return
        now = time.monotonic()
        through = max(now, self.free_at[direction])
        if self.rate[direction]:
            through += len(packet) / self.rate[direction]
        self.free_at[direction] = through
        heapq.heappush(self.flying, (through + self.delay[direction], next(self.counter), direction, packet))

    def give(self):
        while self.flying and self.flying[0][0] <= time.monotonic():
            _, _, direction, packet = heapq.heappop(self.flying)
            if self.is_cut[direction]:
                self.n_lost += 1
                continue
            try:
                os.write(self.devices[1 - direction], packet)
            except OSError:
                self.n_lost += 1

    def close(self):
        os.close(self.end_writer)
        self.join()
        for descriptor in (*self.devices, self.end_reader):
            os.close(descriptor)
