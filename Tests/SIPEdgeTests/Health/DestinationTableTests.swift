import Provisioning
import Testing

@testable import SIPEdge

@Suite struct DestinationTableTests {
    private let one = AccountID(rawValue: 1)
    private let two = AccountID(rawValue: 2)
    private let red = CarrierTarget(host: "red.test")
    private let blue = CarrierTarget(host: "blue.test", port: 5080)
    private let trunk = DestinationOwner.trunk(TrunkID(rawValue: 1))
    private let carrier = DestinationOwner.carrier(CarrierID(rawValue: 1))

    @Test func whatIsSharedComesOnceAndGoesWithItsLast() {
        var table = DestinationTable()
        #expect(table.set(trunk, of: one, [red, blue]) == .init(added: [red, blue]))
        #expect(table.set(carrier, of: two, [red]) == .init())
        #expect(table.users[red] == [trunk, carrier])
        #expect(table.set(trunk, of: one, [blue]) == .init())
        #expect(table.set(carrier, of: two, [blue]) == .init(removed: [red]))
        #expect(table.set(trunk, of: one, []) == .init())
        #expect(table.set(carrier, of: two, []) == .init(removed: [blue]))
        #expect(table.users.isEmpty)
    }

    @Test func anAccountThatIsStoppedCallsNobody() {
        var table = DestinationTable()
        _ = table.set(trunk, of: one, [red, blue])
        _ = table.set(carrier, of: two, [blue])
        #expect(table.set(one, isStopped: true) == .init(removed: [red]))
        #expect(table.set(one, isStopped: true) == .init())
        #expect(table.set(trunk, of: one, [red]) == .init(), "changed while it is stopped")
        #expect(table.set(one, isStopped: false) == .init(added: [red]))
        #expect(table.remove(one) == .init(removed: [red]))
        #expect(table.set(one, isStopped: false) == .init())
        #expect(table.users == [blue: [carrier]])
    }
}
