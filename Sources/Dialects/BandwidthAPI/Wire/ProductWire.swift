import DialectKit
import Hummingbird
import Provisioning

/// Products under the vendor's names.
enum ProductWire {
    /// One product, the features that bring it (none: every account has it), and what the vendor lists under it.
    private struct Product: Sendable {
        let name: String
        /// How the list of a SIP peer's products spells it.
        let peerName: String
        let needs: ProductFeature?
        let features: [(needs: ProductFeature, name: String)]
    }

    /// In the order of the vendor's sample.
    private static let products = [
        Product(
            name: "Termination", peerName: "Termination", needs: .termination,
            features: [(.httpVoice, "TermHttpVoice")]),
        Product(name: "EdgeManagement", peerName: "EdgeManagement", needs: nil, features: []),
        Product(name: "MESSAGING", peerName: "Messaging", needs: .messaging, features: [(.messaging, "SMS")]),
        Product(
            name: "Origination", peerName: "Origination", needs: nil,
            features: [
                (.callForwarding, "CallForwarding"), (.callingName, "CNAM"), (.httpVoice, "OrigHttpVoice"),
            ]),
        Product(name: "UcTrunking", peerName: "UcTrunking", needs: .unifiedCommunications, features: []),
        Product(
            name: "DedicatedPrivateNetworkTopology", peerName: "DedicatedPrivateNetworkTopology",
            needs: .dedicatedPrivateNetwork, features: []),
    ]

    static func ofAccount(_ account: Account) -> Response {
        document("AccountProductsResponse", of: account) { product, xml in
            xml.element("Name", product.name)
            let features = product.features.filter { account.features.contains($0.needs) }
            guard !features.isEmpty else { return }
            xml.element("Features") { xml in
                for feature in features { xml.element("Feature", feature.name) }
            }
        }
    }

    /// A peer has what its account has.
    static func ofPeer(of account: Account) -> Response {
        document("SipPeerProductResponse", of: account) { product, xml in xml.element("Name", product.peerName) }
    }

    /// The ceiling of what hosts may allow; an account without the product may send no calls.
    static func terminationSettings(_ account: Account) -> Response {
        let hasProduct = account.features.contains(.termination)
        var xml = XMLWriter()
        xml.element("TerminationSettingResponse") { xml in
            xml.element("TerminationSettings") { xml in
                xml.element("RogerUsedForTerminationSettings", "false")
                xml.element("LegacyTerminationSettings") { xml in
                    xml.element("CustomerTrafficAllowed", hasProduct ? account.trafficCeiling.rawValue : "NONE")
                }
                xml.element("RogerTerminationSettings") { _ in }
            }
        }
        return xml.response(.ok)
    }

    private static func document(
        _ root: String, of account: Account, _ write: (Product, inout XMLWriter) -> Void
    ) -> Response {
        var xml = XMLWriter()
        xml.element(root) { xml in
            xml.element("Products") { xml in
                for product in products where product.needs.map(account.features.contains) ?? true {
                    xml.element("Product") { write(product, &$0) }
                }
            }
        }
        return xml.response(.ok)
    }
}
