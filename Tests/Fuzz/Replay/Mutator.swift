import TestSupport

/// Makes inputs up from a corpus: the same seed and number make the same input.
struct Mutator {
    private static let longest = 4096
    private let corpus: [[UInt8]]
    private let tokens: [[UInt8]]

    init(target: FuzzTarget, corpus: [[UInt8]]) {
        self.corpus = corpus
        tokens = target.tokens.map { Array($0.utf8) }
    }

    func input(_ number: UInt64, seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed: seed &+ number &* 0x9E37_79B9_7F4A_7C15)
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes, &random) }
        return Array(bytes.prefix(Self.longest))
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...32, using: &random))
        switch Int.random(in: 0..<9, using: &random) {
        case 0: bytes.insert(.random(in: 0...255, using: &random), at: place)
        case 1: bytes.replaceSubrange(place..<min(place + 1, bytes.count), with: [.random(in: 0...255, using: &random)])
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
        case 4: bytes.removeSubrange(place...)
        case 5:
            let other = corpus.randomElement(using: &random) ?? []
            bytes.replaceSubrange(place..., with: other.suffix(Int.random(in: 0...other.count, using: &random)))
        case 6: bytes.insert(contentsOf: repeatElement(bytes.last ?? 0, count: end - place), at: place)
        default: bytes.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: place)
        }
    }
}
