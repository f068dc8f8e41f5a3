import Crypto
import Foundation
package import NIOSSL
import SwiftASN1
import X509

/// An authority, and a server's certificate for a name or address that it signed.
package struct TestCertificate: Sendable {
    package let authority: String
    package let chain: [NIOSSLCertificate]
    package let key: NIOSSLPrivateKey
    /// The server's certificate and its key, in PEM.
    package let texts: (certificate: String, key: String)

    /// For a name, or for an IPv4 address.
    package init(for name: String) throws {
        let authorityKey = P256.Signing.PrivateKey()
        let issuer = try DistinguishedName { CommonName("An authority") }
        let root = try Self.make(
            subject: issuer, key: authorityKey, issuer: issuer, issuerKey: authorityKey,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
            })
        let serverKey = P256.Signing.PrivateKey()
        let address = name.split(separator: ".").compactMap { UInt8($0) }
        let name: GeneralName =
            address.count == 4 ? .ipAddress(ASN1OctetString(contentBytes: address[...])) : .dnsName(name)
        let server = try Self.make(
            subject: try DistinguishedName { CommonName("A server") }, key: serverKey, issuer: issuer,
            issuerKey: authorityKey,
            extensions: try Certificate.Extensions { SubjectAlternativeNames([name]) })
        authority = try root.serializeAsPEM().pemString
        texts = (try server.serializeAsPEM().pemString, serverKey.pemRepresentation)
        chain = try NIOSSLCertificate.fromPEMBytes(Array(texts.certificate.utf8))
        key = try NIOSSLPrivateKey(bytes: Array(texts.key.utf8), format: .pem)
    }

    /// The authority as a file.
    package func authorityFile() throws -> String {
        let path = TemporaryPlace.make("demarc-ca").path
        try Data(authority.utf8).write(to: URL(filePath: path))
        return path
    }

    package var serverConfiguration: TLSConfiguration {
        .makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    }

    package func serverContext() throws -> NIOSSLContext { try NIOSSLContext(configuration: serverConfiguration) }

    private static func make(
        subject: DistinguishedName, key: P256.Signing.PrivateKey, issuer: DistinguishedName,
        issuerKey: P256.Signing.PrivateKey, extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
            notValidBefore: Date.now - 3600, notValidAfter: Date.now + 86_400, issuer: issuer, subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: .init(issuerKey))
    }
}
