extension ProvisioningTransaction {
    /// Keeps how registrations stand, each where its row is still the one that was tried, and tells their accounts' own
    /// servers of those that stopped working or work again.
    ///
    /// Of one registration the later result counts. No change of a registration is recorded: nobody asked for any. Other
    /// writers wait meanwhile, so a caller with many writes them in parts.
    package func note(_ results: [RegistrationResult]) throws(ProvisioningError) {
        var turns: [AccountID: RegistrationTurns] = [:]
        for result in results {
            let result = result.shortened
            guard let wasFailing = try setOutcome(result), wasFailing == result.outcome.isSuccessful else { continue }
            turns[result.account, default: RegistrationTurns()].add(result)
        }
        for (account, turns) in turns.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for event in turns.events { try append(event, to: account) }
        }
    }
}

/// Registrations of one account that stopped working, or work again, in the order in which they did.
private struct RegistrationTurns {
    private(set) var events: [CallbackEvent] = []

    /// Joins the event of the one before where it turned the same way.
    mutating func add(_ result: RegistrationResult) {
        let (id, outcome) = (result.id.rawValue, result.outcome)
        let failure = RegistrationFailure(registration: id, status: outcome.status, message: outcome.message)
        switch (events.last, outcome.isSuccessful) {
        case (.registrationsRecovered(let others), true):
            events[events.count - 1] = .registrationsRecovered(registrations: others + [id])
        case (.registrationsFailed(let others), false):
            events[events.count - 1] = .registrationsFailed(failures: others + [failure])
        case (_, true): events.append(.registrationsRecovered(registrations: [id]))
        case (_, false): events.append(.registrationsFailed(failures: [failure]))
        }
    }
}

extension RegistrationResult {
    /// Most of a registrar's words that are kept, in Unicode scalars.
    private static let messageLimit = 200

    fileprivate var shortened: RegistrationResult {
        let message = outcome.message.map { String($0.unicodeScalars.prefix(Self.messageLimit)) }
        return RegistrationResult(
            id: id, account: account,
            outcome: RegistrationOutcome(
                isSuccessful: outcome.isSuccessful, status: outcome.status, message: message), updated: updated)
    }
}
