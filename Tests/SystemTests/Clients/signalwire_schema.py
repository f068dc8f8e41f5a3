"""Asks a server as SignalWire's SDK does and holds every answer against the shape that the vendor describes.

The shapes are ours, written after the vendor's OpenAPI description of 2026-08-21 (components SubscriberResponse,
SubscriberSIPEndpoint, FabricAddressSubscriber, SipGatewayResponse, SubscriberTokenResponse and their lists): every
property is required and no other allowed, as there. The one exception: addresses are one page, not a list of pages.
"""

from jsonschema import Draft202012Validator, FormatChecker
from signalwire.rest import RestClient, SignalWireRestError

TEXT = {"type": "string"}
UUID = {"type": "string", "format": "uuid"}
TIME = {"type": "string", "format": "date-time"}
URI = {"type": "string", "format": "uri"}


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


CIPHERS = {"type": "array", "items": {"enum": [
    "AEAD_AES_256_GCM_8", "AES_256_CM_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_32",
    "AES_CM_128_HMAC_SHA1_32"]}}
CODECS = {"type": "array", "items": {"enum": [
    "PCMU", "PCMA", "G722", "G729", "OPUS", "OPUS@48000H@20I", "OPUS@24000H@20I", "OPUS@16000H@20I", "OPUS@8000H@20I",
    "VP8", "H264"]}}
ENCRYPTION = {"enum": ["required", "optional", "default"]}
SUBSCRIBER = resource("subscriber", shape(
    id=UUID, email=TEXT, first_name=TEXT, last_name=TEXT, display_name=TEXT, job_title=TEXT, timezone=TEXT,
    country=TEXT, company_name=TEXT))
ENDPOINT = shape(
    id=UUID, username=TEXT, caller_id=TEXT, send_as=TEXT, ciphers=CIPHERS, codecs=CODECS, encryption=ENCRYPTION)
GATEWAY = resource("sip_gateway", shape(
    id=UUID, uri=TEXT, name=TEXT, ciphers=CIPHERS, codecs=CODECS, encryption=ENCRYPTION))
CHANNELS = {"anyOf": [shape(audio=TEXT), shape(messaging=TEXT), shape(video=TEXT)]}
ADDRESS = shape(
    id=UUID, name=TEXT, display_name=TEXT, cover_url=TEXT, preview_url=TEXT, locked={"type": "boolean"},
    channels=CHANNELS, created_at=TIME, type={"enum": ["app", "room", "call", "subscriber"]})
TOKENS = shape(subscriber_id=UUID, token=TEXT, refresh_token=TEXT)
REFUSALS = {
    401: shape(error={"enum": ["Unauthorized"]}),
    404: shape(error={"enum": ["Not Found"]}),
    422: shape(errors={"type": "array", "minItems": 1, "items": shape(
        type=TEXT, code=TEXT, message=TEXT, url=TEXT, optional={"attribute": {"type": ["string", "null"]}})}),
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
    holds(people.list(page_size=1), page(SUBSCRIBER))
    seen = [holds(item, SUBSCRIBER)["id"] for item in people.paginate(page_size=1)] if hasattr(people, "paginate") else []
    assert len(seen) == len(set(seen)) and len(seen) in (0, 2), seen
    holds(people.list_addresses(alice["id"]), page(ADDRESS))
    made = holds(people.create_sip_endpoint(alice["id"], username="alice", password="p"), ENDPOINT)
    holds(people.create_sip_endpoint(
        alice["id"], username="rates", password="p", codecs=["OPUS@48000H@20I", "PCMU"], encryption="optional",
        ciphers=["AES_CM_128_HMAC_SHA1_80"]), ENDPOINT)
    holds(people.get_sip_endpoint(alice["id"], made["id"]), ENDPOINT)
    holds(people.update_sip_endpoint(alice["id"], made["id"], username="alicia", password="q"), ENDPOINT)
    holds(people.list_sip_endpoints(alice["id"], page_size=1), page(ENDPOINT))
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
