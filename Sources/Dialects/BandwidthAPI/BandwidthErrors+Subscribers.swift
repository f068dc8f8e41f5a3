import DialectKit
import Hummingbird
import Provisioning

extension BandwidthAPI {
    /// Rules of subscribers, SIP endpoints, resources and API tokens, which no request of Bandwidth's clients can break.
    static let subscriberRules: Set<Rule> = [
        .notText, .notTextList, .codecsFormatInvalid, .listEntryInvalid, .textTooShort, .confirmationMismatch,
        .handlerAndResource, .subscriberUnknown, .emailTaken, .endpointUnknown, .renameNeedsPassword, .resourceUnknown,
        .handlerUnknown, .handlerKindInvalid, .resourceInUse, .fabricAddressUnknown, .targetInvalid,
        .pageTokenRequired, .refreshTokenInvalid, .refreshTokenWrongKind, .refreshTokenOver, .apiTokenNameInvalid,
        .apiTokenUnknown,
    ]

    static let subscriberErrors = Dictionary(
        uniqueKeysWithValues: subscriberRules.map {
            ($0, ErrorRow(.badRequest, "1019", "Bad request encountered. Please check your request and try again."))
        })
}
