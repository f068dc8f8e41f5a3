import GRDB
import Provisioning

extension SQLReader {
    func dialPlans() throws(ProvisioningError) -> [DialPlan] {
        try rows(
            "SELECT name, international, country_code, national, is_default FROM dial_plan ORDER BY name", []
        ) { row in
            let country: String? = row[2]
            return DialPlan(
                name: row[0], international: row[1],
                national: country.map { DialPlan.National(countryCode: $0, prefix: row[3] ?? "") }, isDefault: row[4])
        }
    }

    func currencies() throws(ProvisioningError) -> [CostCurrency] {
        try rows("SELECT code, is_default FROM currency ORDER BY code", []) {
            CostCurrency(code: $0[0], isDefault: $0[1])
        }
    }
}

extension SQLiteTransaction {
    func insert(_ dialPlan: DialPlan) throws(ProvisioningError) {
        try atomically { () throws(ProvisioningError) in
            if dialPlan.isDefault { try demoteDefault(of: "dial_plan") }
            try run(
                """
                INSERT INTO dial_plan (name, international, country_code, national, is_default)
                VALUES (?, ?, ?, ?, ?)
                """,
                [
                    dialPlan.name, dialPlan.international, dialPlan.national?.countryCode, dialPlan.national?.prefix,
                    dialPlan.isDefault,
                ],
                else: [.unique: ProvisioningError(.dialPlanTaken, field: "name", dialPlan.name)])
            try record(.dialPlan(dialPlan), .created, account: .installation)
        }
    }

    func makeDefault(_ dialPlan: DialPlan) throws(ProvisioningError) {
        try atomically { () throws(ProvisioningError) in
            try demoteDefault(of: "dial_plan")
            try run("UPDATE dial_plan SET is_default = 1 WHERE name = ?", [dialPlan.name])
            try record(.dialPlan(dialPlan), .updated, account: .installation)
        }
    }

    func makeDefault(_ currency: CostCurrency) throws(ProvisioningError) {
        try atomically { () throws(ProvisioningError) in
            try demoteDefault(of: "currency")
            try run("UPDATE currency SET is_default = 1 WHERE code = ?", [currency.code])
            try record(.currency(currency), .updated, account: .installation)
        }
    }

    func insert(_ currency: CostCurrency) throws(ProvisioningError) {
        try atomically { () throws(ProvisioningError) in
            if currency.isDefault { try demoteDefault(of: "currency") }
            try run(
                "INSERT INTO currency (code, is_default) VALUES (?, ?)", [currency.code, currency.isDefault],
                else: [.unique: ProvisioningError(.currencyTaken, field: "code", currency.code)])
            try record(.currency(currency), .created, account: .installation)
        }
    }
}

extension SQLiteTransaction {
    /// There is one default at a time.
    private func demoteDefault(of table: String) throws(ProvisioningError) {
        try run("UPDATE \(table) SET is_default = 0 WHERE is_default = 1")
    }
}

extension AccountID {
    /// What the change log names for what belongs to no account.
    fileprivate static var installation: Self { AccountID(rawValue: 0) }
}
