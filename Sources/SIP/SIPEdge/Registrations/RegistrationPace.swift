import SIPEngine
import Synchronization

/// The one line in which all shards' registrations wait for their turn.
final class RegistrationPace: Sendable {
    private let pacer: Mutex<Pacer>
    /// As the pacer says, so that answers take no lock while all registrars answer.
    private let doubts = Atomic<Bool>(false)

    init(limits: Pacer.Limits) { pacer = Mutex(Pacer(limits: limits)) }

    var waitingCount: Int { pacer.withLock { $0.waitingCount } }
    var silentCount: Int { pacer.withLock { $0.silentCount } }

    /// Whether it is in line: not where the registrar answers nobody.
    func queue(_ number: UInt64, for target: Target, due: Int64, at now: Int64) -> Bool {
        pacer.withLock { $0.queue(number, for: target.address, due: due, at: now) }
    }

    var hasDoubts: Bool { doubts.load(ordering: .relaxed) }

    /// Who is turned away, where that makes the registrar a silent one.
    func unanswered(_ number: UInt64, by address: SourceAddress, at now: Int64) -> [UInt64] {
        pacer.withLock { pacer in
            defer { doubts.store(pacer.hasDoubts, ordering: .relaxed) }
            return pacer.unanswered(number, by: address, at: now)
        }
    }

    /// Whether the registrar was silent until now.
    func answered(by address: SourceAddress, at now: Int64) -> Bool {
        pacer.withLock { pacer in
            defer { doubts.store(pacer.hasDoubts, ordering: .relaxed) }
            return pacer.answered(by: address, at: now)
        }
    }

    func withdraw(_ number: UInt64) { pacer.withLock { $0.withdraw(number) } }

    func grant(at now: Int64, limit: Int) -> [UInt64] { pacer.withLock { $0.grant(at: now, limit: limit) } }

    func nextGrant(at now: Int64) -> Int64? { pacer.withLock { $0.nextGrant(at: now) } }

    /// When each that waits may go.
    func schedule(at now: Int64) -> [UInt64: Int64] {
        let pacer = pacer.withLock { $0 }
        return pacer.schedule(at: now)
    }

    /// Milliseconds that so many need at most if all go to one address.
    func duration(of count: Int) -> Int64 {
        let limits = pacer.withLock { $0.limits }
        let rates = [limits.registrarRate, limits.overallRate].filter { $0 > 0 }
        return rates.min().map { Int64(Double(count) / $0 * 1000) } ?? 0
    }
}
