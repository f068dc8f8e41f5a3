import FoundationEssentials
package import Provisioning

/// A name and password from an `Authorization` header of the Basic scheme (RFC 7617).
package struct BasicCredentials: Sendable {
    package let name: String
    package let password: Secret<String>

    /// The longest header that is looked at, in bytes.
    private static let limit = 1024

    /// `nil` where the header is of another scheme, too long, no Base64 or no UTF-8, or names nobody.
    package init?(authorization: String?) {
        guard let authorization, authorization.utf8.count <= Self.limit else { return nil }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].matches("Basic"),
            let data = Data(base64Encoded: String(parts[1].drop { $0 == " " })),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":"),
            colon != text.startIndex
        else { return nil }
        name = String(text[..<colon])
        password = Secret(String(text[text.index(after: colon)...]))
    }
}
