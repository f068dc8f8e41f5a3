import Logging
import Provisioning
import SIPEngine
import SIPTransport
import Synchronization

/// What outlives a crash: who was in a call, so that both ends are told that it is over.
extension Switchboard {
    /// Takes over the calls of the last run; nothing is sent before `start`. Throws when the journal or the store cannot be read.
    func load(from store: any ProvisioningStore) async throws {
        var last: [Int64: CallRecord] = [:]
        try journal.replay { kept in last[kept.id] = kept.set.record }
        for record in last.values {
            shard(of: record.id).known.withLock { _ = $0.insert(record.id) }
            post(.resume(record), to: record.id)
        }
        let now = Timestamp(milliseconds: clock.wall())
        let spent = try await store.read { (store) throws(ProvisioningError) in
            try store.callsSpent(since: Timestamp(milliseconds: now.day * 86_400_000))
        }
        slots.withLock { slots in
            for (scope, amount) in spent {
                let limit = CallLimit(scope, CallCaps(dailySpend: amount))
                slots.spend(amount, in: [limit].compactMap(\.self), at: now)
            }
        }
        let closed = try await store.write { (store) throws(ProvisioningError) in
            try store.closeCallLegs(at: now, cause: "server-restarted")
        }
        if closed > 0 || !last.isEmpty {
            logger.notice("calls of the last run end", metadata: ["calls": "\(last.count)", "legs": "\(closed)"])
        }
        self.store.withLock { $0 = store }
        records.start(store)
        journal.start(snapshot: { [weak self] body in self?.snapshot(body) })
    }

    private func snapshot(_ body: ([(Int64, KeptCall)]) -> Void) {
        for shard in shards {
            body(
                shard.state.withLock { state in
                    state.calls.values.compactMap { call in
                        call.kept.map { (Int64(bitPattern: call.number), KeptCall($0)) }
                    }
                })
        }
    }

    /// Once a second.
    func sweep() {
        journal.remind()
        relays.check()
        slots.withLock { $0.sweep(at: Timestamp(milliseconds: clock.wall())) }
    }
}
