/// All targets of a next hop, from which each request draws its own order (RFC 2782 weights).
package struct TargetChoices: Sendable, Hashable {
    /// Hosts that were found, with what SRV says about them; the same priority and weight where there was no SRV.
    struct Choice: Sendable, Hashable {
        let priority: UInt16
        let weight: UInt16
        let port: UInt16
        let addresses: [DNSRecord]
    }

    /// By priority.
    let choices: [Choice]
    let transport: Transport
    let serverName: String

    /// Targets that are tried for one request.
    package static let limit = 16

    init(_ choices: [Choice], transport: Transport, serverName: String) {
        self.choices = choices.sorted { $0.priority < $1.priority }
        self.transport = transport
        self.serverName = serverName
    }

    /// Where there is no choice.
    package var only: Target? {
        var random = SystemRandomNumberGenerator()
        return choices.count == 1 && choices[0].addresses.count == 1 ? ordered(using: &random).first : nil
    }

    /// The targets, the first to be tried first: by priority, among equals by chance and weight, and a host's IPv6
    /// addresses before its IPv4 ones.
    package func ordered(using random: inout some RandomNumberGenerator) -> [Target] {
        var targets: [Target] = []
        var rest = choices[...]
        while let priority = rest.first?.priority, targets.count < Self.limit {
            let equals = rest.prefix { $0.priority == priority }
            rest = rest.dropFirst(equals.count)
            for choice in Self.drawn(Array(equals), using: &random) {
                append(choice, to: &targets, using: &random)
            }
        }
        return Array(targets.prefix(Self.limit))
    }

    private func append(
        _ choice: Choice, to targets: inout [Target], using random: inout some RandomNumberGenerator
    ) {
        let found = choice.addresses.shuffled(using: &random).compactMap { record -> SourceAddress? in
            guard case .address(let high, let low) = record else { return nil }
            return SourceAddress(high: high, low: low, port: choice.port, transport: transport)
        }
        for address in found.filter({ !$0.isIPv4 }) + found.filter(\.isIPv4) {
            let target = Target(address: address, serverName: serverName)
            if !targets.contains(target) { targets.append(target) }
        }
    }

    /// Draws one after the other with a chance that is its weight's share; those without weight come first into the
    /// running sum, so that they have a small one.
    private static func drawn(
        _ choices: [Choice], using random: inout some RandomNumberGenerator
    ) -> [Choice] {
        var left = choices.filter { $0.weight == 0 } + choices.filter { $0.weight > 0 }
        guard left.count > 1 else { return left }
        var drawn: [Choice] = []
        while !left.isEmpty {
            let total = left.reduce(0) { $0 + Int($1.weight) }
            guard total > 0 else { return drawn + left.shuffled(using: &random) }
            // The 0 is there for those without weight; where all have one, it would favour the first.
            let point = Int.random(in: (left[0].weight == 0 ? 0 : 1)...total, using: &random)
            var sum = 0
            let index = left.firstIndex { choice in
                sum += Int(choice.weight)
                return sum >= point
            }
            drawn.append(left.remove(at: index ?? 0))
        }
        return drawn
    }
}
