import DialectKit
import Provisioning

/// Which part of the list of credentials a client asks for, and how it gets the rest.
enum CredentialPaging {
    /// The most elements of one page.
    static let limit = 5000
    /// How long a fragment may be, in characters.
    static let fragment = 3...64

    /// The query parameters `page` (position or name of the first element), `size`, `usernamefragment`, `domainfragment`.
    static func query(_ path: RequestPath) throws(ProvisioningError) -> CredentialQuery {
        var query = CredentialQuery()
        if let page = path.parameter("page") { query.start = try start(page) }
        if let size = path.parameter("size") {
            guard let count = Int(size), count > 0 else { throw ProvisioningError(.valueInvalid, "size", size) }
            query.count = min(count, limit)
        }
        query.userNameFragment = try fragment("usernamefragment", path)
        query.domainFragment = try fragment("domainfragment", path)
        return query
    }

    private static func start(_ page: String) throws(ProvisioningError) -> CredentialQuery.Start {
        if let position = Int(page), position > 0 { return .position(position) }
        guard page.contains("@") else { throw ProvisioningError(.pageInvalid, field: "page", page) }
        return .name(page)
    }

    private static func fragment(_ name: String, _ path: RequestPath) throws(ProvisioningError) -> String? {
        guard let text = path.parameter(name) else { return nil }
        guard fragment.contains(text.count) else { throw ProvisioningError(.valueInvalid, field: name, name, text) }
        return text
    }

    /// Name and URL of the first page, and of the next one where there is one.
    static func links(_ page: CredentialPage, _ query: CredentialQuery, url: String) -> [(name: String, url: String)] {
        let fragments = [("usernamefragment", query.userNameFragment), ("domainfragment", query.domainFragment)]
            .compactMap { name, value in value.map { "&\(name)=\($0.percentEncoded)" } }.joined()
        let link = { (position: Int) in "\(url)?size=\(query.count)&page=\(position)\(fragments)" }
        let next = page.hasMore ? [(name: "next", url: link(page.position + page.credentials.count))] : []
        return [(name: "first", url: link(1))] + next
    }
}
