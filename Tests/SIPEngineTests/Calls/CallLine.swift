import SIPEngine
import SIPMessage
import TestSupport
import Testing

/// A call with both its ends played by the test, message by message.
struct CallLine {
    private(set) var call: Call?
    var now: Int64 = 1_767_225_600_000
    let terms: CallTerms
    var incoming: IncomingLeg
    private(set) var sent: [Sent] = []
    private(set) var events: [Call.Event] = []
    private(set) var routes: [CallCause?] = []
    private(set) var referrals: [String] = []
    private(set) var moves: [String] = []
    private(set) var located: [String] = []
    private(set) var record: CallRecord?
    private(set) var releases = 0
    private(set) var isErased = false

    struct Sent {
        let message: SIPText
        let target: Target
        let leg: UInt8
        let at: Int64
    }

    init(terms: CallTerms = .test(), incoming: IncomingLeg = IncomingLeg(isLocated: true)) {
        self.terms = terms
        self.incoming = incoming
    }

    static func invite(
        _ headers: [String] = [], branch: String = "z9hG4bKa1", cseq: Int = 1, hops: Int = 70,
        uri: String = "sip:bob@demarc.test", body: String = SIPText.offer
    ) -> String {
        SIPText.message(
            [
                "INVITE \(uri) SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;branch=\(branch);rport", "Max-Forwards: \(hops)",
                "From: <sip:alice@demarc.test>;tag=a", "To: <sip:bob@demarc.test>", "Call-ID: call-1",
                "CSeq: \(cseq) INVITE", "Contact: <sip:alice@192.0.2.1>",
            ] + headers, body)
    }

    // MARK: What happens

    /// The caller's INVITE arrives.
    mutating func begin(_ text: String = CallLine.invite(), from last: UInt32 = 1, port: UInt16 = 5060) throws {
        let bytes = Array(text.utf8)
        var index = MessageIndex()
        let verdict = index.admit(bytes.span)
        try #require(verdict == .accept)
        let id = CallName.call(of: index, bytes.span, terms: terms) ?? 0
        let arrival = Call.Arrival(source: .test(last, port: port))
        let begun = Call.begin(
            index, bytes.span, arrival, id: id, terms: terms, incoming: incoming, at: now)
        let (call, effects) = try #require(begun)
        self.call = call
        carryOut(effects)
    }

    /// Begins, and calls one leg at 192.0.2.2.
    mutating func ring(_ invite: String = CallLine.invite(), _ leg: OutgoingLeg = .test(2)) throws {
        try begin(invite)
        give(.legs([leg]))
    }

    /// A call that is up: both ACKs are through.
    mutating func connect(
        _ invite: String = CallLine.invite(), _ leg: OutgoingLeg = .test(2), answer: [String] = []
    ) throws {
        try ring(invite, leg)
        try answerCallee(answer)
        try acknowledge()
    }

    mutating func answerCallee(_ headers: [String] = [], tag: String = "b") throws {
        let invite = try last("INVITE", leg: 1)
        try deliver(
            invite.response(
                "200 OK", tag: tag, headers: ["Contact: <sip:bob@192.0.2.2:5070>"] + headers, body: SIPText.answer),
            from: 2)
    }

    /// The caller's ACK to the last 2xx.
    mutating func acknowledge() throws { try deliver(callerRequest("ACK", cseq: try last("200").cseq), from: 1) }

    mutating func give(_ input: Call.Input) {
        guard let effects = call?.receive(input, at: now) else { return }
        carryOut(effects)
    }

    mutating func deliver(_ text: String, from last: UInt32, body: Call.Arrival.Replacement? = nil) throws {
        let bytes = Array(text.utf8)
        var index = MessageIndex()
        let verdict = index.admit(bytes.span)
        try #require(verdict == .accept, "\(text)")
        let id = CallName.call(of: index, bytes.span, terms: terms)
        try #require(id == call?.id, "it finds its call: \(text)")
        guard let effects = call?.receive(index, bytes.span, .init(source: .test(last), body: body), at: now) else {
            return
        }
        carryOut(effects)
    }

    /// Lets time pass, every deadline on its moment.
    mutating func pass(seconds: Double) {
        let end = now + Int64(seconds * 1000)
        while let deadline = call?.deadline, deadline <= end {
            now = max(now, deadline)
            give(.deadline)
        }
        now = end
    }

    mutating func resume(_ record: CallRecord) {
        let resumed = Call.resume(record, terms: terms, at: now)
        call = resumed.call
        carryOut(resumed.effects)
    }

    private mutating func carryOut(_ effects: [Call.Effect]) {
        for effect in effects {
            #expect(releases == 0, "nothing comes after the release")
            switch effect {
            case .send(let bytes, let target, let leg):
                sent.append(Sent(message: SIPText(bytes), target: target, leg: leg, at: now))
                var index = MessageIndex()
                let verdict = index.admit(bytes.span)
                #expect(
                    verdict == .accept || !index.isRequest,
                    "what is sent can be read: \(String(decoding: bytes, as: UTF8.self))")
            case .route(let after): routes.append(after)
            case .refer(_, let target): referrals.append(String(decoding: target, as: UTF8.self))
            case .moved(let leg, let target): moves.append("\(leg) \(String(decoding: target, as: UTF8.self))")
            case .locate(let leg, let uri): located.append("\(leg) \(String(decoding: uri, as: UTF8.self))")
            case .report(let event): events.append(event)
            case .store(let record): self.record = record
            case .erase: isErased = true
            case .released: releases += 1
            }
        }
    }

    // MARK: What is seen

    /// Start lines of what was sent to a leg since a place, without the retransmissions' equals beside each other.
    func starts(leg: UInt8, since: Int = 0) -> [String] {
        sent.dropFirst(since).filter { $0.leg == leg }.map {
            $0.message.isRequest ? $0.message.method : "\($0.message.status)"
        }
    }

    /// The last message with that method, or that status.
    func last(_ kind: String, leg: UInt8 = 0) throws -> SIPText {
        try #require(
            sent.last {
                $0.leg == leg && ($0.message.isRequest ? $0.message.method : "\($0.message.status)") == kind
            }?.message, "no \(kind) on leg \(leg): \(starts(leg: leg))")
    }

    var ended: CallCause? {
        for event in events { if case .ended(let cause) = event { return cause } }
        return nil
    }

    // MARK: What the ends write

    /// A request of the caller within the dialog of the last response with a tag.
    func callerRequest(
        _ method: String, cseq: Int, _ headers: [String] = [], branch: String = "", body: String = ""
    ) throws -> String {
        let response = try #require(sent.last { $0.leg == 0 && !$0.message.isRequest && !$0.message.toTag.isEmpty })
            .message
        return SIPText.message(
            [
                "\(method) \(response.contact.isEmpty ? "sip:demarc.test" : response.contact) SIP/2.0",
                "Via: SIP/2.0/UDP 192.0.2.1;branch=\(branch.isEmpty ? "z9hG4bK\(method)\(cseq)" : branch);rport",
                "Max-Forwards: 70", "From: \(response.header("From") ?? "")", "To: \(response.header("To") ?? "")",
                "Call-ID: call-1", "CSeq: \(cseq) \(method)", "Contact: <sip:alice@192.0.2.1>",
            ] + headers, body)
    }

    /// A request of the callee within the dialog of the last INVITE to it.
    func calleeRequest(
        _ method: String, cseq: Int, _ headers: [String] = [], tag: String = "b", leg: UInt8 = 1, body: String = ""
    ) throws -> String {
        let invite = try #require(sent.first { $0.leg == leg && $0.message.method == "INVITE" }).message
        return SIPText.message(
            [
                "\(method) \(invite.contact) SIP/2.0",
                "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKb\(method)\(cseq);rport",
                "Max-Forwards: 70", "From: \(invite.header("To") ?? "");tag=\(tag)",
                "To: \(invite.header("From") ?? "")",
                "Call-ID: \(invite.callID)", "CSeq: \(cseq) \(method)", "Contact: <sip:bob@192.0.2.2:5070>",
            ] + headers, body)
    }
}
