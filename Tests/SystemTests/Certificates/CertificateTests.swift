import Foundation
import TestSupport
import Testing

/// Certificates of SIP over TLS, as OpenSSL sees them.
@Suite struct CertificateTests {
    /// A certificate and its key as files, and its authority.
    private struct Files {
        let certificate: String
        let key: String
        let authority: String

        init(_ made: TestCertificate, _ name: String, in folder: TemporaryDirectory) throws {
            certificate = try folder.write(made.texts.certificate, to: "\(name).pem")
            key = try folder.write(made.texts.key, to: "\(name).key")
            authority = try folder.write(made.authority, to: "\(name)-ca.pem")
        }
    }

    /// Whether a connection by that name shows a certificate of the authority.
    private func isTrusted(_ authority: String, _ name: String, _ port: UInt16) async throws -> Bool {
        let child = try ChildProcess(
            "/usr/bin/openssl",
            [
                "s_client", "-connect", "127.0.0.1:\(port)", "-servername", name, "-verify_hostname", name, "-CAfile",
                authority, "-verify_return_error",
            ])
        try child.write("Q\n")
        _ = try await child.end(within: .seconds(30))
        return child.output.contains("Verify return code: 0")
    }

    @Test func areChosenByNameAndReadAgainOnSIGHUP() async throws {
        let folder = try TemporaryDirectory()
        let first = try Files(TestCertificate(for: "first.test"), "first", in: folder)
        let second = try Files(TestCertificate(for: "second.test"), "second", in: folder)
        var installation = try Installation([
            "--sip-certificate", "\(first.certificate),\(second.certificate)", "--sip-certificate-key",
            "\(first.key),\(second.key)",
        ])
        installation.hasTLS = true
        let server = try await installation.start()
        let port = installation.secureSIPPort
        #expect(try await isTrusted(first.authority, "first.test", port))
        #expect(try await isTrusted(second.authority, "second.test", port))
        #expect(try await !isTrusted(second.authority, "first.test", port))

        let renewed = try Files(TestCertificate(for: "second.test"), "second", in: folder)
        server.child.signal(SIGHUP)
        try await Patience.until("the new certificate") {
            try await isTrusted(renewed.authority, "second.test", port) ? () : nil
        }
        #expect(try await isTrusted(first.authority, "first.test", port))
        #expect(try await server.stop() == 0)
    }
}
