/// A place that users and rules of one account stand in, with a SIP domain of its own.
package struct CallApplication: Sendable, Equatable {
    package let id: CallApplicationID
    package let account: AccountID
    /// The SIP domain of its users: the name, a dot, and the account's default domain of the day it was made.
    package let domain: SIPDomain
    package var name: String
    package var securesRecords: Bool
    package var modified: Timestamp

    package init(
        id: CallApplicationID, account: AccountID, domain: SIPDomain, name: String, securesRecords: Bool,
        modified: Timestamp
    ) {
        self.id = id
        self.account = account
        self.domain = domain
        self.name = name
        self.securesRecords = securesRecords
        self.modified = modified
    }
}

/// Where the calls go whose number a rule's pattern takes.
package struct ApplicationRule: Sendable, Equatable {
    package let id: ApplicationRuleID
    package let account: AccountID
    package let application: CallApplicationID
    package var details: ApplicationRuleDetails
    package var modified: Timestamp

    package init(
        id: ApplicationRuleID, account: AccountID, application: CallApplicationID, details: ApplicationRuleDetails,
        modified: Timestamp
    ) {
        self.id = id
        self.account = account
        self.application = application
        self.details = details
        self.modified = modified
    }
}

package struct ApplicationRuleDetails: Sendable, Equatable {
    package var name: String
    package var pattern: String
    package var excluded: String?
    package var isVideoConference: Bool
    /// `nil` for a rule whose calls go nowhere yet.
    package var destination: RuleDestination?

    package init(
        name: String, pattern: String, excluded: String? = nil, isVideoConference: Bool = false,
        destination: RuleDestination? = nil
    ) {
        self.name = name
        self.pattern = pattern
        self.excluded = excluded
        self.isVideoConference = isVideoConference
        self.destination = destination
    }
}

/// A user of the application, a number, or a SIP URI; written `user:NAME`, `number:+E164` or `sip:...`.
package struct RuleDestination: Sendable, Equatable, CustomStringConvertible {
    package let description: String

    /// The text without a check; for rows that were checked when they were stored.
    package init(stored text: String) { description = text }

    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard text.utf8.count <= 255, parts.count == 2 else { return nil }
        let isRight =
            switch parts[0] {
            case "user": EndUserRules.isName(parts[1])
            case "number": TelephoneNumber(String(parts[1])) != nil
            case "sip", "sips":
                parts[1].utf8.allSatisfy {
                    $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">")
                }
            default: false
            }
        guard isRight else { return nil }
        description = text
    }
}

/// A person's or phone's account in an application: a digest credential in the application's domain, and what is said
/// about it.
package struct EndUser: Sendable, Equatable {
    package let id: EndUserID
    package let account: AccountID
    package let application: CallApplicationID
    /// Its credential; `user@domain` is unique in the installation over all dialects.
    package var credential: CredentialID
    package var name: String
    package var details: EndUserDetails
    package let created: Timestamp
    package var modified: Timestamp

    package init(
        id: EndUserID, account: AccountID, application: CallApplicationID, credential: CredentialID, name: String,
        details: EndUserDetails, created: Timestamp, modified: Timestamp
    ) {
        self.id = id
        self.account = account
        self.application = application
        self.credential = credential
        self.name = name
        self.details = details
        self.created = created
        self.modified = modified
    }
}

package struct EndUserDetails: Sendable, Equatable {
    package var displayName: String
    /// Whether it may register.
    package var isActive: Bool
    /// Whether the account pays for it; otherwise it has a balance of its own at the vendor.
    package var isPaidByAccount: Bool
    package var customData: String?

    package init(
        displayName: String, isActive: Bool = true, isPaidByAccount: Bool = true, customData: String? = nil
    ) {
        self.displayName = displayName
        self.isActive = isActive
        self.isPaidByAccount = isPaidByAccount
        self.customData = customData
    }
}

package typealias CallApplicationID = Identifier<CallApplication>
package typealias ApplicationRuleID = Identifier<ApplicationRule>
package typealias EndUserID = Identifier<EndUser>
