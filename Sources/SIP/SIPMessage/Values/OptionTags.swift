/// A set of option tags of SIP extensions (RFC 3261 section 19.2); tags are tokens and case-insensitive.
package struct OptionTags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// RFC 3327.
    package static let path = OptionTags(rawValue: 1 << 0)
    /// RFC 5626.
    package static let outbound = OptionTags(rawValue: 1 << 1)
    /// RFC 5627.
    package static let gruu = OptionTags(rawValue: 1 << 2)
    /// RFC 6140.
    package static let gin = OptionTags(rawValue: 1 << 3)
    /// RFC 4028.
    package static let timer = OptionTags(rawValue: 1 << 4)
    /// `100rel`, RFC 3262.
    package static let reliable = OptionTags(rawValue: 1 << 5)
    /// RFC 3891.
    package static let replaces = OptionTags(rawValue: 1 << 6)
    /// RFC 4916.
    package static let fromChange = OptionTags(rawValue: 1 << 7)
    /// RFC 4488.
    package static let noReferSubscription = OptionTags(rawValue: 1 << 8)
    /// RFC 3323.
    package static let privacy = OptionTags(rawValue: 1 << 9)
    /// RFC 3312.
    package static let precondition = OptionTags(rawValue: 1 << 10)
    /// Any tag without a name here.
    package static let unknown = OptionTags(rawValue: 1 << 15)

    /// The tag that the range holds.
    init(_ bytes: Span<UInt8>, _ range: ByteRange) {
        self =
            switch range.count {
            case 3 where bytes.folds(range, "gin"): .gin
            case 4 where bytes.folds(range, "path"): .path
            case 4 where bytes.folds(range, "gruu"): .gruu
            case 5 where bytes.folds(range, "timer"): .timer
            case 6 where bytes.folds(range, "100rel"): .reliable
            case 7 where bytes.folds(range, "privacy"): .privacy
            case 8 where bytes.folds(range, "outbound"): .outbound
            case 8 where bytes.folds(range, "replaces"): .replaces
            case 10 where bytes.folds(range, "norefersub"): .noReferSubscription
            case 11 where bytes.folds(range, "from-change"): .fromChange
            case 12 where bytes.folds(range, "precondition"): .precondition
            default: .unknown
            }
    }
}

extension MessageWriter {
    /// Unsupported, with every tag of Require that is not in `supported`, as a 420 owes it; nothing without one.
    package mutating func unsupported(
        _ supported: OptionTags, in index: borrowing MessageIndex, _ bytes: Span<UInt8>
    ) {
        var isFirst = true
        var values = HeaderValues(.require)
        while let value = values.next(index, bytes) {
            guard !supported.contains(OptionTags(bytes, value)) else { continue }
            if isFirst { beginHeader(.unsupported) } else { append(UInt8(ascii: ","), .space) }
            append(bytes, value)
            isFirst = false
        }
        if !isFirst { endLine() }
    }
}
