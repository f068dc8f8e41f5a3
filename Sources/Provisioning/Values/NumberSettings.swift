/// How calls to one number of a trunk are presented, and what else is known of the number.
package struct NumberSettings: Sendable, Equatable {
    /// How the called number is written in the Request-URI; `nil` as the trunk has it.
    package var calledFormat: NumberFormat?
    /// How the calling number is written in Remote-Party-ID; `nil` as the trunk has it.
    package var callerFormat: NumberFormat?
    /// Takes the called number's place in the Request-URI.
    package var rewriteUser: RewriteUser?
    /// Where calls go instead.
    package var callForward: TelephoneNumber?
    /// Whether the caller's name is shown; `nil` as the trunk has it.
    package var displaysName: Bool?
    package var attributes: Set<Attribute>
    /// Whether the number takes short messages; `nil` where nobody said.
    package var messaging: Bool?

    /// What the vendor says of a number's origin and protection.
    package enum Attribute: String, CaseIterable, Sendable {
        case protected = "Protected"
        case external = "External"
        case imported = "Imported"
    }

    package init(
        calledFormat: NumberFormat? = nil, callerFormat: NumberFormat? = nil, rewriteUser: RewriteUser? = nil,
        callForward: TelephoneNumber? = nil, displaysName: Bool? = nil, attributes: Set<Attribute> = [],
        messaging: Bool? = nil
    ) {
        self.calledFormat = calledFormat
        self.callerFormat = callerFormat
        self.rewriteUser = rewriteUser
        self.callForward = callForward
        self.displaysName = displaysName
        self.attributes = attributes
        self.messaging = messaging
    }
}

/// A way to write a number.
package enum NumberFormat: String, CaseIterable, Sendable {
    case tenDigits = "10digit"
    case elevenDigits = "11digit"
    case e164
}

/// A user part of a SIP URI of at most 25 characters, without escapes (RFC 3261 section 25.1).
package struct RewriteUser: Sendable, Equatable {
    package let text: String

    /// The text without a check; for rows that were checked when they were stored.
    package init(stored text: String) { self.text = text }

    package init?(_ text: String) {
        guard (1...25).contains(text.utf8.count), text.utf8.allSatisfy(Self.isUserByte) else { return nil }
        self.text = text
    }

    private static func isUserByte(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "-_.!~*'()&=+$,;?/".utf8.contains(byte)
    }
}
