import DialectKit
import Hummingbird
import Provisioning

/// `Site` elements, both ways.
enum SiteWire {
    /// The details in a `Site` element of a create.
    static func details(_ tree: XMLTree) throws(ProvisioningError) -> SiteDetails {
        if let id = tree.value("Id") { throw ProvisioningError(.siteIDUnnecessary, field: "Id", id) }
        return try details(tree, over: SiteDetails(name: ""))
    }

    /// The details in a `Site` element of an update: what it does not name is as in `site`.
    static func details(_ tree: XMLTree, over site: Site) throws(ProvisioningError) -> SiteDetails {
        if let id = tree.value("Id"), SiteID(id) != site.id { throw ProvisioningError(.siteIDMismatch, field: "Id") }
        return try details(tree, over: site.details)
    }

    private static func details(_ tree: XMLTree, over old: SiteDetails) throws(ProvisioningError) -> SiteDetails {
        var faults = Faults()
        let new = SiteDetails(
            name: tree.text("Name") ?? old.name,
            description: tree.text("Description").map(nonEmpty) ?? old.description,
            customerName: tree.text("CustomerName").map(nonEmpty) ?? old.customerName,
            customerProvidedID: (tree.text("CustomerProvidedId") ?? tree.text("CustomerProvidedID")).map(nonEmpty)
                ?? old.customerProvidedID,
            address: tree["Address"].map { AddressWire.address($0, &faults) } ?? old.address)
        try faults.throwAny()
        return new
    }

    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

    static func created(_ site: Site, location: String) -> Response {
        document(site).response(.created, headers: [.location: location])
    }

    static func one(_ site: Site) -> Response { document(site).response(.ok) }

    private static func document(_ site: Site) -> XMLWriter {
        var xml = XMLWriter()
        xml.element("SiteResponse") { xml in
            xml.element("Site") { xml in
                xml.element("Id", site.id.description)
                xml.element("Name", site.details.name)
                xml.element("Description", optional: site.details.description)
                xml.element("CustomerName", optional: site.details.customerName)
                xml.element("CustomerProvidedId", optional: site.details.customerProvidedID)
                if let address = site.details.address { AddressWire.write(address, &xml) }
            }
        }
        return xml
    }

    /// What the list shows of sites beside id, name and description.
    struct Extras {
        /// `nil` shows none; a site that is missing has none.
        var numberCounts: [SiteID: Int]?
        /// `nil` shows none; a site that is missing has none.
        var peers: [SiteID: [Trunk]]?
        var peersAreBrief = false
    }

    static func list(_ sites: [Site], _ extras: Extras) -> Response {
        var xml = XMLWriter()
        xml.element("SitesResponse") { xml in
            xml.element("Sites") { xml in
                for site in sites { write(site, extras, &xml) }
            }
        }
        return xml.response(.ok)
    }

    private static func write(_ site: Site, _ extras: Extras, _ xml: inout XMLWriter) {
        xml.element("Site") { xml in
            xml.element("Id", site.id.description)
            xml.element("Name", site.details.name)
            xml.element("Description", optional: site.details.description)
            if let counts = extras.numberCounts { xml.element("TotalTnCount", String(counts[site.id] ?? 0)) }
            guard let peers = extras.peers.map({ $0[site.id] ?? [] }) else { return }
            xml.element("SipPeerCount", String(peers.count))
            xml.element("SipPeers") { xml in
                for peer in peers { PeerWire.writeWithinSite(peer, isBrief: extras.peersAreBrief, &xml) }
            }
        }
    }

    static func numberCount(_ count: Int) -> Response {
        var xml = XMLWriter()
        xml.element("SiteTNsResponse") { $0.element("SiteTNs") { $0.element("TotalCount", String(count)) } }
        return xml.response(.ok)
    }
}
