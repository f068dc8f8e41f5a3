import Logging
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

/// What becomes of each destination.
extension HealthProbes {
    func handle(_ message: ProbeMessage, _ state: inout State, _ now: Int64) {
        switch message {
        case .provisioned(let owner, let account, let targets):
            follow(state.table.set(owner, of: account, targets), &state, now)
        case .account(let account, let isStopped): follow(state.table.set(account, isStopped: isStopped), &state, now)
        case .accountGone(let account): follow(state.table.remove(account), &state, now)
        case .targets(let number, let targets, let reason):
            guard let entry = state.probed[number], entry.isResolving else { return }
            entry.isResolving = false
            guard !targets.isEmpty else { return take(.unreachable(reason), for: entry, &state, now) }
            perform(entry.probe.begin(targets, at: now), for: entry, &state, now)
        case .response(let number, let bytes):
            guard let entry = state.probed[number], (try? state.index.read(bytes.span)) != nil else { return }
            perform(entry.probe.receive(response: state.index, bytes.span, at: now), for: entry, &state, now)
        case .opened(let number, let target):
            guard let entry = state.probed[number], let bytes = entry.unsent, entry.probe.target == target else {
                return
            }
            perform([.send(bytes, target)], for: entry, &state, now)
        case .failed(let number, let address, let reason):
            guard let entry = state.probed[number] else { return }
            entry.unsent = nil
            perform(entry.probe.transportFailed(address, reason, at: now), for: entry, &state, now)
        case .called(let target, let isAnswered):
            guard let entry = state.numbers[target].flatMap({ state.probed[$0] }) else { return }
            let isUp = entry.health.receive(callIsAnswered: isAnswered, at: Timestamp(milliseconds: now))
            note(isUp, of: entry, by: isAnswered ? "calls are answered" : "calls are not answered")
        }
    }

    private func follow(_ change: DestinationTable.Change, _ state: inout State, _ now: Int64) {
        for target in change.removed {
            guard let number = state.numbers.removeValue(forKey: target) else { continue }
            state.probed[number] = nil
            state.deadlines.remove(number)
            state.due.remove(number)
            notes.withLock { notes in
                notes.down.remove(target)
                notes.doubtful.remove(target)
            }
        }
        for target in change.added {
            state.lastNumber += 1
            let number = state.lastNumber
            state.numbers[target] = number
            state.probed[number] = ProbedDestination(
                target, probe: OptionsProbe(id: number, uri: Array("sip:\(target)".utf8), terms: terms))
            state.due.set(number, at: now)
        }
    }

    // MARK: Probing

    func begin(_ entry: ProbedDestination, _ state: inout State, _ now: Int64) {
        entry.probedAt = now
        entry.isResolving = true
        let number = entry.probe.id
        guard let ways = state.ways, let hop = NextHop(entry.target) else {
            return handle(.targets(number, [], reason: "No Address"), &state, now)
        }
        ways.resolver.resolve(hop) { [weak self] outcome in
            switch outcome {
            case .success(let targets): self?.post(.targets(number, targets, reason: "No Address"))
            case .failure(let fault): self?.post(.targets(number, [], reason: fault.phrase))
            }
        }
    }

    func perform(
        _ effects: [OptionsProbe.Effect], for entry: ProbedDestination, _ state: inout State, _ now: Int64
    ) {
        for effect in effects {
            switch effect {
            case .send(let bytes, let target):
                guard let reason = send(bytes, to: target, for: entry, &state) else { continue }
                perform(entry.probe.transportFailed(target.address, reason, at: now), for: entry, &state, now)
            case .ended(.answered(let status)): take(.answered(status: Int(status)), for: entry, &state, now)
            case .ended(.silent): take(.unanswered, for: entry, &state, now)
            case .ended(.unreachable(let reason)): take(.unreachable(reason), for: entry, &state, now)
            }
        }
        state.deadlines.set(entry.probe.id, at: entry.probe.deadline)
    }

    /// Why it cannot be sent; nil where it was, or will be once there is a connection.
    private func send(
        _ bytes: [UInt8], to target: Target, for entry: ProbedDestination, _ state: inout State
    ) -> String? {
        entry.unsent = nil
        guard let outbound = state.ways?.outbound else { return "Stopped" }
        do throws(OutboundFault) {
            guard let flow = try outbound.flow(to: target) else {
                entry.unsent = bytes
                open(target, for: entry.probe.id, outbound)
                return nil
            }
            guard state.batch?.append(bytes.span, to: flow) ?? false else { return "Congested" }
            state.sent += 1
            return nil
        } catch {
            return error == .forbidden ? "Address Not Allowed" : "Transport Failed: \(error)"
        }
    }

    private func open(_ target: Target, for number: UInt64, _ outbound: Outbound) {
        outbound.connect(to: target) { [weak self] outcome in
            switch outcome {
            case .success: self?.post(.opened(number, target))
            case .failure(let fault): self?.post(.failed(number, target.address, reason: "\(fault)"))
            }
        }
    }

    // MARK: Outcomes

    private func take(_ probe: TrunkHealth.Probe, for entry: ProbedDestination, _ state: inout State, _ now: Int64) {
        let isUp = entry.health.receive(probe, at: Timestamp(milliseconds: now))
        note(isUp, of: entry, by: "\(probe)")
        state.due.set(entry.probe.id, at: next(after: entry, &state, now))
    }

    /// Spread a little, so that who was asked together drifts apart; sooner where the next answer may decide.
    private func next(after entry: ProbedDestination, _ state: inout State, _ now: Int64) -> Int64 {
        let whole = terms.policy.interval
        let interval = entry.health.isInDoubt ? max(1, whole / 3) : whole
        let spread = max(1, interval / 10)
        return max(now, (entry.probedAt ?? now) + Int64.random(in: interval - spread...interval, using: &state.random))
    }

    private func note(_ isUp: Bool?, of entry: ProbedDestination, by reason: String) {
        let (target, health) = (entry.target, entry.health)
        notes.withLock { notes in
            if health.isUp { notes.down.remove(target) } else { notes.down.insert(target) }
            if health.isUp, !health.isInDoubt { notes.doubtful.remove(target) } else { notes.doubtful.insert(target) }
        }
        guard let isUp else { return }
        logger.notice(
            isUp ? "a destination is up" : "a destination is down",
            metadata: ["destination": "\(target)", "by": "\(reason)"])
    }
}
