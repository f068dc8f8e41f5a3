import DialectKit
import Provisioning

/// Applications, rules and users as answers show them.
enum ApplicationWire {
    static func json(_ application: CallApplication, rules: [ApplicationRule]?, withScenarios: Bool) -> JSON {
        var json = JSONObject()
        json.append("application_id", JSON(application.id.rawValue))
        json.append("application_name", .string(application.domain.name))
        json.append("modified", .string(application.modified.civilText))
        json.append("secure_record_storage", .bool(application.securesRecords))
        if let rules {
            json.append("rules", .array(rules.map { Self.json($0, withScenarios: withScenarios) }))
        }
        return .object(json)
    }

    static func json(_ rule: ApplicationRule, withScenarios: Bool) -> JSON {
        var json = JSONObject()
        json.append("rule_id", JSON(rule.id.rawValue))
        json.append("application_id", JSON(rule.application.rawValue))
        json.append("rule_name", .string(rule.details.name))
        json.append("rule_pattern", .string(rule.details.pattern))
        json.append("rule_pattern_exclude", optional: rule.details.excluded)
        json.append("video_conference", .bool(rule.details.isVideoConference))
        if withScenarios { json.append("scenarios", .array(scenarios(of: rule))) }
        json.append("modified", .string(rule.modified.civilText))
        return .object(json)
    }

    /// A rule's destination stands where the vendor has its scenarios.
    private static func scenarios(of rule: ApplicationRule) -> [JSON] {
        guard let destination = rule.details.destination else { return [] }
        return [
            [
                "scenario_id": JSON(rule.id.rawValue), "scenario_name": .string(destination.description),
                "modified": .string(rule.modified.civilText),
            ]
        ]
    }

    /// The destination in `scenario_name`; throws `scenarioIDInvalid`, since no scenario has an id, `scenarioNameInvalid`.
    static func destination(_ parameters: Parameters) throws(ProvisioningError) -> RuleDestination? {
        try parameters.requireOneOf("scenario_id", "scenario_name")
        guard parameters.text("scenario_id") == nil else {
            throw ProvisioningError(.scenarioIDInvalid, field: "scenario_id")
        }
        guard let name = parameters.text("scenario_name") else { return nil }
        guard let destination = RuleDestination(name) else {
            throw ProvisioningError(.scenarioNameInvalid, field: "scenario_name", name)
        }
        return destination
    }

    static func json(_ user: EndUser) -> JSON {
        var json = JSONObject()
        json.append("user_id", JSON(user.id.rawValue))
        json.append("user_name", .string(user.name))
        json.append("user_display_name", .string(user.details.displayName))
        json.append("user_active", .bool(user.details.isActive))
        json.append("parent_accounting", .bool(user.details.isPaidByAccount))
        json.append("user_custom_data", optional: user.details.customData)
        json.append("created", .string(user.created.civilText))
        json.append("modified", .string(user.modified.civilText))
        return .object(json)
    }

    /// A list as every `Get...` answers it.
    static func list(_ items: [JSON], total: Int) -> JSON {
        ["result": .array(items), "total_count": JSON(total), "count": JSON(items.count)]
    }
}
