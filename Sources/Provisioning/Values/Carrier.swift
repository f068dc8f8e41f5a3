/// A machine that calls are sent to on their way to the telephone network; calls never come from it.
package struct Carrier: Sendable, Equatable {
    package let id: CarrierID
    package let account: AccountID
    package var details: CarrierDetails
    /// The password that the carrier asks us for; `nil` without one.
    package var sealedPassword: [UInt8]?

    package init(id: CarrierID, account: AccountID, details: CarrierDetails, sealedPassword: [UInt8]? = nil) {
        self.id = id
        self.account = account
        self.details = details
        self.sealedPassword = sealedPassword
    }
}

package typealias CarrierID = Identifier<Carrier>

/// What a caller says about a carrier, its password aside; the values here are those of a carrier that names none.
package struct CarrierDetails: Sendable, Equatable {
    package var name = ""
    package var kind = Kind.sip
    package var description = ""
    /// Where calls go, tried in this order.
    package var destination = CarrierTargets()
    /// The next hop of every call; calls go straight to the destination where it is empty.
    package var proxy = CarrierTargets()
    package var userName = ""

    // What is called.
    /// Stands before the called number once that has its form.
    package var calledPrefix = ""
    /// Whether `#` goes from the end of the called number.
    package var calledStripHash = false
    /// The form that the called number is sent in; the default one where it is empty.
    package var calledDialPlan = ""

    // Who calls.
    /// Stands for every caller; empty leaves each its own.
    package var callerID = ""
    package var unknownCallerID = "Anonymous"
    package var withheldCallerID = "Anonymous"
    package var callerDialPlan = ""
    /// P-Asserted-Identity (RFC 3325).
    package var sendsAssertedIdentity = false
    /// Privacy (RFC 3323).
    package var sendsPrivacy = false
    /// Remote-Party-ID (draft-ietf-sip-privacy-04).
    package var sendsRemotePartyID = false

    // How calls are made.
    package var codecs = Codec.all
    package var dtmf = DTMFMode.rfc2833
    /// Most calls at the same time; `nil` for no limit.
    package var maximumCalls: Int?
    /// Calls of a hundred that fail here on purpose.
    package var failPercent = 0

    // Whose it is, and what it costs.
    package var reservedFor = CustomerScope.none
    /// Whose routing exceptions may name the carrier.
    package var exceptionsBy = CustomerScope.all
    package var charges = true
    /// Whether its own table of costs counts.
    package var hasOwnCosts = false
    /// The currency of its costs; the default one where it is empty.
    package var currency = ""
    package var costsURL = ""

    // What no SIP product carries out.
    package var channelGroup = 1
    package var context = ""

    package init() {}
}

extension CarrierDetails {
    /// What a carrier speaks.
    package enum Kind: String, CaseIterable, Sendable {
        case context, dahdi, iax, sip, pjsip, zap

        package var isSIP: Bool { self == .sip || self == .pjsip }
    }

    /// Codecs by Asterisk's names, in the order of the letters.
    package enum Codec: String, CaseIterable, Sendable {
        case alaw, g722, g723, g726, g729, gsm, ilbc, lpc10, opus, slin, speex, ulaw

        /// What a carrier that names none takes.
        package static let all: [Codec] = [.alaw, .g722, .g726, .g729, .gsm, .ilbc, .lpc10, .slin, .speex, .ulaw]
    }

    /// How digits are sent within a call.
    package enum DTMFMode: String, CaseIterable, Sendable {
        case inband, info, rfc2833, rfc4733
    }

    /// Whose calls something is for.
    package enum CustomerScope: Sendable, Equatable {
        case none, all
        case account(AccountID)

        /// Whether it is for that account.
        package func holds(_ account: AccountID) -> Bool {
            switch self {
            case .none: false
            case .all: true
            case .account(let other): other == account
            }
        }
    }

    /// Why no call is ever sent to a carrier, or `nil` for one that calls go to.
    package var unroutable: Unroutable? {
        guard kind.isSIP else { return .notSIP(kind) }
        return destination.targets.isEmpty ? .noDestination : nil
    }

    /// Why routing passes over a carrier.
    package enum Unroutable: Sendable, Equatable, CustomStringConvertible {
        case notSIP(Kind)
        case noDestination

        package var description: String {
            switch self {
            case .notSIP(let kind): "calls are carried by SIP alone, not by \(kind.rawValue)"
            case .noDestination: "it has no destination"
            }
        }
    }
}

/// What a caller wants a carrier to be, and what its dialect found wrong with that.
package struct CarrierDraft: Sendable {
    package var details: CarrierDetails
    /// `nil` leaves the password as it is, an empty one takes it away.
    package var password: Secret<String>?
    /// What could not be read, by the model's names of fields; such a field of `details` means nothing.
    package var faults: [Fault]

    package init(details: CarrierDetails, password: Secret<String>? = nil, faults: [Fault] = []) {
        self.details = details
        self.password = password
        self.faults = faults
    }
}
