"""The benchmark's own registrar, asked over its standard input."""

import subprocess
import time
from collections.abc import Callable

from .machine import BENCHMARKS, Failure


class Registrar:
    """A registrar on 127.0.0.2, 127.0.0.3 and so on."""

    def __init__(self, port: int, addresses: int, lease: int):
        command = [
            str(BENCHMARKS / ".build" / "release" / "registrar"), "--port", str(port), "--addresses", str(addresses),
            "--lease", str(lease), "--password-prefix", "secret-,changed-"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        if self._process.stdout.readline() != "ready\n":
            raise Failure("the registrar did not start")

    def __enter__(self) -> "Registrar":
        return self

    def __exit__(self, *_) -> None:
        self._process.stdin.close()
        self._process.wait(10)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, question: str) -> dict[str, int]:
        """The figures of an answer by name."""
        words = self._line(question).split()
        return {name: int(value) for name, value in zip(words[::2], words[1::2])}

    def refreshes(self) -> list[int]:
        """Refreshes of each second since the mark."""
        words = self._line("refreshes").split()
        return [int(count) for count in words[1].split(",")] if len(words) > 1 else []

    def await_live(self, count: int, seconds: float, meanwhile: Callable[[], None]) -> dict[str, int]:
        """Waits until so many are bound; what is counted then."""
        deadline = time.monotonic() + seconds
        while True:
            totals = self.ask("totals")
            if totals["live"] >= count:
                return totals
            if time.monotonic() > deadline:
                raise Failure(f"only {totals['live']} of {count} registered within {seconds:.0f} s: {totals}")
            meanwhile()
            time.sleep(0.05)

    def _line(self, question: str) -> str:
        self._process.stdin.write(question + "\n")
        line = self._process.stdout.readline()
        if not line:
            raise Failure("the registrar ended")
        return line
