"""Asks a server as SignalWire's SDK does and holds every answer against the vendor's OpenAPI description.

What that says of subscribers is in vendors/signalwire-subscribers.json. The shapes here are ours, written after other parts of
it (SipGatewayResponse, SipEndpointResponse, FabricAddress, SubscriberTokenResponse): every property is required and no other allowed, as
there. The exceptions: addresses are one page, not a list of pages; the SIP profile has the outbound policy too, which
can be set.
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
    return {"$ref": f"#/components/schemas/{name}"}


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
CIPHERS, CODECS = ({"type": "array", "items": media(name)} for name in ("Ciphers", "Codecs"))
MEDIA = dict(ciphers=CIPHERS, codecs=CODECS, encryption=media("Encryption"))
GATEWAY = resource("sip_gateway", shape(id=UUID, uri=TEXT, name=TEXT, **MEDIA))
PHONE = resource("sip_endpoint", shape(
    id=UUID, username=TEXT, caller_id=TEXT, send_as=TEXT, **MEDIA,
    call_handler={"enum": ["default", "passthrough", "block-pstn", "resource"]},
    calling_handler_resource_id={"type": ["string", "null"], "format": "uuid"}))
PROFILE = shape(
    domain=TEXT, domain_identifier=TEXT, default_codecs=CODECS, default_ciphers=CIPHERS,
    default_encryption={"enum": ["required", "optional"]}, default_send_as=TEXT,
    default_outbound_policy={"enum": ["passthrough", "block-pstn"]})
ADDRESS = shape(
    id=UUID, name=TEXT, display_name=TEXT, cover_url=TEXT, preview_url=TEXT, locked={"type": "boolean"},
    channels={"anyOf": [media("AudioChannel"), media("MessagingChannel"), media("VideoChannel")]}, created_at=TIME,
    type={"enum": ["app", "room", "call", "subscriber"]})
TOKENS = shape(subscriber_id=UUID, token=TEXT, refresh_token=TEXT)
REFUSALS = {
    401: vendor("Types.StatusCodes.StatusCode401"), 404: vendor("Types.StatusCodes.StatusCode404"),
    422: vendor("SubscriberCreateStatusCode422"),
}
RELAY_REFUSAL = shape(errors={
    "type": "array", "minItems": 1, "items": shape(detail=TEXT, status=TEXT, title=TEXT, code=TEXT)})
checked = 0


def holds(answer, schema):
    global checked
    described = schema | {"components": VENDOR["components"]}
    Draft202012Validator(described, format_checker=FormatChecker()).validate(answer)
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


def refused_by_relay(call, **named):
    try:
        call(**named)
    except SignalWireRestError as error:
        assert error.status_code == 422, error
        holds(error.body, RELAY_REFUSAL)
        return
    raise AssertionError("not refused")


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
    phones = client.fabric.sip_endpoints
    phone = holds(phones.create(
        username="lobby", caller_id="", send_as="random", ciphers=[], codecs=["PCMU"], encryption="default",
        call_handler="default", calling_handler_resource_id=None, extras={"password": "p"}), PHONE)
    holds(phones.update(phone["id"], caller_id="Lobby", call_handler="block-pstn"), PHONE)
    holds(phones.get(phone["id"]), PHONE)
    holds(phones.list(), page(PHONE))
    holds(phones.list_addresses(phone["id"]), page(ADDRESS))
    holds(client.fabric.resources.get(phone["id"]), PHONE)
    holds(client.fabric.resources.list(), page({"anyOf": [SUBSCRIBER, GATEWAY, PHONE]}))
    phones.delete(phone["id"])
    profile = holds(client.sip_profile.get(), PROFILE)
    holds(client.sip_profile.update(default_codecs=["PCMU"], default_encryption="required"), PROFILE)
    refused_by_relay(client.sip_profile.update, domain_identifier="elsewhere", default_codecs=["x"])
    holds(client.sip_profile.update(**profile), PROFILE)
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
