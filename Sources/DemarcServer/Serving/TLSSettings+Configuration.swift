import Foundation
import HummingbirdTLS
import NIOSSL

extension TLSSettings {
    /// The certificate that was given, or one that the authority of the data directory makes.
    func configuration(in directory: String) throws(StartFailure) -> TLSConfiguration {
        let (chain, key) = try pem(in: directory)
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8))
            return .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
        } catch {
            throw StartFailure("the certificate cannot be used: \(error)")
        }
    }

    private func pem(in directory: String) throws(StartFailure) -> (chain: String, key: String) {
        guard let certificate else {
            let authority = try CertificateAuthority(in: directory)
            do {
                return try authority.issue(for: allNames)
            } catch {
                throw StartFailure("the certificate cannot be made: \(error)")
            }
        }
        return (try Self.text(of: certificate.chain), try Self.text(of: certificate.key))
    }

    private static func text(of path: String) throws(StartFailure) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StartFailure("the file \(path) cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Each once: what clients on this machine say, the addresses that are listened on, what was set.
    private var allNames: [String] {
        var names = ["localhost", "127.0.0.1", "::1", ProcessInfo.processInfo.hostName]
        names += listen.filter { !$0.isWildcard }.map(\.host)
        names += self.names
        var seen: Set<String> = []
        return names.filter { !$0.isEmpty && seen.insert($0.lowercased()).inserted }
    }
}
