/// Decides calls: who calls, what it may call, where that is, and how it is told there.
///
/// Everything it knows it asks of one snapshot; the same facts, moment and random numbers make the same decision.
package struct CallPlanner<Random: RandomNumberGenerator> {
    let reader: any ProvisioningReader
    let attempt: CallAttempt
    let facts: CallAccount
    let surroundings: CallSurroundings
    var random: Random
    var steps: [CallStep] = []
    /// Who calls, once that is known.
    private var knownCaller: String?
    /// How often the call was sent on to another number or name.
    var turns = 0

    private static var turnLimit: Int { 5 }

    /// Decides a call at a moment. Throws `unavailable` where the store cannot be read.
    package static func decide(
        _ attempt: CallAttempt, in surroundings: CallSurroundings, asking reader: any ProvisioningReader,
        using random: inout Random
    ) throws(ProvisioningError) -> CallDecision {
        guard let facts = try reader.callAccount(attempt.account) else {
            return CallDecision(.refused(CallRefusal(.callerUnknown, "no account \(attempt.account)")), steps: [])
        }
        var planner = CallPlanner(
            reader: reader, attempt: attempt, facts: facts, surroundings: surroundings, random: random)
        let outcome: CallDecision.Outcome
        do throws(CallStop) {
            outcome = .planned(try planner.plan())
        } catch {
            switch error {
            case .refused(let refusal): outcome = .refused(refusal)
            case .failed(let fault): throw fault
            }
        }
        random = planner.random
        return CallDecision(outcome, caller: planner.knownCaller, steps: planner.steps)
    }

    private mutating func plan() throws(CallStop) -> CallPlan {
        guard facts.account.status == .active else { throw refuse(.accountStopped, "account \(facts.account.id)") }
        let who = try who()
        knownCaller = caller(who).description
        if let number = emergencyNumber {
            guard who.isOfTheAccount else { throw refuse(.notOurs, "an emergency call from outside") }
            return try plan(
                of: who, called: number, isEmergency: true, stages: avoidingDown(try emergency(number, from: who)))
        }
        let found = try destination(for: who)
        let stages = avoidingDown(found.stages)
        return try plan(of: who, called: found.called, isEmergency: false, stages: stages)
    }

    private func plan(of who: CallingParty, called: String, isEmergency: Bool, stages: [[CallTarget]])
        throws(CallStop) -> CallPlan
    {
        CallPlan(
            account: attempt.account, identity: attempt.identity, called: called,
            caller: caller(who).description, isEmergency: isEmergency, media: attempt.media,
            callerMedia: who.user?.media(in: facts.profile) ?? MediaDemand(),
            mediaRouting: facts.settings.media,
            limits: isEmergency ? [] : limits(of: who), stages: stages)
    }

    private var emergencyNumber: String? {
        if attempt.called.lowercased().hasPrefix("urn:service:sos") {
            return SpecialNumbers.general(in: facts.account.country)
        }
        return facts.settings.isEmergency(attempt.called, in: facts.account.country) ? attempt.called : nil
    }

    // MARK: Explaining

    mutating func note(_ question: CallStep.Question, _ text: String) {
        steps.append(CallStep(question, text))
    }

    /// What to throw for a refusal.
    func refuse(_ cause: CallCause, _ detail: String) -> CallStop { .refused(CallRefusal(cause, detail)) }

    /// Asks the store.
    func ask<Answer>(_ question: (any ProvisioningReader) throws(ProvisioningError) -> Answer) throws(CallStop)
        -> Answer
    {
        do throws(ProvisioningError) {
            return try question(reader)
        } catch {
            throw .failed(error)
        }
    }

    /// Counts that the call is sent on.
    mutating func turn(to place: String) throws(CallStop) {
        turns += 1
        guard turns <= Self.turnLimit else { throw refuse(.loop, "sent on more than \(Self.turnLimit) times") }
        note(.where, "sent on to \(place)")
    }

    /// Takes out what is down, unless nothing else is left.
    private mutating func avoidingDown(_ stages: [[CallTarget]]) -> [[CallTarget]] {
        var kept: [[CallTarget]] = []
        var down: [String] = []
        for stage in stages {
            let up = stage.filter { target in
                guard case .hop(let hop) = target.place, surroundings.isDown(hop.next) else { return true }
                down.append(target.name)
                return false
            }
            if !up.isEmpty { kept.append(up) }
        }
        for name in down {
            note(.where, "\(name) is \(kept.isEmpty ? "down, and all that there is" : "passed over: it is down")")
        }
        return kept.isEmpty ? stages : kept
    }
}

/// What routing has to know that is not provisioned.
package struct CallSurroundings: Sendable {
    package let now: Timestamp
    /// Whether a destination answers no OPTIONS (``TrunkHealth``).
    package let isDown: @Sendable (CarrierTarget) -> Bool
    /// Whether a registration of ours holds, so that calls can leave over it.
    package let isRegistered: @Sendable (OutboundRegistrationID) -> Bool

    package init(
        now: Timestamp, isDown: @escaping @Sendable (CarrierTarget) -> Bool = { _ in false },
        isRegistered: @escaping @Sendable (OutboundRegistrationID) -> Bool = { _ in true }
    ) {
        self.now = now
        self.isDown = isDown
        self.isRegistered = isRegistered
    }
}

/// Why planning ends without a plan.
enum CallStop: Error {
    case refused(CallRefusal)
    case failed(ProvisioningError)
}

/// Stages that lead to what was called, and what that is.
struct FoundDestination {
    var called: String
    var stages: [[CallTarget]]
}
