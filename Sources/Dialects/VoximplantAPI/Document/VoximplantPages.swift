import DialectKit

/// What commands take.
extension VoximplantAPI {
    /// What is said of one command.
    struct Page {
        let summary: String
        let parameters: [(name: String, schema: Schema, isRequired: Bool)]
        let answer: [(String, Schema)]

        /// - Parameter required: names out of `parameters`.
        init(
            _ summary: String, _ parameters: [(String, Schema)], required: [String] = [],
            answers answer: [(String, Schema)] = []
        ) {
            self.summary = summary
            self.parameters = parameters.map { ($0.0, $0.1, required.contains($0.0)) }
            self.answer = answer.contains { $0.0 == "result" } ? answer : [("result", .integer(among: [1]))] + answer
        }
    }

    /// By the commands' names.
    static let pages = registrations.merging(applications) { $1 }.merging(rules) { $1 }.merging(users) { $1 }
        .merging(accounts) { $1 }.merging(keys) { $1 }

    private static let id = Schema.integer(from: 1)
    private static let flag = Schema.boolean
    private static let window: [(String, Schema)] = [("count", .integer(from: 0)), ("offset", .integer(from: 0))]
    private static let list = Schema.string.described("Items with ; between them, or all.")

    private static func reference(_ noun: String) -> [(String, Schema)] {
        [("\(noun)_id", id), ("\(noun)_name", .string)]
    }

    private static func references(_ noun: String) -> [(String, Schema)] {
        [("\(noun)_id", list), ("\(noun)_name", .string)]
    }

    private static func rows(_ schema: String) -> [(String, Schema)] {
        [("result", .array(of: .named(schema))), ("total_count", .integer), ("count", .integer)]
    }

    private static let registrations: [String: Page] = {
        let sip: [(String, Schema)] = [
            ("sip_username", .string), ("proxy", .string), ("auth_user", .string), ("outbound_proxy", .string),
            ("password", .string),
        ]
        let binding = reference("application") + reference("rule") + reference("user")
        let number = ("sip_registration_id", id)
        let filters: [(String, Schema)] = [
            ("deactivated", flag), ("successful", flag), ("is_persistent", flag), ("in_progress", flag),
            ("is_bound_to_application", flag), ("status_code", .string), ("sip_username", .string),
            ("proxy", .string),
        ]
        return [
            "CreateSipRegistration": Page(
                "Makes a SIP registration and reserves its fee.", sip + [("is_persistent", flag)] + binding,
                required: ["sip_username", "proxy"],
                answers: [("sip_registration_id", .integer), ("account_info", .named("ShortAccount"))]),
            "GetSipRegistrations": Page(
                "Shows SIP registrations.",
                [number] + filters + references("application") + references("rule") + references("user") + window,
                answers: rows("Registration")),
            "UpdateSipRegistration": Page(
                "Changes what is named of a SIP registration.", [number] + sip + binding,
                required: ["sip_registration_id"]),
            "BindSipRegistration": Page(
                "Binds a SIP registration, or unbinds it.", [number] + binding + [("bind", flag)]),
            "DeleteSipRegistration": Page(
                "Deletes a SIP registration.", [number], required: ["sip_registration_id"]),
        ]
    }()

    private static let applications: [String: Page] = [
        "AddApplication": Page(
            "Makes an application, whose name is a SIP domain.",
            [("application_name", .string), ("secure_record_storage", flag)], required: ["application_name"],
            answers: [
                ("application_id", .integer), ("application_name", .string), ("secure_record_storage", .boolean),
            ]),
        "GetApplications": Page(
            "Shows applications.",
            reference("application") + [("with_rules", flag), ("with_scenarios", flag)] + window,
            answers: rows("Application")),
        "DelApplication": Page("Deletes applications.", references("application")),
    ]

    private static let rules: [String: Page] = [
        "AddRule": Page(
            "Makes a rule; the name of its scenario is its destination.",
            reference("application") + [
                ("rule_name", .string), ("rule_pattern", .string), ("rule_pattern_exclude", .string),
                ("video_conference", flag), ("scenario_id", .string), ("scenario_name", .string),
            ], required: ["rule_name", "rule_pattern"], answers: [("rule_id", .integer)]),
        "GetRules": Page(
            "Shows rules.",
            reference("application") + reference("rule") + [("video_conference", flag), ("with_scenarios", flag)]
                + window, answers: rows("Rule")),
        "DelRule": Page("Deletes rules.", references("rule") + reference("application")),
    ]

    private static let users: [String: Page] = {
        let details: [(String, Schema)] = [
            ("user_display_name", .string), ("user_password", .string), ("user_active", flag),
            ("user_custom_data", .string),
        ]
        return [
            "AddUser": Page(
                "Makes a user, who can register at once.",
                [("user_name", .string)] + details + [("parent_accounting", flag)] + reference("application"),
                required: ["user_name", "user_display_name", "user_password"], answers: [("user_id", .integer)]),
            "GetUsers": Page(
                "Shows users.", reference("user") + reference("application") + window, answers: rows("User")),
            "SetUserInfo": Page(
                "Changes what is named of a user.", reference("user") + reference("application") + details),
            "DelUser": Page("Deletes users.", references("user") + reference("application")),
        ]
    }()

    private static let accounts: [String: Page] = [
        "GetAccountInfo": Page(
            "Shows the account.", [], answers: [("result", .named("Account")), ("api_address", .string)]),
        "SetAccountInfo": Page(
            "Sets where the account is told of events.", [("callback_url", .string), ("callback_salt", .string)]),
        "GetSubscriptionPrice": Page(
            "Shows what a SIP registration costs.", [("subscription_template_type", .string)],
            answers: [("result", .array(of: .named("Subscription")))]),
    ]

    private static let keys: [String: Page] = [
        "CreateKey": Page(
            "Makes a key of a program.",
            [("description", .string), ("key_name", .string), ("role_id", .string), ("role_name", .string)],
            answers: [("result", .named("Credentials"))]),
        "GetKeys": Page(
            "Shows keys.", [("key_id", .string), ("with_roles", flag)] + window, answers: rows("Key")),
        "DeleteKey": Page("Deletes a key.", [("key_id", .string)], required: ["key_id"]),
    ]
}
