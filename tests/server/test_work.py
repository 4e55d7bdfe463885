# SPDX-License-Identifier: GPL-3.0-or-later
"""Claims, reports and pauses."""

import socket
import threading
import time

from harness import PATIENCE, ServerTest, in_parallel

W = "/v1/businesses/willems"


def make(count=2, **more):
    return {"type": "send-invoices", "items": [{"label": f"Item {i}"} for i in range(count)], **more}


class Work(ServerTest):
    def tearDown(self):
        self.user("olivia").delete(W + "/pauses")
        self.worker().work_off("willems")

    def test_claim_and_finish(self):
        job = self.user("olivia").submit("willems", make(parameters={"a": 1}))[0]
        claim = self.worker().claim(worker="host-1", businesses=["willems"], types=["send-invoices"])[0]
        self.assertEqual((claim["job"]["id"], claim["business"], claim["job"]["parameters"]),
                         (job, "willems", {"a": 1}))
        self.assertEqual(self.user("olivia").job("willems", job)["state"], "processing")
        result = self.worker().report({"claim": claim["claim"], "progress": 0.5, "message": "half", "log": ["one"]})
        self.assertEqual(result, [{"claim": claim["claim"], "status": 200, "directive": "continue"}])
        self.assertEqual(self.user("olivia").job("willems", job)["message"], "half")
        self.worker().report({"claim": claim["claim"], "items": [{"item": 1, "state": "success"},
                                                                 {"item": 2, "state": "skipped", "message": "no"}],
                              "finish": {}})
        self.assertEqual(self.user("olivia").job("willems", job)["state"], "skipped")

    def test_a_job_is_claimed_once(self):
        ids = self.user("olivia").submit("willems", *[make(0)] * 40)
        workers = [self.server.worker() for _ in range(8)]
        claims = [c["job"]["id"] for part in
                  in_parallel([lambda w=w: w.claim(businesses=["willems"], max=5) for w in workers]) for c in part]
        self.assertEqual(sorted(claims), sorted(ids))
        for worker in workers:
            worker.close()

    def test_superseded_claim(self):
        """Two workers report for one job: the one whose lease lapsed is refused and changes nothing."""
        job = self.user("olivia").submit("willems", make(3))[0]
        first = self.worker().claim(businesses=["willems"], lease_s=1)[0]
        self.worker().report({"claim": first["claim"], "items": [{"item": 1, "state": "success"}]})
        second = self.worker().claim(businesses=["willems"], wait_s=10)[0]
        self.assertEqual(second["job"]["id"], job)
        self.assertGreater(second["claim"], first["claim"])
        self.assertEqual([i["item"] for i in second["items"]], [2, 3], "G7: only what is still pending")
        results = self.worker().report({"claim": first["claim"], "items": [{"item": 2, "state": "failed"}]},
                                       {"claim": second["claim"], "items": [{"item": 3, "state": "success"}]})
        self.assertEqual([r["status"] for r in results], [409, 200])
        self.assertEqual(self.user("olivia").job("willems", job)["items_failed"], 0)
        answer = self.worker().put(f"/v1/claims/{first['claim']}/result", b"x",
                                   Content_Disposition='attachment; filename="x"')
        self.assert_problem(answer, 409)
        self.worker().report({"claim": second["claim"], "finish": {"released": True}})

    def test_another_workers_claim(self):
        self.user("olivia").submit("willems", make(1))
        claim = self.worker().claim(businesses=["willems"])[0]
        result = self.user("adam").report({"claim": claim["claim"], "finish": {}})
        self.assertEqual(result[0]["status"], 409)
        self.worker().report({"claim": claim["claim"], "finish": {}})

    def test_who_may_claim(self):
        self.user("olivia").submit("willems", make(1))
        self.assert_problem(self.user("sam").post("/v1/claims", {"worker": "w"}), 403, "manage")
        self.assert_problem(self.user("sam").post("/v1/claims", {"worker": "w", "businesses": ["willems"]}), 403)
        self.assert_problem(self.worker().post("/v1/claims", {"worker": "w", "businesses": ["nowhere"]}), 404)
        self.assertEqual(len(self.user("olivia").claim()), 1, "who manages may work")
        self.user("olivia").report({"claim": 1, "finish": {}})

    def test_wrong_requests(self):
        for body in ({}, {"worker": ""}, {"worker": "w", "max": 0}, {"worker": "w", "lease_s": 0.5},
                     {"worker": "w", "wait_s": 61}, {"worker": "w", "types": []}, {"worker": "w", "x": 1}, []):
            self.assert_problem(self.worker().post("/v1/claims", body), 400)
        for body in ({}, {"reports": [{}]}, {"reports": [{"claim": 2 ** 70}]}, {"reports": {}},
                     {"reports": [{"claim": 1, "items": [{"item": 1, "state": "pending"}]}]},
                     {"reports": [{"claim": 1, "progress": 2}]}, []):
            self.assert_problem(self.worker().post("/v1/reports", body), 400)
        self.assert_problem(self.worker().post("/v1/reports", {"reports": [{"claim": 1}] * 1001}), 413)

    def test_waits_for_work(self):
        begun = time.monotonic()
        waiting = self.server.worker()
        result = []
        thread = threading.Thread(target=lambda: result.extend(waiting.claim(businesses=["willems"], wait_s=30)))
        thread.start()
        self.server.await_metric("batchwork_waiting_claims", 1)
        job = self.user("olivia").submit("willems", make(1))[0]
        thread.join(PATIENCE)
        self.assertEqual([c["job"]["id"] for c in result], [job])
        self.assertLess(time.monotonic() - begun, 15)
        waiting.close()

    def test_waits_no_longer_than_asked(self):
        begun = time.monotonic()
        self.assertEqual(self.worker().claim(businesses=["harbour"], wait_s=0.3), [])
        self.assertGreaterEqual(time.monotonic() - begun, 0.29)

    def test_many_wait_and_each_gets_one(self):
        workers = [self.server.worker() for _ in range(30)]
        results = []
        threads = [threading.Thread(target=lambda w=w: results.append(w.claim(businesses=["willems"], wait_s=40)))
                   for w in workers]
        for thread in threads:
            thread.start()
        self.server.await_metric("batchwork_waiting_claims", 30)
        ids = self.user("olivia").submit("willems", *[make(1)] * 15)
        ids += [self.user("olivia").submit("willems", make(1))[0] for _ in range(15)]
        for thread in threads:
            thread.join(PATIENCE)
        self.assertEqual(sorted(c["job"]["id"] for claims in results for c in claims), sorted(ids))
        self.worker().report(*[{"claim": c["claim"], "finish": {}} for claims in results for c in claims])
        for worker in workers:
            worker.close()

    def test_waiting_for_different_types(self):
        """The one woken first may not be the one that the work is for."""
        api = self.server.worker()
        other = [self.server.worker() for _ in range(5)]
        results = []
        threads = [threading.Thread(target=lambda w=w, i=i: w.claim(businesses=["willems"], wait_s=3,
                                                                    types=[f"none-{i}"]))
                   for i, w in enumerate(other)]
        threads.append(threading.Thread(target=lambda: results.extend(
            api.claim(businesses=["willems"], wait_s=20, types=["set-task-schedule"]))))
        for thread in threads:
            thread.start()
        self.server.await_metric("batchwork_waiting_claims", 6)
        job = self.user("olivia").submit("willems", {"type": "set-task-schedule"})[0]
        for thread in threads:
            thread.join(PATIENCE)
        self.assertEqual([c["job"]["id"] for c in results], [job])

    def test_waiting_client_leaves(self):
        token = self.worker().token
        body = b'{"worker":"w","wait_s":60}'
        with socket.create_connection((self.server.host, self.server.port)) as client:
            client.sendall(b"POST /v1/claims HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                           b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                           % (token.encode(), len(body), body))
            self.server.await_metric("batchwork_waiting_claims", 1)
        self.server.await_metric("batchwork_waiting_claims", 0)
        job = self.user("olivia").submit("willems", make(1))[0]
        self.assertEqual(self.user("olivia").job("willems", job)["state"], "queued", "nobody was there to take it")

    def test_waits_for_scheduled_work(self):
        soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
        job = self.user("olivia").submit("willems", make(1, run_at=soon))[0]
        self.assertEqual(self.worker().claim(businesses=["willems"]), [])
        self.assertEqual([c["job"]["id"] for c in self.worker().claim(businesses=["willems"], wait_s=15)], [job])

    def test_lease_lapses(self):
        job = self.user("olivia").submit("willems", make(1))[0]
        self.worker().claim(businesses=["willems"], lease_s=1)
        again = self.worker().claim(businesses=["willems"], wait_s=15)
        self.assertEqual([c["job"]["id"] for c in again], [job])
        outcomes = [a["outcome"] for a in self.user("olivia").get(f"{W}/jobs/{job}/history").json["attempts"]]
        self.assertEqual(outcomes, ["lapsed", "running"])


class Pauses(ServerTest):
    def tearDown(self):
        self.user("olivia").delete(W + "/pauses")

    def test_B4_pause_a_type(self):
        olivia = self.user("olivia")
        answer = olivia.post(W + "/pauses", {"types": ["send-invoices"], "reason": "wrong layout"})
        self.assertEqual(answer.status, 201)
        pause = answer.json["pauses"][0]
        self.assertEqual((pause["type"], pause["type_name"], pause["reason"], pause["paused_by"], pause["user"]),
                         ("send-invoices", "Send invoices", "wrong layout", "Olivia Willems", None))
        job = olivia.submit("willems", make(1))[0]
        self.assertEqual(olivia.job("willems", job)["conditions"], ["paused"])
        self.assertEqual(self.worker().claim(businesses=["willems"]), [])
        self.assertEqual(self.user("victor").get(W + "/pauses").json["pauses"], [pause])
        self.assertEqual(olivia.delete(f"{W}/pauses/{pause['id']}").status, 204)
        self.assert_problem(olivia.delete(f"{W}/pauses/{pause['id']}"), 404)
        self.assertEqual([c["job"]["id"] for c in self.worker().claim(businesses=["willems"])], [job])

    def test_B3_G6_pause_users_and_running_work(self):
        sam = self.user("sam").user
        running = self.user("sam").submit("willems", make(1))[0]
        claim = next(c for c in self.worker().claim(businesses=["willems"], max=50) if c["job"]["id"] == running)
        pauses = self.user("adam").post(W + "/pauses", {"users": [sam]}).json["pauses"]
        self.assertEqual([p["user"] for p in pauses], [{"id": sam, "name": "Sam Visser"}])
        self.assertEqual(self.worker().report({"claim": claim["claim"]})[0]["directive"], "pause")
        self.assertEqual(self.user("olivia").delete(W + "/pauses").json, {"resumed": 1})
        self.assertEqual(self.worker().report({"claim": claim["claim"], "finish": {}})[0]["directive"], "continue")

    def test_B2_resume_all_wakes_who_waits(self):
        olivia = self.user("olivia")
        olivia.post(W + "/pauses", {"all": True})
        job = olivia.submit("willems", make(1))[0]
        waiting, result = self.server.worker(), []
        thread = threading.Thread(target=lambda: result.extend(waiting.claim(businesses=["willems"], wait_s=30, max=50)))
        thread.start()
        self.server.await_metric("batchwork_waiting_claims", 1)
        self.assertEqual(olivia.delete(W + "/pauses").json, {"resumed": 1})
        thread.join(PATIENCE)
        self.assertIn(job, [c["job"]["id"] for c in result])
        waiting.close()

    def test_wrong_orders(self):
        olivia = self.user("olivia")
        for body in ({}, {"users": []}, {"types": "all"}, {"all": "yes"}, {"users": ["sam"]}, {"all": True, "x": 1},
                     {"all": True, "reason": "x" * 501}):
            answer = olivia.post(W + "/pauses", body)
            self.assertIn(answer.status, (400, 413), answer.text)
        self.assertIn(olivia.post(W + "/pauses", {"users": [999]}).status, (400, 404))
        self.assertEqual(olivia.get(W + "/pauses").json, {"pauses": []})
