import DialectKit
import Hummingbird
import Provisioning

/// SignalWire's words for the rules that its clients can break, from the vendor's list of error codes (2026-08-21).
enum SignalWireErrors {
    /// What stands at `%s` first is the attribute in words, then the fault's further values.
    static let table = ErrorTable(answered, attributes, subscribers, lists)

    /// Answered with the status and one word of ours.
    private static let answered: [Rule: ErrorRow] = [
        .unavailable: ErrorRow(.internalServerError, "", "Internal Server Error"),
        .forbidden: ErrorRow(.forbidden, "", "Forbidden"),
        .requestRateExceeded: ErrorRow(.tooManyRequests, "", "Too Many Requests"),
        .accountSuspended: ErrorRow(.forbidden, "", "Forbidden"),
        .bodyUnreadable: ErrorRow(.badRequest, "", "Bad Request"),
        .subscriberUnknown: ErrorRow(.notFound, "", "Not Found"),
        .endpointUnknown: ErrorRow(.notFound, "", "Not Found"),
        .resourceUnknown: ErrorRow(.notFound, "", "Not Found"),
        .fabricAddressUnknown: ErrorRow(.notFound, "", "Not Found"),
    ]

    private static let attributes: [Rule: ErrorRow] = [
        .elementRequired: invalid("missing_required_parameter", "Required parameter is missing"),
        .valueInvalid: invalid("invalid_parameter", "%s is invalid"),
        .listEntryInvalid: invalid("invalid_parameter", "%s are invalid"),
        .notText: invalid("not_a_string", "Value must be formatted as a string."),
        .notTextList: invalid("not_an_array_of_strings", "Value must be an array of strings."),
        .codecsFormatInvalid: invalid(
            "invalid_codecs_format", "Codecs must be an array of strings or a comma-separated string."),
        .textTooLong: invalid("invalid_parameter", "%s is too long (maximum is %s characters)"),
        .textTooShort: invalid("invalid_parameter", "%s is too short (minimum is %s characters)"),
    ]

    private static let subscribers: [Rule: ErrorRow] = [
        .userNameInvalid: invalid("invalid_parameter", "%s is invalid"),
        .confirmationMismatch: invalid("invalid_parameter", "%s doesn't match Password"),
        .handlerAndResource: invalid(
            "incompatible_parameters", "The parameters that were input cannot be specified together."),
        .handlerUnknown: invalid(
            "provided_id_is_unrecognized",
            "The provided ID is unrecognized. Verify that the ID points to a valid resource belonging to the current project."
        ),
        .handlerKindInvalid: invalid(
            "invalid_resource_for_handler", "This resource is not valid for the specified handler type."),
        .numberInvalid: invalid("send_as_is_invalid", "The provided send_as number is missing or invalid."),
        .numberUnknown: invalid("not_purchased_or_verified", "The phone number must be purchased or verified."),
        .credentialTaken: invalid("not_unique_within_project", "Value must be unique within project."),
        .emailTaken: invalid("not_unique_within_project", "Value must be unique within project."),
        .renameNeedsPassword: invalid(
            "must_specify_related_parameter",
            "This parameter must be used in combination with a related parameter."),
        .targetInvalid: invalid("invalid_parameter", "%s is invalid"),
        .resourceInUse: invalid(
            "resource_assigned_as_handler",
            "You cannot delete a resource if it is currently assigned as a call or message handler"),
        .refreshTokenInvalid: invalid("token_invalid", "The provided token is invalid."),
        .refreshTokenWrongKind: invalid(
            "not_a_refresh_token", "Invalid token type. You must use a Refresh token."),
        .refreshTokenOver: invalid("token_expired", "Token has expired."),
    ]

    private static let lists: [Rule: ErrorRow] = [
        .pageInvalid: invalid("page_token_is_invalid", "The provided page token is not valid."),
        .pageTokenRequired: invalid(
            "page_token_required", "A page token is required if the page_number value is greater than 0."),
        .pageSizeInvalid: invalid("invalid_parameter", "%s is invalid"),
        .pageOutOfRange: invalid("invalid_parameter", "%s is invalid"),
    ]

    private static func invalid(_ code: String, _ text: String) -> ErrorRow {
        ErrorRow(.unprocessableContent, code, text)
    }
}

extension SignalWireErrors {
    /// `{"error":"Not Found"}` and its like.
    static func plain(_ status: HTTPResponse.Status, headers: HTTPFields = HTTPFields()) -> Response {
        (["error": .string(status.reasonPhrase)] as JSON).response(status, headers: headers)
    }

    /// The answer to a request that broke rules: every attribute that failed where the vendor says several.
    ///
    /// - Parameter order: of attributes; those that it does not name come last.
    static func refusal(_ error: ProvisioningError, contract: APIToken.Contract, order: [String]) -> Response {
        let listed = error.faults.filter { table[$0.rule].status == .unprocessableContent }
        guard listed.count == error.faults.count else {
            let fault = error.faults.first { table[$0.rule].status != .unprocessableContent } ?? error.first
            let row = table[fault.rule]
            var response = (["error": .string(row.template)] as JSON).response(row.status)
            if fault.rule.saysWhenToComeBack { response.headers[.retryAfter] = fault.values.first }
            return response
        }
        let place = { (fault: Fault) in order.firstIndex(of: attribute(of: fault)) ?? order.count }
        let sorted = listed.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }
        let entries = sorted.map { entry($0.element, contract: contract) }
        return (["errors": .array(entries)] as JSON).response(.unprocessableContent)
    }

    private static func entry(_ fault: Fault, contract: APIToken.Contract) -> JSON {
        let row = table[fault.rule]
        let attribute = attribute(of: fault)
        return [
            "type": "validation_error",
            "code": .string(row.code),
            "message": .string(row.text([inWords(attribute)] + fault.values.dropFirst())),
            "attribute": attribute.isEmpty ? .null : .string(attribute),
            "url": .string(url(row.code, contract)),
        ]
    }

    /// Where the vendor's pages of each year explain a code.
    private static func url(_ code: String, _ contract: APIToken.Contract) -> String {
        switch contract {
        case .year2025: "https://developer.signalwire.com/rest/signalwire-rest/overview/error-codes#\(code)"
        case .year2026: "https://signalwire.com/docs/apis/error-codes"
        }
    }

    /// The vendor's name of what a fault is about.
    static func attribute(of fault: Fault) -> String { names[fault.field] ?? fault.field }

    private static let names = [
        "userName": "username", "confirmation": "password_confirmation", "callerID": "caller_id",
        "sendAs": "send_as", "handler": "call_handler", "handlerResource": "calling_handler_resource_id",
        "firstName": "first_name", "lastName": "last_name", "displayName": "display_name", "jobTitle": "job_title",
        "timeZone": "timezone", "companyName": "company_name", "target": "uri", "refreshToken": "refresh_token",
        "pageNumber": "page_number", "pageSize": "page_size", "pageToken": "page_token", "expireAt": "expire_at",
    ]

    /// `send_as` as `Send as`.
    private static func inWords(_ attribute: String) -> String {
        let words = attribute.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
