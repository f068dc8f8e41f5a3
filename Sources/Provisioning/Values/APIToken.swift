/// A token with which a program asks in an account's name; the token itself is shown once and kept as a hash.
package struct APIToken: Sendable, Equatable {
    package let id: APITokenID
    package let account: AccountID
    package let name: String
    package let contract: Contract
    package let scopes: Set<Scope>
    package let createdAt: Timestamp

    package init(
        id: APITokenID, account: AccountID, name: String, contract: Contract, scopes: Set<Scope>, createdAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.name = name
        self.contract = contract
        self.scopes = scopes
        self.createdAt = createdAt
    }

    /// The form of requests and answers that the token is pinned to, named after the year of the vendor's pages.
    package enum Contract: String, CaseIterable, Sendable {
        case year2025 = "2025"
        case year2026 = "2026"
    }

    /// What a token is for, with the vendor's names.
    package enum Scope: String, CaseIterable, Sendable {
        case calling, messaging, fax, video
        case management, numbers
    }

    /// How every token begins.
    package static let prefix = "PT"
}

package typealias APITokenID = Identifier<APIToken>
