import DialectKit
import Provisioning

/// Costs of peers in parameters and rows.
enum PeerCostWire {
    /// A new cost, in the order of the vendor's page.
    static func draft(_ form: FormBody) -> (details: CarrierCostDetails, faults: [Fault]) {
        var parameters = Parameters(form)
        parameters.require("peer")
        var cost = CarrierCostDetails(carrier: parameters.id("peer") ?? CarrierID(rawValue: 0))
        parameters.number("called_max", into: &cost.called.maximumLength)
        parameters.number("called_min", into: &cost.called.minimumLength)
        parameters.text("called_prefix", into: &cost.called.prefix)
        parameters.choice("caller_type", into: &cost.callerMatch)
        parameters.text("caller_prefix", into: &cost.callerPrefix)
        parameters.amount("connectfee", into: &cost.connectFee)
        parameters.amount("cost", into: &cost.perMinute)
        parameters.text("description", into: &cost.description)
        readHours(&parameters, into: &cost.hours)
        parameters.number("included", into: &cost.includedSeconds)
        parameters.number("increment", into: &cost.increment)
        parameters.flag("least_cost", into: &cost.isLeastCost)
        parameters.choice("media", into: &cost.media)
        parameters.amount("message", into: &cost.perMessage)
        parameters.amount("minimum", into: &cost.minimum)
        parameters.number("priority", into: &cost.priority)
        return (cost, parameters.faults)
    }

    private static func readHours(_ parameters: inout Parameters, into hours: inout CostHours) {
        var first = (hour: hours.firstMinute / 60, minute: hours.firstMinute % 60)
        var last = (hour: hours.lastMinute / 60, minute: hours.lastMinute % 60)
        parameters.text("days", into: &hours.days)
        parameters.moment("end", into: &hours.until)
        parameters.number("endhour", in: 0...23, into: &last.hour)
        parameters.number("endminute", in: 0...59, into: &last.minute)
        parameters.moment("start", into: &hours.from)
        parameters.number("starthour", in: 0...23, into: &first.hour)
        parameters.number("startminute", in: 0...59, into: &first.minute)
        hours.firstMinute = first.hour * 60 + first.minute
        hours.lastMinute = last.hour * 60 + last.minute
    }

    static func row(_ cost: CarrierCost) -> JSON {
        let details = cost.details
        let hours = details.hours
        return [
            "id": JSON(cost.id.rawValue),
            "peer": JSON(details.carrier.rawValue),
            "called_prefix": .string(details.called.prefix),
            "called_max": JSON(details.called.maximumLength),
            "called_min": JSON(details.called.minimumLength),
            "caller_type": .string(details.callerMatch.rawValue),
            "caller_prefix": .string(details.callerPrefix),
            "connectfee": .string(details.connectFee.description),
            "cost": .string(details.perMinute.description),
            "days": .string(hours.days),
            "description": .string(details.description),
            "end": JSON(hours.until ?? -1),
            "endhour": JSON(hours.lastMinute / 60),
            "endminute": JSON(hours.lastMinute % 60),
            "included": JSON(details.includedSeconds),
            "increment": JSON(details.increment),
            "least_cost": .flag(details.isLeastCost),
            "media": .string(details.media.rawValue),
            "message": .string(details.perMessage.description),
            "minimum": .string(details.minimum.description),
            "priority": JSON(details.priority),
            "start": JSON(hours.from ?? -1),
            "starthour": JSON(hours.firstMinute / 60),
            "startminute": JSON(hours.firstMinute % 60),
        ]
    }

    /// What a list of pages is made of.
    static func briefRow(_ cost: CarrierCost) -> JSON {
        [
            "id": JSON(cost.id.rawValue), "called_prefix": .string(cost.details.called.prefix),
        ]
    }
}
