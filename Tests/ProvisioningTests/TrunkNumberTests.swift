import Provisioning
import TestSupport
import Testing

/// Numbers on trunks: what may be said of them, and moving them, all or none.
@Suite struct TrunkNumberTests {
    private struct House {
        let home: TemporaryStore
        let tenant: Tenant
        let site: Site
        let trunk: Trunk
        let numbers: [TelephoneNumber]

        init(features: Set<ProductFeature> = [], callingName: TrunkDetails.CallingName? = nil) async throws {
            home = try TemporaryStore()
            tenant = try await home.tenant(features: features)
            site = try await home.site(of: tenant)
            trunk = try await home.useCases().trunks.create(
                TrunkDetails(name: "t", callingName: callingName), makeDefault: nil, in: site.id,
                by: tenant.administrator)
            numbers = try await home.useCases().numbers.add(
                ["9195551234", "+442079460000"], account: tenant.account.id
            ).map(\.number)
        }

        var useCase: TrunkNumbers { home.useCases().trunkNumbers }

        func move(_ numbers: [TelephoneNumber], by caller: Caller? = nil) async -> [Fault] {
            await faults { () throws(ProvisioningError) in
                try await useCase.move(numbers, to: trunk.id, in: site.id, by: caller ?? tenant.administrator)
            }
        }

        func onTrunk() async throws -> [TelephoneNumber] {
            try await useCase.list(on: trunk.id, in: site.id, page: NumberPage(), by: tenant.reader).map(\.number)
        }
    }

    @Test func movesAllOrNone() async throws {
        let house = try await House()
        let strangers = ["9195550001", "9195550002"].compactMap { TelephoneNumber($0) }
        let unknown = strangers.map { Fault(.numberUnknown, field: "numbers", values: [$0.shortText]) }
        #expect(await house.move(house.numbers + strangers) == unknown)
        #expect(try await house.onTrunk().isEmpty)
        #expect(await house.move(house.numbers).isEmpty)
        #expect(try await Set(house.onTrunk()) == Set(house.numbers))
        #expect(await house.move(house.numbers).isEmpty, "where they are already, they stay")
    }

    @Test func movesOneToFiveThousand() async throws {
        let house = try await House()
        #expect(await house.move([]) == [Fault(.numberRequired, field: "numbers")])
        let many = (0...TrunkNumbers.moveLimit).compactMap { TelephoneNumber("\(9_197_770_000 + $0)") }
        #expect(await house.move(many).map(\.rule) == [.numberCountInvalid])
        #expect(await house.move(many.dropLast()).count == TrunkNumbers.moveLimit, "every one that is unknown")
        let twice = house.numbers + house.numbers
        #expect(
            await house.move(twice)
                == ["9195551234", "+442079460000"].map { Fault(.numberRepeated, field: "numbers", values: [$0]) })
        #expect(await house.move(house.numbers, by: house.tenant.reader).map(\.rule) == [.forbidden])
    }

    /// What another account has answers as what nobody has, whatever is asked of it.
    @Test func numbersOfOthersAreUnknown() async throws {
        let house = try await House()
        let other = try await house.home.tenant("other")
        let theirs = try await house.home.useCases().numbers.add(["9195557777"], account: other.account.id)[0].number
        let nobodys = try #require(TelephoneNumber("9195558888"))
        for number in [theirs, nobodys] {
            #expect(await house.move([number]).map(\.rule) == [.numberUnknown])
            let caller = house.tenant.administrator
            let place = await faults { () throws(ProvisioningError) in
                try await house.useCase.place(of: number, by: caller)
            }
            #expect(place.map(\.rule) == [.numberUnknown])
            let get = await faults { () throws(ProvisioningError) in
                try await house.useCase.get(number, on: house.trunk.id, in: house.site.id, by: caller)
            }
            #expect(get.map(\.rule) == [.numberNotOnTrunk])
        }
        let numbers = try await house.home.useCases().numbers.list(of: other.account.id)
        #expect(numbers.map(\.trunk) == [nil])
    }

    @Test func everyFaultOfSettingsIsNamed() async throws {
        let house = try await House(features: [.callingName], callingName: .init(display: true, enforced: true))
        #expect(await house.move(house.numbers).isEmpty)
        let number = house.numbers[0]
        let found = await faults { () throws(ProvisioningError) in
            try await house.useCase.update(
                number, to: NumberSettings(callForward: number, displaysName: true), on: house.trunk.id,
                in: house.site.id, by: house.tenant.administrator)
        }
        #expect(
            found == [
                Fault(.numberFeatureMissing, values: ["\(house.tenant.account.id)", "CallForwarding"]),
                Fault(.callForwardToItself, field: "callForward", values: ["9195551234", "9195551234"]),
                Fault(.nameDisplayEnforced, field: "displaysName", values: ["9195551234"]),
            ])
        let kept = try await house.useCase.get(
            number, on: house.trunk.id, in: house.site.id, by: house.tenant.reader)
        #expect(kept.settings == NumberSettings())
    }

    @Test(arguments: [
        ("sales", true), ("sales+1", true), ("+19195551234", true), ("a;b=c", true), ("", false), ("a b", false),
        ("a@b", false), ("a%20b", false), ("ü", false), ("a\r\nb", false),
        ("abcdefghijklmnopqrstuvwxy", true), ("abcdefghijklmnopqrstuvwxyz", false),
    ])
    func aUserIsRead(text: String, isUser: Bool) {
        #expect((RewriteUser(text)?.text == text) == isUser)
    }

    @Test(arguments: [
        ("469ebbac-4459-4d98-bc19-a038960e787f", true), ("469EBBAC-4459-4D98-BC19-A038960E787F", true),
        ("469ebbac44594d98bc19a038960e787f", false), ("469ebbac-4459-4d98-bc19-a038960e787", false),
        ("469ebbac-4459-4d98-bc19-a038960e787g", false), ("", false), ("-469ebbac-4459-4d98-bc19-a038960e787", false),
    ])
    func anApplicationIsRead(text: String, isApplication: Bool) {
        #expect((ApplicationID(text)?.text == text.lowercased()) == isApplication)
    }

    /// An application takes the place of every host for voice, whichever direction it has.
    @Test(arguments: [VoiceDirection.origination, .termination])
    func anApplicationTakesTheHosts(direction: VoiceDirection) async throws {
        let house = try await House(features: [.httpVoice, .termination])
        let trunks = house.home.useCases().trunks
        let caller = house.tenant.administrator
        let details = TrunkDetails(
            name: "t", voiceHosts: [HostAndPort(host: HostName(stored: "192.0.2.1"))],
            terminationHosts: [try TerminationHost("192.0.2.1")])
        let (trunk, site) = (house.trunk.id, house.site.id)
        _ = try await trunks.update(trunk, in: site, to: details, makeDefault: nil, by: caller)
        try await trunks.setVoice(.http(application: nil), for: direction, of: trunk, in: site, by: caller)
        let kept = try await trunks.get(trunk, in: site, by: caller)
        #expect(kept.details.voiceHosts.isEmpty && kept.details.terminationHosts.isEmpty)
        let refused = await faults { () throws(ProvisioningError) in
            try await trunks.update(trunk, in: site, to: details, makeDefault: nil, by: caller)
        }
        #expect(refused.map(\.values) == [["VoiceHosts"], ["TerminationHosts"]])
        #expect(refused.allSatisfy { $0.rule == .hostsOnHTTPVoice })
        let stays = await faults { () throws(ProvisioningError) in try await trunks.delete(trunk, in: site, by: caller)
        }
        #expect(stays.map(\.rule) == [.trunkHasHTTPVoice])
        // The host is free for others now.
        let second = try await house.home.useCases().trunks.create(
            TrunkDetails(name: "second", terminationHosts: details.terminationHosts), makeDefault: nil, in: site,
            by: caller)
        #expect(second.details.terminationHosts == details.terminationHosts)
    }
}
