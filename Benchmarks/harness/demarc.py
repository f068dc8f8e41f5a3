"""Demarc itself. All that depends on its command line and its first start is in this file."""

import base64
import http.client
import json
import os
import shutil
import socket
import time
from pathlib import Path
from typing import Any

from .machine import REPOSITORY, Failure, Server, free_port, on_processor, run
from .users import users

BATCH = 1000


class Demarc:
    """The server in one of its durability settings."""

    def __init__(self, durability: str, jobs: list[str]):
        self.name = f"demarc-{durability}"
        self.jobs = jobs
        self._durability = durability

    def prepare(self, directory: Path, count: int) -> str:
        """Makes a data directory with all users, once for all settings; returns the domain they register with."""
        self._binary = binary()
        self._data = directory / "demarc-users"
        if not self._data.exists():
            load_users(self._binary, self._data, directory, count)
        return (directory / "demarc-domain").read_text()

    def start(self, directory: Path, processor: int | None) -> Server:
        self.copy(directory)
        return self.start_copied(directory, processor)

    def copy(self, directory: Path) -> None:
        """Puts a fresh copy of the users there."""
        shutil.copytree(self._data, directory / "data")

    def start_copied(self, directory: Path, processor: int | None) -> Server:
        return serve(self._binary, directory / "data", directory, self._durability, processor)[0]


def binary() -> Path:
    """The release build, or what BENCHMARK_BINARY names."""
    given = os.environ.get("BENCHMARK_BINARY")
    if given:
        return Path(given).resolve()
    print("building demarc (release)", flush=True)
    run("swift", "build", "-c", "release", "--product", "demarc", cwd=REPOSITORY)
    return Path(run("swift", "build", "-c", "release", "--show-bin-path", cwd=REPOSITORY).strip()) / "demarc"


def serve(
    program: Path, data: Path, directory: Path, durability: str, processor: int | None = None, *words: str
) -> tuple[Server, int]:
    """Starts the server on free ports; returns it and the port of the vendors' APIs."""
    sip, api, operator = (free_port(kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_STREAM))
    command = on_processor(processor) + [
        str(program), "serve", "--data", str(data), "--sip-listen", f"udp:127.0.0.1:{sip}",
        "--vendor-listen", f"127.0.0.1:{api}", "--operator-listen", f"127.0.0.1:{operator}",
        "--sip-durability", durability, "--log-level", "warning", *words]
    return Server(command, directory, sip), api


def ask(program: Path, data: Path, *words: str) -> Any:
    """What the `demarc` command says of the running server, as JSON."""
    return json.loads(run(str(program), *words, "--json", "--data", str(data)))


def await_commands(data: Path, seconds: float = 30) -> None:
    """Waits until the server has said where its commands find it."""
    deadline = time.monotonic() + seconds
    while not (data / "operator.json").exists():
        if time.monotonic() > deadline:
            raise Failure(f"no operator.json in {data} within {seconds:.0f} s")
        time.sleep(0.05)


def load_users(program: Path, data: Path, directory: Path, count: int) -> None:
    """Creates the users through the public API, as a customer would: XML with ready-made hashes."""
    print(f"creating {count} credentials in demarc", flush=True)
    server, port = serve(program, data, directory, "journal")
    with server:
        await_commands(data)
        account = ask(program, data, "account", "list")["items"][0]["id"]
        password = ask(program, data, "caller", "password", "admin", "--generate")["password"]
        domain = ask(program, data, "domain", "list")["items"][0]["name"]
        token = base64.b64encode(f"admin:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/xml"}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        (directory / "demarc-domain").write_text(domain)
        everyone = list(users(count, domain))
        for first in range(0, count, BATCH):
            batch = everyone[first:first + BATCH]
            body = "".join(
                f"<SipCredential><UserName>{user.name}</UserName><Hash1>{user.ha1}</Hash1><Hash1b>{user.ha1b}</Hash1b>"
                "</SipCredential>" for user in batch)
            connection.request(
                "POST", f"/accounts/{account}/sipcredentials",
                f"<SipCredentials>{body}</SipCredentials>", headers)
            response = connection.getresponse()
            answer = response.read().decode(errors="replace")
            if response.status != 201 or "<Error>" in answer:
                raise Failure(f"creating credentials: {response.status} {answer[:500]}")
