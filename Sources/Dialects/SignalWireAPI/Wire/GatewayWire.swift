import DialectKit
import Provisioning

/// SIP gateways.
enum GatewayWire {
    /// In the order of the vendor's page.
    static let attributes = ["name", "uri", "encryption", "ciphers", "codecs"]

    /// - Parameter isNew: the vendor's page requires every attribute of a new gateway.
    static func draft(_ object: JSONObject, isNew: Bool) -> CallResourceDraft {
        var reader = FieldReader(object)
        var draft = CallResourceDraft()
        draft.name = reader.text("name", "name", null: "")
        draft.target = reader.text("uri", "target", null: "")
        draft.encryption = reader.choice(
            "encryption", "encryption", null: .default, among: MediaPolicy.Encryption.allCases)
        draft.ciphers = reader.choices(
            "ciphers", "ciphers", null: MediaPolicy.Cipher.allCases, among: MediaPolicy.Cipher.allCases)
        draft.codecs = reader.choices(
            "codecs", "codecs", null: MediaPolicy.Codec.standard, among: MediaPolicy.Codec.allCases, takesCommas: true)
        if isNew {
            for name in ["encryption", "ciphers", "codecs"] where object[name] == nil {
                reader.refuse(.elementRequired, name, name)
            }
        }
        draft.faults = reader.faults
        return draft
    }
}
