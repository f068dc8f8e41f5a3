import DialectKit
import Hummingbird
import Provisioning

/// `SipPeerTelephoneNumber` elements, both ways.
enum NumberWire {
    /// How a number is written in the version of the API that was asked.
    typealias Spelling = (TelephoneNumber) -> String

    /// The settings in a `SipPeerTelephoneNumber` element, or every fault of it in the order of the elements.
    static func settings(_ tree: XMLTree, of number: TelephoneNumber) throws(ProvisioningError) -> NumberSettings {
        var faults = Faults()
        let name = number.shortText
        if let text = tree.value("FullNumber"), TelephoneNumber(text) != number {
            faults.add(.numberMismatch, "FullNumber", text)
        }
        var settings = NumberSettings()
        settings.calledFormat = setting(tree, "NumberFormat", .calledFormatInvalid, name, &faults, NumberFormat.init)
        settings.callerFormat = setting(tree, "RPIDFormat", .callerFormatInvalid, name, &faults, NumberFormat.init)
        settings.rewriteUser = setting(tree, "RewriteUser", .rewriteUserInvalid, name, &faults) { RewriteUser($0) }
        settings.callForward = setting(tree, "CallForward", .callForwardInvalid, name, &faults, nationalNumber)
        settings.displaysName = tree.value("CallingNameDisplay").flatMap { text in
            Boolean.read(text) { faults.add(.nameDisplayInvalid, "CallingNameDisplay", text) }
        }
        settings.attributes = attributes(tree["TnAttributes"], &faults)
        settings.messaging = tree["MessagingSettings"]?.value("SmsEnabled").flatMap { text in
            Boolean.read(text) { faults.add(.valueInvalid, "SmsEnabled", "SmsEnabled", text) }
        }
        try faults.throwAny()
        return settings
    }

    /// The element's value; missing, empty and `false` all mean none.
    private static func setting<Value>(
        _ tree: XMLTree, _ element: String, _ rule: Rule, _ number: String, _ faults: inout Faults,
        _ read: (String) -> Value?
    ) -> Value? {
        guard let text = tree.value(element), text.lowercased() != "false" else { return nil }
        let value = read(text)
        if value == nil { faults.add(rule, element, text, number) }
        return value
    }

    private static func nationalNumber(_ text: String) -> TelephoneNumber? {
        TelephoneNumber(text).flatMap { $0.nationalDigits == nil ? nil : $0 }
    }

    private static func attributes(_ tree: XMLTree?, _ faults: inout Faults) -> Set<NumberSettings.Attribute> {
        var attributes: Set<NumberSettings.Attribute> = []
        for text in (tree?.children("TnAttribute") ?? []).map(\.text) where !text.isEmpty {
            guard let attribute = NumberSettings.Attribute(rawValue: text) else {
                faults.add(.valueInvalid, "TnAttribute", "TnAttribute", text)
                continue
            }
            attributes.insert(attribute)
        }
        return attributes
    }

    /// The numbers in a `SipPeerTelephoneNumbers` element, or every one that is none.
    static func numbers(_ tree: XMLTree) throws(ProvisioningError) -> [TelephoneNumber] {
        var faults = Faults()
        var numbers: [TelephoneNumber] = []
        for text in tree.children("FullNumber").map(\.text) where !text.isEmpty {
            guard let number = TelephoneNumber(text) else {
                faults.add(.numberInvalid, "FullNumber", text)
                continue
            }
            numbers.append(number)
        }
        try faults.throwAny()
        return numbers
    }

    static func one(_ number: InventoryNumber, _ text: Spelling) -> Response {
        var xml = XMLWriter()
        xml.element("SipPeerTelephoneNumberResponse") { write(number, showsSettings: true, text, &$0) }
        return xml.response(.ok)
    }

    static func list(_ numbers: [InventoryNumber], showsSettings: Bool, _ text: Spelling) -> Response {
        var xml = XMLWriter()
        xml.element("SipPeerTelephoneNumbersResponse") { xml in
            xml.element("SipPeerTelephoneNumbers") { xml in
                for number in numbers { write(number, showsSettings: showsSettings, text, &xml) }
            }
        }
        return xml.response(.ok)
    }

    static func moved(_ numbers: [TelephoneNumber], _ text: Spelling) -> Response {
        var xml = XMLWriter()
        xml.element("SipPeerTelephoneNumberMoveResponse") { xml in
            xml.element("SipPeerTelephoneNumbers") { xml in
                for number in numbers { xml.element("FullNumber", text(number)) }
            }
        }
        return xml.response(.ok)
    }

    /// The counts twice: the vendor's page has one name for what is around them, its Python and PHP SDKs another.
    static func counts(_ counts: NumberCounts) -> Response {
        var xml = XMLWriter()
        xml.element("SipPeerTelephoneNumbersCountResponse") { xml in
            for wrapper in ["SipPeerTelephoneNumbersCount", "SipPeerTelephoneNumbersCounts"] {
                xml.element(wrapper) { xml in
                    xml.element("SipPeerTelephoneNumbersCount", String(counts.total))
                    xml.element("CnamCount", String(counts.displayingNames))
                    xml.element("LidbCount", "0")
                }
            }
        }
        return xml.response(.ok)
    }

    /// A bare element, without the root that answers have elsewhere.
    static func place(_ element: String, id: String, name: String) -> Response {
        var xml = XMLWriter()
        xml.element(element) { xml in
            xml.element("Id", id)
            xml.element("Name", name)
        }
        return xml.response(.ok)
    }

    private static func write(
        _ entry: InventoryNumber, showsSettings: Bool, _ text: Spelling, _ xml: inout XMLWriter
    ) {
        let settings = entry.settings
        xml.element("SipPeerTelephoneNumber") { xml in
            xml.element("FullNumber", text(entry.number))
            guard showsSettings else { return }
            xml.element("NumberFormat", optional: settings.calledFormat?.rawValue)
            xml.element("RPIDFormat", optional: settings.callerFormat?.rawValue)
            xml.element("RewriteUser", optional: settings.rewriteUser?.text)
            xml.element("CallForward", optional: settings.callForward.map(text))
            xml.element("CallingNameDisplay", optional: settings.displaysName?.description)
            if !settings.attributes.isEmpty {
                xml.element("TnAttributes") { xml in
                    for attribute in NumberSettings.Attribute.allCases where settings.attributes.contains(attribute) {
                        xml.element("TnAttribute", attribute.rawValue)
                    }
                }
            }
            guard let messaging = settings.messaging else { return }
            xml.element("MessagingSettings") { $0.element("SmsEnabled", messaging.description) }
        }
    }
}
