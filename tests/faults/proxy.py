# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between clients and a server, and does to what passes what a bug would do."""

import http.client
import http.server
import json
import sys
import threading


class Ask:
    """A request on its way."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @json.setter
    def json(self, value):
        self.body = json.dumps(value).encode()

    def ends(self, method, end):
        return self.method == method and self.path.split("?")[0].endswith(end)

    def like(self, method, path):
        return Ask(method, path, {"Authorization": self.headers["Authorization"]}, None)


class Reply:
    def __init__(self, status, value=None, body=b"", kind="application/json"):
        self.status, self.kind = status, kind
        self.body = body if value is None else json.dumps(value).encode()

    @property
    def json(self):
        return json.loads(self.body)

    @json.setter
    def json(self, value):
        self.body = json.dumps(value).encode()


class Proxy:
    """@bug has exchange(ask, forward) -> Reply and events(reader, event) -> [event], both of many threads."""

    def __init__(self, server, bug):
        self.server, self.bug = server, bug
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                self.behind = http.client.HTTPConnection(*server, timeout=20)

            def finish(self):
                self.behind.close()
                super().finish()

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

            def forward(self, ask):
                self.behind.request(ask.method, ask.path, ask.body, ask.headers)
                answer = self.behind.getresponse()
                return Reply(answer.status, body=answer.read(), kind=answer.headers.get("Content-Type", ""))

            def handle_any(self):
                size = int(self.headers.get("Content-Length", 0))
                headers = {name: value for name, value in self.headers.items()
                           if name not in ("Host", "Content-Length", "Accept-Encoding")}
                ask = Ask(self.command, self.path, headers, self.rfile.read(size) if size else None)
                try:
                    if ask.ends("GET", "/events"):
                        proxy.stream(self, ask)
                        return
                    reply = proxy.bug.exchange(ask, self.forward)
                except (OSError, http.client.HTTPException):
                    self.close_connection = True
                    return
                self.send_response_only(reply.status)
                if reply.kind:
                    self.send_header("Content-Type", reply.kind)
                if reply.status != 204:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
                self.wfile.flush()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """Readers leave in the midst of things."""
                if not isinstance(sys.exception(), (OSError, http.client.HTTPException)):
                    super().handle_error(request, client_address)

        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.address = self.listener.server_address
        threading.Thread(target=self.listener.serve_forever, args=(0.01,), daemon=True).start()

    def stream(self, handler, ask):
        """Hands on an event stream, an event at a time."""
        handler.close_connection = True
        handler.resumed = "Last-Event-ID" in ask.headers
        handler.behind.request("GET", ask.path, headers=ask.headers)
        answer = handler.behind.getresponse()
        handler.send_response_only(answer.status)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        event = []
        while line := answer.readline():
            event.append(line)
            if line != b"\n":
                continue
            if any(each.startswith(b"data: ") for each in event):
                told = self.bug.events(handler, b"".join(event))
            else:
                told = [b"".join(event)]
            for each in told:
                handler.wfile.write(each)
            handler.wfile.flush()
            event = []

    def close(self):
        self.listener.shutdown()
        self.listener.server_close()
