import Provisioning
package import SIPEngine

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
