"""`scale`: the registrar with few users and with a million: rate, memory per binding, and the time of a start."""

import argparse
import shutil
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from .demarc import Demarc
from .machine import BENCHMARKS, can_pin, machine_facts, memory, run, synced_writes_per_second
from .register import FILL, FULL, REFRESH, load
from .results import Results

FEW = 1000


def add_command(commands) -> None:
    parser = commands.add_parser("scale", help="rate, memory and start with 1,000 and with 1,000,000 users")
    parser.add_argument("--seconds", type=float, default=5, help="measured seconds of each job")
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--starts", type=int, default=5, help="starts measured, each on a fresh copy of the data")
    parser.add_argument(
        "--output", type=Path, default=BENCHMARKS / "results" / f"scale-{date.today().isoformat()}.txt")
    parser.set_defaults(perform=perform)


def perform(options: argparse.Namespace) -> None:
    print("building register-load", flush=True)
    run("swift", "build", "-c", "release", cwd=BENCHMARKS)
    work = Path(tempfile.mkdtemp(prefix="work-", dir=BENCHMARKS / ".build"))
    results = Results()
    try:
        server = Demarc("memory", [FILL, FULL, REFRESH])
        domain = server.prepare(work, options.users)
        starts = [start(server, work, results) for _ in range(options.starts)]
        print(f"start to the first 200: median {statistics.median(starts):.2f} s of {options.starts}", flush=True)
        # One server: what few users do on tables that hold a million is what a busy hour of a large house looks like.
        directory = Path(tempfile.mkdtemp(prefix="scale-", dir=work))
        with server.start(directory, 0 if can_pin() else None) as running:
            load(running, server.name, FILL, f"{options.users} users", can_pin(), domain, options.users, 0, results,
                 name=f"{FILL}-{options.users}")
            for number in range(1, options.rounds + 1):
                for job in (FULL, REFRESH):
                    for users in (FEW, options.users):
                        load(running, server.name, job, f"round {number}", can_pin(), domain, users, options.seconds,
                             results, name=f"{job}-{users}")
        facts = machine_facts() | {
            "disk": f"{synced_writes_per_second(work):.0f} synced 4 KiB writes per second",
            "load": f"{options.rounds} rounds of {options.seconds:g} s, 8 sockets, 256 in flight"}
        results.write(options.output, "scale", facts)
        print(f"written to {options.output}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def start(server: Demarc, work: Path, results: Results) -> float:
    """Seconds from the command to the first 200: listeners open when all credentials are loaded."""
    directory = Path(tempfile.mkdtemp(prefix="start-", dir=work))
    server.copy(directory)
    before = time.monotonic()
    with server.start_copied(directory, None) as running:
        seconds = time.monotonic() - before
        held = memory(running.process.pid)
    results.add("start", server.name, "free", f"first_200 {seconds:.3f} s\nmemory {held} bytes")
    shutil.rmtree(directory)
    return seconds
