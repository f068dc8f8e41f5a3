import DialectKit
import Provisioning

/// Applications: https://voximplant.com/docs/references/httpapi/applications
enum ApplicationCommands {
    static func add(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let made = try await exchange.useCases.callApplications.create(
            exchange.parameters.required("application_name"),
            securesRecords: exchange.parameters.flag("secure_record_storage") ?? false, by: exchange.caller)
        return [
            "result": 1, "application_id": JSON(made.id.rawValue), "application_name": .string(made.domain.name),
            "secure_record_storage": .bool(made.securesRecords),
        ]
    }

    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        let id: CallApplicationID? = try parameters.id("application_id", unknown: .applicationIDUnknown)
        let part = parameters.text("application_name") ?? ""
        let found = try await exchange.useCases.callApplications.list(by: exchange.caller).filter {
            (id == nil || $0.id == id) && (part.isEmpty || $0.domain.name.contains(part))
        }
        let (offset, count) = (try parameters.count("offset", fallback: 0), try parameters.count("count", fallback: 20))
        let (withRules, withScenarios) = (try parameters.flag("with_rules"), try parameters.flag("with_scenarios"))
        let rules =
            withRules == true
            ? try await exchange.useCases.callApplications.rules(in: nil, by: exchange.caller) : nil
        let shown = found.dropFirst(offset).prefix(count).map { application in
            ApplicationWire.json(
                application, rules: rules?.filter { $0.application == application.id },
                withScenarios: withScenarios == true)
        }
        return ApplicationWire.list(shown, total: found.count)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let chosen: References<CallApplication>? = try exchange.parameters.references(
            "application", unknown: .applicationIDUnknown)
        guard let chosen else {
            throw ProvisioningError(.elementRequired, field: "application_id", "application_id")
        }
        try await exchange.useCases.callApplications.delete(chosen, by: exchange.caller)
        return Command.done
    }
}

/// Rules: https://voximplant.com/docs/references/httpapi/rules
enum RuleCommands {
    static func add(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        guard let application = try exchange.application else {
            throw ProvisioningError(.elementRequired, field: "application_id", "application_id")
        }
        let details = ApplicationRuleDetails(
            name: try parameters.required("rule_name"), pattern: try parameters.required("rule_pattern"),
            excluded: parameters.text("rule_pattern_exclude"),
            isVideoConference: try parameters.flag("video_conference") ?? false,
            destination: try ApplicationWire.destination(parameters))
        let made = try await exchange.useCases.callApplications.createRule(
            details, in: application, by: exchange.caller)
        return ["result": 1, "rule_id": JSON(made.id.rawValue)]
    }

    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let parameters = exchange.parameters
        let id: ApplicationRuleID? = try parameters.id("rule_id", unknown: .ruleIDUnknown)
        let (part, isVideo) = (parameters.text("rule_name") ?? "", try parameters.flag("video_conference"))
        let found = try await exchange.useCases.callApplications.rules(
            in: exchange.application, by: exchange.caller
        ).filter {
            (id == nil || $0.id == id) && (part.isEmpty || $0.details.name.contains(part))
                && (isVideo == nil || $0.details.isVideoConference == isVideo)
        }
        let (offset, count) = (try parameters.count("offset", fallback: 0), try parameters.count("count", fallback: 20))
        let withScenarios = try parameters.flag("with_scenarios") ?? false
        let shown = found.dropFirst(offset).prefix(count).map {
            ApplicationWire.json($0, withScenarios: withScenarios)
        }
        return ApplicationWire.list(shown, total: found.count)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> JSON {
        let chosen: References<ApplicationRule>? = try exchange.parameters.references("rule", unknown: .ruleIDUnknown)
        guard let chosen else { throw ProvisioningError(.elementRequired, field: "rule_id", "rule_id") }
        try await exchange.useCases.callApplications.deleteRules(
            chosen, in: exchange.application, by: exchange.caller)
        return Command.done
    }
}
