import GRDB
import Provisioning

extension SQLReader {
    func carrierCost(_ id: CarrierCostID, of account: AccountID) throws(ProvisioningError) -> CarrierCost? {
        try row(
            "\(CarrierCost.query) WHERE id = ? AND account = ?", [id.rawValue, account.rawValue], CarrierCost.init)
    }

    func carrierCosts(of carrier: CarrierID, account: AccountID) throws(ProvisioningError) -> [CarrierCost] {
        try rows(
            "\(CarrierCost.query) WHERE carrier = ? AND account = ? ORDER BY id",
            [carrier.rawValue, account.rawValue], CarrierCost.init)
    }
}

extension SQLReader {
    /// Costs of an account by their called prefixes.
    ///
    /// - Parameter places: one for each prefix behind the account in the arguments.
    func carrierCosts(prefixes places: String, _ arguments: StatementArguments) throws(ProvisioningError)
        -> [CarrierCost]
    {
        try rows(
            "\(CarrierCost.query) WHERE account = ? AND called_prefix IN (\(places))", arguments, CarrierCost.init)
    }
}

extension SQLiteTransaction {
    func insertCarrierCost(_ details: CarrierCostDetails, account: AccountID) throws(ProvisioningError) -> CarrierCost {
        let names = CarrierCostDetails.columns + ["account"]
        let places = names.map { _ in "?" }.joined(separator: ", ")
        let id = try insert(
            "INSERT INTO carrier_cost (\(names.joined(separator: ", "))) VALUES (\(places))",
            details.values + [account.rawValue],
            else: [.reference: ProvisioningError(.carrierReferenceUnknown, field: "carrier", "\(details.carrier)")])
        let cost = CarrierCost(id: CarrierCostID(rawValue: id), account: account, details: details)
        try record(.carrierCost(cost), .created, account: account)
        return cost
    }

    func delete(_ cost: CarrierCost) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM carrier_cost WHERE id = ? AND account = ?", [cost.id.rawValue, cost.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.carrierCostUnknown, field: "id", "\(cost.id)") }
        try record(.carrierCostDeleted(cost), .deleted, account: cost.account)
    }
}

extension CarrierCost {
    fileprivate static let query =
        "SELECT id, account, \(CarrierCostDetails.columns.joined(separator: ", ")) FROM carrier_cost"

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        var details = CarrierCostDetails(carrier: CarrierID(rawValue: row[2]))
        details.description = row[3]
        details.called = CalledNumbers(row, from: 4)
        details.callerMatch = try row.value(7, as: CarrierCostDetails.CallerMatch.self)
        details.callerPrefix = row[8]
        details.media = try row.value(9, as: CallMedia.self)
        details.hours.days = row[10]
        details.hours.firstMinute = row[11]
        details.hours.lastMinute = row[12]
        details.hours.from = row[13]
        details.hours.until = row[14]
        details.priority = row[15]
        details.isLeastCost = row[16]
        details.connectFee = CostAmount(millionths: row[17])
        details.perMinute = CostAmount(millionths: row[18])
        details.perMessage = CostAmount(millionths: row[19])
        details.minimum = CostAmount(millionths: row[20])
        details.includedSeconds = row[21]
        details.increment = row[22]
        self.init(id: CarrierCostID(rawValue: row[0]), account: AccountID(rawValue: row[1]), details: details)
    }
}

extension CarrierCostDetails {
    /// In the order of `values` and of reading.
    fileprivate static let columns = [
        "carrier", "description", "called_prefix", "called_minimum", "called_maximum", "caller_match", "caller_prefix",
        "media", "days", "first_minute", "last_minute", "valid_from", "valid_until", "priority", "is_least_cost",
        "connect_fee", "per_minute", "per_message", "minimum", "included", "increment",
    ]

    fileprivate var values: StatementArguments {
        [
            carrier.rawValue, description, called.prefix, called.minimumLength, called.maximumLength,
            callerMatch.rawValue, callerPrefix, media.rawValue, hours.days, hours.firstMinute, hours.lastMinute,
            hours.from, hours.until, priority, isLeastCost, connectFee.millionths, perMinute.millionths,
            perMessage.millionths, minimum.millionths, includedSeconds, increment,
        ]
    }
}

extension CalledNumbers {
    /// From three columns: prefix, least and greatest length.
    init(_ row: Row, from first: Int) {
        self.init()
        prefix = row[first]
        minimumLength = row[first + 1]
        maximumLength = row[first + 2]
    }
}
