#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker against a real server, what it does with one job: worker-test.py BATCHWORKD BATCHWORK-WORKER [NAME…]"""

import json
import os
import sys
import time
from pathlib import Path

from worker_harness import WorkerTestCase, is_gone, run, wait_until


class CommandTest(WorkerTestCase):
    """What goes into a command and what comes out."""

    def test_items_in_and_out(self):
        name = self.add_type("""
log(json.dumps(claim))
say(item=1, state="success")
say(item=2, state="failed", message="No address")
say(item=3, state="skipped", message="Marked")
""")
        self.announce(name)
        job = self.submit(
            name,
            [
                {"label": "One", "reference": {"kind": "relation", "id": "R1", "label": "Bakkerij"}, "parameters": {"n": 1}},
                {"label": "Two"},
                {"label": "Three"},
            ],
            parameters={"month": "2026-10"},
        )
        self.start_worker()
        done = self.await_state(job, "failed")
        self.assertEqual((done["items_done"], done["items_failed"], done["items_skipped"]), (3, 1, 1))
        self.assertEqual(
            [(item["state"], item["message"]) for item in self.items(job)],
            [("success", None), ("failed", "No address"), ("skipped", "Marked")],
        )
        line = next(line for line in self.log(job).splitlines() if '"claim"' in line)
        claim = json.loads(line.split(" ", 1)[1])
        self.assertEqual(claim["business"], "willems")
        self.assertEqual(claim["job"], {"id": job, "type": name, "name": name, "attempt": 1, "parameters": {"month": "2026-10"}})
        self.assertEqual([item["item"] for item in claim["items"]], [1, 2, 3])
        self.assertEqual(claim["items"][0]["parameters"], {"n": 1})
        self.assertEqual(claim["items"][0]["reference"]["id"], "R1")

    def test_silent_success_is_success_of_all(self):
        name = self.add_type("log('nothing to say of single items')")
        self.announce(name)
        job = self.submit(name, 3)
        self.start_worker()
        self.await_state(job, "success")
        self.assertEqual(self.states(job), ["success"] * 3)

    def test_forgotten_item_is_failed(self):
        name = self.add_type("say(item=1, state='success')")
        self.announce(name)
        job = self.submit(name, 2)
        self.start_worker()
        self.await_state(job, "failed")
        self.assertIn("without saying", self.items(job)[1]["message"])

    def test_job_without_items(self):
        name = self.add_type("""
log("a line")
say(progress=0.4)
say(message="Half way")
note("environment", json.dumps(dict(os.environ)))
note("directory", os.getcwd())
open("left behind", "w").close()
wait_for("go on")
say(message="Done")
""")
        self.announce(name)
        job = self.submit(name)
        worker = self.start_worker()
        wait_until(lambda: self.job(job)["message"] == "Half way", "the message")
        wait_until(lambda: self.job(job)["progress"] == 0.4, "the progress")
        self.assertIn("a line", self.log(job))
        environment = json.loads(self.await_file("environment"))
        self.assertEqual(environment["BATCHWORK_JOB"], str(job))
        self.assertEqual(environment["BATCHWORK_ATTEMPT"], "1")
        self.assertEqual(environment["BATCHWORK_BUSINESS"], "willems")
        self.assertEqual(environment["BATCHWORK_JOB_TYPES"], str(self.jobs))
        directory = self.await_file("directory").strip()
        self.assertEqual(Path(directory).parent, worker.scratch)
        (self.directory / "go on").touch()
        done = self.await_state(job, "success")
        self.assertEqual((done["message"], done["progress"], done["updated_by"]), ("Done", 1, "tester"))
        wait_until(lambda: not os.path.exists(directory), "the working directory's end")

    def test_input_need_not_be_read(self):
        name = self.add_type("#!/bin/sh\nexec <&-\necho ready >&2\n")
        self.announce(name)
        job = self.submit(name, [{"label": "x" * 400, "parameters": {"text": "y" * 2000}} for _ in range(200)])
        self.start_worker()
        self.await_state(job, "success")

    def test_bad_output_is_told_and_survived(self):
        name = self.add_type("""
print("Hello")
print("x" * 1000000)
print('{"item": 1, "state": "done"}')
sys.stdout.flush()
sys.stderr.buffer.write(b"caf\\xe9\\n" + b"y" * 1000000 + b"\\n")
say(item=1, state="success")
""")
        self.announce(name)
        job = self.submit(name, 1)
        self.start_worker()
        self.await_state(job, "success")
        log = self.log(job)
        self.assertIn("Output line 1 was ignored: It is not JSON: Hello", log)
        self.assertIn("Output line 2 was ignored: It has 1000000 bytes", log)
        self.assertIn("Output line 3 was ignored: state", log)
        self.assertIn("caf\N{REPLACEMENT CHARACTER}", log)
        self.assertIn("more bytes left out)", log)
        self.assertLess(len(log), 20000)

    def test_many_items(self):
        name = self.add_type("for item in items: say(item=item['item'], state='success', message='m' * 50)")
        self.announce(name)
        job = self.submit(name, 30000)
        self.start_worker()
        done = self.await_state(job, "success")
        self.assertEqual(done["items_done"], 30000)

    def test_what_it_leaves_behind_ends_with_it(self):
        name = self.add_type("""
child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
note("pids", child.pid)
""")
        self.announce(name)
        job = self.submit(name)
        self.start_worker()
        self.await_state(job, "success")
        self.assertTrue(is_gone(self.pids()[0]))


class ResultTest(WorkerTestCase):
    SCRIPT = """
with open("list.csv", "w") as file:
    file.write("a,b\\n" * 100000)
say(result="list.csv")
"""

    def test_result_file(self):
        name = self.add_type(self.SCRIPT, MakesResult="true")
        job = self.prepare(name)
        done = self.await_state(job, "success")
        self.assertEqual(done["result"], {"name": "list.csv", "size": 400000})
        self.assertEqual(self.ask("GET", f"jobs/{job}/result", raw=True), b"a,b\n" * 100000)

    def test_missing_result_file(self):
        job = self.prepare(self.add_type("say(result='no such file')", MakesResult="true"))
        done = self.await_state(job, "failed")
        self.assertIsNone(done["result"])
        self.assertIn("does not exist", self.attempts(job)[0]["error"])

    def test_result_that_is_no_file(self):
        job = self.prepare(self.add_type("say(result='.')", MakesResult="true"))
        self.await_state(job, "failed")
        self.assertIn("is not a file that can be read", self.attempts(job)[0]["error"])

    def test_result_of_a_type_that_makes_none(self):
        job = self.prepare(self.add_type(self.SCRIPT))
        done = self.await_state(job, "success")
        self.assertIsNone(done["result"])
        self.assertIn("MakesResult=true", self.log(job))

    def prepare(self, name):
        self.start_worker().await_log("Working for")
        return self.submit(name)


class FailureTest(WorkerTestCase):
    def fail_with(self, script, **keys):
        name = self.add_type(script, **keys)
        self.start_worker().await_log("Working for")
        job = self.submit(name)
        self.await_state(job, "failed")
        attempt = self.attempts(job)[0]
        self.assertEqual(attempt["outcome"], "failed")
        return attempt["error"]

    def test_exit_status(self):
        error = self.fail_with("log('first'); log('No such relation'); log(''); sys.exit(3)")
        self.assertEqual(error, "The command ended with exit status 3. The last line of its log: No such relation")

    def test_signal(self):
        error = self.fail_with("os.kill(os.getpid(), signal.SIGKILL)")
        self.assertEqual(error, "The command was killed by signal 9 (Killed).")

    def test_guard_killed(self):
        error = self.fail_with("note('pids', os.getpid()); os.kill(os.getppid(), signal.SIGKILL); time.sleep(1000)")
        self.assertEqual(error, "The command was killed together with its guard.")
        wait_until(lambda: is_gone(self.pids()[0]), "the command's end")

    def test_time_limit(self):
        error = self.fail_with("log('hard at it'); time.sleep(1000)", TimeLimit="300ms")
        self.assertEqual(error, "The command took longer than its time limit of 300ms. The last line of its log: hard at it")

    def test_interpreter_missing(self):
        error = self.fail_with("#!/no/such/interpreter\n")
        self.assertRegex(error, r"The command “.*” could not be started: No such file or directory\.")

    def test_directory_missing(self):
        error = self.fail_with("pass", WorkingDirectory="/no/such/directory")
        self.assertIn("No such file or directory", error)

    def test_program_missing_until_it_comes(self):
        name = self.add_type(None)
        other = self.add_type("pass")
        worker = self.start_worker()
        worker.await_log(f"No “{name}” jobs are taken until it does")
        job = self.submit(name)
        self.await_state(self.submit(other), "success")
        self.assertEqual(self.job(job)["state"], "queued")
        program = self.jobs / f".{name}"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        program.rename(self.jobs / name)
        self.await_state(job, "success")

    def test_attempts_go_on_where_they_were(self):
        name = self.add_type("""
note("attempts", json.dumps([claim["job"]["attempt"], [item["item"] for item in items]]))
say(item=items[0]["item"], state="success")
sys.exit(1 if claim["job"]["attempt"] == 1 else 0)
""", Attempts="2")
        worker = self.start_worker()
        worker.await_log("Working for")
        job = self.submit(name, 2)
        wait_until(lambda: len(self.attempts(job)) == 1 and self.attempts(job)[0]["outcome"] == "failed", "the first attempt")
        waiting = self.job(job)
        self.assertEqual((waiting["state"], waiting["conditions"]), ("queued", ["scheduled"]))
        self.assertEqual(self.states(job), ["success", "pending"])

        # Half a minute of back-off passes while the server is away.
        self.server.stop()
        self.server.change_store("UPDATE job SET run_at = ? WHERE id = ?", int(time.time() * 1000), job)
        self.server.start()
        self.await_state(job, "success")
        attempts = [json.loads(line) for line in self.await_file("attempts").splitlines()]
        self.assertEqual(attempts, [[1, [1, 2]], [2, [2]]])
        self.assertEqual([attempt["outcome"] for attempt in self.attempts(job)], ["failed", "finished"])


class StartTest(WorkerTestCase):
    """What is wrong is said, and told by the exit status."""

    def test_refused_token(self):
        self.add_type("pass")
        token = self.directory / "token"
        token.write_text("bw_" + "x" * 43)
        worker = self.start_worker(key_file=token)
        self.assertEqual(worker.wait(), 77)
        self.assertIn("Could not sign in", worker.read_log())

    def test_no_token_file(self):
        self.add_type("pass")
        worker = self.start_worker(key_file="/no/such/file")
        self.assertEqual(worker.wait(), 78)
        self.assertIn("/no/such/file", worker.read_log())

    def test_wrong_key_file(self):
        self.add_type("pass", TimeLimit="soon")
        worker = self.start_worker()
        self.assertEqual(worker.wait(), 78)
        self.assertRegex(worker.read_log(), r"test-\d+\.job, line \d+: TimeLimit: “soon” is not a duration from")

    def test_no_server_yet(self):
        name = self.add_type("pass")
        self.announce(name)
        job = self.submit(name)
        self.server.stop()
        worker = self.start_worker()
        worker.await_log("It will be tried again")
        self.server.start()
        self.await_state(job, "success")

    def test_address_without_encryption(self):
        self.add_type("pass")
        worker = self.start_worker(server="http://jobs.example.com")
        self.assertEqual(worker.wait(), 78)
        self.assertIn("is not encrypted", worker.read_log())


class TlsTest(WorkerTestCase):
    tls = True

    def test_own_authority(self):
        name = self.add_type("with open('a', 'w') as f: f.write('x')\nsay(result='a')", MakesResult="true")
        worker = self.start_worker(ca_file=self.server.certificate)
        worker.await_log("Working for https://")
        job = self.submit(name)
        self.await_state(job, "success")
        self.assertEqual(self.ask("GET", f"jobs/{job}/result", raw=True), b"x")

    def test_unknown_certificate(self):
        self.add_type("pass")
        worker = self.start_worker()
        self.assertEqual(worker.wait(), 77)
        self.assertIn("is not trusted", worker.read_log())


if __name__ == "__main__":
    WorkerTestCase.programs = {"batchworkd": sys.argv[1], "batchwork-worker": sys.argv[2]}
    run("job", sys.argv[3:])
