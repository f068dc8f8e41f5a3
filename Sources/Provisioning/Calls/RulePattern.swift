/// A regular expression that a whole text is matched against in time that grows with both lengths and nothing else, since
/// tenants write it and every call of theirs runs it.
///
/// Letters, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `*`, `+`, `?`, `{n,m}`, `^` and `$`; nothing that looks
/// back or ahead.
package struct RulePattern: Sendable {
    private let program: [Instruction]

    fileprivate enum Instruction: Sendable {
        case one(Scalars)
        case split(Int, Int)
        case jump(Int)
        case start, end
        case match
    }

    fileprivate struct Scalars: Sendable {
        var ranges: [ClosedRange<UInt32>] = []
        var isNegated = false

        func holds(_ scalar: Unicode.Scalar) -> Bool {
            ranges.contains { $0.contains(scalar.value) } != isNegated
        }
    }

    /// `nil` for what is no such expression, or is too large.
    package init?(_ text: String) {
        guard text.utf8.count < 65_536 else { return nil }
        var parser = Parser(text)
        guard let node = parser.alternatives(), parser.isAtEnd else { return nil }
        var writer = Writer()
        guard writer.write(node) else { return nil }
        program = writer.program + [.match]
    }

    /// Whether the whole text is one that the expression describes.
    package func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var current = Threads(program.count)
        follow(0, into: &current, at: 0, of: scalars.count)
        for (index, scalar) in scalars.enumerated() {
            var next = Threads(program.count)
            for place in current.places {
                guard case .one(let set) = program[place], set.holds(scalar) else { continue }
                follow(place + 1, into: &next, at: index + 1, of: scalars.count)
            }
            current = next
        }
        return current.places.contains { if case .match = program[$0] { true } else { false } }
    }

    /// Places in the program that a text may have come to, each once.
    private struct Threads {
        var places: [Int] = []
        var isKnown: [Bool]

        init(_ count: Int) { isKnown = Array(repeating: false, count: count) }
    }

    private func follow(_ place: Int, into threads: inout Threads, at index: Int, of count: Int) {
        var waiting = [place]
        while let place = waiting.popLast() {
            guard !threads.isKnown[place] else { continue }
            threads.isKnown[place] = true
            switch program[place] {
            case .one, .match: threads.places.append(place)
            case .jump(let target): waiting.append(target)
            case .split(let first, let second): waiting += [second, first]
            case .start: if index == 0 { waiting.append(place + 1) }
            case .end: if index == count { waiting.append(place + 1) }
            }
        }
    }
}

// MARK: - Reading

extension RulePattern {
    fileprivate indirect enum Node {
        case set(Scalars)
        case start, end
        case sequence([Node])
        case either([Node])
        case many(Node, least: Int, most: Int?)
    }

    fileprivate struct Parser {
        private var rest: Substring.UnicodeScalarView
        private var depth = 0

        init(_ text: String) { rest = Substring(text).unicodeScalars }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func alternatives() -> Node? {
            var found: [Node] = []
            repeat {
                guard let one = sequence() else { return nil }
                found.append(one)
            } while take("|")
            return found.count == 1 ? found[0] : .either(found)
        }

        private mutating func sequence() -> Node? {
            var parts: [Node] = []
            while let next = rest.first, next != "|", next != ")" {
                guard let atom = atom(), let repeated = repeated(atom) else { return nil }
                parts.append(repeated)
            }
            return .sequence(parts)
        }

        private mutating func atom() -> Node? {
            guard let next = rest.popFirst() else { return nil }
            switch next {
            case "(":
                guard depth < 32 else { return nil }
                depth += 1
                defer { depth -= 1 }
                if take("?") { guard take(":") else { return nil } }
                guard let inner = alternatives(), take(")") else { return nil }
                return inner
            case "[": return self.class().map(Node.set)
            case ".": return .set(Scalars(isNegated: true))
            case "^": return .start
            case "$": return .end
            case "\\": return escape().map(Node.set)
            case "*", "+", "?", "{": return nil
            default: return .set(Scalars(ranges: [next.value...next.value]))
            }
        }

        /// The atom as often as what stands behind it says; one such word an atom.
        private mutating func repeated(_ atom: Node) -> Node? {
            let node: Node
            if take("*") {
                node = .many(atom, least: 0, most: nil)
            } else if take("+") {
                node = .many(atom, least: 1, most: nil)
            } else if take("?") {
                node = .many(atom, least: 0, most: 1)
            } else if take("{") {
                guard let (least, most) = bounds() else { return nil }
                node = .many(atom, least: least, most: most)
            } else {
                return atom
            }
            // Whether as few or as many as can be are taken makes no difference to a whole match.
            _ = take("?") || take("+")
            return node
        }

        /// What stands behind `{`.
        private mutating func bounds() -> (Int, Int?)? {
            guard let least = number() else { return nil }
            if take("}") { return (least, least) }
            guard take(",") else { return nil }
            if take("}") { return (least, nil) }
            guard let most = number(), take("}"), least <= most else { return nil }
            return (least, most)
        }

        private mutating func number() -> Int? {
            var digits = ""
            while let next = rest.first, ("0"..."9").contains(next), digits.count < 4 {
                digits.unicodeScalars.append(next)
                rest.removeFirst()
            }
            return Int(digits).flatMap { $0 <= 1000 ? $0 : nil }
        }

        /// What stands behind `[`.
        private mutating func `class`() -> Scalars? {
            var set = Scalars(isNegated: take("^"))
            var isFirst = true
            while let next = rest.popFirst() {
                if next == "]", !isFirst { return set }
                isFirst = false
                var low = next.value
                if next == "\\" {
                    guard let escaped = escape(), !escaped.isNegated else { return nil }
                    guard escaped.ranges.count == 1, escaped.ranges[0].count == 1 else {
                        set.ranges += escaped.ranges
                        continue
                    }
                    low = escaped.ranges[0].lowerBound
                }
                var ahead = rest
                guard ahead.popFirst() == "-", let high = ahead.first, high != "]" else {
                    set.ranges.append(low...low)
                    continue
                }
                rest = ahead.dropFirst()
                guard high != "\\", low <= high.value else { return nil }
                set.ranges.append(low...high.value)
            }
            return nil
        }

        /// What stands behind a backslash.
        private mutating func escape() -> Scalars? {
            guard let next = rest.popFirst() else { return nil }
            let digits: [ClosedRange<UInt32>] = [0x30...0x39]
            let letters: [ClosedRange<UInt32>] = [0x41...0x5a, 0x5f...0x5f, 0x61...0x7a]
            let blanks: [ClosedRange<UInt32>] = [0x09...0x0d, 0x20...0x20]
            switch next {
            case "d": return Scalars(ranges: digits)
            case "D": return Scalars(ranges: digits, isNegated: true)
            case "w": return Scalars(ranges: digits + letters)
            case "W": return Scalars(ranges: digits + letters, isNegated: true)
            case "s": return Scalars(ranges: blanks)
            case "S": return Scalars(ranges: blanks, isNegated: true)
            case "0"..."9", "a"..."z", "A"..."Z": return nil
            default: return Scalars(ranges: [next.value...next.value])
            }
        }

        private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard rest.first == scalar else { return false }
            rest.removeFirst()
            return true
        }
    }
}

// MARK: - Writing

extension RulePattern {
    /// Makes the program; small as an expression may be, what it repeats may not be.
    fileprivate struct Writer {
        private(set) var program: [Instruction] = []
        private var left = 4096

        /// `false` where the expression comes to too much.
        mutating func write(_ node: Node) -> Bool {
            left -= 1
            guard left > 0 else { return false }
            switch node {
            case .set(let set): program.append(.one(set))
            case .start: program.append(.start)
            case .end: program.append(.end)
            case .sequence(let nodes): for node in nodes { guard write(node) else { return false } }
            case .either(let nodes): return write(either: nodes)
            case .many(let node, let least, let most): return write(node, least: least, most: most)
            }
            return true
        }

        private mutating func write(_ node: Node, least: Int, most: Int?) -> Bool {
            for _ in 0..<least { guard write(node) else { return false } }
            guard let most else {
                let split = hole()
                guard write(node) else { return false }
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
                return true
            }
            var splits: [Int] = []
            for _ in least..<max(least, most) {
                splits.append(hole())
                guard write(node) else { return false }
            }
            for split in splits { program[split] = .split(split + 1, program.count) }
            return true
        }

        private mutating func write(either nodes: [Node]) -> Bool {
            var jumps: [Int] = []
            for node in nodes.dropLast() {
                let split = hole()
                guard write(node) else { return false }
                jumps.append(hole())
                program[split] = .split(split + 1, program.count)
            }
            guard let last = nodes.last, write(last) else { return false }
            for jump in jumps { program[jump] = .jump(program.count) }
            return true
        }

        /// A place that is filled in once it is known what stands behind.
        private mutating func hole() -> Int {
            program.append(.match)
            return program.count - 1
        }
    }
}
