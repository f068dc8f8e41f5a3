import Testing

@testable import DemarcServer

@Suite("Tables on the terminal")
struct TableTests {
    @Test("line up, without spaces at the ends of lines")
    func aligned() {
        var table = Table("ID", "NAME", "LAST")
        table.add("1", "a", "")
        table.add("1000", "long name", "x")
        #expect(table.text == "ID    NAME       LAST\n1     a\n1000  long name  x\n")
    }

    @Test("show only the head when there is nothing")
    func empty() {
        #expect(Table("ID", "NAME").text == "ID  NAME\n")
    }

    @Test("let nobody move the cursor")
    func controls() {
        var table = Table("A")
        table.add("x\u{1B}[2J\r\ny")
        #expect(table.text == "A\nx?[2J??y\n")
    }

    @Test(
        "times have their two largest units",
        arguments: [(0, "0s"), (59, "59s"), (60, "1m 0s"), (3_599, "59m 59s"), (3_600, "1h 0m"), (90_000, "1d 1h")])
    func durations(seconds: Int64, text: String) {
        #expect(Moment.duration(seconds: seconds) == text)
    }
}
