/// How one registration stands now, as whoever registers it says.
package struct RegistrationReport: Sendable, Equatable {
    package let id: OutboundRegistrationID
    package let account: AccountID
    /// `nil` where nothing is tried, such as while the user of one that is not persistent is signed out.
    package let outcome: RegistrationOutcome?
    /// How many are written at a time: other writers wait for them.
    fileprivate static let batch = 500
    /// Most of a registrar's words that are kept, in characters.
    fileprivate static let messageLimit = 200

    /// When the row that was tried was last updated: of another row it says nothing.
    package let updated: Timestamp

    package init(
        id: OutboundRegistrationID, account: AccountID, outcome: RegistrationOutcome?, updated: Timestamp
    ) {
        self.id = id
        self.account = account
        self.outcome = outcome
        self.updated = updated
    }
}

extension ProvisioningStore {
    /// Keeps how registrations stand, and tells their accounts' callbacks of those that stopped working or work again.
    ///
    /// Later reports of one registration count; what is gone or another by now is passed over. It is no change, since nothing was
    /// provisioned. Throws `unavailable`; then what is not kept of it may be reported again without harm.
    package func record(_ reports: [RegistrationReport], at now: Timestamp) async throws(ProvisioningError) {
        for start in stride(from: 0, to: reports.count, by: RegistrationReport.batch) {
            let part = reports[start..<min(start + RegistrationReport.batch, reports.count)]
            try await write { (store) throws(ProvisioningError) in
                var turns: [AccountID: RegistrationTurns] = [:]
                for report in part {
                    let outcome = report.outcome?.shortened(to: RegistrationReport.messageLimit)
                    let wasFailing = try store.setOutcome(
                        outcome, of: report.id, account: report.account, updated: report.updated)
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
