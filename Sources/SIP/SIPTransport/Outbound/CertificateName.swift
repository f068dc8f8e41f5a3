package import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// Whether a server's certificate is for the name that was called.
///
/// NIOSSL takes one for the address of the connection, too, whatever name was called; who answers for a name in the DNS
/// could then show a certificate of an address of its own.
package enum CertificateName {
    struct Mismatch: Error, CustomStringConvertible {
        let name: String

        var description: String { "the certificate is not for \(name)" }
    }

    /// Fails, and closes the connection, where the handshake ended with a certificate for something else.
    package static func verify(_ name: String, on channel: any Channel) -> EventLoopFuture<Void> {
        channel.nioSSL_peerCertificate().flatMapThrowing { try verify(name, $0) }.flatMapErrorThrowing { error in
            channel.close(promise: nil)
            throw error
        }
    }

    static func verify(_ name: String, _ certificate: NIOSSLCertificate?) throws {
        guard let certificate, isFor(name, among: try names(of: certificate)) else { throw Mismatch(name: name) }
    }

    /// What a certificate is for by its alternative names alone, in small letters.
    static func names(of certificate: NIOSSLCertificate) throws -> [String] {
        let names = try Certificate(derEncoded: certificate.toDERBytes()).extensions.subjectAlternativeNames
        return names?.compactMap { if case .dnsName(let name) = $0 { name.lowercased() } else { nil } } ?? []
    }

    /// With a wildcard for the whole first label (RFC 6125 sections 6.4.3 and 6.4.4).
    static func isFor(_ name: String, among patterns: [String]) -> Bool {
        let rest = name.drop { $0 != "." }
        return patterns.contains { $0 == name || $0.hasPrefix("*.") && $0.dropFirst() == rest && rest.count > 1 }
    }
}
