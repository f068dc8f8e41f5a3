import Provisioning
package import SIPEngine

extension NextHop {
    init?(_ target: CarrierTarget) {
        guard let host = Host(target.host) else { return nil }
        self.init(host: host, port: target.port, transport: target.transport.map(Transport.init), isSecure: false)
    }
}

extension NextHop.Host {
    /// From a numeric address without brackets, or a name; nil for anything else.
    package init?(_ text: String) {
        if let address = IPAddress(text) {
            self = .address(high: address.high, low: address.low)
        } else if let name = DNSName(text) {
            self = .name(name)
        } else {
            return nil
        }
    }
}
