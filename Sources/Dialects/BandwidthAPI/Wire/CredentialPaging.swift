import DialectKit
import Provisioning

/// Which part of the list of credentials a client asks for, and how it gets the rest.
enum CredentialPaging {
    /// The most elements of one page.
    static let limit = 5000
    /// How long a fragment may be, in characters.
    static let fragment = 3...64

    /// The query parameters `page` (position or name of the first element), `size`, and the four fragments.
    static func query(_ path: RequestPath) throws(ProvisioningError) -> CredentialQuery {
        var query = CredentialQuery()
        if let page = path.parameter("page") { query.start = try start(page) }
        if let size = path.parameter("size") { query.count = try count(size) }
        query.userNameFragment = try fragment("usernamefragment", path, Fault(.userNameFragmentTooLong))
        query.domainFragment = try fragment("domainfragment", path, Fault(.domainFragmentTooLong))
        if let text = path.parameter("realmfragment") { query.realmFragment = try realmFragment(text) }
        let tooLong = Fault(.textTooLong, values: ["applicationNameFragment", "\(fragment.upperBound)"])
        query.namesApplication = try fragment("applicationnamefragment", path, tooLong) != nil
        return query
    }

    private static func start(_ page: String) throws(ProvisioningError) -> CredentialQuery.Start {
        if let position = Int(page) {
            guard position > 0 else { throw ProvisioningError(.pageOutOfRange, field: "page") }
            return .position(position)
        }
        guard page.contains("@") else { throw ProvisioningError(.pageInvalid, field: "page", page) }
        return .name(page)
    }

    private static func count(_ size: String) throws(ProvisioningError) -> Int {
        guard let count = Int(size) else { throw ProvisioningError(.pageSizeInvalid, field: "size") }
        guard count > 0 else { throw ProvisioningError(.pageOutOfRange, field: "size") }
        return min(count, limit)
    }

    private static func fragment(_ name: String, _ path: RequestPath, _ tooLong: Fault)
        throws(ProvisioningError) -> String?
    {
        guard let text = path.parameter(name) else { return nil }
        guard text.count >= fragment.lowerBound else {
            throw ProvisioningError(.fragmentTooShort, field: name, "\(fragment.lowerBound)")
        }
        guard text.count <= fragment.upperBound else { throw ProvisioningError([tooLong]) }
        return text
    }

    /// A part of a realm's name, in lower case.
    static func realmFragment(_ text: String) throws(ProvisioningError) -> String {
        guard !text.isEmpty else { throw ProvisioningError(.realmFragmentEmpty) }
        guard text.count >= fragment.lowerBound else { throw ProvisioningError(.realmFragmentTooShort) }
        guard text.count <= fragment.upperBound else { throw ProvisioningError(.realmFragmentTooLong) }
        let lowered = text.lowercased()
        guard lowered.wholeMatch(of: /[-.a-z0-9]+/) != nil else {
            throw ProvisioningError(.realmFragmentInvalid, field: "realmfragment", text)
        }
        return lowered
    }

    /// Name and URL of the first page, and of the next one where there is one.
    static func links(_ page: CredentialPage, _ query: CredentialQuery, url: String) -> [(name: String, url: String)] {
        let fragments = [
            ("usernamefragment", query.userNameFragment), ("domainfragment", query.domainFragment),
            ("realmfragment", query.realmFragment),
        ].compactMap { name, value in value.map { "&\(name)=\($0.percentEncoded)" } }.joined()
        let link = { (position: Int) in "\(url)?size=\(query.count)&page=\(position)\(fragments)" }
        let next = page.hasMore ? [(name: "next", url: link(page.position + page.credentials.count))] : []
        return [(name: "first", url: link(1))] + next
    }
}
