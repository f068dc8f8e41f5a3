"""`create`: durable creates over HTTP in every dialect, one resource a request, beside a no-op POST and FastAPI + SQLite."""

import argparse
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from datetime import date
from pathlib import Path

from .creations import Account, basic, CREDENTIAL, creations, JSON_CREDENTIAL, Request
from .demarc import ask, await_commands, binary, load_users, serve
from .machine import (
    BENCHMARKS, Failure, can_pin, free_port, machine_facts, need_packages, on_processor, processor_seconds, run,
    synced_writes_per_second)
from .results import Results

CONNECTIONS = [1, 64, 256]
def add_command(commands) -> None:
    parser = commands.add_parser("create", help="durable creates per second in every dialect, beside a no-op POST and FastAPI")
    parser.add_argument("--seconds", type=int, default=5, help="measured seconds of each job")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--resources", type=int, default=1_000_000, help="credentials in the full server")
    parser.add_argument("--jobs", nargs="*", help="the creates to measure; all unless told")
    parser.add_argument(
        "--output", type=Path, default=BENCHMARKS / "results" / f"create-{date.today().isoformat()}.txt")
    parser.set_defaults(perform=perform)


def perform(options: argparse.Namespace) -> None:
    need_packages("wrk", "wrk")
    work = Path(tempfile.mkdtemp(prefix="work-", dir=folder(BENCHMARKS / ".build")))
    try:
        bench = Bench(work, options)
        for number in range(1, options.rounds + 1):
            for pinned in ([True] if can_pin() else []) + ([False] if number == 1 else []):
                bench.round(f"round {number}", pinned)
        print(table(bench.results))
        facts = machine_facts() | {
            "disk": f"{synced_writes_per_second(work):.0f} synced 4 KiB writes per second",
            "load": f"{options.rounds} rounds of {options.seconds:g} s, full is {options.resources} credentials",
            "fastapi": bench.fastapi_versions}
        bench.results.write(options.output, "create", facts)
        print(f"written to {options.output}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


class Bench:
    """Servers, each from a fresh start on a copy of the same data, under one generator."""

    def __init__(self, work: Path, options: argparse.Namespace):
        self.results = Results()
        self._work, self._options = work, options
        self._binary = binary()
        self._python = fastapi_python()
        self.fastapi_versions = run(
            str(self._python), "-m", "pip", "freeze", "--disable-pip-version-check").replace("\n", " ").strip()
        self._data = {}
        for name, count in (("empty", 0), ("full", options.resources)):
            self._data[name] = work / f"{name}-users"
            load_users(self._binary, self._data[name], folder(work / name), count)
        self._sequence = 0

    def round(self, label: str, pinned: bool) -> None:
        for size in self._data:
            self._demarc(size, label, pinned)
        self._fastapi(label, pinned)

    def _demarc(self, size: str, label: str, pinned: bool) -> None:
        directory = Path(tempfile.mkdtemp(prefix="demarc-", dir=self._work))
        data = directory / "data"
        shutil.copytree(self._data[size], data)
        server, port = serve(self._binary, data, directory, "journal", 0 if pinned else None)
        with server:
            await_commands(data)
            account = Account(self._binary, data, port)
            target = Target(server.process.pid, port, f"demarc-{size}", pinned, label)
            if size == "empty":
                self._load(target, "noop", Request("/nothing", account.headers, CREDENTIAL))
            for creation in creations(account):
                if self._options.jobs and creation.job not in self._options.jobs:
                    continue
                before = creation.count()
                made = self._load(target, creation.job, creation.request)
                there = creation.count() - before
                if there < made:
                    raise Failure(f"{creation.job}: {made} creates were answered well, {there} are there")
        shutil.rmtree(directory)

    def _fastapi(self, label: str, pinned: bool) -> None:
        directory = Path(tempfile.mkdtemp(prefix="fastapi-", dir=self._work))
        port, caller = free_port(), "admin:a-password-of-20-char"
        environment = os.environ | {
            "BENCHMARK_CALLER": caller, "BENCHMARK_DATABASE": str(directory / "data.sqlite")}
        command = on_processor(0 if pinned else None) + [
            str(self._python), "-m", "uvicorn", "--app-dir", str(BENCHMARKS / "fastapi"), "server:app", "--port",
            str(port), "--log-level", "warning", "--no-access-log"]
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        try:
            await_port(port)
            target = Target(process.pid, port, "fastapi", pinned, label)
            headers = {"Authorization": basic(caller), "Content-Type": "application/xml"}
            self._load(target, "noop", Request("/nothing", headers, CREDENTIAL))
            self._load(target, "credential", Request("/accounts/1/sipcredentials", headers, CREDENTIAL))
            headers["Content-Type"] = "application/json"
            self._load(target, "json", Request("/accounts/1/endpoints", headers, JSON_CREDENTIAL))
        finally:
            process.terminate()
            process.wait(15)
        shutil.rmtree(directory)

    def _load(self, target: "Target", job: str, request: Request) -> int:
        """Every number of connections in turn; returns how many requests were answered as wanted."""
        file = self._work / "request"
        head = "".join(f"{name}: {value}\n" for name, value in request.headers.items())
        file.write_text(f"POST {request.path}\n{head}\n{request.body}")
        warmed = self._wrk(target, file, 64, 1)
        return made(warmed) + sum(self._measure(target, job, file, connections) for connections in CONNECTIONS)

    def _measure(self, target: "Target", job: str, request: Path, connections: int) -> int:
        before = processor_seconds(target.pid)
        lines = self._wrk(target, request, connections, self._options.seconds)
        spent = processor_seconds(target.pid) - before
        figures = figures_of(lines)
        unwanted = figures["failed"] + (figures["refused"] if job != "noop" else 0)
        if unwanted or not figures["requests"]:
            raise Failure(f"{target.name}, {job}: {lines}")
        lines.append(f"server_cpu_per_request {spent / figures['requests'] * 1e6:.3f} us")
        pinning = "pinned" if target.pinned else "free"
        self.results.add(f"{job}-{connections}", target.name, pinning, "\n".join(lines))
        print(
            f"{time.strftime('%H:%M:%S')} {target.label:8} {pinning:6} {target.name:13} {job:10} {connections:4} "
            f"{figures['requests_per_second']:9.0f} requests/s {spent / figures['requests'] * 1e6:7.2f} us/request "
            f"p50 {figures['latency_p50']:.2f} p99 {figures['latency_p99']:.2f} ms", flush=True)
        return int(figures["requests"])

    def _wrk(self, target: "Target", request: Path, connections: int, seconds: float) -> list[str]:
        self._sequence += 400_000
        output = run(
            *on_processor(1 if target.pinned else None), "wrk", "-t1", "--timeout", "30s", f"-c{connections}", f"-d{seconds:.0f}s",
            "-s", str(BENCHMARKS / "http" / "create.lua"), f"http://127.0.0.1:{target.port}", "--", str(request),
            str(self._sequence), timeout=seconds + 60)
        names = ("requests ", "seconds ", "requests_per_second ", "latency_", "refused ", "failed ")
        return [line for line in output.splitlines() if line.startswith(names) and len(line.split()) == 3]


class Target:
    """What a load is aimed at."""

    def __init__(self, pid: int, port: int, name: str, pinned: bool, label: str):
        self.pid, self.port, self.name, self.pinned, self.label = pid, port, name, pinned, label


def figures_of(lines: list[str]) -> dict[str, float]:
    return {line.split()[0]: float(line.split()[1]) for line in lines}


def made(lines: list[str]) -> int:
    figures = figures_of(lines)
    return int(figures["requests"] - figures["refused"])


def fastapi_python() -> Path:
    """A Python with FastAPI in a folder of its own."""
    place = BENCHMARKS / ".build" / "fastapi"
    python = place / "bin" / "python"
    if not python.exists():
        print("installing FastAPI", flush=True)
        venv.create(place, with_pip=True)
        run(
            str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "fastapi==0.165.0",
            "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0")
    return python


def await_port(port: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
            return
        except OSError:
            time.sleep(0.05)
    raise Failure(f"nothing listens on port {port}")


def table(results: Results) -> str:
    """The figures to read, as Markdown."""
    lines = ["| job | connections | server | creates/s | us/request | p50 ms | p99 ms |", "|---|---|---|---|---|---|---|"]
    for pinning in ("pinned", "free"):
        for job in results.jobs():
            for connections in CONNECTIONS:
                for server in ("demarc-empty", "demarc-full", "fastapi"):
                    def figure(name: str) -> float | None:
                        return results.median(f"{job}-{connections}", server, pinning, name)
                    rate = figure("requests_per_second")
                    if rate is None:
                        continue
                    lines.append(
                        f"| {job}, {pinning} | {connections} | {server} | {rate:.0f} "
                        f"| {figure('server_cpu_per_request'):.1f} | {figure('latency_p50'):.2f} "
                        f"| {figure('latency_p99'):.2f} |")
    return "\n".join(lines)
