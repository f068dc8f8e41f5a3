extension RulePattern {
    /// Whether a text can be an expression in some engine, be it one that we do not carry out: every bracket has its other
    /// half, and everything that repeats has something to repeat.
    package static func isExpression(_ text: String) -> Bool {
        // Quoted literally as far as `\\E`: engines differ in what that leaves.
        if text.contains("\\Q") { return true }
        var rest = Substring(text).unicodeScalars
        var depth = 0
        var mayRepeat = false
        while let next = rest.popFirst() {
            switch next {
            case "\\":
                guard rest.popFirst() != nil else { return false }
                mayRepeat = true
            case "[":
                guard skipClass(&rest) else { return false }
                mayRepeat = true
            case "(":
                depth += 1
                // What follows says what the group is: `(?:`, `(?=`, `(*`.
                if let kind = rest.first, kind == "?" || kind == "*" { rest.removeFirst() }
                mayRepeat = false
            case ")":
                guard depth > 0 else { return false }
                depth -= 1
                mayRepeat = true
            case "|": mayRepeat = false
            case "*", "+", "?":
                guard mayRepeat else { return false }
            default: mayRepeat = true
            }
        }
        return depth == 0
    }

    /// Passes over a class as far as its end; a `]` that stands first is of the class where another one ends it.
    private static func skipClass(_ rest: inout Substring.UnicodeScalarView) -> Bool {
        var ahead = rest
        if ahead.first == "^" { ahead.removeFirst() }
        let isEmpty = ahead.first == "]"
        if isEmpty { ahead.removeFirst() }
        let afterEmpty = ahead
        while let next = ahead.popFirst() {
            if next == "]" {
                rest = ahead
                return true
            }
            if next == "\\" { _ = ahead.popFirst() }
        }
        rest = afterEmpty
        return isEmpty
    }
}
