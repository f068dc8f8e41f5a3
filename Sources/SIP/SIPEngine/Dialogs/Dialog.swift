import SIPMessage

/// One side's view of a dialog (RFC 3261 section 12): the texts as they are written into requests.
package struct Dialog: Sendable, Equatable {
    package internal(set) var callID: [UInt8]
    package internal(set) var localTag: [UInt8]
    package internal(set) var remoteTag: [UInt8]
    /// `"Name" <uri>` as From and To have them, without the tag.
    package internal(set) var localAddress: [UInt8]
    package internal(set) var remoteAddress: [UInt8]
    /// The URI of the other side's Contact.
    package internal(set) var remoteTarget: [UInt8]
    /// Each with `<` and `>`, in the order that a request takes them.
    package internal(set) var routes: [[UInt8]]
    /// The user of our Contact.
    package internal(set) var contactUser: [UInt8]
    /// Of the last request that was sent, and received; 0 before the first.
    package internal(set) var localSequence: UInt32
    package internal(set) var remoteSequence: UInt32
    /// Where requests go.
    package internal(set) var peer: Target

    /// Bytes of all routes together, and of a contact or an address.
    static let longestRoutes = 4096
    static let longestAddress = 1024

    /// The URI that the next request goes to: the first route, or the target (section 12.2.1.1).
    package var nextHop: [UInt8] {
        routes.first.map { Dialog.uri(ofRoute: $0) } ?? remoteTarget
    }

    static func uri(ofRoute route: [UInt8]) -> [UInt8] {
        guard let address = NameAddress(route.span, ByteRange(0, route.count)) else { return route }
        return Array(route[address.uri.range])
    }

    private static func isLoose(_ route: [UInt8]) -> Bool {
        let span = route.span
        guard let address = NameAddress(span, ByteRange(0, route.count)), let uri = SIPURI(span, address.uri) else {
            return true
        }
        return parameter("lr", in: uri.parameters, span) != nil
    }

    /// The Request-URI and the value of Route, which is empty without one: a first hop that is no loose router gets its own
    /// URI (section 12.2.1.1).
    static func path(to target: [UInt8], over routes: [[UInt8]]) -> (requestURI: [UInt8], route: [UInt8]) {
        guard let first = routes.first else { return (target, []) }
        let isLoose = isLoose(first)
        let rest = isLoose ? routes : routes.dropFirst() + [Array("<".utf8) + target + Array(">".utf8)]
        return (isLoose ? target : uri(ofRoute: first), Array(rest.joined(separator: Array(", ".utf8))))
    }

    /// The target changes with a request or response that refreshes it (section 12.2.1.2); whether it did.
    mutating func refreshTarget(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> Bool {
        guard let target = Self.contact(index, bytes), target != remoteTarget else { return false }
        remoteTarget = target
        return true
    }

    /// Requests go there from now on. The same address in figures is no other place: it keeps the name that its connection
    /// was verified by. What went over TLS never goes on in the clear.
    mutating func move(to target: Target) {
        guard target.address.transport.isSecure || !peer.address.transport.isSecure else { return }
        if target.address != peer.address || !target.isNumeric { peer = target }
    }

    /// Requests go to where the other side's came from; whether that is somewhere else. Who was located by name stays where
    /// its Contact or route says, and what went over TLS never goes on in the clear.
    mutating func follow(_ source: SourceAddress) -> Bool {
        guard peer.isSource, source != peer.address, source.transport.isSecure || !peer.address.transport.isSecure
        else { return false }
        peer = Target(address: source, serverName: "")
        return true
    }

    /// The URI of the first Contact.
    static func contact(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> [UInt8]? {
        var values = HeaderValues(.contact)
        guard let value = values.next(index, bytes), let address = NameAddress(bytes, value),
            Int(address.uri.count) <= longestAddress, SIPURI(bytes, address.uri) != nil
        else { return nil }
        return bytes.array(address.uri)
    }

    /// The routes that Record-Route leaves: as they stand for the server, reversed for the client (sections 12.1.1 and 12.1.2).
    static func routes(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>, isClient: Bool) -> [[UInt8]] {
        var routes: [[UInt8]] = []
        var total = 0
        var values = HeaderValues(.recordRoute)
        while let value = values.next(index, bytes) {
            guard NameAddress(bytes, value) != nil else { continue }
            total += Int(value.count)
            guard total <= longestRoutes else { return [] }
            routes.append(bytes.array(value))
        }
        return isClient ? routes.reversed() : routes
    }

    /// A From or To without its tag, and the tag.
    static func address(
        _ name: HeaderName, _ index: borrowing MessageIndex, _ bytes: Span<UInt8>
    ) -> (text: [UInt8], tag: [UInt8])? {
        guard let value = index.first(name), Int(value.count) <= longestAddress * 2,
            let address = NameAddress(bytes, value)
        else { return nil }
        let tag = address.tag(bytes).map { bytes.array($0) } ?? []
        guard tag.count <= 256 else { return nil }
        var text: [UInt8] = []
        if !address.displayName.isEmpty {
            text += [UInt8(ascii: "\"")] + bytes.array(address.displayName) + Array("\" ".utf8)
        }
        return (text + [UInt8(ascii: "<")] + bytes.array(address.uri) + [UInt8(ascii: ">")], tag)
    }

    mutating func nextSequence() -> UInt32 {
        localSequence += 1
        return localSequence
    }

    /// Whether a request comes in its order (section 12.2.2); the first one always does.
    mutating func accepts(sequence: UInt32) -> Bool {
        guard remoteSequence == 0 || sequence > remoteSequence else { return false }
        remoteSequence = sequence
        return true
    }
}
