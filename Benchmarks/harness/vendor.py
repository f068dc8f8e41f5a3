"""Voximplant's API over connections that stay open, with the moment at which an answer came."""

import socket
import time
from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from .machine import Failure

CONNECTIONS = 64


class VendorAPI:
    """One caller. Nothing else is done between an answer and the reading of the clock, so no HTTP library."""

    def __init__(self, port: int, caller: str):
        self._port, self._caller = port, caller
        self._connection = self._connect()

    def send(self, command: str, **parameters) -> tuple[bytes, int, int]:
        """An answer's body, when the request was sent and when the answer came; nanoseconds of the monotonic clock."""
        request = self._request(command, parameters)
        sent = time.monotonic_ns()
        self._connection.sendall(request)
        body, came = read(self._connection)
        check(body)
        return body, sent, came

    def send_all(self, command: str, parameters: Iterable[dict], progress: Callable[[int], None] = lambda _: None) -> None:
        """Many at once, each connection waiting for its answer; fails at the first that refuses."""
        connections = [self._connect() for _ in range(CONNECTIONS)]
        done, waiting = 0, []
        for connection, each in zip(cycle(connections), parameters):
            if len(waiting) == CONNECTIONS:
                check(read(waiting.pop(0))[0])
                done += 1
                progress(done)
            connection.sendall(self._request(command, each))
            waiting.append(connection)
        for connection in waiting:
            check(read(connection)[0])
        for connection in connections:
            connection.close()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _request(self, command: str, parameters: dict) -> bytes:
        body = f"{self._caller}&{urlencode(parameters)}"
        return (
            f"POST /platform_api/{command}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()


def cycle(items: list) -> Iterable:
    while True:
        yield from items


def read(connection: socket.socket) -> tuple[bytes, int]:
    """A response's body, and when the last of it came."""
    text = b""
    while True:
        part = connection.recv(65536)
        came = time.monotonic_ns()
        if not part:
            raise Failure(f"the connection ended: {text[:500]!r}")
        text += part
        head, end, body = text.partition(b"\r\n\r\n")
        if not end:
            continue
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        if len(body) >= length:
            return body, came


def check(body: bytes) -> None:
    if b'"result":1' not in body.replace(b" ", b""):
        raise Failure(f"refused: {body[:500]!r}")
