import Logging
import NIOCore
import NIOPosix
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// Keeps the registrations that we have at other people's servers: what is provisioned goes in, messages come out.
///
/// A few shards carry them, each behind a lock that the threads of phones never take: answers that their listeners receive
/// are left in a shard's inbox. One that is on its way out is carried on until it is gone.
final class Registrations: Sendable {
    let shards: [RegistrationShard]
    let clock: EdgeClock
    let logger: Logger
    let terms: RegistrationTerms
    let contacts: ContactUsers
    let seal: Seal?
    let pace: RegistrationPace
    let signIns: SignIns
    let location: LocationTable
    let results = StoreQueue<OutboundRegistrationID, RegistrationResult> { (results, store) throws(ProvisioningError) in
        try store.note(results)
    }
    /// Written at once and synced once a second: a record that is lost with the machine's power costs a round trip.
    let leases: LeaseJournal
    let watchers = EventBroadcast<LiveRegistration>()
    /// Apart from what phones say, so that a start of thousands leaves that in place.
    let messages = RecentMessages(capacity: 2048, perSecond: 250)
    let drained = Atomic<Bool>(false)
    private let isHalted = Atomic<Bool>(false)
    private let group: MultiThreadedEventLoopGroup
    private let names: LocalNamesBox

    init(
        settings: EdgeSettings, clock: EdgeClock, location: LocationTable, signIns: SignIns, logger: Logger
    ) {
        let options = settings.registrations
        let names = LocalNamesBox()
        var random = SystemRandomNumberGenerator()
        group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, min(4, settings.threads)))
        shards = (0..<max(1, min(4, settings.threads))).map { [group] _ in RegistrationShard(loop: group.next()) }
        self.clock = clock
        self.location = location
        self.signIns = signIns
        self.logger = logger
        self.names = names
        terms = RegistrationTerms(
            policy: options.policy, names: { names.name(towards: $0) }, userAgent: Array("Demarc".utf8), using: &random)
        leases = LeaseJournal(
            folder: settings.dataDirectory, gate: DurabilityGate(), anchor: clock.anchor, logger: logger,
            syncInterval: .seconds(1))
        contacts = ContactUsers(key: settings.contactKey)
        seal = settings.seal
        pace = RegistrationPace(limits: options.limits)
        signIns.whenChanged { [weak self] number in self?.post(.consider(number), to: number) }
    }

    /// Begins to send. Everything that was taken over so far is looked at, in as many turns as it takes.
    func start(_ ways: OutboundWays) {
        names.outbound.withLock { $0 = ways.outbound }
        for shard in shards {
            let numbers = shard.state.withLock { state in
                state.ways = ways
                return Array(state.carried.keys)
            }
            for number in numbers { post(.consider(number), to: number) }
        }
    }

    /// Sends nothing any more and takes nothing in; leases are kept.
    func halt() {
        isHalted.store(true, ordering: .sequentiallyConsistent)
        for shard in shards {
            shard.state.withLock { state in
                state.ways = nil
                state.timer.cancel()
            }
        }
    }

    /// Writes what is left to write, once nobody has anything to say any more.
    func stop() async {
        watchers.finish()
        await results.stop()
        leases.stop()
        try? await group.shutdownGracefully()
    }

    /// Has the store know how one stands.
    func note(_ result: RegistrationResult) { results.put(result, for: result.id) }

    func shard(of number: UInt64) -> RegistrationShard { shards[Int(number % UInt64(shards.count))] }

    /// Leaves a message for whoever carries the registration.
    func post(_ message: RegistrationMessage, to number: UInt64) { post(message, in: shard(of: number)) }

    func post(_ message: RegistrationMessage, in shard: RegistrationShard) {
        guard !isHalted.load(ordering: .sequentiallyConsistent), shard.post(message) else { return }
        shard.loop.execute { [weak self] in self?.turn(shard) }
    }

    /// How a call leaves over a registration; nil while it does not hold.
    func way(over id: OutboundRegistrationID) -> RegistrationWay? {
        let number = contacts.number(of: id)
        return shard(of: number).state.withLock { $0.carried[number]?.machine.way }
    }

    /// The registration whose contact has this user, for a call that arrives.
    func registration(contactUser: Span<UInt8>) -> (id: OutboundRegistrationID, account: AccountID)? {
        guard let number = ContactUsers.number(contactUser) else { return nil }
        return shard(of: number).state.withLock { state in state.carried[number].map { ($0.row.id, $0.row.account) } }
    }
}

extension Registrations: ResponseHandler {
    func receive(_ response: Span<UInt8>, _ index: borrowing MessageIndex, from source: SourceAddress, now: Int64)
        -> Bool
    {
        guard let number = Branch.id(of: .registration, index, response) else { return false }
        post(.response(number, response.array(ByteRange(0, response.count))), to: number)
        return true
    }

    func receive(binding answer: Span<UInt8>, from source: SourceAddress) {
        names.outbound.withLock { $0 }?.receive(binding: answer, from: source)
    }
}

extension Registrations: FlowObserver {
    func flowEnded(_ flow: FlowID) { for shard in shards { post(.ended(flow), in: shard) } }
    func addressChanged(towards address: SourceAddress) { for shard in shards { post(.moved(address), in: shard) } }
}
