/// The inventory of telephone numbers.
package struct Numbers: Sendable {
    let store: any ProvisioningStore

    /// Adds all of them or none: every `numberInvalid` is named first, then `accountUnknown`, then every `numberTaken`.
    package func add(_ numbers: [String], account: AccountID) async throws(ProvisioningError) -> [InventoryNumber] {
        let invalid = numbers.filter { TelephoneNumber($0) == nil }
        try ProvisioningError.throwAny(invalid.map { Fault(.numberInvalid, field: "numbers", values: [$0]) })
        let parsed = numbers.compactMap { TelephoneNumber($0) }
        return try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            var added: [InventoryNumber] = []
            var faults: [Fault] = []
            for number in parsed {
                do throws(ProvisioningError) {
                    added.append(try store.insertNumber(number, account: account))
                } catch {
                    faults += error.faults
                }
            }
            try ProvisioningError.throwAny(faults)
            return added
        }
    }

    /// What has a number's calls.
    package enum Assignment: Sendable, Equatable {
        case nothing
        case trunk(TrunkID)
        /// By `name` or `name@domain`.
        case user(String)
        case application(CallApplicationID)
    }

    /// Sends a number's calls to a trunk of its account, or to none. Throws as with any assignment.
    package func assign(_ number: String, to trunk: TrunkID?, account: AccountID) async throws(ProvisioningError)
        -> InventoryNumber
    {
        try await assign(number, to: trunk.map(Assignment.trunk) ?? .nothing, account: account)
    }

    /// Sends a number's calls to something of its account, or nowhere.
    ///
    /// Throws `numberInvalid`, `numberUnknown`, `trunkUnknown`, `credentialUnknown`, `applicationIDUnknown`.
    package func assign(_ number: String, to assignment: Assignment, account: AccountID)
        async throws(ProvisioningError) -> InventoryNumber
    {
        let parsed = try TelephoneNumber.require(number)
        return try await store.write { (store) throws(ProvisioningError) in
            var entry = try store.requireNumber(parsed, of: account)
            entry.trunk = nil
            entry.destination = nil
            switch assignment {
            case .nothing: break
            case .trunk(let id): entry.trunk = id
            case .user(let name):
                guard let user = try store.callUser(name, of: account) else {
                    throw ProvisioningError(.credentialUnknown, field: "user", name, "\(account)")
                }
                entry.destination = .user(user.credential)
            case .application(let id):
                guard try store.application(id, of: account) != nil else {
                    throw ProvisioningError(.applicationIDUnknown, field: "application")
                }
                entry.destination = .application(id)
            }
            try store.update(entry)
            return entry
        }
    }

    package func list(of account: AccountID) async throws(ProvisioningError) -> [InventoryNumber] {
        try await store.read { (store) throws(ProvisioningError) in try store.numbers(of: account) }
    }

    /// Throws `numberInvalid`, `numberUnknown`.
    package func remove(_ number: String, account: AccountID) async throws(ProvisioningError) {
        let parsed = try TelephoneNumber.require(number)
        try await store.write { (store) throws(ProvisioningError) in
            try store.delete(store.requireNumber(parsed, of: account))
        }
    }
}

extension ProvisioningReader {
    /// Throws `numberUnknown`.
    fileprivate func requireNumber(_ number: TelephoneNumber, of account: AccountID) throws(ProvisioningError)
        -> InventoryNumber
    {
        guard let entry = try self.number(number), entry.account == account else {
            throw ProvisioningError(.numberUnknown, number.e164)
        }
        return entry
    }
}

extension TelephoneNumber {
    /// Throws `numberInvalid`.
    fileprivate static func require(_ text: String) throws(ProvisioningError) -> TelephoneNumber {
        guard let number = TelephoneNumber(text) else { throw ProvisioningError(.numberInvalid, text) }
        return number
    }
}
