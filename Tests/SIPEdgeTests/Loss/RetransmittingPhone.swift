import SIPEngine
import SIPTransport

/// A phone that registers over UDP and sends again until it is answered (RFC 3261 section 17.1.2), and what it knows of its
/// binding. Times in milliseconds.
struct RetransmittingPhone {
    /// A request that can make or end the binding.
    struct Attempt {
        let cseq: Int
        /// Seconds; 0 ends the binding.
        let expires: Int64
        let sentAt: Int64
    }

    private struct Transaction {
        let text: String
        let cseq: Int
        let expires: Int64
        let isAnswering: Bool
        let began: Int64
        var interval: Int64
        var next: Int64
    }

    private static let t1: Int64 = 500
    private static let t2: Int64 = 4000

    let contact: String
    private(set) var attempts: [Attempt] = []
    /// The latest attempt that a 200 came for.
    private(set) var acknowledged: Attempt?
    private(set) var retransmissions = 0
    private(set) var timeouts = 0
    private(set) var refusals: [Int] = []
    private var phone: Phone
    private var transaction: Transaction?
    private var challenge: (answer: Answer, uses: Int)?

    init(_ number: Int) {
        phone = Phone(callID: "call-\(number)")
        contact = "sip:John@192.0.2.7:\(40_000 + number)"
        phone.via = "SIP/2.0/UDP 192.0.2.7:\(40_000 + number);rport"
        phone.source = SourceAddress(ipv4: 0xC000_0207, port: UInt16(40_000 + number), transport: .udp)
    }

    var source: SourceAddress { phone.source }
    var isBusy: Bool { transaction != nil }
    /// When it sends again or gives up.
    var next: Int64? { transaction?.next }

    /// Begins to register, or to unregister with no seconds.
    mutating func begin(expires: Int64, at now: Int64) -> String {
        start(expires, authorization: authorization, at: now)
    }

    private var authorization: String? {
        mutating get {
            guard let known = challenge else { return nil }
            challenge = (known.answer, known.uses + 1)
            let digits = String(known.uses + 1, radix: 16)
            return phone.authorization(known.answer, nc: String(repeating: "0", count: 8 - digits.count) + digits)
        }
    }

    private mutating func start(_ expires: Int64, authorization: String?, at now: Int64) -> String {
        phone.contact = "<\(contact)>;expires=\(expires)"
        let text = phone.request(authorization: authorization)
        transaction = Transaction(
            text: text, cseq: phone.cseq, expires: expires, isAnswering: authorization != nil, began: now,
            interval: Self.t1, next: now + Self.t1)
        if authorization != nil { attempts.append(Attempt(cseq: phone.cseq, expires: expires, sentAt: now)) }
        return text
    }

    /// Timer E sends once more, timer F gives up (RFC 3261 section 17.1.2.2).
    mutating func tick(at now: Int64) -> String? {
        guard var current = transaction, current.next <= now else { return nil }
        guard now - current.began < 64 * Self.t1 else {
            timeouts += 1
            transaction = nil
            return nil
        }
        current.interval = min(current.interval * 2, Self.t2)
        current.next = min(now + current.interval, current.began + 64 * Self.t1)
        transaction = current
        retransmissions += 1
        return current.text
    }

    /// Takes an answer; returns what it sends next, if anything. Answers to what is over are not looked at.
    mutating func receive(_ text: String, at now: Int64) -> String? {
        let answer = Answer(text: text, disposition: .reply, port: 0)
        guard let current = transaction, answer.values("CSeq") == ["\(current.cseq) REGISTER"] else { return nil }
        transaction = nil
        switch answer.status {
        case 200:
            acknowledged = attempts.last { $0.cseq == current.cseq }
        case 401 where !current.isAnswering || answer.isStale:
            challenge = (answer, 0)
            return start(current.expires, authorization: authorization, at: now)
        default:
            refusals.append(answer.status)
        }
        return nil
    }
}
