/// What an account has and owes, and whether the operator stopped it.
package struct Ledger: Sendable, Equatable {
    package let account: AccountID
    /// ISO 4217 code.
    package var currency: String
    /// The sum of the account's entries; never below zero.
    package var balance: Money
    /// Whether the operator froze the account: it may look, and change nothing.
    package var isFrozen: Bool
    package var callbackURL: String?
    /// Sealed; at most 39 characters once it is opened.
    package var callbackSalt: [UInt8]?

    package init(
        account: AccountID, currency: String = "USD", balance: Money = .zero, isFrozen: Bool = false,
        callbackURL: String? = nil, callbackSalt: [UInt8]? = nil
    ) {
        self.account = account
        self.currency = currency
        self.balance = balance
        self.isFrozen = isFrozen
        self.callbackURL = callbackURL
        self.callbackSalt = callbackSalt
    }
}

/// One movement of money; entries are only ever added.
package struct LedgerEntry: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case topUp = "topup"
        case installation
        case fee
        case tax
    }

    package let kind: Kind
    /// Below zero for what was reserved.
    package let amount: Money
    /// The number of the registration that it was reserved for.
    package let registration: Int64?

    package init(_ kind: Kind, _ amount: Money, registration: Int64? = nil) {
        self.kind = kind
        self.amount = amount
        self.registration = registration
    }
}

/// What a subscription costs: one price for every account, whatever its currency.
package struct Tariff: Sendable, Equatable {
    /// Paid once.
    package var installation: Money
    /// Paid for each month in advance.
    package var month: Money
    /// Thousandths of a percent that taxes come to.
    package var taxThousandths: Int64

    package init(installation: Money = .zero, month: Money = Money(micros: 1_000_000), taxThousandths: Int64 = 20_000) {
        self.installation = installation
        self.month = month
        self.taxThousandths = taxThousandths
    }

    package var installationTax: Money { installation.share(thousandthsOfPercent: taxThousandths) }
    package var monthTax: Money { month.share(thousandthsOfPercent: taxThousandths) }
    /// What a new subscription needs.
    package var first: Money { installation + installationTax + month + monthTax }
}
