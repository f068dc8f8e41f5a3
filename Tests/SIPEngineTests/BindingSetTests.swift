import TestSupport
import Testing

@testable import SIPEngine

@Suite struct BindingSetTests {
    private func made(_ contacts: Int) throws -> BindingSet {
        let registrar = Registrar(policy: RegistrarPolicy())
        var set = BindingSet()
        let request = Register(
            contacts: (0..<contacts).map { "<sip:a\($0)@192.0.2.1>;q=0.5;+sip.instance=\"<urn:x:\($0)>\";reg-id=1" },
            headers: ["Path: <sip:p.test;lr>", "User-Agent: Test/1.0"])
        _ = try registrar.apply(request, at: 1000, to: &set)
        return set
    }

    @Test func roundTrip() throws {
        for count in 0...5 {
            let set = try made(count)
            #expect(set.count == count)
            let again = try #require(BindingSet(checking: set.bytes))
            #expect(again == set)
            #expect(again.contacts == set.contacts)
        }
    }

    /// A NAT in front of a phone lets in what comes from the listener that it registered at.
    @Test(arguments: [0, 1, 2, 15] as [UInt8]) func theListenerThatHeardItIsKept(number: UInt8) throws {
        var source = SourceAddress.test(1)
        source.listener = number
        var set = BindingSet()
        _ = try Registrar(policy: RegistrarPolicy()).apply(
            Register(contacts: ["<sip:a@192.0.2.1>"]), from: source, at: 1000, to: &set)
        var offset = 0
        let again = try #require(BindingSet(checking: set.bytes))
        let binding = try #require(again.binding(at: &offset))
        #expect(binding.source == source && binding.source.listener == number)
    }

    @Test func bindingsMoveBetweenSets() throws {
        let set = try made(3)
        var copy = BindingSet()
        set.forEach { copy.append($0) }
        #expect(copy == set)
        var offset = 0
        _ = set.binding(at: &offset)
        let second = try #require(set.binding(at: &offset))
        copy.remove(second)
        #expect(copy.uris == ["sip:a0@192.0.2.1", "sip:a2@192.0.2.1"])
    }

    @Test func cutBytesAreNoSet() throws {
        let one = try made(1).bytes
        let set = try made(3)
        let ends = [0, one.count, one.count * 2, one.count * 3]
        for count in 0...set.bytes.count {
            #expect((BindingSet(checking: set.bytes.prefix(count)) != nil) == ends.contains(count), "\(count) bytes")
        }
        #expect(BindingSet(checking: set.bytes + [0]) == nil)
    }

    /// Whatever the bytes, they are refused or can be read to the end.
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func corruptedBytesNeverTrap(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let sound = try made(3).bytes
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(truncatingIfNeeded: random.next())
            }
            if read(bytes) { accepted += 1 }
        }
        #expect(accepted > 0 && accepted < 20_000)
    }

    @Test(arguments: [5, 6] as [UInt64]) func randomBytesNeverTrap(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...200, using: &random)
            _ = read((0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() & random.next()) })
        }
    }

    /// Reads all there is; whether the bytes are a set.
    private func read(_ bytes: [UInt8]) -> Bool {
        guard let set = BindingSet(checking: bytes) else { return false }
        var total = 0
        set.forEach { binding in
            total += binding.end - binding.offset
            for text in [binding.contact, binding.callID, binding.instance, binding.path, binding.userAgent] {
                total += binding.string(text).count * 0 + binding.bytes(text).count * 0
            }
            _ = (binding.source.text, binding.q, binding.regID, binding.cseq, binding.branch)
        }
        return total == bytes.count
    }
}
