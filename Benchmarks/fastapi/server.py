"""The same durable insert as a small FastAPI + SQLite server does it: Basic authentication, an XML or JSON body with one SIP
credential, one row in WAL mode with synchronous=FULL, 201 with the credential.

It does less than Demarc: no change log, no rules but the required elements, no live SIP side.
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import uuid
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from fastapi import FastAPI, Request, Response

KEY = os.urandom(32)
CALLER = hmac.digest(KEY, os.environ["BENCHMARK_CALLER"].encode(), hashlib.sha256)

database = sqlite3.connect(os.environ["BENCHMARK_DATABASE"], isolation_level=None, check_same_thread=False)
database.executescript("""
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -16384;
    PRAGMA wal_autocheckpoint = 4096;
    CREATE TABLE IF NOT EXISTS credential (
        id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, user_name TEXT NOT NULL, domain TEXT,
        realm TEXT NOT NULL, hash1 TEXT NOT NULL, hash1b TEXT, UNIQUE (realm, user_name, domain));
""")
app = FastAPI(openapi_url=None)


def is_caller(header: str) -> bool:
    if not header.startswith("Basic "):
        return False
    given = base64.b64decode(header[6:])
    return hmac.compare_digest(hmac.digest(KEY, given, hashlib.sha256), CALLER)


@app.post("/accounts/{account}/sipcredentials")
async def create(account: int, request: Request) -> Response:
    if not is_caller(request.headers.get("authorization", "")):
        return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="Demarc"'})
    root = ElementTree.fromstring(await request.body())
    valid = []
    for entry in root.iter("SipCredential"):
        name, domain = entry.findtext("UserName"), entry.findtext("Domain")
        hash1, hash1b = entry.findtext("Hash1"), entry.findtext("Hash1b")
        if not name or not hash1:
            return Response(status_code=400)
        try:
            # One statement is one transaction, on disk when it returns.
            database.execute(
                "INSERT INTO credential (account, user_name, domain, realm, hash1, hash1b) VALUES (?, ?, ?, ?, ?, ?)",
                (account, name.strip(), domain, "sip.example.com", hash1.strip(), hash1b))
        except sqlite3.IntegrityError:
            return Response(status_code=409)
        valid.append(
            f"<SipCredential><UserName>{escape(name)}</UserName><Hash1>{escape(hash1)}</Hash1>"
            f"<Hash1b>{escape(hash1b or '')}</Hash1b></SipCredential>")
    body = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><SipCredentialsResponse><ValidSipCredentials>'
        + "".join(valid) + "</ValidSipCredentials></SipCredentialsResponse>")
    return Response(body, status_code=201, media_type="application/xml")


@app.post("/accounts/{account}/endpoints")
async def create_endpoint(account: int, request: Request) -> Response:
    """The same for a JSON body with a password, of which the hash is kept."""
    if not is_caller(request.headers.get("authorization", "")):
        return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="Demarc"'})
    body = json.loads(await request.body())
    name, password = body.get("username"), body.get("password")
    if not name or not password:
        return Response(status_code=422)
    hash1 = hashlib.md5(f"{name}:sip.example.com:{password}".encode()).hexdigest()
    identifier = str(uuid.uuid4())
    try:
        database.execute(
            "INSERT INTO credential (account, user_name, domain, realm, hash1, hash1b) VALUES (?, ?, ?, ?, ?, ?)",
            (account, name, identifier, "sip.example.com", hash1, json.dumps(body.get("codecs"))))
    except sqlite3.IntegrityError:
        return Response(status_code=409)
    answer = {"id": identifier} | {key: value for key, value in body.items() if key != "password"}
    return Response(json.dumps(answer), status_code=201, media_type="application/json")


@app.post("/nothing")
async def nothing(request: Request) -> Response:
    await request.body()
    return Response(status_code=404)
