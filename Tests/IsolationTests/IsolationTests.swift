import Foundation
import TestSupport
import Testing

/// Two accounts that name everything alike, driven at random through every dialect over a socket: neither sees, counts,
/// changes or learns anything of the other's.
@Suite struct IsolationTests {
    /// How many operations; a soak asks for more with `DEMARC_SOAK_OPERATIONS`. `DEMARC_SEED` repeats a run.
    private static let environment = ProcessInfo.processInfo.environment
    private static let operations = environment["DEMARC_SOAK_OPERATIONS"].flatMap { Int($0) } ?? 1000
    private static let seed = environment["DEMARC_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)

    @Test func nothingCrossesTheLine() async throws {
        print("isolation: DEMARC_SEED=\(Self.seed)")
        try await World.run(seed: Self.seed) { world in
            var dialects: [any Tenancy] = [
                try await BandwidthTenancy(world), KindTenancy(world, .enswitch), KindTenancy(world, .voximplant),
                KindTenancy(world, .signalWire),
            ]
            for number in 1...Self.operations {
                let chosen = Int.random(in: dialects.indices, using: &world.random)
                try await dialects[chosen].step(number.isMultiple(of: 2) ? 0 : 1)
                guard number.isMultiple(of: 200) || number == Self.operations else { continue }
                for index in dialects.indices {
                    for tenant in 0..<2 {
                        try await dialects[index].compare(tenant)
                        try await dialects[index].trespass(as: tenant)
                    }
                }
            }
            print("isolation: \(world.successes) carried out, \(world.trespasses) trespasses")
            #expect(world.successes > Self.operations / 4, "most of what is random must also do something")
            #expect(world.trespasses > 400)
        }
    }
}

/// Both accounts in one dialect.
protocol Tenancy {
    /// Does something at random as one tenant.
    mutating func step(_ tenant: Int) async throws
    /// Every list and count is what the account itself made, whatever the other did in between.
    mutating func compare(_ tenant: Int) async throws
    /// What is the other's is answered exactly as what nobody has.
    mutating func trespass(as tenant: Int) async throws
}
