# SPDX-License-Identifier: GPL-3.0-or-later
"""The way in: the first start, signing in, certificates, the keyring, a server of one's own."""

import hashlib
import http.server
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import unittest

import harness
from harness import PASSWORD, Application, Server, press, wait, write


class Start(Application):
    """The application as a user starts it: what it knows, it knows from a folder."""

    def __init__(self, folder, environment=None):
        data = {"XDG_DATA_HOME": os.path.join(folder, "data"), **(environment or {})}
        super().__init__(None, arguments=["--width", "1000", "--height", "720"], folder=folder, environment=data)

    def fill(self, field, words):
        entry = self.window.wait_for("text", f"^{field}$")
        entry.click()
        wait(lambda: entry.has("focused"), f"the focus on {field}")
        press("ctrl+a", "Delete")
        write(words)
        wait(lambda: field == "Password" or entry.text == words, f"“{words}” as {field}")

    def connect(self, address, user="olivia", password=PASSWORD):
        self.fill("Server Address", address)
        self.fill("User Name", user)
        self.fill("Password", password)
        wait(lambda: self.window.find("button", "^Connect$", sensitive=True), "the button to connect").activate()

    def wait_error(self, *words):
        wait(lambda: any(all(word in alert.name for word in words) for alert in self.window.find_all("alert")),
             lambda: f"{words} among {[alert.name for alert in self.window.find_all('alert')]}")

    def wait_list(self):
        self.window.wait_for("radio button", "^Completed$")

    def wait_kept(self):
        """Until the keyring has the sign-in."""
        query = ["gdbus", "call", "--session", "--dest", "org.freedesktop.secrets", "--object-path",
                 "/org/freedesktop/secrets", "--method", "org.freedesktop.Secret.Service.SearchItems",
                 "{'xdg:schema': 'io.github.batchwork.Batchwork'}"]
        wait(lambda: (answer := subprocess.run(query, check=True, capture_output=True, text=True).stdout)
             and "/collection/" in answer, "the keyring")


class ConnectTest(unittest.TestCase):
    """With a keyring, as on a desktop."""

    @classmethod
    def setUpClass(cls):
        cls.keyring = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
                                       stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.keyring.stdin.write(b"keyring")
        cls.keyring.stdin.close()
        bus = ["gdbus", "wait", "--session", "--timeout", "20", "org.freedesktop.secrets"]
        subprocess.run(bus, check=True)

    @classmethod
    def tearDownClass(cls):
        cls.keyring.terminate()
        cls.keyring.wait()

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="bw-connect-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def start(self, **environment):
        application = Start(self.folder, environment)
        self.addCleanup(application.kill)
        return application

    def make_certificate(self, name="IP:127.0.0.1", *more):
        certificate, key = os.path.join(self.folder, "server.pem"), os.path.join(self.folder, "server.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=jobs", "-addext", f"subjectAltName={name}", "-keyout", key, "-out", certificate,
                        *(more or ["-days", "2"])], check=True, stderr=subprocess.DEVNULL)
        return certificate, key

    def serve(self, *arguments, **options):
        server = Server(*arguments, **options)
        self.addCleanup(server.end)
        return server

    def test_F2_signs_in(self):
        server = self.serve()
        application = self.start()
        application.connect(server.url, password="wrong-password")
        application.wait_error("Could not sign in to " + server.url, "password")
        application.fill("Password", PASSWORD)
        press("Return")
        application.wait_list()
        application.quit()

    def test_address_that_answers_otherwise(self):
        application = self.start()
        application.connect("https://nobody.invalid")
        application.wait_error("https://nobody.invalid", "could not be found")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        application.fill("Server Address", f"127.0.0.1:{port}")
        press("Return")
        application.wait_error(f"nothing answers at http://127.0.0.1:{port}")
        application.fill("Server Address", "http://jobs.example.com")
        press("Return")
        application.wait_error("is not encrypted")
        application.fill("Server Address", "no address at all")
        press("Return")
        application.wait_error("is no address of a server")
        application.quit()

    def test_no_batchwork_server(self):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<html>Welcome</html>")

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as other:
            threading.Thread(target=other.serve_forever, daemon=True).start()
            application = self.start()
            application.connect(f"http://127.0.0.1:{other.server_port}")
            application.wait_error("is no Batchwork server")
            application.fill("Server Address", f"https://127.0.0.1:{other.server_port}")
            press("Return")
            application.wait_error(f"https://127.0.0.1:{other.server_port}", "TLS")
            application.quit()
            other.shutdown()

    def refuse(self, certificate, key, *words):
        """Connects to a server with a certificate that is not trusted."""
        server = self.serve("--certificate", certificate, "--key", key)
        application = self.start()
        application.connect(server.url)
        wait(lambda: "Is This Your Office’s Server?" in " ".join(widget.name for widget in application.window.walk()),
             "the question")
        with open(certificate, encoding="ascii") as file:
            digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest().upper()
        fingerprint = ":".join(digest[i:i + 2] for i in range(0, 64, 2))
        said = " ".join(widget.name for widget in application.window.walk())
        for word in (*words, fingerprint):
            self.assertIn(word, said)
        return application, server

    @staticmethod
    def refuse_to_trust(application):
        application.window.wait_for("button", "^Don’t Connect$").activate()
        application.window.wait_gone("button", "^Don’t Connect$")

    def test_F2_unknown_certificate_is_pinned(self):
        application, server = self.refuse(*self.make_certificate(), "nobody whom this computer knows")
        self.refuse_to_trust(application)
        application.wait_error("is not trusted")
        wait(lambda: application.window.find("button", "^Connect$", sensitive=True), "the button to connect").activate()
        application.window.wait_for("button", "^Trust This Certificate$").activate()
        application.wait_list()
        application.wait_kept()
        application.quit()
        # The one certificate is trusted from now on; another is not.
        application = self.start()
        application.wait_list()
        application.quit()
        server.stop()
        self.make_certificate()
        server.start()
        application = self.start()
        application.wait_error("is not trusted")
        application.fill("Password", PASSWORD)
        press("Return")
        self.refuse_to_trust(application)
        application.quit()

    def test_expired_certificate(self):
        application, _ = self.refuse(*self.make_certificate("IP:127.0.0.1", "-not_before", "20200101000000Z",
                                                            "-not_after", "20210101000000Z"), "has expired")
        self.refuse_to_trust(application)
        application.wait_error("has expired")
        application.quit()

    def test_certificate_of_another(self):
        application, _ = self.refuse(*self.make_certificate("DNS:other.example.com"), "for another name")
        self.refuse_to_trust(application)
        application.quit()

    def test_this_computer(self):
        application = self.start()
        application.window.wait_for("label", "^Use This Computer$").click()
        application.wait_list()
        application.button("^This Computer|^Business")
        application.quit()
        self.assertTrue(os.path.exists(os.path.join(self.folder, "data", "batchwork", "jobs.db")))
        # At the next start without a question, even after a crash.
        for end in ("kill", "quit"):
            application = self.start()
            application.wait_list()
            getattr(application, end)()

    def test_this_computer_without_a_server_program(self):
        folder = os.path.dirname(shutil.which("batchwork"))
        application = self.start(PATH=folder)
        application.window.wait_for("label", "^Use This Computer$").click()
        application.wait_error("batchworkd")
        application.quit()

    def test_token_lapsed(self):
        server = self.serve()
        owner = server.sign_in("olivia")
        business = owner.get("/v1/me").json["businesses"][0]["id"]
        job = {"type": "send-invoices", "name": "Still readable", "items": [{"label": "One"}]}
        owner.submit(business, job)
        application = self.start()
        application.connect(server.url)
        application.wait_names("Still readable")
        server.stop()
        with sqlite3.connect(server.store.removeprefix("sqlite:")) as store:
            store.execute("DELETE FROM session")
        store.close()
        server.start()
        password = application.window.wait_for("text", "^Password$")
        self.assertEqual(application.names(), ["Still readable"])
        wait(lambda: password.has("focused"), "the focus on the password")
        write("not-the-password")
        press("Return")
        application.wait_error("Could not sign in")
        press("ctrl+a")
        write(PASSWORD)
        press("Return")
        application.window.wait_gone("button", "^Sign In$")
        owner = server.sign_in("olivia")
        owner.submit(business, {**job, "name": "New"})
        owner.close()
        application.wait_names("New", "Still readable")
        application.quit()


    def test_F2_sign_in_is_kept(self):
        server = self.serve()
        application = self.start()
        application.connect(server.url)
        application.wait_list()
        application.wait_kept()
        application.quit()
        application = self.start()
        application.wait_list()
        application.quit()
        for root, _, names in os.walk(self.folder):
            for name in names:
                with open(os.path.join(root, name), "rb") as file:
                    self.assertNotIn(b"bw_", file.read())

    def test_server_comes_later(self):
        server = self.serve()
        application = self.start()
        application.connect(server.url)
        application.wait_list()
        application.wait_kept()
        application.quit()
        server.stop()
        application = self.start()
        application.window.wait_for("label", "can’t be reached. Showing what was known at")
        server.start()
        application.window.wait_gone("label", "can’t be reached")
        application.wait_list()
        application.quit()

    def kept_files(self):
        return [os.path.join(root, name) for root, _, names in os.walk(os.path.join(self.folder, "cache", "batchwork"))
                for name in names]

    def test_G15_last_known_list_after_a_restart(self):
        """Readable without the server, marked as such; nobody else's to read; gone with the sign-in."""
        cache = os.path.join(self.folder, "cache")
        server = self.serve()
        owner = server.sign_in("olivia")
        business = owner.get("/v1/me").json["businesses"][0]["id"]
        job = {"type": "send-invoices", "items": [{"label": "Invoice"}]}
        owner.submit(business, {**job, "name": "Known"})
        application = self.start(XDG_CACHE_HOME=cache)
        application.connect(server.url)
        application.wait_names("Known")
        application.wait_kept()

        def kept():
            return any(b"Known" in open(path, "rb").read() for path in self.kept_files())
        wait(kept, "the list to be kept")
        self.assertEqual({os.stat(path).st_mode & 0o777 for path in self.kept_files()}, {0o600})
        self.assertFalse(any(b"bw_" in open(path, "rb").read() for path in self.kept_files()))
        application.quit()
        server.stop()

        application = self.start(XDG_CACHE_HOME=cache)
        application.wait_names("Known")
        application.window.wait_for("label", "can’t be reached. Showing what was known at [0-9:]+")
        application.wait_figures(1, 1, 0, 0)
        # What would change something is out of reach
        press("ctrl+shift+p")
        dialog = application.window.wait_for("dialog", "^Pauses$")
        dialog.wait_for("toggle button", "^Pause Jobs$").activate()
        items = wait(lambda: len(items := [item for item in dialog.walk() if item.role.endswith("menu item")]) == 3
                     and items, "the menu")
        self.assertEqual([item.has("sensitive") for item in items], [False] * 3)
        press("Escape", "Escape")
        application.window.wait_gone("dialog", "^Pauses$")

        server.start()
        owner.close()
        application.window.wait_gone("label", "can’t be reached")
        owner.submit(business, {**job, "name": "After"})
        application.wait_names("After", "Known")
        names = subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path",
                                "/org/freedesktop/DBus", "--method", "org.freedesktop.DBus.ListNames"],
                               check=True, capture_output=True, text=True).stdout
        name = re.search(r"'(io\.github\.batchwork\.Batchwork[^']*)'", names).group(1)
        subprocess.run(["gdbus", "call", "--session", "--dest", name, "--object-path", "/io/github/batchwork/Batchwork",
                        "--method", "org.gtk.Actions.Activate", "sign-out", "[]", "{}"], check=True,
                       stdout=subprocess.DEVNULL)
        application.window.wait_for("button", "^Connect$")
        wait(lambda: not self.kept_files(), lambda: f"the list to be gone: {self.kept_files()}")
        owner.close()
        application.quit()


if __name__ == "__main__":
    harness.main("connect")
