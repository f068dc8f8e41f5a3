"""Kamailio as Debian ships it, started fairly: TLSF memory managers, enough memory, large receive buffers."""

import shutil
import socket
import sqlite3
from pathlib import Path

from .machine import BENCHMARKS, Server, free_port, need_packages, on_processor, run
from .users import users

SCHEMA = Path("/usr/share/kamailio/db_sqlite")


class Kamailio:
    """One of the configurations in Benchmarks/kamailio."""

    def __init__(self, configuration: str, children: dict[bool, int], jobs: list[str]):
        """children: how many, by whether they are pinned to one processor; the numbers are the best of 1, 2 and 4."""
        self.name = f"kamailio-{configuration}"
        self.jobs = jobs
        self._configuration = BENCHMARKS / "kamailio" / f"registrar-{configuration}.cfg"
        self._children = children

    def prepare(self, directory: Path, count: int, domain: str) -> None:
        need_packages("kamailio", "kamailio", "kamailio-sqlite-modules")
        self._count, self._domain = count, domain
        self._database = directory / "kamailio-users.sqlite"
        if not self._database.exists():
            make_database(self._database, count, domain)

    def start(self, directory: Path, processor: int | None) -> Server:
        database = directory / "kamailio.sqlite"
        shutil.copy(self._database, database)
        port = free_port(socket.SOCK_DGRAM)
        megabytes = 256 + self._count // 500
        command = on_processor(processor) + [
            "kamailio", "-DD", "-E", "-f", str(self._configuration), "-l", f"udp:127.0.0.1:{port}",
            "-n", str(self._children[processor is not None]), "-m", str(megabytes), "-M", str(64 + self._count // 2000),
            "-x", "tlsf", "-X", "tlsf", "-Y", str(directory), "-w", str(directory),
            "--subst", f"!DOMAIN!{self._domain}!g", "--subst", f"!DATABASE!{database}!g"]
        return Server(command, directory, port)

    @staticmethod
    def version() -> str:
        return run("kamailio", "-v").split("\n")[0].removeprefix("version: ").strip()


class KamailioClient:
    """Kamailio's uac_reg with a registration for every user."""

    def __init__(self, name: str, timer: int, spread: int, megabytes: int):
        """timer, spread: seconds; megabytes: shared memory, of which each registration under way takes 18 KB."""
        self.name = f"kamailio-{name}"
        self.spread = spread
        self._timer, self._megabytes = timer, megabytes

    def start(self, directory: Path, database: Path) -> Server:
        port = free_port(socket.SOCK_DGRAM)
        command = [
            "kamailio", "-DD", "-E", "-f", str(BENCHMARKS / "kamailio" / "registrations.cfg"),
            "-l", f"udp:127.0.0.1:{port}", "-n", "2", "-m", str(self._megabytes), "-M", "512", "-x", "tlsf",
            "-X", "tlsf", "-Y", str(directory), "-w", str(directory), "--subst", f"!DATABASE!{database}!g",
            "--subst", f"!CONTACT!127.0.0.1:{port}!g", "-A", f"TIMER={self._timer}", "-A", f"SPREAD={self.spread}"]
        return Server(command, directory, port, ready_within=60)


def make_registrations(path: Path, count: int, port: int, addresses: int) -> None:
    """The table of uac_reg with the registrations that Demarc gets through its API."""
    database = sqlite3.connect(path)
    for name in ("standard", "uac"):
        database.executescript((SCHEMA / f"{name}-create.sql").read_text())
    database.executemany(
        """INSERT INTO uacreg (l_uuid, l_username, l_domain, r_username, r_domain, realm, auth_username,
            auth_password, auth_proxy, expires) VALUES (?, ?, '127.0.0.1', ?, ?, 'registrar.example', ?, ?, ?, 3600)""",
        (
            (f"l{number:07d}", name, name, address, name, f"secret-{number:07d}", f"sip:{address}:{port}")
            for number, name, address in (
                (number, f"u{number:07d}", f"127.0.0.{2 + number % addresses}") for number in range(count))))
    database.commit()
    database.close()


def make_database(path: Path, count: int, domain: str) -> None:
    """Kamailio's own tables with every user in `subscriber` (auth_db) and in a table for the hash of HA1s."""
    database = sqlite3.connect(path)
    for name in ("standard", "auth_db", "usrloc", "htable"):
        database.executescript((SCHEMA / f"{name}-create.sql").read_text())
    database.executescript("""
        CREATE TABLE ha1 (id INTEGER PRIMARY KEY, key_name VARCHAR(64) NOT NULL, key_type INTEGER NOT NULL DEFAULT 0,
            value_type INTEGER NOT NULL DEFAULT 0, key_value VARCHAR(128) NOT NULL, expires INTEGER NOT NULL DEFAULT 0);
        INSERT INTO version (table_name, table_version) VALUES ('ha1', 2);
        """)
    database.executemany(
        "INSERT INTO subscriber (username, domain, ha1, ha1b) VALUES (?, ?, ?, ?)",
        ((user.name, domain, user.ha1, user.ha1b) for user in users(count, domain)))
    database.execute("INSERT INTO ha1 (key_name, key_value) SELECT username, ha1 FROM subscriber")
    database.commit()
    # Kept in the file: Kamailio cannot set either.
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA default_cache_size = 50000")
    database.close()


class KamailioProxy:
    """Calls by Benchmarks/kamailio/calls.cfg: a stateful proxy, with what is defined."""

    def __init__(self, name: str, children: int, *defined: str):
        self.name = f"kamailio-{name}"
        self._children, self._defined = children, defined

    def prepare(self, directory: Path, numbers: list[str], host: str) -> None:
        need_packages("kamailio", "kamailio", "kamailio-sqlite-modules")
        self._database = directory / "kamailio-calls.sqlite"
        if not self._database.exists():
            make_numbers(self._database, numbers, host)

    def start(self, directory: Path, processor: int | None) -> Server:
        database = directory / "kamailio.sqlite"
        shutil.copy(self._database, database)
        port = free_port(socket.SOCK_DGRAM)
        command = on_processor(processor) + [
            "kamailio", "-DD", "-E", "-f", str(BENCHMARKS / "kamailio" / "calls.cfg"), "-l", f"udp:127.0.0.1:{port}",
            "-n", str(self._children), "-m", "2048", "-M", "64", "-x", "tlsf", "-X", "tlsf", "-Y", str(directory), "-w", str(directory),
            "--subst", f"!DATABASE!{database}!g"]
        for name in self._defined:
            command += ["-A", name]
        return Server(command, directory, port)


def make_numbers(path: Path, numbers: list[str], host: str) -> None:
    """The caller's address, the host of each number, and a table for records."""
    database = sqlite3.connect(path)
    for name in ("standard", "permissions", "acc"):
        database.executescript((SCHEMA / f"{name}-create.sql").read_text())
    database.executescript("""
        CREATE TABLE numbers (id INTEGER PRIMARY KEY, key_name VARCHAR(64) NOT NULL, key_type INTEGER NOT NULL DEFAULT 0,
            value_type INTEGER NOT NULL DEFAULT 0, key_value VARCHAR(128) NOT NULL, expires INTEGER NOT NULL DEFAULT 0);
        INSERT INTO version (table_name, table_version) VALUES ('numbers', 2);
        CREATE TABLE IF NOT EXISTS cdrs (id INTEGER PRIMARY KEY, start_time DATETIME NOT NULL, end_time DATETIME NOT NULL,
            duration FLOAT(10, 3) NOT NULL, caller VARCHAR(64), called VARCHAR(64), party VARCHAR(64));
        """)
    database.execute("INSERT INTO address (grp, ip_addr, mask, port) VALUES (1, '127.0.0.1', 32, 0)")
    database.executemany("INSERT INTO numbers (key_name, key_value) VALUES (?, ?)", ((each, host) for each in numbers))
    database.commit()
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
