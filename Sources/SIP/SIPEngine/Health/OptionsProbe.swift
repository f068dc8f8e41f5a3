package import SIPMessage

/// Asks one destination by OPTIONS whether somebody is there (RFC 3261 section 11): at one of its addresses after the other
/// until one answers (RFC 3263 section 4.3). Times in milliseconds.
package struct OptionsProbe: Sendable {
    package let id: UInt64
    /// The Request-URI.
    private let uri: [UInt8]
    private let terms: ProbeTerms
    private var targets: ArraySlice<Target> = []
    private var sequence: UInt32 = 0
    private var request: [UInt8] = []
    /// Nil while nothing is asked.
    private var transaction: ClientTransaction?
    private var giveUpAt = Int64.max

    package enum Outcome: Sendable, Hashable {
        case answered(UInt16)
        case silent
        case unreachable(String)
    }

    package enum Effect: Sendable, Equatable {
        case send([UInt8], Target)
        /// What the probe came to, once for each `begin`.
        case ended(Outcome)
    }

    package init(id: UInt64, uri: [UInt8], terms: ProbeTerms) {
        self.id = id
        self.uri = uri
        self.terms = terms
    }

    package var isAsking: Bool { transaction != nil }
    /// Who is asked now.
    package var target: Target? { isAsking ? targets.first : nil }

    /// Asks at these addresses, the best first.
    package mutating func begin(_ targets: [Target], at now: Int64) -> [Effect] {
        self.targets = targets.prefix(terms.policy.targets)
        return ask(else: .unreachable("No Address"), at: now)
    }

    /// Takes a response; one that does not belong to what is asked now is ignored.
    package mutating func receive(
        response index: borrowing MessageIndex, _ bytes: Span<UInt8>, at now: Int64
    ) -> [Effect] {
        guard isAsking, let line = index.first(.cSeq), let cSeq = CSeqValue(bytes, line), cSeq.number == sequence,
            bytes.holds(cSeq.method, "OPTIONS"), branch.isAnswered(by: index, bytes)
        else { return [] }
        // An answer of any kind is all that is wanted to know.
        guard index.status >= 200 else { return [] }
        let status = UInt16(index.status)
        return status == 503 ? askNext(after: .answered(status), at: now) : end(.answered(status))
    }

    package mutating func transportFailed(_ address: SourceAddress, _ reason: String, at now: Int64) -> [Effect] {
        guard target?.address == address else { return [] }
        return askNext(after: .unreachable(reason), at: now)
    }

    package mutating func reachDeadline(at now: Int64) -> [Effect] {
        if now >= giveUpAt { return askNext(after: .silent, at: now) }
        guard let target, transaction?.receiveDeadline(at: now).contains(.resend) ?? false else { return [] }
        return [.send(request, target)]
    }

    package var deadline: Int64? { transaction.map { min($0.deadline ?? .max, giveUpAt) } }

    // MARK: Steps

    private mutating func askNext(after outcome: Outcome, at now: Int64) -> [Effect] {
        targets = targets.dropFirst()
        return ask(else: outcome, at: now)
    }

    private mutating func ask(else outcome: Outcome, at now: Int64) -> [Effect] {
        guard let target = targets.first else { return end(outcome) }
        let name = terms.names(target.address)
        guard !name.isEmpty else { return askNext(after: .unreachable("No Listener To Send From"), at: now) }
        sequence += 1
        request = write(to: target, as: name)
        transaction = ClientTransaction(
            isReliable: target.address.transport != .udp, timers: terms.policy.timers, at: now)
        giveUpAt = now + terms.policy.patience
        return [.send(request, target)]
    }

    private mutating func end(_ outcome: Outcome) -> [Effect] {
        (targets, request, transaction, giveUpAt) = ([], [], nil, .max)
        return [.ended(outcome)]
    }

    private var branch: Branch { Branch(.probe, id: id, proof: terms.key.word(.probe, id, UInt64(sequence))) }

    private func write(to target: Target, as name: [UInt8]) -> [UInt8] {
        var writer = MessageWriter(capacity: 512)
        writer.begin(.options, uri, to: target, from: name, branch)
        writer.append("From: <sip:")
        writer.append(name)
        writer.append(">;tag=")
        append(.probeTag, to: &writer)
        writer.append("\r\nTo: <")
        writer.append(uri)
        writer.append(">\r\nCall-ID: ")
        append(.probeCallID, to: &writer)
        writer.append("\r\nCSeq: ")
        writer.append(decimal: Int(sequence))
        writer.append(" OPTIONS\r\nAccept: application/sdp\r\n")
        if !terms.userAgent.isEmpty { writer.header(.userAgent, terms.userAgent) }
        writer.finish()
        return writer.array
    }

    private func append(_ purpose: EngineKey.Purpose, to writer: inout MessageWriter) {
        var text = ShortText()
        text.append(hexWord: terms.key.word(purpose, id, UInt64(sequence)))
        text.withSpan { writer.append($0) }
    }
}
