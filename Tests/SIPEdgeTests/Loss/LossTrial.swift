import Provisioning
import TestSupport

@testable import SIPEdge

/// Phones, a network that loses, doubles and reorders, and the real flow; says which bindings cannot be explained.
struct LossTrial {
    let rig: Rig
    var phones = (0..<5).map(RetransmittingPhone.init)
    var channel: LossyChannel
    var random: SeededRandom
    /// The CSeq of the latest request of each phone that was answered with 200.
    var answered = [Int](repeating: 0, count: 5)
    /// Requests that were answered with 200.
    var accepted: Set<String> = []
    var repeated = 0
    var violations: [String] = []

    init(_ rig: Rig, seed: UInt64) {
        self.rig = rig
        channel = LossyChannel(seed: seed)
        random = SeededRandom(seed: seed &+ 1)
    }

    var now: Int64 { rig.clock.now.milliseconds }

    mutating func run(until end: Int64) {
        var wishes = phones.indices.map { now + Int64($0) * 1000 }
        while now < end, violations.isEmpty {
            let times = [channel.next].compactMap(\.self) + phones.compactMap(\.next) + wishes
            step(to: max(now, times.min() ?? end))
            for number in phones.indices where wishes[number] <= now {
                wishes[number] = now + .random(in: 500...60_000, using: &random)
                guard !phones[number].isBusy else { continue }
                let expires: Int64 =
                    Int.random(in: 0..<3, using: &random) == 0 ? 0 : .random(in: 60...400, using: &random)
                send(phones[number].begin(expires: expires, at: now), of: number)
            }
            check()
        }
    }

    /// Lets every phone finish, then register for so long, or unregister.
    mutating func settle(expires: Int64) {
        let isQuiet = { (trial: Self) in trial.channel.next == nil && !trial.phones.contains { $0.isBusy } }
        for isLast in [false, true] {
            if isLast {
                for number in phones.indices { send(phones[number].begin(expires: expires, at: now), of: number) }
            }
            while !isQuiet(self), violations.isEmpty {
                step(to: ([channel.next].compactMap(\.self) + phones.compactMap(\.next)).min() ?? now)
                check()
            }
        }
    }

    /// Moves the clock, delivers what has arrived, and lets timers run off.
    private mutating func step(to time: Int64) {
        rig.clock.advance(by: .milliseconds(max(0, time - now)))
        rig.edge.sweep()
        for packet in channel.arrived(by: now) {
            if packet.isRequest {
                answer(packet)
            } else if let more = phones[packet.phone].receive(packet.text, at: now) {
                send(more, of: packet.phone)
            }
        }
        for number in phones.indices {
            if let again = phones[number].tick(at: now) { send(again, of: number) }
        }
    }

    private mutating func send(_ request: String, of phone: Int) {
        channel.send(request, phone: phone, isRequest: true, at: now)
    }

    /// Hands a request to the server; a copy of one that was answered changes nothing and gets a 200 again.
    private mutating func answer(_ packet: LossyChannel.Packet) {
        let before = rig.edge.bindings(matching: nil, limit: 99)
        guard let answer = rig.ask(packet.text, from: phones[packet.phone].source) else {
            violations.append("silence")
            return
        }
        let cseq = answer.values("CSeq").first.flatMap { Int($0.split(separator: " ")[0]) } ?? 0
        if accepted.contains(packet.text) {
            repeated += 1
            let after = rig.edge.bindings(matching: nil, limit: 99)
            if before != after { violations.append("a copy of CSeq \(cseq) changed something") }
            // A nonce outlives its 300 s by the longest transaction, and what comes later still is no copy to us.
            let isKnown = now / 1000 - nonceTime(packet.text) < 332
            if cseq == answered[packet.phone], isKnown, answer.status != 200 {
                violations.append("a copy of CSeq \(cseq) was answered with \(answer.status)")
            }
        }
        if answer.status == 200 {
            accepted.insert(packet.text)
            answered[packet.phone] = max(answered[packet.phone], cseq)
        }
        channel.send(answer.text, phone: packet.phone, isRequest: false, at: now)
    }

    /// When the nonce of a request was made, in seconds since 1970 (Docs/decisions/0012).
    private func nonceTime(_ request: String) -> Int64 {
        guard let start = request.firstRange(of: "nonce=\"")?.upperBound else { return 0 }
        return Int64(request[start...].prefix(8), radix: 16) ?? 0
    }

    /// Whether every binding can be explained, and every one that is missing.
    mutating func check() {
        let live = rig.edge.bindings(matching: nil, limit: 99)
        for phone in phones {
            let own = live.filter { $0.contact == phone.contact }
            let known = phone.acknowledged
            if own.count > 1 { violations.append("\(phone.contact) is there twice") }
            if let binding = own.first {
                let maker = phone.attempts.first { $0.cseq == Int(binding.cseq) && $0.expires > 0 }
                guard let maker, maker.cseq >= known?.cseq ?? 0 else {
                    violations.append("\(phone.contact) came back with CSeq \(binding.cseq)")
                    continue
                }
                let ends = (maker.sentAt / 1000 + maker.expires) * 1000
                if binding.expiresAt < ends { violations.append("\(phone.contact) ends too soon") }
            } else if let known, known.expires > 0 {
                // Whatever was sent later may have ended it, acknowledged or not.
                let mayBeGone = phone.attempts.contains { attempt in
                    attempt.cseq >= known.cseq
                        && (attempt.expires == 0 || now / 1000 >= attempt.sentAt / 1000 + attempt.expires)
                }
                if !mayBeGone { violations.append("\(phone.contact) is lost") }
            }
        }
    }
}
