package import Provisioning

/// A token from an `Authorization` header of the Bearer scheme (RFC 6750 section 2.1).
package struct BearerToken: Sendable {
    package let token: Secret<String>

    /// The longest header that is looked at, in bytes.
    private static let limit = 4096

    /// `nil` where the header is of another scheme, too long, or holds no token.
    package init?(authorization: String?) {
        guard let authorization, authorization.utf8.count <= Self.limit else { return nil }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].matches("Bearer") else { return nil }
        token = Secret(String(parts[1].drop { $0 == " " }))
    }
}
