import GRDB
import Provisioning

extension SQLReader {
    func carrierRoute(_ id: CarrierRouteID, of account: AccountID) throws(ProvisioningError) -> CarrierRoute? {
        try row(
            "\(CarrierRoute.query) WHERE id = ? AND account = ?", [id.rawValue, account.rawValue], CarrierRoute.init)
    }

    func carrierRoutes(of account: AccountID) throws(ProvisioningError) -> [CarrierRoute] {
        try rows("\(CarrierRoute.query) WHERE account = ? ORDER BY id", [account.rawValue], CarrierRoute.init)
    }

    func carrierRouting(to called: String, of account: AccountID) throws(ProvisioningError) -> CarrierRouting {
        let prefixes = called.prefixes
        let places = prefixes.map { _ in "?" }.joined(separator: ", ")
        let arguments: StatementArguments = [account.rawValue] + StatementArguments(prefixes)
        let routes = try rows(
            "\(CarrierRoute.query) WHERE account = ? AND called_prefix IN (\(places))", arguments, CarrierRoute.init)
        let costs = try carrierCosts(prefixes: places, arguments)
        var ids = Set(routes.flatMap(\.details.carriers))
        if routes.contains(where: { $0.details.choices.contains(.leastCost) }) {
            ids.formUnion(costs.map(\.details.carrier))
        }
        var carriers: [Carrier] = []
        for id in ids.sorted() {
            if let carrier = try carrier(id, of: account) { carriers.append(carrier) }
        }
        return CarrierRouting(carriers: carriers, routes: routes, costs: costs)
    }
}

extension SQLiteTransaction {
    func insertCarrierRoute(_ details: CarrierRouteDetails, account: AccountID) throws(ProvisioningError)
        -> CarrierRoute
    {
        let names = CarrierRouteDetails.columns + ["account"]
        let places = names.map { _ in "?" }.joined(separator: ", ")
        let id = try insert(
            "INSERT INTO carrier_route (\(names.joined(separator: ", "))) VALUES (\(places))",
            details.values + [account.rawValue], else: [.reference: details.unknownCarrier])
        let route = CarrierRoute(id: CarrierRouteID(rawValue: id), account: account, details: details)
        try record(.carrierRoute(route), .created, account: account)
        return route
    }

    func update(_ route: CarrierRoute) throws(ProvisioningError) {
        let columns = CarrierRouteDetails.columns.map { "\($0) = ?" }.joined(separator: ", ")
        let count = try run(
            "UPDATE carrier_route SET \(columns) WHERE id = ? AND account = ?",
            route.details.values + [route.id.rawValue, route.account.rawValue],
            else: [.reference: route.details.unknownCarrier])
        guard count == 1 else { throw ProvisioningError(.carrierRouteUnknown, field: "id", "\(route.id)") }
        try record(.carrierRoute(route), .updated, account: route.account)
    }

    func delete(_ route: CarrierRoute) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM carrier_route WHERE id = ? AND account = ?", [route.id.rawValue, route.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.carrierRouteUnknown, field: "id", "\(route.id)") }
        try record(.carrierRouteDeleted(route), .deleted, account: route.account)
    }
}

extension String {
    /// Everything that the text begins with, and the same without the `+` before it; the empty text too.
    fileprivate var prefixes: [String] {
        let digits = hasPrefix("+") ? dropFirst() : self[...]
        let short = (0...digits.count).map { String(digits.prefix($0)) }
        return hasPrefix("+") ? short + short.map { "+\($0)" } : short
    }
}

extension CarrierRoute {
    fileprivate static let query =
        "SELECT id, account, \(CarrierRouteDetails.columns.joined(separator: ", ")) FROM carrier_route"

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        var details = CarrierRouteDetails()
        details.description = row[2]
        details.called = CalledNumbers(row, from: 3)
        details.callerPrefix = row[6]
        details.media = try row.value(7, as: CallMedia.self)
        details.outboundGroup = row[8]
        details.choices = (9...11).map { CarrierRouteDetails.Choice(stored: row[$0]) }
        details.allowsPlans = row[12]
        let copied: Int64? = row[13]
        details.copiesCostsOf = copied.map(CarrierID.init(rawValue:))
        self.init(id: CarrierRouteID(rawValue: row[0]), account: AccountID(rawValue: row[1]), details: details)
    }
}

extension CarrierRouteDetails {
    /// In the order of `values` and of reading.
    fileprivate static let columns = [
        "description", "called_prefix", "called_minimum", "called_maximum", "caller_prefix", "media", "outbound_group",
        "choice1", "choice2", "choice3", "allows_plans", "copies_costs_of",
    ]

    fileprivate var values: StatementArguments {
        let places: StatementArguments = [
            description, called.prefix, called.minimumLength, called.maximumLength, callerPrefix, media.rawValue,
            outboundGroup,
        ]
        return places + StatementArguments(choices.map(\.stored)) + [allowsPlans, copiesCostsOf?.rawValue]
    }

    /// What a broken reference means: a carrier went since it was looked up.
    fileprivate var unknownCarrier: ProvisioningError {
        ProvisioningError(.carrierReferenceUnknown, carriers.map(\.description).joined(separator: ", "))
    }
}

extension CarrierRouteDetails.Choice {
    fileprivate init(stored value: Int64) {
        switch value {
        case 0: self = .none
        case -1: self = .leastCost
        default: self = .carrier(CarrierID(rawValue: value))
        }
    }

    fileprivate var stored: Int64 {
        switch self {
        case .none: 0
        case .leastCost: -1
        case .carrier(let id): id.rawValue
        }
    }
}
