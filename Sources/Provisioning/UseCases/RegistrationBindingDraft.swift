/// What a registration is to be bound to, as a caller names it.
package struct RegistrationBindingDraft: Sendable {
    package var application: Reference<CallApplication>?
    package var rule: Reference<ApplicationRule>?
    package var user: Reference<EndUser>?

    package init() {}

    /// The binding with what the draft names in place of what stood there.
    ///
    /// Throws `parameterNeeded` where the name of a rule, or a user, comes without the application;
    /// `applicationIDUnknown`, `applicationNameInvalid`, `ruleIDUnknown`, `ruleNameInvalid`, `userIDUnknown`,
    /// `endUserNameUnknown`, `endUserOfOtherApplication`.
    func resolved(in store: any ProvisioningReader, account: AccountID, current: RegistrationBinding)
        throws(ProvisioningError) -> RegistrationBinding
    {
        if application == nil, needsApplication {
            throw ProvisioningError(.parameterNeeded, field: "application_id", "application_id")
        }
        var binding = current
        if let application {
            let found = try store.requireApplication(application, of: account)
            // What belongs to another application goes with it.
            if binding.application?.id != found.id { binding = RegistrationBinding() }
            binding.application = .init(found.id, found.domain.name)
        }
        if let rule { try set(rule, of: &binding, in: store, account: account) }
        if let user {
            let found = try store.requireEndUser(user, in: application, of: account)
            binding.user = .init(found.id, found.name)
            binding.credential = found.credential
        }
        return binding
    }

    /// Takes away what the draft names, if it is what stands there; everything where it names nothing.
    func takeAway(from binding: inout RegistrationBinding, in store: any ProvisioningReader, account: AccountID)
        throws(ProvisioningError)
    {
        guard application != nil || rule != nil || user != nil else {
            binding = RegistrationBinding()
            return
        }
        if let user, try store.requireEndUser(user, in: userPlace(binding), of: account).id == binding.user?.id {
            binding.user = nil
        }
        if let rule, try foundRule(rule, in: binding.application?.id, store, account).id == binding.rule?.id {
            binding.rule = nil
        }
        if let application, rule == nil, user == nil,
            try store.requireApplication(application, of: account).id == binding.application?.id
        {
            binding = RegistrationBinding()
        }
    }

    private var needsApplication: Bool {
        if user != nil { return true }
        if case .name = rule { return true }
        return false
    }

    private func userPlace(_ binding: RegistrationBinding) -> Reference<CallApplication>? {
        application ?? binding.application.map { .id($0.id) }
    }

    /// A rule brings its application with it.
    private func set(
        _ rule: Reference<ApplicationRule>, of binding: inout RegistrationBinding, in store: any ProvisioningReader,
        account: AccountID
    ) throws(ProvisioningError) {
        let found = try foundRule(rule, in: binding.application?.id, store, account)
        if binding.application == nil, let application = try store.application(found.application, of: account) {
            binding.application = .init(application.id, application.domain.name)
        }
        binding.rule = .init(found.id, found.details.name)
    }

    private func foundRule(
        _ rule: Reference<ApplicationRule>, in application: CallApplicationID?, _ store: any ProvisioningReader,
        _ account: AccountID
    ) throws(ProvisioningError) -> ApplicationRule {
        let rules = try store.applicationRules(in: application, of: account)
        switch rule {
        case .id(let id):
            guard let found = rules.first(where: { $0.id == id }) else {
                throw ProvisioningError(.ruleIDUnknown, field: "rule_id", "\(id)")
            }
            return found
        case .name(let name):
            guard let found = rules.first(where: { $0.details.name == name }) else {
                throw ProvisioningError(.ruleNameInvalid, field: "rule_name", name)
            }
            return found
        }
    }
}
