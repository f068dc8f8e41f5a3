import DialectKit
import Hummingbird
import Provisioning

extension EnswitchAPI {
    /// Enswitch's words for every rule that its functions can break. The vendor publishes what the codes mean and no message but `OK`: messages of
    /// 400 are ours, the others are what its pages say of the code.
    static let errors = ErrorTable(common, carriers)

    private static let common: [Rule: ErrorRow] = [
        .unavailable: row("500", "An error occurred within the server."),
        .forbidden: row("402", "Your role does not allow this."),
        .tooManyAttempts: row("401", "Too many attempts to authenticate. Try again in %s seconds."),
        .requestRateExceeded: row("403", "Too many requests. Try again in %s seconds."),
        .accountSuspended: row("403", "Your account is suspended."),
        .bodyUnreadable: row("400", "The parameters could not be read."),
        .elementRequired: row("400", "This parameter is required."),
        .valueInvalid: row("400", "'%2$s' is not valid here."),
        .textTooLong: row("400", "This may have at most %2$s characters."),
        .credentialUnknown: row(
            "404", "The telephone line does not exist, or you do not have permission to view it."),
    ]

    private static let carriers: [Rule: ErrorRow] = [
        .carrierUnknown: row("404", "The peer does not exist, or you do not have permission to route to it."),
        .carrierReferenceUnknown: row("400", "There is no peer %s."),
        .carrierInUse: row("400", "Routes use this peer."),
        .carrierKindRequires: row("400", "This parameter is required for peers of type %2$s."),
        .carrierTargetInvalid: row("400", "'%2$s' names no host, or list of hosts, that SIP can be sent to."),
        .codecUnknown: row("400", "There is no codec '%s'."),
        .numberOutOfRange: row("400", "%2$s is not between %3$s and %4$s."),
        .lengthsReversed: row("400", "The maximum length %2$s is less than the minimum length %1$s."),
        .dialPlanUnknown: row("400", "There is no dial plan '%s'."),
        .currencyUnknown: row("400", "There is no currency '%s'."),
        .customerUnknown: row("400", "Invalid customer specified."),
        .carrierCostUnknown: row("404", "The peer cost does not exist."),
        .carrierRouteUnknown: row("404", "The route does not exist."),
        .routeProductMissing: row("403", "Your rate plan does not allow this."),
    ]

    private static func row(_ code: String, _ text: String) -> ErrorRow { ErrorRow(.ok, code, text) }
}
