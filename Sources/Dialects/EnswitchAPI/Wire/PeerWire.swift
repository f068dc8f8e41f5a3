import DialectKit
import Provisioning

/// Peers (carriers) in parameters and rows.
enum PeerWire {
    /// The carrier that the parameters make of `details`, in the order of the vendor's page.
    static func draft(_ form: FormBody, over details: CarrierDetails) -> CarrierDraft {
        var parameters = Parameters(form)
        var draft = CarrierDraft(details: details, password: nil, faults: [])
        read(&parameters, into: &draft)
        draft.faults = parameters.faults
        return draft
    }

    /// Without what the faults are.
    static func read(_ parameters: inout Parameters, into draft: inout CarrierDraft) {
        parameters.text("name", into: &draft.details.name)
        parameters.choice("type", into: &draft.details.kind)
        readNumbers(&parameters, into: &draft.details)
        readPlace(&parameters, into: &draft.details)
        readMedia(&parameters, into: &draft.details)
        readHeaders(&parameters, into: &draft.details)
        parameters.secret("password", into: &draft.password)
    }

    /// What must be said of a carrier that is new.
    static let required = ["name", "type"]

    /// A draft of a carrier that is new.
    static func newDraft(_ form: FormBody) -> CarrierDraft {
        var draft = draft(form, over: CarrierDetails())
        var parameters = Parameters(form)
        for name in required { parameters.require(name) }
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

    private static func readPlace(_ parameters: inout Parameters, into carrier: inout CarrierDetails) {
        parameters.number("channel_group", into: &carrier.channelGroup)
        parameters.flag("charge", into: &carrier.charges)
        parameters.text("context", into: &carrier.context)
        parameters.flag("costs", into: &carrier.hasOwnCosts)
        parameters.text("currency", into: &carrier.currency)
        parameters.customer("customer", into: &carrier.reservedFor)
        parameters.text("description", into: &carrier.description)
        parameters.targets("destination", into: &carrier.destination)
        parameters.targets("proxy", into: &carrier.proxy)
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
    static func row(_ carrier: Carrier) -> JSON {
        let details = carrier.details
        return [
            "id": JSON(carrier.id.rawValue),
            "name": .string(details.name),
            "type": .string(details.kind.rawValue),
            "called_prefix": .string(details.calledPrefix),
            "called_strip_hash": .flag(details.calledStripHash),
            "callerid": .string(details.callerID),
            "callerid_unknown": .string(details.unknownCallerID),
            "callerid_withheld": .string(details.withheldCallerID),
            "channel_group": JSON(details.channelGroup),
            "charge": .flag(details.charges),
            "codecs": .string(details.codecs.map(\.rawValue).joined(separator: ",")),
            "context": .string(details.context),
            "costs": .flag(details.hasOwnCosts),
            "currency": .string(details.currency),
            "customer": JSON(details.reservedFor.number),
            "description": .string(details.description),
            "destination": .string(details.destination.text),
            "dialplan_called": .string(details.calledDialPlan),
            "dialplan_caller": .string(details.callerDialPlan),
            "dtmfmode": .string(details.dtmf.rawValue),
            "fail_percent": JSON(details.failPercent),
            "outmaximum": JSON(details.maximumCalls ?? -1),
            "plan_customer": JSON(details.exceptionsBy.number),
            "proxy": .string(details.proxy.text),
            "send_asserted_identity": .flag(details.sendsAssertedIdentity),
            "send_privacy": .flag(details.sendsPrivacy),
            "send_rpid": .flag(details.sendsRemotePartyID),
            "url_costs": .string(details.costsURL),
            "username": .string(details.userName),
        ]
    }

    /// What a caller without the system privilege sees.
    static func briefRow(_ carrier: Carrier) -> JSON {
        ["id": JSON(carrier.id.rawValue), "name": .string(carrier.details.name)]
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
