import DialectKit
import Provisioning

/// Routes in parameters and rows.
enum RouteWire {
    /// The route that the parameters make of `details`, in the order of the vendor's page.
    ///
    /// `copy_costs_peer` alone does not stay on update: the page gives it the default 0 there too.
    static func draft(_ form: FormBody, over details: CarrierRouteDetails) -> CarrierRoutes.Draft {
        var parameters = Parameters(form)
        var route = details
        parameters.text("called_prefix", into: &route.called.prefix)
        parameters.number("outgroup", into: &route.outboundGroup)
        parameters.peer("peer1", into: &route.choices[0])
        parameters.flag("allow_plan_peers", into: &route.allowsPlans)
        parameters.number("called_max", into: &route.called.maximumLength)
        parameters.number("called_min", into: &route.called.minimumLength)
        parameters.text("caller_prefix", into: &route.callerPrefix)
        route.copiesCostsOf = form["copy_costs_peer"] == "0" ? nil : parameters.id("copy_costs_peer")
        parameters.text("description", into: &route.description)
        parameters.choice("media", into: &route.media)
        parameters.peer("peer2", into: &route.choices[1])
        parameters.peer("peer3", into: &route.choices[2])
        return CarrierRoutes.Draft(details: route, faults: parameters.faults)
    }

    /// A draft of a route that is new, whose prefix, group and first peer must be said.
    static func newDraft(_ form: FormBody) -> CarrierRoutes.Draft {
        var draft = draft(form, over: CarrierRouteDetails())
        var parameters = Parameters(form)
        for name in ["called_prefix", "outgroup", "peer1"] { parameters.require(name) }
        draft.faults = parameters.faults + draft.faults
        return draft
    }

    static func row(_ route: CarrierRoute) -> JSON {
        let details = route.details
        return [
            "id": JSON(route.id.rawValue),
            "called_prefix": .string(details.called.prefix),
            "outgroup": JSON(details.outboundGroup),
            "peer1": JSON(details.choices[0].number),
            "allow_plan_peers": .flag(details.allowsPlans),
            "called_max": JSON(details.called.maximumLength),
            "called_min": JSON(details.called.minimumLength),
            "caller_prefix": .string(details.callerPrefix),
            "copy_costs_peer": JSON(details.copiesCostsOf?.rawValue ?? 0),
            "description": .string(details.description),
            "media": .string(details.media.rawValue),
            "peer2": JSON(details.choices[1].number),
            "peer3": JSON(details.choices[2].number),
        ]
    }

    /// What a list of pages is made of.
    static func briefRow(_ route: CarrierRoute) -> JSON {
        [
            "id": JSON(route.id.rawValue), "called_prefix": .string(route.details.called.prefix),
        ]
    }
}

extension CarrierRouteDetails.Choice {
    fileprivate var number: Int64 {
        switch self {
        case .none: 0
        case .leastCost: -1
        case .carrier(let id): id.rawValue
        }
    }
}
