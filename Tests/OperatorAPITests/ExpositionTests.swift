import OperatorAPI
import Testing

@Suite("Prometheus text")
struct ExpositionTests {
    @Test("escapes help and labels as the format says")
    func escaping() {
        var page = Exposition()
        page.add("a_total", .counter, "back\\slash\nand \"quote\"", [.init(1, labels: [("l", "a\\b\"c\nd")])])
        #expect(
            page.text == """
                # HELP a_total back\\\\slash\\nand "quote"
                # TYPE a_total counter
                a_total{l="a\\\\b\\"c\\nd"} 1

                """)
    }

    @Test(
        "writes numbers as Go would read them",
        arguments: [
            (1.0, "1"), (0.5, "0.5"), (-3, "-3"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
            (1_795_234_999.207, "1795234999.207"), (1e300, "1e+300"),
        ])
    func numbers(value: Double, text: String) {
        var page = Exposition()
        page.add("a", .gauge, "h", [.init(value)])
        #expect(page.text == "# HELP a h\n# TYPE a gauge\na \(text)\n")
    }

    @Test("leaves out a family without samples")
    func empty() {
        var page = Exposition()
        page.add("a", .gauge, "h", [])
        #expect(page.text.isEmpty)
    }
}
