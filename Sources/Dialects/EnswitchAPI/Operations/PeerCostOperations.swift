import DialectKit
import Provisioning

/// `peers/costs/...`: what calls cost at a carrier.
enum PeerCostOperations {
    static let functions: EnswitchAPI.Functions = [
        ("peers/costs/create", Operation(.system, create)), ("peers/costs/get", Operation(.system, get)),
        ("peers/costs/list", Operation(.system, list)), ("peers/costs/delete", Operation(.system, delete)),
    ]

    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        var (details, faults) = PeerCostWire.draft(exchange.form)
        let onlyChecks = exchange.onlyChecks(&faults)
        let cost = try await exchange.useCases.carrierCosts.create(
            details, faults: faults, onlyChecks: onlyChecks, by: exchange.caller)
        return cost == nil ? .validated : .done
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        .data(PeerCostWire.row(try await exchange.useCases.carrierCosts.get(exchange.id(), by: exchange.caller)))
    }

    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        let window = try ListWindow(exchange.form, sortedBy: ["allow", "media", "prefix"])
        let costs = try await exchange.useCases.carrierCosts.list(of: exchange.id("peer"), by: exchange.caller)
        let form = exchange.form
        let prefixes = [form["called_prefix"], form["prefix"]].compactMap(\.self)
        let media = form["media"] ?? ""
        let wanted = costs.filter { cost in
            prefixes.allSatisfy { cost.details.called.prefix.hasPrefix($0) }
                && (media.isEmpty || cost.details.media.rawValue == media)
        }
        let sorted = wanted.sorted { left, right in
            window.sort == "media"
                ? left.details.media.rawValue < right.details.media.rawValue
                : left.details.called.prefix < right.details.called.prefix
        }
        return window.answer(sorted, PeerCostWire.row, PeerCostWire.briefRow)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Answer {
        try await exchange.useCases.carrierCosts.delete(exchange.id(), by: exchange.caller)
        return .done
    }
}
