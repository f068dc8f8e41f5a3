/// A phone or softphone that registers with a user name and password of its own.
package struct SIPEndpoint: Sendable, Equatable {
    package let id: SIPEndpointID
    package let account: AccountID
    package let uniqueID: UniqueID
    /// Whose it is; `nil` for one of the account itself.
    package let subscriber: SubscriberID?
    /// What it registers with.
    package let credential: CredentialID
    /// The credential's name.
    package let userName: String
    package var settings: SIPEndpointSettings
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: SIPEndpointID, account: AccountID, uniqueID: UniqueID, subscriber: SubscriberID?,
        credential: CredentialID, userName: String, settings: SIPEndpointSettings, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.uniqueID = uniqueID
        self.subscriber = subscriber
        self.credential = credential
        self.userName = userName
        self.settings = settings
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

package typealias SIPEndpointID = Identifier<SIPEndpoint>

/// What calls of an endpoint look like and where they may go.
package struct SIPEndpointSettings: Sendable, Equatable {
    /// The name that called parties see; empty where there is none.
    package var callerID = ""
    package var sendAs = SendAs.random
    package var media = MediaPolicy()
    package var handler = CallHandler.default

    package init() {}
}

/// The number that calls of an endpoint show.
package enum SendAs: Sendable, Equatable {
    /// One of the account's numbers, chosen when a call is made.
    case random
    /// One of the account's numbers.
    case number(TelephoneNumber)

    /// `random`, or a number in E.164 form with its `+`.
    package init?(_ text: String) {
        guard text != "random" else {
            self = .random
            return
        }
        guard text.hasPrefix("+"), let number = TelephoneNumber(text) else { return nil }
        self = .number(number)
    }

    package var text: String {
        switch self {
        case .random: "random"
        case .number(let number): number.e164
        }
    }
}

/// What becomes of a call that an endpoint makes.
package enum CallHandler: Sendable, Equatable {
    /// As the account's SIP profile has it.
    case `default`
    /// It may reach the telephone network.
    case passthrough
    /// It may not reach the telephone network.
    case blockPSTN
    /// It goes to this resource.
    case resource(UniqueID, CallResource.Kind)
}
