/// Why there is no call.
package struct CallRefusal: Sendable, Equatable {
    package let cause: CallCause
    /// What it is about, for people; no part of any answer.
    package let detail: String

    package init(_ cause: CallCause, _ detail: String = "") {
        self.cause = cause
        self.detail = detail
    }

    /// The final status of SIP.
    package var status: Int { cause.answer.status }
    /// The reason phrase; says nothing of what others have.
    package var reason: String { cause.answer.reason }
}

/// Every way in which a call is refused before it is tried anywhere; the raw value is for machines.
package enum CallCause: String, Sendable, CaseIterable {
    case callerUnknown = "caller-unknown"
    case callerDisabled = "caller-disabled"
    case accountStopped = "account-stopped"
    case notOurs = "not-ours"
    case nobody
    case numberUnassigned = "number-unassigned"
    case destinationDisabled = "destination-disabled"
    case destinationNotCarried = "destination-not-carried"
    case loop
    case noProduct = "no-product"
    case notGranted = "not-granted"
    case blocked
    case classTooLow = "class-too-low"
    case countryNotAllowed = "country-not-allowed"
    case emergencyNotCarried = "emergency-not-carried"
    case noRoute = "no-route"
    case noCarrier = "no-carrier"
    case tooManyCalls = "too-many-calls"
    case tooManyPerSecond = "too-many-per-second"
    case spent

    /// What is answered.
    package var answer: (status: Int, reason: String) {
        switch self {
        case .callerUnknown: (403, "Forbidden")
        case .callerDisabled: (403, "Calls Are Disabled")
        case .accountStopped: (403, "Account Suspended")
        // One answer whether it is another account's or nobody's.
        case .notOurs, .nobody: (404, "Not Found")
        case .numberUnassigned: (404, "Number Not In Service")
        case .destinationDisabled: (480, "Temporarily Unavailable")
        case .destinationNotCarried: (480, "Not Carried Over SIP")
        case .loop: (482, "Loop Detected")
        case .noProduct: (403, "No Termination Product")
        case .notGranted: (403, "Telephone Network Not Granted")
        case .blocked: (403, "Telephone Network Blocked")
        case .classTooLow: (403, "Outside The Traffic Class")
        case .countryNotAllowed: (403, "Country Not Allowed")
        case .emergencyNotCarried: (503, "Emergency Calls Are Not Carried Here")
        case .noRoute: (404, "No Route")
        case .noCarrier: (503, "No Carrier Available")
        case .tooManyCalls: (486, "Too Many Calls")
        case .tooManyPerSecond: (503, "Too Many Calls Per Second")
        case .spent: (403, "Spend Limit Reached")
        }
    }

    /// Whether an operator must hear of it at once.
    package var isAlarm: Bool { self == .emergencyNotCarried }
}
