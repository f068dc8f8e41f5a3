import TestSupport

/// A network that loses, doubles, delays and so reorders; what it does follows from its seed. Times in milliseconds.
struct LossyChannel {
    /// Something on its way.
    struct Packet {
        let phone: Int
        let text: String
        let isRequest: Bool
        let due: Int64
    }

    var loss = 0.25
    var doubling = 0.2
    var longestDelay: Int64 = 3000
    private(set) var lost = 0
    private(set) var doubled = 0
    private var packets: [Packet] = []
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// When the next packet arrives; `nil` while nothing is on its way.
    var next: Int64? { packets.map(\.due).min() }

    mutating func send(_ text: String, phone: Int, isRequest: Bool, at now: Int64) {
        let copies = Double.random(in: 0..<1, using: &random) < doubling ? 2 : 1
        doubled += copies - 1
        for _ in 0..<copies {
            guard Double.random(in: 0..<1, using: &random) >= loss else {
                lost += 1
                continue
            }
            let delay = Int64.random(in: 1...max(1, longestDelay), using: &random)
            packets.append(Packet(phone: phone, text: text, isRequest: isRequest, due: now + delay))
        }
    }

    /// Takes out what has arrived, in the order of arrival.
    mutating func arrived(by now: Int64) -> [Packet] {
        let arrived = packets.filter { $0.due <= now }.sorted { $0.due < $1.due }
        packets.removeAll { $0.due <= now }
        return arrived
    }
}
