import TestSupport
import Testing

extension RegistrarTests {
    /// How the registrar is found and reached (RFC 3263), with Kamailio at the end of the way.
    @Suite struct WayTests {
        /// Files with the service's certificate, which a registrar over TLS shows.
        private static func secured(_ folder: TemporaryDirectory, _ service: RegistrationService) throws -> [String] {
            let certificate = try folder.write(service.certificate.texts.certificate, to: "certificate.pem")
            let key = try folder.write(service.certificate.texts.key, to: "key.pem")
            return [#"CERTIFICATE="\#(certificate)""#, #"KEY="\#(key)""#]
        }

        /// Says that a name's registrar is there, by NAPTR, SRV and A.
        private static func publish(_ name: String, _ service: String, _ carrier: String, _ ports: UInt16...) throws {
            let names = try RegistrationService.shared.names
            let place = "\(carrier).\(name)"
            names.set("NAPTR \(name)", .records(["\(name) 300 NAPTR 1 1 s \(service) \(place)"]))
            names.set(
                "SRV \(place)",
                .records(ports.enumerated().map { "\(place) 300 SRV \($0 + 1) 0 \($1) host.\(name)" }))
            names.set("A host.\(name)", .records(["host.\(name) 300 A 127.0.0.1"]))
        }

        @Test func overTCP() async throws {
            let service = try RegistrationService.shared
            try await KamailioRegistrar.run(over: "tcp") { registrar in
                try Self.publish("streams.test", "SIP+D2T", "_sip._tcp", registrar.port)
                let id = try await service.create(at: "streams.test")
                let report = try await service.registered(id)
                #expect(report.now.target == "tcp:127.0.0.1:\(registrar.port)")
                #expect(report.now.contact.hasSuffix(";transport=tcp"))
                try await service.delete(id)
                try await service.gone(id)
                #expect(registrar.requests.last?.expires == 0)
            }
        }

        @Test func overTLSToTheNameThatWasAskedFor() async throws {
            let service = try RegistrationService.shared
            let folder = try TemporaryDirectory()
            try await KamailioRegistrar.run(try Self.secured(folder, service), over: "tls") { registrar in
                try Self.publish("secure.test", "SIPS+D2T", "_sips._tcp", registrar.port)
                try Self.publish("other.test", "SIPS+D2T", "_sips._tcp", registrar.port)
                let id = try await service.create(at: "secure.test")
                let report = try await service.registered(id)
                #expect(report.now.target == "tls:127.0.0.1:\(registrar.port)")
                #expect(report.now.contact.hasSuffix(";transport=tls"))

                let other = try await service.create("mallory", at: "other.test")
                let refused = try await service.report(other, "a failure") { $0.now.state == "retrying" }
                #expect(refused.now.status == 503)
                #expect(refused.now.reason.contains("certificate"), "\(refused.now.reason)")
                try await service.lists(other, #""successful":false"#, #""status_code":503"#)
                #expect(registrar.requests(of: "mallory").isEmpty, "not a byte to who shows another name")
                try await service.delete(other)
                try await service.delete(id)
            }
        }

        /// The second place of SRV takes over at once, whatever is wrong with the first.
        @Test(arguments: ["503", "nobody"]) func overTheSecondPlace(_ fault: String) async throws {
            let service = try RegistrationService.shared
            let isStream = fault == "nobody"
            let first = isStream ? nil : try SippRegistrar([.status("503 Service Unavailable")])
            try await KamailioRegistrar.run(over: isStream ? "tcp" : "udp") { registrar in
                let port = try first?.port ?? LoopbackSocket.freePort()
                let name = "two-\(fault).test"
                if isStream {
                    try Self.publish(name, "SIP+D2T", "_sip._tcp", port, registrar.port)
                } else {
                    try Self.publish(name, "SIP+D2U", "_sip._udp", port, registrar.port)
                }
                let id = try await service.create(at: name)
                let report = try await service.registered(id)
                #expect(report.steps == ["registering 0", "registered 200"], "no wait between the two")
                #expect(report.now.target.hasSuffix(":\(registrar.port)"))
                try await service.delete(id)
            }
        }

        /// The next refresh goes where the DNS says now.
        @Test func overAnAddressThatChanges() async throws {
            let service = try RegistrationService.shared
            try await KamailioRegistrar.run(["LONGEST=8"], hosts: ["127.0.0.1", "127.0.0.2"]) { registrar in
                let name = "moving.test"
                service.names.set("A \(name)", .records(["\(name) 1 A 127.0.0.1"]))
                let id = try await service.create(at: "\(name):\(registrar.port)")
                #expect(try await service.registered(id).now.target == "udp:127.0.0.1:\(registrar.port)")
                service.names.set("A \(name)", .records(["\(name) 1 A 127.0.0.2"]))
                let report = try await service.report(id, "a refresh at the new address") {
                    $0.refreshes > 0 && $0.now.target == "udp:127.0.0.2:\(registrar.port)"
                }
                #expect(report.steps == ["registering 0", "registered 200"])
                #expect(registrar.requests.map(\.host).contains("127.0.0.2"))
                try await service.delete(id)
            }
        }
    }
}
