import ArgumentParser
import Foundation
import Provisioning
import Testing

@testable import DemarcServer

@Suite("Settings")
struct SettingsTests {
    private static func report(
        flags: [String: [String]] = [:], environment: [String: String] = [:], yaml: String? = nil
    ) async throws -> SettingsReport {
        try await withTemporaryDirectory { directory in
            guard let yaml else {
                return SettingsReport(SettingSources(flags: flags, environment: environment, file: nil))
            }
            let path = "\(directory)/demarc.yaml"
            try Data(yaml.utf8).write(to: URL(filePath: path))
            return SettingsReport(SettingSources(flags: flags, environment: environment, file: path))
        }
    }

    @Test("every default can be used")
    func defaults() async throws {
        let report = try await Self.report()
        #expect(report.faults == [])
        #expect(report.lines.allSatisfy { $0.source == .default })
        #expect(report.lines.map(\.key).sorted() == Setting.all.map(\.key).sorted())
        let settings = try #require(report.settings)
        #expect(settings.dataDirectory == "./demarc-data")
        #expect(settings.sealingKeyPath == "./demarc-data/sealing.key")
        #expect(report.lines.first { $0.key == "sealing-key" }?.values == ["./demarc-data/sealing.key"])
        #expect(settings.vendorListen == [ListenAddress(host: "*", port: 8080)])
        #expect(settings.operatorListen == ListenAddress(host: "127.0.0.1", port: 8081))
        #expect(settings.sip.listen.map(\.description) == ["udp:*:5060", "tcp:*:5060"])
        #expect(settings.sip.banAfter == 20 && settings.sip.maximumContacts == 10)
        #expect(settings.addressCheck == .embedded)
    }

    struct Precedence: CustomTestStringConvertible, Sendable {
        let flag: String?
        let variable: String?
        let file: String?
        let value: String
        let source: SettingSource

        var testDescription: String { "\(flag ?? "-") \(variable ?? "-") \(file ?? "-")" }
    }

    @Test(
        "a flag beats the environment, which beats the file, which beats the default",
        arguments: [
            Precedence(flag: "1", variable: "2", file: "3", value: "1", source: .flag),
            Precedence(flag: "1", variable: "2", file: nil, value: "1", source: .flag),
            Precedence(flag: "1", variable: nil, file: "3", value: "1", source: .flag),
            Precedence(flag: "1", variable: nil, file: nil, value: "1", source: .flag),
            Precedence(flag: nil, variable: "2", file: "3", value: "2", source: .environment),
            Precedence(flag: nil, variable: "2", file: nil, value: "2", source: .environment),
            Precedence(flag: nil, variable: nil, file: "3", value: "3", source: .file),
            Precedence(flag: nil, variable: "", file: "3", value: "3", source: .file),
            Precedence(flag: nil, variable: nil, file: nil, value: "20", source: .default),
        ])
    func precedence(_ row: Precedence) async throws {
        let report = try await Self.report(
            flags: row.flag.map { ["ban.after": [$0]] } ?? [:],
            environment: row.variable.map { ["DEMARC_BAN_AFTER": $0] } ?? [:],
            yaml: row.file.map { "ban:\n  after: \($0)\n" })
        let line = try #require(report.lines.first { $0.key == "ban.after" })
        #expect(line.values == [row.value])
        #expect(line.source == row.source)
        #expect(report.settings?.sip.banAfter == Int(row.value))
    }

    @Test("lists are lists in the file, repeated or with commas elsewhere; one text is a list of one")
    func lists() async throws {
        let addresses = ["udp:10.0.0.5:5060", "tcp:[2001:db8::1]:5061"]
        let yaml = "sip:\n  listen: [\"\(addresses[0])\", \"\(addresses[1])\"]\nvendor:\n  listen: \"[::1]:80\"\n"
        let file = try await Self.report(yaml: yaml)
        #expect(file.settings?.sip.listen.map(\.description) == addresses)
        #expect(file.settings?.vendorListen == [ListenAddress(host: "::1", port: 80)])
        let variable = try await Self.report(
            environment: ["DEMARC_SIP_LISTEN": addresses.joined(separator: ", ")])
        #expect(variable.settings?.sip.listen.map(\.description) == addresses)
    }

    @Test func whatMayBeCalled() async throws {
        let yaml = """
            egress:
              allow: ["127.0.0.0/8", "fd00::1", "10.0.0.5:5060", "[::1]:5060"]
            sip:
              nameserver: ["127.0.0.1:5353", "::1", "[2001:db8::1]:54"]
              authorities: /etc/demarc/registrars.pem
              certificate: chain.pem
              certificate-key: key.pem
            """
        let settings = try #require(try await Self.report(yaml: yaml).settings)
        let address: (String) throws -> IPAddress = { try #require(IPAddress($0)) }
        #expect(
            settings.egressAllow == [
                .network(try IPNetwork(parsing: "127.0.0.0/8")), .network(IPNetwork(try address("fd00::1"))),
                .endpoint(try address("10.0.0.5"), port: 5060), .endpoint(try address("::1"), port: 5060),
            ])
        #expect(settings.sip.nameservers.map(\.address.description) == ["127.0.0.1", "::1", "2001:db8::1"])
        #expect(settings.sip.nameservers.map(\.port) == [5353, 53, 54])
        #expect(settings.sip.authorities == "/etc/demarc/registrars.pem")
        #expect(settings.sip.certificates == [.init(chain: "chain.pem", key: "key.pem")])

        let policy = EgressPolicy(settings)
        #expect(policy.refusal(of: try address("127.0.0.1"), port: 5080) == nil)
        // Allowed, and yet ours: *:5060, *:8080 and 127.0.0.1:8081 are the defaults.
        for port: UInt16 in [5060, 8080, 8081] {
            #expect(policy.refusal(of: try address("127.0.0.1"), port: port) == .ownListener)
        }
        #expect(policy.refusal(of: try address("::1"), port: 5060) == nil)
        #expect(policy.refusal(of: try address("::1"), port: 5080) == .loopback)
    }

    @Test(
        "what is wrong is named by its setting",
        arguments: [
            ("ban:\n  aftr: 3\n", "ban.aftr", "no setting has this name"),
            ("colour: red\n", "colour", "no setting has this name"),
            ("ban:\n  after: many\n", "ban.after", "must be 1-1000000, not `many`"),
            ("ban:\n  after: 0\n", "ban.after", "must be 1-1000000, not `0`"),
            ("ban:\n  after: [1, 2]\n", "ban.after", "one value is wanted, not a list"),
            ("sip:\n  durability: maybe\n", "sip.durability", "must be one of journal, memory, not `maybe`"),
            (
                "sip:\n  listen: [\"sctp:*:5060\"]\n", "sip.listen",
                "must be udp|tcp|tls|ws|wss:host:port[=host[:port]], not `sctp:*:5060`"
            ),
            ("sip:\n  listen: []\n", "sip.listen", "needs at least one address"),
            (
                "sip:\n  minimum-expires: 4000\n", "sip.default-expires",
                "must lie between sip.minimum-expires and sip.maximum-expires"
            ),
            (
                "operator:\n  listen: \"*:8081\"\n", "operator.listen",
                "name the address; the operator's side is not for every network"
            ),
            (
                "egress:\n  allow: [\"10.0.0.1/8\"]\n", "egress.allow",
                "must be address[/mask]|address:port, not `10.0.0.1/8`"
            ),
            (
                "egress:\n  allow: [\"localhost:5060\"]\n", "egress.allow",
                "must be address[/mask]|address:port, not `localhost:5060`"
            ),
            (
                "sip:\n  nameserver: [\"ns.example.com\"]\n", "sip.nameserver",
                "must be address[:port], not `ns.example.com`"
            ),
            (
                "sip:\n  certificate: chain.pem\n", "sip.certificate",
                "needs its key, and the key its certificate"
            ),
            ("operator:\n  token: short\n", "operator.token", "must be at least 20 characters, without spaces"),
            (
                "address-check: ftp://a.example/\n", "address-check",
                "must be `embedded` or a URL with http or https and no password"
            ),
            (
                "address-check: http://user:pass@a.example/\n", "address-check",
                "must be `embedded` or a URL with http or https and no password"
            ),
            ("data: \"\"\n", "data", "must not be empty"),
        ])
    func findings(yaml: String, key: String, message: String) async throws {
        let report = try await Self.report(yaml: yaml)
        #expect(report.faults == [SettingFault(key: key, message: message)])
        #expect(report.settings == nil)
    }

    @Test(
        "a file that cannot be read, or is no YAML mapping, is a fault",
        arguments: ["- a\n- b\n", "a: [\n", "just text\n"])
    func unreadable(yaml: String) async throws {
        let report = try await Self.report(yaml: yaml)
        #expect(report.faults.map(\.message) == ["no readable YAML mapping"])
        let missing = SettingsReport(SettingSources(flags: [:], environment: [:], file: "/nonexistent/demarc.yaml"))
        #expect(missing.faults == [SettingFault(key: "/nonexistent/demarc.yaml", message: "the file cannot be read")])
    }

    @Test("an empty file says nothing, and a variable that is no setting is named")
    func unknownVariable() async throws {
        #expect(try await Self.report(yaml: "\n").faults == [])
        let report = try await Self.report(environment: ["DEMARC_BAN_AFTR": "1", "DEMARC_CONFIG": "x", "PATH": "/bin"])
        #expect(report.faults == [SettingFault(key: "DEMARC_BAN_AFTR", message: "no setting has this name")])
    }

    @Test("a secret is in force and never shown")
    func secrets() async throws {
        let token = "correct-horse-battery-staple"
        let report = try await Self.report(environment: ["DEMARC_OPERATOR_TOKEN": token])
        #expect(report.settings?.operatorToken?.reveal() == token)
        #expect(report.lines.first { $0.key == "operator.token" }?.values == ["<redacted>"])
        #expect(!report.text(withFaults: true).contains(token))
        #expect(!String(reflecting: report).contains(token))
        let wrong = try await Self.report(environment: ["DEMARC_OPERATOR_TOKEN": "hunter2"])
        #expect(!wrong.text(withFaults: true).contains("hunter2"))
    }

    @Test("every setting but a secret has its flag, and every flag its setting")
    func flags() throws {
        for setting in Setting.all {
            guard let flag = setting.flag else {
                #expect(setting.isSecret)
                continue
            }
            let parsed = try SettingFlags.parse(["--\(flag)", "some,text"])
            #expect(parsed.values == [setting.key: setting.isList ? ["some", "text"] : ["some,text"]])
        }
        let help = SettingFlags.helpMessage(columns: 500)
        let named = help.split(separator: "\n").filter { $0.contains(" --") && $0.contains("<") }.count
        #expect(named == Setting.all.filter { $0.flag != nil }.count + 1, "one more for --config")
    }

    @Test("the variable of a setting is made of its key", arguments: Setting.all.map(\.key))
    func variables(key: String) async throws {
        let setting = try #require(Setting.all.first { $0.key == key })
        let text = "\u{1}impossible"
        let sources = SettingSources(flags: [:], environment: [setting.variable: text], file: nil)
        #expect(sources.faults == [])
        #expect(try sources.text(of: setting).get() == SettingText(values: [text], source: .environment))
    }
}
