import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import TestSupport
import X509

/// An authority, and a server's certificate for a name or address that it signed.
struct TestCertificate {
    let authority: String
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey

    /// For a name, or for an IPv4 address.
    init(for name: String) throws {
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
        chain = try NIOSSLCertificate.fromPEMBytes(Array(try server.serializeAsPEM().pemString.utf8))
        key = try NIOSSLPrivateKey(bytes: Array(serverKey.pemRepresentation.utf8), format: .pem)
    }

    /// The authority as a file.
    func authorityFile() throws -> String {
        let path = TemporaryPlace.make("demarc-ca").path
        try Data(authority.utf8).write(to: URL(filePath: path))
        return path
    }

    var serverConfiguration: TLSConfiguration {
        .makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    }

    func serverContext() throws -> NIOSSLContext { try NIOSSLContext(configuration: serverConfiguration) }

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
