"""From an API's answer to the registrar's 200, while others are held; and who else was heard of meanwhile."""

import json
import math
import time
from collections.abc import Callable

from .machine import Failure
from .registrar import Registrar
from .vendor import VendorAPI

PATIENCE = 10


def measure_writes(
    api: VendorAPI, registrar: Registrar, others: int, count: int, registration: Callable[[int], dict]
) -> list[str]:
    """Figures of creates, password changes and deletes, one after the other."""
    writes = Writes(api, registrar)
    numbers = range(others, others + count)
    made = {number: writes.write("create", "grants", 1, number, registration(number)) for number in numbers}
    ids = {number: json.loads(body)["sip_registration_id"] for number, body in made.items()}
    for number in numbers:
        change = {"sip_registration_id": ids[number], "password": f"changed-{number:07d}"}
        writes.write("update", "grants", 2, number, change)
    for number in numbers:
        writes.write("delete", "releases", 1, number, {"sip_registration_id": ids[number]})
    return writes.lines()


class Writes:
    """Each waits for the registrar's answer to the one before."""

    def __init__(self, api: VendorAPI, registrar: Registrar):
        self._api, self._registrar = api, registrar
        self._kinds: dict[str, Kind] = {}

    def write(self, kind: str, figure: str, wanted: int, number: int, parameters: dict) -> bytes:
        """Writes, and waits until the registrar has counted `wanted` of what it answers this user with."""
        figures = self._kinds.setdefault(kind, Kind())
        self._registrar.ask("mark")
        body, sent, came = self._api.send(f"{kind.capitalize()}SipRegistration", **parameters)
        deadline = time.monotonic() + PATIENCE
        while (user := self._registrar.ask(f"user {number}"))[figure] < wanted:
            if time.monotonic() > deadline:
                raise Failure(f"{kind} of {number}: not at the registrar within {PATIENCE} s: {user}")
            time.sleep(0.0002)
        heard = self._registrar.ask("totals")
        figures.after_answer.append((user["answered_at"] - came) / 1e6)
        figures.after_request.append((user["answered_at"] - sent) / 1e6)
        figures.requests += heard["recent_requests"]
        figures.strangers += heard["recent_users"] - 1
        return body

    def lines(self) -> list[str]:
        every = Kind()
        for kind in self._kinds.values():
            every.after_answer += kind.after_answer
            every.after_request += kind.after_request
            every.requests += kind.requests
            every.strangers += kind.strangers
        return [line for name, kind in (self._kinds | {"all": every}).items() for line in kind.lines(name)]


class Kind:
    """Writes of one kind; milliseconds. Below zero the registrar had answered before the API did."""

    def __init__(self) -> None:
        self.after_answer: list[float] = []
        self.after_request: list[float] = []
        self.requests = 0
        self.strangers = 0

    def lines(self, name: str) -> list[str]:
        return [
            f"{name}_{what}_p{percent} {percentile(values, percent):.3f} ms"
            for what, values in (("answer_to_200", self.after_answer), ("request_to_200", self.after_request))
            for percent in (50, 99)
        ] + [
            f"{name}_requests_each {self.requests / len(self.after_answer):.3f} requests",
            f"{name}_other_registrations {self.strangers} registrations"]


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]
