import Logging
import NIOCore
import NIOPosix
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// Carries calls and messages: requests of known callers come in, what is provisioned says where they go, both ends are kept until they
/// end (`Docs/decisions/0070-calls.md`).
///
/// Each call belongs to one shard, named by its number, which stands in every tag and branch of ours. The threads that
/// receive only leave messages there.
final class Switchboard: Sendable {
    let shards: [CallShard]
    let clock: EdgeClock
    let logger: Logger
    let terms: CallTerms
    let directory: Directory
    let location: LocationTable
    let registrations: Registrations
    let health: HealthProbes
    let seal: Seal?
    let slots = Mutex(CallSlots())
    let totals = Mutex(CallTotals())
    let records = StoreQueue<CallLegKey, CallLeg> { (legs, store) throws(ProvisioningError) in
        for leg in legs { try store.put(leg) }
    }
    /// Written before the answer to a call leaves, so that the next run knows both ends.
    let journal: CallJournal
    let relays: MediaRelays
    /// Of no more than so many new calls a second.
    let messages = RecentMessages(perSecond: 50)
    let store = Mutex<(any ProvisioningStore)?>(nil)
    private let isHalted = Atomic<Bool>(false)
    private let names: LocalNamesBox
    private let group: MultiThreadedEventLoopGroup
    /// Messages that may wait in a shard before new calls are refused.
    private static let crowd = 2000

    init(
        settings: EdgeSettings, clock: EdgeClock, directory: Directory, location: LocationTable,
        registrations: Registrations, health: HealthProbes, logger: Logger
    ) {
        let names = LocalNamesBox()
        var random = SystemRandomNumberGenerator()
        let count = max(1, min(4, settings.threads))
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        shards = (0..<count).map { [group] _ in CallShard(loop: group.next()) }
        self.clock = clock
        self.logger = logger
        self.directory = directory
        self.location = location
        self.registrations = registrations
        self.health = health
        self.names = names
        seal = settings.seal
        relays = MediaRelays(settings.mediaRelays, group: group) { address, fault in
            let level: Logger.Level = fault == nil ? .notice : .error
            logger.log(
                level: level, "\(fault.map(\.description) ?? "the media relay answers")",
                metadata: ["relay": "\(address.text)"])
        }
        terms = CallTerms(
            policy: settings.calls, names: { names.name(towards: $0) }, targets: { names.target(of: $0) },
            userAgent: Array("Demarc".utf8), using: &random)
        journal = CallJournal(
            folder: settings.dataDirectory, gate: DurabilityGate(), anchor: clock.anchor, logger: logger,
            syncInterval: .seconds(1))
    }

    /// Begins to send.
    func start(_ ways: OutboundWays) {
        names.outbound.withLock { $0 = ways.outbound }
        for shard in shards {
            shard.state.withLock { $0.ways = ways }
            turn(shard)
        }
    }

    /// Sends nothing any more and takes nothing in; calls that are up stay up, and the next run ends them.
    func halt() {
        isHalted.store(true, ordering: .sequentiallyConsistent)
        for shard in shards {
            shard.state.withLock { state in
                state.ways = nil
                state.timer.cancel()
            }
        }
    }

    /// Writes what is left to write.
    func stop() async {
        relays.stop()
        await records.stop()
        journal.stop()
        try? await group.shutdownGracefully()
    }

    func shard(of number: UInt64) -> CallShard { shards[Int(number % UInt64(shards.count))] }

    func post(_ message: CallMessage, to number: UInt64) {
        let shard = shard(of: number)
        guard !isHalted.load(ordering: .sequentiallyConsistent), shard.inbox.post(message) else { return }
        shard.loop.execute { [weak self] in self?.turn(shard) }
    }

    /// What is asked of every end.
    var timer: SessionTimerTerms { SessionTimerTerms(wish: terms.policy.sessionTimer) }

    // MARK: For those who receive

    /// The call that a message belongs to; nil where there is none yet, or none any more.
    func call(of index: borrowing MessageIndex, _ message: Span<UInt8>) -> UInt64? {
        guard let number = CallName.call(of: index, message, terms: terms) else { return nil }
        return shard(of: number).known.withLock { $0.contains(number) } ? number : nil
    }

    /// Whether a new call would wait too long behind what there is to do.
    func isCrowded(_ number: UInt64) -> Bool { shard(of: number).inbox.count > Self.crowd }

    /// Begins a call, unless another thread has begun it with a copy of the same INVITE.
    func begin(_ number: UInt64, _ message: [UInt8], from source: SourceAddress, _ attempt: CallAttempt) {
        let isNew = shard(of: number).known.withLock { $0.insert(number).inserted }
        post(isNew ? .begun(number, message, source, attempt) : .received(number, message, source), to: number)
    }

    /// Calls that there are.
    var count: Int { shards.reduce(0) { $0 + $1.known.withLock { $0.count } } }
}

extension Switchboard: ResponseHandler {
    func receive(_ response: Span<UInt8>, _ index: borrowing MessageIndex, from source: SourceAddress, now: Int64)
        -> Bool
    {
        guard let number = call(of: index, response) else { return false }
        post(.received(number, response.array(ByteRange(0, response.count)), source), to: number)
        return true
    }
}

/// What names a leg's record.
struct CallLegKey: Hashable {
    let call: String
    let position: Int
}
