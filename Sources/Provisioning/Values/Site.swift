/// A place of an account that groups trunks.
package struct Site: Sendable, Equatable {
    package let id: SiteID
    package let account: AccountID
    package var details: SiteDetails

    package init(id: SiteID, account: AccountID, details: SiteDetails) {
        self.id = id
        self.account = account
        self.details = details
    }
}

/// What a caller says about a site.
package struct SiteDetails: Sendable, Equatable {
    package var name: String
    package var description: String?
    package var customerName: String?
    package var customerProvidedID: String?
    package var address: PostalAddress?

    package init(
        name: String, description: String? = nil, customerName: String? = nil, customerProvidedID: String? = nil,
        address: PostalAddress? = nil
    ) {
        self.name = name
        self.description = description
        self.customerName = customerName
        self.customerProvidedID = customerProvidedID
        self.address = address
    }
}
