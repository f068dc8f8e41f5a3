/// What holds for the endpoints of an account where they say nothing themselves.
package struct SIPProfile: Sendable, Equatable {
    package let account: AccountID
    package var ciphers = MediaPolicy.Cipher.allCases
    package var codecs = MediaPolicy.Codec.standard
    package var requiresEncryption = false
    package var sendAs = SendAs.random
    /// `nil` while nobody said: then calls may reach the telephone network, and of it the account's country.
    package var outbound: Outbound?

    /// The profile of an account that never said anything.
    package init(account: AccountID) { self.account = account }

    /// Whether calls may reach the telephone network, with SignalWire's names.
    package enum Outbound: String, CaseIterable, Sendable {
        case passthrough
        case blockPSTN = "block-pstn"
    }
}

/// Something that an endpoint says itself, or leaves to its account's SIP profile.
package enum ProfileSetting<Value: Sendable & Equatable>: Sendable, Equatable {
    case profile
    case own(Value)

    /// The value, or the profile's.
    func value(or profile: Value) -> Value {
        if case .own(let value) = self { value } else { profile }
    }
}
