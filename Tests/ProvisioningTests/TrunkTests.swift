import Provisioning
import TestSupport
import Testing

/// Rules of trunks: the Bandwidth sippeers page (2018-01-11) and codes 13500 to 13595 of its error list (2023).
@Suite struct TrunkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var features: Set<ProductFeature> = [.messaging, .termination, .callingName]
        var ceiling = TrafficClass.all
        var makeDefault: Bool? = true
        let change: @Sendable (inout TrunkDetails) throws -> Void
        let faults: [Fault]

        init(
            _ faults: Fault..., features: Set<ProductFeature> = [.messaging, .termination, .callingName],
            ceiling: TrafficClass = .all, makeDefault: Bool? = true,
            change: @escaping @Sendable (inout TrunkDetails) throws -> Void
        ) {
            self.features = features
            self.ceiling = ceiling
            self.makeDefault = makeDefault
            self.change = change
            self.faults = faults
        }

        var testDescription: String { "\(faults.map(\.rule))" }
    }

    static func host(_ text: String, port: UInt16? = nil) -> HostAndPort {
        HostAndPort(host: HostName(stored: text), port: port)
    }

    static func hosts(_ count: Int) -> [HostAndPort] { (0..<count).map { host("10.0.0.\($0)") } }

    @Test(arguments: [
        Case { $0.voiceHosts = hosts(10) },
        Case { $0.voiceHostGroups = Array(repeating: [], count: 4) + [hosts(10)] },
        Case {
            $0.messagingHosts = [HostName(stored: "1.1.1.1")]; $0.terminationHosts = [try TerminationHost("1.1.1.1")]
        },
        Case(features: [.termination]) { $0.terminationHosts = [try TerminationHost("10.0.0.0/20")] },
        Case(features: [.termination]) { $0.terminationHosts = [try TerminationHost("2001:db8::/48")] },
        Case(features: [.termination], ceiling: .lite) { $0.terminationHosts = [try TerminationHost("10.0.0.1")] },
        Case(features: [.termination]) {
            $0.terminationHosts = [try TerminationHost("10.0.0.1"), try TerminationHost("10.0.0.0/24", port: 5060)]
        },
        Case { $0.callingName = .init(display: true, enforced: false) },
        Case(Fault(.trunkNameRequired, field: "name")) { $0.name = "" },
        Case(Fault(.trunkNameTooLong, field: "name", values: [SiteTests.text(51)])) { $0.name = SiteTests.text(51) },
        Case(Fault(.valueInvalid, field: "name", values: ["PeerName", "a\n"])) { $0.name = "a\n" },
        Case(Fault(.trunkDescriptionTooLong, field: "description", values: [SiteTests.text(51)])) {
            $0.description = SiteTests.text(51)
        },
        Case(Fault(.voiceHostsAndGroups, field: "voiceHostGroups")) {
            $0.voiceHosts = hosts(1)
            $0.voiceHostGroups = [[host("b.example")]]
        },
        Case(Fault(.tooManyVoiceHosts, field: "voiceHosts")) { $0.voiceHosts = hosts(11) },
        Case(Fault(.tooManyVoiceHosts, field: "voiceHostGroups")) { $0.voiceHostGroups = [hosts(11)] },
        Case(Fault(.tooManyVoiceHostGroups, field: "voiceHostGroups")) {
            $0.voiceHostGroups = (0..<6).map { [host("h\($0).example")] }
        },
        Case(Fault(.tooManyMessagingHosts, field: "messagingHosts")) {
            $0.messagingHosts = hosts(11).map(\.host)
            $0.terminationHosts = [try TerminationHost("1.1.1.1")]
        },
        Case(
            Fault(.tooManyTerminationHosts, field: "terminationHosts", values: ["11", "10"]), features: [.termination]
        ) { $0.terminationHosts = try (0..<11).map { try TerminationHost("1.1.1.\($0)") } },
        Case(Fault(.duplicateHost, field: "voiceHosts", values: ["VoiceHosts"])) {
            $0.voiceHosts = [host("A.example", port: 5060), host("b.example"), host("a.EXAMPLE", port: 5060)]
        },
        Case(Fault(.duplicateHost, field: "voiceHostGroups", values: ["VoiceHostGroups"])) {
            $0.voiceHostGroups = [[host("2001:db8::1")], [host("2001:DB8:0::1")]]
        },
        Case(Fault(.duplicateHost, field: "messagingHosts", values: ["SmsHosts"])) {
            $0.messagingHosts = [HostName(stored: "1.1.1.1"), HostName(stored: "1.1.1.1")]
            $0.terminationHosts = [try TerminationHost("1.1.1.1")]
        },
        Case(Fault(.duplicateHost, field: "terminationHosts", values: ["TerminationHosts"]), features: [.termination]) {
            $0.terminationHosts = [try TerminationHost("1.1.1.1"), try TerminationHost("1.1.1.1/32")]
        },
        Case { $0.voiceHosts = [host("a.example", port: 5060), host("a.example", port: 5061), host("a.example")] },
        Case(
            Fault(.terminationMaskOnCreate, field: "terminationHosts", values: ["10.0.0.0/19"]),
            features: [.termination]
        ) { $0.terminationHosts = [try TerminationHost("10.0.0.0/19")] },
        Case(
            Fault(.terminationMaskOnCreate, field: "terminationHosts", values: ["2001:db8::/47"]),
            features: [.termination]
        ) { $0.terminationHosts = [try TerminationHost("2001:db8::/47")] },
        Case(Fault(.terminationHostInvalid, field: "terminationHosts", values: ["::/64"]), features: [.termination]) {
            $0.terminationHosts = [try TerminationHost("::/64")]
        },
        Case(Fault(.cityRequired, field: "address.city")) {
            $0.address = .whiteHouse
            $0.address?.city = ""
        },
        Case(Fault(.callingNameNotEnabled, field: "callingName", values: ["1"]), features: []) {
            $0.callingName = .init(display: true, enforced: true)
        },
        Case(
            Fault(.callingNameOnPrivateNetwork, field: "callingName"),
            features: [.callingName, .dedicatedPrivateNetwork]
        ) { $0.callingName = .init(display: true, enforced: true) },
        Case(Fault(.messagingNotEnabled, field: "messagingHosts"), features: [.termination]) {
            $0.messagingHosts = [HostName(stored: "1.1.1.1")]
        },
        Case(Fault(.terminationNotEnabled, field: "terminationHosts"), features: []) {
            $0.terminationHosts = [try TerminationHost("1.1.1.1")]
        },
        Case(Fault(.trafficClassNotEnabled, field: "terminationHosts"), features: [.messaging]) {
            $0.messagingHosts = [HostName(stored: "1.1.1.1")]
            $0.terminationHosts = [try TerminationHost("1.1.1.1", port: 5060, traffic: .lite)]
        },
        Case(
            Fault(.terminationOnPrivateNetwork, field: "terminationHosts"),
            features: [.termination, .dedicatedPrivateNetwork]
        ) { $0.terminationHosts = [try TerminationHost("1.1.1.1")] },
        Case(Fault(.addressRequired, field: "address"), features: [.unifiedCommunications]) { $0.premiseTrunks = 4 },
        Case(Fault(.premiseTrunksInvalid, field: "premiseTrunks", values: ["0"]), features: [.unifiedCommunications]) {
            $0.premiseTrunks = 0
            $0.address = .whiteHouse
        },
        Case(Fault(.messagingAndTerminationHosts)) { $0.messagingHosts = [HostName(stored: "1.1.1.1")] },
        Case(Fault(.messagingAndTerminationHosts)) { $0.terminationHosts = [try TerminationHost("1.1.1.1")] },
        Case(
            Fault(.trafficClassTooHigh, field: "terminationHosts", values: ["1.1.1.1", "5060"]),
            features: [.termination], ceiling: .domestic
        ) { $0.terminationHosts = [try TerminationHost("1.1.1.1", port: 5060, traffic: .all)] },
        Case(Fault(.defaultTrunkRequired, field: "isDefault"), makeDefault: false) { _ in },
        Case(
            Fault(.trunkNameRequired, field: "name"), Fault(.tooManyVoiceHosts, field: "voiceHosts"),
            Fault(.callingNameNotEnabled, field: "callingName", values: ["1"]),
            Fault(.defaultTrunkRequired, field: "isDefault"), features: [], makeDefault: false
        ) {
            $0.name = ""
            $0.voiceHosts = hosts(11)
            $0.callingName = .init(display: true, enforced: true)
        },
    ])
    func create(_ example: Case) async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant(features: example.features, ceiling: example.ceiling)
        let site = try await home.site(of: tenant)
        var details = TrunkDetails(name: "peer", isDefault: true)
        try example.change(&details)
        let trunks = home.useCases().trunks
        let wanted = details
        let found = await faults { () throws(ProvisioningError) in
            try await trunks.create(wanted, makeDefault: example.makeDefault, in: site.id, by: tenant.administrator)
        }
        #expect(found == example.faults)
        let kept = try await trunks.list(in: site.id, by: tenant.administrator)
        #expect(kept.map(\.details) == (example.faults.isEmpty ? [details] : []))
    }

    /// The page's request, on a site that has a default trunk already.
    @Test func seedRequest() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant(features: [.messaging, .termination, .callingName])
        let site = try await home.site(of: tenant)
        let trunks = home.useCases().trunks
        _ = try await trunks.create(
            TrunkDetails(name: "first"), makeDefault: nil, in: site.id, by: tenant.administrator)
        let seed = TrunkDetails(
            name: "name", description: "description", finalDestination: FinalDestination("uri"),
            voiceHosts: [Self.host("10.10.10.1"), Self.host("10.10.10.2")],
            messagingHosts: [HostName(stored: "2.1.1.9")],
            terminationHosts: [
                try TerminationHost("2.1.1.9", traffic: .domestic, dataAllowed: true),
                try TerminationHost("2.1.1.96/30", traffic: .domestic, dataAllowed: true),
            ], address: .whiteHouse, premiseTrunks: -1, callingName: .init(display: true, enforced: true))
        let created = try await trunks.create(seed, makeDefault: false, in: site.id, by: tenant.administrator)
        var expected = seed
        expected.premiseTrunks = nil
        #expect(created.details == expected)
        let again = await faults { () throws(ProvisioningError) in
            try await trunks.create(seed, makeDefault: false, in: site.id, by: tenant.administrator)
        }
        #expect(
            again == [
                Fault(.trunkNameTaken, field: "name", values: ["name", "\(tenant.account.id)", "\(site.id)"])
            ])
        var renamed = seed
        renamed.name = "other"
        let other = renamed
        let clash = await faults { () throws(ProvisioningError) in
            try await trunks.create(other, makeDefault: false, in: site.id, by: tenant.administrator)
        }
        #expect(
            clash
                == ["2.1.1.9", "2.1.1.96/30"].map {
                    Fault(.terminationHostTaken, field: "terminationHosts", values: [$0])
                })
    }

    @Test func terminationHostsAreExclusiveInTheInstallation() async throws {
        let home = try TemporaryStore()
        let trunks = home.useCases().trunks
        let (mine, other) = (
            try await home.tenant("mine", features: [.termination]),
            try await home.tenant("other", features: [.termination])
        )
        let (site, otherSite) = (try await home.site(of: mine), try await home.site(of: other))
        _ = try await trunks.create(
            TrunkDetails(name: "t", terminationHosts: [try TerminationHost("10.0.0.0/24", port: 5060)]),
            makeDefault: nil, in: site.id, by: mine.administrator)
        let clashes: [(String, UInt16, [Fault])] = [
            ("10.0.0.7", 5060, [taken("10.0.0.7", 5060)]), ("10.0.0.7", 0, [taken("10.0.0.7", nil)]),
            ("10.0.0.0/23", 5060, [taken("10.0.0.0/23", 5060)]), ("10.0.0.7", 5061, []), ("10.0.1.7", 5060, []),
        ]
        for (text, port, expected) in clashes {
            let details = TrunkDetails(
                name: "\(text):\(port)", terminationHosts: [try TerminationHost(text, port: port)])
            let found = await faults { () throws(ProvisioningError) in
                try await trunks.create(details, makeDefault: nil, in: otherSite.id, by: other.administrator)
            }
            #expect(found == expected)
        }
    }

    private func taken(_ host: String, _ port: UInt16?) -> Fault {
        port.map { Fault(.terminationHostAndPortTaken, field: "terminationHosts", values: [host, "\($0)"]) }
            ?? Fault(.terminationHostTaken, field: "terminationHosts", values: [host])
    }

    @Test func masksOnUpdate() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant(features: [.termination])
        let site = try await home.site(of: tenant)
        let trunks = home.useCases().trunks
        var details = TrunkDetails(name: "t", terminationHosts: [try TerminationHost("10.0.0.0/20")])
        let trunk = try await trunks.create(details, makeDefault: nil, in: site.id, by: tenant.administrator)
        details.terminationHosts.append(try TerminationHost("10.0.32.0/24"))
        let updated = try await trunks.update(
            trunk.id, in: site.id, to: details, makeDefault: nil, by: tenant.administrator)
        #expect(updated.details.terminationHosts == details.terminationHosts)
        details.terminationHosts.append(try TerminationHost("10.0.64.0/23"))
        let wide = details
        let found = await faults { () throws(ProvisioningError) in
            try await trunks.update(trunk.id, in: site.id, to: wide, makeDefault: nil, by: tenant.administrator)
        }
        #expect(found == [Fault(.terminationMaskOnUpdate, field: "terminationHosts", values: ["10.0.64.0/23"])])
        #expect(try await trunks.get(trunk.id, in: site.id, by: tenant.administrator) == updated)
    }

    @Test func oneDefaultTrunk() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant()
        let site = try await home.site(of: tenant)
        let (trunks, caller) = (home.useCases().trunks, tenant.administrator)
        func defaults() async throws -> [String] {
            try await trunks.list(in: site.id, by: caller).filter(\.details.isDefault).map(\.details.name)
        }
        let first = try await trunks.create(TrunkDetails(name: "a"), makeDefault: nil, in: site.id, by: caller)
        let second = try await trunks.create(TrunkDetails(name: "b"), makeDefault: nil, in: site.id, by: caller)
        #expect(try await defaults() == ["a"])
        let refused = await faults { () throws(ProvisioningError) in
            try await trunks.update(first.id, in: site.id, to: first.details, makeDefault: false, by: caller)
        }
        #expect(refused.map(\.rule) == [.defaultTrunkRequired])
        _ = try await trunks.update(first.id, in: site.id, to: first.details, makeDefault: nil, by: caller)
        #expect(try await defaults() == ["a"])
        _ = try await trunks.update(second.id, in: site.id, to: second.details, makeDefault: true, by: caller)
        #expect(try await defaults() == ["b"])
        _ = try await trunks.create(TrunkDetails(name: "c"), makeDefault: true, in: site.id, by: caller)
        #expect(try await defaults() == ["c"])
        let third = try #require(try await trunks.list(in: site.id, by: caller).last)
        let held = await faults { () throws(ProvisioningError) in
            try await trunks.delete(third.id, in: site.id, by: caller)
        }
        #expect(held.map(\.rule) == [.defaultTrunkHasOthers])
        for trunk in [first, second, third] { try await trunks.delete(trunk.id, in: site.id, by: caller) }
        let gone = await faults { () throws(ProvisioningError) in
            try await trunks.delete(third.id, in: site.id, by: caller)
        }
        #expect(gone == [Fault(.trunkGone, values: ["\(third.id)"])])
        let next = try await trunks.create(TrunkDetails(name: "d"), makeDefault: nil, in: site.id, by: caller)
        #expect(next.id > third.id, "ids are never used again")
    }

    @Test func unknownAndForbidden() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant()
        let other = try await home.tenant("other")
        let site = try await home.site(of: tenant)
        let (trunks, details) = (home.useCases().trunks, TrunkDetails(name: "t"))
        let trunk = try await trunks.create(details, makeDefault: nil, in: site.id, by: tenant.administrator)
        func rules<Result>(_ body: () async throws(ProvisioningError) -> Result) async -> [Rule] {
            await faults(body).map(\.rule)
        }
        let stranger = other.administrator
        #expect(
            await rules { () throws(ProvisioningError) in
                try await trunks.create(details, makeDefault: nil, in: site.id, by: stranger)
            } == [.siteUnknown])
        #expect(
            await rules { () throws(ProvisioningError) in
                try await trunks.get(trunk.id, in: site.id, by: stranger)
            } == [.siteUnknown])
        #expect(
            await rules { () throws(ProvisioningError) in
                try await trunks.delete(trunk.id, in: site.id, by: stranger)
            } == [.siteUnknown])
        #expect(
            await rules { () throws(ProvisioningError) in
                try await trunks.create(details, makeDefault: nil, in: site.id, by: tenant.reader)
            } == [.forbidden])
        #expect(
            await rules { () throws(ProvisioningError) in
                try await trunks.delete(trunk.id, in: site.id, by: tenant.reader)
            } == [.forbidden])
        let unknown = TrunkID(rawValue: 99)
        #expect(
            await faults { () throws(ProvisioningError) in
                try await trunks.get(unknown, in: site.id, by: tenant.reader)
            } == [Fault(.trunkUnknown, values: ["99", "\(tenant.account.id)", "\(site.id)"])])
        #expect(
            await rules { () throws(ProvisioningError) in
                try await trunks.update(unknown, in: site.id, to: details, makeDefault: nil, by: tenant.administrator)
            } == [.trunkUnknown])
    }
}
