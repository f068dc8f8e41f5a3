import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// What happens to a message, from its bytes to its answer.
///
/// Stateless on the way: challenges, OPTIONS and refusals make no transaction (RFC 3261 section 8.2.7), and a
/// retransmitted REGISTER is recognised by its binding.
final class RequestFlow: MessageHandler {
    let directory: Directory
    let location: LocationTable
    let journal: BindingJournal?
    let registrar: Registrar
    let challenges: Challenges
    let bans: Mutex<SourceBans>
    let observation: Observation
    /// Who takes responses, whoever is first to know them; nobody where we send no requests.
    private let responses: [any ResponseHandler]
    /// Who carries calls; nobody where there are none.
    let calls: Switchboard?

    init(
        directory: Directory, location: LocationTable, journal: BindingJournal?, registrar: Registrar,
        challenges: Challenges, bans: SourceBans, observation: Observation,
        responses: [any ResponseHandler] = [], calls: Switchboard? = nil
    ) {
        self.directory = directory
        self.location = location
        self.journal = journal
        self.registrar = registrar
        self.challenges = challenges
        self.bans = Mutex(bans)
        self.observation = observation
        self.responses = responses
        self.calls = calls
    }

    func handle(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition {
        let disposition = answer(message, &exchange)
        guard disposition != .silence else { return .silence }
        observation.counters.response(exchange.status)
        observation.messages.keep(message, exchange)
        return disposition
    }

    private func answer(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition {
        // "SIP/2.0", and no method holds a slash: what a source failed at as a client says nothing of it as our server.
        let isResponse = message.count > 3 && message[3] == UInt8(ascii: "/")
        if !responses.isEmpty, STUNBinding.mayAnswer(message) {
            for handler in responses { handler.receive(binding: message, from: exchange.source) }
            return .silence
        }
        if !isResponse, bans.withLock({ $0.isBanned(exchange.source, now: exchange.seconds) }) { return drop(.banned) }
        do {
            try exchange.index.read(message)
        } catch {
            guard error != .empty else { return drop(.keepAlive) }
            return refuse(message, &exchange, exchange.index.verdict(for: error))
        }
        guard exchange.index.isRequest else { return takeResponse(message, exchange) }
        observation.counters.request(exchange.index.method)
        let verdict = exchange.index.check(message)
        guard verdict == .accept else { return refuse(message, &exchange, verdict) }
        exchange.routeReply(message)
        switch exchange.index.method {
        case .register: return register(message, &exchange)
        case .options where !hasToTag(message, exchange): return options(message, &exchange)
        default: return call(message, &exchange)
        }
    }

    private func takeResponse(_ message: Span<UInt8>, _ exchange: borrowing Exchange) -> Disposition {
        guard exchange.index.check(message) == .accept else { return drop(.malformed) }
        let isWanted = responses.contains {
            $0.receive(message, exchange.index, from: exchange.source, now: exchange.now)
        }
        return isWanted ? .silence : drop(.unwantedResponse)
    }

    func drop(_ reason: DropReason) -> Disposition {
        observation.counters.dropped(reason)
        return .silence
    }

    /// Says nothing to a stranger, and writes down for the operator who it was: most often a trunk whose address is wrong here.
    func dropStranger(_ message: Span<UInt8>, _ exchange: borrowing Exchange) -> Disposition {
        let (method, source, now) = (exchange.index.method, exchange.source, exchange.now)
        guard observation.strangers.takes(source, now: now) else { return drop(.unknownDomain) }
        let refusal = Refusal(
            at: now, source: source.text, method: method.label, user: exchange.addressedUser(message), status: 0,
            reason: "no trunk, registration or domain of ours; From \(exchange.sender(message))")
        observation.strangers.keep(refusal)
        return drop(.unknownDomain)
    }

    /// Answers with a status and nothing more, and notes why.
    func refuse(
        _ message: Span<UInt8>, _ exchange: inout Exchange, _ status: UInt16, _ reason: String
    ) -> Disposition {
        exchange.begin(status, message)
        exchange.reply.finish()
        note(message, exchange, status, reason)
        return .reply
    }

    private func refuse(
        _ message: Span<UInt8>, _ exchange: inout Exchange, _ verdict: Verdict
    ) -> Disposition {
        switch verdict {
        case .accept, .drop(.notSIP), .drop(.empty): return drop(.notSIP)
        case .drop: return drop(.malformed)
        case .refuse(let status, let reason):
            exchange.routeReply(message)
            return refuse(message, &exchange, status, "\(reason.text)")
        }
    }

    /// Writes down a refusal; `aor` is the user's where it is known, else what To says.
    func note(
        _ message: Span<UInt8>, _ exchange: borrowing Exchange, _ status: UInt16, _ reason: String, aor: String? = nil
    ) {
        let user = aor ?? exchange.addressedUser(message)
        let (method, source, now) = (exchange.index.method, exchange.source.text, exchange.now)
        observation.refusals.keep(now: now) {
            Refusal(
                at: now, source: source, method: method.label, user: user, status: Int(status), reason: reason)
        }
        observation.events.send {
            EdgeEvent(at: now, kind: .refused, aor: user, contact: "", source: source, detail: reason)
        }
    }
}

/// What the operator sees of the flow.
struct Observation: Sendable {
    let counters = Counters()
    let messages = RecentMessages()
    let refusals = RecentRefusals()
    /// Whoever got silence; apart from the refusals, so that scanners push out none of those.
    let strangers = RecentRefusals(capacity: 250, share: 20, period: 10_000)
    let events = EventBroadcast<EdgeEvent>()
}
