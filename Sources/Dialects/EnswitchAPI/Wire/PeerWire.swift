import DialectKit
import Provisioning

/// Peers (carriers) in parameters and rows.
enum PeerWire {
    /// The carrier that the parameters make of `details`, in the order of the vendor's page.
    static func draft(_ form: FormBody, over details: CarrierDetails) -> CarrierDraft {
        var parameters = Parameters(form)
        var carrier = details
        parameters.text("name", into: &carrier.name)
        parameters.choice("type", into: &carrier.kind)
        readNumbers(&parameters, into: &carrier)
        readPlace(form, &parameters, into: &carrier)
        readMedia(&parameters, into: &carrier)
        readHeaders(&parameters, into: &carrier)
        return CarrierDraft(details: carrier, password: form["password"].map(Secret.init), faults: parameters.faults)
    }

    /// A draft of a carrier that is new, whose type must be said.
    static func newDraft(_ form: FormBody) -> CarrierDraft {
        var draft = draft(form, over: CarrierDetails())
        var parameters = Parameters(form)
        parameters.require("type")
        draft.faults += parameters.faults
        return draft
    }

    private static func readNumbers(_ parameters: inout Parameters, into carrier: inout CarrierDetails) {
        parameters.text("called_prefix", into: &carrier.calledPrefix)
        parameters.flag("called_strip_hash", into: &carrier.calledStripHash)
        parameters.text("callerid", into: &carrier.callerID)
        parameters.text("callerid_unknown", into: &carrier.unknownCallerID)
        parameters.text("callerid_withheld", into: &carrier.withheldCallerID)
        parameters.text("dialplan_called", into: &carrier.calledDialPlan)
        parameters.text("dialplan_caller", into: &carrier.callerDialPlan)
    }

    private static func readPlace(
        _ form: FormBody, _ parameters: inout Parameters, into carrier: inout CarrierDetails
    ) {
        parameters.number("channel_group", into: &carrier.channelGroup)
        parameters.flag("charge", into: &carrier.charges)
        parameters.text("context", into: &carrier.context)
        parameters.flag("costs", into: &carrier.hasOwnCosts)
        parameters.text("currency", into: &carrier.currency)
        parameters.customer("customer", into: &carrier.reservedFor)
        parameters.text("description", into: &carrier.description)
        if let text = form["destination"] { carrier.destination = CarrierTargets(text) }
        if let text = form["proxy"] { carrier.proxy = CarrierTargets(text) }
        parameters.customer("plan_customer", into: &carrier.exceptionsBy)
        parameters.text("url_costs", into: &carrier.costsURL)
        parameters.text("username", into: &carrier.userName)
    }

    private static func readMedia(_ parameters: inout Parameters, into carrier: inout CarrierDetails) {
        parameters.codecs("codecs", into: &carrier.codecs)
        parameters.choice("dtmfmode", into: &carrier.dtmf)
        parameters.number("fail_percent", into: &carrier.failPercent)
        parameters.limit("outmaximum", into: &carrier.maximumCalls)
    }

    private static func readHeaders(_ parameters: inout Parameters, into carrier: inout CarrierDetails) {
        parameters.flag("send_asserted_identity", into: &carrier.sendsAssertedIdentity)
        parameters.flag("send_privacy", into: &carrier.sendsPrivacy)
        parameters.flag("send_rpid", into: &carrier.sendsRemotePartyID)
    }

    /// Everything but the password, by the names and in the order of the vendor's page on create.
    static func row(_ carrier: Carrier) -> JSONValue {
        let details = carrier.details
        return .object([
            .init("id", .number(carrier.id.rawValue)),
            .init("name", .text(details.name)),
            .init("type", .text(details.kind.rawValue)),
            .init("called_prefix", .text(details.calledPrefix)),
            .init("called_strip_hash", .flag(details.calledStripHash)),
            .init("callerid", .text(details.callerID)),
            .init("callerid_unknown", .text(details.unknownCallerID)),
            .init("callerid_withheld", .text(details.withheldCallerID)),
            .init("channel_group", .number(details.channelGroup)),
            .init("charge", .flag(details.charges)),
            .init("codecs", .text(details.codecs.map(\.rawValue).joined(separator: ","))),
            .init("context", .text(details.context)),
            .init("costs", .flag(details.hasOwnCosts)),
            .init("currency", .text(details.currency)),
            .init("customer", .number(details.reservedFor.number)),
            .init("description", .text(details.description)),
            .init("destination", .text(details.destination.text)),
            .init("dialplan_called", .text(details.calledDialPlan)),
            .init("dialplan_caller", .text(details.callerDialPlan)),
            .init("dtmfmode", .text(details.dtmf.rawValue)),
            .init("fail_percent", .number(details.failPercent)),
            .init("outmaximum", .number(details.maximumCalls ?? -1)),
            .init("plan_customer", .number(details.exceptionsBy.number)),
            .init("proxy", .text(details.proxy.text)),
            .init("send_asserted_identity", .flag(details.sendsAssertedIdentity)),
            .init("send_privacy", .flag(details.sendsPrivacy)),
            .init("send_rpid", .flag(details.sendsRemotePartyID)),
            .init("url_costs", .text(details.costsURL)),
            .init("username", .text(details.userName)),
        ])
    }

    /// What a caller without the system privilege sees.
    static func briefRow(_ carrier: Carrier) -> JSONValue {
        .object([.init("id", .number(carrier.id.rawValue)), .init("name", .text(carrier.details.name))])
    }
}

extension CarrierDetails.CustomerScope {
    fileprivate var number: Int64 {
        switch self {
        case .none: 0
        case .all: -1
        case .account(let id): id.rawValue
        }
    }
}
