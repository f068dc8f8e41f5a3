import Provisioning
import SIPEngine

extension RegistrationSettings {
    /// What a provisioned registration says; nil where a message cannot hold it. The password stays sealed until a
    /// challenge is answered.
    static func make(_ registration: OutboundRegistration, contact: UInt64, password: SealedPassword)
        -> RegistrationSettings?
    {
        let details = registration.details
        let user = details.authenticationUser ?? details.userName
        var draft = Draft(
            registrar: "sip:\(details.proxy)",
            addressOfRecord: "sip:\(SIPURIText.escaped(details.userName))@\(host(of: details.proxy))",
            contactUser: ContactUsers.text(contact), authenticationUser: user)
        draft.outboundProxy = details.outboundProxy.map { "sip:\($0)" }
        draft.secretVersion = password.version
        let name = Array(user.utf8)
        return RegistrationSettings(draft) { algorithm, realm in
            guard let password = password.open() else { return nil }
            return digestHA1(
                algorithm, user: name.span, realm: realm.span, password: Array(password.reveal().utf8).span)
        }
    }

    /// The host alone: an address of record has no port.
    private static func host(of proxy: String) -> Substring {
        if let end = proxy.firstIndex(of: "]") { return proxy[...end] }
        return proxy.prefix { $0 != ":" }
    }
}

/// A password as the store keeps it, and what opens it.
struct SealedPassword: Sendable {
    let bytes: [UInt8]
    let seal: Seal?
    let place: Seal.Context

    func open() -> Secret<String>? { seal?.open(bytes, bound: place) }

    /// Every sealing has a nonce of its own, so that two differ from the start.
    var version: UInt64 { bytes.prefix(24).reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }
}
