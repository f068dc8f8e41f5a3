import DialectKit
import Provisioning

/// What answers hold.
extension VoximplantAPI {
    static var schemas: [(String, Schema)] {
        let codes = Set(errors.rows.values.compactMap { Int64($0.code) }).sorted()
        let money = Schema.object([("required_money", .number)])
        return [
            (
                "Refusal",
                .object([
                    (
                        "error",
                        .object(
                            [("code", .integer(among: codes)), ("msg", .string), ("details", money)],
                            required: ["code", "msg"])
                    )
                ])
            ),
            ("Registration", registration), ("Application", application), ("Rule", rule), ("User", user),
            ("Key", key), ("Account", account), ("ShortAccount", shortAccount), ("Subscription", subscription),
            ("Credentials", credentials),
        ]
    }

    private static let moment = Schema.string(like: "^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$")
    private static let day = Schema.string(like: "^\\d{4}-\\d\\d-\\d\\d$")

    private static let registration = Schema.object(
        [
            ("sip_registration_id", .integer), ("sip_username", .string), ("proxy", .string),
            ("last_updated", .integer), ("auth_user", .string), ("outbound_proxy", .string), ("successful", .boolean),
            ("status_code", .integer), ("error_message", .string), ("deactivated", .boolean),
            ("next_subscription_renewal", day), ("purchase_date", moment), ("subscription_price", .string),
            ("is_persistent", .boolean), ("user_id", .integer), ("user_name", .string), ("application_id", .integer),
            ("application_name", .string), ("rule_id", .integer), ("rule_name", .string),
        ],
        required: [
            "sip_registration_id", "sip_username", "proxy", "last_updated", "deactivated",
            "next_subscription_renewal", "purchase_date", "subscription_price", "is_persistent",
        ])

    private static let application = Schema.object(
        [
            ("application_id", .integer), ("application_name", .string), ("modified", moment),
            ("secure_record_storage", .boolean), ("rules", .array(of: .named("Rule"))),
        ], required: ["application_id", "application_name", "modified", "secure_record_storage"])

    private static let rule = Schema.object(
        [
            ("rule_id", .integer), ("application_id", .integer), ("rule_name", .string), ("rule_pattern", .string),
            ("rule_pattern_exclude", .string), ("video_conference", .boolean),
            (
                "scenarios",
                .array(of: .object([("scenario_id", .integer), ("scenario_name", .string), ("modified", moment)]))
            ),
            ("modified", moment),
        ], required: ["rule_id", "application_id", "rule_name", "rule_pattern", "video_conference", "modified"])

    private static let user = Schema.object(
        [
            ("user_id", .integer), ("user_name", .string), ("user_display_name", .string), ("user_active", .boolean),
            ("parent_accounting", .boolean), ("user_custom_data", .string), ("created", moment), ("modified", moment),
        ],
        required: [
            "user_id", "user_name", "user_display_name", "user_active", "parent_accounting", "created", "modified",
        ])

    private static let roleName = Schema.string(among: ServiceRole.allCases.map(\.rawValue))

    private static let key = Schema.object(
        [
            ("key_id", .string(format: "uuid")), ("description", .string), ("created", moment),
            ("roles", .array(of: .object([("role_id", .integer), ("role_name", roleName)]))),
        ], required: ["key_id", "created"])

    private static let account = Schema.object(
        [
            ("account_id", .integer), ("account_name", .string), ("account_email", .string), ("active", .boolean),
            ("frozen", .boolean), ("balance", .number), ("currency", .string), ("callback_url", .string),
            ("callback_salt", .string),
        ],
        required: ["account_id", "account_name", "account_email", "active", "frozen", "balance", "currency"])

    private static let shortAccount = Schema.object([
        ("account_id", .integer), ("frozen", .boolean), ("balance", .number), ("currency", .string),
    ])

    private static let credentials = Schema.object([
        ("account_email", .string), ("account_id", .integer), ("key_id", .string(format: "uuid")),
        ("private_key", .string),
    ])

    /// Prices may have fractions, as those of this tariff do.
    private static let subscription = Schema(
        of: AccountWire.template(
            Tariff(installation: Money(micros: 500_000), month: Money(micros: 1_500_000)), currency: "USD"))
}
