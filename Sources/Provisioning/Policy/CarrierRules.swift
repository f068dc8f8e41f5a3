/// What a carrier may be, given what the operator offers and whose it is.
struct CarrierRules {
    let account: AccountID
    let dialPlans: [DialPlan]
    let currencies: [CostCurrency]

    private static let nameLimit = 100
    private static let textLimit = 255
    private static let longTextLimit = 1024
    private static let dialableLimit = 32

    /// The details with the defaults in the places of what they name empty.
    func completed(_ details: CarrierDetails) -> CarrierDetails {
        var details = details
        let plan = dialPlans.first(where: \.isDefault)?.name ?? ""
        if details.calledDialPlan.isEmpty { details.calledDialPlan = plan }
        if details.callerDialPlan.isEmpty { details.callerDialPlan = plan }
        if details.currency.isEmpty { details.currency = currencies.first(where: \.isDefault)?.code ?? "" }
        return details
    }

    /// Every broken rule of a draft, those that its dialect found first; a field has one fault.
    func faults(of draft: CarrierDraft) -> [Fault] {
        let details = draft.details
        var known = Set(draft.faults.map(\.field))
        let found =
            textFaults(of: details, password: draft.password)
            + kindFaults(of: details, isKnown: !known.contains("kind"))
            + rangeFaults(of: details) + referenceFaults(of: details)
        return draft.faults + found.filter { known.insert($0.field).inserted }
    }

    private func textFaults(of details: CarrierDetails, password: Secret<String>?) -> [Fault] {
        var faults: [Fault] = []
        if details.name.isBlank {
            faults.append(Fault(.elementRequired, field: "name", values: ["name"]))
        }
        let texts: [(field: String, text: String, limit: Int)] = [
            ("name", details.name, Self.nameLimit), ("description", details.description, Self.textLimit),
            ("destination", details.destination.text, Self.longTextLimit),
            ("proxy", details.proxy.text, Self.textLimit), ("userName", details.userName, Self.textLimit),
            ("callerID", details.callerID, Self.textLimit),
            ("unknownCallerID", details.unknownCallerID, Self.textLimit),
            ("withheldCallerID", details.withheldCallerID, Self.textLimit),
            ("context", details.context, Self.textLimit), ("costsURL", details.costsURL, Self.longTextLimit),
        ]
        faults += texts.compactMap { Self.fault(of: $0.text, $0.field, upTo: $0.limit) }
        if let password, Self.fault(of: password.reveal(), "password", upTo: Self.textLimit) != nil {
            faults.append(Fault(.valueInvalid, field: "password", values: ["password", password.description]))
        }
        if !details.calledPrefix.isDialable(upTo: Self.dialableLimit) {
            faults.append(Fault(.valueInvalid, field: "calledPrefix", values: ["calledPrefix", details.calledPrefix]))
        }
        return faults
    }

    private static func fault(of text: String, _ field: String, upTo limit: Int) -> Fault? {
        if text.length > limit { return Fault(.textTooLong, field: field, values: [field, String(limit)]) }
        return text.hasControls ? Fault(.valueInvalid, field: field, values: [field, text]) : nil
    }

    /// What a carrier of its kind needs, and whether SIP can be sent to where its calls go.
    private func kindFaults(of details: CarrierDetails, isKnown: Bool) -> [Fault] {
        guard isKnown else { return [] }
        var faults: [Fault] = []
        func require(_ field: String, _ isEmpty: Bool) {
            guard isEmpty else { return }
            faults.append(Fault(.carrierKindRequires, field: field, values: [field, details.kind.rawValue]))
        }
        switch details.kind {
        case .context: require("context", details.context.isBlank)
        case .iax, .sip: require("destination", details.destination.isEmpty)
        case .dahdi, .zap, .pjsip: break
        }
        guard details.kind.isSIP else { return faults }
        let targets = [("destination", details.destination), ("proxy", details.proxy)]
        for (field, value) in targets where !value.isEmpty && value.targets.isEmpty {
            faults.append(Fault(.carrierTargetInvalid, field: field, values: [field, value.text]))
        }
        if details.proxy.targets.count > 1 {
            faults.append(Fault(.carrierTargetInvalid, field: "proxy", values: ["proxy", details.proxy.text]))
        }
        return faults
    }

    private func rangeFaults(of details: CarrierDetails) -> [Fault] {
        let numbers: [(field: String, value: Int, range: ClosedRange<Int>)] = [
            ("channelGroup", details.channelGroup, 0...63), ("failPercent", details.failPercent, 0...100),
            ("maximumCalls", details.maximumCalls ?? 0, 0...1_000_000),
        ]
        return numbers.compactMap { Fault(outOf: $0.range, $0.value, field: $0.field) }
    }

    /// What names something else: dial plans, a currency, customers.
    private func referenceFaults(of details: CarrierDetails) -> [Fault] {
        var faults: [Fault] = []
        for (field, name) in [("calledDialPlan", details.calledDialPlan), ("callerDialPlan", details.callerDialPlan)]
        where !name.isEmpty && !dialPlans.contains(where: { $0.name == name }) {
            faults.append(Fault(.dialPlanUnknown, field: field, values: [name]))
        }
        if !details.currency.isEmpty, !currencies.contains(where: { $0.code == details.currency }) {
            faults.append(Fault(.currencyUnknown, field: "currency", values: [details.currency]))
        }
        for (field, scope) in [("reservedFor", details.reservedFor), ("exceptionsBy", details.exceptionsBy)] {
            guard case .account(let id) = scope, id != account else { continue }
            faults.append(Fault(.customerUnknown, field: field, values: ["\(id)"]))
        }
        return faults
    }
}

extension Fault {
    /// The fault of a number outside of a range, or `nil` for one within.
    init?(outOf range: ClosedRange<Int>, _ value: Int, field: String) {
        guard !range.contains(value) else { return nil }
        self.init(
            .numberOutOfRange, field: field,
            values: [field, String(value), String(range.lowerBound), String(range.upperBound)])
    }
}

extension StringProtocol {
    /// Whether the text is nothing but what can be dialled: digits, `+`, `*`, `#`.
    func isDialable(upTo limit: Int) -> Bool {
        utf8.count <= limit && utf8.allSatisfy { $0.isASCIIDigit || "+*#".utf8.contains($0) }
    }
}

extension CalledNumbers {
    /// Every broken rule, by the names of fields that begin with `called`.
    func faults() -> [Fault] {
        var faults: [Fault] = []
        if !prefix.isDialable(upTo: 32) {
            faults.append(Fault(.valueInvalid, field: "calledPrefix", values: ["calledPrefix", prefix]))
        }
        let lengths = [("calledMinimum", minimumLength), ("calledMaximum", maximumLength)]
        let outOfRange = lengths.compactMap { Fault(outOf: 0...100, $0.1, field: $0.0) }
        faults += outOfRange
        if outOfRange.isEmpty, minimumLength > maximumLength {
            faults.append(
                Fault(
                    .lengthsReversed, field: "calledMaximum", values: [String(minimumLength), String(maximumLength)]))
        }
        return faults
    }
}
