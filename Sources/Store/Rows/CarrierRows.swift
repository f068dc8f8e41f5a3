import Foundation
import GRDB
import Provisioning

extension SQLReader {
    func carrier(_ id: CarrierID, of account: AccountID) throws(ProvisioningError) -> Carrier? {
        try row("\(Carrier.query) WHERE id = ? AND account = ?", [id.rawValue, account.rawValue], Carrier.init)
    }

    func carriers(of account: AccountID) throws(ProvisioningError) -> [Carrier] {
        try rows("\(Carrier.query) WHERE account = ? ORDER BY id", [account.rawValue], Carrier.init)
    }
}

extension SQLiteTransaction {
    func insertCarrier(_ details: CarrierDetails, account: AccountID, password: (CarrierID) -> [UInt8]?)
        throws(ProvisioningError) -> Carrier
    {
        try atomically { () throws(ProvisioningError) in
            let names = CarrierDetails.columns + ["account"]
            let places = names.map { _ in "?" }.joined(separator: ", ")
            let id = CarrierID(
                rawValue: try insert(
                    "INSERT INTO carrier (\(names.joined(separator: ", "))) VALUES (\(places))",
                    details.values + [account.rawValue],
                    else: [.reference: ProvisioningError(.accountUnknown, "\(account)")]))
            let sealed = password(id)
            if let sealed {
                try run(
                    "UPDATE carrier SET password = ? WHERE id = ? AND account = ?",
                    [Data(sealed), id.rawValue, account.rawValue])
            }
            let carrier = Carrier(id: id, account: account, details: details, sealedPassword: sealed)
            try record(.carrier(carrier), .created, account: account)
            return carrier
        }
    }

    func update(_ carrier: Carrier) throws(ProvisioningError) {
        let columns = (CarrierDetails.columns + ["password"]).map { "\($0) = ?" }.joined(separator: ", ")
        let count = try run(
            "UPDATE carrier SET \(columns) WHERE id = ? AND account = ?",
            carrier.details.values
                + [carrier.sealedPassword.map { Data($0) }, carrier.id.rawValue, carrier.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.carrierUnknown, field: "id", "\(carrier.id)") }
        try record(.carrier(carrier), .updated, account: carrier.account)
    }

    func delete(_ carrier: Carrier) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM carrier WHERE id = ? AND account = ?", [carrier.id.rawValue, carrier.account.rawValue],
            else: [.reference: ProvisioningError(.carrierInUse, field: "id", "\(carrier.id)")])
        guard count == 1 else { throw ProvisioningError(.carrierUnknown, field: "id", "\(carrier.id)") }
        try record(.carrierDeleted(carrier), .deleted, account: carrier.account)
    }
}

extension Carrier {
    fileprivate static let query =
        "SELECT id, account, password, \(CarrierDetails.columns.joined(separator: ", ")) FROM carrier"

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        let password: Data? = row[2]
        self.init(
            id: CarrierID(rawValue: row[0]), account: AccountID(rawValue: row[1]),
            details: try CarrierDetails(row, from: 3), sealedPassword: password.map { Array($0) })
    }
}

extension CarrierDetails {
    /// In the order of `values` and of reading.
    fileprivate static let columns = [
        "name", "kind", "description", "destination", "proxy", "user_name",
        "called_prefix", "called_strip_hash", "called_dial_plan",
        "caller_id", "unknown_caller_id", "withheld_caller_id", "caller_dial_plan",
        "sends_asserted_identity", "sends_privacy", "sends_remote_party_id",
        "codecs", "dtmf", "maximum_calls", "fail_percent",
        "reserved_for", "exceptions_by", "charges", "has_own_costs", "currency", "costs_url",
        "channel_group", "context",
    ]

    fileprivate var values: StatementArguments {
        [
            name, kind.rawValue, description, destination.text, proxy.text, userName,
            calledPrefix, calledStripHash, calledDialPlan,
            callerID, unknownCallerID, withheldCallerID, callerDialPlan,
            sendsAssertedIdentity, sendsPrivacy, sendsRemotePartyID,
            codecs.map(\.rawValue).joined(separator: ","), dtmf.rawValue, maximumCalls, failPercent,
            reservedFor.stored, exceptionsBy.stored, charges, hasOwnCosts, currency, costsURL,
            channelGroup, context,
        ]
    }

    fileprivate init(_ row: Row, from first: Int) throws(ProvisioningError) {
        self.init()
        var column = first - 1
        func next() -> Int {
            column += 1
            return column
        }
        name = row[next()]
        kind = try row.value(next(), as: Kind.self)
        description = row[next()]
        destination = CarrierTargets(row[next()])
        proxy = CarrierTargets(row[next()])
        userName = row[next()]
        calledPrefix = row[next()]
        calledStripHash = row[next()]
        calledDialPlan = row[next()]
        callerID = row[next()]
        unknownCallerID = row[next()]
        withheldCallerID = row[next()]
        callerDialPlan = row[next()]
        sendsAssertedIdentity = row[next()]
        sendsPrivacy = row[next()]
        sendsRemotePartyID = row[next()]
        let names: String = row[next()]
        codecs = names.split(separator: ",").compactMap { Codec(rawValue: String($0)) }
        dtmf = try row.value(next(), as: DTMFMode.self)
        maximumCalls = row[next()]
        failPercent = row[next()]
        reservedFor = CustomerScope(stored: row[next()])
        exceptionsBy = CustomerScope(stored: row[next()])
        charges = row[next()]
        hasOwnCosts = row[next()]
        currency = row[next()]
        costsURL = row[next()]
        channelGroup = row[next()]
        context = row[next()]
    }
}

extension CarrierDetails.CustomerScope {
    fileprivate init(stored value: Int64) {
        switch value {
        case 0: self = .none
        case -1: self = .all
        default: self = .account(AccountID(rawValue: value))
        }
    }

    fileprivate var stored: Int64 {
        switch self {
        case .none: 0
        case .all: -1
        case .account(let id): id.rawValue
        }
    }
}
