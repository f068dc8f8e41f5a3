"""Asks a server as SignalWire's SDK does and holds every answer against the vendor's OpenAPI description.

What that says of subscribers is in vendors/signalwire-subscribers.json. The shapes here are ours, written after other parts of
it (SipGatewayResponse, FabricAddress, SubscriberTokenResponse): every property is required and no other allowed, as
there. The one exception: addresses are one page, not a list of pages.
"""

import json
import pathlib

from jsonschema import Draft202012Validator, FormatChecker
from signalwire.rest import RestClient, SignalWireRestError

VENDOR = json.loads((pathlib.Path(__file__).parent / "vendors/signalwire-subscribers.json").read_text(encoding="utf-8"))
TEXT = {"type": "string"}
UUID = {"type": "string", "format": "uuid"}
TIME = {"type": "string", "format": "date-time"}
URI = {"type": "string", "format": "uri"}


def vendor(name):
    return {"$ref": f"#/components/schemas/{name}", "components": VENDOR["components"]}


def shape(optional=None, **properties):
    return {
        "type": "object", "required": list(properties), "properties": properties | (optional or {}),
        "additionalProperties": False}


def page(item):
    return shape(
        data={"type": "array", "items": item},
        links=shape(self=URI, first=URI, optional={"next": URI, "prev": URI}))


def resource(kind, content):
    return shape(
        id=UUID, project_id=UUID, display_name=TEXT, type={"enum": [kind]}, created_at=TIME, updated_at=TIME,
        **{kind: content})


def media(name):
    return VENDOR["components"]["schemas"][name]


SUBSCRIBER, SUBSCRIBERS = vendor("SubscriberResponse"), vendor("SubscriberListResponse")
ENDPOINT, ENDPOINTS = vendor("SubscriberSIPEndpoint"), vendor("SubscriberSipEndpointListResponse")
GATEWAY = resource("sip_gateway", shape(
    id=UUID, uri=TEXT, name=TEXT, ciphers={"type": "array", "items": media("Ciphers")},
    codecs={"type": "array", "items": media("Codecs")}, encryption=media("Encryption")))
ADDRESS = shape(
    id=UUID, name=TEXT, display_name=TEXT, cover_url=TEXT, preview_url=TEXT, locked={"type": "boolean"},
    channels={"anyOf": [media("AudioChannel"), media("MessagingChannel"), media("VideoChannel")]}, created_at=TIME,
    type={"enum": ["app", "room", "call", "subscriber"]})
TOKENS = shape(subscriber_id=UUID, token=TEXT, refresh_token=TEXT)
REFUSALS = {
    401: vendor("Types.StatusCodes.StatusCode401"), 404: vendor("Types.StatusCodes.StatusCode404"),
    422: vendor("SubscriberCreateStatusCode422"),
}
checked = 0


def holds(answer, schema):
    global checked
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer)
    checked += 1
    return answer


def refused(status, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except SignalWireRestError as error:
        assert error.status_code == status, error
        holds(error.body, REFUSALS[status])
        return
    raise AssertionError(f"not refused with {status}")


def main():
    client = RestClient()
    people = client.fabric.subscribers
    alice = holds(people.create(email="alice@example.com", password="password123", display_name="Alice"), SUBSCRIBER)
    holds(people.create(email="bob@example.com"), SUBSCRIBER)
    holds(people.get(alice["id"]), SUBSCRIBER)
    holds(people.update(alice["id"], display_name="Alice J."), SUBSCRIBER)
    holds(people.list(page_size=1), SUBSCRIBERS)
    seen = [holds(item, SUBSCRIBER)["id"] for item in people.paginate(page_size=1)] if hasattr(people, "paginate") else []
    assert len(seen) == len(set(seen)) and len(seen) in (0, 2), seen
    holds(people.list_addresses(alice["id"]), vendor("SubscriberAddressesResponse"))
    made = holds(people.create_sip_endpoint(alice["id"], username="alice", password="p"), ENDPOINT)
    holds(people.create_sip_endpoint(
        alice["id"], username="rates", password="p", codecs=["OPUS@48000H@20I", "PCMU"], encryption="optional",
        ciphers=["AES_CM_128_HMAC_SHA1_80"]), ENDPOINT)
    holds(people.get_sip_endpoint(alice["id"], made["id"]), ENDPOINT)
    holds(people.update_sip_endpoint(alice["id"], made["id"], username="alicia", password="q"), ENDPOINT)
    holds(people.list_sip_endpoints(alice["id"], page_size=1), ENDPOINTS)
    gateway = holds(client.fabric.sip_gateways.create(
        name="PBX", uri="sip:pbx.example", encryption="required", ciphers=[], codecs=["PCMU"]), GATEWAY)
    holds(client.fabric.sip_gateways.list(), page(GATEWAY))
    holds(client.fabric.addresses.list(), page(ADDRESS))
    holds(client.fabric.tokens.create_subscriber_token(reference=alice["subscriber"]["id"]), TOKENS)
    refused(404, people.get, gateway["id"])
    refused(422, people.create_sip_endpoint, alice["id"], username="alicia", password="p")
    refused(422, people.create_sip_endpoint, alice["id"], username="a b", password="", ciphers=["x"])
    refused(422, people.create, email="ALICE@example.com")
    people.delete_sip_endpoint(alice["id"], made["id"])
    refused(404, people.get_sip_endpoint, alice["id"], made["id"])
    people.delete(alice["id"])
    client.fabric.sip_gateways.delete(gateway["id"])
    refused(404, people.list_sip_endpoints, alice["id"])
    print(f"checked {checked}")


main()
