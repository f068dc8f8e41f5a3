/// What a registration elsewhere may be called, and where it may go; the samples of the vendor's SDKs pass
/// (`localhost`, an outbound proxy `12`).
enum OutboundRegistrationRules {
    private static let limit = 255

    /// Throws the first fault of: `registrationUserNameInvalid`, `registrationProxyInvalid`, `parameterTooLong`,
    /// `valueInvalid` for the outbound proxy and the authentication user.
    static func require(_ details: OutboundRegistrationDetails, password: Secret<String>?) throws(ProvisioningError) {
        guard isUser(details.userName) else {
            throw ProvisioningError(.registrationUserNameInvalid, field: "sip_username")
        }
        guard isProxy(details.proxy) else { throw ProvisioningError(.registrationProxyInvalid, field: "proxy") }
        if let user = details.authenticationUser {
            guard user.utf8.count <= limit else {
                throw ProvisioningError(.parameterTooLong, field: "auth_user", "auth_user", "\(limit)")
            }
            guard isUser(user) else { throw ProvisioningError(.valueInvalid, field: "auth_user", "auth_user", user) }
        }
        if let proxy = details.outboundProxy, !isProxy(proxy) {
            throw ProvisioningError(.valueInvalid, field: "outbound_proxy", "outbound_proxy", proxy)
        }
        if let password, password.reveal().utf8.count > limit {
            throw ProvisioningError(.parameterTooLong, field: "password", "password", "\(limit)")
        }
    }

    /// Printable, without what ends a user part or a quoted string.
    private static func isUser(_ text: String) -> Bool {
        (1...limit).contains(text.utf8.count) && !text.hasControls
            && !text.contains { $0.isWhitespace || $0 == "<" || $0 == ">" || $0 == "\"" || $0 == ":" }
    }

    /// A host with an optional port.
    private static func isProxy(_ text: String) -> Bool {
        let parts = hostAndPort(text)
        guard let parts, parts.port.map({ (1...65_535).contains($0) }) ?? true else { return false }
        return IPAddress(parts.host) != nil || HostName.labels(of: parts.host) != nil
    }

    private static func hostAndPort(_ text: String) -> (host: Substring, port: Int?)? {
        guard text.utf8.count <= limit else { return nil }
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard host.contains(":") else { return nil }
            return rest.isEmpty ? (host, nil) : rest.first == ":" ? port(rest.dropFirst()).map { (host, $0) } : nil
        }
        guard let colon = text.firstIndex(of: ":") else { return (text[...], nil) }
        return port(text[text.index(after: colon)...]).map { (text[..<colon], $0) }
    }

    private static func port(_ text: Substring) -> Int? {
        text.utf8.count <= 5 && text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
    }
}
