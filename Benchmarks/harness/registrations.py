"""`registrations`: holding registrations at a registrar of our own, beside Kamailio's uac_reg."""

import argparse
import shutil
import socket
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from .creations import Account, voximplant_caller
from .demarc import await_commands, binary, serve
from .kamailio import Kamailio, KamailioClient, make_registrations
from .machine import (
    BENCHMARKS, Failure, Server, free_port, machine_facts, memory, need_packages, peak_memory, processor_seconds, run)
from .registrar import Registrar
from .results import Results
from .vendor import VendorAPI
from .writes import measure_writes

LONG_LEASE = 3600
PACED_SECONDS = 10
SETTLING = 5
DEMARC = "demarc"
# Both as platform measurements found best: everything at once, and evenly spread.
CLIENTS = [KamailioClient("burst", 5, 0, 4096), KamailioClient("spread", 1, 60, 512)]


def add_command(commands) -> None:
    parser = commands.add_parser("registrations", help="registrations at other servers, beside Kamailio's uac_reg")
    parser.add_argument("--registrations", default="50000,100000", help="how many are held, with commas")
    parser.add_argument("--lease", type=int, default=40, help="seconds granted while refreshes are measured")
    parser.add_argument("--writes", type=int, default=500, help="creates, and updates, and deletes through the API")
    parser.add_argument("--addresses", type=int, default=16, help="addresses of the registrar")
    parser.add_argument("--servers", default="demarc,kamailio", help="which, with commas")
    parser.add_argument(
        "--output", type=Path, default=BENCHMARKS / "results" / f"registrations-{date.today().isoformat()}.txt")
    parser.set_defaults(perform=perform)


def perform(options: argparse.Namespace) -> None:
    print("building registrar", flush=True)
    run("swift", "build", "-c", "release", cwd=BENCHMARKS)
    sizes = sorted(int(size) for size in options.registrations.split(","))
    work = Path(tempfile.mkdtemp(prefix="work-", dir=BENCHMARKS / ".build"))
    facts = machine_facts()
    try:
        bench = Bench(work, options)
        if "demarc" in options.servers:
            bench.provision(sizes)
            for size in sizes:
                bench.demarc(size, writes=options.writes if size == sizes[0] else 0)
        if "kamailio" in options.servers:
            need_packages("kamailio", "kamailio", "kamailio-sqlite-modules")
            for client in CLIENTS:
                bench.kamailio(client, sizes[0])
        print(table(bench.results, sizes))
        facts |= {
            "kamailio": Kamailio.version() if shutil.which("kamailio") else "not installed",
            "load": f"{options.addresses} addresses, lease of {options.lease} s while refreshes are measured"}
        bench.results.write(options.output, "registrations", facts)
        print(f"written to {options.output}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


class Bench:
    """Clients, each from a fresh start, with the same registrations at one registrar."""

    def __init__(self, work: Path, options: argparse.Namespace):
        self.results = Results()
        self._work, self._options = work, options
        self._port = free_port(socket.SOCK_DGRAM)
        self._data: dict[int, Path] = {}
        self._base = 0

    # Provisioning

    def provision(self, sizes: list[int]) -> None:
        """Makes a data directory of each size through the API, while the pace lets next to nothing out."""
        self._binary = binary()
        data = self._work / "provisioned"
        done = 0
        for size in sizes:
            print(f"creating {size - done} registrations", flush=True)
            directory = folder(self._work / f"provisioning-{size}")
            before = time.monotonic()
            with self._serve(data, directory, rate=1) as server:
                if not done:
                    time.sleep(1)
                    self._base = memory(server.process.pid)
                VendorAPI(self._api, self._caller(data)).send_all(
                    "CreateSipRegistration", (registration(number, self._address(number), self._port)
                                              for number in range(done, size)))
            rate = (size - done) / (time.monotonic() - before)
            self._note("provisioning", DEMARC, [f"per_second {rate:.0f} 1/s"])
            self._data[size] = self._work / f"data-{size}"
            shutil.copytree(data, self._data[size])
            done = size

    def _address(self, number: int) -> str:
        return f"127.0.0.{2 + number % self._options.addresses}"

    def _serve(self, data: Path, directory: Path, rate: int) -> Server:
        """With that many tries a second to all registrars together, and 0 for no limit."""
        burst = max(1, rate // 10)
        server, self._api = serve(
            self._binary, data, directory, "journal", None, "--egress-allow", "127.0.0.0/8",
            "--registration-rate", str(rate), "--registration-burst", str(burst),
            "--registration-registrar-rate", "0")
        await_commands(data)
        return server

    def _caller(self, data: Path) -> str:
        return voximplant_caller(Account(self._binary, data, self._api))

    def _registrar(self, lease: int) -> Registrar:
        return Registrar(self._port, self._options.addresses, lease)

    # Demarc

    def demarc(self, size: int, writes: int) -> None:
        with self._copy(size) as data, self._registrar(LONG_LEASE) as registrar:
            server = self._serve(data, data.parent, rate=0)
            with server:
                self._go_up(f"up-{size}", DEMARC, server, registrar, size)
                self._hold(size, server)
                if writes:
                    lines = measure_writes(VendorAPI(self._api, self._caller(data)), registrar, size, writes,
                                           lambda number: registration(number, self._address(number), self._port))
                    self._note(f"writes-{size}", DEMARC, lines)
        with self._copy(size) as data, self._registrar(self._options.lease) as registrar:
            server = self._serve(data, data.parent, rate=0)
            with server:
                self._go_up(f"up-{size}", DEMARC, server, registrar, size)
                self._refresh(f"steady-{size}", DEMARC, server, registrar, size)
        with self._copy(size) as data, self._registrar(LONG_LEASE) as registrar:
            server = self._serve(data, data.parent, rate=size // PACED_SECONDS)
            with server:
                self._go_up(f"paced-{size}", DEMARC, server, registrar, size)

    def _hold(self, size: int, server: Server) -> None:
        """What it costs while nothing is due."""
        time.sleep(SETTLING)
        before = processor_seconds(server.process.pid)
        time.sleep(SETTLING)
        spent = processor_seconds(server.process.pid) - before
        held = memory(server.process.pid)
        self._note(f"held-{size}", DEMARC, [
            f"peak_memory {peak_memory(server.process.pid)} bytes", f"memory {held} bytes", f"memory_per_registration {(held - self._base) / size:.0f} bytes",
            f"processor {spent / SETTLING * 100:.2f} percent"])

    def _copy(self, size: int) -> "CopiedData":
        return CopiedData(self._work, self._data[size])

    # Both

    def _go_up(self, job: str, name: str, server: Server, registrar: Registrar, size: int) -> None:
        peak = Peak(server)
        totals = registrar.await_live(size, 60 + size / 500, peak.look)
        peak.look(is_due=True)
        spent = processor_seconds(server.process.pid)
        self._note(job, name, [
            f"start_to_live {(totals['grown_at'] - server.started) / 1e9:.3f} s",
            f"first_to_live {(totals['grown_at'] - totals['first_at']) / 1e9:.3f} s",
            f"processor_seconds {spent:.2f} s", f"requests_each {totals['requests'] / size:.3f} requests",
            f"repeated {totals['repeated']} requests", f"refused {totals['refused']} requests",
            f"peak_memory {peak.bytes} bytes"])

    def _refresh(self, job: str, name: str, server: Server, registrar: Registrar, size: int) -> None:
        """Two lives of the lease from the first refreshes on."""
        lease = self._options.lease
        time.sleep(lease / 2)
        registrar.ask("mark")
        before, start = processor_seconds(server.process.pid), time.monotonic()
        time.sleep(lease * 1.4)
        spent, seconds = processor_seconds(server.process.pid) - before, time.monotonic() - start
        totals, counts = registrar.ask("totals"), registrar.refreshes()[:int(seconds)]
        counts += [0] * (int(seconds) - len(counts))
        done, mean = sum(counts), statistics.mean(counts)
        if not done:
            raise Failure(f"{name}: no refresh within {seconds:.0f} s: {totals}")
        self._note(job, name, [
            f"refreshes_per_second {mean:.1f} 1/s", f"most_in_a_second {max(counts)} refreshes",
            f"most_to_mean {max(counts) / mean:.3f} ratio",
            f"requests_per_refresh {totals['recent_requests'] / done:.3f} requests",
            f"lapsed {totals['lapsed']} leases", f"live {totals['live']} registrations",
            f"processor {spent / seconds * 100:.2f} percent", f"processor_per_refresh {spent / done * 1e6:.2f} us",
            # A refresh comes at 70 % of a lease on average.
            *(f"processor_at_{long} {size / (0.7 * long) * spent / done * 100:.2f} percent" for long in (600, 3600)),
            f"memory {memory(server.process.pid)} bytes"])

    # Kamailio

    def kamailio(self, client: KamailioClient, size: int) -> None:
        directory = folder(self._work / client.name)
        database = directory / "uacreg.sqlite"
        make_registrations(database, size, self._port, self._options.addresses)
        with self._registrar(self._options.lease) as registrar, client.start(directory, database) as server:
            self._go_up(f"up-{size}", client.name, server, registrar, size)
            if client.spread:
                self._refresh(f"steady-{size}", client.name, server, registrar, size)

    def _note(self, job: str, server: str, lines: list[str]) -> None:
        self.results.add(job, server, "free", "\n".join(lines))
        figures = ", ".join(line.rsplit(" ", 1)[0] for line in lines)
        print(f"{time.strftime('%H:%M:%S')} {server:15} {job:14} {figures}", flush=True)


class CopiedData:
    """A fresh copy of a data directory, gone afterwards."""

    def __init__(self, work: Path, data: Path):
        self._directory = Path(tempfile.mkdtemp(prefix="run-", dir=work))
        shutil.copytree(data, self._directory / "data")

    def __enter__(self) -> Path:
        return self._directory / "data"

    def __exit__(self, *_) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)


class Peak:
    """The most memory that a server has had: what the kernel noted of one process, what was seen of several."""

    def __init__(self, server: Server):
        self._server, self._looked, self.bytes = server, 0.0, 0

    def look(self, is_due: bool = False) -> None:
        if not is_due and time.monotonic() - self._looked < 0.25:
            return
        self._looked = time.monotonic()
        self.bytes = max(self.bytes, memory(self._server.process.pid), peak_memory(self._server.process.pid))


def folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def registration(number: int, address: str, port: int) -> dict[str, str]:
    """What Create says of a user's registration."""
    return {"sip_username": f"u{number:07d}", "proxy": f"{address}:{port}", "password": f"secret-{number:07d}"}


def table(results: Results, sizes: list[int]) -> str:
    """The figures to read, as Markdown."""
    def figure(job: str, server: str, name: str, form: str = "{:.2f}", scale: float = 1) -> str:
        value = results.median(job, server, "free", name)
        return "" if value is None else form.format(value / scale)

    servers = [DEMARC] + [client.name for client in CLIENTS]
    lines = ["", "| job | server | start to all live s | first request to all live s | CPU s | peak MB |",
             "|---|---|---|---|---|---|"]
    for job in (f"{kind}-{size}" for size in sizes for kind in ("up", "paced")):
        for server in servers:
            if figure(job, server, "start_to_live"):
                lines.append(
                    f"| {job} | {server} | {figure(job, server, 'start_to_live')} "
                    f"| {figure(job, server, 'first_to_live')} | {figure(job, server, 'processor_seconds')} "
                    f"| {figure(job, server, 'peak_memory', '{:.0f}', 1e6)} |")
    lines += ["", "| job | server | refreshes/s | most in a second to mean | requests each | us each "
              "| % of a core at 600 s | at 3600 s | lapsed |", "|---|---|---|---|---|---|---|---|---|"]
    for job in (f"steady-{size}" for size in sizes):
        for server in servers:
            names = ("refreshes_per_second", "most_to_mean", "requests_per_refresh", "processor_per_refresh",
                     "processor_at_600", "processor_at_3600", "lapsed")
            if figure(job, server, names[0]):
                lines.append(f"| {job} | {server} | {' | '.join(figure(job, server, name) for name in names)} |")
    lines += ["", "| held | bytes each | MB | % of a core, nothing due |", "|---|---|---|---|"]
    lines += [
        f"| {size} | {figure(f'held-{size}', DEMARC, 'memory_per_registration', '{:.0f}')} "
        f"| {figure(f'held-{size}', DEMARC, 'memory', '{:.0f}', 1e6)} | {figure(f'held-{size}', DEMARC, 'processor')} |"
        for size in sizes]
    lines += ["", "| API write | answer to 200: p50 ms | p99 ms | request to 200: p50 ms | p99 ms | requests each "
              "| other registrations heard |", "|---|---|---|---|---|---|---|"]
    for kind in ("create", "update", "delete", "all"):
        names = (f"{kind}_{what}" for what in (
            "answer_to_200_p50", "answer_to_200_p99", "request_to_200_p50", "request_to_200_p99", "requests_each",
            "other_registrations"))
        lines.append(
            f"| {kind} | {' | '.join(figure(f'writes-{sizes[0]}', DEMARC, name) for name in names)} |")
    return "\n".join(lines)
