# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks answers against data/openapi.yaml, and notes which operations were asked for."""

import re

import jsonschema
import referencing
import referencing.jsonschema
import yaml

METHODS = ("get", "post", "put", "patch", "delete")

# What any request may be answered, as the contract's introduction says.
GENERAL = (400, 405, 408, 413, 431, 503)


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.safe_load(file)
        resource = referencing.Resource(
            contents=self.document, specification=referencing.jsonschema.DRAFT202012)
        self.registry = referencing.Registry().with_resource("urn:openapi", resource)
        self.validators = {}
        self.seen = set()
        self.operations = [(method.upper(), path) for path, item in self.document["paths"].items()
                           for method in METHODS if method in item]
        # Paths with words go before those with {…} in the same place.
        self.patterns = sorted(
            ((re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path)
             for path in self.document["paths"]), key=lambda pair: pair[1].count("{"))

    def find(self, path):
        for pattern, template in self.patterns:
            if pattern.match(path):
                return template
        return None

    def resolve(self, pointer):
        """The pointer of what is at the pointer, after references, and what it is."""
        while True:
            value = self.document
            for part in pointer.split("/")[1:]:
                value = value[part.replace("~1", "/").replace("~0", "~")]
            if set(value) != {"$ref"}:
                return pointer, value
            pointer = value["$ref"][1:]

    def validate(self, pointer, value):
        if pointer not in self.validators:
            self.validators[pointer] = jsonschema.Draft202012Validator(
                {"$ref": "urn:openapi#" + pointer.replace("%", "%25").replace("{", "%7B")
                 .replace("}", "%7D")}, registry=self.registry)
        self.validators[pointer].validate(value)

    def check(self, method, path, status, content_type, body, json_body):
        """Raises an AssertionError unless the contract has this answer to this request."""
        template = self.find(path.split("?")[0])
        if status >= 400 and method != "HEAD" and not (status == 400 and content_type.startswith("text/html")):
            assert content_type == "application/problem+json", (method, path, status, content_type)
            self.validate("/components/schemas/Problem", json_body)
            assert json_body["status"] == status
        if template is None:
            assert status in (400, 404), f"{method} {path} answered {status} and is not in the contract"
            return
        if (method if method != "HEAD" else "GET", template) not in self.operations:
            return
        self.check_operation("GET" if method == "HEAD" else method, template, status, content_type,
                             body, json_body)

    def check_operation(self, method, template, status, content_type, body, json_body):
        self.seen.add((method, template, status))
        pointer = "/paths/" + template.replace("/", "~1") + "/" + method.lower() + "/responses"
        _, responses = self.resolve(pointer)
        if status in GENERAL and str(status) not in responses:
            return
        assert str(status) in responses, f"{method} {template}: {status} is not in the contract"
        pointer, response = self.resolve(f"{pointer}/{status}")
        if "content" not in response:
            assert body == b"", f"{method} {template}: {status} has no body in the contract"
            return
        kind = content_type.split(";")[0]
        assert kind in response["content"], f"{method} {template}: {status} is {kind}"
        if json_body is not None and "schema" in response["content"][kind]:
            self.validate(f"{pointer}/content/{kind.replace('/', '~1')}/schema", json_body)

    def list_unseen(self):
        """Operations that nobody asked for and got a 2xx answer."""
        good = {(method, path) for method, path, status in self.seen if status < 300}
        return [operation for operation in self.operations if operation not in good]
