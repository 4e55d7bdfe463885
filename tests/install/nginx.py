# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs nginx with the configuration that is shipped, changed only where it names what an office chooses."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

PATIENCE = float(os.environ.get("BATCHWORK_TEST_PATIENCE", "20"))
HERE = os.path.dirname(os.path.abspath(__file__))
SHIPPED = os.path.join(HERE, "..", "..", "data", "nginx", "batchwork.conf")
# What stands around it: as Debian's nginx.conf, in a folder of the test's own.
AROUND = """
daemon off;
{user}
worker_processes 2;
worker_shutdown_timeout 1s;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    log_format test '$request_method $uri $status $upstream_addr';
    access_log {folder}/access.log test;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/batchwork.conf;
}}
"""


def openssl(folder, *arguments, **options):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, **options)


def make_certificates(folder):
    """An authority, ca.pem, and what it signs for the proxy: server.pem, with the chain, and server.key."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(folder, "req", "-x509", *key, "-days", "2", "-subj", "/CN=Office authority", "-keyout", "ca.key",
            "-out", "ca.pem", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign")
    openssl(folder, "req", *key, "-subj", "/CN=jobs.example.com", "-keyout", "server.key", "-out", "server.csr")
    with open(os.path.join(folder, "extensions"), "w", encoding="ascii") as file:
        file.write("subjectAltName=DNS:jobs.example.com,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n"
                   "keyUsage=digitalSignature\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "extensions", "-out", "server.pem")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Nginx:
    """nginx before nodes on this machine, given by their ports. For the harness it is a server over TLS."""

    scheme = "https"

    def __init__(self, *nodes):
        self.folder = tempfile.mkdtemp(prefix="bw-nginx-")
        os.chmod(self.folder, 0o755)
        make_certificates(self.folder)
        self.host, self.port = "127.0.0.1", free_port()
        self.url = f"https://{self.host}:{self.port}"
        self.authority = os.path.join(self.folder, "ca.pem")
        self.tls = ssl.create_default_context(cafile=self.authority)
        self.configure(nodes)
        self.process = subprocess.Popen(self.command(), stderr=subprocess.PIPE, text=True)
        self.await_listener()

    def command(self, *arguments):
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        return [program, "-p", self.folder, "-c", "nginx.conf", "-e", os.path.join(self.folder, "error.log"), *arguments]

    def configure(self, nodes):
        with open(SHIPPED, encoding="utf-8") as file:
            text = file.read()
        changes = {
            "listen 443 ssl;": f"listen {self.host}:{self.port} ssl;",
            "listen [::]:443 ssl;": "",
            "ssl_certificate /etc/batchwork/server.pem;": f"ssl_certificate {self.folder}/server.pem;",
            "ssl_certificate_key /etc/batchwork/server.key;": f"ssl_certificate_key {self.folder}/server.key;",
        }
        changes |= {f"server 10.0.0.1{number}:8420 ": f"server 127.0.0.1:{port} " for number, port in enumerate(nodes, 1)}
        for old, new in changes.items():
            assert text.count(old) == 1, f"{old} stands {text.count(old)} times in the shipped configuration"
            text = text.replace(old, new)
        # It says nothing else of this kind: nothing outside of the test's folder and ports is used.
        outside = re.findall(r"^[^#\n]*(?:/etc/|10\.0\.0\.).*", text, re.M)
        assert not outside, outside
        with open(os.path.join(self.folder, "batchwork.conf"), "w", encoding="utf-8") as file:
            file.write(text)
        with open(os.path.join(self.folder, "nginx.conf"), "w", encoding="utf-8") as file:
            file.write(AROUND.format(folder=self.folder, user="user root;" if os.geteuid() == 0 else ""))

    def await_listener(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            assert self.process.poll() is None and time.monotonic() < deadline, self.process.stderr.read()
            try:
                socket.create_connection((self.host, self.port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.01)

    def check(self):
        return subprocess.run(self.command("-t"), capture_output=True, text=True, check=False)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def read_log(self, name):
        with open(os.path.join(self.folder, name + ".log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE)
        shutil.rmtree(self.folder)
