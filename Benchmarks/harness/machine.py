"""Processes, packages, processors and ports of the machine that the benchmark runs on."""

import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
REPOSITORY = BENCHMARKS.parent


class Failure(Exception):
    """Why a figure cannot be given."""


def run(*command: str, cwd: Path | None = None, timeout: float = 1800) -> str:
    """Runs a command to its end and returns what it printed."""
    try:
        done = subprocess.run(command, cwd=cwd, timeout=timeout, text=True, capture_output=True)
    except subprocess.TimeoutExpired:
        raise Failure(f"{' '.join(command)}: not done after {timeout:.0f} s") from None
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def need_packages(program: str, *packages: str) -> None:
    """Installs Debian packages when a program is missing; says the command when that needs another user."""
    if shutil.which(program):
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        raise Failure(f"{program} is missing; run: sudo {' '.join(command)}")
    print(f"installing {' '.join(packages)}", flush=True)
    run("apt-get", "update")
    run(*command)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def on_processor(number: int | None) -> list[str]:
    """The words before a command that keep it on one processor; none when it may run anywhere."""
    return [] if number is None else ["taskset", "-c", str(number)]


def can_pin() -> bool:
    return shutil.which("taskset") is not None and {0, 1} <= os.sched_getaffinity(0)


def machine_facts() -> dict[str, str]:
    """What must be known of the machine to repeat a run, and no more."""
    kernel = f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}"
    return {
        "machine": f"{os.cpu_count()} processors, {kernel}",
        "load average at the start": f"{os.getloadavg()[0]:.1f}",
    }


def processor_seconds(pid: int) -> float:
    """User and system time of a process and of all that it started, from /proc."""
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in family(pid).values())
    return ticks / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> dict[int, list[str]]:
    """What /proc/PID/stat says behind the name, of a process and of all that it started."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(stat.parent.name) == pid or int(fields[1]) == pid:
            found[int(stat.parent.name)] = fields
    return found


def memory(pid: int) -> int:
    """Proportional set size of a process and of all that it started, in bytes: shared pages are divided among them."""
    total = 0
    for member in family(pid):
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def peak_memory(pid: int) -> int:
    """The most that was ever resident of one process, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise Failure("the kernel does not say how much memory the server had")


def synced_writes_per_second(directory: Path, seconds: float = 0.5) -> float:
    """How often the disk can append a page and sync it: what bounds every durable figure."""
    path = directory / "synced-writes"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        count, start = 0, time.monotonic()
        while time.monotonic() - start < seconds:
            os.write(descriptor, bytes(4096))
            os.fdatasync(descriptor)
            count += 1
        return count / (time.monotonic() - start)
    finally:
        os.close(descriptor)
        path.unlink()


class Server:
    """A server under test: one process that may have children, in a directory of its own, stopped at the end."""

    def __init__(self, command: list[str], directory: Path, sip_port: int, ready_within: float = 30):
        self.sip_port = sip_port
        self.log = directory / "server.log"
        self.started = time.monotonic_ns()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            self._await_sip(ready_within)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]

    def _await_sip(self, seconds: float) -> None:
        """Asks with OPTIONS until anything is answered."""
        deadline = time.monotonic() + seconds
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.1)
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            while time.monotonic() < deadline:
                if self.process.poll() is not None:
                    raise Failure(f"the server stopped at its start:\n{self.tail()}")
                number, server = time.monotonic_ns(), f"127.0.0.1:{self.sip_port}"
                probe.sendto(
                    f"OPTIONS sip:{server} SIP/2.0\r\n"
                    f"Via: SIP/2.0/UDP 127.0.0.1:{port};rport;branch=z9hG4bK{number}\r\nMax-Forwards: 70\r\n"
                    f"From: <sip:probe@{server}>;tag={number}\r\nTo: <sip:{server}>\r\n"
                    f"Call-ID: {number}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n".encode(),
                    ("127.0.0.1", self.sip_port))
                try:
                    probe.recv(4096)
                    return
                except (TimeoutError, ConnectionRefusedError):
                    time.sleep(0.02)
        raise Failure(f"no answer to OPTIONS within {seconds:.0f} s:\n{self.tail()}")
