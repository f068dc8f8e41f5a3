import SIPMessage

/// The bindings of an AOR while a REGISTER is applied: first those it did not touch, then those it made.
struct BindingUpdate {
    private(set) var result = BindingSet()
    var summary = Registrar.Summary()
    /// How many of the result's bindings the request made; they stand last.
    private(set) var made = 0

    /// Starts with every binding that is not expired.
    init(of set: BindingSet, now: UInt32) {
        if set.earliestExpiry.map({ $0 > now }) ?? true {
            result = set
        } else {
            set.forEach { if $0.expiresAt > now { result.append($0) } }
        }
    }

    /// Takes the binding of that contact out of the result, if there is one, and says whether this request made it.
    ///
    /// A contact with an instance and a `reg-id` is the same when both are (RFC 5626 section 6); else when its URI is
    /// equivalent (RFC 3261 section 19.1.4).
    mutating func take(_ contact: ContactFields, _ bytes: Span<UInt8>) -> (Binding, isOwn: Bool)? {
        var offset = 0
        var position = 0
        while let binding = result.binding(at: &offset) {
            if binding.isSame(as: contact, bytes) {
                let isOwn = position >= result.count - made
                if isOwn { made -= 1 }
                result.remove(binding)
                return (binding, isOwn)
            }
            position += 1
        }
        return nil
    }

    /// Adds a binding that the request makes.
    mutating func add(_ head: Binding.Head, _ texts: Binding.Texts, from bytes: Span<UInt8>) {
        result.append(head, texts, from: bytes)
        made += 1
    }

    /// Drops bindings that the request did not make: first those of an instance that it did, then the oldest.
    mutating func dropOldest(keeping limit: Int) {
        let instances = result.instances(from: result.count - made)
        while result.count > limit {
            var victim: Binding?
            var offset = 0
            for _ in 0..<result.count - made {
                guard let binding = result.binding(at: &offset) else { break }
                if instances.contains(Array(binding.bytes(binding.instance))) {
                    victim = binding
                    break
                }
                if binding.registeredAt < victim?.registeredAt ?? .max { victim = binding }
            }
            guard let victim else { return }
            result.remove(victim)
            summary.removed += 1
        }
    }
}

extension BindingSet {
    /// The binding at an offset, which is moved behind it; `nil` at the end.
    func binding(at offset: inout Int) -> Binding? {
        guard offset < bytes.count else { return nil }
        let binding = Binding(bytes, at: offset)
        offset = binding.end
        return binding
    }

    /// The instances of the bindings from that position on.
    fileprivate func instances(from position: Int) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var index = 0
        forEach { binding in
            if index >= position, !binding.instance.isEmpty { found.append(Array(binding.bytes(binding.instance))) }
            index += 1
        }
        return found
    }
}

extension Binding {
    /// Whether a text of the binding is the same bytes as a part of a message.
    func holds(_ text: Range<Int>, equalTo bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
        guard text.count == Int(range.count) else { return false }
        for index in 0..<text.count where storage[text.lowerBound + index] != bytes[Int(range.start) + index] {
            return false
        }
        return true
    }

    fileprivate func isSame(as contact: ContactFields, _ bytes: Span<UInt8>) -> Bool {
        if !instance.isEmpty, !contact.instance.isEmpty, regID > 0, let wanted = contact.regID {
            return wanted == regID && holds(instance, equalTo: bytes, contact.instance)
        }
        if holds(self.contact, equalTo: bytes, contact.uri) { return true }
        // A range of the message kind reaches 65,535 bytes, the set may be longer: only the text itself is looked at.
        let own = storage.span.extracting(self.contact)
        guard let left = SIPURI(own, ByteRange(0, own.count)), let right = SIPURI(bytes, contact.uri) else {
            return false
        }
        return left.isEquivalent(own, to: right, bytes)
    }
}
