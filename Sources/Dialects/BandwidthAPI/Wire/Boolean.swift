/// Truth as clients write it: `true` and `false` in any case, `1` and `0`; PHP's SDK sends false as an empty element.
enum Boolean {
    /// The value, or `nil` after `isWrong` was called.
    static func read(_ text: String, isWrong: () -> Void) -> Bool? {
        switch text.lowercased() {
        case "true", "1": return true
        case "false", "0", "": return false
        default:
            isWrong()
            return nil
        }
    }
}
