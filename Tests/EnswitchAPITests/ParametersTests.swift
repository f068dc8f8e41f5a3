import DialectKit
import Provisioning
import Testing

@testable import EnswitchAPI

/// The 32 parameters of the vendor's page on peers/create (guides 4.4; 2026-11), their names and defaults.
@Suite struct ParametersTests {
    private static let texts = [
        "called_prefix", "callerid", "callerid_unknown", "callerid_withheld", "context", "currency", "description",
        "destination", "dialplan_called", "dialplan_caller", "name", "password", "proxy", "url_costs", "username",
    ]
    private static let others = [
        "type": "iax", "called_strip_hash": "1", "channel_group": "5", "charge": "0", "codecs": "gsm", "costs": "1",
        "customer": "-1", "dtmfmode": "info", "fail_percent": "5", "outmaximum": "5", "plan_customer": "0",
        "send_asserted_identity": "1", "send_privacy": "1", "send_rpid": "1",
    ]

    @Test func thereAreThirtyTwo() {
        #expect(Self.texts.count + Self.others.count + ["auth_username", "auth_password", "validation"].count == 32)
    }

    @Test(arguments: texts.map { ($0, "text") } + others.map { ($0.key, $0.value) })
    func eachIsReadIntoItsOwnField(name: String, value: String) {
        let plain = PeerWire.draft(FormBody([]), over: CarrierDetails())
        let draft = PeerWire.draft(FormBody([.init(name, value)]), over: CarrierDetails())
        #expect(draft.faults.isEmpty)
        #expect((name == "password") == (draft.details == plain.details))
        #expect(draft.password?.reveal() == (name == "password" ? value : nil))
    }

    @Test func nothingSaidIsTheDefaultOfThePage() {
        let details = PeerWire.draft(FormBody([]), over: CarrierDetails()).details
        #expect(details == CarrierDetails())
        #expect(
            details.codecs.map(\.rawValue).joined(separator: ",")
                == "alaw,g722,g726,g729,gsm,ilbc,lpc10,slin,speex,ulaw")
        #expect(details.unknownCallerID == "Anonymous" && details.withheldCallerID == "Anonymous")
        #expect(details.charges && !details.hasOwnCosts && details.channelGroup == 1 && details.failPercent == 0)
        #expect(details.maximumCalls == nil && details.reservedFor == .none && details.exceptionsBy == .all)
        #expect(details.dtmf == .rfc2833)
    }

    @Test(arguments: texts + others.keys + ["peer", "peer1", "peer2", "peer3", "called_min", "copy_costs_peer"])
    func aFaultNamesItsParameter(name: String) {
        #expect(Parameters.name(of: Parameters.field(of: name)) == name)
    }
}
