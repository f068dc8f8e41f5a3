"""Hooks of schemathesis: ids that answers brought stand in every second request instead of ones made up, so that there is
something to read, change and delete. `SCHEMATHESIS_HOOKS` names this file. At the end it says how many requests did
what they asked for."""

import atexit
import collections
import os
import random
import re

import schemathesis

IDS = re.compile(
    r'"(?:\w+_)?id":\s*(?:"([-0-9a-f]{36})"|([0-9]+))|<(?:Peer|Realm)?Id>([0-9]+)<|/(?:sites|sippeers)/([0-9]+)')
REFUSAL = re.compile(r'^\{"error":|"code":"[45]')
# The key that is asked with, which nothing made up may delete.
OWN_KEY = os.environ.get("DEMARC_OWN_KEY")
known = collections.deque(maxlen=200)
counts = collections.Counter()
chance = random.Random(os.environ.get("DEMARC_SEED"))


def is_id(name):
    return name == "id" or name.endswith(("_id", "Id", "ID")) or name in ("peer", "peer1", "peer2", "copy_costs_peer")


def fill(values):
    """Replaces some of the ids by those of the server's; the account's is the one there is."""
    for name in values if isinstance(values, dict) else ():
        if name in ("account", "accountId", "account_id") and chance.random() < 0.9:
            values[name] = "1"
        elif is_id(name) and known and chance.random() < 0.5:
            values[name] = chance.choice(known)
        # schemathesis learns ids by itself, too.
        if OWN_KEY and values[name] == OWN_KEY:
            values[name] = OWN_KEY[::-1]


@schemathesis.hook
def before_call(context, case, kwargs):
    for values in (case.path_parameters, case.query, case.body):
        fill(values)


@schemathesis.hook
def after_call(context, case, response):
    text = response.text if len(response.content) < 100_000 else ""
    is_done = response.status_code < 300 and not REFUSAL.search(text)
    counts[is_done] += 1
    if is_done:
        text += " ".join(response.headers.get("location", []))
        known.extend(next(filter(None, found)) for found in IDS.findall(text))


atexit.register(lambda: print(f"done {counts[True]} of {counts.total()}"))
