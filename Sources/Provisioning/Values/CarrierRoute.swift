/// Which carriers calls to numbers of one prefix are tried at.
package struct CarrierRoute: Sendable, Equatable {
    package let id: CarrierRouteID
    package let account: AccountID
    package var details: CarrierRouteDetails

    package init(id: CarrierRouteID, account: AccountID, details: CarrierRouteDetails) {
        self.id = id
        self.account = account
        self.details = details
    }
}

package typealias CarrierRouteID = Identifier<CarrierRoute>

/// What a caller says about a route.
package struct CarrierRouteDetails: Sendable, Equatable {
    package var description = ""
    package var called = CalledNumbers()
    /// Empty is any caller.
    package var callerPrefix = ""
    package var media = CallMedia.voiceAndFax
    /// The number of the group of destinations that cost the same; Demarc keeps it and no more.
    package var outboundGroup: Int64 = 0
    /// Tried in this order; three of them, the first of which is never none.
    package var choices: [Choice] = [.leastCost, .none, .none]
    package var allowsPlans = true
    /// The carrier whose costs others are to copy; `nil` for none.
    package var copiesCostsOf: CarrierID?

    package init() {}

    /// What stands in one place of a route.
    package enum Choice: Sendable, Equatable {
        case none, leastCost
        case carrier(CarrierID)

        /// The carrier that is named.
        package var carrier: CarrierID? {
            guard case .carrier(let id) = self else { return nil }
            return id
        }
    }

    /// Every carrier that the route names.
    package var carriers: [CarrierID] { choices.compactMap(\.carrier) + [copiesCostsOf].compactMap(\.self) }
}
