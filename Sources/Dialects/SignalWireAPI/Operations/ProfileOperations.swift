import DialectKit
import Hummingbird
import Provisioning

/// `/api/relay/rest/sip_profile`: what endpoints that say nothing have.
enum ProfileOperations {
    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let domains = try await exchange.useCases.domains.list(of: exchange.token.account)
        let domain = domains.first(where: \.isDefault)?.name ?? ""
        let codecs: [MediaPolicy.Codec] = [.opus, .g722, .pcmu, .pcma, .vp8, .h264]
        let profile: JSON = [
            "domain": .string(domain),
            "domain_identifier": .string(String(domain.prefix { $0 != "." })),
            "default_codecs": .array(codecs.map { .string($0.rawValue) }),
            "default_ciphers": .array(MediaPolicy.Cipher.allCases.map { .string($0.rawValue) }),
            "default_encryption": "optional",
            "default_send_as": "random",
        ]
        return profile.response(.ok)
    }
}
