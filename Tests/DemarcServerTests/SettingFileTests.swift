import Foundation
import Provisioning
import Testing

@testable import DemarcServer

@Suite("Files that settings name")
struct SettingFileTests {
    /// Settings with `FOLDER` for a directory where there are two certificates, a key of each, and no PEM.
    private static func faults(_ yaml: String) async throws -> [String] {
        try await withTemporaryDirectory { folder in
            let authority = try CertificateAuthority(in: folder)
            for name in ["one", "two"] {
                let (chain, key) = try authority.issue(for: ["\(name).example"])
                try Data(chain.utf8).write(to: URL(filePath: "\(folder)/\(name).pem"))
                try Data(key.utf8).write(to: URL(filePath: "\(folder)/\(name).key"))
            }
            try Data("none".utf8).write(to: URL(filePath: "\(folder)/none"))
            let key = Data(repeating: 7, count: 32).base64EncodedString()
            try Data(key.utf8).write(to: URL(filePath: "\(folder)/open.key"))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: "\(folder)/open.key")
            let path = "\(folder)/demarc.yaml"
            let text = (yaml.hasPrefix("data:") ? yaml : "data: FOLDER/data\n\(yaml)").replacing("FOLDER", with: folder)
            try Data(text.utf8).write(to: URL(filePath: path))
            let report = SettingsReport(SettingSources(flags: [:], environment: [:], file: path))
            try #require(report.faults == [])
            let found = report.lookingAtFiles()
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/data"), "nothing is made")
            #expect((found.settings == nil) == !found.faults.isEmpty)
            if !found.faults.isEmpty {
                // A start says the same.
                let settings = try #require(report.settings)
                let failure = await #expect(throws: StartFailure.self) { try await Installation(settings).run() }
                #expect(failure?.description == found.faults.map(\.description).joined(separator: "\ndemarc: "))
            }
            return found.faults.map { $0.description.replacing(folder, with: "FOLDER") }
        }
    }

    private static let tls = "sip:\n  listen: [\"udp:*:5060\", \"tls:*:5061\"]\n"

    @Test(
        "are looked at by config check, and by a start",
        arguments: [
            (
                "\(tls)  certificate: FOLDER/missing.pem\n  certificate-key: FOLDER/one.key\n",
                ["sip.certificate: FOLDER/missing.pem cannot be read"]
            ),
            (
                "\(tls)  certificate: FOLDER/none\n  certificate-key: FOLDER/one.key\n",
                ["sip.certificate: FOLDER/none holds no certificate in PEM"]
            ),
            (
                "\(tls)  certificate: FOLDER/one.pem\n  certificate-key: FOLDER/none\n",
                ["sip.certificate-key: FOLDER/none holds no key in PEM"]
            ),
            (
                "\(tls)  certificate: [FOLDER/one.pem, FOLDER/two.pem]\n  certificate-key: [FOLDER/one.key, FOLDER/one.key]\n",
                ["sip.certificate-key: FOLDER/one.key is not the key of FOLDER/two.pem"]
            ),
            (
                "vendor:\n  listen-tls: \"*:8443\"\n  certificate: FOLDER/one.pem\n  certificate-key: FOLDER/two.key\n",
                ["vendor.certificate-key: FOLDER/two.key is not the key of FOLDER/one.pem"]
            ),
            (
                "\(tls)tls:\n  client-ca: FOLDER/none\n",
                ["tls.client-ca: FOLDER/none holds no certificate in PEM"]
            ),
            (
                "sip:\n  authorities: FOLDER/missing.pem\ntls:\n  client-ca: FOLDER/none\n",
                ["sip.authorities: FOLDER/missing.pem cannot be read"]
            ),
            (
                "sealing-key: FOLDER/open.key\n",
                [
                    "sealing-key: the sealing key FOLDER/open.key can be read by others; "
                        + "run: chmod 600 FOLDER/open.key"
                ]
            ),
            ("sealing-key: FOLDER/none\n", ["sealing-key: the sealing key FOLDER/none is not 32 bytes in Base64"]),
            (
                "sealing-key: FOLDER/nowhere/key\n",
                ["sealing-key: FOLDER/nowhere/key cannot be made: there is no such directory that can be written"]
            ),
            (
                "data: FOLDER/none\nsealing-key: FOLDER/key\n",
                ["data: FOLDER/none is no directory that can be written"]
            ),
        ])
    func faults(yaml: String, faults: [String]) async throws {
        #expect(try await Self.faults(yaml) == faults)
    }

    @Test(
        "are taken where they fit, and not looked at where nothing listens",
        arguments: [
            "",
            "\(tls)  certificate: [FOLDER/one.pem, FOLDER/two.pem]\n  certificate-key: [FOLDER/one.key, FOLDER/two.key]\n",
            "\(tls)  authorities: FOLDER/ca.pem\ntls:\n  client-ca: FOLDER/ca.pem\n",
            "sip:\n  certificate: FOLDER/none\n  certificate-key: FOLDER/none\n",
            "vendor:\n  certificate: FOLDER/none\n  certificate-key: FOLDER/none\n",
            "sealing-key: FOLDER/key\n",
            "sealing-key: FOLDER/data/own.key\n",
            "data: FOLDER/here/\nsealing-key: FOLDER/here/own.key\n",
        ])
    func wellEnough(yaml: String) async throws {
        #expect(try await Self.faults(yaml) == [])
    }
}
