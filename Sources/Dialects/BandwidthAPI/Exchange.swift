import DialectKit
import Provisioning

/// An admitted request: whose it is, what its path names, and its body.
struct Exchange: Sendable {
    let useCases: UseCases
    let caller: Caller
    /// What stood in the places of the route's stars; the account is the first.
    let captures: [String]
    /// `scheme://host:port` and base path, as the client wrote them.
    let base: String
    let path: RequestPath
    let body: [UInt8]

    /// The site in the path; one that is no number is unknown.
    var site: SiteID {
        get throws(ProvisioningError) {
            guard let site = SiteID(captures[1]) else {
                throw ProvisioningError(.siteUnknown, field: "site", captures[1])
            }
            return site
        }
    }

    /// The SIP peer in the path, or `nil` for one that is no number.
    var peer: TrunkID? { TrunkID(captures[2]) }

    /// The site and SIP peer in the path; ones that are no numbers are unknown.
    var place: (site: SiteID, peer: TrunkID) {
        get throws(ProvisioningError) {
            let site = try site
            guard let peer else {
                throw ProvisioningError(.trunkUnknown, captures[2], caller.account.description, captures[1])
            }
            return (site, peer)
        }
    }

    /// How the API's version that was asked writes numbers: the second in E.164 form.
    func text(_ number: TelephoneNumber) -> String {
        base.lowercased().hasSuffix("/v2") ? number.e164 : number.shortText
    }

    /// A query parameter that is true or false; one that is missing is `missing`.
    func flag(_ name: String, missing: Bool = false) throws(ProvisioningError) -> Bool {
        guard let text = path.parameter(name) else { return missing }
        let value = Boolean.read(text) {}
        guard let value else { throw ProvisioningError(.valueInvalid, field: name, name, text) }
        return value
    }

    /// The document in the body, whose root must have that name.
    func document(_ root: String) throws(ProvisioningError) -> XMLTree {
        guard let tree = try? XMLTree(reading: body), tree.name == root else {
            throw ProvisioningError(.bodyUnreadable)
        }
        return tree
    }

    /// Whether the client asked below `/api/v2`, whose answers show what the vendor added later.
    var isVersion2: Bool { base.lowercased().hasSuffix("/api/v2") }

    /// The absolute URL of what stands below the account.
    func url(_ path: String) -> String { "\(base)/accounts/\(caller.account)/\(path)" }
}
