import Provisioning
import TestSupport
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        ("0", 0), ("1", 1_000_000), ("1.5", 1_500_000), ("0.000001", 1), ("999999999.999999", 999_999_999_999_999),
        ("007.10", 7_100_000),
    ])
    func anAmountIsRead(text: String, micros: Int64) { #expect(Money(text)?.micros == micros) }

    @Test(arguments: [
        "", ".", ".5", "1.", "-1", "+1", "1e3", "1,5", "1.0000001", "1000000000", " 1", "1 ", "0x1", "١",
    ])
    func whatIsNoAmountIsNotRead(text: String) { #expect(Money(text) == nil) }

    @Test(arguments: [
        (0, "0", "0.00"), (1_000_000, "1", "1.00"), (1_500_000, "1.5", "1.50"), (1_250_000, "1.25", "1.25"),
        (1, "0.000001", "0.000001"), (-250_000, "-0.25", "-0.25"), (12_000_000, "12", "12.00"),
    ])
    func anAmountIsWritten(micros: Int64, text: String, price: String) {
        #expect(Money(micros: micros).description == text)
        #expect(Money(micros: micros).price == price)
    }

    /// Thousandths of a percent, half up at the millionth.
    @Test(arguments: [
        (1_000_000, 20_000, 200_000), (1_000_000, 7_250, 72_500), (3, 50_000, 2), (1, 49_999, 0), (0, 20_000, 0),
    ])
    func aShareIsRounded(micros: Int64, share: Int64, result: Int64) {
        #expect(Money(micros: micros).share(thousandthsOfPercent: share).micros == result)
    }

    @Test func everyAmountIsReadAsItIsWritten() {
        var random = SeededRandom(seed: 12)
        for _ in 0..<1000 {
            let money = Money(micros: Int64.random(in: 0...999_999_999_999_999, using: &random))
            #expect(Money(money.description) == money)
        }
    }
}

@Suite struct CivilDateTests {
    /// `date -u -d @SECONDS`, 2026-11-21.
    @Test(arguments: [
        (0, "1970-01-01 00:00:00"), (951_782_400, "2000-02-29 00:00:00"), (1_767_225_599, "2025-12-31 23:59:59"),
        (4_107_542_400, "2100-03-01 00:00:00"), (-1, "1969-12-31 23:59:59"), (1_709_210_096, "2024-02-29 12:34:56"),
    ])
    func aMomentHasItsDay(seconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: seconds * 1000).civilText == text)
    }

    @Test(arguments: [
        ("2026-01-31", 31, "2026-02-28"), ("2024-01-31", 31, "2024-02-29"), ("2026-02-28", 31, "2026-03-31"),
        ("2026-12-15", 15, "2027-01-15"), ("2026-11-30", 30, "2026-12-30"),
    ])
    func aMonthLater(text: String, anchor: Int, later: String) throws {
        let day = try #require(CivilDate(text))
        #expect(day.adding(months: 1, anchor: anchor).description == later)
    }

    @Test(arguments: ["2026-02-29", "2026-13-01", "2026-00-01", "2026-1-1", "2026-01-00", "yesterday", ""])
    func whatIsNoDayIsNotRead(text: String) { #expect(CivilDate(text) == nil) }
}
