/// Whom calls are sent to as far as that is provisioned: what can be up or down.
extension Trunk {
    /// Voice hosts and the final destination, where SIP has the trunk's calls.
    package var destinations: [CarrierTarget] {
        guard voice.origination == .sip else { return [] }
        var destinations = (details.voiceHosts + details.voiceHostGroups.joined()).map(\.target)
        if case .hop(_, let target)? = details.finalDestination?.place { destinations.append(target) }
        return destinations
    }
}

extension Carrier {
    /// Its proxy, or each of its hosts; none of a carrier that routing passes over.
    package var destinations: [CarrierTarget] {
        guard details.unroutable == nil else { return [] }
        return details.proxy.targets.first.map { [$0] } ?? details.destination.targets
    }
}

extension CallResource {
    package var destinations: [CarrierTarget] { CallHop(details.target.text).map { [$0.next] } ?? [] }
}

extension HostAndPort {
    package var target: CarrierTarget { CarrierTarget(host: host.text, port: port) }
}
