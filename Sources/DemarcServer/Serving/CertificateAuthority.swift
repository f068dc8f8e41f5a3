import Crypto
import Foundation
import Provisioning
import SwiftASN1
import X509

/// The authority that signs the certificates of our own listeners; clients that do not know it are given `ca.pem`.
///
/// Its key lies in the data directory, for its owner only. What it signs is made anew at each start and kept in memory.
struct CertificateAuthority {
    private static let lifetime: TimeInterval = 10 * 365 * 86_400
    /// What TLS clients take at most of a server, 825 days.
    private static let serverLifetime: TimeInterval = 825 * 86_400
    /// Clocks differ.
    private static let leeway: TimeInterval = 3600

    private let certificate: Certificate
    private let key: P256.Signing.PrivateKey

    /// The file with the certificate that clients are given.
    static func path(in directory: String) -> String { "\(directory)/ca.pem" }

    /// Reads the authority of a data directory, or makes one where there is none.
    init(in directory: String) throws(StartFailure) {
        let (certificatePath, keyPath) = (Self.path(in: directory), "\(directory)/ca-key.pem")
        let files = FileManager.default
        do {
            if let kept = files.contents(atPath: certificatePath), let keptKey = files.contents(atPath: keyPath) {
                certificate = try Certificate(pemEncoded: String(decoding: kept, as: UTF8.self))
                key = try P256.Signing.PrivateKey(pemRepresentation: String(decoding: keptKey, as: UTF8.self))
                return
            }
            key = P256.Signing.PrivateKey()
            certificate = try Self.certificate(of: key)
            try PrivateFile.write(Data(key.pemRepresentation.utf8), to: keyPath)
            try PrivateFile.write(Data(certificate.serializeAsPEM().pemString.utf8), to: certificatePath)
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure("the authority in \(certificatePath) and \(keyPath) cannot be used: \(error)")
        }
    }

    private static func certificate(of key: P256.Signing.PrivateKey) throws -> Certificate {
        let name = try DistinguishedName { CommonName("Demarc \(UniqueID.random().description.prefix(8))") }
        let publicKey = Certificate.PublicKey(key.publicKey)
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
            notValidBefore: Date.now - leeway, notValidAfter: Date.now + lifetime, issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: publicKey)
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
    }

    /// A certificate for a server of those names and addresses, and its key, in PEM.
    func issue(for names: [String]) throws -> (chain: String, key: String) {
        let serverKey = P256.Signing.PrivateKey()
        let publicKey = Certificate.PublicKey(serverKey.publicKey)
        let authority = SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey))
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
            notValidBefore: Date.now - Self.leeway, notValidAfter: Date.now + Self.serverLifetime,
            issuer: self.certificate.subject, subject: DistinguishedName { CommonName("Demarc") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectKeyIdentifier(hash: publicKey)
                AuthorityKeyIdentifier(keyIdentifier: authority.keyIdentifier)
                SubjectAlternativeNames(names.map(Self.general))
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
        return (try certificate.serializeAsPEM().pemString, serverKey.pemRepresentation)
    }

    private static func general(_ name: String) -> GeneralName {
        guard let address = IPAddress(name) else { return .dnsName(name) }
        let halves = address.isIPv4 ? [(address.low, 4)] : [(address.high, 8), (address.low, 8)]
        let bytes = halves.flatMap { half, count in
            (0..<count).map { UInt8(truncatingIfNeeded: half >> (8 * (count - 1 - $0))) }
        }
        return .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
    }
}
