import SIPEngine
import TestSupport
import Testing

/// The registrar against a dictionary, under a sequence of requests that are lost, doubled and reordered.
@Suite struct RegistrarModelTests {
    private static let limit = 4

    /// What a dictionary makes of the same requests: by contact, with the oldest dropped over the limit.
    private struct Model {
        struct Entry {
            var expiresAt: UInt32
            var registeredAt: UInt32
            var callID: String
            var cseq: Int
            var branch: String
            /// The order in which entries were made.
            var order: Int
        }

        var entries: [String: Entry] = [:]
        var made = 0

        mutating func apply(_ step: Step, now: UInt32) -> String {
            entries = entries.filter { $0.value.expiresAt > now }
            guard let contact = step.contact else { return removeAll(step) }
            if let known = entries[contact], known.callID == step.callID, step.cseq <= known.cseq {
                return known.cseq == step.cseq && known.branch == step.branch ? "unchanged" : "out of order"
            }
            if step.expires == 0 { return entries.removeValue(forKey: contact) == nil ? "unchanged" : "changed" }
            made += 1
            entries[contact] = Entry(
                expiresAt: now + step.expires, registeredAt: now, callID: step.callID, cseq: step.cseq,
                branch: step.branch, order: made)
            if entries.count > RegistrarModelTests.limit {
                let others = entries.filter { $0.key != contact }
                let oldest = others.min {
                    ($0.value.registeredAt, $0.value.order) < ($1.value.registeredAt, $1.value.order)
                }
                if let oldest { entries[oldest.key] = nil }
            }
            return "changed"
        }

        private mutating func removeAll(_ step: Step) -> String {
            if entries.isEmpty { return "unchanged" }
            if entries.values.contains(where: { $0.callID == step.callID && step.cseq <= $0.cseq }) {
                return "out of order"
            }
            entries = [:]
            return "changed"
        }
    }

    private struct Step {
        let callID: String
        let cseq: Int
        let branch: String
        /// `nil` is `*`.
        let contact: String?
        let expires: UInt32

        var request: Register {
            Register(
                callID: callID, cseq: cseq, branch: branch, contacts: [contact.map { "<\($0)>" } ?? "*"],
                headers: ["Expires: \(expires)"])
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func tenThousandSteps(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let registrar = Registrar(policy: RegistrarPolicy(maximumContacts: Self.limit))
        var set = BindingSet()
        var model = Model()
        var now: UInt32 = 1000
        var sequences: [Int: Int] = [:]
        var inFlight: [Step] = []
        var seen: [String: Int] = [:]
        for _ in 0..<10_000 {
            inFlight.append(next(&sequences, &random))
            // What is in flight arrives in any order, some of it twice, some never.
            guard Int.random(in: 0..<8, using: &random) > 0 || inFlight.count > 12 else { continue }
            let place = Int.random(in: 0..<inFlight.count, using: &random)
            let step = inFlight[place]
            if Int.random(in: 0..<4, using: &random) > 0 { inFlight.remove(at: place) }
            if Int.random(in: 0..<10, using: &random) == 0 { continue }
            now += UInt32.random(in: 0..<20, using: &random)

            let expected = model.apply(step, now: now)
            let outcome = name(try registrar.apply(step.request, at: now, to: &set))
            #expect(outcome == expected)
            seen[outcome, default: 0] += 1
            try check(set, against: model, now: now)
        }
        #expect(seen.keys.sorted() == ["changed", "out of order", "unchanged"])
        #expect(seen.values.allSatisfy { $0 > 100 }, "\(seen)")
    }

    private func next(_ sequences: inout [Int: Int], _ random: inout SeededRandom) -> Step {
        let phone = Int.random(in: 0..<3, using: &random)
        sequences[phone, default: 0] += 1
        let cseq = sequences[phone, default: 0]
        let isStar = Int.random(in: 0..<40, using: &random) == 0
        let isRemoval = isStar || Int.random(in: 0..<6, using: &random) == 0
        return Step(
            callID: "phone-\(phone)", cseq: cseq, branch: "z9hG4bK\(phone)-\(cseq)",
            contact: isStar ? nil : "sip:a\(Int.random(in: 0..<6, using: &random))@192.0.2.1",
            expires: isRemoval ? 0 : UInt32.random(in: 60..<400, using: &random))
    }

    private func name(_ outcome: Registrar.Outcome) -> String {
        switch outcome {
        case .unchanged: "unchanged"
        case .changed: "changed"
        case .refused(.outOfOrder): "out of order"
        case .refused(let refusal): refusal.reason
        }
    }

    private func check(_ set: BindingSet, against model: Model, now: UInt32) throws {
        var live: [String: UInt32] = [:]
        var count = 0
        set.forEach { binding in
            guard binding.expiresAt > now else { return }
            count += 1
            live[binding.string(binding.contact)] = binding.expiresAt
        }
        #expect(count == live.count, "never two bindings for one contact")
        #expect(count <= Self.limit)
        #expect(live == model.entries.mapValues(\.expiresAt))
    }
}
