import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport

/// Media that goes through a relay: which does, and what the ends are told of each other
/// (`Docs/decisions/0075-media-by-relays.md`).
///
/// The machine of a call never waits; its messages do, here, while a relay is asked.
extension Switchboard {
    // MARK: Legs that are tried

    /// Has the machine try the call's legs from a place on: at once, or when relays have described the other end to those that
    /// they stand before.
    func present(from first: Int, of call: CarriedCall, _ state: inout CallShard.State, _ now: Int64) {
        let other = call.partner
        for place in first..<call.legs.count {
            switch path(to: call.legs[place], from: other, of: call) {
            case .direct: break
            case .refused(let refusal): call.legs[place].leg.refusal = refusal
            case .relayed where call.machine.hasSealedOffer: call.legs[place].leg.refusal = .noCodec
            case .relayed(let caller, let callee):
                let leg = UInt8(place + 1)
                call.legs[place].leg.isRelayed = true
                begin(
                    leg, of: call,
                    ends: [
                        other: MediaSession.End(side: caller, filter: MediaFilter(call.demand(of: other))),
                        leg: MediaSession.End(side: callee, filter: MediaFilter(call.demand(of: leg))),
                    ])
            }
        }
        presentWhenDescribed(call, &state, now)
    }

    private func presentWhenDescribed(_ call: CarriedCall, _ state: inout CallShard.State, _ now: Int64) {
        guard call.offering.isEmpty else { return }
        let legs = call.legs[call.presented...].map { prepared in
            var leg = prepared.leg
            leg.timer = timer
            return leg
        }
        call.presented = call.legs.count
        give(.legs(legs), to: call.number, &state, now)
    }

    private func path(to prepared: PreparedLeg, from other: UInt8, of call: CarriedCall) -> MediaPath {
        guard let plan = call.plan, plan.media != .message, let source = call.place(of: other),
            let target = prepared.leg.targets.first?.address
        else { return .direct }
        let offer = call.offer.flatMap { try? SessionDescription($0) }
        let caller = MediaEnd(
            offer: offer, from: source, named: offer?.addresses ?? [],
            requiresEncryption: call.demand(of: other).requiresEncryption)
        var callee = MediaEnd(
            at: target, named: prepared.contactAddress, requiresEncryption: prepared.target.media.requiresEncryption)
        callee.speaks = prepared.speaks ?? callee.speaks
        // What a relay described to the referrer is not where the one who is handed over can be reached.
        let isRelayed = call.media?.sessions.values.contains { $0.ends.keys.contains(other) } ?? false
        let path = MediaPath(
            isRelayed && call.isHandingOver ? .always : MediaPath.Wish(plan.mediaRouting),
            caller: caller, callee: callee, areTogether: source.hasHost(of: target), hasRelay: relays.isAnyAlive)
        // There are some, and none of them answers.
        if case .refused = path, !relays.isEmpty, plan.mediaRouting != .direct { return .refused(.relayFailed) }
        return path
    }

    /// Opens a leg's session at a relay that answers, and asks it to describe the other end, where that described itself.
    private func begin(_ leg: UInt8, of call: CarriedCall, ends: [UInt8: MediaSession.End]) {
        // Keys that were made with a relay's certificate go with its session. Others get a session of their own: what was
        // there is as it was when nobody takes the call.
        let isKeyed = [.web, .dtls].contains(ends[call.partner]?.side) && call.isHandingOver
        let before = call.media?.sessions.values.first { isKeyed && $0.ends.keys.contains(call.partner) }
        guard let relay = before?.relay ?? relays.choose() else {
            call.legs[Int(leg) - 1].leg.refusal = .relayFailed
            return
        }
        let session =
            before.map { MediaSession(continuing: $0, ends: ends) }
            ?? MediaSession(relay: relay, call: call.number, leg: leg, ends: ends)
        call.media = call.media ?? CarriedMedia()
        call.media?.sessions[leg] = session
        guard let offer = call.offer else { return }
        call.media?.said[call.partner] = offer
        do throws(MediaRefusal) {
            let request = try session.request(offer, session.firstOffer(to: leg))
            call.offering.insert(leg)
            let number = call.number
            relays.ask(request, of: relay) { [weak self] outcome in
                self?.post(.offered(number, leg: leg, relay: relay, outcome), to: number)
            }
        } catch {
            call.legs[Int(leg) - 1].leg.refusal = error
        }
    }

    /// A relay described the other end to a leg, or did not.
    func offered(
        _ number: UInt64, _ leg: UInt8, by relay: Int, _ outcome: MediaRelay.Outcome, _ state: inout CallShard.State,
        _ now: Int64
    ) {
        guard let call = state.calls[number], let session = call.media?.sessions[leg] else {
            // A copy of the offer may have come behind the delete.
            return forget(MediaSession.callID(number, leg), at: relay)
        }
        call.offering.remove(leg)
        if case .failure(let fault) = outcome, fault.isSilence, relays.isAnyAlive, !call.isHandingOver {
            begin(leg, of: call, ends: session.ends)
        } else {
            switch session.result(outcome, session.firstOffer(to: leg)) {
            case .description(let description): call.legs[Int(leg) - 1].leg.offer = description
            case .refused(let refusal): call.legs[Int(leg) - 1].leg.refusal = refusal
            }
        }
        presentWhenDescribed(call, &state, now)
    }

    /// A leg refused what it was offered: it is tried once more in the other manner, encrypted or not, which a relay joins with
    /// the caller's.
    func reconsider(_ leg: UInt8, after cause: SIPEngine.CallCause, of call: CarriedCall) {
        guard case .answered(let status) = cause, [406, 415, 488].contains(status), relays.isAnyAlive,
            let plan = call.plan, plan.mediaRouting != .direct, call.legs.indices.contains(Int(leg) - 1)
        else { return }
        var prepared = call.legs[Int(leg) - 1]
        guard prepared.speaks == nil, !prepared.target.media.requiresEncryption,
            let source = call.place(of: call.partner), let offer = call.offer.flatMap({ try? SessionDescription($0) })
        else { return }
        let caller = MediaEnd(offer: offer, from: source, named: [], requiresEncryption: false)
        switch call.media?.sessions[leg]?.ends[leg]?.side ?? caller.speaks {
        case .plain: prepared.speaks = .sdes
        case .sdes, .dtls: prepared.speaks = .plain
        case .web, nil: return
        }
        (prepared.leg.offer, prepared.leg.isRelayed, prepared.leg.isAgain) = (nil, false, true)
        call.rounds.insert([prepared], at: 0)
    }

    // MARK: Messages with descriptions

    /// Takes a message in; whether it waits until a relay has made its description anew.
    func take(
        _ bytes: [UInt8], from source: SourceAddress, for call: CarriedCall, _ state: inout CallShard.State,
        _ now: Int64
    ) -> Bool {
        guard (try? state.index.read(bytes.span)) != nil else { return false }
        guard call.media != nil, let description = call.machine.description(in: state.index, bytes.span),
            let session = call.media?.sessions[max(description.from, description.to)]
        else {
            deliver(Call.Arrival(source: source), bytes, to: call, &state, now)
            return false
        }
        let body = bytes.span.array(state.index.body)
        call.media?.said[description.from] = body
        if let known = session.known(description, body) {
            deliver(Call.Arrival(source: source, body: known), bytes, to: call, &state, now)
            return false
        }
        do throws(MediaRefusal) {
            try ask(session, about: description, body, of: call)
            return true
        } catch {
            deliver(Call.Arrival(source: source, body: .refused(error)), bytes, to: call, &state, now)
            return false
        }
    }

    private func ask(
        _ session: MediaSession, about description: Call.Description, _ body: [UInt8], of call: CarriedCall
    ) throws(MediaRefusal) {
        let number = call.number
        relays.ask(try session.request(body, description), of: session.relay) { [weak self] outcome in
            self?.post(.described(number, description, body, outcome), to: number)
        }
    }

    /// The relay has answered for the first message that waits: it goes on, and those behind it.
    func described(
        _ number: UInt64, _ description: Call.Description, _ body: [UInt8], _ outcome: MediaRelay.Outcome,
        _ state: inout CallShard.State, _ now: Int64
    ) {
        guard let call = state.calls[number], let first = call.media?.held.first else { return }
        let leg = max(description.from, description.to)
        let result = call.media?.sessions[leg]?.result(outcome, description) ?? .refused(.relayFailed)
        call.media?.sessions[leg]?.keep(result, of: description, body)
        if description.isHandover, case .description = result, let session = call.media?.sessions[leg] {
            // Who stays in the call is offered what the new end answered.
            let offer = Call.Description(
                from: description.from, to: description.to, isOffer: true, sequence: description.sequence)
            if (try? ask(session, about: offer, body, of: call)) != nil { return }
        }
        call.media?.held.removeFirst()
        if (try? state.index.read(first.bytes.span)) != nil {
            deliver(Call.Arrival(source: first.source, body: result), first.bytes, to: call, &state, now)
        }
        while let next = call.media?.held.first {
            guard !take(next.bytes, from: next.source, for: call, &state, now) else { return }
            call.media?.held.removeFirst()
        }
    }

    /// What the state's index has read.
    private func deliver(
        _ arrival: Call.Arrival, _ bytes: [UInt8], to call: CarriedCall, _ state: inout CallShard.State, _ now: Int64
    ) {
        perform(call.machine.receive(state.index, bytes.span, arrival, at: now), for: call, &state, now)
    }

    // MARK: Ends

    /// The sessions that a leg was in.
    func endMedia(of leg: UInt8, _ call: CarriedCall) {
        for (name, session) in call.media?.sessions ?? [:] where session.ends.keys.contains(leg) {
            call.media?.sessions[name] = nil
            let isShared = call.media?.sessions.values.contains { $0.callID == session.callID } ?? false
            if !isShared { forget(session.callID, at: session.relay) }
        }
    }

    func endMedia(of call: CarriedCall) {
        for session in call.media?.sessions.values ?? [:].values { forget(session.callID, at: session.relay) }
        call.media = nil
    }

    /// Of a call of the last run it is known how its sessions were named, not where they were, nor whether there were any.
    func endMedia(of record: CallRecord) {
        for leg in 1...max(1, record.caller.leg, record.callee.leg) {
            for relay in 0..<relays.count { forget(MediaSession.callID(record.id, leg), at: relay) }
        }
    }

    /// Nobody waits for the answer: what a relay did not hear of, it ends by itself when no media comes.
    private func forget(_ callID: [UInt8], at relay: Int) {
        relays.ask(MediaRelayRequest(.delete, callID: callID), of: relay) { _ in }
    }
}

extension CarriedCall {
    /// The leg that those which are tried are to talk with: who called, or who is handed over.
    fileprivate var partner: UInt8 { machine.handover?.leg ?? 0 }

    fileprivate var isHandingOver: Bool { machine.handover != nil }

    /// How the partner describes itself; nil where it leaves that to the other.
    fileprivate var offer: [UInt8]? {
        machine.handover.map { media?.said[$0.leg] ?? $0.offer } ?? machine.offer
    }

    /// Where a leg's messages come from.
    fileprivate func place(of leg: UInt8) -> SourceAddress? {
        leg == 0 ? source : legs[Int(leg) - 1].leg.targets.first?.address
    }

    /// What a leg's end may negotiate.
    fileprivate func demand(of leg: UInt8) -> MediaDemand {
        leg == 0 ? callerMedia : legs[Int(leg) - 1].target.media
    }
}

extension PreparedLeg {
    /// The numeric address of a user's contact.
    fileprivate var contactAddress: SourceAddress? {
        guard case .user = target.place, let uri = SIPURI(leg.requestURI.span, ByteRange(0, leg.requestURI.count))
        else { return nil }
        return SourceAddress(host: leg.requestURI.span.array(uri.host))
    }
}

extension SessionDescription {
    fileprivate var addresses: [SourceAddress] {
        connections.compactMap { SourceAddress(host: bytes.span.array($0)) }
    }
}

extension SourceAddress {
    /// Of a numeric host, with or without brackets; 0.0.0.0, which old phones hold a call with, is none.
    fileprivate init?(host: [UInt8]) {
        let text = String(decoding: host, as: UTF8.self).trimming { "[]".contains($0) }
        guard let address = IPAddress(text), address.low != 0xFFFF_0000_0000 else { return nil }
        self.init(high: address.high, low: address.low, port: 0, transport: .udp)
    }
}

extension String {
    fileprivate func trimming(while isDropped: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isDropped(last) { text.removeLast() }
        return String(text.drop(while: isDropped))
    }
}

extension MediaPath.Wish {
    init(_ routing: MediaRouting) {
        switch routing {
        case .direct: self = .direct
        case .auto: self = .automatic
        case .always: self = .always
        }
    }
}

extension MediaRelay.Fault {
    /// The relay said nothing.
    fileprivate var isSilence: Bool {
        switch self {
        case .noAnswer, .unreachable: true
        case .refused, .overloaded: false
        }
    }
}
