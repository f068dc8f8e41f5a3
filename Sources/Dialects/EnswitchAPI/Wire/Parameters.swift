import DialectKit
import Provisioning

/// Reads a request's parameters into values of the model; what cannot be read is kept as faults, and all of them count.
///
/// A parameter that is missing leaves the value as it is, which is the default on create and the current one on update.
struct Parameters {
    private let form: FormBody
    /// By the model's names of fields.
    private(set) var faults: [Fault] = []

    init(_ form: FormBody) { self.form = form }

    func throwAny() throws(ProvisioningError) {
        guard faults.isEmpty else { throw ProvisioningError(faults) }
    }

    mutating func require(_ name: String) {
        guard form[name] == nil else { return }
        faults.append(Fault(.elementRequired, field: Self.field(of: name), values: [name]))
    }

    mutating func text(_ name: String, into value: inout String) { value = form[name] ?? value }

    mutating func flag(_ name: String, into value: inout Bool) {
        read(name, into: &value) { $0 == "1" ? true : $0 == "0" ? false : nil }
    }

    mutating func number(_ name: String, into value: inout Int) { read(name, into: &value) { Self.number($0) } }

    mutating func number(_ name: String, into value: inout Int64) {
        read(name, into: &value) { Self.number($0).map(Int64.init) }
    }

    /// A number that must be one of those, for values that the model does not check.
    mutating func number(_ name: String, in range: ClosedRange<Int>, into value: inout Int) {
        read(name, into: &value) { text in Self.number(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A number that is -1 for none.
    mutating func limit(_ name: String, into value: inout Int?) {
        read(name, into: &value) { text -> Int?? in
            guard text != "-1" else { return .some(nil) }
            guard let number = Self.number(text), number >= 0 else { return nil }
            return .some(number)
        }
    }

    /// Seconds since 1970, -1 for none.
    mutating func moment(_ name: String, into value: inout Int64?) {
        var seconds = value.flatMap { Int(exactly: $0) }
        limit(name, into: &seconds)
        value = seconds.map(Int64.init)
    }

    mutating func choice<Value: RawRepresentable<String>>(_ name: String, into value: inout Value) {
        read(name, into: &value) { Value(rawValue: $0) }
    }

    mutating func amount(_ name: String, into value: inout CostAmount) {
        read(name, into: &value) { CostAmount($0) }
    }

    mutating func id<Resource>(_ name: String) -> Identifier<Resource>? {
        var id: Identifier<Resource>?
        read(name, into: &id) { text -> Identifier<Resource>?? in
            guard let id = Identifier<Resource>(text) else { return nil }
            return .some(id)
        }
        return id
    }

    /// 0 for nobody, -1 for everybody, else a customer's number.
    mutating func customer(_ name: String, into value: inout CarrierDetails.CustomerScope) {
        read(name, into: &value) { text in
            switch text {
            case "0": CarrierDetails.CustomerScope.none
            case "-1": .all
            default: AccountID(text).map { .account($0) }
            }
        }
    }

    /// 0 for none, -1 for least cost, else a peer's number.
    mutating func peer(_ name: String, into value: inout CarrierRouteDetails.Choice) {
        read(name, into: &value) { text in
            switch text {
            case "0": CarrierRouteDetails.Choice.none
            case "-1": .leastCost
            default: CarrierID(text).map { .carrier($0) }
            }
        }
    }

    mutating func codecs(_ name: String, into value: inout [CarrierDetails.Codec]) {
        guard let text = form[name] else { return }
        var codecs: [CarrierDetails.Codec] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.filter { !$0.isWhitespace }
            guard let codec = CarrierDetails.Codec(rawValue: name) else {
                return faults.append(Fault(.codecUnknown, field: "codecs", values: [name]))
            }
            if !codecs.contains(codec) { codecs.append(codec) }
        }
        value = codecs
    }

    private mutating func read<Value>(_ name: String, into value: inout Value, _ read: (String) -> Value?) {
        guard let text = form[name] else { return }
        if let found = read(text) {
            value = found
        } else {
            faults.append(Fault(.valueInvalid, field: Self.field(of: name), values: [name, text]))
        }
    }

    private static func number(_ text: String) -> Int? { text.hasPrefix("+") ? nil : Int(text) }
}

extension Parameters {
    /// Parameters whose fields have other names in the model.
    private static let fields = [
        "type": "kind", "username": "userName", "callerid": "callerID", "callerid_unknown": "unknownCallerID",
        "callerid_withheld": "withheldCallerID", "dialplan_called": "calledDialPlan",
        "dialplan_caller": "callerDialPlan", "customer": "reservedFor", "plan_customer": "exceptionsBy",
        "outmaximum": "maximumCalls", "channel_group": "channelGroup", "fail_percent": "failPercent",
        "url_costs": "costsURL", "called_prefix": "calledPrefix", "caller_prefix": "callerPrefix",
        "called_min": "calledMinimum", "called_max": "calledMaximum", "peer": "carrier", "peer1": "choice1",
        "peer2": "choice2", "peer3": "choice3", "copy_costs_peer": "copiesCostsOf",
    ]
    private static let names = Dictionary(uniqueKeysWithValues: fields.map { ($0.value, $0.key) })

    /// The model's name of a parameter.
    static func field(of name: String) -> String { fields[name] ?? name }

    /// The parameter of a field of the model.
    static func name(of field: String) -> String { names[field] ?? field }
}
