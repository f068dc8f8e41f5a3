import DialectKit
import Provisioning

/// The SIP profile of a project.
enum ProfileWire {
    /// In the order of the vendor's page.
    static let attributes = [
        "domain_identifier", "default_codecs", "default_ciphers", "default_encryption", "default_send_as",
        "default_outbound_policy",
    ]

    /// Null is what a profile has that nobody changed.
    static func draft(_ object: JSONObject) -> SIPProfileDraft {
        var reader = FieldReader(object)
        var draft = SIPProfileDraft()
        draft.domainLabel = reader.text("domain_identifier", "domainLabel")
        draft.codecs = reader.choices(
            "default_codecs", "defaultCodecs", null: MediaPolicy.Codec.standard, among: codecs, takesCommas: true)
        draft.ciphers = reader.choices(
            "default_ciphers", "defaultCiphers", null: MediaPolicy.Cipher.allCases, among: MediaPolicy.Cipher.allCases)
        let encryption = reader.choice(
            "default_encryption", "defaultEncryption", null: MediaPolicy.Encryption.optional,
            among: [.required, .optional])
        draft.requiresEncryption = encryption.map { $0 == .required }
        draft.sendAs = reader.sendAs("default_send_as", "defaultSendAs")
        draft.outbound = reader.choice(
            "default_outbound_policy", "defaultOutboundPolicy", null: .passthrough, among: SIPProfile.Outbound.allCases)
        draft.faults = reader.faults
        return draft
    }

    static func json(_ profile: SIPProfile, domain: SIPDomain?) -> JSON {
        [
            "domain": .string(domain?.name ?? ""),
            "domain_identifier": .string(domain?.firstLabel ?? ""),
            "default_codecs": .array(profile.codecs.filter(codecs.contains).map { .string($0.rawValue) }),
            "default_ciphers": .array(profile.ciphers.map { .string($0.rawValue) }),
            "default_encryption": profile.requiresEncryption ? "required" : "optional",
            "default_send_as": .string(profile.sendAs.text),
            "default_outbound_policy": .string((profile.outbound ?? .passthrough).rawValue),
        ]
    }

    /// Those that the vendor's page of the profile knows.
    private static let codecs: [MediaPolicy.Codec] = [.opus, .g722, .pcmu, .pcma, .vp8, .h264]
}
