extension CallPlanner {
    /// The carriers that a number's route tries, each with its hosts in order.
    mutating func carriers(to number: TelephoneNumber, dialled: String, from who: CallingParty) throws(CallStop)
        -> [[CallTarget]]
    {
        let caller = try callerOutside(who)
        var routing = try routing(to: number.e164)
        // Routes of emergency numbers are of a class of their own.
        routing = CarrierRouting(
            carriers: routing.carriers,
            routes: routing.routes.filter {
                !facts.settings.isEmergency($0.details.called.prefix, in: facts.account.country)
            }, costs: routing.costs)
        return try stages(
            of: routing, called: number.e164, caller: caller
        ) { details, plan in details.calledText(number, dialled: dialled, in: plan) }
    }

    /// A call in need: by routes of just its number, past every class, grant and cap; never in silence to nowhere.
    mutating func emergency(_ number: String, from who: CallingParty) throws(CallStop) -> [[CallTarget]] {
        note(.may, "\(number) is an emergency number: no class, grant or cap holds")
        var caller = try callerOutside(who)
        caller.isWithheld = false
        let found = try routing(to: number)
        let routing = CarrierRouting(
            carriers: found.carriers, routes: found.routes.filter { $0.details.called.prefix == number },
            costs: found.costs)
        do throws(CallStop) {
            let stages = try stages(of: routing, called: number, caller: caller) { details, _ in
                details.calledText(emergency: number)
            }
            return stages.map { $0.map { target in
                var target = target
                target.limits = []
                return target
            } }
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            throw refuse(.emergencyNotCarried, refusal.detail)
        }
    }

    private func routing(to called: String) throws(CallStop) -> CarrierRouting {
        let account = attempt.account
        return try ask { (reader) throws(ProvisioningError) in try reader.carrierRouting(to: called, of: account) }
    }

    private mutating func stages(
        of routing: CarrierRouting, called: String, caller: KnownCaller,
        calledText: (CarrierDetails, DialPlan) -> String
    ) throws(CallStop) -> [[CallTarget]] {
        let call = CarrierRouting.Call(
            called: called, caller: caller.isWithheld ? "" : caller.number?.e164 ?? "", media: attempt.media,
            account: attempt.account)
        let decision = routing.decide(call, at: surroundings.now)
        guard let route = decision.route else { throw refuse(.noRoute, "no route has a prefix of \(called)") }
        note(.where, "route \(route.id), prefix \(route.details.called.prefix)")
        for skipped in decision.skipped {
            note(.where, "carrier \(skipped.carrier) is passed over: \(skipped.reason)")
        }
        let plans = try ask { (reader) throws(ProvisioningError) in try reader.dialPlans() }
        var stages: [[CallTarget]] = []
        for carrier in decision.carriers where !failsOnPurpose(carrier, isEmergency: !called.hasPrefix("+")) {
            stages += targets(
                of: carrier, number: calledText(carrier.details, plans.named(carrier.details.calledDialPlan)),
                caller: carrier.details.shown(caller, in: plans.named(carrier.details.callerDialPlan)),
                cost: carrier.details.hasOwnCosts ? routing.cost(of: call, at: carrier.id, surroundings.now) : nil)
        }
        guard !stages.isEmpty else { throw refuse(.noCarrier, "every carrier of route \(route.id) was passed over") }
        return stages
    }

    private mutating func failsOnPurpose(_ carrier: Carrier, isEmergency: Bool) -> Bool {
        let percent = carrier.details.failPercent
        guard !isEmergency, percent > 0, Int.random(in: 0..<100, using: &random) < percent else { return false }
        note(.where, "carrier \(carrier.id) is passed over: \(percent) % of its calls fail on purpose")
        return true
    }

    /// One stage for each host of a carrier; its room is taken for each try.
    private mutating func targets(
        of carrier: Carrier, number: String, caller: ShownCaller, cost: CarrierCostDetails?
    ) -> [[CallTarget]] {
        let details = carrier.details
        let limit = CallLimit(.carrier(carrier.id), CallCaps(calls: details.maximumCalls))
        note(.how, "carrier \(carrier.id) \(details.name) is told \(number) by \(caller.isAnonymous ? "nobody" : caller.user)")
        return details.destination.targets.map { target in
            let hop = CallHop(user: number, target: target, proxy: details.proxy.targets.first)
            return [
                CallTarget(
                    place: .hop(hop), caller: caller, media: details.media, limits: [limit].compactMap(\.self),
                    carrier: CallTarget.Carrier(
                        id: carrier.id, userName: details.userName, sealedPassword: carrier.sealedPassword,
                        cost: cost, currency: details.currency),
                    name: "carrier \(carrier.id) \(details.name) at \(target)")
            ]
        }
    }
}

extension [DialPlan] {
    /// The plan of that name; the default one for a name that none has.
    fileprivate func named(_ name: String) -> DialPlan {
        first { $0.name == name } ?? first(where: \.isDefault) ?? DialPlan(name: "e164", international: "+")
    }
}
