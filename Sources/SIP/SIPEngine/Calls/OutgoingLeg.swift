package import SIPMessage

/// How the caller's side of a call is treated: what the caller of the engine knows of who is calling.
package struct IncomingLeg: Sendable {
    /// What the caller may offer, and what is offered to it.
    package var media: MediaFilter
    package var timer: SessionTimerTerms
    /// The user of our Contact towards it.
    package var contactUser: [UInt8]
    /// Requests go where its Contact or Record-Route says, and not the way that its own came, as a phone's do: that may be
    /// behind a NAT.
    package var isLocated: Bool

    package init(
        media: MediaFilter = .open, timer: SessionTimerTerms = .init(wish: 0), contactUser: [UInt8] = [],
        isLocated: Bool = false
    ) {
        self.media = media
        self.timer = timer
        self.contactUser = contactUser
        self.isLocated = isLocated
    }
}

/// One place that a call can go to and everything that is written towards it. Who, where and how is decided elsewhere;
/// texts are as they stand in a message, and `isWritable` says whether they can.
package struct OutgoingLeg: Sendable {
    package var requestURI: [UInt8]
    /// `"Name" <uri>` of From and To, without tags.
    package var from: [UInt8]
    package var to: [UInt8]
    /// The values of P-Asserted-Identity, Privacy and Remote-Party-ID (RFC 3325, RFC 3323); empty ones are left out.
    package var assertedIdentity: [UInt8] = []
    package var privacy: [UInt8] = []
    package var remotePartyID: [UInt8] = []
    /// The value of Replaces (RFC 3891): the dialog at the far end that this call takes the place of; empty is none.
    package internal(set) var replaces: [UInt8] = []
    /// Each with `<` and `>`, as an outbound proxy or a binding's Path has it.
    package var routes: [[UInt8]] = []
    /// The user of our Contact towards it; empty takes the call's number.
    package var contactUser: [UInt8] = []
    /// Where it is sent to (RFC 3263), the best first: the next one where one does not answer.
    package var targets: [Target]
    /// As the caller's (`IncomingLeg`).
    package var isLocated = false
    package var media: MediaFilter
    package var timer: SessionTimerTerms
    /// What is offered instead of the caller's session description, as a media relay makes it.
    package var offer: [UInt8]?
    /// All descriptions between this leg and the other come from a media relay, filtered: they pass as they are.
    package var isRelayed = false
    /// A place that is tried again with another offer: how it failed before is forgotten.
    package var isAgain = false
    /// Why there is nothing to offer: the leg fails at once.
    package var refusal: MediaRefusal?
    /// For a carrier that challenges; nil has no answer to one.
    package var credentials: Credentials?
    /// Milliseconds of ringing after which the next target is tried; nil has only the call's limit.
    package var ringing: Int64?

    /// Another contact of who is called comes next, whatever this one refuses with but a 6xx (RFC 3261 section 16.6).
    package var hasNext = false

    package struct Credentials: Sendable {
        package let user: [UInt8]
        package let ha1: HA1Source

        package init(user: [UInt8], ha1: @escaping HA1Source) {
            self.user = user
            self.ha1 = ha1
        }
    }

    package init(
        requestURI: [UInt8], from: [UInt8], to: [UInt8], targets: [Target], media: MediaFilter = .open,
        timer: SessionTimerTerms = .init(wish: 0)
    ) {
        self.requestURI = requestURI
        self.from = from
        self.to = to
        self.targets = targets
        self.media = media
        self.timer = timer
    }

    /// Whether every text can stand in its place: no line ends, addresses that can be read, and a SIP URI.
    package var isWritable: Bool {
        let texts = [requestURI, from, to, assertedIdentity, privacy, remotePartyID, replaces, contactUser] + routes
        guard texts.allSatisfy({ text in text.count <= 2048 && !text.contains { $0 < 0x20 || $0 == 0x7F } }),
            let uri = SIPURI(requestURI.span, ByteRange(0, requestURI.count)), uri.headers.isEmpty
        else { return false }
        return ([from, to] + routes).allSatisfy { NameAddress($0.span, ByteRange(0, $0.count)) != nil }
            && !targets.isEmpty
    }
}
