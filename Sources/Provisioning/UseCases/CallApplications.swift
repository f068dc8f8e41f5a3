/// Applications of an account, and their rules.
///
/// Every call throws `forbidden` for a caller whose role does not allow it; changes throw `accountFrozen`.
package struct CallApplications: Sendable {
    let store: any ProvisioningStore
    let now: @Sendable () -> Timestamp

    private static let limit = 1000

    /// Creates an application with its SIP domain.
    ///
    /// Throws `applicationNameInvalid` (a lower-case letter, then letters, digits and hyphens, in all 2 to 63: a label of
    /// its domain), `applicationLimit`, `applicationNameTaken` also where somebody has the domain.
    package func create(_ name: String, securesRecords: Bool, by caller: Caller) async throws(ProvisioningError)
        -> CallApplication
    {
        try caller.requireChange()
        guard Self.isName(name) else {
            throw ProvisioningError(.applicationNameInvalid, field: "application_name", name)
        }
        let now = now()
        return try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(caller.account)
            let existing = try store.applications(of: caller.account)
            guard existing.count < Self.limit else { throw ProvisioningError(.applicationLimit) }
            let domains = try store.domains(of: caller.account)
            guard let parent = domains.first(where: \.isDefault),
                let full = SIPDomain.name(from: "\(name).\(parent.name)")
            else { throw ProvisioningError(.applicationNameInvalid, field: "application_name", name) }
            guard !existing.contains(where: { $0.name == name }) else {
                throw ProvisioningError(.applicationNameTaken, field: "application_name", name)
            }
            let domain: SIPDomain
            do throws(ProvisioningError) {
                domain = try store.insertDomain(
                    name: full, description: nil, isDefault: false, account: caller.account)
            } catch {
                guard error.first.rule == .domainTaken else { throw error }
                throw ProvisioningError(.applicationNameTaken, field: "application_name", name)
            }
            return try store.insertApplication(name: name, domain: domain, securesRecords: securesRecords, at: now)
        }
    }

    package func list(by caller: Caller) async throws(ProvisioningError) -> [CallApplication] {
        try await store.read { (store) throws(ProvisioningError) in try store.applications(of: caller.account) }
    }

    /// Deletes applications with their users, rules and domains; what was bound to them is unbound. All go, or none.
    ///
    /// Throws `applicationIDUnknown`, `applicationNameInvalid`, `domainInUse` where others have credentials in a domain.
    package func delete(_ choice: References<CallApplication>, by caller: Caller) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(caller.account)
            for application in try store.requireApplications(choice, of: caller.account) {
                var query = EndUserQuery()
                query.application = application.id
                query.count = .max
                for user in try store.endUsers(of: caller.account, matching: query).elements { try store.delete(user) }
                try store.delete(application)
                try store.delete(application.domain)
            }
        }
    }

    // MARK: Rules

    /// Throws `applicationIDUnknown`, `applicationNameInvalid`, `ruleNameInvalid` (1 to 99 characters),
    /// `rulePatternInvalid` and `ruleExclusionInvalid` (below 64 KiB, no controls, an expression in some engine), `ruleNameTaken`.
    package func createRule(
        _ details: ApplicationRuleDetails, in application: Reference<CallApplication>, by caller: Caller
    ) async throws(ProvisioningError) -> ApplicationRule {
        try caller.requireChange()
        guard (1...99).contains(details.name.length), !details.name.hasControls else {
            throw ProvisioningError(.ruleNameInvalid, field: "rule_name", details.name)
        }
        guard Self.isPattern(details.pattern) else {
            throw ProvisioningError(.rulePatternInvalid, field: "rule_pattern")
        }
        guard details.excluded.map(Self.isPattern) ?? true else {
            throw ProvisioningError(.ruleExclusionInvalid, field: "rule_pattern_exclude")
        }
        let now = now()
        return try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(caller.account)
            let application = try store.requireApplication(application, of: caller.account)
            return try store.insertApplicationRule(details, in: application, at: now)
        }
    }

    /// Throws `applicationIDUnknown`, `applicationNameInvalid`.
    package func rules(in application: Reference<CallApplication>?, by caller: Caller) async throws(ProvisioningError)
        -> [ApplicationRule]
    {
        try await store.read { (store) throws(ProvisioningError) in
            let application = try application.map { (reference) throws(ProvisioningError) in
                try store.requireApplication(reference, of: caller.account)
            }
            return try store.applicationRules(in: application?.id, of: caller.account)
        }
    }

    /// Deletes rules; what was bound to them is unbound. All go, or none.
    ///
    /// Throws `applicationIDUnknown`, `applicationNameInvalid`, `ruleIDUnknown`, `ruleNameInvalid`.
    package func deleteRules(
        _ choice: References<ApplicationRule>, in application: Reference<CallApplication>?, by caller: Caller
    ) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireActive(caller.account)
            let application = try application.map { (reference) throws(ProvisioningError) in
                try store.requireApplication(reference, of: caller.account)
            }
            let rules = try store.applicationRules(in: application?.id, of: caller.account)
            let chosen = try choice.chosen(
                from: rules, id: \.id, names: { [$0.details.name] },
                unknownID: ProvisioningError(.ruleIDUnknown, field: "rule_id"),
                unknownName: { ProvisioningError(.ruleNameInvalid, field: "rule_name", $0) })
            for rule in chosen { try store.delete(rule) }
        }
    }

    private static func isName(_ name: String) -> Bool {
        (2...63).contains(name.utf8.count) && name.utf8.first.map { (0x61...0x7a).contains($0) } == true
            && !name.hasSuffix("-")
            && name.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
    }

    private static func isPattern(_ text: String) -> Bool {
        (1..<65_536).contains(text.utf8.count) && !text.hasControls && RulePattern.isExpression(text)
    }
}
