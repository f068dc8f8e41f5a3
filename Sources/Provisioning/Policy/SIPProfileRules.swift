/// A SIP profile as a caller described it; what was not said is `nil`.
package struct SIPProfileDraft: Sendable {
    /// The first label of the account's default SIP domain, which cannot be another one.
    package var domainLabel: String?
    package var ciphers: [MediaPolicy.Cipher]?
    package var codecs: [MediaPolicy.Codec]?
    package var requiresEncryption: Bool?
    package var sendAs: SendAs?
    package var outbound: SIPProfile.Outbound?
    /// What was wrong with it before it came here.
    package var faults: [Fault] = []

    package init() {}

    /// The profile with what the draft says.
    func applied(to profile: SIPProfile) -> SIPProfile {
        var changed = profile
        changed.ciphers = ciphers ?? changed.ciphers
        changed.codecs = codecs ?? changed.codecs
        changed.requiresEncryption = requiresEncryption ?? changed.requiresEncryption
        changed.sendAs = sendAs ?? changed.sendAs
        changed.outbound = outbound ?? changed.outbound
        return changed
    }
}
