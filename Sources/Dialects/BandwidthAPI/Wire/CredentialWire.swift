import DialectKit
import Hummingbird
import Provisioning

/// `SipCredential` elements, both ways.
enum CredentialWire {
    /// The draft in a `SipCredential` element; its rules are checked where each draft has its own outcome.
    static func draft(_ tree: XMLTree) -> CredentialDraft {
        CredentialDraft(
            userName: tree.value("UserName"), domain: tree.value("Domain"), hash1: tree.value("Hash1"),
            hash1b: tree.value("Hash1b"), realm: tree.value("Realm"), realmID: tree.value("RealmId"),
            application: tree.value("HttpVoiceV2AppId"))
    }

    /// The answer to a create: the entries that failed, as they were sent, before those that are valid.
    ///
    /// - Parameter entries: the elements of the request, in the order of the outcomes.
    static func outcomes(_ outcomes: [CredentialOutcome], of entries: [XMLTree], form: CredentialForm) -> Response {
        let created = outcomes.compactMap { if case .created(let credential) = $0 { credential } else { nil } }
        var xml = XMLWriter()
        xml.element("SipCredentialsResponse") { xml in
            if created.isEmpty {
                xml.element("ResponseStatus") { $0.element("Description", "Please check your input parameters.") }
            }
            if created.count < outcomes.count {
                xml.element("Errors") { xml in
                    for (outcome, entry) in zip(outcomes, entries) {
                        if case .refused(let fault) = outcome { write(fault, entry, &xml) }
                    }
                }
            }
            guard !created.isEmpty else { return }
            xml.element("ValidSipCredentials") { xml in
                for credential in created { write(credential, form, &xml) }
            }
        }
        return xml.response(created.isEmpty ? .badRequest : .created)
    }

    static func one(_ credential: Credential, form: CredentialForm) -> Response {
        var xml = XMLWriter()
        xml.element("SipCredentialResponse") { write(credential, form, &$0) }
        return xml.response(.ok)
    }

    /// - Parameter links: name and URL of each page that can be had from here.
    static func list(_ credentials: [Credential], links: [(name: String, url: String)], form: CredentialForm)
        -> Response
    {
        var xml = XMLWriter()
        xml.element("SipCredentialsResponse") { xml in
            xml.element("Links") { xml in
                for link in links { xml.element(link.name, "Link=<\(link.url)>;rel=\"\(link.name)\";") }
            }
            xml.element("SipCredentials") { xml in
                for credential in credentials { write(credential, form, &xml) }
            }
        }
        return xml.response(.ok)
    }

    private static func write(_ fault: Fault, _ entry: XMLTree, _ xml: inout XMLWriter) {
        let row = BandwidthAPI.errors[fault.rule]
        xml.element("Error") { xml in
            xml.element("ErrorCode", row.code)
            xml.element("Description", row.text(fault.values))
            xml.element(entry)
        }
    }

    private static func write(_ credential: Credential, _ form: CredentialForm, _ xml: inout XMLWriter) {
        xml.element("SipCredential") { xml in
            if form.showsIDs {
                xml.element("Id", credential.id.description)
                xml.element("RealmId", optional: form.realmID(of: credential)?.description)
            }
            xml.element("UserName", credential.name.userName)
            xml.element("Domain", optional: credential.name.domain)
            xml.element("Hash1", credential.hashes.hash1)
            xml.element("Hash1b", optional: credential.hashes.hash1b)
            xml.element("Realm", optional: form.realm(of: credential))
        }
    }
}
