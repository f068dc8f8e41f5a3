"""Holds the fixtures of every dialect, which are its answers byte for byte, against the descriptions that it serves.

Usage: documents.py FOLDER, in which the descriptions lie by their names. Prints how much of each was checked, and ends
with an error for the first answer that is not as described.
"""

import json
import pathlib
import re
import sys

import lxml.etree
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

TESTS = pathlib.Path(__file__).resolve().parents[2]
VENDORS = pathlib.Path(__file__).resolve().parent / "vendors"
# What stands for something in the fixtures, and something that it could stand for.
UUID = "6a1f3f0e-6b0c-4e55-8f2e-111111111111"
PLACES = [
    (r"\{(new:\w+|project|resource|content|other\w*|reference|subscriber\w*|endpoint\w*|gateway\w*|address\w*|any-id|key)\}", UUID),
    (r"\{host\}", "127.0.0.1:8080"), (r"\{(page|jwt):\w+\}", "PA1"), (r"\{[a-z][-a-z0-9]*\}", "1"),
]


class Fixture:
    """One exchange, as the README.md of each folder of fixtures describes."""

    def __init__(self, path):
        text = path.read_text(encoding="utf-8").removesuffix("\n")
        head, request, answer = text.split("\n=== ")
        self.name = f"{path.parent.name}/{path.stem}"
        self.facts = dict(line.split(": ", 1) for line in head.splitlines())
        self.method, target, self.request = self._request(request, path)
        self.path = target.split("?", 1)[0].rstrip("/")
        self.asked = f"{target} {self.request}"
        status, _, self.body = answer.removeprefix("response\n").partition("\n\n")
        self.status = status.split(" ")[1]

    @staticmethod
    def _request(section, path):
        head, _, body = section.removeprefix("request\n").partition("\n\n")
        if body.startswith("@"):
            body = (path.parents[1] / body[1:]).read_text(encoding="utf-8").strip()
        method, target = head.splitlines()[0].split(" ", 1)
        return method, target, body

    @staticmethod
    def all(dialect):
        return [Fixture(path) for path in sorted((TESTS / f"{dialect}APITests/Fixtures").rglob("*.http"))]


def filled(text):
    """With something in each place."""
    for pattern, value in PLACES:
        text = re.sub(pattern, value, text)
    return text


class Description:
    """An API in OpenAPI 3.1."""

    def __init__(self, path):
        self.document = json.loads(path.read_text(encoding="utf-8"))
        self.operations = {
            (method.upper(), template): operation
            for template, item in self.document["paths"].items() for method, operation in item.items()}

    def operation(self, method, path):
        """The operation of a path; one whose path has fewer names in braces goes first."""
        for (known, template), operation in sorted(self.operations.items(), key=lambda one: one[0][1].count("{")):
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
            if known == method and re.fullmatch(pattern, path, re.IGNORECASE):
                return operation
        return None

    def check(self, fixture, operation):
        answer = operation["responses"].get(fixture.status)
        assert answer, f"{fixture.name}: {fixture.status} is not described"
        content = answer.get("content", {}).get("application/json")
        assert bool(content) == bool(fixture.body), f"{fixture.name}: a body, or none, is described"
        if content:
            schema = {**content["schema"], "components": self.document["components"]}
            validator = Draft202012Validator(schema, format_checker=FormatChecker())
            for error in validator.iter_errors(json.loads(filled(fixture.body))):
                raise AssertionError(f"{fixture.name}: {error.json_path}: {error.message[:300]}")


def enswitch(description):
    for fixture in Fixture.all("Enswitch"):
        yield fixture, description.operation(fixture.method, fixture.path)


def voximplant(description):
    commands = {template.strip("/"): operation for (_, template), operation in description.operations.items()}
    for fixture in Fixture.all("Voximplant"):
        # A multipart body has its lines written out.
        words = set(re.split(r"\W+|\\r\\n", fixture.asked))
        yield fixture, next((commands[name] for name in commands if name in words), None)


def signalwire(description):
    for fixture in Fixture.all("SignalWire"):
        path = fixture.path if fixture.path.startswith("/api/") else f"/api/fabric{fixture.path}"
        yield fixture, description.operation(fixture.method, path)


def bandwidth(folder):
    """Every document against the schema; bodies, whose padding is not looked at, where they were taken."""
    schema = lxml.etree.XMLSchema(lxml.etree.parse(folder / "bandwidth.xsd"))
    checked = 0
    for fixture in Fixture.all("Bandwidth"):
        bodies = [fixture.request] if fixture.status.startswith("2") else []
        for text in bodies + [fixture.body]:
            if not text.startswith("<"):
                continue
            document = lxml.etree.fromstring(filled(text).encode())
            for element in document.iter() if text is not fixture.body else []:
                element.text = (element.text or "").strip()
            assert schema.validate(document), f"{fixture.name}: {schema.error_log.last_error}"
            checked += 1
    return checked


def vendor_description():
    """The vendor's own, with the one exception: its addresses are an array of pages, ours are a page."""
    vendor = Description(VENDORS / "signalwire-subscribers.json")
    content = vendor.operation("GET", "/api/fabric/resources/subscribers/1/addresses")["responses"]["200"]["content"]
    content["application/json"]["schema"] = content["application/json"]["schema"]["items"]
    return vendor


def main(folder):
    for path in folder.glob("*.json"):
        validate(json.loads(path.read_text(encoding="utf-8")))
    print(f"bandwidth {bandwidth(folder)}")
    for dialect in (enswitch, voximplant, signalwire):
        description = Description(folder / f"{dialect.__name__}.json")
        checked = 0
        for fixture, operation in dialect(description):
            # What is at no path, or has another method, is described nowhere.
            if operation:
                description.check(fixture, operation)
                checked += 1
        print(f"{dialect.__name__} {checked}")
    vendor = vendor_description()
    checked = 0
    for fixture, operation in signalwire(vendor):
        # It describes what a token of 2026 is answered; of bodies that are no JSON, and of pages that are not, nothing.
        is_described = fixture.status != "400" and (fixture.status, fixture.method) != ("422", "GET")
        if operation and is_described and fixture.facts.get("Token", "2026") != "2025":
            vendor.check(fixture, operation)
            checked += 1
    print(f"vendor {checked}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
