import Provisioning
import TestSupport

extension KindDialect {
    /// Applications, whose names are SIP domains, with users and rules in them, and registrations.
    static let voximplant = KindDialect(
        kinds: [applications, users, rules, registrations], nobody: "987654321",
        sign: { ask, tenant in
            let caller = "account_id=\(tenant.account.id)&api_key=\(tenant.serviceSecret)"
            let headers = ["Content-Type: application/x-www-form-urlencoded"]
            return (ask.line, headers, "\(caller)&\(ask.content)")
        },
        isSuccess: { $0.body.hasPrefix(#"{"result":"#) })

    private static func give(_ command: String, _ parameters: String) -> Ask {
        Ask(line: "POST /platform_api/\(command)", content: parameters)
    }

    private static let applications = Kind(
        name: "application", scope: .account, counted: [\.domains],
        create: { _, name, _ in give("AddApplication", "application_name=\(name.lowercased())") },
        list: { _ in give("GetApplications", "count=1000") }, ids: #""application_id":([0-9]+),"application_name""#,
        show: { give("GetApplications", "application_id=\($0.id)") },
        delete: { give("DelApplication", "application_id=\($0.id)") },
        uses: [{ give("CreateSipRegistration", "sip_username=a&proxy=sip.example.com&application_id=\($0.id)") }])

    private static let users = Kind(
        name: "user", parent: "application", scope: .parent, counted: [\.users],
        create: {
            give(
                "AddUser",
                "application_id=\($0)&user_name=\($1.lowercased())&user_password=Secr3t!pass&user_display_name=\($2)")
        },
        list: { give("GetUsers", "application_id=\($0)&count=1000") }, ids: #""user_id":([0-9]+),"user_name""#,
        show: { give("GetUsers", "user_id=\($0.id)&application_id=\($0.parent)") },
        update: { give("SetUserInfo", "user_id=\($0.id)&application_id=\($0.parent)&user_display_name=\($1)") },
        delete: { give("DelUser", "user_id=\($0.id)&application_id=\($0.parent)") },
        uses: [{ give("CreateSipRegistration", "sip_username=a&proxy=sip.example.com&user_id=\($0.id)") }])

    private static let rules = Kind(
        name: "rule", parent: "application", scope: .parent,
        create: { application, name, _ in
            give("AddRule", "application_id=\(application)&rule_name=\(name)&rule_pattern=.*")
        },
        list: { give("GetRules", "application_id=\($0)&count=1000") }, ids: #""rule_id":([0-9]+),"application_id""#,
        show: { give("GetRules", "application_id=\($0.parent)&rule_id=\($0.id)") },
        delete: { give("DelRule", "application_id=\($0.parent)&rule_id=\($0.id)") },
        uses: [{ give("CreateSipRegistration", "sip_username=a&proxy=sip.example.com&rule_id=\($0.id)") }])

    private static let registrations = Kind(
        name: "registration",
        create: { give("CreateSipRegistration", "sip_username=\($1)&proxy=sip.example.com&auth_user=\($2)") },
        list: { _ in give("GetSipRegistrations", "count=1000") }, ids: #""sip_registration_id":([0-9]+),"#,
        show: { give("GetSipRegistrations", "sip_registration_id=\($0.id)") },
        update: { give("UpdateSipRegistration", "sip_registration_id=\($0.id)&auth_user=\($1)") },
        delete: { give("DeleteSipRegistration", "sip_registration_id=\($0.id)") },
        uses: [
            { give("BindSipRegistration", "sip_registration_id=\($0.id)") },
            { give("BindSipRegistration", "sip_registration_id=\($0.id)&bind=false") },
        ])
}
