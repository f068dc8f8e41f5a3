/// Something with a name that takes calls: it stands for an application and has a SIP URI as its target.
package struct CallResource: Sendable, Equatable {
    package let id: CallResourceID
    package let account: AccountID
    /// The id that stands in paths.
    package let uniqueID: UniqueID
    /// The id of what the resource holds.
    package let content: UniqueID
    /// The id of the address that calls go to.
    package let address: UniqueID
    package let kind: Kind
    package var details: CallResourceDetails
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: CallResourceID, account: AccountID, uniqueID: UniqueID, content: UniqueID, address: UniqueID, kind: Kind,
        details: CallResourceDetails, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.uniqueID = uniqueID
        self.content = content
        self.address = address
        self.kind = kind
        self.details = details
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The kinds that SignalWire names as call handlers, and the gateway.
    package enum Kind: String, CaseIterable, Sendable {
        case relayScript = "relay_script"
        case lamlWebhook = "laml_webhook"
        case lamlApplication = "laml_application"
        case dialogflow
        case relayContext = "relay_context"
        case relayConnector = "relay_connector"
        case videoRoom = "video_room"
        case agent = "ai_agent"
        case callFlow = "call_flow"
        case gateway = "sip_gateway"

        /// Whether an endpoint's calls may be sent to it.
        package var takesCallsOfEndpoints: Bool { self != .gateway }
    }

    package var addressName: String { AddressName.slug(details.name, fallback: content) }
}

/// What a caller says about a resource.
package struct CallResourceDetails: Sendable, Equatable {
    package var name: String
    /// The SIP URI that its calls go to, as the caller wrote it.
    package var target: SIPTarget
    /// Only a gateway has one.
    package var media: MediaPolicy?

    package init(name: String, target: SIPTarget, media: MediaPolicy? = nil) {
        self.name = name
        self.target = target
        self.media = media
    }
}

package typealias CallResourceID = Identifier<CallResource>

/// `user@host`, `host`, or the same behind `sip:` or `sips:`, with a port and parameters if need be.
package struct SIPTarget: Sendable, Equatable {
    package let text: String

    /// The text without a check; for rows that were checked when they were stored.
    package init(stored text: String) { self.text = text }

    package init?(_ text: String) {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        var rest = text[...]
        for scheme in ["sips:", "sip:"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            break
        }
        let parts = rest.prefix { $0 != ";" && $0 != "?" }.split(separator: "@", omittingEmptySubsequences: false)
        guard let place = parts.last, parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), Self.isPlace(place) else {
            return nil
        }
        self.text = text
    }

    /// A host name, IPv4 address or bracketed IPv6 address, with a port if need be.
    private static func isPlace(_ place: Substring) -> Bool {
        if place.first == "[" {
            guard let end = place.firstIndex(of: "]") else { return false }
            let address = place[place.index(after: place.startIndex)..<end]
            return address.contains(":") && IPAddress(address) != nil && isPort(place[place.index(after: end)...])
        }
        let host = place.prefix { $0 != ":" }
        guard isPort(place[host.endIndex...]) else { return false }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && UInt16(text.dropFirst()).map { $0 > 0 } ?? false
    }
}
