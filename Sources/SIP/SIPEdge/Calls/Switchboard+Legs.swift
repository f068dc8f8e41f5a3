import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport

/// What a plan's targets are on the wire.
extension Switchboard {
    typealias Rounds = [[PreparedLeg]]

    /// Calls back with the rounds that targets come to, each tried at once; none where nobody can be reached there. At once
    /// unless a host's name must be looked for.
    func prepare(
        _ targets: ArraySlice<CallTarget>, of account: AccountID, _ ways: OutboundWays, behind rounds: Rounds = [],
        then body: @escaping @Sendable (Rounds) -> Void
    ) {
        guard let target = targets.first else { return body(rounds) }
        prepare(target, of: account, ways) { [self] more in
            var rounds = rounds
            for (place, legs) in more.enumerated() {
                if place < rounds.count { rounds[place] += legs } else { rounds.append(legs) }
            }
            prepare(targets.dropFirst(), of: account, ways, behind: rounds, then: body)
        }
    }

    private func prepare(
        _ target: CallTarget, of account: AccountID, _ ways: OutboundWays,
        then body: @escaping @Sendable (Rounds) -> Void
    ) {
        switch target.place {
        case .user(let credential, let aor): body(bindings(of: credential, aor: aor, for: target))
        case .registration(let id, let user): body(leg(over: id, to: user, for: target).map { [[$0]] } ?? [])
        case .hop(let hop):
            guard let next = NextHop(hop.next) else { return body([]) }
            ways.resolver.resolve(next) { [self] outcome in
                let leg = leg(to: hop, at: (try? outcome.get()) ?? [], for: target, of: account)
                body(leg.map { [[$0]] } ?? [])
            }
        }
    }

    // MARK: Users

    /// Every binding of a user, the highest q first (RFC 3261 section 16.6 step 1); sent to where its REGISTER came from.
    private func bindings(of credential: CredentialID, aor: String, for target: CallTarget) -> [[PreparedLeg]] {
        var rounds: [UInt16: [PreparedLeg]] = [:]
        let now = seconds(clock.now())
        location.bindings(of: credential.rawValue).forEach { binding in
            guard binding.expiresAt > now else { return }
            let contact = Array(binding.bytes(binding.contact))
            let way = Target(address: binding.source, serverName: "")
            var leg = OutgoingLeg(
                requestURI: contact, from: from(target.caller, towards: binding.source), to: Array("<sip:\(aor)>".utf8),
                targets: [way], media: MediaFilter(target.media))
            leg.identify(target.caller, host: host(of: target.caller, towards: binding.source))
            leg.routes = Array(binding.bytes(binding.path)).headerValues
            rounds[binding.q, default: []].append(
                PreparedLeg(leg: leg, target: target, party: "\(aor) at \(binding.source.text)"))
        }
        return rounds.sorted { $0.key > $1.key }.map(\.value)
    }

    // MARK: Hosts

    private func leg(to hop: CallHop, at targets: [Target], for target: CallTarget, of account: AccountID)
        -> PreparedLeg?
    {
        guard let first = targets.first else { return nil }
        let user = hop.user.isEmpty ? "" : "\(SIPURIText.escaped(hop.user))@"
        let uri = "sip:\(user)\(hop.target)"
        var leg = OutgoingLeg(
            requestURI: Array(uri.utf8), from: from(target.caller, towards: first.address),
            to: Array("<sip:\(user)\(hop.target.bracketedHost)>".utf8), targets: targets,
            media: MediaFilter(target.media))
        leg.isLocated = true
        leg.identify(target.caller, host: host(of: target.caller, towards: first.address))
        if let proxy = hop.proxy { leg.routes = [Array("<sip:\(proxy);lr>".utf8)] }
        if let carrier = target.carrier, let sealed = carrier.sealedPassword {
            leg.credentials = credentials(of: carrier, account, sealed)
        }
        return PreparedLeg(leg: leg, target: target, party: "\(target.name) at \(first.address.text)")
    }

    /// The password is opened when the carrier challenges, and not before.
    private func credentials(
        of carrier: CallTarget.Carrier, _ account: AccountID, _ sealed: [UInt8]
    ) -> OutgoingLeg.Credentials {
        let password = SealedPassword(bytes: sealed, seal: seal, place: .password(of: carrier.id, account: account))
        let name = Array(carrier.userName.utf8)
        return OutgoingLeg.Credentials(user: name) { algorithm, realm in
            guard let password = password.open() else { return nil }
            return digestHA1(
                algorithm, user: name.span, realm: realm.span, password: Array(password.reveal().utf8).span)
        }
    }

    // MARK: Registrations

    private func leg(over id: OutboundRegistrationID, to user: String, for target: CallTarget) -> PreparedLeg? {
        guard let way = registrations.way(over: id) else { return nil }
        let own = String(decoding: way.addressOfRecord, as: UTF8.self)
        // `sip:registrar`, or `sips:`.
        var uri = String(decoding: way.registrar, as: UTF8.self)
        if let colon = uri.firstIndex(of: ":") {
            uri.insert(contentsOf: "\(SIPURIText.escaped(user))@", at: uri.index(after: colon))
        }
        var leg = OutgoingLeg(
            requestURI: Array(uri.utf8), from: Array("\(target.caller.quotedName)<\(own)>".utf8),
            to: Array("<\(uri)>".utf8), targets: [way.target], media: MediaFilter(target.media))
        leg.isLocated = true
        leg.routes = way.routes
        leg.contactUser = way.contactUser
        leg.credentials = way.credentials
        return PreparedLeg(leg: leg, target: target, party: "\(target.name) at \(way.target.address.text)")
    }

    // MARK: Who is shown

    private func host(of caller: ShownCaller, towards address: SourceAddress) -> String {
        if caller.isAnonymous { return "anonymous.invalid" }
        return caller.domain ?? String(decoding: terms.names(address), as: UTF8.self)
    }

    private func from(_ caller: ShownCaller, towards address: SourceAddress) -> [UInt8] {
        let user = SIPURIText.escaped(caller.user)
        return Array("\(caller.quotedName)<sip:\(user)@\(host(of: caller, towards: address))>".utf8)
    }
}

extension ShownCaller {
    /// The display name as a quoted string with a space behind; empty without one.
    fileprivate var quotedName: String {
        guard !displayName.isEmpty else { return "" }
        let name = displayName.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(name)\" "
    }
}

extension OutgoingLeg {
    /// P-Asserted-Identity, Privacy and Remote-Party-ID.
    fileprivate mutating func identify(_ caller: ShownCaller, host: String) {
        // What is asserted about somebody who is anonymous still says who it is.
        let host = caller.isAnonymous ? caller.domain ?? "anonymous.invalid" : host
        if let user = caller.assertedUser {
            assertedIdentity = Array("<sip:\(SIPURIText.escaped(user))@\(host)>".utf8)
        }
        if caller.sendsPrivacy { privacy = Array("id".utf8) }
        if let user = caller.remotePartyUser {
            let hidden = caller.remotePartyIsPrivate ? "full" : "off"
            remotePartyID = Array(
                "<sip:\(SIPURIText.escaped(user))@\(host)>;party=calling;privacy=\(hidden);screen=yes".utf8)
        }
    }
}

extension MediaFilter {
    init(_ demand: MediaDemand) {
        self.init(
            codecs: (demand.codecs ?? []).compactMap { SDPCodec($0.name) },
            suites: (demand.ciphers ?? []).compactMap { SDPSuite($0.rawValue) },
            encryption: demand.requiresEncryption ? .required : .either,
            dtmf: MediaFilter.DTMF(demand.dtmf))
    }
}

extension MediaFilter.DTMF {
    fileprivate init(_ mode: MediaDemand.DTMF) {
        switch mode {
        case .asOffered: self = .either
        case .events: self = .events
        case .info: self = .info
        case .inband: self = .inband
        }
    }
}

extension CarrierTarget {
    fileprivate var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }
}
