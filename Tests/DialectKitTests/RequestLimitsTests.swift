import Provisioning
import TestSupport
import Testing

@testable import DialectKit

@Suite struct RequestLimitsTests {
    private let clock = ManualClock()
    private let mine = RequestLimits.Subject.caller(CallerID(rawValue: 1))

    private func limits(_ rate: RequestRate) -> RequestLimits {
        RequestLimits(rate, uptime: { [clock] in clock.uptime }, now: { [clock] in clock.now })
    }

    /// `nil` where the request was admitted, else the seconds to wait and when that ends, since the clock's start.
    private func refusal(_ limits: RequestLimits, _ subject: RequestLimits.Subject) -> [Int64]? {
        do throws(ProvisioningError) {
            try limits.admit(subject)
            return nil
        } catch {
            #expect(error.first.rule == .requestRateExceeded)
            let values = error.first.values.compactMap { Int64($0) }
            return [values[0], values[1] - 1_767_225_600]
        }
    }

    /// Whoever has asked nothing for long has a full bucket; it regains what the rate says, and no more than it holds.
    @Test func aBucketEmptiesAndFills() {
        let limits = limits(RequestRate(2, per: .seconds(10), burst: 3))
        #expect((0..<4).map { _ in refusal(limits, mine) } == [nil, nil, nil, [5, 5]])
        clock.advance(by: .milliseconds(4_001))
        #expect(refusal(limits, mine) == [1, 5])
        clock.advance(by: .milliseconds(999))
        #expect([refusal(limits, mine), refusal(limits, mine)] == [nil, [5, 10]])
        clock.advance(by: .seconds(3600))
        #expect((0..<4).map { _ in refusal(limits, mine) } == [nil, nil, nil, [5, 3610]])
    }

    /// One subject takes nothing from another, and a refused request nothing from its own.
    @Test func subjectsAreApart() {
        let limits = limits(RequestRate(1, per: .seconds(60)))
        let others: [RequestLimits.Subject] = [
            .caller(CallerID(rawValue: 2)), .account(AccountID(rawValue: 1)), .program("1"), .operator,
        ]
        #expect(refusal(limits, mine) == nil)
        for _ in 0..<100 { #expect(refusal(limits, mine) == [60, 60]) }
        for other in others { #expect(refusal(limits, other) == nil, "\(other)") }
        clock.advance(by: .seconds(60))
        #expect(refusal(limits, mine) == nil)
    }

    @Test func aRateOfNothingAdmitsNobody() {
        #expect(refusal(limits(RequestRate(0, per: .seconds(60))), mine) == [60, 60])
    }

    /// As many subjects as there are cannot fill the memory; those who asked most are remembered.
    @Test func whatIsRememberedIsBounded() {
        let limits = limits(RequestRate(1, per: .seconds(1), burst: 10))
        for _ in 0..<10 { #expect(refusal(limits, mine) == nil) }
        for number in 0..<(3 * RequestLimits.capacity) {
            #expect(refusal(limits, .program("\(number)")) == nil)
            #expect(limits.count <= RequestLimits.capacity)
        }
        #expect(refusal(limits, mine) != nil)
        clock.advance(by: .seconds(10))
        for number in 0..<RequestLimits.capacity { #expect(refusal(limits, .program("later \(number)")) == nil) }
        #expect(limits.count <= RequestLimits.capacity)
    }
}
