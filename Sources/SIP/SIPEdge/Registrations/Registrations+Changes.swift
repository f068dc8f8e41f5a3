import Logging
import Provisioning
import SIPEngine
import Synchronization

/// What is provisioned, and what becomes of it.
extension Registrations {
    /// So few changes are carried out before their callers are answered; more go to the shards' loops.
    private static let promptly = 64

    func committed(_ changes: [Change]) {
        var passwords: [OutboundRegistrationID: [UInt8]] = [:]
        for change in changes {
            if case .outboundRegistrationPassword(let id, let sealed) = change.subject { passwords[id] = sealed }
        }
        var looked: Set<Int> = []
        for change in changes {
            switch change.subject {
            case .outboundRegistration(let registration):
                let id = registration.id
                tell(.provisioned(registration, sealedPassword: passwords[id]), id, &looked)
            case .outboundRegistrationDeleted(let registration):
                tell(.removed(registration.id), registration.id, &looked)
            case .account(let account):
                tellAll(
                    .account(account.id, account.status == .leaving ? .gone : .suspended(account.status != .active)))
            case .accountDeleted(let id): tellAll(.account(id, .gone))
            case .ledger(let ledger): tellAll(.account(ledger.account, .frozen(ledger.isFrozen)))
            default: break
            }
        }
        guard changes.count <= Self.promptly else { return }
        for index in looked { turn(shards[index], rounds: Self.promptRounds) }
    }

    private func tell(_ message: RegistrationMessage, _ id: OutboundRegistrationID, _ looked: inout Set<Int>) {
        let number = contacts.number(of: id)
        looked.insert(Int(number % UInt64(shards.count)))
        post(message, to: number)
    }

    private func tellAll(_ message: RegistrationMessage) { for shard in shards { post(message, in: shard) } }

    // MARK: In a shard

    func provision(
        _ registration: OutboundRegistration, _ sealed: [UInt8]?, _ state: inout RegistrationShard.State, _ now: Int64
    ) {
        let number = contacts.number(of: registration.id)
        guard let entry = state.carried[number] else {
            guard let entry = add(registration, sealed, lease: nil, &state) else { return }
            return consider(entry, &state, now)
        }
        guard !entry.isLeaving else { return }
        if let credential = entry.row.credential { signIns.forget(credential, for: number) }
        entry.row = CarriedRegistration.Row(registration)
        watch(entry)
        if let sealed { entry.password = password(sealed, of: registration) }
        entry.noted = registration.state.map {
            CarriedRegistration.Noted(isSuccessful: $0.isSuccessful, code: UInt16(clamping: $0.status))
        }
        guard let settings = RegistrationSettings.make(registration, contact: number, password: entry.password) else {
            return refuse(registration)
        }
        give(.settings(settings), to: entry, &state, now)
        consider(entry, &state, now)
    }

    /// Begins to carry one; nil where it cannot be carried.
    @discardableResult
    func add(
        _ registration: OutboundRegistration, _ sealed: [UInt8]?, lease: RegistrationLease?,
        _ state: inout RegistrationShard.State
    ) -> CarriedRegistration? {
        let number = contacts.number(of: registration.id)
        let password = password(sealed ?? [], of: registration)
        guard let settings = RegistrationSettings.make(registration, contact: number, password: password) else {
            refuse(registration)
            return nil
        }
        let entry = CarriedRegistration(
            number: number, row: CarriedRegistration.Row(registration), password: password,
            machine: Registration(id: number, settings: settings, terms: terms, resuming: lease))
        entry.noted = registration.state.map {
            CarriedRegistration.Noted(isSuccessful: $0.isSuccessful, code: UInt16(clamping: $0.status))
        }
        state.carried[number] = entry
        entry.counted = .unregistered
        state.totals.states[Int(RegistrationState.unregistered.rawValue)] += 1
        watch(entry)
        return entry
    }

    private func password(_ sealed: [UInt8], of registration: OutboundRegistration) -> SealedPassword {
        SealedPassword(bytes: sealed, seal: seal, place: registration.passwordPlace)
    }

    private func watch(_ entry: CarriedRegistration) {
        guard !entry.row.isPersistent, let credential = entry.row.credential else { return }
        signIns.watch(credential, for: entry.number)
    }

    private func refuse(_ registration: OutboundRegistration) {
        logger.warning("a registration cannot be carried out", metadata: ["registration": "\(registration.id)"])
        note(
            RegistrationResult(
                id: registration.id, account: registration.account,
                outcome: RegistrationOutcome(isSuccessful: false, status: 503, message: "Settings Not Usable"),
                updated: registration.updated))
    }

    func remove(_ number: UInt64, _ state: inout RegistrationShard.State, _ now: Int64) {
        guard let entry = state.carried[number] else { return }
        entry.isLeaving = true
        give(.leave(.remove), to: entry, &state, now)
    }

    func set(
        _ account: AccountID, _ standing: AccountStanding, _ state: inout RegistrationShard.State, _ now: Int64
    ) {
        let id = account.rawValue
        let before = (state.suspended.contains(id), state.frozen.contains(id))
        switch standing {
        case .suspended(let isSuspended):
            if isSuspended { state.suspended.insert(id) } else { state.suspended.remove(id) }
        case .frozen(let isFrozen):
            if isFrozen { state.frozen.insert(id) } else { state.frozen.remove(id) }
        case .gone: break
        }
        let isGone = if case .gone = standing { true } else { false }
        guard isGone || before != (state.suspended.contains(id), state.frozen.contains(id)) else { return }
        for (number, entry) in state.carried where entry.row.account == account {
            if isGone { remove(number, &state, now) } else { consider(entry, &state, now) }
        }
    }

    /// Tells the machine what is wanted, where that is another thing than before.
    func consider(_ entry: CarriedRegistration, _ state: inout RegistrationShard.State, _ now: Int64) {
        guard !entry.isLeaving else { return }
        let wish = wish(for: entry, state)
        let isNew = wish != entry.wish
        entry.wish = wish
        switch wish {
        case .register where isNew: give(.start, to: entry, &state, now)
        case .freeze where isNew: give(.leave(.freeze), to: entry, &state, now)
        // A lease of the last run that nobody wants any more is given up, too.
        case .rest where isNew || entry.machine.isBound && entry.machine.state == .unregistered:
            give(.leave(.rest), to: entry, &state, now)
        default: break
        }
    }

    private func wish(
        for entry: CarriedRegistration, _ state: borrowing RegistrationShard.State
    ) -> CarriedRegistration.Wish {
        let account = entry.row.account.rawValue
        if isDrained { return .rest }
        if entry.row.isDeactivated || state.suspended.contains(account) || state.frozen.contains(account) {
            return .freeze
        }
        guard !entry.row.isPersistent else { return .register }
        return entry.row.credential.map(location.isSignedIn) ?? false ? .register : .rest
    }
}
