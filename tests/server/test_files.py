# SPDX-License-Identifier: GPL-3.0-or-later
"""Results and logs: up, down, in parts, and large."""

import os
import random
import re

from harness import ServerTest, send_raw

H = "/v1/businesses/heritage"


class Files(ServerTest):
    def running(self):
        job = self.user("olivia").submit("heritage", {"type": "export-archive"})[0]
        return job, self.worker().claim(businesses=["heritage"])[0]["claim"]

    def put(self, claim, data, disposition='attachment; filename="export.csv"', **headers):
        return self.worker().put(f"/v1/claims/{claim}/result", data, Content_Disposition=disposition,
                                 Content_Type="application/octet-stream", **headers)

    def test_D5_upload_and_download(self):
        job, claim = self.running()
        api = self.user("olivia")
        path = f"{H}/jobs/{job}/result"
        self.assert_problem(api.get(path), 404)
        data = random.Random(1).randbytes(1_000_003)
        self.assertEqual(self.put(claim, data).status, 204)
        self.worker().report({"claim": claim, "finish": {}})
        answer = api.get(path)
        self.assertEqual((answer.status, answer.body == data), (200, True))
        self.assertEqual(answer.headers["content-type"], "application/octet-stream")
        self.assertIn('filename="export.csv"', answer.headers["content-disposition"])
        self.assertEqual(api.job("heritage", job)["result"], {"name": "export.csv", "size": len(data)})

    def test_sizes_around_the_chunk(self):
        """Parts are stored in chunks of 256 KiB: the edges must come out as they went in."""
        for size in (0, 1, 262143, 262144, 262145, 524288):
            job, claim = self.running()
            data = random.Random(size).randbytes(size)
            self.assertEqual(self.put(claim, data).status, 204, size)
            self.assertEqual(self.user("olivia").get(f"{H}/jobs/{job}/result").body, data, size)
            self.worker().report({"claim": claim, "finish": {}})

    def test_ranges(self):
        job, claim = self.running()
        data = random.Random(2).randbytes(600_000)
        self.put(claim, data)
        self.worker().report({"claim": claim, "finish": {}})
        api = self.user("olivia")
        for text, start, end in (("0-0", 0, 1), ("0-99", 0, 100), ("262140-262150", 262140, 262151),
                                 ("599999-", 599999, 600000), ("-10", 599990, 600000), ("100-9999999", 100, 600000),
                                 ("-9999999", 0, 600000), ("0-99999999999999999999999", 0, 600000)):
            answer = api.request("GET", f"{H}/jobs/{job}/result", headers={"Range": "bytes=" + text})
            self.assertEqual(answer.status, 206, text)
            self.assertEqual(answer.headers["content-range"], f"bytes {start}-{end - 1}/600000")
            self.assertEqual(answer.body, data[start:end])
        for text in ("600000-", "700000-800000", "-0"):
            answer = api.request("GET", f"{H}/jobs/{job}/result", headers={"Range": "bytes=" + text})
            self.assert_problem(answer, 416)
            self.assertEqual(answer.headers["content-range"], "bytes */600000")
        for text in ("bytes=5-4", "bytes=0-1,3-4", "lines=1-2", "bytes=x-", "bytes=", "bytes=-"):
            answer = api.request("GET", f"{H}/jobs/{job}/result", headers={"Range": text})
            self.assertEqual((answer.status, len(answer.body)), (200, 600000), text)
        answer = api.request("GET", f"{H}/jobs/{job}/result", headers={"Range": "bytes=0-1", "If-Range": '"x"'})
        self.assertEqual(answer.status, 200)

    def test_names(self):
        for disposition, name in (("attachment; filename=plain.txt", "plain.txt"),
                                  ('attachment; filename="a \\"b\\".csv"', 'a "b".csv'),
                                  ("attachment; filename=\"x.csv\"; filename*=UTF-8''%D8%AD%D8%B3.csv", "حس.csv"),
                                  ("ATTACHMENT;FILENAME*=utf-8'en'%e2%82%ac.txt", "€.txt")):
            job, claim = self.running()
            self.assertEqual(self.put(claim, b"x", disposition).status, 204, disposition)
            self.assertEqual(self.user("olivia").job("heritage", job)["result"]["name"], name)
            header = self.user("olivia").get(f"{H}/jobs/{job}/result").headers["content-disposition"]
            self.assertRegex(header, r'^attachment; filename="[ !#-~]*"; filename\*=UTF-8\'\'[A-Za-z0-9%._~-]*$')
            self.worker().report({"claim": claim, "finish": {}})

    def test_names_that_are_none(self):
        _, claim = self.running()
        for disposition in ("", "attachment", 'attachment; filename=""', 'attachment; filename="../x"',
                            'attachment; filename=".."', 'attachment; filename="a\\\\b"', "attachment; filename=" + "x" * 201,
                            "attachment; filename*=UTF-8''%00x", "attachment; filename*=UTF-8''a%2fb"):
            self.assert_problem(self.put(claim, b"x", disposition), 400, field="Content-Disposition")
        self.worker().report({"claim": claim, "finish": {}})

    def test_C6_why_there_is_none(self):
        job = self.user("olivia").submit("heritage", {"type": "check-fixity"})[0]
        first = self.user("olivia").get(f"{H}/jobs/{job}/result")
        self.assert_problem(first, 404)
        other = self.user("olivia").submit("heritage", {"type": "export-archive"})[0]
        second = self.user("olivia").get(f"{H}/jobs/{other}/result")
        self.assert_problem(second, 404)
        self.assertNotEqual(first.json["detail"], second.json["detail"])
        self.worker().work_off("heritage")

    def test_unknown_claims(self):
        for claim in (999999, 2 ** 63, "x", 0):
            self.assertIn(self.put(claim, b"x").status, (404, 409))
        job, claim = self.running()
        answer = self.user("olivia").put(f"/v1/claims/{claim}/result", b"x",
                                         Content_Disposition='attachment; filename="x"')
        self.assertIn(answer.status, (404, 409), "it is another's claim")
        self.worker().report({"claim": claim, "finish": {}})
        self.assertIsNone(self.user("olivia").job("heritage", job)["result"])

    def test_too_large(self):
        _, claim = self.running()
        self.assert_problem(self.put(claim, b"x" * 3_000_001), 413, "3000000", "result-size")
        part = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
        answer = send_raw(self.server, b"PUT /v1/claims/%d/result HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                          b"Authorization: Bearer %s\r\nContent-Disposition: attachment; filename=x\r\n"
                          b"Transfer-Encoding: chunked\r\n\r\n" % (claim, self.worker().token.encode())
                          + part * 12 + b"0\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413"), answer[:200])
        self.worker().report({"claim": claim, "finish": {}})

    def test_broken_off_upload(self):
        """A part of a file is nobody's result."""
        job, claim = self.running()
        send_raw(self.server, b"PUT /v1/claims/%d/result HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n"
                 b"Authorization: Bearer %s\r\nContent-Disposition: attachment; filename=x\r\n\r\n"
                 % (claim, self.worker().token.encode()) + b"x" * 700000, shut=True)
        self.assertIsNone(self.user("olivia").job("heritage", job)["result"])
        self.assertEqual(self.put(claim, b"whole").status, 204)
        self.assertEqual(self.user("olivia").get(f"{H}/jobs/{job}/result").body, b"whole")
        self.worker().report({"claim": claim, "finish": {}})

    def test_second_upload_takes_the_place(self):
        job, claim = self.running()
        self.put(claim, b"a" * 500000)
        self.put(claim, b"b", 'attachment; filename="b.txt"')
        self.assertEqual(self.user("olivia").get(f"{H}/jobs/{job}/result").body, b"b")
        self.worker().report({"claim": claim, "finish": {}})

    def test_C5_log(self):
        job, claim = self.running()
        self.worker().report({"claim": claim, "log": ["first line", "second ☃", ""]})
        self.worker().report({"claim": claim, "finish": {"error": "the disk is gone"}})
        api = self.user("olivia")
        answer = api.get(f"{H}/jobs/{job}/log")
        self.assertEqual(answer.headers["content-type"], "text/plain; charset=utf-8")
        lines = answer.text.splitlines()
        for line in lines:
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ")
        self.assertIn("first line", answer.text)
        self.assertEqual(len(answer.body), api.job("heritage", job)["log_size"])
        tail = api.request("GET", f"{H}/jobs/{job}/log", headers={"Range": "bytes=25-40"})
        self.assertEqual((tail.status, tail.body), (206, answer.body[25:41]))
        end = api.request("GET", f"{H}/jobs/{job}/log", headers={"Range": f"bytes={len(answer.body)}-"})
        self.assert_problem(end, 416)

    def test_G13_long_log(self):
        """Streamed: what the server holds does not grow with the log."""
        job, claim = self.running()
        line = "x" * 8000
        for _ in range(20):
            self.worker().report({"claim": claim, "log": [line] * 200})
        before, most, size = self.held(), 0, 0
        connection = self.user("olivia").connect()
        connection.request("GET", f"{H}/jobs/{job}/log",
                           headers={"Authorization": "Bearer " + self.user("olivia").token})
        response = connection.getresponse()
        while part := response.read(1_000_000):
            size += len(part)
            most = max(most, self.held())
        connection.close()
        self.assertGreater(size, 20 * 200 * 8000)
        self.assertEqual(size, self.user("olivia").job("heritage", job)["log_size"])
        if not os.environ.get("BATCHWORK_TEST_PATIENCE"):
            self.assertLess(most - before, 8 * 1024, "KiB more were held")
        self.worker().report({"claim": claim, "finish": {}})

    def held(self):
        """The server's memory in KiB, without what is mapped from the store's file."""
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"RssAnon:\s+(\d+) kB", file.read()).group(1))

    def test_reader_leaves_in_the_middle(self):
        job, claim = self.running()
        self.put(claim, b"y" * 2_900_000)
        self.worker().report({"claim": claim, "finish": {}})
        for _ in range(5):
            connection = self.user("olivia").connect()
            connection.request("GET", f"{H}/jobs/{job}/result",
                               headers={"Authorization": "Bearer " + self.user("olivia").token})
            connection.getresponse().read(1000)
            connection.close()
        self.assertEqual(len(self.user("olivia").get(f"{H}/jobs/{job}/result").body), 2_900_000)


Files.options = {"config": "[limits]\nresult-size=3000000\nidle-timeout=5\n"}
