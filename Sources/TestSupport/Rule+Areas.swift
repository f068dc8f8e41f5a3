package import Provisioning

/// Rules by what they are about. A dialect has words for those of its areas; a rule outside of them is our failure there.
extension Rule {
    /// Of applications, registrations elsewhere, money and keys.
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

    /// Of subscribers, SIP endpoints, resources and API tokens.
    package static let ofSubscribers: Set<Rule> = [
        .notText, .notTextList, .codecsFormatInvalid, .listEntryInvalid, .textTooShort, .confirmationMismatch,
        .handlerAndResource, .subscriberUnknown, .emailTaken, .endpointUnknown, .renameNeedsPassword, .resourceUnknown,
        .handlerUnknown, .handlerKindInvalid, .assigneeUnknown, .domainFixed, .resourceInUse, .fabricAddressUnknown,
        .targetInvalid, .pageTokenRequired, .refreshTokenInvalid, .refreshTokenWrongKind, .refreshTokenOver,
        .apiTokenNameInvalid, .apiTokenUnknown,
    ]

    /// Of carriers, their costs and the routes to them.
    package static let ofCarriers: Set<Rule> = [
        .carrierUnknown, .carrierReferenceUnknown, .carrierInUse, .carrierKindRequires, .carrierTargetInvalid,
        .codecUnknown, .numberOutOfRange, .lengthsReversed, .dialPlanUnknown, .currencyUnknown, .customerUnknown,
        .carrierCostUnknown, .carrierRouteUnknown, .routeProductMissing,
    ]

    /// Of what the operator alone can ask for.
    package static let ofOperators: Set<Rule> = [
        .sealingKeyNotKept, .accountActive, .accountLeaving, .accountNameInvalid, .featureUnknown, .countryInvalid,
        .callerInvalid, .callerTaken, .callerUnknown, .numberTaken, .dialPlanInvalid, .dialPlanTaken, .currencyInvalid,
        .currencyTaken, .callUnknown,
    ]
}
