/// A person of an account, whose SIP endpoints ring together under one address.
package struct Subscriber: Sendable, Equatable {
    package let id: SubscriberID
    package let account: AccountID
    /// The id that stands in paths.
    package let resource: UniqueID
    /// The id of the person, which tokens refer to.
    package let reference: UniqueID
    /// The id of the address that calls go to.
    package let address: UniqueID
    package var profile: SubscriberProfile
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: SubscriberID, account: AccountID, resource: UniqueID, reference: UniqueID, address: UniqueID,
        profile: SubscriberProfile, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.resource = resource
        self.reference = reference
        self.address = address
        self.profile = profile
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// What the address is called: the display name, or what stands before the `@`, in the letters of a URL path.
    package var addressName: String {
        let name = profile.displayName.isEmpty ? String(profile.email.prefix { $0 != "@" }) : profile.displayName
        return AddressName.slug(name, fallback: reference)
    }
}

/// What a caller says about a subscriber; what was not said is empty.
package struct SubscriberProfile: Sendable, Equatable {
    /// Unique in the account, whatever its case.
    package var email: String
    package var firstName = ""
    package var lastName = ""
    package var displayName = ""
    package var jobTitle = ""
    /// A name of the time zone database.
    package var timeZone = ""
    package var country = ""
    package var companyName = ""

    package init(email: String) { self.email = email }

    /// The fields but the email, in the order of the vendor's page, with the names that faults give them.
    package static var fields: [(name: String, path: WritableKeyPath<SubscriberProfile, String>)] {
        [
            ("firstName", \.firstName), ("lastName", \.lastName), ("displayName", \.displayName),
            ("jobTitle", \.jobTitle), ("timeZone", \.timeZone), ("country", \.country),
            ("companyName", \.companyName),
        ]
    }

    /// The display name, or the two names, or the email.
    package var shownName: String {
        if !displayName.isEmpty { return displayName }
        let names = [firstName, lastName].filter { !$0.isEmpty }.joined(separator: " ")
        return names.isEmpty ? email : names
    }
}

package typealias SubscriberID = Identifier<Subscriber>

/// The last part of an address, such as `/private/alice-johnson`.
package enum AddressName {
    /// Small letters and digits of ASCII with single hyphens between them; the id where nothing is left.
    package static func slug(_ text: String, fallback: UniqueID) -> String {
        let parts = text.lowercased().utf8.split { !$0.isASCIIAlphanumeric }
        let slug = parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
        return slug.isEmpty ? fallback.description : String(slug.prefix(64))
    }
}
