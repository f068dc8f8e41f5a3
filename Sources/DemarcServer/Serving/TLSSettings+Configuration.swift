import Foundation
import HummingbirdTLS
import NIOSSL

extension TLSSettings {
    /// The certificate that was given, or one that the authority of the data directory makes.
    func configuration(in directory: String) throws(StartFailure) -> TLSConfiguration {
        if let certificate {
            do {
                return try certificate.configuration(.vendorCertificate, .vendorCertificateKey)
            } catch {
                throw StartFailure(error.description)
            }
        }
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
    /// Throws what is wrong with either file, by its setting.
    func configuration(_ certificate: Setting, _ key: Setting) throws(SettingFault) -> TLSConfiguration {
        let certificates = try PEMFile.certificates(in: chain, of: certificate)
        let pem = try PEMFile.text(of: self.key, key)
        guard let privateKey = try? NIOSSLPrivateKey(bytes: Array(pem.utf8), format: .pem) else {
            throw SettingFault(key: key.key, message: "\(self.key) holds no key in PEM")
        }
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        // Only this looks whether the two belong together.
        guard (try? NIOSSLContext(configuration: configuration)) != nil else {
            throw SettingFault(key: key.key, message: "\(self.key) is not the key of \(chain)")
        }
        return configuration
    }
}

/// Files that settings name; what is wrong with one is said by its setting.
enum PEMFile {
    static func certificates(in path: String, of setting: Setting) throws(SettingFault) -> [NIOSSLCertificate] {
        let text = try text(of: path, setting)
        guard let found = try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8)), !found.isEmpty else {
            throw SettingFault(key: setting.key, message: "\(path) holds no certificate in PEM")
        }
        return found
    }

    static func text(of path: String, _ setting: Setting) throws(SettingFault) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingFault(key: setting.key, message: "\(path) cannot be read")
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
    func trusting(clientsOf authorities: String?) throws(SettingFault) -> TLSConfiguration {
        guard let authorities else { return self }
        var configuration = self
        configuration.certificateVerification = .optionalVerification
        configuration.sendCANameList = true
        configuration.trustRoots = .certificates(try PEMFile.certificates(in: authorities, of: .tlsClientCA))
        return configuration
    }
}
