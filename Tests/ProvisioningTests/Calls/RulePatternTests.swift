import Provisioning
import TestSupport
import Testing

/// Expressions that tenants write are matched whole, and never take long.
@Suite struct RulePatternTests {
    @Test(
        arguments: [
            (".*", "anything", true), (".*", "", true), ("", "", true), ("", "a", false), ("123", "123", true),
            ("123", "1234", false), ("123", "0123", false), ("^123$", "123", true), ("1|23", "23", true),
            ("1|23", "13", false), ("(1|2)3", "13", true), ("(?:1|2)3", "23", true), ("\\+?[0-9]+", "+4420", true),
            ("\\+?[0-9]+", "4420", true), ("\\+?[0-9]+", "+", false), ("\\d{3}", "123", true), ("\\d{3}", "12", false),
            ("\\d{2,3}", "1234", false), ("\\d{2,}", "12345", true), ("\\d{0}", "", true), ("[^0-9]+", "abc", true),
            ("[^0-9]+", "ab1", false), ("[a-c-]+", "a-c", true), ("[]a]", "]", true), ("[\\d.]+", "1.2", true),
            ("\\w+\\s\\W", "ab !", true), ("a*?b", "aab", true), ("a++b", "aab", true), ("(a|b|c)*", "abcab", true),
            ("(ab){2}", "abab", true), ("(ab){2}", "ab", false), ("a.c", "abc", true), ("a\\.c", "abc", false),
            ("1[2-4](56)?", "1356", true), ("é+", "éé", true),
        ])
    func matches(pattern: String, text: String, isMatch: Bool) throws {
        #expect(try #require(RulePattern(pattern)).matches(text) == isMatch)
    }

    @Test(arguments: [
        "(", ")", "[", "[a", "*", "+a", "a**", "a{2", "a{3,2}", "a{,2}", "\\", "\\b", "\\1", "(?=a)", "(?<n>a)",
        "[b-a]",
        "(a{1000}){1000}", "((((){1000}){1000}){1000}){1000}", String(repeating: "(", count: 40), "[a-\\d]",
        String(repeating: "a", count: 65_536),
    ])
    func isNoPattern(pattern: String) { #expect(RulePattern(pattern) == nil) }

    @Test(arguments: [
        ("(", false), (")", false), ("(a", false), ("a)", false), ("[", false), ("[a", false), ("[^", false),
        ("*", false),
        ("+a", false), ("?", false), ("a|*", false), ("(+a)", false), ("\\", false), ("a\\", false), ("((a)", false),
        ("(?=a)b", true), ("(?!a)b", true), ("(?<=a)b", true), ("(?<n>a)", true), ("a**", true), ("\\b1\\b", true),
        ("(a)\\1", true), ("[(]", true), ("[*", false), ("[]a]", true), ("[]", true), ("\\(", true), ("\\*", true),
        ("a{2", true), ("[[:digit:]]+", true), ("\\Q(\\E", true), ("(|a)", true), ("", true), ("^*", true),
        (".*", true),
    ])
    func canBeAnExpressionSomewhere(pattern: String, isOne: Bool) {
        #expect(RulePattern.isExpression(pattern) == isOne)
        if RulePattern(pattern) != nil { #expect(isOne) }
    }

    /// What makes a backtracking matcher run for years.
    @Test func nothingTakesLong() throws {
        let clock = ContinuousClock()
        let text = String(repeating: "a", count: 60) + "!"
        for pattern in ["(a*)*b", "(a|aa)+b", "(a|a)*b", "a?{30}", "(.*)(.*)(.*)(.*)b"] {
            guard let pattern = RulePattern(pattern) else { continue }
            let time = clock.measure { #expect(!pattern.matches(text)) }
            #expect(time < .seconds(2))
        }
    }

    @Test func agreesWithTheLanguagesOwn() throws {
        var random = SeededRandom(seed: 61)
        let atoms = ["a", "b", "[ab]", ".", "(ab|c)", "(a|b)", "[^c]"]
        let letters: [Character] = ["a", "b", "c"]
        let tails = ["", "", "*", "+", "?", "{2}", "{1,2}"]
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                text +=
                    atoms[Int.random(in: atoms.indices, using: &random)]
                    + tails[Int.random(in: tails.indices, using: &random)]
            }
            let subject = String(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    letters[Int.random(in: letters.indices, using: &random)]
                })
            let ours = try #require(RulePattern(text)).matches(subject)
            #expect(try ours == (subject.wholeMatch(of: Regex(text)) != nil), "\(text) \(subject)")
        }
    }
}
