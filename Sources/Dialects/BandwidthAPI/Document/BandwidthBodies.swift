import DialectKit
import Provisioning

/// What routes take.
extension BandwidthAPI {
    /// By the routes' names.
    static let bodies: [String: Schema] = {
        let peers = "accounts/*/sites/*/sippeers"
        let realm = "accounts/*/realms/*/sipcredentials"
        let credentials = list("SipCredentials", of: "SipCredential", credential)
        var bodies: [String: Schema] = [
            "POST accounts/*/sites": site, "PUT accounts/*/sites/*": site,
            "POST \(peers)": peer, "PUT \(peers)/*": peer,
            "PUT \(peers)/*/tns/*": number,
            "POST \(peers)/*/movetns": list("SipPeerTelephoneNumbers", of: "FullNumber", .string),
            "POST accounts/*/sipcredentials": credentials, "PUT accounts/*/sipcredentials/*": credential,
            "POST \(realm)": credentials, "PUT \(realm)/*": credential,
            "POST accounts/*/realms": realmBody, "PUT accounts/*/realms/*": realmBody,
        ]
        for wire in [VoiceWire.origination, .termination] {
            let path = "\(peers)/*/products/\(wire.segment)/settings"
            for method in ["POST", "PUT"] { bodies["\(method) \(path)"] = settings.called(wire.element) }
        }
        return bodies
    }()

    private static func element(_ name: String, _ members: [(String, Schema)]) -> Schema {
        Schema.object(members, required: [], isOpen: true).called(name)
    }

    private static func texts(_ names: String...) -> [(String, Schema)] { names.map { ($0, .string) } }

    private static func list(_ name: String, of item: String, _ schema: Schema) -> Schema {
        element(name, [(item, .array(of: schema))])
    }

    private static let address = element(
        "Address",
        texts(
            "HouseNumber", "StreetName", "City", "StateCode", "Zip", "PlusFour", "Country") + [
                ("AddressType", .string(among: PostalAddress.Kind.allCases.map(\.rawValue)))
            ])

    private static let site = element(
        "Site", texts("Name", "Description", "CustomerName", "CustomerProvidedId") + [("Address", address)])

    private static let host = element("Host", texts("HostName") + [("Port", .integer(in: 0...65_535))])

    private static let terminationHost = element(
        "TerminationHost",
        texts("HostName") + [
            ("Port", .integer(in: 0...65_535)),
            ("CustomerTrafficAllowed", .string(among: TrafficClass.allCases.map(\.rawValue))),
            ("DataAllowed", .boolean),
        ])

    private static let peer = element(
        "SipPeer",
        texts("PeerName", "Description", "FinalDestinationUri", "ShortMessagingProtocol") + [
            ("IsDefaultPeer", .boolean), ("VoiceHosts", list("VoiceHosts", of: "Host", host)),
            ("SmsHosts", list("SmsHosts", of: "Host", host)),
            ("TerminationHosts", list("TerminationHosts", of: "TerminationHost", terminationHost)),
            ("Address", address),
            ("CallingName", element("CallingName", [("Display", .boolean), ("Enforced", .boolean)])),
        ])

    private static let credential = element(
        "SipCredential", texts("UserName", "Domain", "Hash1", "Hash1b", "Realm", "RealmId", "HttpVoiceV2AppId"))

    private static let realmBody = element("Realm", texts("Realm", "Description") + [("Default", .boolean)])

    private static let number = element(
        "SipPeerTelephoneNumber",
        texts("FullNumber", "NumberFormat", "RPIDFormat", "RewriteUser", "CallForward") + [
            ("CallingNameDisplay", .boolean), ("TnAttributes", list("TnAttributes", of: "TnAttribute", .string)),
        ])

    private static let settings = element(
        "VoiceSettings",
        texts("VoiceProtocol") + [("HttpSettings", element("HttpSettings", texts("HttpVoiceV2AppId")))])
}
