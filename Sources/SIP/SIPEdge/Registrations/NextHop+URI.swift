import SIPEngine
import SIPMessage

extension NextHop {
    /// Of a URI: its host, port, `transport` parameter and scheme.
    init?(uri text: [UInt8]) {
        let bytes = text.span
        guard let uri = SIPURI(bytes, ByteRange(0, text.count)) else { return nil }
        guard let host = Host(String(decoding: bytes.array(uri.bareHost(bytes)), as: UTF8.self)) else { return nil }
        var transport: Transport?
        if let value = parameter("transport", in: uri.parameters, bytes) {
            let name = String(decoding: bytes.array(value), as: UTF8.self).lowercased()
            transport = Transport.allCases.first { $0.name == name && !$0.isWebSocket }
            // One that we do not call by (SCTP, WebSocket).
            guard transport != nil else { return nil }
        }
        self.init(host: host, port: uri.port, transport: transport, isSecure: uri.scheme == .sips)
    }
}
