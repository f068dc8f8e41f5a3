/// What holds for every call of an account; what is `nil` is as the account's country has it.
package struct CallSettings: Sendable, Equatable {
    package let account: AccountID
    package var countryCode: String?
    package var nationalPrefix: String?
    package var internationalPrefixes: [String]?
    /// What stands beside the country's own emergency numbers.
    package var emergencyNumbers: [String] = []
    /// ISO 3166-1 alpha-2 codes of the countries that calls to the telephone network may reach; `nil` is every country.
    package var countries: [String]?
    package var caps = CallCaps()
    package var media = MediaRouting.auto
    /// How long records of calls are kept, in days.
    package var recordDays = 90

    /// The settings of an account that never said anything.
    package init(account: AccountID) { self.account = account }

    package func dialling(in country: String) -> Dialling {
        var dialling = Dialling(country: country)
        if let countryCode { dialling.countryCode = countryCode }
        if let nationalPrefix { dialling.nationalPrefix = nationalPrefix }
        if let internationalPrefixes { dialling.internationalPrefixes = internationalPrefixes }
        return dialling
    }

    /// Whom a call in need goes to, for an account of a country.
    package func isEmergency(_ dialled: some StringProtocol, in country: String) -> Bool {
        let number = String(dialled)
        return SpecialNumbers.emergency(in: country).contains(number) || emergencyNumbers.contains(number)
    }
}

/// How much somebody may call; `nil` is no limit.
package struct CallCaps: Sendable, Hashable {
    /// Calls at the same time.
    package var calls: Int?
    /// New calls in a second.
    package var perSecond: Int?
    /// What calls of one day (UTC) may cost by the carriers' own tables, in whatever currencies these are.
    package var dailySpend: CostAmount?

    package init(calls: Int? = nil, perSecond: Int? = nil, dailySpend: CostAmount? = nil) {
        self.calls = calls
        self.perSecond = perSecond
        self.dailySpend = dailySpend
    }
}
