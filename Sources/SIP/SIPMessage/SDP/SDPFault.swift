/// What is wrong with a session description.
package enum SDPFault: Error, Sendable, Equatable, CaseIterable {
    /// Longer than `SessionDescription.longest` bytes.
    case tooLong
    case tooManyLines
    case tooManyMedia
    case tooManyFormats
    /// Not `x=`, or a control character in a line.
    case badLine
    /// It does not begin with `v=0`.
    case badVersion
    /// An `m=` line without port, profile or format.
    case badMedia
}

/// Why a session description cannot be passed on: a 488 (RFC 3261 section 21.4.26), but for a relay that failed.
package enum MediaRefusal: Error, Sendable, Equatable, CaseIterable {
    /// No stream has a codec that both sides may use.
    case noCodec
    /// No stream has an SDES suite that both sides may use.
    case noSuite
    /// Encryption is required and no stream is encrypted.
    case notEncrypted
    /// One end is a browser's and the other is not, and there is no media relay between them.
    case webOnly
    /// One end is behind a NAT, and there is no media relay.
    case behindNAT
    /// A media relay is asked for, and there is none.
    case noRelay
    /// The media relay does not answer, or refuses.
    case relayFailed
}
