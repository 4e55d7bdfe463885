# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail when jobs are done, to a real SMTP server on loopback."""

import email
import email.policy
import os
import queue
import shutil
import socket
import ssl
import tempfile
import time
import unittest

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

import harness
from stores import change_store

CONFIG = """[server]
[mail]
server=smtp://127.0.0.1:{port}
from=batchwork@office.example
user=batchwork
password-file={folder}/mail.password
ca-file={folder}/mail.pem
"""
USER, PASSWORD = b"batchwork", b"mail-secret"


class Inbox:
    """What arrived, in its order; refuses addresses as it is told to."""

    def __init__(self):
        self.mails = queue.Queue()
        self.refuse = {}
        self.refused = queue.Queue()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refuse:
            self.refused.put(address)
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.mails.put((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 Taken"

    def next(self):
        (address,), mail = self.mails.get(timeout=harness.PATIENCE)
        return address, mail


def find_free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def await_log(server, words):
    deadline = time.monotonic() + harness.PATIENCE
    while words not in server.get_log():
        assert time.monotonic() < deadline, f"“{words}” is not in:\n{server.get_log()}"
        time.sleep(0.02)


def authenticate(_server, _session, _envelope, _mechanism, data):
    return AuthResult(success=(data.login, data.password) == (USER, PASSWORD))


class MailTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="bw-mail-")
        cls.certificate, cls.key = harness.make_certificate(cls.folder)
        shutil.copy(cls.certificate, os.path.join(cls.folder, "mail.pem"))
        with open(os.path.join(cls.folder, "mail.password"), "wb") as file:
            file.write(PASSWORD + b"\n")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.inbox = Inbox()
        self.port = find_free_port()
        self.smtp = None
        self.open_smtp()
        self.addCleanup(self.close_smtp)
        self.server = harness.Server(config=CONFIG.format(port=self.port, folder=self.folder))
        self.addCleanup(self.server.end)
        self.worker = self.server.worker()
        self.olivia = self.server.sign_in("olivia")

    def open_smtp(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        self.smtp = Controller(self.inbox, hostname="127.0.0.1", port=self.port, tls_context=context,
                               require_starttls=True, auth_required=True, authenticator=authenticate)
        self.smtp.start()

    def close_smtp(self):
        if self.smtp is not None:
            self.smtp.stop(no_assert=True)
            self.smtp = None

    def wish(self, api, address, **wish):
        answer = api.put("/v1/businesses/willems/mail", {"enabled": True, "address": address, **wish})
        self.assertEqual(answer.status, 200, answer.text)

    def do(self, api, name="Bills", failed=None, **job):
        """A job of the user's from its beginning to its end."""
        items = [{"label": "Bakery"}, {"label": "Butcher"}]
        api.submit("willems", {"type": "send-invoices", "name": name, "items": items, **job})
        claim = self.worker.claim(worker="w", types=["send-invoices"], max=1)[0]
        self.worker.report({"claim": claim["claim"], "finish": {}, "items": [
            {"item": 1, "state": "success"},
            {"item": 2, "state": "failed", "message": failed} if failed else {"item": 2, "state": "success"}]})

    def test_C10_tells_of_a_job_that_failed(self):
        self.wish(self.olivia, "olivia@office.example")
        self.do(self.olivia, "Bills of “Märchen” {user}", failed="No address — none at all")
        address, mail = self.inbox.next()
        self.assertEqual(address, "olivia@office.example")
        self.assertEqual(mail["From"], "Batchwork <batchwork@office.example>")
        self.assertEqual(mail["To"], "Olivia Willems <olivia@office.example>")
        self.assertEqual(mail["Subject"], "Bills of “Märchen” {user}: something went wrong")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        text = mail.get_body().get_content()
        for words in ("Hello Olivia Willems,", "Willems Accountants", "Items: 2", "Failed: 1",
                      "Butcher: No address — none at all"):
            self.assertIn(words, text)

    def test_C10_own_or_all_and_failures_only(self):
        adam = self.server.sign_in("adam")
        self.wish(self.olivia, "own@office.example")
        self.wish(adam, "failures@office.example", jobs="all", only_failures=True)
        self.do(adam, "Adam's good")
        self.do(self.olivia, "Olivia's bad", failed="Lost")
        self.do(adam, "Adam's bad", failed="Lost")
        got = sorted((address, mail["Subject"].split(":")[0]) for address, mail in (self.inbox.next() for _ in range(3)))
        self.assertEqual(got, [("failures@office.example", "Adam's bad"), ("failures@office.example", "Olivia's bad"),
                               ("own@office.example", "Olivia's bad")])
        self.do(self.olivia, "Last")
        self.assertEqual(self.inbox.next()[1]["Subject"], "Last is done")

    def test_C10_in_the_users_language(self):
        for language, words in (("nl-BE", "is klaar"), ("de", "ist fertig"), ("fr", "est terminé"), ("xx", "is done")):
            self.wish(self.olivia, "olivia@office.example", language=language)
            self.do(self.olivia)
            self.assertIn(words, self.inbox.next()[1]["Subject"])

    def test_only_what_the_user_may_see(self):
        sam = self.server.sign_in("sam")
        self.wish(sam, "sam@office.example", jobs="all")
        self.do(self.olivia, "Secret")
        self.do(sam, "Sam's own")
        self.assertEqual(self.inbox.next()[1]["Subject"], "Sam's own is done")
        self.assertTrue(self.inbox.mails.empty())

    def do_while_mail_is_away(self, name, **result):
        self.wish(self.olivia, "olivia@office.example")
        self.close_smtp()
        self.do(self.olivia, name, **result)
        await_log(self.server, "Mail can't be sent")

    def come_back(self):
        """Mail server and server are there again, and what waits is due."""
        self.server.kill()
        self.open_smtp()
        change_store(self.server.store, "UPDATE mail SET due_at = due_at - 180000")
        self.server.start()

    def test_goes_out_when_the_mail_server_is_back_also_after_a_restart(self):
        self.do_while_mail_is_away("While away")
        self.come_back()
        self.assertEqual(self.inbox.next()[1]["Subject"], "While away is done")

    def test_a_job_retried_meanwhile_is_told_of_when_it_ends_again(self):
        self.do_while_mail_is_away("Twice", failed="Lost")
        (job,) = self.olivia.get("/v1/businesses/willems/jobs").json["jobs"]
        self.assertEqual(self.olivia.post(f"/v1/businesses/willems/jobs/{job['id']}/retry", {"items": "failed"}).status, 200)
        self.come_back()
        claim = self.worker.claim(worker="w", types=["send-invoices"], max=1)[0]
        self.worker.report({"claim": claim["claim"], "finish": {}, "items": [{"item": 2, "state": "success"}]})
        self.assertEqual(self.inbox.next()[1]["Subject"], "Twice is done")

    def test_what_is_on_its_way_is_dropped_when_no_mail_is_wanted(self):
        self.do_while_mail_is_away("While away")
        self.olivia.put("/v1/businesses/willems/mail", {"enabled": False, "address": "olivia@office.example"})
        self.come_back()
        self.wish(self.olivia, "olivia@office.example")
        self.do(self.olivia, "Last")
        self.assertEqual(self.inbox.next()[1]["Subject"], "Last is done")

    def test_an_address_refused_for_good_is_given_up_and_others_go_out(self):
        adam = self.server.sign_in("adam")
        self.inbox.refuse["gone@office.example"] = "550 5.1.1 No such user"
        self.wish(self.olivia, "gone@office.example", jobs="all")
        self.wish(adam, "adam@office.example", jobs="all")
        self.do(adam)
        self.assertEqual(self.inbox.next()[0], "adam@office.example")
        await_log(self.server, "is given up")
        self.assertEqual(self.inbox.refused.qsize(), 1)

    def test_once_a_job(self):
        self.wish(self.olivia, "olivia@office.example")
        for number in range(30):
            self.do(self.olivia, f"Run {number}")
        subjects = [self.inbox.next()[1]["Subject"] for _ in range(30)]
        self.assertEqual(len(set(subjects)), 30)
        self.assertTrue(self.inbox.mails.empty())

    def test_not_before_it_is_wanted_nor_after(self):
        self.do(self.olivia, "Before")
        self.wish(self.olivia, "olivia@office.example")
        self.do(self.olivia, "Wanted")
        self.assertEqual(self.inbox.next()[1]["Subject"], "Wanted is done")
        self.olivia.put("/v1/businesses/willems/mail", {"enabled": False, "address": "olivia@office.example"})
        self.do(self.olivia, "After")
        self.wish(self.olivia, "olivia@office.example")
        self.do(self.olivia, "Again")
        self.assertEqual(self.inbox.next()[1]["Subject"], "Again is done")

    def test_wishes_are_checked_and_kept(self):
        for wish, field in (({"enabled": True}, "address"), ({"enabled": True, "address": "a b@c"}, "address"),
                            ({"address": "a@b\r\nRCPT TO:<x@y>"}, "address"), ({"jobs": "some"}, "jobs"),
                            ({"language": "../x"}, "language")):
            answer = self.olivia.put("/v1/businesses/willems/mail", wish)
            self.assertEqual((answer.status, answer.json["field"]), (400, field), wish)
        self.wish(self.olivia, "o@office.example", only_failures=True, language="nl")
        kept = self.olivia.get("/v1/businesses/willems/mail").json
        self.assertEqual(kept, {"available": True, "enabled": True, "address": "o@office.example", "jobs": "own",
                                "only_failures": True, "language": "nl"})
        self.assertFalse(self.olivia.get("/v1/businesses/harbour/mail").json["enabled"])


class WithoutMailTest(unittest.TestCase):
    def test_a_server_without_mail_says_so(self):
        server = harness.Server()
        self.addCleanup(server.end)
        api = server.sign_in("olivia")
        self.assertFalse(api.get("/v1/businesses/willems/mail").json["available"])
        answer = api.put("/v1/businesses/willems/mail", {"enabled": True, "address": "o@office.example"})
        self.assertEqual(answer.status, 409)
        self.assertIn("no mail server", answer.json["detail"])
