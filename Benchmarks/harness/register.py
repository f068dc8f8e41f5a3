"""`register`: SIP registrars under one generator. Rounds are interleaved; a figure is the median of its rounds."""

import argparse
import shutil
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

from .demarc import Demarc
from .kamailio import Kamailio
from .machine import (
    BENCHMARKS, Failure, Server, can_pin, machine_facts, on_processor, run, synced_writes_per_second)
from .results import Results

FILL, FULL, REFRESH = "register-once", "full", "refresh"
ALL = [FILL, FULL, REFRESH]
# Children: True pinned to one processor, False free on two. One writer is all that SQLite's file bears.
SERVERS = [
    Demarc("memory", ALL),
    Demarc("journal", ALL),
    Kamailio("memory", {True: 1, False: 2}, ALL),
    Kamailio("authdb", {True: 1, False: 2}, ALL),
    Kamailio("writethrough", {True: 1, False: 1}, [FILL, FULL]),
]
BASELINE = "kamailio-memory"


def add_command(commands) -> None:
    parser = commands.add_parser("register", help="CPU per digest REGISTER, beside Kamailio")
    parser.add_argument("--seconds", type=float, default=5, help="measured seconds of each job")
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--servers", default=",".join(server.name for server in SERVERS), help="which, with commas")
    parser.add_argument("--domain", default="sip.example.com", help="SIP domain when Demarc does not take part")
    parser.add_argument(
        "--output", type=Path, default=BENCHMARKS / "results" / f"register-{date.today().isoformat()}.txt")
    parser.set_defaults(perform=perform)


def perform(options: argparse.Namespace) -> None:
    wanted = options.servers.split(",")
    servers = [server for server in SERVERS if server.name in wanted]
    if len(servers) != len(wanted):
        raise Failure(f"--servers: choose from {', '.join(server.name for server in SERVERS)}")
    print("building register-load", flush=True)
    run("swift", "build", "-c", "release", cwd=BENCHMARKS)
    work = Path(tempfile.mkdtemp(prefix="work-", dir=BENCHMARKS / ".build"))
    try:
        domain = prepare(servers, work, options)
        disk = synced_writes_per_second(work)
        bench = Bench(work, domain, options.users, options.seconds)
        for number in range(1, options.rounds + 1):
            for server in servers:
                bench.measure(server, f"round {number}", pinned=can_pin())
        if can_pin():
            for server in servers:
                bench.measure(server, "free round", pinned=False)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(table(bench.results, servers))
    bench.results.write(options.output, "register", facts(options, disk))
    print(f"written to {options.output}")


def prepare(servers: list, work: Path, options: argparse.Namespace) -> str:
    """Makes every server's users, all in one domain: Demarc's own, when it takes part."""
    domain = options.domain
    for server in servers:
        if isinstance(server, Demarc):
            domain = server.prepare(work, options.users)
    for server in servers:
        if isinstance(server, Kamailio):
            server.prepare(work, options.users, domain)
    return domain


class Bench:
    """Runs servers one after the other and collects what the generator says of them."""

    def __init__(self, work: Path, domain: str, users: int, seconds: float):
        self.results = Results()
        self._work, self._domain, self._users, self._seconds = work, domain, users, seconds

    def measure(self, server, label: str, pinned: bool) -> None:
        """One server from a fresh start: fills it with every user once, then loads it with each of its jobs."""
        directory = Path(tempfile.mkdtemp(prefix=f"{server.name}-", dir=self._work))
        with server.start(directory, 0 if pinned else None) as running:
            for job in server.jobs:
                load(
                    running, server.name, job, label, pinned, self._domain, self._users, self._seconds, self.results)
        shutil.rmtree(directory)


def load(
    running: Server, server: str, job: str, label: str, pinned: bool, domain: str, users: int, seconds: float,
    results: Results, name: str | None = None
) -> None:
    """Loads a running server with one job and keeps its figures under `name`, the job's unless told."""
    most = 30 + users / 3000
    command = on_processor(1 if pinned else None) + [
        str(BENCHMARKS / ".build" / "release" / "register-load"), "--server", f"127.0.0.1:{running.sip_port}",
        "--domain", domain, "--users", str(users), "--job", job, "--seconds", str(most if job == FILL else seconds),
        "--pid", str(running.process.pid)]
    try:
        done = subprocess.run(command, text=True, capture_output=True, timeout=2 * most + 180)
    except subprocess.TimeoutExpired:
        raise Failure(f"{server}, {job}: the generator did not end") from None
    if done.returncode != 0:
        raise Failure(f"{server}, {job}: wrong or lost answers\n{done.stdout}{done.stderr}{running.tail()}")
    pinning = "pinned" if pinned else "free"
    results.add(name or job, server, pinning, done.stdout)
    figure = dict(line.split()[:2] for line in done.stdout.splitlines())
    print(
        f"{time.strftime('%H:%M:%S')} {label:10} {pinning:6} {server:22} {name or job:13} "
        f"{float(figure['requests_per_second']):9.0f} requests/s "
        f"{float(figure['server_cpu_per_request']):6.2f} us/request",
        flush=True)


def table(results: Results, servers: list) -> str:
    """The figures to read, as Markdown: first the one that other work on the machine disturbs least."""
    lines = []
    for pinning in ("pinned", "free"):
        for job in (FULL, REFRESH, FILL):
            rows = [row(results, job, server.name, pinning) for server in servers]
            rows = [text for text in rows if text]
            if rows:
                lines += [
                    "", f"### {job}, {pinning}", "",
                    "| server | CPU us/request (least-most) | ratio | requests/s seen | registrations/s seen "
                    "| p50 ms | p99 ms | bytes/binding |", "|---|---|---|---|---|---|---|---|", *rows]
    return "\n".join(lines)


def row(results: Results, job: str, server: str, pinning: str) -> str | None:
    def median(name: str, of: str = server) -> float | None:
        return results.median(job, of, pinning, name)

    cost, spread = median("server_cpu_per_request"), results.spread(job, server, pinning, "server_cpu_per_request")
    if cost is None or spread is None:
        return None
    base, binding = median("server_cpu_per_request", BASELINE), median("server_memory_per_binding")
    cells = [
        server, f"{cost:.2f} ({spread[0]:.2f}-{spread[1]:.2f})", f"{cost / base:.2f}" if base else "",
        f"{median('requests_per_second'):.0f}", f"{median('registrations_per_second'):.0f}",
        f"{median('latency_p50') / 1000:.2f}", f"{median('latency_p99') / 1000:.2f}",
        f"{binding:.0f}" if binding is not None else ""]
    return f"| {' | '.join(cells)} |"


def facts(options: argparse.Namespace, disk: float) -> dict[str, str]:
    return machine_facts() | {
        "disk": f"{disk:.0f} synced 4 KiB writes per second",
        "kamailio": Kamailio.version() if shutil.which("kamailio") else "not installed",
        "load": f"{options.users} users, {options.rounds} rounds of {options.seconds:g} s, 8 sockets, 256 in flight",
    }
