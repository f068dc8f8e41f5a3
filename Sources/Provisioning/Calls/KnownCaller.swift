/// Who calls, as far as somebody vouches for it.
struct KnownCaller: Equatable {
    /// What may be shown outside; `nil` for a caller without a number.
    var number: TelephoneNumber?
    var displayName = ""
    /// What users of the account see: a name, or the number.
    var user = ""
    /// The user's SIP domain; `nil` for whoever is none of the account's users.
    var domain: String?
    var isWithheld = false

    /// For the record.
    var description: String { number?.e164 ?? domain.map { "\(user)@\($0)" } ?? user }

    /// As users of the account see it.
    var shown: ShownCaller {
        var shown = ShownCaller()
        guard !isWithheld, !user.isEmpty else {
            shown.displayName = "Anonymous"
            shown.isAnonymous = true
            return shown
        }
        shown.displayName = displayName
        shown.user = user
        shown.domain = domain
        return shown
    }

    /// As a trunk sees it: by the number where there is one.
    ///
    /// - Parameters:
    ///   - displaysName: whether the caller's name goes with it.
    ///   - format: how the number is written in Remote-Party-ID; `nil` sends none.
    func shown(displayingName displaysName: Bool, remotePartyAs format: NumberFormat?) -> ShownCaller {
        var shown = shown
        if let number, !shown.isAnonymous {
            shown.user = number.e164
            shown.domain = nil
        }
        if !displaysName, !shown.isAnonymous { shown.displayName = "" }
        if let number, let format {
            shown.remotePartyUser = number.text(format)
            shown.remotePartyIsPrivate = isWithheld
        }
        return shown
    }
}

extension CallerClaim {
    /// The name without what no header should carry, at most 64 characters of it.
    var cleanName: String {
        var scalars = String.UnicodeScalarView()
        scalars.append(
            contentsOf: displayName.unicodeScalars.lazy.filter { $0.properties.generalCategory != .control }
                .prefix(64))
        return String(scalars)
    }

    /// The user if it is one that can be shown, else nothing.
    var cleanUser: String {
        let isUser = (1...64).contains(user.utf8.count)
            && user.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-_.!~*'()+#".utf8.contains($0) }
        return isUser ? user : ""
    }
}

extension TelephoneNumber {
    /// The number in a format; one that the format has no room for as it is.
    package func text(_ format: NumberFormat) -> String {
        guard let nationalDigits else { return e164 }
        return switch format {
        case .tenDigits: nationalDigits
        case .elevenDigits: "1\(nationalDigits)"
        case .e164: e164
        }
    }
}
