# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests made from the contract and then spoilt, for a server that must answer each by the contract.

The same seed makes the same requests, as far as the server's answers are the same. Alone, it runs until its time is
over, and says how far it came:

    api_fuzz.py --seconds 600 --seed 7
"""

import argparse
import collections
import http.client
import json
import random
import re
import sys
import time
import urllib.parse

from harness import CONTRACT, Server

BUSINESSES = ["willems", "harbour", "heritage", "riverside"]
# What would end the fuzzer's own sign-ins, or never end.
LEFT_OUT = {("DELETE", "/v1/sessions/current"), ("POST", "/v1/me/password"), ("PUT", "/v1/me/password"),
            ("GET", "/v1/businesses/{business}/events")}

# What readers, SQL and PostgreSQL stumble over. PostgreSQL has no U+0000 in texts, and no index key above 2,704 bytes.
STRINGS = ["", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\uffff", "\U0010ffff", "x" * 300, "x" * 3000, "é" * 3000, "x" * 70000,
           "'", "\"", "\\", "%", "_", "%00", "..", "../..", "a/b", "a\nb", "\r\n", "\x7f", "\u202e", "-1", "0", "1e9", "null", "*",
           "\"a\" OR", "a AND NOT b NEAR(c)", "col:x", "2026-11-22T10:00:00.000Z", "9999-12-31T23:59:59.999Z",
           "0000-00-00T00:00:00Z", "2026-13-45T99:99:99Z"]
NUMBERS = [0, -1, 1, 2 ** 31, 2 ** 32, 2 ** 53 + 1, 2 ** 63 - 1, 2 ** 63, -(2 ** 63), 2 ** 64, 10 ** 30, 0.5, -0.0, 1e308, 1e-308, 1.5e300]
OTHERS = [None, True, False, [], {}, [[]], {"": ""}, {"\0": 1}, {"x" * 3000: 1}, ["\0"]]
PIECES = [b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"[" * 100, b'{"a":' * 100, b"NaN", b"1e999", b"-", b"\\u0000",
          b"\\ud800", b"\"", b"{", b"}", b",", b":", b"\\", b"\xef\xbb\xbf", b"00"]


def has_nul(value):
    """Whether a text of it has U+0000 or half a surrogate pair, which no store could keep."""
    if isinstance(value, str):
        return any(c == "\0" or 0xD800 <= ord(c) <= 0xDFFF for c in value)
    if isinstance(value, dict):
        return any(has_nul(k) or has_nul(v) for k, v in value.items())
    return isinstance(value, list) and any(map(has_nul, value))


class Maker:
    """Makes values by a schema, and spoils some."""

    def __init__(self, dice):
        self.dice = dice
        self.known = collections.defaultdict(list)  # ids and names that answers told, by the member's name

    def learn(self, value):
        if isinstance(value, dict):
            for name, member in value.items():
                if isinstance(member, (int, str)) and not isinstance(member, bool) and len(self.known[name]) < 500:
                    self.known[name].append(member)
                self.learn(member)
        elif isinstance(value, list):
            for element in value[:5]:
                self.learn(element)

    def hostile(self):
        return self.dice.choice(self.dice.choice([STRINGS, STRINGS, NUMBERS, OTHERS]))

    def make(self, schema, name="", spoil=0.05, depth=0):
        if self.dice.random() < spoil:
            return self.hostile()
        if "$ref" in schema:
            schema = {**CONTRACT.resolve(schema["$ref"][1:])[1], **{k: v for k, v in schema.items() if k != "$ref"}}
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return self.make(self.dice.choice(schema[several]), name, spoil, depth)
        if "allOf" in schema:
            parts = [self.make(part, name, 0, depth) for part in schema["allOf"]]
            return {k: v for part in parts if isinstance(part, dict) for k, v in part.items()}
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.dice.choice(schema["enum"])
        if self.known[name] and self.dice.random() < 0.5:
            return self.dice.choice(self.known[name])
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        kind = self.dice.choice(kinds) if isinstance(kinds, list) else kinds
        return getattr(self, "make_" + kind)(schema, name, spoil, depth)

    def make_null(self, *_):
        return None

    def make_boolean(self, *_):
        return self.dice.random() < 0.5

    def make_integer(self, schema, *_):
        low, high = schema.get("minimum", 0), schema.get("maximum", 1000)
        return self.dice.choice([low, high, self.dice.randint(low, max(low, high)), low - 1, high + 1])

    def make_number(self, schema, *_):
        return self.dice.uniform(schema.get("minimum", 0), schema.get("maximum", 1))

    def make_string(self, schema, *_):
        if schema.get("format") == "date-time":
            return "20%02d-%02d-%02dT10:00:00.000Z" % (self.dice.randint(0, 99), self.dice.randint(1, 12), self.dice.randint(1, 28))
        longest = schema.get("maxLength", 40)
        length = self.dice.choice([1, 5, min(longest, 100), longest, longest + 1])
        return "".join(self.dice.choice("abcé-😀 ") if self.dice.random() < 0.1 else "a" for _ in range(min(length, 20000)))

    def make_array(self, schema, name, spoil, depth):
        if depth > 5:
            return []
        return [self.make(schema.get("items", {}), name.rstrip("s"), spoil, depth + 1) for _ in range(self.dice.choice([0, 1, 1, 2, 5]))]

    def make_object(self, schema, name, spoil, depth):
        value = {}
        for member, part in schema.get("properties", {}).items():
            if depth < 6 and (member in schema.get("required", ()) and self.dice.random() > spoil or self.dice.random() < 0.4):
                value[member] = self.make(part, member, spoil, depth + 1)
        if self.dice.random() < spoil:
            value[self.dice.choice(STRINGS)] = self.hostile()
        return value


class Fuzzer:
    """Sends spoilt requests as several users and checks each answer."""

    def __init__(self, server, seed):
        self.server = server
        self.dice = random.Random(seed)
        self.maker = Maker(self.dice)
        self.apis = [server.sign_in(user) for user in ("olivia", "olivia", "olivia", "adam", "ines", "victor", "sam")]
        self.apis += [server.worker(), server.worker(), server.api(), server.api("bw_" + "x" * 40)]
        self.statuses = collections.Counter()
        self.operations = [operation for operation in CONTRACT.operations if operation not in LEFT_OUT]
        for business in BUSINESSES:
            self.apis[0].submit(business, *[{"type": "send-invoices", "name": f"Job {i}", "items": [{"label": "a"}]} for i in range(5)])
            for view in ("jobs", "users", "types", "roles", "members"):
                self.maker.learn(self.apis[0].get(f"/v1/businesses/{business}/{view}").json)

    def parameters(self, method, path):
        item = CONTRACT.document["paths"][path]
        for parameter in item.get("parameters", []) + item[method.lower()].get("parameters", []):
            yield CONTRACT.resolve(parameter["$ref"][1:])[1] if "$ref" in parameter else parameter

    def make_target(self, method, path):
        query = []
        for parameter in self.parameters(method, path):
            name = parameter["name"]
            if parameter["in"] == "path":
                value = self.maker.make(parameter["schema"], "id" if name in ("id", "claim") else name, 0.05)
                if name == "business" and self.dice.random() < 0.9:
                    value = self.dice.choice(BUSINESSES)
                text = urllib.parse.quote(str(value), safe="", errors="surrogatepass")[:3000]
                path = path.replace("{" + name + "}", text or "x")
            elif parameter["in"] == "query" and self.dice.random() < 0.3:
                value = self.maker.make(parameter["schema"], name, 0.15)
                query += [(name, str(each)[:3000]) for each in (value if isinstance(value, list) else [value])]
        target = path + ("?" + urllib.parse.urlencode(query, errors="surrogatepass") if query else "")
        return re.sub(r"\{\w+\}", "1", target)

    def make_body(self, method, path):
        """The body's bytes, and the value if it was made as one."""
        operation = CONTRACT.document["paths"][path][method.lower()]
        if "requestBody" not in operation:
            return None, None
        body = operation["requestBody"]
        body = CONTRACT.resolve(body["$ref"][1:])[1] if "$ref" in body else body
        schema = body["content"].get("application/json", {}).get("schema")
        if schema is None:
            return self.dice.randbytes(self.dice.choice([0, 1, 5000])), None
        value = self.maker.make(schema, spoil=self.dice.choice([0, 0.02, 0.1]))
        if isinstance(value, dict) and "wait_s" in value:
            value["wait_s"] = 0 if isinstance(value["wait_s"], (int, float)) else value["wait_s"]
        data = json.dumps(value, ensure_ascii=self.dice.random() < 0.5).encode("utf-8", "surrogatepass")
        if self.dice.random() < 0.15:
            at = self.dice.randint(0, len(data))
            return data[:at] + self.dice.choice(PIECES) + data[at + self.dice.choice([0, 0, 1, 5]):], None
        return data, value

    def step(self):
        """One request. Raises AssertionError unless the answer is as it must be."""
        method, path = self.dice.choice(self.operations)
        target = self.make_target(method, path)
        data, value = self.make_body(method, path)
        api = self.dice.choice(self.apis)
        headers = {"Content-Disposition": 'attachment; filename="r"'} if data is not None and value is None else {}
        told = f"{method} {target[:300]} {data[:2000] if data else ''} as {api.user}"
        try:
            answer = api.request(method, target, data, headers)
        except (AssertionError, OSError, http.client.HTTPException, ValueError) as error:
            raise AssertionError(f"{told}: {type(error).__name__}: {error}") from error
        self.statuses[answer.status] += 1
        assert answer.status < 500, f"{told}: {answer.status} {answer.text}"
        assert not (has_nul(value) and answer.status < 400), f"{told}: a text that can't be kept was taken: {answer.text[:300]}"
        if answer.status < 300 and self.dice.random() < 0.2:
            self.maker.learn(answer.json)
        return answer.status


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1000000)
    parser.add_argument("--store", help="sqlite:PATH or postgresql://…; a scratch one by default")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    server = Server(store=arguments.store)
    fuzzer = Fuzzer(server, arguments.seed)
    end = time.monotonic() + arguments.seconds
    try:
        while time.monotonic() < end:
            fuzzer.step()
    except AssertionError as error:
        print(f"After {fuzzer.statuses.total()} requests: {error}\n{server.get_log()[-5000:]}")
        sys.exit(1)
    for api in fuzzer.apis:
        api.close()
    server.end()
    print(f"{fuzzer.statuses.total()} requests: {dict(sorted(fuzzer.statuses.items()))}")


if __name__ == "__main__":
    main()
