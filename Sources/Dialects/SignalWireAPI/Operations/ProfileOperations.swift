import DialectKit
import Hummingbird
import Provisioning

/// `/api/relay/rest/sip_profile`: what endpoints that say nothing have.
enum ProfileOperations {
    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        ProfileWire.json(try await exchange.profile(), domain: try await domain(exchange)).response(.ok)
    }

    /// 201, as the vendor's description has it. What the body does not name stays.
    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = ProfileWire.draft(try exchange.object())
        let profile = try await exchange.useCases.sipProfiles.update(with: draft, by: exchange.caller)
        return ProfileWire.json(profile, domain: try await domain(exchange)).response(.created)
    }

    private static func domain(_ exchange: Exchange) async throws(ProvisioningError) -> SIPDomain? {
        try await exchange.useCases.domains.list(of: exchange.token.account).first(where: \.isDefault)
    }
}
