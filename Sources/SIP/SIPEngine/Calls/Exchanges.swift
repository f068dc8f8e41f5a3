import SIPMessage

/// A request of ours that is under way.
struct ClientExchange: Sendable {
    enum Machine: Sendable {
        case invite(InviteClientTransaction)
        case other(ClientTransaction)
    }

    enum Purpose: Sendable, Equatable {
        /// The INVITE of an attempt.
        case invitation(UInt8)
        /// On behalf of a request from the other side.
        case relay(server: UInt32)
        /// Its answer changes nothing: a CANCEL, or a request that was made anew.
        case quiet
        case bye, prack, refresh, notify
        /// Brings the session of a leg into line with a new far end: a transfer.
        case reinvite
    }

    let number: UInt32
    let method: Method
    let sequence: UInt32
    let leg: UInt8
    var place: Place?
    var purpose: Purpose
    var machine: Machine
    let request: [UInt8]
    let target: Target
    /// As its leg.
    var isLocated = false
    /// The request had an offer, so that the ACK needs no answer.
    var hasOffer = false
    /// Nobody waits for the answer: it is cancelled, or acknowledged and ended.
    var isUnwanted = false
    var isCancelled = false
    var hasAnswered = false
    /// How often it was made anew, for a challenge or a longer interval.
    var renewals: UInt8 = 0
    var acknowledgements: [(tag: [UInt8], bytes: [UInt8], target: Target)] = []

    mutating func receive(status: Int, at now: Int64) -> TransactionSteps {
        switch machine {
        case .invite(var transaction):
            defer { machine = .invite(transaction) }
            return transaction.receive(status: status, at: now)
        case .other(var transaction):
            defer { machine = .other(transaction) }
            return transaction.receive(status: status, at: now)
        }
    }

    mutating func receiveDeadline(at now: Int64) -> TransactionSteps {
        switch machine {
        case .invite(var transaction):
            defer { machine = .invite(transaction) }
            return transaction.receiveDeadline(at: now)
        case .other(var transaction):
            defer { machine = .other(transaction) }
            return transaction.receiveDeadline(at: now)
        }
    }

    mutating func expire(by time: Int64) {
        guard case .invite(var transaction) = machine else { return }
        transaction.expire(by: time)
        machine = .invite(transaction)
    }

    var deadline: Int64? {
        switch machine {
        case .invite(let transaction): transaction.deadline
        case .other(let transaction): transaction.deadline
        }
    }

    /// A final answer is still to come.
    var isOpen: Bool {
        switch machine {
        case .invite(let transaction): transaction.state == .calling || transaction.state == .proceeding
        case .other(let transaction): transaction.state == .trying || transaction.state == .proceeding
        }
    }

    /// An offer or answer is still to come on this INVITE.
    var isNegotiating: Bool {
        guard case .invite(let transaction) = machine else { return isOpen && hasOffer }
        return isOpen || transaction.state == .accepted && acknowledgements.isEmpty
    }

    var isProceeding: Bool {
        guard case .invite(let transaction) = machine else { return false }
        return transaction.state == .proceeding
    }
}

/// A request of one end's that we answer.
struct ServerExchange: Sendable {
    enum Machine: Sendable {
        case invite(InviteServerTransaction)
        case other(ServerTransaction)
    }

    let number: UInt32
    let method: Method
    let sequence: UInt32
    /// Of the branch and sent-by of the topmost Via: tells a copy.
    let fingerprint: UInt64
    var place: Place?
    let head: ResponseHead
    let source: SourceAddress
    /// Where responses go.
    let replies: Target
    var machine: Machine
    var response: [UInt8] = []
    /// The 2xx to an INVITE until its ACK.
    var repetition: AnswerRepetition?
    var hasOffer = false
    var maxForwards = 70
    /// What Session-Expires of the 2xx will be.
    var timer = SessionTimerTerms.Answer.none

    mutating func respond(status: Int, at now: Int64) -> Bool {
        switch machine {
        case .invite(var transaction):
            defer { machine = .invite(transaction) }
            return transaction.respond(status: status, at: now)
        case .other(var transaction):
            defer { machine = .other(transaction) }
            return transaction.respond(status: status, at: now)
        }
    }

    func receiveCopy() -> TransactionSteps {
        switch machine {
        case .invite(let transaction): transaction.receiveCopy()
        case .other(let transaction): transaction.receiveCopy()
        }
    }

    mutating func receiveDeadline(at now: Int64) -> TransactionSteps {
        switch machine {
        case .invite(var transaction):
            defer { machine = .invite(transaction) }
            return transaction.receiveDeadline(at: now)
        case .other(var transaction):
            defer { machine = .other(transaction) }
            return transaction.receiveDeadline(at: now)
        }
    }

    var deadline: Int64? {
        let transaction: Int64? =
            switch machine {
            case .invite(let transaction): transaction.deadline
            case .other(let transaction): transaction.deadline
            }
        guard let repetition else { return transaction }
        return min(transaction ?? .max, repetition.deadline)
    }

    /// No final answer was sent.
    var isOpen: Bool {
        switch machine {
        case .invite(let transaction): transaction.state == .proceeding
        case .other(let transaction): transaction.state == .trying || transaction.state == .proceeding
        }
    }

    /// Nothing is left to do.
    var isOver: Bool {
        switch machine {
        case .invite(let transaction): transaction.state == .terminated && repetition == nil
        case .other(let transaction): transaction.state == .terminated
        }
    }
}

/// What every response to one request begins with, behind the status line.
struct ResponseHead: Sendable {
    private let lines: [UInt8]
    /// Where our tag goes; nil where the request named one.
    private let tagPlace: Int?
    /// Record-Route of the request, for responses that make a dialog.
    private let recordRoutes: [UInt8]

    init(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>, from source: SourceAddress) {
        var writer = MessageWriter(capacity: 512)
        let none: [UInt8] = []
        let address = source.hostText.array
        writer.startResponse(100, to: index, bytes, address: address.span, port: source.port, toTag: none.span)
        var text = writer.array
        text.removeFirst((text.firstIndex(of: 0x0A) ?? -1) + 1)
        let hasTag = index.first(.to).flatMap { NameAddress(bytes, $0)?.tag(bytes) } != nil
        tagPlace = hasTag ? nil : Self.endOfTo(text)
        lines = text
        writer.reset()
        if !hasTag { writer.copy(.recordRoute, from: index, bytes) }
        recordRoutes = writer.array
    }

    /// The end of the To line, folded lines included.
    private static func endOfTo(_ text: [UInt8]) -> Int? {
        let name = Array("To: ".utf8)
        var at = 0
        while at < text.count {
            var end = at
            while end + 1 < text.count,
                !(text[end] == 0x0D && text[end + 1] == 0x0A
                    && (end + 2 >= text.count || (text[end + 2] != 0x20 && text[end + 2] != 0x09)))
            { end += 1 }
            if text[at...].starts(with: name) { return end }
            at = end + 2
        }
        return nil
    }

    /// `headers` are whole lines; a tag is written where the request had none, but not into a 100.
    func response(_ status: UInt16, tag: [UInt8], headers: [UInt8], body: MessageBody?) -> [UInt8] {
        var writer = MessageWriter(capacity: 1024)
        writer.append("SIP/2.0 ")
        writer.append(decimal: Int(status))
        writer.append(byte: 0x20)
        writer.append(StatusText.phrase(status))
        writer.endLine()
        if let tagPlace, !tag.isEmpty, status > 100 {
            writer.append(Array(lines[..<tagPlace]))
            writer.append(";tag=")
            writer.append(tag)
            writer.append(Array(lines[tagPlace...]))
        } else {
            writer.append(lines)
        }
        if status > 100, status < 300 { writer.append(recordRoutes) }
        writer.append(headers)
        writer.finish(body)
        return writer.array
    }
}

extension MessageWriter {
    /// Content-Type, Content-Length and the body, or the end without one.
    mutating func finish(_ body: MessageBody?) {
        guard let body else { return finish() }
        header(.contentType, body.type)
        finish(body: body.bytes.span)
    }
}
