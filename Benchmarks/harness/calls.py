"""`calls`: calls from a trunk to a number's voice host, beside Kamailio as a stateful proxy; both ends are ours."""

import argparse
import shutil
import socket
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

from .creations import SITE, Account
from .demarc import await_commands, binary, serve
from .kamailio import Kamailio, KamailioProxy
from .machine import BENCHMARKS, Failure, Server, free_port, machine_facts, run
from .results import Results

NUMBERS = [f"+1919555{number:04d}" for number in range(100)]
DIRECT, DEMARC = "direct", "demarc"
PEER = (
    "<SipPeer><IsDefaultPeer>true</IsDefaultPeer><PeerName>bench</PeerName>"
    "<SmsHosts><Host><HostName>192.0.2.1</HostName></Host></SmsHosts>"
    "<TerminationHosts><TerminationHost><CustomerTrafficAllowed>ALL</CustomerTrafficAllowed>"
    "<DataAllowed>true</DataAllowed><HostName>127.0.0.1</HostName><Port>{caller}</Port></TerminationHost>"
    "</TerminationHosts><VoiceHosts><Host><HostName>127.0.0.1</HostName><Port>{callee}</Port></Host></VoiceHosts>"
    "</SipPeer>")


def add_command(commands) -> None:
    parser = commands.add_parser("calls", help="calls set up, held and torn down, beside Kamailio")
    parser.add_argument("--seconds", type=float, default=10, help="measured seconds of churn and paced")
    parser.add_argument("--rounds", type=int, default=3, help="of churn and paced")
    parser.add_argument("--calls", default="16,64,256", help="calls at a time in churn, with commas")
    parser.add_argument("--rate", type=int, default=500, help="calls a second in paced and held")
    parser.add_argument("--held", type=int, default=10_000)
    parser.add_argument("--rest", type=float, default=40, help="seconds before memory is read: more than 64*T1")
    parser.add_argument("--jobs", default="churn,paced,held", help="which, with commas")
    parser.add_argument("--servers", default=",".join([DEMARC] + [each.name for each in PROXIES]))
    parser.add_argument(
        "--output", type=Path, default=BENCHMARKS / "results" / f"calls-{date.today().isoformat()}.txt")
    parser.set_defaults(perform=perform)


class DemarcCalls:
    """Demarc with one SIP peer: the caller's source and the callee's host, and the numbers on it."""

    name = DEMARC

    def prepare(self, directory: Path, numbers: list[str], caller: int, callee: int) -> None:
        self._binary, self._data = binary(), directory / "demarc-calls"
        (directory / "demarc-first").mkdir()
        server, port = self._serve(self._data, directory / "demarc-first")
        with server:
            await_commands(self._data)
            account = Account(self._binary, self._data, port)
            sites = f"/accounts/{account.id}/sites"
            site = account.send("POST", sites, account.headers, SITE).getheader("Location", "").rsplit("/", 1)[-1]
            made = account.send(
                "POST", f"{sites}/{site}/sippeers", account.headers, PEER.format(caller=caller, callee=callee))
            peer = made.getheader("Location", "").rsplit("/", 1)[-1]
            account.ask("numbers", "add", *numbers)
            for number in numbers:
                account.ask("numbers", "assign", number, "--trunk", peer)

    def start(self, directory: Path, processor: int | None) -> Server:
        shutil.copytree(self._data, directory / "data")
        return self._serve(directory / "data", directory, processor)[0]

    def _serve(self, data: Path, directory: Path, processor: int | None = None) -> tuple[Server, int]:
        return serve(self._binary, data, directory, "journal", processor, "--egress-allow", "127.0.0.0/8")


# What each has to do grows towards what Demarc does. One writer is all that SQLite's file bears.
PROXIES = [
    KamailioProxy("proxy", 2), KamailioProxy("dialogs", 2, "DIALOG"), KamailioProxy("records", 1, "DIALOG", "RECORDS")]


def perform(options: argparse.Namespace) -> None:
    print("building call-load", flush=True)
    run("swift", "build", "-c", "release", cwd=BENCHMARKS)
    work = Path(tempfile.mkdtemp(prefix="work-", dir=BENCHMARKS / ".build"))
    wanted, jobs = options.servers.split(","), options.jobs.split(",")
    facts = machine_facts()
    try:
        bench = Bench(work, options)
        servers = [server for server in [DemarcCalls(), *PROXIES] if server.name in wanted]
        if len(servers) != len(wanted):
            raise Failure(f"--servers: choose from {DEMARC}, {', '.join(each.name for each in PROXIES)}")
        for server in servers:
            if isinstance(server, DemarcCalls):
                server.prepare(work, NUMBERS, bench.caller, bench.callee)
            else:
                server.prepare(work, NUMBERS, f"127.0.0.1:{bench.callee}")
        for _ in range(options.rounds):
            bench.direct(jobs)
            for server in servers:
                bench.measure(server, jobs)
        if "held" in jobs:
            for server in servers:
                bench.hold(server)
        print(table(bench.results, servers, options))
        facts |= {
            "kamailio": Kamailio.version() if shutil.which("kamailio") else "not installed",
            "load": f"{options.rounds} rounds of {options.seconds:g} s, {options.rate} calls/s where paced, "
                    f"{options.held} held, {len(NUMBERS)} numbers"}
        bench.results.write(options.output, "calls", facts)
        print(f"written to {options.output}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


class Bench:
    """Servers one after the other, each from a fresh start, between the same two ends."""

    def __init__(self, work: Path, options: argparse.Namespace):
        self.results = Results()
        self._work, self._options = work, options
        self.caller, self.callee = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_DGRAM)

    def direct(self, jobs: list[str]) -> None:
        """The ends without a server between them: what they take themselves."""
        for job, words in self._loads(jobs):
            self._load(job, DIRECT, self.callee, None, *words)

    def measure(self, server, jobs: list[str]) -> None:
        loads = self._loads(jobs)
        if not loads:
            return
        directory = Path(tempfile.mkdtemp(prefix=f"{server.name}-", dir=self._work))
        with server.start(directory, None) as running:
            for job, words in loads:
                self._load(job, server.name, running.sip_port, running, *words)
        shutil.rmtree(directory)

    def hold(self, server) -> None:
        options = self._options
        directory = Path(tempfile.mkdtemp(prefix=f"{server.name}-", dir=self._work))
        with server.start(directory, None) as running:
            self._load(
                f"held-{options.held}", server.name, running.sip_port, running, "--job", "held",
                "--calls", str(options.held), "--rate", str(options.rate), "--warmup", "1000",
                "--seconds", str(options.rest))
        shutil.rmtree(directory)

    def _loads(self, jobs: list[str]) -> list[tuple[str, list[str]]]:
        seconds = ["--seconds", str(self._options.seconds)]
        loads = []
        if "paced" in jobs:
            rate = str(self._options.rate)
            loads.append((f"paced-{rate}", ["--job", "paced", "--calls", "4096", "--rate", rate, *seconds]))
        if "churn" in jobs:
            loads += [
                (f"churn-{calls}", ["--job", "churn", "--calls", calls, *seconds])
                for calls in self._options.calls.split(",")]
        return loads

    def _load(self, job: str, name: str, port: int, running: Server | None, *words: str) -> None:
        command = [
            str(BENCHMARKS / ".build" / "release" / "call-load"), "--server", f"127.0.0.1:{port}",
            "--caller", f"127.0.0.1:{self.caller}", "--callee", f"127.0.0.1:{self.callee}",
            "--numbers", str(len(NUMBERS)), *words]
        if running:
            command += ["--pid", str(running.process.pid)]
        try:
            done = subprocess.run(command, text=True, capture_output=True, timeout=600)
        except subprocess.TimeoutExpired:
            raise Failure(f"{name}, {job}: the generator did not end") from None
        if done.returncode != 0:
            tail = running.tail() if running else ""
            raise Failure(f"{name}, {job}: refused or lost calls\n{done.stdout}{done.stderr}{tail}")
        self.results.add(job, name, "free", done.stdout)
        figures = dict(line.split()[:2] for line in done.stdout.splitlines())
        shown = ("calls_per_second", "server_cpu_per_call", "set_up_p99", "server_memory_per_call_held", "repetitions")
        print(
            f"{time.strftime('%H:%M:%S')} {name:20} {job:12} "
            + ", ".join(f"{each} {figures[each]}" for each in shown if each in figures), flush=True)


def table(results: Results, servers: list, options: argparse.Namespace) -> str:
    """The figures to read, as Markdown."""
    def figure(job: str, server: str, name: str, form: str = "{:.0f}", scale: float = 1) -> str:
        value = results.median(job, server, "free", name)
        return "" if value is None else form.format(value / scale)

    def added(job: str, server: str, name: str) -> str:
        with_it, without = (results.median(job, each, "free", name) for each in (server, DIRECT))
        return "" if with_it is None or without is None else f"{(with_it - without) / 1000:.2f}"

    names = [server.name for server in servers]
    jobs = [f"paced-{options.rate}"] + [f"churn-{calls}" for calls in options.calls.split(",")]
    lines = ["", "| job | server | calls/s | CPU us/call | set-up p50 ms | p99 ms | added p50 ms | added p99 ms |",
             "|---|---|---|---|---|---|---|---|"]
    for job in jobs:
        for server in [DIRECT, *names]:
            if figure(job, server, "calls_per_second"):
                lines.append(
                    f"| {job} | {server} | {figure(job, server, 'calls_per_second')} "
                    f"| {figure(job, server, 'server_cpu_per_call')} "
                    f"| {figure(job, server, 'set_up_p50', '{:.2f}', 1000)} "
                    f"| {figure(job, server, 'set_up_p99', '{:.2f}', 1000)} "
                    f"| {added(job, server, 'set_up_p50')} | {added(job, server, 'set_up_p99')} |")
    held = f"held-{options.held}"
    lines += ["", "| server | bytes a held call | just set up | % of a core while held |", "|---|---|---|---|"]
    lines += [
        f"| {server} | {figure(held, server, 'server_memory_per_call_held')} "
        f"| {figure(held, server, 'server_memory_per_call_set_up')} "
        f"| {figure(held, server, 'server_cpu_while_held', '{:.1f}')} |"
        for server in names if figure(held, server, "server_memory_per_call_held")]
    return "\n".join(lines)
