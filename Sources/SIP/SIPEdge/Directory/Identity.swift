import SIPEngine

/// A credential as the SIP side knows it.
struct Identity: Sendable {
    let id: Int64
    let account: Int64
    /// The change that created it; goes into the journal with its bindings.
    let created: Int64
    /// The composite name.
    let name: [UInt8]
    let realm: [UInt8]
    let secrets: DigestSecrets
    /// Where it stands in the directory.
    let slot: Int

    /// The canonical AOR: `name@realm`.
    var aor: String { String(decoding: name, as: UTF8.self) + "@" + String(decoding: realm, as: UTF8.self) }
}

/// A SIP domain as the SIP side knows it.
struct Realm: Sendable {
    let account: Int64
    /// The domain's own name.
    let name: [UInt8]
    /// The realm that users of the domain are challenged with.
    let realm: [UInt8]
}
