#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cut, slow and half-open networks: partition-test.py BATCHWORKD BATCHWORK-WORKER BATCHWORKCTL [NAME…]"""

import os
import random
import socket
import subprocess
import sys
import threading
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, "partition"), os.path.join(TESTS, "server"), os.path.join(TESTS, "worker"), TESTS]
os.environ["BATCHWORKD"], WORKER, CTL = map(os.path.abspath, sys.argv[1:4])
NAMES = sys.argv[4:]

import tap  # noqa: E402  pylint: disable=wrong-import-position
from office import PORT, OfficeTest, Stopwatch, W  # noqa: E402  pylint: disable=wrong-import-position
from worker_harness import is_gone, process_state, wait_until  # noqa: E402  pylint: disable=wrong-import-position

LEASE = 2


class Star(OfficeTest):
    """A server on SQLite, which everybody has a wire to."""

    worker_program = WORKER

    def setUp(self):
        super().setUp()
        store = f"sqlite:{self.folder}/store.db"
        self.make_store(store)
        host = self.server_host = self.add_host("server")
        self.wire = self.join(self.client, host)
        self.server = self.start_server(host, store)
        self.servers.append(self.server)
        self.olivia = self.sign_in(self.server)

    def add_worker(self, **options):
        host = self.add_host(f"worker{len(self.workers)}")
        wire = self.join(host, self.server_host)
        return self.start_worker(host, self.server, **options), wire

    def submit(self, n_items):
        return self.olivia.submit("willems", {"type": "steps", "items": [{"label": f"{n}"} for n in range(n_items)]})[0]

    def await_figure(self, name, value, *patience):
        """From afar, the server's figures are for who manages it."""
        wait_until(lambda: f"\n{name} {value}\n" in self.olivia.get("/metrics").text, f"{name} {value}", *patience)

    def await_success(self, job, *patience):
        wait_until(lambda: self.olivia.job("willems", job)["state"] == "success", f"success of job {job}", *patience)

    @staticmethod
    def let(worker, *items):
        for item in items:
            (worker.folder / f"go-{item}").touch()

    @staticmethod
    def effects(worker):
        path = worker.folder / "effects"
        return path.read_text().split() if path.exists() else []


class Short(Star):
    def test_worker_cut_off_for_less_than_its_lease(self):
        """The command goes on, and what it did arrives when the wire is whole; nothing is done twice."""
        worker, wire = self.add_worker(lease="20s")
        job = self.submit(4)
        self.let(worker, 1)
        self.await_states(self.olivia, job, "success")
        wire.cut()
        self.let(worker, 2, 3)
        wait_until(lambda: len(self.effects(worker)) == 3, "the command goes on")
        time.sleep(1.5)  # some reports get lost, and are sent again after longer and longer times
        self.assertEqual(self.states(self.olivia, job), ["success", "pending", "pending", "pending"])
        wire.heal()
        watch = Stopwatch()
        self.await_states(self.olivia, job, "success", "success", "success")
        watch.tell("from the wire's being whole to the reports' arriving, cut for 1.5 s", 5)
        self.let(worker, 4)
        self.await_success(job)
        self.assertEqual(self.effects(worker), ["1", "2", "3", "4"])
        self.assertEqual(self.olivia.job("willems", job)["attempt"], 1)

    def test_worker_cut_off_for_longer_than_its_lease(self):
        """Its command is halted, another worker has the job, and what the first reports later is refused."""
        worker, wire = self.add_worker(lease=f"{LEASE}s")
        job = self.submit(4)
        self.let(worker, 1)
        self.await_states(self.olivia, job, "success")
        pid = int((worker.folder / "pids").read_text())
        wire.cut()
        watch = Stopwatch()
        self.let(worker, 2)
        wait_until(lambda: len(self.effects(worker)) == 2, "an effect that can't be reported")
        wait_until(lambda: process_state(pid) == "T", "the command halted")
        watch.tell(f"from the cut until the command is halted, with a lease of {LEASE} s", LEASE)
        self.let(worker, 3)

        other = self.worker_api(self.server)
        claim = other.claim(worker="other", businesses=["willems"], lease_s=60, wait_s=20)[0]
        watch.tell("from the cut until another worker has the job", LEASE + 2)
        self.assertEqual([item["item"] for item in claim["items"]], [2, 3, 4])
        items = [{"item": item, "state": "success", "message": "other"} for item in (2, 3, 4)]
        self.assertEqual(other.report({"claim": claim["claim"], "items": items, "finish": {}})[0]["status"], 200)
        before = self.olivia.get(f"{W}/jobs/{job}").body

        wire.heal()
        watch = Stopwatch()
        wait_until(lambda: is_gone(pid), "the stale command ended")
        watch.tell("from the wire's being whole until the stale command is ended", 10)
        worker.await_log("is no longer held")
        self.assertEqual(self.effects(worker), ["1", "2"], "it went on while another had the job")
        self.assertEqual(self.olivia.get(f"{W}/jobs/{job}").body, before)
        again = self.submit(1)
        self.await_success(again)
        watch.tell("until it has done its next job", 15)

    def test_worker_vanishes_while_it_waits_for_work(self):
        """A job that is given to nobody comes back when its lease is over."""
        ghost_host = self.add_host("ghost")
        wire = self.join(ghost_host, self.server_host)
        token = self.token_file.read_text().strip()
        with ghost_host.inside():
            ghost = self.server.tls.wrap_socket(socket.create_connection((self.server.host, PORT)),
                                                server_hostname=self.server.host)
        body = b'{"worker": "ghost", "businesses": ["willems"], "lease_s": 2, "wait_s": 60}'
        ghost.sendall(b"POST /v1/claims HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                      b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s" % (token.encode(), len(body), body))
        self.await_figure("batchwork_waiting_claims", 1)
        wire.cut()
        ghost.close()
        job = self.submit(1)
        watch = Stopwatch()
        claim = self.worker_api(self.server).claim(worker="other", businesses=["willems"], wait_s=20)[0]
        watch.tell(f"until a job given to a host that is gone is given again, with a lease of {LEASE} s", LEASE + 2)
        self.assertEqual(claim["job"]["id"], job)
        self.assertEqual(claim["job"]["attempt"], 2)

    def test_server_deaf_on_one_side(self):
        """The worker is heard and hears nothing: what it has to report twice counts once."""
        worker, wire = self.add_worker(lease="6s")
        job = self.submit(3)
        self.let(worker, 1)
        self.await_states(self.olivia, job, "success")
        wire.cut(self.server_host)
        self.let(worker, 2)
        worker.await_log("did not answer in 3 seconds")
        wire.heal()
        watch = Stopwatch()
        self.let(worker, 3)
        self.await_success(job)
        watch.tell("from hearing again to the job's end", 10)
        self.assertEqual(self.effects(worker), ["1", "2", "3"])
        history = self.olivia.get(f"{W}/jobs/{job}/history").json
        self.assertEqual([attempt["outcome"] for attempt in history["attempts"]], ["finished"])

    def test_slow_wire(self):
        """300 ms there and 300 ms back, at 100 KB a second: slow, and all of it right."""
        worker, wire = self.add_worker(lease="20s", script=UPLOAD, MakesResult="true")
        wire.slow_down(0.3, 100_000)
        events = self.olivia.events("willems")
        self.wire.slow_down(0.3, 100_000)
        job = self.submit(20)
        watch = Stopwatch()
        seen = events.until(lambda event: event[2].get("job", {}).get("state") == "success")
        watch.tell("for a job of 20 items with a result of 200 KB on a slow wire", 20)
        self.assertEqual([revision for revision, _, _ in seen], sorted({revision for revision, _, _ in seen}))
        events.close()
        self.assertEqual(self.olivia.get(f"{W}/jobs/{job}/result").body, b"z" * 200_000)
        self.assertEqual(self.olivia.job("willems", job)["attempt"], 1)
        self.assertNotIn("WARNING", worker.read_log())


class Long(Star):
    """What takes as long as a time-out does: a minute or more each."""

    def ctl(self, *words, **options):
        environment = {**os.environ, "HOME": str(self.folder), "XDG_CONFIG_HOME": f"{self.folder}/config",
                       "XDG_STATE_HOME": f"{self.folder}/state", "LC_ALL": "C.UTF-8",
                       "BATCHWORK_SERVER": f"https://{self.server.host}:{PORT}", "BATCHWORK_BUSINESS": "willems"}
        environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        return subprocess.Popen([CTL, *words], env=environment, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **options)

    def sign_in_ctl(self):
        said = subprocess.run(["openssl", "x509", "-in", self.server.certificate, "-noout", "-fingerprint", "-sha256"],
                              check=True, capture_output=True, text=True).stdout
        done = self.ctl("login", "--user", "olivia", "--password-file", str(self.folder / "password"), "--trust",
                        said.strip().partition("=")[2])
        _, said = done.communicate()
        self.assertEqual(done.returncode, 0, said)

    def test_user_cut_off(self):
        """A command says within half a minute that nothing answers; one that watches catches up by itself."""
        self.sign_in_ctl()
        nearby_host = self.add_host("nearby")
        self.join(nearby_host, self.server_host)
        with nearby_host.inside():
            nearby = self.sign_in(self.server)
        watching, lines = self.ctl("watch"), []
        reader = threading.Thread(target=lambda: [lines.append(line) for line in watching.stdout])
        reader.start()
        self.addCleanup(reader.join)
        self.addCleanup(watching.wait)
        self.addCleanup(watching.kill)
        self.await_figure("batchwork_event_streams", 1)
        nearby.submit("willems", {"type": "steps", "name": "first"})
        wait_until(lambda: "first" in "".join(lines), "what happens is told")
        self.wire.cut()
        watch = Stopwatch()
        listing = self.ctl("list")
        _, said = listing.communicate()
        watch.tell("until a command that gets no answer says so", 35)
        self.assertEqual(listing.returncode, 6)
        self.assertIn("did not answer in 30 seconds", said)
        nearby.submit("willems", {"type": "steps", "name": "second"})
        time.sleep(max(0, watch.begun + 60 - time.monotonic()))
        self.wire.heal()
        watch = Stopwatch()
        wait_until(lambda: "second" in "".join(lines), "what happened is told", 60)
        watch.tell("until who watches is told what was missed in a minute", 40)

    def test_server_lets_go_of_who_vanished(self):
        """Streams, waiting claims and half requests of a host that is gone don't stay for ever."""
        ghost_host = self.add_host("ghost")
        wire = self.join(ghost_host, self.server_host)
        heads = {
            "a stream": b"GET %s/events HTTP/1.1\r\nAuthorization: Bearer %s\r\n" % (
                W.encode(), self.olivia.token.encode()),
            "half a body": b"POST /v1/sessions HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n",
            "an idle connection": b"GET /healthz HTTP/1.1\r\n",
        }
        self.await_figure("batchwork_connections", 1)
        ghosts = []
        for head in heads.values():
            with ghost_host.inside():
                ghost = self.server.tls.wrap_socket(socket.create_connection((self.server.host, PORT)),
                                                    server_hostname=self.server.host)
            ghost.sendall(head + b"Host: x\r\n\r\n")
            ghosts.append(ghost)
        self.await_figure("batchwork_connections", 4)
        self.await_figure("batchwork_event_streams", 1)
        wire.cut()
        watch = Stopwatch()
        for ghost in ghosts:
            ghost.close()
        for figure, value in [("batchwork_event_streams", 0), ("batchwork_connections", 1)]:
            self.await_figure(figure, value, 300)
            watch.tell(f"until {figure} is {value}", 150)

    def test_flapping_wire(self):
        """A wire that comes and goes for a minute: every item is done, and once under each claim that holds."""
        worker, wire = self.add_worker(lease="3s", script=MANY)
        chance = random.Random(5)
        jobs = [self.submit(10) for _ in range(40)]
        end = time.monotonic() + 60
        while time.monotonic() < end:
            time.sleep(chance.expovariate(1))
            wire.cut(chance.choice([None, self.server_host, wire.hosts[0]]))
            time.sleep(chance.expovariate(0.6))
            wire.heal()
        watch = Stopwatch()
        for job in jobs:
            self.await_success(job, 120)
        watch.tell("until all is done after a minute of that", 120)
        attempts = sum(self.olivia.job("willems", job)["attempt"] for job in jobs)
        effects = (worker.folder / "effects").read_text().split()
        print(f"# {len(jobs)} jobs, {attempts} attempts, {len(effects)} effects, {wire.n_lost} packets lost")
        self.assertEqual(len(set(effects)), len(effects), "an item's effect came twice under one claim")
        self.assertEqual(len({effect.split("/", 1)[1] for effect in effects}), 400)


# The claim, the job and the item of each effect.
MANY = """
for item in items:
    note("effects", f"{claim['job']['attempt']}/{claim['job']['id']}/{item['item']}")
    say(item=item["item"], state="success")
    time.sleep(0.05)
"""

UPLOAD = """
for item in items:
    say(item=item["item"], state="success")
path = os.path.join(DIRECTORY, "result")
with open(path, "w") as file:
    file.write("z" * 200000)
say(result=path)
"""


if __name__ == "__main__":
    tap.main("/partition", NAMES)
