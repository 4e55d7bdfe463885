# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a request ends: what a proxy and the server could read in two ways (request smuggling)."""

import re

from harness import ServerTest, send_raw

# What must never be answered: it stands where the body of the request before it is, or where none may
# be. No other answer is a 405 for this method.
INNER = b"BREW /inner HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNK = b"%x\r\n%s\r\n"


def get(*headers, target="/healthz", version="1.1", host=b"Host: x\r\n"):
    """A request without a body, with these header lines."""
    lines = b"".join(line.encode("latin-1") + b"\r\n" for line in headers)
    return f"GET {target} HTTP/{version}\r\n".encode() + host + lines + b"\r\n"


def post(*headers, body=b"", host=b"Host: x\r\n"):
    """A sign-in that can only be refused, with these header lines and this behind them."""
    lines = b"".join(line.encode("latin-1") + b"\r\n" for line in headers)
    return b"POST /v1/sessions HTTP/1.1\r\n" + host + b"Content-Type: application/json\r\n" + lines + b"\r\n" + body


# Refused, and nothing behind it is read: name, bytes, what the status may be.
REFUSED = {
    "CL.TE": (post("Content-Length: 6", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + INNER), "400"),
    "TE.CL": (post("Transfer-Encoding: chunked", "Content-Length: 4",
                   body=CHUNK % (len(INNER), INNER) + b"0\r\n\r\n"), "400"),
    "TE.TE second one unknown": (post("Transfer-Encoding: chunked", "Transfer-Encoding: x", body=INNER), "400|501"),
    "TE.TE second one first": (post("Transfer-Encoding: x", "Transfer-Encoding: chunked", body=INNER), "400|501"),
    "TE unknown": (post("Transfer-Encoding: xchunked", body=INNER), "400|501"),
    "TE identity": (post("Transfer-Encoding: identity", body=INNER), "400|501"),
    "TE list": (post("Transfer-Encoding: gzip, chunked", body=INNER), "400|501"),
    "TE chunked twice": (post("Transfer-Encoding: chunked, chunked", body=INNER), "400|501"),
    "TE empty": (post("Transfer-Encoding:", body=INNER), "400|501"),
    "TE with a vertical tab": (post("Transfer-Encoding: \x0bchunked", body=INNER), "400|501"),
    "TE quoted": (post('Transfer-Encoding: "chunked"', body=INNER), "400|501"),
    "TE with a space before the colon": (post("Transfer-Encoding : chunked", body=INNER), "400"),
    "TE under another line's fold": (post("X: y", " Transfer-Encoding: chunked", body=INNER), "400"),
    "CL with a space before the colon": (post("Content-Length : 4", body=b"null" + INNER), "400"),
    "two CL that differ": (post("Content-Length: 4", "Content-Length: 5", body=b"null" + INNER), "400"),
    "two CL that are equal": (post("Content-Length: 4", "Content-Length: 4", body=b"null" + INNER), "400"),
    "CL list": (post("Content-Length: 4, 4", body=b"null" + INNER), "400|413"),
    "CL with a sign": (post("Content-Length: +4", body=b"null" + INNER), "400|413"),
    "CL below 0": (post("Content-Length: -4", body=b"null" + INNER), "400|413"),
    "CL with spaces inside": (post("Content-Length: 4 4", body=b"null" + INNER), "400|413"),
    "CL hexadecimal": (post("Content-Length: 0x4", body=b"null" + INNER), "400|413"),
    "CL with an exponent": (post("Content-Length: 4e0", body=b"null" + INNER), "400|413"),
    "CL beyond 64 bits": (post("Content-Length: 18446744073709551620", body=b"null" + INNER), "400|413"),
    "CL beyond 63 bits": (post("Content-Length: 9223372036854775812", body=b"null" + INNER), "400|413"),
    "CL empty": (post("Content-Length:", body=INNER), "400|413"),
    "two Hosts": (get("Host: y") + INNER, "400"),
    "no Host": (get(host=b"") + INNER, "400"),
    "NUL in a value": (get("X: a\0b") + INNER, "400"),
    "NUL in a name": (get("X\0: a") + INNER, "400"),
    "CR in a value": (get("X: a\rContent-Length: 4") + INNER, "400"),
    "bare LF after the request line": (b"GET /healthz HTTP/1.1\nHost: x\r\n\r\n" + INNER, "400"),
    "bare LF after a header": (b"GET /healthz HTTP/1.1\r\nHost: x\nX: y\r\n\r\n" + INNER, "400"),
    "bare LF for the empty line": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\n" + INNER, "400"),
    "folded header": (get("X: a", "\tb") + INNER, "400"),
    "space before the first header": (b"GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n" + INNER, "400"),
    "header without a colon": (get("nonsense") + INNER, "400"),
    "header without a name": (get(": x") + INNER, "400"),
    "chunk size with a sign": (post("Transfer-Encoding: chunked", body=b"+4\r\nnull\r\n0\r\n\r\n" + INNER), "400"),
    "chunk size below 0": (post("Transfer-Encoding: chunked", body=b"-4\r\nnull\r\n0\r\n\r\n" + INNER), "400"),
    "chunk size with 0x": (post("Transfer-Encoding: chunked", body=b"0x4\r\nnull\r\n0\r\n\r\n" + INNER), "400"),
    "chunk size beyond 64 bits": (post("Transfer-Encoding: chunked",
                                       body=b"10000000000000004\r\nnull\r\n0\r\n\r\n" + INNER), "400|413"),
    "chunk size empty": (post("Transfer-Encoding: chunked", body=b"\r\nnull\r\n0\r\n\r\n" + INNER), "400"),
    "chunk longer than its size": (post("Transfer-Encoding: chunked", body=b"3\r\nnull\r\n0\r\n\r\n" + INNER), "400"),
    "chunk ended by a bare LF": (post("Transfer-Encoding: chunked", body=b"4\nnull\n0\n\n" + INNER), "400"),
    "chunk extension": (post("Transfer-Encoding: chunked", body=b"4;a=b;c\r\nnull\r\n0\r\n\r\n" + INNER), "400"),
    "chunk extension ended by a bare LF": (post("Transfer-Encoding: chunked",
                                                body=b"4;x\nnull\r\n0\r\n\r\n" + INNER), "400"),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + INNER, "400|505"),
    "HTTP/2.0": (get(version="2.0") + INNER, "400|505"),
    "HTTP/0.9": (b"GET /healthz\r\n" + INNER, "400|505"),
    "HTTP/1.10": (get(version="1.10") + INNER, "400|505"),
    "lower-case version": (b"GET /healthz http/1.1\r\nHost: x\r\n\r\n" + INNER, "400|505"),
    "space in the target": (b"GET /heal thz HTTP/1.1\r\nHost: x\r\n\r\n" + INNER, "400"),
    "nothing but a method": (b"GET\r\nHost: x\r\n\r\n" + INNER, "400|closed"),
    "1.0 with TE": (b"POST /v1/sessions HTTP/1.0\r\nContent-Type: application/json\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK % (len(INNER), INNER) + b"0\r\n\r\n", "400"),
    "long request line": (get(target="/" + "x" * 100000) + INNER, "413|414|431"),
    "long header": (get("X: " + "y" * 100000) + INNER, "413|431"),
    "many headers": (get(*(f"X-{i}: y" for i in range(5000))) + INNER, "413|431"),
    "absolute form of another scheme": (get(target="ftp://x/healthz") + INNER, "400"),
}

# Read in the one right way, with what follows answered as a request of its own: name, bytes, status.
READ = {
    "CL": (post("Content-Length: 4", body=b"null"), "400"),
    "TE": (post("Transfer-Encoding: chunked", body=b"4\r\nnull\r\n0\r\n\r\n"), "400"),
    "TE in other letters": (post("Transfer-Encoding: ChUnKeD", body=b"4\r\nnull\r\n0\r\n\r\n"), "400"),
    "chunk size with zeros before it": (post("Transfer-Encoding: chunked", body=b"0004\r\nnull\r\n000\r\n\r\n"), "400"),
    "trailer": (post("Transfer-Encoding: chunked", body=b"4\r\nnull\r\n0\r\nContent-Length: 50\r\nX: y\r\n\r\n"), "400"),
    "refused body": (post("Content-Length: %d" % len(INNER), body=INNER).replace(b"application/json", b"text/plain"), "415"),
    "body of a refused address": (b"POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(INNER) + INNER, "404"),
    "body where none is taken": (get("Content-Length: %d" % len(INNER)) + INNER, "200"),
    "CL 0": (get("Content-Length: 0"), "200"),
    "CL with zeros before it": (post("Content-Length: 0004", body=b"null"), "400"),
    "empty header value": (get("X:"), "200"),
    "empty lines before the request": (b"\r\n" + get(), "200"),
    "Expect with the body sent at once": (post("Content-Length: 4", "Expect: 100-continue", body=b"null"), "400"),
}


class Framing(ServerTest):
    """Each case is sent in one connection with another request behind it."""

    def answers(self, data):
        """The statuses of the answers, which must be well-formed and stand one behind the other."""
        statuses = []
        while data:
            head, end, rest = data.partition(b"\r\n\r\n")
            self.assertTrue(end, data[:200])
            self.assertTrue(head.startswith(b"HTTP/1.1 "), head[:200])
            status = head[9:12].decode()
            fields = {line.split(b":")[0].lower(): line.split(b":", 1)[1].strip() for line in head.split(b"\r\n")[1:]}
            if status != "100":
                length = int(fields[b"content-length"])
                self.assertGreaterEqual(len(rest), length, "a whole answer")
                statuses.append(status)
                rest = rest[length:]
            data = rest
        return statuses

    def test_refused_once_and_closed(self):
        wrong = {}
        for name, (data, status) in REFUSED.items():
            answers = self.answers(send_raw(self.server, data))
            if not re.fullmatch(status, " ".join(answers) or "closed"):
                wrong[name] = answers
        self.assertEqual(wrong, {})

    def test_read_in_the_one_right_way(self):
        last = get("Connection: close", target="/v2")
        wrong = {}
        for name, (data, status) in READ.items():
            answers = self.answers(send_raw(self.server, data + last))
            if answers != [status, "404"]:
                wrong[name] = answers
        self.assertEqual(wrong, {})

    def test_absolute_form_goes_by_the_target(self):
        """The Host is not what a path is found by, so one that differs can't lead elsewhere."""
        for target in ("http://x/healthz", "http://y/healthz"):
            with self.subTest(target):
                answers = self.answers(send_raw(self.server, get("Connection: close", target=target)))
                self.assertEqual(len(answers), 1)
                self.assertIn(answers[0], ("200", "400"))

    def test_each_answer_belongs_to_its_request(self):
        """A thousand pipelined requests, refused ones with bodies among them, answered in order."""
        kinds = [(get(), "200"), (get(target="/v1/me"), "401"), READ["refused body"], READ["TE"],
                 READ["body of a refused address"]]
        data = b"".join(kinds[i % len(kinds)][0] for i in range(1000)) + get("Connection: close")
        wanted = [kinds[i % len(kinds)][1] for i in range(1000)] + ["200"]
        self.assertEqual(self.answers(send_raw(self.server, data)), wanted)


Framing.options = {"config": "[limits]\nheader-timeout=2\nbody-timeout=2\nidle-timeout=2\n"}
