import DialectKit
import Hummingbird
import Provisioning

/// `products/origination/settings` and `products/termination/settings` of a SIP peer.
enum VoiceOperations {
    static let routes = [VoiceWire.origination, .termination].flatMap { wire in
        let path = "accounts/*/sites/*/sippeers/*/products/\(wire.segment)/settings"
        return [
            Route(
                .get, path,
                Operation(wire.response) { exchange throws(ProvisioningError) in
                    try await get(exchange, wire)
                }),
            Route(
                .post, path,
                Operation(VoiceWire.refusal) { exchange throws(ProvisioningError) in
                    wire.answer(try await set(exchange, wire), .created)
                }),
            Route(
                .put, path,
                Operation(VoiceWire.refusal) { exchange throws(ProvisioningError) in
                    _ = try await set(exchange, wire)
                    return Response(status: .ok)
                }),
        ]
    }

    private static func get(_ exchange: Exchange, _ wire: VoiceWire) async throws(ProvisioningError) -> Response {
        let (site, peer) = try exchange.place
        let trunk = try await exchange.useCases.trunks.get(peer, in: site, by: exchange.caller)
        return wire.answer(wire.direction == .origination ? trunk.voice.origination : trunk.voice.termination, .ok)
    }

    private static func set(_ exchange: Exchange, _ wire: VoiceWire) async throws(ProvisioningError) -> VoiceSettings {
        let settings = try VoiceWire.settings(exchange.document(wire.element))
        let (site, peer) = try exchange.place
        try await exchange.useCases.trunks.setVoice(
            settings, for: wire.direction, of: peer, in: site, by: exchange.caller)
        return settings
    }
}
