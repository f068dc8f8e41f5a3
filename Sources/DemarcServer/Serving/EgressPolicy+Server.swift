import NIOCore
import Provisioning

extension EgressPolicy {
    /// What the operator allows, and every address that this server listens on.
    init(_ settings: ServerSettings) {
        let addresses =
            settings.vendorListen + settings.vendorTLS.listen + [settings.operatorListen]
            + settings.sip.listen.map(\.address)
        let advertised = settings.sip.listen.flatMap { listen -> [Listener] in
            guard let host = listen.advertisedHost.flatMap({ IPAddress($0) }) else { return [] }
            return [Listener(address: host, port: UInt16(clamping: listen.advertisedPort ?? listen.address.port))]
        }
        self.init(
            allowed: settings.egressAllow, listeners: addresses.map(Listener.init) + advertised,
            machine: Self.machineAddresses)
    }

    private static var machineAddresses: [IPAddress] {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { $0.address?.ipAddress.flatMap { IPAddress($0.prefix { $0 != "%" }) } }
    }
}

extension EgressPolicy.Listener {
    /// A name is taken for all addresses, since it may become any of them.
    fileprivate init(_ address: ListenAddress) {
        self.init(address: IPAddress(address.host), port: UInt16(clamping: address.port))
    }
}
