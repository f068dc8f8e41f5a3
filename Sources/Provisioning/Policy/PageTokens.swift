import Crypto

/// Tokens that say where a page of a list begins, and nothing else: not how many items there are, nor how many others have.
///
/// A token is good for one list of one account. It hides the item's number under a code that also shows it to be ours
/// (a synthetic initialization vector, as in RFC 5297).
package struct PageTokens: Sendable {
    private let key: SymmetricKey

    init(key: SymmetricKey) { self.key = key }

    /// A token for that place.
    ///
    /// - Parameter list: what tells the list from every other of the account, such as its path.
    package func token(for start: ListQuery.Start, list: String, account: AccountID) -> String? {
        let (prefix, place): (String, Int64)
        switch start {
        case .first: return nil
        case .after(let number): (prefix, place) = (Self.after, number)
        case .before(let number): (prefix, place) = (Self.before, number)
        }
        let code = code(of: place, "\(prefix) \(account) \(list)")
        return prefix + UniqueID(high: code, low: mask(code) ^ UInt64(bitPattern: place)).description
    }

    /// The place of a token, or `nil` for one that we did not make for this list.
    package func start(of token: String, list: String, account: AccountID) -> ListQuery.Start? {
        guard let id = UniqueID(token.dropFirst(2)) else { return nil }
        let halves = id.bytes.chunked
        let place = Int64(bitPattern: mask(halves.high) ^ halves.low)
        let prefix = String(token.prefix(2))
        guard code(of: place, "\(prefix) \(account) \(list)") == halves.high else { return nil }
        switch prefix {
        case Self.after: return .after(place)
        case Self.before: return .before(place)
        default: return nil
        }
    }

    private static let after = "PA"
    private static let before = "PB"

    private func code(of place: Int64, _ context: String) -> UInt64 {
        Array(HMAC<SHA256>.authenticationCode(for: Array("place \(place) \(context)".utf8), using: key)).chunked.high
    }

    private func mask(_ code: UInt64) -> UInt64 {
        Array(HMAC<SHA256>.authenticationCode(for: Array("mask \(code)".utf8), using: key)).chunked.high
    }
}

extension [UInt8] {
    /// The first 16 bytes as two numbers, most significant byte first.
    fileprivate var chunked: (high: UInt64, low: UInt64) {
        (prefix(8).reduce(0) { $0 << 8 | UInt64($1) }, dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
