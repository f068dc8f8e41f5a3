import DialectKit
import Hummingbird
import Provisioning

/// What a `SipPeer` element of a request says.
struct PeerDraft {
    var details: TrunkDetails
    /// `nil` where IsDefaultPeer is missing.
    var makeDefault: Bool?
}

/// `SipPeer` elements, both ways.
enum PeerWire {
    /// The draft in a `SipPeer` element, or every fault of it in the order of the vendor's elements.
    ///
    /// - Parameters:
    ///   - readsPremiseTrunks: whether PremiseTrunks must be a number; else it is passed over.
    ///   - maskRule: what a mask that cannot be read breaks; create and update name different limits.
    static func draft(_ tree: XMLTree, readsPremiseTrunks: Bool, maskRule: Rule) throws(ProvisioningError) -> PeerDraft
    {
        var faults = Faults()
        var details = TrunkDetails(name: tree.text("PeerName") ?? "")
        details.description = tree.value("Description")
        let makeDefault = tree.text("IsDefaultPeer").flatMap { text in
            Boolean.read(text) { faults.add(.valueInvalid, "IsDefaultPeer", "IsDefaultPeer", text) }
        }
        details.finalDestination = finalDestination(tree, &faults)
        details.messagingProtocol = messagingProtocol(tree, &faults)
        details.voiceHosts = PeerHosts.voice(tree["VoiceHosts"], &faults)
        details.voiceHostGroups = PeerHosts.voiceGroups(tree["VoiceHostGroups"], &faults)
        details.messagingHosts = PeerHosts.messaging(tree["SmsHosts"], &faults)
        details.terminationHosts = PeerHosts.termination(tree["TerminationHosts"], maskRule, &faults)
        details.address = tree["Address"].flatMap { AddressWire.address($0, &faults) }
        if readsPremiseTrunks { details.premiseTrunks = premiseTrunks(tree, &faults) }
        details.callingName = callingName(tree, &faults)
        try faults.throwAny()
        return PeerDraft(details: details, makeDefault: makeDefault)
    }

    private static func finalDestination(_ tree: XMLTree, _ faults: inout Faults) -> FinalDestination? {
        guard let text = tree.value("FinalDestinationUri") else { return nil }
        let destination = FinalDestination(text)
        if destination == nil { faults.add(.finalDestinationInvalid, "FinalDestinationUri", text) }
        return destination
    }

    private static func messagingProtocol(_ tree: XMLTree, _ faults: inout Faults) -> TrunkDetails.MessagingProtocol {
        guard let text = tree.value("ShortMessagingProtocol") else { return .smpp }
        guard let value = TrunkDetails.MessagingProtocol(rawValue: text) else {
            faults.add(.messagingProtocolUnknown, "ShortMessagingProtocol", text)
            return .smpp
        }
        return value
    }

    private static func premiseTrunks(_ tree: XMLTree, _ faults: inout Faults) -> Int? {
        guard let text = tree.value("PremiseTrunks") else { return nil }
        guard let count = Int(text), count > 0 else {
            faults.add(.premiseTrunksInvalid, "PremiseTrunks", text)
            return nil
        }
        return count
    }

    private static func callingName(_ tree: XMLTree, _ faults: inout Faults) -> TrunkDetails.CallingName? {
        guard let element = tree["CallingName"], !element.isEmpty else { return nil }
        let display = option(element.text("Display"), .callingNameDisplayMissing, .callingNameDisplayInvalid, &faults)
        let enforced = option(
            element.text("Enforced"), .callingNameEnforcedMissing, .callingNameEnforcedInvalid, &faults)
        return TrunkDetails.CallingName(display: display, enforced: enforced)
    }

    private static func option(_ text: String?, _ missing: Rule, _ invalid: Rule, _ faults: inout Faults) -> Bool {
        guard let text else {
            faults.add(missing, "CallingName")
            return false
        }
        return Boolean.read(text) { faults.add(invalid, "CallingName") } ?? false
    }

    static func one(_ trunk: Trunk) -> Response {
        var xml = XMLWriter()
        xml.element("SipPeerResponse") { xml in
            xml.element("SipPeer") { write(trunk, &$0) }
        }
        return xml.response(.ok)
    }

    static func list(_ trunks: [Trunk]) -> Response {
        var xml = XMLWriter()
        xml.element("TNSipPeersResponse") { xml in
            xml.element("SipPeers") { xml in
                for trunk in trunks { xml.element("SipPeer", attributes: itemType) { write(trunk, &$0) } }
            }
        }
        return xml.response(.ok)
    }

    /// What the vendor's items of lists say of their type.
    private static let itemType: StaticString =
        #"xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="SipPeer""#

    private static func write(_ trunk: Trunk, _ xml: inout XMLWriter) {
        let details = trunk.details
        writeHead(of: trunk, &xml)
        xml.element("FinalDestinationUri", optional: details.finalDestination?.text)
        xml.element("ShortMessagingProtocol", details.messagingProtocol.rawValue)
        PeerHosts.write(details, &xml)
        writeTail(of: details, &xml)
    }

    /// As the list of sites shows peers: without hosts, and in brief with what names them only.
    static func writeWithinSite(_ trunk: Trunk, isBrief: Bool, _ xml: inout XMLWriter) {
        xml.element("SipPeer") { xml in
            writeHead(of: trunk, &xml)
            guard !isBrief else { return }
            xml.element("FinalDestinationUri", optional: trunk.details.finalDestination?.text)
            writeTail(of: trunk.details, &xml)
        }
    }

    private static func writeHead(of trunk: Trunk, _ xml: inout XMLWriter) {
        xml.element("PeerId", trunk.id.description)
        xml.element("PeerName", trunk.details.name)
        xml.element("Description", optional: trunk.details.description)
        xml.element("IsDefaultPeer", trunk.details.isDefault.description)
    }

    private static func writeTail(of details: TrunkDetails, _ xml: inout XMLWriter) {
        if let address = details.address { AddressWire.write(address, &xml) }
        xml.element("PremiseTrunks", optional: details.premiseTrunks?.description)
        guard let callingName = details.callingName else { return }
        xml.element("CallingName") { xml in
            xml.element("Display", callingName.display.description)
            xml.element("Enforced", callingName.enforced.description)
        }
    }
}
