import Provisioning

/// Who provisioned that calls go somewhere.
enum DestinationOwner: Hashable, Sendable, CustomStringConvertible {
    case trunk(TrunkID)
    case carrier(CarrierID)
    case resource(CallResourceID)

    var description: String {
        switch self {
        case .trunk(let id): "trunk \(id)"
        case .carrier(let id): "carrier \(id)"
        case .resource(let id): "resource \(id)"
        }
    }
}

/// Which destinations there are, and for whom: each once, however many send calls there.
struct DestinationTable {
    private var owned: [AccountID: [DestinationOwner: [CarrierTarget]]] = [:]
    private var stopped: Set<AccountID> = []
    private(set) var users: [CarrierTarget: Set<DestinationOwner>] = [:]

    /// What came and went with a change.
    struct Change: Equatable {
        var added: [CarrierTarget] = []
        var removed: [CarrierTarget] = []
    }

    /// Puts these in the place of what the owner had.
    mutating func set(_ owner: DestinationOwner, of account: AccountID, _ targets: [CarrierTarget]) -> Change {
        let before = owned[account]?[owner] ?? []
        owned[account, default: [:]][owner] = targets.isEmpty ? nil : targets
        if owned[account]?.isEmpty ?? false { owned[account] = nil }
        var change = Change()
        guard !stopped.contains(account) else { return change }
        use(targets, by: owner, &change)
        drop(before.filter { !targets.contains($0) }, by: owner, &change)
        return change
    }

    /// An account that is stopped calls nobody; one that goes on has what it had.
    mutating func set(_ account: AccountID, isStopped: Bool) -> Change {
        var change = Change()
        guard isStopped != stopped.contains(account) else { return change }
        if isStopped { stopped.insert(account) } else { stopped.remove(account) }
        for (owner, targets) in owned[account] ?? [:] {
            if isStopped { drop(targets, by: owner, &change) } else { use(targets, by: owner, &change) }
        }
        return change
    }

    mutating func remove(_ account: AccountID) -> Change {
        let change = set(account, isStopped: true)
        owned[account] = nil
        stopped.remove(account)
        return change
    }

    private mutating func use(_ targets: [CarrierTarget], by owner: DestinationOwner, _ change: inout Change) {
        for target in targets {
            if users[target] == nil { change.added.append(target) }
            users[target, default: []].insert(owner)
        }
    }

    private mutating func drop(_ targets: [CarrierTarget], by owner: DestinationOwner, _ change: inout Change) {
        for target in targets {
            guard users[target]?.remove(owner) != nil, users[target]?.isEmpty ?? false else { continue }
            users[target] = nil
            change.removed.append(target)
        }
    }
}
