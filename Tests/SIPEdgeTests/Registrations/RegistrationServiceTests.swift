import Provisioning
import SIPEngine
import SIPTransport
import Store
import Synchronization
import TestSupport
import Testing

@testable import SIPEdge

/// From what is provisioned to what a registrar sees, over sockets.
@Suite(.timeLimit(.minutes(2))) struct RegistrationServiceTests {
    @Test func aCreateIsRegisteredAtOnce() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        let registration = try await rig.create("al ice@x", at: registrar)
        #expect(await rig.stands(registration, .registered))
        let live = try #require(rig.live.registration(registration.id))
        #expect(live.aor == "al%20ice%40x@127.0.0.1")
        #expect((live.status, live.reason, live.attempts, live.granted) == (200, "", 0, 600))
        #expect(live.target == "udp:127.0.0.1:\(registrar.port)")
        #expect(live.nextActionAt != nil && live.lastSuccess != nil && live.expiresAt != nil)

        let requests = registrar.requests
        #expect(requests.map { $0.authorization == nil } == [true, false], "one challenge, one answer")
        #expect(Set(requests.map(\.callID)).count == 1)
        #expect(requests[1].cseq == requests[0].cseq + 1)
        let contact = try #require(registrar.bindings["al%20ice%40x"])
        #expect(live.contact == contact)
        let user = contact.dropFirst(4).prefix { $0 != "@" }
        let found = rig.live.registration(contactUser: Array(user.utf8).span)
        #expect(found?.id == registration.id && found?.account == registration.account)
        #expect(rig.live.registration(contactUser: Array("0123456789abcdef".utf8).span) == nil)

        let counters = rig.live.registrationCounters()
        #expect((counters.sent, counters.answers, counters.timeouts) == (2, [401: 1, 200: 1], 0))
        #expect(counters.states["registered"] == 1 && counters.states["registering"] == 0)
        #expect(rig.live.history(of: registration.id).map(\.state) == [.registering, .registered])
        #expect(try await rig.outcome(of: registration) { $0 != nil })
        #expect(try await rig.outcome(of: registration) == RegistrationOutcome(isSuccessful: true, status: 200))
        await rig.stop()
    }

    @Test func whatIsSaidCanBeReadAfterwardsWithoutWhatAnswersAChallenge() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        let registration = try await rig.create(at: registrar)
        #expect(await rig.stands(registration, .registered))
        let messages = rig.edge.trace(of: .user("alice"))
        #expect(messages.map(\.received) == [false, true, false, true])
        #expect(messages.allSatisfy { $0.remote == "udp:127.0.0.1:\(registrar.port)" })
        let starts = ["REGISTER sip:", "SIP/2.0 401 ", "REGISTER sip:", "SIP/2.0 200 "]
        #expect(zip(messages, starts).allSatisfy { $0.text.hasPrefix($1) })
        #expect(messages[2].text.contains("response=<redacted>"))
        #expect(rig.edge.trace(of: .user("bob")).isEmpty)
        let durations = rig.live.registrationCounters().durations
        #expect(durations.buckets.reduce(0, +) == 2)
        await rig.stop()
    }

    @Test func overTCPWhereThereIsNoUDP() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig(transports: [.tcp])
        let all = try await [rig.create("a", at: registrar), rig.create("b", at: registrar)]
        #expect(await rig.allStand(.registered, 2))
        #expect(registrar.requests.allSatisfy { $0.isStream })
        #expect(registrar.bindings.values.allSatisfy { $0.hasSuffix(";transport=tcp") })
        // Who closes after every answer does not make us register without end, but is registered at again.
        registrar.forgetRequests()
        await registrar.hangUp()
        let outbound = rig.edge.ways.withLock { $0?.outbound }
        #expect(await eventually { outbound?.connectionCount == 0 })
        for registration in all {
            #expect(rig.live.retry(registration.id))
        }
        #expect(await eventually { registrar.requestCount == 2 })
        #expect(registrar.requests.allSatisfy { $0.authorization?.contains("nc=00000002") == true })
        await rig.stop()
    }

    @Test(arguments: ["", "Flow-Timer: 25\r\n"])
    func aWayIsKeptOpenWhereTheRegistrarSaysSoAndWatched(_ header: String) async throws {
        var manner = TestRegistrar.Manner()
        manner.headers = header
        let registrar = try await TestRegistrar.start(manner)
        let rig = try await RegistrationRig { $0.registrations.policy.flowInterval = 0 }
        let registration = try await rig.create(at: registrar)
        #expect(await rig.stands(registration, .registered))
        #expect(rig.edge.ways.withLock { $0?.outbound.keptAlive } == (header.isEmpty ? 0 : 1))
        rig.live.addressChanged(towards: SourceAddress(ipv4: 0x7F00_0001, port: registrar.port, transport: .udp))
        if header.isEmpty {
            #expect(rig.live.registration(registration.id)?.nextActionAt ?? 0 > rig.edge.clock.wall() + 100_000)
        } else {
            #expect(await eventually { registrar.requestCount == 3 }, "refreshed, so that the new address is known")
        }
        await rig.stop()
    }

    @Test func aSteadyRefreshIsOneRoundTrip() async throws {
        var manner = TestRegistrar.Manner()
        manner.longest = 5
        let registrar = try await TestRegistrar.start(manner)
        let rig = try await RegistrationRig {
            $0.registrations.policy.shortestRefresh = 50
            $0.registrations.policy.refreshWindow = 5...5
        }
        let registration = try await rig.create(at: registrar)
        #expect(await eventually { registrar.requestCount >= 5 })
        let refreshes = registrar.requests.dropFirst(2)
        #expect(refreshes.allSatisfy { $0.authorization != nil }, "no challenge after the first")
        #expect(rig.live.history(of: registration.id).last?.count ?? 0 >= 3)
        #expect(rig.live.registration(registration.id)?.state == .registered)
        await rig.stop()
    }

    @Test func aWrongPasswordIsToldAndARightOneActsAtOnce() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        let other = try await rig.create("other", at: registrar)
        let registration = try await rig.create(at: registrar, password: "wrong")
        #expect(await rig.stands(registration, .rejected))
        #expect(await rig.stands(other, .registered))
        #expect(try await rig.outcome(of: registration) { $0?.isSuccessful == false })
        #expect(try await rig.outcome(of: registration)?.status == 401)
        registrar.forgetRequests()
        try await rig.update(registration, password: "secret") { $0.state = nil }
        #expect(await rig.stands(registration, .registered))
        #expect(Set(registrar.requests.map(\.user)) == ["alice"], "nobody else's message")
        #expect(try await rig.outcome(of: registration) { $0?.isSuccessful == true })
        // The same again: what the store forgot with the update is said again, though nothing changed in between.
        try await rig.update(registration, password: "secret") { $0.state = nil }
        #expect(try await rig.outcome(of: registration) { $0?.isSuccessful == true })
        await rig.stop()
    }

    @Test func withoutAPasswordItIsSaidSo() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        let registration = try await rig.create(at: registrar, password: nil)
        #expect(await rig.stands(registration, .rejected))
        #expect(rig.live.registration(registration.id)?.reason == "No Password")
        await rig.stop()
    }

    @Test func oneThatIsDeletedIsUnregisteredWithAuthentication() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        let (registration, other) = try await (rig.create(at: registrar), rig.create("other", at: registrar))
        #expect(await rig.allStand(.registered, 2))
        registrar.forgetRequests()
        try await rig.delete(registration)
        #expect(await eventually { rig.live.registration(registration.id) == nil })
        #expect(registrar.requests.map(\.expires) == [0])
        #expect(registrar.requests.allSatisfy { $0.authorization != nil })
        #expect(registrar.bindings.keys.sorted() == ["other"])
        await rig.stop()
        let second = try await RegistrationRig(after: rig)
        #expect(second.live.registrations(matching: LiveRegistrationQuery()).map(\.id) == [other.id.rawValue])
        await second.stop()
    }

    @Test func whatIsFrozenOrSuspendedLeavesTheWireAndComesBack() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        let registration = try await rig.create(at: registrar)
        #expect(await rig.stands(registration, .registered))
        let account = rig.tenant.account
        let steps: [(off: @Sendable () async throws -> Void, on: @Sendable () async throws -> Void)] = [
            (
                { try await rig.update(registration) { $0.subscription.isDeactivated = true } },
                { try await rig.update(registration) { $0.subscription.isDeactivated = false } }
            ),
            ({ try await rig.set(.suspended, account) }, { try await rig.set(.active, account) }),
            ({ try await rig.freeze(true, account) }, { try await rig.freeze(false, account) }),
        ]
        for step in steps {
            try await step.off()
            #expect(await rig.stands(registration, .frozen))
            #expect(registrar.bindings.isEmpty)
            try await step.on()
            #expect(await rig.stands(registration, .registered))
            #expect(registrar.bindings.count == 1)
        }
        try await rig.set(.leaving, account)
        #expect(await eventually { rig.live.registration(registration.id) == nil })
        #expect(registrar.bindings.isEmpty)
        await rig.stop()
    }

    @Test func addressesThatMayNotBeCalledAreNot() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig { $0.egress = EgressPolicy() }
        let registration = try await rig.create(at: registrar)
        #expect(await rig.stands(registration, .retrying))
        let live = rig.live.registration(registration.id)
        #expect(live?.status == 503 && live?.reason == "Address Not Allowed")
        #expect(registrar.requestCount == 0)
        await rig.stop()
    }

    @Test func whatFailsIsTriedAgainAndOnDemand() async throws {
        let registrar = try await TestRegistrar.start()
        registrar.change { $0.instead = { _ in .status("503 Busy") } }
        let rig = try await RegistrationRig()
        let registration = try await rig.create(at: registrar)
        #expect(await rig.stands(registration, .retrying))
        let live = try #require(rig.live.registration(registration.id))
        #expect((live.status, live.reason, live.attempts) == (503, "Busy", 1))
        #expect(live.nextActionAt ?? 0 > rig.edge.clock.now())
        registrar.change { $0.instead = nil }
        #expect(rig.live.retry(registration.id))
        #expect(await rig.stands(registration, .registered))
        #expect(!rig.live.retry(OutboundRegistrationID(rawValue: 999)))
        await rig.stop()
    }

    @Test func aDrainGivesUpEveryLease() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        for number in 0..<50 { try await rig.create("u\(number)", at: registrar) }
        #expect(await rig.allStand(.registered, 50))
        #expect(await rig.live.drain() == 0)
        #expect(registrar.bindings.isEmpty)
        #expect(await rig.allStand(.unregistered, 50))
        // Until the next start nothing is registered.
        let late = try await rig.create("late", at: registrar)
        #expect(rig.live.registration(late.id)?.state == .unregistered)
        await rig.stop()
        let second = try await RegistrationRig(after: rig)
        #expect(await second.allStand(.registered, 51))
        await second.stop()
    }

    @Test func transitionsAreTold() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        var transitions = rig.live.transitions().makeAsyncIterator()
        let registration = try await rig.create(at: registrar)
        #expect(await transitions.next()?.state == .registering)
        let second = await transitions.next()
        #expect(second?.state == .registered && second?.id == registration.id.rawValue)
        await rig.stop()
    }

    @Test func listsAreInOrderAndPaged() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        var ids: [Int64] = []
        for number in 0..<9 { ids.append(try await rig.create("u\(number)", at: registrar).id.rawValue) }
        #expect(await rig.allStand(.registered, 9))
        func list(_ query: LiveRegistrationQuery) -> [Int64] { rig.live.registrations(matching: query).map(\.id) }
        #expect(list(LiveRegistrationQuery(limit: 4)) == Array(ids.prefix(4)))
        let after = OutboundRegistrationID(rawValue: ids[3])
        #expect(list(LiveRegistrationQuery(after: after, limit: 4)) == Array(ids[4..<8]))
        #expect(list(LiveRegistrationQuery(state: .retrying)).isEmpty)
        #expect(list(LiveRegistrationQuery(account: AccountID(rawValue: 999))).isEmpty)
        await rig.stop()
    }
}

extension RegistrationRig {
    fileprivate func set(_ status: AccountStatus, _ account: Account) async throws {
        try await home.store.write { (store) throws(ProvisioningError) in
            var account = account
            account.status = status
            try store.update(account)
        }
    }

    fileprivate func freeze(_ isFrozen: Bool, _ account: Account) async throws {
        try await home.store.write { (store) throws(ProvisioningError) in
            try store.update(Ledger(account: account.id, isFrozen: isFrozen))
        }
    }
}
