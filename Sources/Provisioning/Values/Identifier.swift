/// The number of one stored resource; ids of different resources do not mix.
package struct Identifier<Resource>: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number as stored and as shown by the dialects that show numbers.
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// An id from its decimal form as it stands in a path or body, or `nil`.
    package init?(_ text: some StringProtocol) {
        guard let value = Int64(text), value > 0 else { return nil }
        rawValue = value
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    package var description: String { String(rawValue) }
}

package typealias AccountID = Identifier<Account>
package typealias CallerID = Identifier<Caller>
package typealias SiteID = Identifier<Site>
package typealias TrunkID = Identifier<Trunk>
package typealias CredentialID = Identifier<Credential>
package typealias DomainID = Identifier<SIPDomain>
