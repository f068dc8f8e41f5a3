import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// What the machines want done.
extension Switchboard {
    func perform(_ effects: [Call.Effect], for call: CarriedCall, _ state: inout CallShard.State, _ now: Int64) {
        if call.waiting != nil {
            call.waiting? += effects
            return state.deadlines.set(call.number, at: call.machine.deadline)
        }
        var answers: [Call.Input] = []
        var rest = effects[...]
        while let effect = rest.popFirst() {
            switch effect {
            case .send(let message, let target, let leg):
                if !send(message, to: target, leg: leg, for: call, &state, now) {
                    answers.append(.transportFailed(target.address))
                }
            case .route: route(call, &state, now)
            case .moved(let leg, let uri): note(call, movedTo: uri, by: leg)
            case .refer(let leg, let uri):
                if let status = refer(leg, to: uri, of: call) { answers.append(.refuseReferral(status)) }
            case .locate(let leg, let uri): locate(uri, leg: leg, of: call, state.ways)
            case .report(let event): report(event, of: call)
            case .store(let record):
                call.kept = record
                guard let sequence = journal.append(id: id(of: call), created: 0, set: KeptCall(record)) else {
                    continue
                }
                // What follows tells somebody that the call is up: not before it is written, and nothing overtakes it.
                let number = call.number
                call.waiting = Array(rest)
                rest = []
                journal.gate.whenReached(sequence) { [weak self] _ in self?.post(.kept(number), to: number) }
            case .erase:
                guard call.kept != nil else { continue }
                call.kept = nil
                _ = journal.append(id: id(of: call), created: 0, set: KeptCall())
            case .released: release(call, &state)
            }
        }
        if state.calls[call.number] === call { state.deadlines.set(call.number, at: call.machine.deadline) }
        for answer in answers { give(answer, to: call.number, &state, now) }
    }

    private func id(of call: CarriedCall) -> Int64 { Int64(bitPattern: call.number) }

    private func release(_ call: CarriedCall, _ state: inout CallShard.State) {
        state.deadlines.remove(call.number)
        state.calls[call.number] = nil
        shard(of: call.number).known.withLock { _ = $0.remove(call.number) }
        endMedia(of: call)
        close(call)
    }

    // MARK: Sending

    /// Whether it was sent, or will be once there is a connection.
    private func send(
        _ message: [UInt8], to target: Target, leg: UInt8, for call: CarriedCall, _ state: inout CallShard.State,
        _ now: Int64
    ) -> Bool {
        guard let outbound = state.ways?.outbound else { return false }
        do throws(OutboundFault) {
            guard let flow = try outbound.flow(to: target, isKnown: target.isSource) else {
                let isOpening = call.unsent[target] != nil
                call.unsent[target, default: []].append((leg, message))
                if !isOpening { open(target, for: call.number, outbound) }
                return true
            }
            note(message, isReceived: false, target.address, of: call, now)
            return state.batch?.append(message.span, to: flow) ?? false
        } catch {
            return false
        }
    }

    private func open(_ target: Target, for number: UInt64, _ outbound: Outbound) {
        outbound.connect(to: target) { [weak self] outcome in
            switch outcome {
            case .success: self?.post(.opened(number, target), to: number)
            case .failure: self?.post(.failed(number, target), to: number)
            }
        }
    }

    func sendWaiting(_ number: UInt64, _ target: Target, _ state: inout CallShard.State, _ now: Int64) {
        guard let call = state.calls[number], let messages = call.unsent.removeValue(forKey: target) else { return }
        for (leg, bytes) in messages where !send(bytes, to: target, leg: leg, for: call, &state, now) {
            return give(.transportFailed(target.address), to: number, &state, now)
        }
    }

    private func locate(_ uri: [UInt8], leg: UInt8, of call: CarriedCall, _ ways: OutboundWays?) {
        guard let ways, let hop = NextHop(uri: uri) else { return }
        let number = call.number
        ways.resolver.resolve(hop) { [weak self] outcome in
            guard case .success(let targets) = outcome, let target = targets.first else { return }
            self?.post(.located(number, leg: leg, uri: uri, target), to: number)
        }
    }
}
