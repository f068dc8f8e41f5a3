import Foundation
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport

/// What the machines want done.
extension Registrations {
    func perform(
        _ effects: [Registration.Effect], for entry: CarriedRegistration, _ state: inout RegistrationShard.State,
        _ now: Int64
    ) {
        var failure: (address: SourceAddress, reason: String)?
        for effect in effects {
            switch effect {
            case .resolve(let uri, let lookup): resolve(uri, lookup, for: entry.number, state.ways?.resolver)
            case .queue(let target, let due):
                if !pace.queue(entry.number, for: target, due: due, at: now) {
                    failure = (target.address, Self.silence)
                }
            case .withdraw: pace.withdraw(entry.number)
            case .send(let message, let target):
                if let reason = send(message, to: target, for: entry, &state) { failure = (target.address, reason) }
            case .store(let lease): keep(lease, of: entry)
            case .changed: watchers.send { live(entry, at: now) }
            case .ended: end(entry, &state)
            }
        }
        settle(entry, &state)
        if let failure { give(.transportFailed(failure.address, reason: failure.reason), to: entry, &state, now) }
    }

    /// What has to agree with the machine after every step of it.
    private func settle(_ entry: CarriedRegistration, _ state: inout RegistrationShard.State) {
        let machineState = entry.machine.state
        if entry.counted != machineState {
            if let old = entry.counted { state.totals.states[Int(old.rawValue)] -= 1 }
            entry.counted = machineState == .removed ? nil : machineState
            if let new = entry.counted { state.totals.states[Int(new.rawValue)] += 1 }
        }
        guard machineState != .removed else { return }
        state.deadlines.set(entry.number, at: entry.machine.deadline)
        note(entry)
        keepOpen(entry, state.ways?.outbound)
    }

    private func note(_ entry: CarriedRegistration) {
        guard let outcome = entry.outcome, outcome != entry.noted else { return }
        entry.noted = outcome
        let reason = outcome.isSuccessful ? "" : String(decoding: entry.machine.reason, as: UTF8.self)
        note(
            RegistrationResult(
                id: entry.row.id, account: entry.row.account,
                outcome: RegistrationOutcome(
                    isSuccessful: outcome.isSuccessful, status: Int(outcome.code),
                    message: reason.isEmpty ? nil : reason),
                updated: entry.row.updated))
    }

    // MARK: Names

    private func resolve(_ uri: [UInt8], _ lookup: UInt32, for number: UInt64, _ resolver: TargetResolver?) {
        guard let resolver, let hop = NextHop(uri: uri) else {
            return post(.targets(number, [], lookup: lookup, reason: "No Address"), to: number)
        }
        resolver.resolve(hop) { [weak self] outcome in
            switch outcome {
            case .success(let targets): self?.post(.targets(number, targets, lookup: lookup, reason: ""), to: number)
            case .failure(let fault):
                self?.post(.targets(number, [], lookup: lookup, reason: fault.phrase), to: number)
            }
        }
    }

    // MARK: Sending

    /// Why it cannot be sent; nil where it was, or will be once there is a connection.
    private func send(
        _ message: [UInt8], to target: Target, for entry: CarriedRegistration, _ state: inout RegistrationShard.State
    ) -> String? {
        entry.unsent = nil
        guard let outbound = state.ways?.outbound else { return "Stopped" }
        do throws(OutboundFault) {
            guard let flow = try outbound.flow(to: target) else {
                entry.unsent = message
                open(target, for: entry.number, outbound)
                return nil
            }
            follow(flow.id, entry, &state)
            guard state.batch?.append(message.span, to: flow) ?? false else { return "Congested" }
            state.totals.sent += 1
            messages.keep(message.span, isReceived: false, remote: target.address, at: clock.now())
            return nil
        } catch {
            return error == .forbidden ? "Address Not Allowed" : "Transport Failed: \(error)"
        }
    }

    private func open(_ target: Target, for number: UInt64, _ outbound: Outbound) {
        outbound.connect(to: target) { [weak self] outcome in
            switch outcome {
            case .success: self?.post(.opened(number, target), to: number)
            case .failure(let fault): self?.notOpened(target.address, for: number, fault)
            }
        }
    }

    private func notOpened(_ address: SourceAddress, for number: UInt64, _ fault: OutboundFault) {
        switch fault {
        case .timeout, .unreachable, .insecure: noteUnanswered(number, address, at: clock.now())
        // Ours, whoever is at the other end.
        case .forbidden, .noSocket, .tooManyConnections, .congested, .stopped: break
        }
        post(.failed(number, address, reason: "\(fault)"), to: number)
    }

    // MARK: Silent registrars

    /// What people are told of a try that is spared.
    static let silence = "Registrar Silent"

    /// Turns those away who wait for a registrar that has fallen silent.
    func noteUnanswered(_ number: UInt64, _ address: SourceAddress, at now: Int64) {
        for other in pace.unanswered(number, by: address, at: now) {
            post(.turnedAway(other, address), to: other)
        }
    }

    /// Has everybody try who was put off, where the registrar was silent; at the pace, as ever.
    func noteAnswered(_ address: SourceAddress, at now: Int64) {
        guard pace.answered(by: address, at: now) else { return }
        for shard in shards { post(.answering(address), in: shard) }
    }

    func sendWaiting(_ number: UInt64, _ target: Target, _ state: inout RegistrationShard.State, _ now: Int64) {
        guard let entry = state.carried[number], let message = entry.unsent, entry.machine.isTransacting,
            entry.machine.status.target == target
        else { return }
        guard let reason = send(message, to: target, for: entry, &state) else { return }
        give(.transportFailed(target.address, reason: reason), to: entry, &state, now)
    }

    private func follow(_ flow: FlowID?, _ entry: CarriedRegistration, _ state: inout RegistrationShard.State) {
        guard entry.flow != flow else { return }
        if let old = entry.flow { state.flows[old]?.remove(entry.number) }
        if let flow { state.flows[flow, default: []].insert(entry.number) }
        entry.flow = flow
    }

    // MARK: Keep-alives

    /// Seconds: below the half minute after which a NAT may forget a UDP mapping (RFC 4787 section 4.3), and RFC 5626
    /// section 4.4.1's two minutes for streams.
    private static let datagramInterval = 25
    private static let streamInterval = 110
    /// Whatever a registrar says.
    private static let shortestInterval = 10

    /// Keeps the way open that calls come in by, while there is a lease.
    private func keepOpen(_ entry: CarriedRegistration, _ outbound: Outbound?) {
        let isHeld = entry.machine.state == .registered
        let wanted = isHeld ? entry.machine.heldTarget.flatMap { Self.keepAlive(of: entry, $0) } : nil
        guard wanted != entry.kept, let outbound else { return }
        if let old = entry.kept { outbound.endKeepAlive(old.target) }
        entry.kept = nil
        guard let wanted else { return }
        if outbound.keepAlive(wanted.target, every: wanted.seconds, bySTUN: wanted.isSTUN) { entry.kept = wanted }
    }

    /// By STUN only where the registrar says with Flow-Timer that it bears it: others take a binding request for rubbish.
    private static func keepAlive(of entry: CarriedRegistration, _ target: Target) -> CarriedRegistration.KeepAlive? {
        let isDatagram = target.address.transport == .udp
        guard !isDatagram || entry.isBehindNAT || entry.flowTimer != nil else { return nil }
        let usual = isDatagram ? datagramInterval : streamInterval
        return CarriedRegistration.KeepAlive(
            target: target, seconds: entry.flowTimer.map { max(shortestInterval, Int($0)) } ?? usual,
            isSTUN: isDatagram && entry.flowTimer != nil)
    }

    /// It is gone, and nothing of it stays.
    private func end(_ entry: CarriedRegistration, _ state: inout RegistrationShard.State) {
        if let kept = entry.kept { state.ways?.outbound.endKeepAlive(kept.target) }
        follow(nil, entry, &state)
        if let credential = entry.row.credential { signIns.forget(credential, for: entry.number) }
        pace.withdraw(entry.number)
        state.deadlines.remove(entry.number)
        state.carried[entry.number] = nil
        forget(entry)
    }
}

extension TargetFault {
    /// As people read it.
    var phrase: String {
        switch self {
        case .insecureTransport: "TLS Needed"
        case .unreachable: "No Listener For Any Target"
        case .unknownHost: "Name Not Found"
        case .noAnswer: "Name Not Resolved"
        case .busy: "Too Many Lookups"
        }
    }
}
