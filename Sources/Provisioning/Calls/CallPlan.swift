/// What becomes of a call, and how that came about.
package struct CallDecision: Sendable, Equatable {
    package let outcome: Outcome
    /// Who calls, for the record of a call that is refused, too: as ``CallPlan/caller``; `nil` where that was not found out.
    package let caller: String?
    /// What was looked at, in order.
    package let steps: [CallStep]

    package enum Outcome: Sendable, Equatable {
        case refused(CallRefusal)
        case planned(CallPlan)
    }

    package init(_ outcome: Outcome, caller: String? = nil, steps: [CallStep]) {
        self.outcome = outcome
        self.caller = caller
        self.steps = steps
    }

    package var plan: CallPlan? { if case .planned(let plan) = outcome { plan } else { nil } }
    package var refusal: CallRefusal? { if case .refused(let refusal) = outcome { refusal } else { nil } }
}

/// One reason of a decision, for people to read.
package struct CallStep: Sendable, Equatable {
    package enum Question: String, Sendable, CaseIterable {
        case who, may, `where`, how
    }

    package let question: Question
    package let text: String

    package init(_ question: Question, _ text: String) {
        self.question = question
        self.text = text
    }
}

/// How a call is carried out: stages one after the other, until one is answered.
package struct CallPlan: Sendable, Equatable {
    package let account: AccountID
    package let identity: CallIdentity
    /// What was called: a number in E.164 form, an emergency number, or a name.
    package let called: String
    /// Who calls, for the record: a number, or `name@realm`.
    package let caller: String
    package let isEmergency: Bool
    package let media: CallMedia
    /// What the caller's side may negotiate.
    package let callerMedia: MediaDemand
    package let mediaRouting: MediaRouting
    /// Held while the call lasts.
    package let limits: [CallLimit]
    /// The targets of a stage are tried at once; the next stage when none of them took the call.
    package var stages: [[CallTarget]]

    package var targets: [CallTarget] { stages.flatMap(\.self) }
    /// Whether any of it leaves for the telephone network.
    package var reachesCarrier: Bool { targets.contains { $0.carrier != nil } }
}

/// One place that a call is tried at, with all that it takes to do so.
package struct CallTarget: Sendable, Equatable {
    package var place: Place
    /// How the caller is shown there.
    package var caller: ShownCaller
    package var media: MediaDemand
    /// Held while the call is tried there, or lasts there.
    package var limits: [CallLimit] = []
    package var carrier: Carrier?
    /// The trunk whose host it is.
    package var trunk: TrunkID?
    /// For people: `carrier 12 fast at sip.example.com`.
    package var name: String

    package enum Place: Sendable, Equatable {
        /// Every binding of a user's AOR, in parallel or by q as the edge is told to (RFC 3261 section 16.6).
        case user(CredentialID, aor: String)
        /// A URI of ours: `sip:user@host`.
        case hop(CallHop)
        /// Out over a registration of ours: its server, by its proxy, with its credentials.
        case registration(OutboundRegistrationID, user: String)
    }

    /// A user who is in a call already, which is to be joined with another.
    package static func joining(_ credential: CredentialID, aor: String) -> CallTarget {
        CallTarget(
            place: .user(credential, aor: aor), caller: ShownCaller(), media: MediaDemand(), name: "user \(aor)")
    }

    /// The carrier that a target leaves by.
    package struct Carrier: Sendable, Equatable {
        package let id: CarrierID
        /// Answers the carrier's 401 and 407; the password opens in its place only.
        package var authentication: (userName: String, sealedPassword: [UInt8])? {
            sealedPassword.map { (userName, $0) }
        }
        package let userName: String
        package let sealedPassword: [UInt8]?
        /// What the call costs there; `nil` where its own table says nothing.
        package let cost: CarrierCostDetails?
        package let currency: String
    }
}

/// Where a request goes, and by which way.
package struct CallHop: Sendable, Hashable {
    /// The user part of the Request-URI, without escapes; empty for a URI without one.
    package var user: String
    /// What stands in the Request-URI.
    package var target: CarrierTarget
    /// Sent there instead, with the target in the Request-URI (RFC 3261 section 16.6, as a loose route).
    package var proxy: CarrierTarget?

    package init(user: String, target: CarrierTarget, proxy: CarrierTarget? = nil) {
        self.user = user
        self.target = target
        self.proxy = proxy
    }

    /// Whom the request is sent to: what is up or down.
    package var next: CarrierTarget { proxy ?? target }
}

/// How a caller is shown to one target; every header is made of this and of nothing that the caller sent.
package struct ShownCaller: Sendable, Equatable {
    package var displayName = ""
    /// The user part of From.
    package var user = "anonymous"
    /// The host of From is `anonymous.invalid` (RFC 3323 section 4.1.1.3).
    package var isAnonymous = false
    /// The host of From otherwise; `nil` is this server's own address.
    package var domain: String?
    /// The user part of P-Asserted-Identity (RFC 3325 section 9.1); `nil` without the header.
    package var assertedUser: String?
    /// Privacy `id` (RFC 3325 section 9.3).
    package var sendsPrivacy = false
    /// The user part of Remote-Party-ID (draft-ietf-sip-privacy-04); `nil` without the header.
    package var remotePartyUser: String?
    /// `privacy=full` in Remote-Party-ID.
    package var remotePartyIsPrivate = false

    package init() {}
}

/// What SDP may say on one leg.
package struct MediaDemand: Sendable, Equatable {
    /// Names of encodings (RFC 4566 section 6, `rtpmap`) that may stay, in the order that is wanted; `nil` leaves all.
    package var codecs: [MediaEncoding]?
    /// SRTP suites (RFC 4568) that may stay, in the order that is wanted; `nil` leaves all.
    package var ciphers: [MediaPolicy.Cipher]?
    /// Plain RTP is refused with 488.
    package var requiresEncryption = false
    package var dtmf = DTMF.asOffered

    package enum DTMF: Sendable, Equatable {
        case asOffered
        /// `telephone-event` (RFC 4733), and only by it.
        case events
        /// INFO; `telephone-event` is taken out.
        case info
        /// Tones; `telephone-event` is taken out.
        case inband
    }

    package init() {}
}

/// A codec as SDP names it.
package struct MediaEncoding: Sendable, Hashable {
    /// The encoding's name in upper case.
    package let name: String
    /// The RTP clock in Hz; `nil` is any.
    package let clock: Int?
    /// The payload type of RFC 3551 that stands without `rtpmap`.
    package let payloadType: Int?

    package init(_ name: String, clock: Int? = nil, payloadType: Int? = nil) {
        self.name = name
        self.clock = clock
        self.payloadType = payloadType
    }
}
