extension Rule {
    /// What only commands about applications, registrations elsewhere, money and keys can break.
    package static let ofApplications: Set<Rule> = [
        .commandMissing, .commandUnknown, .notAuthorized, .tokenUnreadable, .tokenLivesTooLong, .tokenIssuedInFuture,
        .tokenExpired, .accountMismatch, .accountFrozen, .onlyOneOf, .parameterNeeded,
        .parameterTooLong, .keyUnknown, .keyRoleInvalid, .keyRoleNameInvalid, .keyLimit, .insufficientMoney,
        .amountInvalid, .subscriptionKindUnknown, .callbackURLInvalid, .callbackSaltTooLong, .applicationIDUnknown,
        .applicationNameInvalid, .applicationNameTaken, .applicationLimit, .ruleIDUnknown, .ruleNameInvalid,
        .ruleNameTaken, .rulePatternInvalid, .ruleExclusionInvalid, .scenarioIDInvalid, .scenarioNameInvalid,
        .userIDUnknown, .endUserNameUnknown, .endUserNameInvalid, .endUserNameTaken, .endUserPasswordTooShort,
        .endUserPasswordHasSpaces, .endUserDisplayNameInvalid, .endUserCustomDataTooLong, .endUserOfOtherApplication,
        .registrationUnknown, .registrationUserNameInvalid, .registrationProxyInvalid,
    ]
}
