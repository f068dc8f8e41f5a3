/// How one registration stands now, as whoever registers it says.
package struct RegistrationReport: Sendable, Equatable {
    package let id: OutboundRegistrationID
    package let account: AccountID
    /// `nil` where nothing is tried, such as while the user of one that is not persistent is signed out.
    package let outcome: RegistrationOutcome?

    package init(id: OutboundRegistrationID, account: AccountID, outcome: RegistrationOutcome?) {
        self.id = id
        self.account = account
        self.outcome = outcome
    }
}

extension OutboundRegistrations {
    /// How many reports are written at a time: other writers wait for them.
    private static let reportBatch = 500
    /// Most of a registrar's words that are kept, in characters.
    private static let messageLimit = 200

    /// Keeps how registrations stand, and tells their accounts' callbacks of those that stopped working or work again.
    ///
    /// Later reports of one registration count; what is gone by now is passed over. It is no change, since nothing was
    /// provisioned. Throws `unavailable`; then what is not kept of it may be reported again without harm.
    package func record(_ reports: [RegistrationReport]) async throws(ProvisioningError) {
        let now = now()
        for start in stride(from: 0, to: reports.count, by: Self.reportBatch) {
            let part = reports[start..<min(start + Self.reportBatch, reports.count)]
            try await store.write { (store) throws(ProvisioningError) in
                var turns: [AccountID: RegistrationTurns] = [:]
                for report in part {
                    let outcome = report.outcome?.shortened(to: Self.messageLimit)
                    let wasFailing = try store.setOutcome(outcome, of: report.id, account: report.account, at: now)
                    guard let wasFailing, let outcome, wasFailing == outcome.isSuccessful else { continue }
                    turns[report.account, default: RegistrationTurns()].add(report.id, outcome)
                }
                for (account, turns) in turns.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    for event in turns.events { try store.append(event, to: account, at: now) }
                }
            }
        }
    }
}

/// Registrations of one account that stopped working, or work again, in the order in which they did.
private struct RegistrationTurns {
    private(set) var events: [CallbackEvent] = []

    /// Joins the event of the one before where it turned the same way.
    mutating func add(_ id: OutboundRegistrationID, _ outcome: RegistrationOutcome) {
        let failure = RegistrationFailure(registration: id.rawValue, status: outcome.status, message: outcome.message)
        switch (events.last, outcome.isSuccessful) {
        case (.registrationsRecovered(let others), true):
            events[events.count - 1] = .registrationsRecovered(registrations: others + [id.rawValue])
        case (.registrationsFailed(let others), false):
            events[events.count - 1] = .registrationsFailed(failures: others + [failure])
        case (_, true): events.append(.registrationsRecovered(registrations: [id.rawValue]))
        case (_, false): events.append(.registrationsFailed(failures: [failure]))
        }
    }
}

extension RegistrationOutcome {
    fileprivate func shortened(to limit: Int) -> RegistrationOutcome {
        RegistrationOutcome(
            isSuccessful: isSuccessful, status: status,
            message: message.map { String($0.unicodeScalars.prefix(limit)) })
    }
}
