"""What one request creates in each dialect. @N@ stands for a number and @A@ for an address that no other request has."""

import base64
import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable
from urllib.parse import urlencode

from .demarc import ask
from .machine import Failure

CREDENTIAL = (
    "<SipCredentials><SipCredential><UserName>n@N@</UserName><Hash1>5f4dcc3b5aa765d61d8327deb882cf99</Hash1>"
    "<Hash1b>7c6a180b36896a0a8c02787eeafb0e4c</Hash1b></SipCredential></SipCredentials>")
PEER = (
    "<SipPeer><IsDefaultPeer>false</IsDefaultPeer><PeerName>p@N@</PeerName>"
    "<SmsHosts><Host><HostName>@A@</HostName></Host></SmsHosts>"
    "<TerminationHosts><TerminationHost><CustomerTrafficAllowed>DOMESTIC</CustomerTrafficAllowed>"
    "<DataAllowed>true</DataAllowed><HostName>@A@</HostName><Port>5060</Port></TerminationHost></TerminationHosts>"
    "<VoiceHosts><Host><HostName>@A@</HostName></Host></VoiceHosts></SipPeer>")
SITE = (
    "<Site><Address><AddressType>Service</AddressType><City>Raleigh</City><HouseNumber>900</HouseNumber>"
    "<StateCode>NC</StateCode><StreetName>Main</StreetName><Zip>27606</Zip></Address><Name>Bench</Name></Site>")
JSON_CREDENTIAL = json.dumps({
    "username": "e@N@", "password": "hack-me-if-you-can", "caller_id": "C-3P0", "codecs": ["OPUS", "G722", "PCMU"],
    "encryption": "optional"})
MONEY = "50000000"


def basic(caller: str) -> str:
    return f"Basic {base64.b64encode(caller.encode()).decode()}"


@dataclass
class Request:
    """A POST."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Creation:
    """One kind of create, and how many of its resources there are."""

    job: str
    request: Request
    count: Callable[[], int]


class Account:
    """The first account of a server that was just started, and everything that signs in to it."""

    def __init__(self, program: Path, data: Path, port: int):
        self._program, self._data, self._port = program, data, port
        account = self.ask("account", "list")["items"][0]
        self.id, self.project = account["id"], account["project"]
        self.password = self.ask("caller", "password", "admin", "--generate")["password"]
        self.headers = {"Authorization": basic(f"admin:{self.password}"), "Content-Type": "application/xml"}

    def ask(self, *words: str):
        return ask(self._program, self._data, *words)

    def send(self, method: str, path: str, headers: dict[str, str], body: str = "") -> http.client.HTTPResponse:
        """A response whose body has been read into `text`; one that refuses ends the benchmark."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        response.text = response.read().decode(errors="replace")
        connection.close()
        if response.status >= 300:
            raise Failure(f"{method} {path}: {response.status} {response.text[:500]}")
        return response


def creations(account: Account) -> list[Creation]:
    return bandwidth(account) + enswitch(account) + signalwire(account) + voximplant(account)


def bandwidth(account: Account) -> list[Creation]:
    sites = f"/accounts/{account.id}/sites"
    site = account.send("POST", sites, account.headers, SITE).getheader("Location", "").rsplit("/", 1)[-1]
    peers = f"{sites}/{site}/sippeers"
    first = PEER.replace("@N@", "first").replace("@A@", "192.0.2.1").replace("false", "true")
    account.send("POST", peers, account.headers, first)
    return [
        Creation("peer", Request(peers, account.headers, PEER), lambda: total(account, "trunks")),
        Creation(
            "credential", Request(f"/accounts/{account.id}/sipcredentials", account.headers, CREDENTIAL),
            lambda: total(account, "credentials")),
    ]


def total(account: Account, name: str) -> int:
    return account.ask("status")["totals"][name]


def enswitch(account: Account) -> list[Creation]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    caller = urlencode({"auth_username": "admin", "auth_password": account.password})

    def count() -> int:
        answer = account.send("POST", "/api/json/peers/list/", headers, caller).text
        return len(json.loads(answer)["data"])

    body = f"{caller}&name=c@N@&type=sip&destination=@A@&username=demarc&password=a-password&outmaximum=30&codecs=alaw,ulaw"
    return [Creation("enswitch-peer", Request("/api/json/peers/create/", headers, body), count)]


def signalwire(account: Account) -> list[Creation]:
    token = account.ask("token", "create", "bench")["secret"]
    headers = {"Authorization": basic(f"{account.project}:{token}"), "Content-Type": "application/json"}
    subscribers = "/api/fabric/resources/subscribers"
    made = account.send("POST", subscribers, headers, json.dumps({"email": "bench@example.com"}))
    endpoints = f"{subscribers}/{json.loads(made.text)['id']}/sip_endpoints"
    return [
        Creation(
            "signalwire-endpoint", Request(endpoints, headers, JSON_CREDENTIAL), lambda: total(account, "credentials"))]


def voximplant_caller(account: Account) -> str:
    """Who is calling, as it stands before other parameters; with money."""
    account.ask("account", "topup", str(account.id), MONEY)
    return urlencode({"account_id": account.id, "api_key": account.ask("key", "create", "--api-key")["api_key"]})


def voximplant(account: Account) -> list[Creation]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    caller = voximplant_caller(account)

    def count() -> int:
        answer = account.send("POST", "/platform_api/GetSipRegistrations/", headers, f"{caller}&count=1").text
        return json.loads(answer)["total_count"]

    body = f"{caller}&sip_username=r@N@&proxy=sip.example.com&password=SecurePass123!&is_persistent=true"
    return [Creation("voximplant-registration", Request("/platform_api/CreateSipRegistration/", headers, body), count)]
