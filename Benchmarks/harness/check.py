"""`check`: the generator must fail where it should, or its figures mean nothing."""

import argparse
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from .kamailio import Kamailio
from .machine import BENCHMARKS, Failure, free_port, run

USERS, DOMAIN = 1000, "sip.example.com"


def add_command(commands) -> None:
    parser = commands.add_parser("check", help="see the generator succeed and fail as it should, against Kamailio")
    parser.set_defaults(perform=perform)


def perform(_: argparse.Namespace) -> None:
    run("swift", "build", "-c", "release", cwd=BENCHMARKS)
    work = Path(tempfile.mkdtemp(prefix="work-", dir=BENCHMARKS / ".build"))
    try:
        kamailio = Kamailio("memory", {False: 2}, [])
        kamailio.prepare(work, USERS, DOMAIN)
        with kamailio.start(work, None) as server:
            for job in ("register-once", "full", "refresh"):
                expect(f"right passwords, {job}", load(server.sip_port, "--job", job), succeeds=True)
            expect("wrong passwords", load(server.sip_port, "--password-prefix", "wrong-"), succeeds=False)
            expect("another domain", load(server.sip_port, "--domain", "sip.example.net"), succeeds=False)
            expect("users that do not exist", load(server.sip_port, "--users", "2000"), succeeds=False)
        expect("nobody listens", load(free_port(socket.SOCK_DGRAM)), succeeds=False)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            expect("nobody answers", load(silent.getsockname()[1], "--seconds", "5"), succeeds=False)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def load(port: int, *arguments: str) -> subprocess.CompletedProcess:
    command = [
        str(BENCHMARKS / ".build" / "release" / "register-load"), "--server", f"127.0.0.1:{port}", "--domain", DOMAIN,
        "--users", str(USERS), "--seconds", "1", "--warmup", "0", *arguments]
    return subprocess.run(command, text=True, capture_output=True, timeout=60)


def expect(what: str, done: subprocess.CompletedProcess, succeeds: bool) -> None:
    words = ("registrations ", "unexpected", "lost", "status", "Error")
    seen = ", ".join(line for line in (done.stdout + done.stderr).splitlines() if line.startswith(words))
    print(f"{what}: exit {done.returncode} ({seen})", flush=True)
    if (done.returncode == 0) != succeeds:
        raise Failure(f"{what}: exit {done.returncode}")
