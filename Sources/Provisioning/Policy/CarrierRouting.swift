/// Which carriers a call to the telephone network is tried at: longest prefix, then the route's places in order.
package struct CarrierRouting: Sendable {
    package let carriers: [Carrier]
    package let routes: [CarrierRoute]
    package let costs: [CarrierCost]

    package init(carriers: [Carrier], routes: [CarrierRoute], costs: [CarrierCost]) {
        self.carriers = carriers
        self.routes = routes
        self.costs = costs
    }

    /// A call that asks for a way out; numbers are digits as routes match them.
    package struct Call: Sendable {
        package var called: String
        /// Empty where the caller is withheld or unknown.
        package var caller: String
        package var media: CallMedia
        package var account: AccountID

        package init(called: String, caller: String = "", media: CallMedia = .voice, account: AccountID) {
            self.called = called
            self.caller = caller
            self.media = media
            self.account = account
        }
    }

    /// What was decided, and why not otherwise.
    package struct Decision: Sendable, Equatable {
        /// `nil` where no route fits.
        package var route: CarrierRoute?
        /// Tried in this order.
        package var carriers: [Carrier] = []
        package var skipped: [Skipped] = []
    }

    /// A carrier that the route names and the call does not reach.
    package struct Skipped: Sendable, Equatable {
        package let carrier: CarrierID
        package let reason: String
    }

    /// The carriers for a call at a moment.
    package func decide(_ call: Call, at now: Timestamp) -> Decision {
        guard let route = route(for: call) else { return Decision() }
        var decision = Decision(route: route)
        var cheapest = leastCost(of: call, at: now)[...]
        for choice in route.details.choices {
            switch choice {
            case .none: continue
            case .carrier(let id):
                guard let carrier = carriers.first(where: { $0.id == id }) else { continue }
                if let reason = Self.reason(carrier, not: call) {
                    decision.skipped.append(Skipped(carrier: id, reason: reason))
                } else if !decision.carriers.contains(where: { $0.id == id }) {
                    decision.carriers.append(carrier)
                }
            case .leastCost:
                let named = Set(decision.carriers.map(\.id) + route.details.choices.compactMap(\.carrier))
                cheapest = cheapest.drop { named.contains($0.id) }
                if let carrier = cheapest.popFirst() { decision.carriers.append(carrier) }
            }
        }
        return decision
    }

    /// The route of the longest called prefix, of those the one of the longest caller prefix, of those the oldest.
    private func route(for call: Call) -> CarrierRoute? {
        let fitting = routes.filter { route in
            route.account == call.account && route.details.called.holds(call.called)
                && call.caller.hasPrefix(route.details.callerPrefix) && route.details.media.holds(call.media)
        }
        return fitting.min { Self.rank($0) < Self.rank($1) }
    }

    private static func rank(_ route: CarrierRoute) -> (Int, Int, Int64) {
        let details = route.details
        return (-details.called.digitCount, -details.callerPrefix.count, route.id.rawValue)
    }

    /// Carriers whose own costs have one for the call, the cheapest minute first.
    private func leastCost(of call: Call, at now: Timestamp) -> [Carrier] {
        let priced = carriers.compactMap { carrier -> (carrier: Carrier, cost: CarrierCostDetails)? in
            guard carrier.details.hasOwnCosts, Self.reason(carrier, not: call) == nil,
                let cost = cost(of: call, at: carrier.id, now)
            else { return nil }
            return (carrier, cost)
        }
        func rank(_ priced: (carrier: Carrier, cost: CarrierCostDetails)) -> (CostAmount, CostAmount, Int64) {
            let cost = priced.cost
            let unit = call.media == .message ? cost.perMessage : cost.perMinute
            return (unit, cost.connectFee, priced.carrier.id.rawValue)
        }
        return priced.sorted { rank($0) < rank($1) }.map(\.carrier)
    }

    /// What the call costs at a carrier: the longest called prefix, then the lowest priority, then the oldest.
    func cost(of call: Call, at carrier: CarrierID, _ now: Timestamp) -> CarrierCostDetails? {
        let fitting = costs.filter { cost in
            let details = cost.details
            return details.carrier == carrier && details.isLeastCost && details.called.holds(call.called)
                && details.callerMatch == .prefix && call.caller.hasPrefix(details.callerPrefix)
                && details.media.holds(call.media) && details.hours.hold(now)
        }
        func rank(_ cost: CarrierCost) -> (Int, Int, Int64) {
            (-cost.details.called.digitCount, cost.details.priority, cost.id.rawValue)
        }
        return fitting.min { rank($0) < rank($1) }?.details
    }

    /// Why a call does not reach a carrier, or `nil` where it does.
    private static func reason(_ carrier: Carrier, not call: Call) -> String? {
        if let unroutable = carrier.details.unroutable { return unroutable.description }
        guard case .account(let id) = carrier.details.reservedFor, id != call.account else { return nil }
        return "it is reserved for another account"
    }
}
