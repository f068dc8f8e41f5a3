import DialectKit
import Hummingbird
import Provisioning

/// `Realm` elements, both ways.
enum RealmWire {
    /// The fragment of names that a list is to hold, in lower case.
    static func fragment(_ path: RequestPath) throws(ProvisioningError) -> String? {
        guard let text = path.parameter("realmfragment") else { return nil }
        guard text.count >= CredentialPaging.fragment.lowerBound else { throw ProvisioningError(.realmSearchTooShort) }
        return try CredentialPaging.realmFragment(text)
    }

    /// A new realm; which one is the account's default must be said.
    static func draft(_ tree: XMLTree) throws(ProvisioningError) -> RealmDraft {
        guard let name = tree.value("Realm") else { throw ProvisioningError(.elementRequired, field: "Realm", "Realm") }
        guard let isDefault = try isDefault(tree) else {
            throw ProvisioningError(.elementRequired, field: "Default", "Default")
        }
        return RealmDraft(name: name, description: tree.value("Description"), isDefault: isDefault)
    }

    static func update(_ tree: XMLTree) throws(ProvisioningError) -> RealmUpdate {
        RealmUpdate(
            name: tree.value("Realm"), description: tree.value("Description"), isDefault: try isDefault(tree))
    }

    private static func isDefault(_ tree: XMLTree) throws(ProvisioningError) -> Bool? {
        var faults = Faults()
        let value = tree.text("Default").flatMap { text in
            Boolean.read(text) { faults.add(.valueInvalid, "Default", "Default", text) }
        }
        try faults.throwAny()
        return value
    }

    static func one(_ realm: CredentialRealm, status: HTTPResponse.Status = .ok, headers: HTTPFields = HTTPFields())
        -> Response
    {
        var xml = XMLWriter()
        xml.element("RealmResponse") { write(realm, &$0) }
        return xml.response(status, headers: headers)
    }

    static func list(_ realms: [CredentialRealm]) -> Response {
        var xml = XMLWriter()
        xml.element("RealmsResponse") { xml in
            xml.element("Realms") { xml in
                for realm in realms { write(realm, &xml) }
            }
        }
        return xml.response(.ok)
    }

    /// A realm serves from the moment that it exists, so its status is always the same.
    private static func write(_ realm: CredentialRealm, _ xml: inout XMLWriter) {
        xml.element("Realm") { xml in
            xml.element("Id", realm.domain.id.description)
            xml.element("Realm", realm.domain.name)
            xml.element("Description", optional: realm.domain.description)
            xml.element("Default", realm.domain.isDefault.description)
            xml.element("SipCredentialCount", realm.credentialCount.description)
            xml.element("Status", "ACTIVE")
        }
    }
}
