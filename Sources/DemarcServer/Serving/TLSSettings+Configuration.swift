import Foundation
import HummingbirdTLS
import NIOSSL

extension TLSSettings {
    /// The certificate that was given, or one that the authority of the data directory makes.
    func configuration(in directory: String) throws(StartFailure) -> TLSConfiguration {
        if let certificate { return try certificate.configuration }
        let authority = try CertificateAuthority(in: directory)
        do {
            let (chain, key) = try authority.issue(for: allNames)
            return try .server(chain: chain, key: key)
        } catch {
            throw StartFailure("the certificate cannot be made: \(error)")
        }
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

extension TLSSettings.Files {
    var configuration: TLSConfiguration {
        get throws(StartFailure) {
            let (chain, key) = (try Self.text(of: chain), try Self.text(of: key))
            do {
                return try .server(chain: chain, key: key)
            } catch {
                throw StartFailure("the certificate \(self.chain) cannot be used: \(error)")
            }
        }
    }

    static func text(of path: String) throws(StartFailure) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StartFailure("the file \(path) cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

extension TLSConfiguration {
    /// From PEM.
    fileprivate static func server(chain: String, key: String) throws -> TLSConfiguration {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8))
        return .makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
    }

    /// Asks who calls for a certificate of those authorities, a PEM file: none will do, and one of nobody's will not.
    func trusting(clientsOf authorities: String?) throws(StartFailure) -> TLSConfiguration {
        guard let authorities else { return self }
        var configuration = self
        configuration.certificateVerification = .optionalVerification
        configuration.sendCANameList = true
        let text = try TLSSettings.Files.text(of: authorities)
        do {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)))
        } catch {
            throw StartFailure("the authorities \(authorities) cannot be used: \(error)")
        }
        return configuration
    }
}
