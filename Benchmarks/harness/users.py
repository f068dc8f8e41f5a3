"""The users of a run; register-load makes the same ones."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple


class User(NamedTuple):
    name: str
    ha1: str
    """MD5(name:realm:password)"""
    ha1b: str
    """MD5(name@realm:realm:password)"""


def users(count: int, realm: str) -> Iterator[User]:
    for number in range(count):
        name, password = f"u{number:07d}", f"secret-{number:07d}"
        yield User(name, _md5(f"{name}:{realm}:{password}"), _md5(f"{name}@{realm}:{realm}:{password}"))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
