import DialectKit
import HTTPTypes
import Provisioning

extension VoximplantAPI {
    /// Voximplant's words for every rule that its commands can break: the texts are those of its list of errors (facts of 2026-11), the situations are
    /// inferred from them where no page says which code a situation yields.
    static let errors = ErrorTable(
        commonErrors, callerErrors, moneyErrors, applicationErrors, userErrors, registrationErrors)

    private static func row(_ code: Int, _ text: String) -> ErrorRow { ErrorRow(.ok, String(code), text) }

    private static let commonErrors: [Rule: ErrorRow] = [
        .unavailable: row(2, "Internal error"),
        .bodyUnreadable: row(101, "Invalid arguments"),
        .commandMissing: row(102, "Missing 'cmd' parameter"),
        .commandUnknown: row(103, "Unknown command"),
        .forbidden: row(104, "Forbidden command"),
        .elementRequired: row(134, "Required parameter is empty"),
        .parameterNeeded: row(485, "Specify the '%s' parameter"),
        .valueInvalid: row(496, "The '%s' parameter is invalid."),
        .parameterTooLong: row(477, "The '%s' parameter length must not exceed %s symbols."),
        .onlyOneOf: row(458, "Specify only one of the following parameters: %s"),
        .requestRateExceeded: row(340, "Rate limit exceed"),
        .tooManyAttempts: row(340, "Rate limit exceed"),
    ]

    private static let callerErrors: [Rule: ErrorRow] = [
        .notAuthorized: row(100, "Authorization failed"),
        .tokenUnreadable: row(447, "Invalid token format."),
        .tokenLivesTooLong: row(454, "The token TTL exceeds the maximum limit."),
        .tokenIssuedInFuture: row(455, "Token issued in the future."),
        .tokenExpired: row(456, "The token has expired."),
        .accountMismatch: row(115, "The 'account_id' parameter is invalid"),
        .accountUnknown: row(115, "The 'account_id' parameter is invalid"),
        .accountSuspended: row(131, "The account is not activated"),
        .accountFrozen: row(131, "The account is not activated"),
        .keyUnknown: row(433, "Invalid key id."),
        .keyRoleInvalid: row(435, "Invalid role set."),
        .keyRoleNameInvalid: row(441, "The 'role_name' parameter is invalid."),
        .keyLimit: row(437, "Max number of keys exceeded."),
    ]

    private static let moneyErrors: [Rule: ErrorRow] = [
        .insufficientMoney: row(127, "Insufficient money"),
        .amountInvalid: row(125, "Invalid money amount"),
        .subscriptionKindUnknown: row(246, "The 'subscription_template_type' parameter is invalid"),
        .callbackURLInvalid: row(398, "The 'callback_url' parameter is invalid"),
        .callbackSaltTooLong: row(399, "The 'callback_salt' parameter length must be less than 40"),
    ]

    private static let applicationErrors: [Rule: ErrorRow] = [
        .applicationIDUnknown: row(116, "The 'application_id' parameter is invalid"),
        .applicationNameInvalid: row(107, "Invalid application name"),
        .applicationNameTaken: row(129, "Application name is not unique"),
        .applicationLimit: row(108, "Exceeded the application count limit per account"),
        .domainInUse: row(316, "The requested resource parameter is forbidden"),
        .ruleIDUnknown: row(147, "The 'rule_id' parameter is invalid"),
        .ruleNameInvalid: row(156, "The 'rule_name' parameter is invalid"),
        .ruleNameTaken: row(175, "The 'rule_name' is not unique"),
        .rulePatternInvalid: row(148, "The 'rule_pattern' parameter is invalid"),
        .ruleExclusionInvalid: row(149, "The 'rule_pattern_exclude' parameter is invalid"),
        .scenarioIDInvalid: row(132, "The 'scenario_id' parameter is invalid"),
        .scenarioNameInvalid: row(168, "The 'scenario_name' parameter is invalid"),
    ]

    private static let userErrors: [Rule: ErrorRow] = [
        .userIDUnknown: row(117, "The 'user_id' parameter is invalid"),
        .endUserNameUnknown: row(496, "The '%s' parameter is invalid."),
        .endUserNameInvalid: row(
            122,
            "The user name should start with a letter or digit and can contain latin characters, digits, hyphen and must be at least 5 characters long"
        ),
        .endUserNameTaken: row(118, "The user name is not unique"),
        .endUserPasswordTooShort: row(112, "The password must be at least 6 characters long"),
        .endUserPasswordHasSpaces: row(524, "Password cannot contain spaces."),
        .endUserDisplayNameInvalid: row(157, "The 'user_display_name' parameter is invalid"),
        .endUserCustomDataTooLong: row(212, "The 'user_custom_data' parameter length must be less than 8192"),
        .endUserOfOtherApplication: row(393, "The user is not bound to the application"),
    ]

    private static let registrationErrors: [Rule: ErrorRow] = [
        .registrationUnknown: row(275, "The 'registration_id' parameter is invalid"),
        .registrationUserNameInvalid: row(273, "The 'username' parameter is invalid"),
        .registrationProxyInvalid: row(274, "The 'proxy' parameter is invalid"),
    ]
}
