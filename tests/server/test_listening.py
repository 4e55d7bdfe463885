# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the server listens, how it starts and stops, and the commands beside it."""

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

from harness import BATCHWORKD, PATIENCE, Server, make_certificate, make_tls_context
from stores import POSTGRESQL, make_store, remove_store


def run(*arguments, text=None):
    return subprocess.run([BATCHWORKD, *arguments], input=text, capture_output=True, text=True,
                          timeout=PATIENCE, check=False)


class Listening(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="bw-listening-")
        self.store = make_store(self.folder)

    def tearDown(self):
        remove_store(self.store)
        shutil.rmtree(self.folder)

    def assert_refused(self, *arguments, word):
        result = run("--store", self.store, *arguments)
        self.assertNotEqual(result.returncode, 0, result.stdout)
        self.assertIn(word, result.stderr)
        self.assertNotIn("Listening", result.stdout)

    def test_plain_http_off_loopback_is_refused(self):
        self.assert_refused("--listen", "0.0.0.0:0", word="certificate")
        self.assert_refused("--listen", "[::]:0", word="certificate")

    def test_plain_http_behind_a_proxy(self):
        server = Server("--behind-proxy", demo=False, listen="0.0.0.0:0")
        self.assertEqual(server.api().get("/healthz").status, 200)
        # Which of the proxy's clients asks can't be known here, so figures need a token.
        self.assertEqual(server.api().get("/metrics").status, 401)
        server.end()

    def test_demo_off_loopback_is_refused(self):
        self.assert_refused("--demo", "--listen", "0.0.0.0:0", "--behind-proxy", word="demo")

    def test_bad_addresses(self):
        for address in ("nowhere", "127.0.0.1", "127.0.0.1:99999", "example.com:80", "[::1:80"):
            self.assert_refused("--listen", address, word="address to listen on")

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.assert_refused("--listen", "127.0.0.1:%d" % taken.getsockname()[1], word="in use")

    @unittest.skipIf(POSTGRESQL, "Several servers work on one database")
    def test_store_in_use(self):
        server = Server()
        result = run("--store", server.store, "--listen", "127.0.0.1:0")
        self.assertEqual(result.returncode, 1)
        self.assertIn("in use by another process", result.stderr)
        server.end()

    def test_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("there is no IPv6 here")
        server = Server(demo=False, listen="[::1]:0")
        server.host = "::1"
        self.assertEqual(server.api().get("/healthz").status, 200)
        server.end()

    def test_F2_tls(self):
        certificate, key = make_certificate(self.folder)
        server = Server("--certificate", certificate, "--key", key, listen="0.0.0.0:0", demo=False)
        self.assertEqual(server.scheme, "https")
        server.tls = make_tls_context(certificate)
        self.assertEqual(server.api().get("/healthz").status, 200)
        server.tls = ssl.create_default_context()
        with self.assertRaises(ssl.SSLCertVerificationError):
            server.api().get("/healthz")
        old = make_tls_context(certificate)
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        server.tls = old
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            server.api().get("/healthz")
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertNotIn(b"HTTP/1.1 200", plain.recv(1000))
        server.end()

    def test_certificate_without_key(self):
        certificate, key = make_certificate(self.folder)
        self.assert_refused("--certificate", certificate, word="together")
        with open(key, "w", encoding="utf-8") as file:
            file.write("rubbish")
        self.assert_refused("--certificate", certificate, "--key", key, "--listen", "127.0.0.1:0",
                            word="PEM")

    def test_configuration(self):
        path = os.path.join(self.folder, "conf")
        for text, word in (("[server]\nlistne=1\n", "listne"), ("[limits]\nbody-size=lots\n", "body-size"),
                           ("[limits]\nheader-size=1\n", "header-size"), ("[server\n", "can't be read"),
                           ("[server]\nbehind-proxy=perhaps\n", "behind-proxy"),
                           ("[server]\nlog-level=loud\n", "log level")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            self.assert_refused("--config", path, word=word)
        self.assert_refused("--config", path + "x", word="can't be read")

    def test_shipped_configuration(self):
        """Each setting in it is known, with the default it shows."""
        source = os.path.join(os.path.dirname(__file__), "../../data/batchworkd.conf")
        with open(source, encoding="utf-8") as file:
            text = "".join(line[1:] if line.startswith("#") and "=" in line and " " not in line.split("=")[0]
                           else line for line in file)
        text = text.replace("/var/lib/batchwork", self.folder).replace("8420", "0")
        certificate, key = make_certificate(self.folder)
        text = text.replace("/etc/batchwork/server.pem", certificate).replace("/etc/batchwork/server.key", key)
        password = os.path.join(self.folder, "mail.password")
        with open(password, "w", encoding="utf-8") as file:
            file.write("secret\n")
        text = text.replace("/etc/batchwork/mail.password", password).replace("/etc/batchwork/mail-ca.pem", certificate)
        self.assertIn("\nbody-size=16777216\n", text)
        path = os.path.join(self.folder, "conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        server = Server("--config", path, demo=False)
        self.assertEqual(server.scheme, "https")
        server.end()

    def test_demo_fills_only_an_empty_store(self):
        with open(os.path.join(self.folder, "password"), "w", encoding="utf-8") as file:
            file.write("a long password\n")
        self.assertEqual(run("init", "--store", self.store, "--business", "own", "--business-name", "Own",
                             "--owner", "me", "--owner-name", "Me", "--password-file",
                             os.path.join(self.folder, "password")).returncode, 0)
        self.assert_refused("--demo", "--listen", "127.0.0.1:0", word="not a demo's")

    def test_demo_again(self):
        server = Server()
        token = server.worker().token
        server.stop()
        server.start()
        self.assertEqual(server.worker().token, token)
        os.remove(os.path.join(server.folder, "worker.token"))
        server.stop()
        server.start()
        self.assertNotEqual(server.worker().token, token)
        self.assertEqual(server.worker().get("/v1/me").status, 200)
        self.assertEqual(os.stat(os.path.join(server.folder, "worker.token")).st_mode & 0o777, 0o600)
        server.end()

    def test_version_and_help(self):
        self.assertRegex(run("--version").stdout, r"^batchworkd \d")
        self.assertIn("add-worker", run("--help").stdout)
        self.assertEqual(run("dance").returncode, 2)
        self.assertEqual(run("--dance").returncode, 2)
        self.assertIn("--owner", run("init", "--help").stdout)


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="bw-commands-")
        self.store = make_store(self.folder)

    def tearDown(self):
        remove_store(self.store)
        shutil.rmtree(self.folder)

    def init(self, password="correct horse"):
        return run("init", "--store", self.store, "--business", "willems", "--business-name",
                   "Willems Accountants", "--owner", "olivia", "--owner-name", "Olivia Willems",
                   "--password-file", "-", text=password + "\n")

    def test_a_real_office(self):
        """init, users and workers; then each signs in with the real cost of a password."""
        result = self.init()
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("Next:", result.stdout)
        self.assertEqual(run("add-business", "--store", self.store, "--business", "harbour",
                             "--business-name", "Harbour", "--owner", "olivia").returncode, 0)
        self.assertEqual(run("add-user", "--store", self.store, "--user", "sam", "--name", "Sam Visser",
                             "--business", "willems", "--role", "staff", "--password-file", "-",
                             text="another password\n").returncode, 0)
        result = run("add-worker", "--store", self.store, "--name", "host-1", "--business", "willems",
                     "--business", "harbour")
        token = result.stdout.strip()
        self.assertRegex(token, "^bw_")
        server = Server(demo=False, folder=self.folder, store=self.store)
        self.assertEqual([b["role"] for b in server.sign_in("olivia", "correct horse").get("/v1/me").json["businesses"]],
                         ["owner", "owner"])
        self.assertEqual(len(server.sign_in("sam", "another password").get("/v1/me").json["businesses"]), 1)
        self.assertEqual(server.api().post("/v1/sessions", {"user": "sam", "password": "correct horse"}).status, 401)
        self.assertEqual(server.api(token).claim(businesses=["harbour"]), [])
        server.end()

    def test_init_once(self):
        self.assertEqual(self.init().returncode, 0)
        result = self.init()
        self.assertEqual(result.returncode, 1)
        self.assertIn("has users already", result.stderr)

    def test_weak_password(self):
        result = self.init("short")
        self.assertEqual(result.returncode, 1)
        self.assertIn("10 characters", result.stderr)
        self.assertEqual(self.init().returncode, 0, "nothing was made by the failed one")

    def test_missing_and_unknown(self):
        self.assertIn("--business", run("init", "--store", self.store).stderr)
        self.assertIn("--store", run("add-worker").stderr)
        self.init()
        self.assertIn("nowhere", run("add-worker", "--store", self.store, "--name", "w", "--business",
                                     "nowhere").stderr)
        self.assertIn("full-user", run("add-user", "--store", self.store, "--user", "u", "--name", "U",
                                       "--business", "willems", "--role", "king").stderr)
