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
        guard let certificate, try isFor(name, try certificate.toDERBytes()) else { throw Mismatch(name: name) }
    }

    /// By the alternative names alone, with a wildcard for the whole first label (RFC 6125 sections 6.4.3 and 6.4.4).
    private static func isFor(_ name: String, _ certificate: [UInt8]) throws -> Bool {
        let names = try Certificate(derEncoded: certificate).extensions.subjectAlternativeNames
        let rest = name.drop { $0 != "." }
        return names?.contains { candidate in
            guard case .dnsName(let pattern) = candidate else { return false }
            let text = pattern.lowercased()
            return text == name || text.hasPrefix("*.") && text.dropFirst() == rest && rest.count > 1
        } ?? false
    }
}
