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

    static func row(_ cost: CarrierCost) -> JSONValue {
        let details = cost.details
        let hours = details.hours
        return .object([
            .init("id", .number(cost.id.rawValue)),
            .init("peer", .number(details.carrier.rawValue)),
            .init("called_prefix", .text(details.called.prefix)),
            .init("called_max", .number(details.called.maximumLength)),
            .init("called_min", .number(details.called.minimumLength)),
            .init("caller_type", .text(details.callerMatch.rawValue)),
            .init("caller_prefix", .text(details.callerPrefix)),
            .init("connectfee", .text(details.connectFee.description)),
            .init("cost", .text(details.perMinute.description)),
            .init("days", .text(hours.days)),
            .init("description", .text(details.description)),
            .init("end", .number(hours.until ?? -1)),
            .init("endhour", .number(hours.lastMinute / 60)),
            .init("endminute", .number(hours.lastMinute % 60)),
            .init("included", .number(details.includedSeconds)),
            .init("increment", .number(details.increment)),
            .init("least_cost", .flag(details.isLeastCost)),
            .init("media", .text(details.media.rawValue)),
            .init("message", .text(details.perMessage.description)),
            .init("minimum", .text(details.minimum.description)),
            .init("priority", .number(details.priority)),
            .init("start", .number(hours.from ?? -1)),
            .init("starthour", .number(hours.firstMinute / 60)),
            .init("startminute", .number(hours.firstMinute % 60)),
        ])
    }

    /// What a list of pages is made of.
    static func briefRow(_ cost: CarrierCost) -> JSONValue {
        .object([
            .init("id", .number(cost.id.rawValue)), .init("called_prefix", .text(cost.details.called.prefix)),
        ])
    }
}
